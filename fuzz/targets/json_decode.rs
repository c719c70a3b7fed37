//! JSON: what is read can be written, and reads as itself again; prefixes agree with whole texts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skeg_fuzz::{as_json, on_big_stack};
use skeg_value::json;

fuzz_target!(|data: &[u8]| {
    on_big_stack(|| {
        let Ok(value) = json::decode(data) else { return };
        let written = as_json(&value);
        let again = json::decode(&written).expect("written JSON is read");
        assert_eq!(written, as_json(&again));
        let (prefix, length) = json::decode_prefix(data).expect("a whole text is a prefix");
        assert!(length <= data.len());
        assert_eq!(written, as_json(&prefix));
    });
});
