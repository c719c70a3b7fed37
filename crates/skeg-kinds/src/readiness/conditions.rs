//! Readiness as an object's own annotations define it: conditions on its status, such as `{.succeeded} == 1`.
//!
//! In: an object, as a manifest has it or as it is in the cluster. Out: its [`Conditions`], and by them a [`Readiness`]. They count in
//! an ordered wait only; everywhere else an object is judged by its kind.
//!
//! # Source
//! helm/community `hips/hip-0025.md`, "Readiness"; Helm 4.3.1 does not have it. What the text leaves open is decided for caution: a
//! query that finds nothing meets no condition, one that finds several values meets one of success with all of them and one of
//! failure with any.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;
use skeg_value::Value as Found;
use skeg_value::comparison::Comparison;
use skeg_value::jsonpath::{self, Query};
use skeg_value::map::Map;

use super::Readiness;

/// When an object is ready: a JSON list of conditions, of which one is enough.
pub const SUCCESS: &str = "helm.sh/readiness-success";
/// When an object has failed, which counts more than success.
pub const FAILURE: &str = "helm.sh/readiness-failure";

/// The conditions of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    success: Vec<Condition>,
    failure: Vec<Condition>,
}

/// `{QUERY} OPERATOR LITERAL`.
#[derive(Clone, Debug, PartialEq)]
struct Condition {
    text: String,
    query: Query,
    comparison: Comparison,
    literal: Value,
}

/// An annotation that holds no conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionError {
    /// The annotation.
    pub key: &'static str,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "annotation {}: {}", self.key, self.what)
    }
}

impl std::error::Error for ConditionError {}

/// The longest annotation that is read, in bytes.
const LONGEST: usize = 16 * 1024;

impl Conditions {
    /// The conditions of an object; none where it has not both annotations, so that its kind decides.
    ///
    /// # Errors
    /// An annotation that is no JSON list of conditions, or an empty one.
    pub fn of(object: &Value) -> Result<Option<Conditions>, ConditionError> {
        let (success, failure) = (read(object, SUCCESS)?, read(object, FAILURE)?);
        Ok(success
            .zip(failure)
            .map(|(success, failure)| Conditions { success, failure }))
    }

    /// Whether an object has one of the two annotations only, which is ambiguous and therefore ignored: the one that it has.
    pub fn alone(object: &Value) -> Option<&'static str> {
        let has = |key: &str| !object["metadata"]["annotations"][key].is_null();
        match (has(SUCCESS), has(FAILURE)) {
            (true, false) => Some(SUCCESS),
            (false, true) => Some(FAILURE),
            _ => None,
        }
    }

    /// How far a live object has come. A status of an older generation says nothing.
    pub fn readiness(&self, object: &Value) -> Readiness {
        let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_i64);
        if let (Some(generation), Some(observed)) =
            (number("/metadata/generation"), number("/status/observedGeneration"))
            && observed < generation
        {
            return Readiness::in_progress(format!(
                "generation is {generation}, but latest observed generation is {observed}"
            ));
        }
        let status = converted(object.get("status").unwrap_or(&Value::Null));
        if let Some(met) = self.failure.iter().find(|condition| condition.is_met(&status, false)) {
            return Readiness::failed(format!("{} is met", met.text));
        }
        if let Some(met) = self.success.iter().find(|condition| condition.is_met(&status, true)) {
            return Readiness::ready(format!("{} is met", met.text));
        }
        let wanted: Vec<&str> = self.success.iter().map(|condition| condition.text.as_str()).collect();
        Readiness::in_progress(format!("not yet {}", wanted.join(" or ")))
    }
}

/// The conditions of one annotation; none where the object does not have it.
fn read(object: &Value, key: &'static str) -> Result<Option<Vec<Condition>>, ConditionError> {
    let error = |what: String| ConditionError { key, what };
    let list = match &object["metadata"]["annotations"][key] {
        Value::Null => return Ok(None),
        Value::String(text) if text.len() > LONGEST => {
            return Err(error(format!("longer than {LONGEST} bytes")));
        }
        Value::String(text) => serde_json::from_str::<Vec<String>>(text).unwrap_or_default(),
        _ => Vec::new(),
    };
    if list.is_empty() {
        return Err(error(
            r#"not a JSON list of conditions such as '["{.succeeded} == 1"]'"#.to_owned(),
        ));
    }
    let conditions: Result<Vec<_>, _> = list.iter().map(|text| Condition::parse(text)).collect();
    conditions.map(Some).map_err(error)
}

