//! Runs texts through the template engine with all functions and a world that never changes.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use skeg_funcs::host::Host;
use skeg_funcs::objects::HelmMethods;
use skeg_funcs::tables;
use skeg_funcs::world::{Offline, World};
use skeg_template::{Executor, Functions, NoTrace, TemplateSet};
use skeg_value::{Map, Value};

/// The functions, to be resolved once for many texts.
pub(crate) fn functions() -> Arc<Functions> {
    Arc::new(Functions::new(tables()))
}

/// What a template text prints, or the error's text after `error calling NAME: ` where there is such a part.
pub(crate) fn run(functions: &Arc<Functions>, text: &str) -> Result<String, String> {
    run_in(functions, "UTC", text)
}

/// The same on a machine in that time zone.
pub(crate) fn run_in(functions: &Arc<Functions>, zone: &str, text: &str) -> Result<String, String> {
    let mut set = TemplateSet::shared(Arc::clone(functions));
    set.add("t", text.as_bytes()).map_err(|error| error.to_string())?;
    let mut host = Host::new(Rc::new(Repeatable {
        zone: zone.to_owned(),
        drawn: Cell::new(0),
    }));
    let mut out = Vec::new();
    Executor::new(&set, &HelmMethods, &mut host, NoTrace)
        .execute("t", &Value::Map(Map::new()), &mut out)
        .map_err(|error| {
            let text = error.to_string();
            let called = text
                .split_once("error calling ")
                .and_then(|(_, called)| called.split_once(": "));
            called.map_or(text.clone(), |(_, reason)| reason.to_owned())
        })?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// A world whose randomness is the same each time and whose clock stands still, offline otherwise.
struct Repeatable {
    zone: String,
    drawn: Cell<u64>,
}

impl World for Repeatable {
    fn now(&self) -> (i64, u32) {
        Offline.now()
    }

    fn local_zone(&self) -> String {
        self.zone.clone()
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), String> {
        for byte in buffer {
            // SplitMix64: short, and good enough to find primes among its numbers.
            self.drawn.set(self.drawn.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
            let mut number = self.drawn.get();
            number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (number ^ number >> 31) as u8;
        }
        Ok(())
    }

    fn resolve_host(&self, name: &str) -> Vec<String> {
        Offline.resolve_host(name)
    }

    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value, String> {
        Offline.lookup(api_version, kind, namespace, name)
    }
}
