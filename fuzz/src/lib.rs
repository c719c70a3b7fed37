//! What the fuzz targets share: a thread with a stack as large as the program's own.

use skeg_value::Value;
use skeg_value::json::{self, JsonStyle};

/// The stack that each input is run with, in bytes. The program gives its work as much; pages are used only when needed.
const STACK: usize = 512 << 20;

/// Runs `body` on a big stack. A panic inside ends the process, which is what the fuzzer looks for.
pub fn on_big_stack(body: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, body);
        worker
            .expect("a thread can be started")
            .join()
            .expect("the target does not panic");
    });
}

/// The value as compact JSON, to compare values by.
pub fn as_json(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    json::encode(value, &mut out, JsonStyle::Compact, false).expect("what was decoded can be written as JSON");
    out
}
