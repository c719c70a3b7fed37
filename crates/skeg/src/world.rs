//! The real world for template functions: the system's clock, entropy and resolver.

use std::net::ToSocketAddrs;
use std::time::{SystemTime, UNIX_EPOCH};

use skeg_funcs::world::World;
use skeg_value::{Map, Value};

/// The machine that the program runs on, without a cluster.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The name of the local time zone.
    zone: String,
}

impl Machine {
    /// The machine, with the time zone of the `TZ` variable; without one that of `/etc/localtime`.
    pub fn new(tz: Option<String>) -> Self {
        Machine {
            zone: tz.unwrap_or_else(system_zone),
        }
    }
}

/// The name behind `/etc/localtime`; `UTC` where it has none.
fn system_zone() -> String {
    let target = std::fs::read_link("/etc/localtime").unwrap_or_default();
    let target = target.to_string_lossy();
    target
        .split_once("zoneinfo/")
        .map_or_else(|| "UTC".to_owned(), |(_, name)| name.to_owned())
}

impl World for Machine {
    fn now(&self) -> (i64, u32) {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos()),
            Err(before) => (-i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX), 0),
        }
    }

    fn local_zone(&self) -> String {
        self.zone.clone()
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), String> {
        getrandom::fill(buffer).map_err(|error| format!("no randomness from the system: {error}"))
    }

    fn resolve_host(&self, name: &str) -> Vec<String> {
        (name, 0)
            .to_socket_addrs()
            .map(|addresses| addresses.map(|address| address.ip().to_string()).collect())
            .unwrap_or_default()
    }

    fn lookup(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Value, String> {
        Ok(Value::Map(Map::new()))
    }
}
