//! Charts as data: metadata, archives, ignore rules, dependencies, values, schema, capabilities.
