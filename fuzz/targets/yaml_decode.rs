//! YAML: the three readers (values tree, values files, heads of manifests) agree on what is YAML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skeg_fuzz::{as_json, on_big_stack};
use skeg_value::{Value, yaml};

fuzz_target!(|data: &[u8]| {
    on_big_stack(|| {
        let tree = yaml::decode(data);
        let head = yaml::check_head(data);
        let _ = yaml::decode_typed(data);
        let _ = yaml::decode_strict(data);
        match (&tree, &head) {
            (Err(tree), Err(head)) => assert_eq!(tree.to_string(), head.to_string()),
            (Err(tree), Ok(_)) => panic!("the tree is refused ({tree}), the head is not"),
            (Ok(Value::Map(_) | Value::Null), Err(head)) => {
                assert!(
                    head.to_string().contains("cannot unmarshal"),
                    "the head is refused: {head}"
                );
            }
            (Ok(_), _) => {}
        }
        let text = String::from_utf8_lossy(data);
        // The values reader cuts the text at markers before it looks inside, and ends its last line.
        if !text.ends_with('\n') || text.contains("---") || text.contains("...") || text.contains('\u{feff}') {
            return;
        }
        // It takes the carriage return off each line, as Helm's does, which may leave fewer line breaks and mend a broken octet.
        let mut lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
        for line in &mut lines {
            *line = line.strip_suffix(b"\r").unwrap_or(line);
        }
        let tree = yaml::decode(&lines.join(&b'\n'));
        match (&tree, yaml::decode_values(data)) {
            (Ok(tree @ Value::Map(_)), Ok(values)) => assert_eq!(as_json(tree), as_json(&Value::Map(values))),
            (Ok(Value::Map(_)), Err(error)) => panic!("values are refused: {error}"),
            (Err(error), Ok(_)) => panic!("values are read that the tree refuses: {error}"),
            _ => {}
        }
    });
});