impl Condition {
    fn parse(text: &str) -> Result<Condition, String> {
        let wrong = |what: &str| format!("{what}: {text}");
        // A text between quotes may hold a brace, so the shortest beginning that is a query is taken.
        let ends = text.char_indices().filter(|(_, c)| *c == '}').map(|(at, _)| at + 1);
        let query = ends
            .filter_map(|end| Some((end, Query::parse(&text[..end]).ok()?)))
            .find(|(_, query)| query.is_one_action());
        let Some((end, query)) = query else {
            return Err(wrong("a condition begins with a JSONPath query in braces"));
        };
        let rest = text[end..].trim();
        let Some((sign, comparison)) = Comparison::at_start(rest) else {
            return Err(wrong("after the query there is none of ==, !=, <, <=, >, >="));
        };
        let literal =
            literal_of(rest[sign.len()..].trim()).ok_or_else(|| wrong("no text, number or boolean to compare with"))?;
        Ok(Condition {
            text: text.trim().to_owned(),
            query,
            comparison,
            literal,
        })
    }

    /// `all`: whether all that the query finds has to meet it, or any of it.
    fn is_met(&self, status: &Found, all: bool) -> bool {
        let Ok(groups) = self.query.find(status) else {
            return false;
        };
        let values: Vec<Value> = groups.iter().flatten().filter_map(scalar).collect();
        let count: usize = groups.iter().map(Vec::len).sum();
        let is_met = |value: &Value| self.comparison.accepts(order(value, &self.literal));
        match all {
            true => !values.is_empty() && values.len() == count && values.iter().all(is_met),
            false => values.iter().any(is_met),
        }
    }
}

/// How a value stands to a literal. Numbers are compared as such, also where one is written as a text; texts byte by byte; booleans
/// only for being equal.
fn order(value: &Value, literal: &Value) -> Option<Ordering> {
    match (number(value), number(literal), value, literal) {
        (Some(value), Some(literal), _, _) => value.partial_cmp(&literal),
        (_, _, Value::Bool(value), Value::Bool(literal)) if value == literal => Some(Ordering::Equal),
        (_, _, Value::String(value), Value::String(literal)) => Some(value.cmp(literal)),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_f64(),
    }
}

/// A literal: a text in quotes of either kind or without, a number, `true` or `false`.
fn literal_of(text: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return (!value.is_object() && !value.is_array() && !value.is_null()).then_some(value);
    }
    if let Some(inside) = text.strip_prefix('\'') {
        return inside.strip_suffix('\'').map(Value::from);
    }
    let is_word = !text.is_empty() && !text.contains(['{', '}', '[', ']', '"', '\'']);
    is_word.then(|| Value::from(text))
}

/// A single value that was found; none for lists, maps and nothing.
fn scalar(found: &jsonpath::Found) -> Option<Value> {
    match found {
        jsonpath::Found::Nothing => None,
        jsonpath::Found::Value(value) => match value {
            Found::Bool(value) => Some(Value::from(*value)),
            Found::Int(number) => Some(Value::from(number.value)),
            Found::Float(number) => Some(Value::from(*number)),
            Found::String(text) => Some(Value::from(String::from_utf8_lossy(text.as_bytes()).into_owned())),
            _ => None,
        },
    }
}

