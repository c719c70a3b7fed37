//! Schemas: any text is compiled and checked against a value, both parts of the input, and ends without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skeg_chart::schema;
use skeg_fuzz::on_big_stack;
use skeg_value::json;

fuzz_target!(|data: &[u8]| {
    on_big_stack(|| {
        // A line of schema, then the value.
        let place = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
        let (text, value) = data.split_at(place);
        let value = json::decode(value).unwrap_or_default();
        let mut log = Vec::new();
        let mut load = |url: &str| Err(format!("no {url}"));
        if let Err(report) = schema::validate(text, &value, &mut load, &mut log) {
            assert!(!report.is_empty());
        }
    });
});
