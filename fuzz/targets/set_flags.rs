//! `--set` and its family: no text panics, and what they leave behind can be written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skeg_fuzz::{as_json, on_big_stack};
use skeg_value::set::{SetKind, parse_into};
use skeg_value::{Map, Str, Value};

const KINDS: [SetKind; 5] = [
    SetKind::Auto,
    SetKind::String,
    SetKind::File,
    SetKind::Literal,
    SetKind::Json,
];

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    on_big_stack(|| {
        // Several flags share one map: lines of the input are flags, their number picks the kind.
        let map = Map::new();
        for (number, line) in text.split('\n').enumerate().take(8) {
            let kind = KINDS[(number + text.len()) % KINDS.len()];
            let _ = parse_into(&map, kind, line, &mut |path| Ok(Str::from(path.to_owned())));
        }
        as_json(&Value::Map(map));
    });
});
