//! `toYaml`: what it writes reads as the same value, and writes as the same text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skeg_fuzz::{as_json, on_big_stack};
use skeg_value::yaml;

fuzz_target!(|data: &[u8]| {
    on_big_stack(|| {
        let Ok(value) = yaml::decode(data) else { return };
        let mut written = Vec::new();
        if yaml::emit::encode(&value, &mut written).is_err() {
            return;
        }
        let mut pretty = Vec::new();
        let _ = yaml::pretty::encode_pretty(&value, &mut pretty);
        let before = as_json(&value);
        // Helm itself does not keep these: line and paragraph separators, byte order marks, the sign of zero.
        let text = String::from_utf8_lossy(&before);
        if ["\\u2028", "\\u2029", "\u{85}", "\u{feff}", "-0"]
            .iter()
            .any(|lost| text.contains(lost))
        {
            return;
        }
        let again = yaml::decode(&written).expect("written YAML is read");
        assert_eq!(
            String::from_utf8_lossy(&before),
            String::from_utf8_lossy(&as_json(&again))
        );
        let mut twice = Vec::new();
        yaml::emit::encode(&again, &mut twice).expect("what was written once can be written again");
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&twice));
    });
});
