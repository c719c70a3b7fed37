//! How Go structs appear in each format: declared order, names by format. Answers of Helm 4.3.1.

use std::any::Any;
use std::rc::Rc;

use skeg_value::json::{self, JsonStyle};
use skeg_value::{Map, Object, Str, Value, toml, yaml};

/// `.Capabilities.KubeVersion`.
#[derive(Debug)]
struct KubeVersion;

impl Object for KubeVersion {
    fn type_name(&self) -> &str {
        "common.KubeVersion"
    }

    fn go_fields(&self) -> Option<Vec<(Str, Value)>> {
        Some(vec![
            ("Version".into(), "v1.37.0".into()),
            ("Major".into(), "1".into()),
            ("Minor".into(), "37".into()),
        ])
    }

    fn print(&self) -> String {
        "v1.37.0".to_owned()
    }

    fn to_json(&self) -> Value {
        Value::Map(self.go_fields().into_iter().flatten().collect::<Map>())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn text(write: impl FnOnce(&Value, &mut Vec<u8>)) -> String {
    let value = Value::from(vec![Value::Object(Rc::new(KubeVersion))]);
    let root = Value::Map([(Str::from("k"), value)].into_iter().collect());
    let mut out = Vec::new();
    write(&root, &mut out);
    String::from_utf8(out).expect("text")
}

#[test]
fn structs_keep_their_order_where_go_keeps_it() {
    assert_eq!(
        text(|value, out| json::encode(value, out, JsonStyle::Compact, true).expect("encodes")),
        r#"{"k":[{"Version":"v1.37.0","Major":"1","Minor":"37"}]}"#
    );
    assert_eq!(
        text(|value, out| yaml::pretty::encode_pretty(value, out).expect("encodes")),
        "k:\n  - version: v1.37.0\n    major: \"1\"\n    minor: \"37\"\n"
    );
    // Sorted after the detour through JSON.
    assert_eq!(
        text(|value, out| yaml::emit::encode(value, out).expect("encodes")),
        "k:\n- Major: \"1\"\n  Minor: \"37\"\n  Version: v1.37.0\n"
    );
    assert_eq!(
        text(|value, out| toml::encode(value, out).expect("encodes")),
        "[[k]]\n  Version = \"v1.37.0\"\n  Major = \"1\"\n  Minor = \"37\"\n"
    );
}
