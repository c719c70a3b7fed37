//! Values in the words of Go's `fmt`, for warnings.

use skeg_value::{Int, Value, float};

/// `%v`.
pub(crate) fn plain(value: &Value) -> String {
    with(value, &|_, text| text)
}

/// `%t`, as Helm prints a value where it expected a table: `%!t(float64=5)`.
pub(crate) fn not_a_table(value: &Value) -> String {
    match value {
        Value::Null => "%!t(<nil>)".to_owned(),
        Value::Bool(b) => b.to_string(),
        other => with(other, &|value, text| match value {
            Value::Null | Value::Bool(_) => text,
            other => format!("%!t({}={text})", other.type_name()),
        }),
    }
}

fn with(value: &Value, leaf: &dyn Fn(&Value, String) -> String) -> String {
    match value {
        Value::Null => leaf(value, "<nil>".to_owned()),
        Value::Bool(b) => leaf(value, b.to_string()),
        Value::Int(Int { value: number, .. }) => leaf(value, number.to_string()),
        Value::Float(f) => leaf(value, float_text(*f)),
        Value::String(text) | Value::Bytes(text) => leaf(value, text.to_string()),
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(|item| with(item, leaf)).collect::<Vec<_>>().join(" ")
        ),
        Value::Map(map) => {
            let entries: Vec<String> = map
                .borrow()
                .iter()
                .map(|(k, v)| format!("{}:{}", leaf_key(k, leaf), with(v, leaf)))
                .collect();
            format!("map[{}]", entries.join(" "))
        }
        Value::Object(object) => object.print(),
    }
}

fn leaf_key(key: &skeg_value::Str, leaf: &dyn Fn(&Value, String) -> String) -> String {
    leaf(&Value::String(key.clone()), key.to_string())
}

fn float_text(number: f64) -> String {
    let mut text = Vec::new();
    float::append_g(&mut text, number);
    String::from_utf8_lossy(&text).into_owned()
}
