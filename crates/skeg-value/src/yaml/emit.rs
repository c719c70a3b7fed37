//! The `toYaml` emitter.
