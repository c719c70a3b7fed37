//! What functions may ask of the world: clock, entropy, DNS, cluster.

use std::fmt;

use skeg_value::Value;

/// The world outside a render. The program brings a real one; [`Offline`] answers nothing and never changes.
pub trait World {
    /// The present time: seconds and nanoseconds since 1970-01-01 UTC.
    fn now(&self) -> (i64, u32);

    /// The name of the local time zone as the `TZ` variable or the system gives it; `UTC` when unknown.
    fn local_zone(&self) -> String;

    /// Fills a buffer with unpredictable bytes.
    ///
    /// # Errors
    /// Where there is no entropy to be had.
    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), String>;

    /// The addresses of a host name; empty when it cannot be resolved.
    fn resolve_host(&self, name: &str) -> Vec<String>;

    /// Objects of the cluster, as `lookup` yields them; an empty map without a cluster or object.
    ///
    /// # Errors
    /// The client's message, where the cluster was asked and did not answer.
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value, String>;
}

/// A world in which it is always the same moment and nobody answers: for tests and sandboxes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offline;

impl World for Offline {
    fn now(&self) -> (i64, u32) {
        (0, 0)
    }

    fn local_zone(&self) -> String {
        "UTC".to_owned()
    }

    fn fill_random(&self, _: &mut [u8]) -> Result<(), String> {
        Err("no source of randomness".to_owned())
    }

    fn resolve_host(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn lookup(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Value, String> {
        Ok(Value::Map(skeg_value::Map::new()))
    }
}

impl fmt::Debug for dyn World + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}
