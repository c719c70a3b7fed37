//! YAML as Go reads it into a release: what a field of text makes of numbers, and what the revision cannot be.
//!
//! # Source
//! Experiments with Helm 4.3.1; `skeg_value::yaml` for scalars in fields of text.

use skeg_value::{Value, json, yaml};

/// Go's prefix of JSON errors that come through the YAML decoder.
const DECODING: &str = "error unmarshaling JSON: while decoding JSON: ";

/// The fields of text that a YAML writer may well leave unquoted although they look like a number or a boolean. `*` is every
/// item of a list or map.
const TEXTS: &[&str] = &[
    "name",
    "namespace",
    "manifest",
    "info.description",
    "info.notes",
    "chart.metadata.name",
    "chart.metadata.version",
    "chart.metadata.appVersion",
    "chart.metadata.apiVersion",
    "chart.metadata.kubeVersion",
    "chart.metadata.description",
    "chart.metadata.keywords.*",
    "chart.metadata.annotations.*",
    "hooks.*.name",
    "hooks.*.manifest",
    "hooks.*.path",
    "labels.*",
];

/// Turns the scalars in fields of text into text.
pub(super) fn with_texts(release: Value) -> Value {
    TEXTS.iter().fold(release, |release, place| as_text(release, place))
}

fn as_text(value: Value, place: &str) -> Value {
    if place.is_empty() {
        return yaml::scalar_text(&value).map_or(value, Value::String);
    }
    let (first, rest) = place.split_once('.').unwrap_or((place, ""));
    match value {
        Value::Map(map) => {
            let is_meant = |key: &[u8]| first == "*" || key == first.as_bytes();
            for (key, item) in map.snapshot() {
                if is_meant(key.as_bytes()) {
                    map.insert(key, as_text(item, rest));
                }
            }
            Value::Map(map)
        }
        Value::List(mut list) if first == "*" => {
            for item in list.make_mut() {
                *item = as_text(std::mem::take(item), rest);
            }
            Value::List(list)
        }
        other => other,
    }
}

/// Sees to it that the revision of the release at `index` is a whole number.
///
/// # Errors
/// Go's text: `… cannot unmarshal string into Go struct field .0.version of type int`.
pub(super) fn check_revision(release: &Value, index: usize) -> Result<(), String> {
    let Value::Map(map) = release else { return Ok(()) };
    let place = format!(".{index}.version");
    match map.get(b"version") {
        None | Some(Value::Null | Value::Int(_)) => Ok(()),
        Some(number @ Value::Float(_)) => {
            let mut text = Vec::new();
            json::encode(&number, &mut text, json::JsonStyle::Compact, true).map_err(|error| error.to_string())?;
            let text = String::from_utf8_lossy(&text);
            match text.parse::<i64>() {
                Ok(_) => Ok(()),
                Err(_) => Err(format!(
                    "{DECODING}json: cannot unmarshal number {text} into Go struct field {place} of type int"
                )),
            }
        }
        Some(other) => Err(yaml::mismatch(&other, &place, "int").to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Helm 4.3.1 answers.
    #[test]
    fn scalars_are_what_their_fields_are() {
        let table = [
            ("version: 1", "1"),
            ("version: 1.0", "1"),
            ("version: 1e1", "10"),
            ("version: 010", "8"),
            ("version: null", "null"),
            ("{}", "none"),
            (
                "version: one",
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field .0.version of type int",
            ),
            (
                "version: '1'",
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field .0.version of type int",
            ),
            (
                "version: 1.5",
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number 1.5 into Go struct field .0.version of type int",
            ),
            (
                "version: 9999999999999999999999",
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number 1e+22 into Go struct field .0.version of type int",
            ),
        ];
        for (text, want) in table {
            let value = yaml::decode_typed(text.as_bytes()).unwrap();
            let found = check_revision(&value, 0).map(|()| match &value {
                Value::Map(map) => map.get(b"version").map_or("none".to_owned(), |value| encoded(&value)),
                _ => "none".to_owned(),
            });
            assert_eq!(found.unwrap_or_else(|error| error), want, "{text}");
        }
    }

    #[test]
    fn fields_of_text_take_numbers() {
        let text = "name: 5\nversion: 5\nchart: {metadata: {version: 2, keywords: [1, true]}, values: {version: 2}}\n\
                    labels: {a: 1}\nhooks: [{name: 7, weight: 7}]\n";
        let value = with_texts(yaml::decode_typed(text.as_bytes()).unwrap());
        assert_eq!(
            encoded(&value),
            r#"{"chart":{"metadata":{"keywords":["1","true"],"version":"2"},"values":{"version":2}},"hooks":[{"name":"7","weight":7}],"labels":{"a":"1"},"name":"5","version":5}"#
        );
    }

    fn encoded(value: &Value) -> String {
        let mut text = Vec::new();
        json::encode(value, &mut text, json::JsonStyle::Compact, true).unwrap();
        String::from_utf8(text).unwrap()
    }
}
