//! The `toYamlPretty` emitter.
