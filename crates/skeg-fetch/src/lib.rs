//! Charts from directories and archives; packaging.