/// A status as the query language knows values: whole numbers are integers, as in the API's own objects.
fn converted(value: &Value) -> Found {
    match value {
        Value::Null => Found::Null,
        Value::Bool(value) => Found::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Found::int64(number),
            None => Found::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Found::string(text.as_str()),
        Value::Array(items) => Found::from(items.iter().map(converted).collect::<Vec<_>>()),
        Value::Object(fields) => {
            let map = Map::new();
            for (key, value) in fields {
                map.insert(key.as_str(), converted(value));
            }
            Found::Map(map)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::readiness::State;

    fn object(success: Value, failure: Value, status: Value) -> Value {
        json!({"metadata": {"generation": 2, "annotations": {SUCCESS: success.to_string(), FAILURE: failure.to_string()}},
               "status": status})
    }

    /// hip-0025.md, "Readiness": failure before success, any of several conditions, scoped to the status.
    #[test]
    fn conditions_decide() {
        let jobs = (
            json!(["{.succeeded} == 1", "{.succeeded} == 2"]),
            json!(["{.failed} >= 1"]),
        );
        let of = |success: &str, status: Value, expected| ((json!([success]), json!(["{.x} == 1"])), status, expected);
        let ready = json!([{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}]);
        let table = [
            (jobs.clone(), json!({"succeeded": 1}), State::Ready),
            (jobs.clone(), json!({"succeeded": 2}), State::Ready),
            (jobs.clone(), json!({"succeeded": 3}), State::InProgress),
            (jobs.clone(), json!({"succeeded": 1, "failed": 1}), State::Failed),
            (jobs.clone(), json!({}), State::InProgress),
            (jobs, Value::Null, State::InProgress),
            of("{.phase} == \"Running\"", json!({"phase": "Running"}), State::Ready),
            of("{.phase} == Running", json!({"phase": "Running"}), State::Ready),
            of("{.phase} == 'Running'", json!({"phase": "Pending"}), State::InProgress),
            of("{.phase} != Pending", json!({}), State::InProgress),
            of("{.phase} != Pending", json!({"phase": "Bound"}), State::Ready),
            of("{.ok}==true", json!({"ok": true}), State::Ready),
            of("{.ok} == true", json!({"ok": "true"}), State::InProgress),
            of("{.n} < 3", json!({"n": 2}), State::Ready),
            of("{.n} <= 3", json!({"n": "3"}), State::Ready),
            of("{.n} > 2.5", json!({"n": 2}), State::InProgress),
            of("{.list[*]} == 1", json!({"list": [1, 1]}), State::Ready),
            of("{.list[*]} == 1", json!({"list": [1, 2]}), State::InProgress),
            of("{.list} == 1", json!({"list": [1]}), State::InProgress),
            of(
                "{.conditions[?(@.type==\"Ready\")].status} == True",
                json!({"conditions": ready}),
                State::Ready,
            ),
            of(
                "{.pods[?(@.n==2)].up} == true",
                json!({"pods": [{"n": 2, "up": true}]}),
                State::Ready,
            ),
            of("{.n} == 1", json!({"n": 1, "observedGeneration": 1}), State::InProgress),
            of("{.n} == 1", json!({"n": 1, "observedGeneration": 2}), State::Ready),
            (
                (json!(["{.a} == 1"]), json!(["{.l[*]} == bad"])),
                json!({"a": 1, "l": ["good", "bad"]}),
                State::Failed,
            ),
        ];
        for ((success, failure), status, expected) in table {
            let object = object(success.clone(), failure, status.clone());
            let conditions = Conditions::of(&object).ok().flatten().expect("both annotations");
            assert_eq!(conditions.readiness(&object).state, expected, "{success} {status}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "[]",
            "{}",
            "1",
            "[1]",
            "not json",
            r#"["succeeded == 1"]"#,
            r#"["{.a"]"#,
            r#"["{.a} 1"]"#,
            r#"["{.a} = 1"]"#,
            r#"["{.a} =="]"#,
            r#"["{.a} == [1]"]"#,
            r#"["{.a} == 'x"]"#,
            r#"["x{.a} == 1"]"#,
            r#"["{.a}{.b} == 1"]"#,
        ] {
            let object = json!({"metadata": {"annotations": {SUCCESS: text, FAILURE: r#"["{.a} == 1"]"#}}});
            let error = Conditions::of(&object).err();
            assert_eq!(error.map(|error| error.key), Some(SUCCESS), "{text}");
        }
    }

    /// hip-0025.md: with one of the two only, the kind decides.
    #[test]
    fn one_alone_does_not_count() {
        let one = json!({"metadata": {"annotations": {FAILURE: r#"["{.a} == 1"]"#}}});
        assert_eq!(Conditions::of(&one), Ok(None));
        assert_eq!(Conditions::alone(&one), Some(FAILURE));
        assert_eq!(Conditions::alone(&json!({})), None);
        assert_eq!(Conditions::of(&json!({})), Ok(None));
    }
}
