//! What to do about an error, by its message.

use skeg_value::Value;

use super::nearest;

/// Hints for a text that is not a template.
pub(super) fn of_parse(message: &str) -> Vec<String> {
    if let Some(name) = message
        .strip_prefix("function \"")
        .and_then(|rest| rest.split('"').next())
    {
        let mut known: Vec<&str> = skeg_funcs::tables()
            .iter()
            .flat_map(|table| table.iter().map(|function| function.name))
            .collect();
        known.sort_unstable();
        return match nearest::of(name, &known) {
            Some(near) => vec![format!("there is no function `{name}`; did you mean `{near}`?")],
            None => vec![format!("there is no function `{name}`; text in an action needs quotes")],
        };
    }
    let hint = match message {
        _ if message.contains("unclosed action") => "an action must end with `}}`",
        _ if message.contains("unexpected EOF") => "an `if`, `with`, `range` or `define` is not closed by `end`",
        _ if message.contains("unexpected {{end}}") => "there is one `end` too many",
        _ if message.contains("in operand") => "there are no operators: write `eq a b`, `and a b`, `add a b`",
        _ if message.contains("undefined variable") => {
            "declare the variable before it is used, in the same block or one around it"
        }
        _ if message.contains("bad character") => {
            "names with special characters need `index`, for example `index .Values \"a-b\"`"
        }
        _ => return Vec::new(),
    };
    vec![hint.to_owned()]
}

/// Hints for a run that failed.
pub(super) fn of_exec(message: &str, culprit: Option<&Value>) -> Vec<String> {
    let hint = match message {
        _ if message.contains("nil pointer evaluating") => {
            "guard the chain with parentheses, `(.a.b).c`, or with `if` or `with`, or give the value a default"
        }
        _ if message.contains("can't evaluate field") && matches!(culprit, Some(Value::String(_))) => {
            "the value is a text; give it a map, or use the text itself"
        }
        _ if message.contains("can't evaluate field") => "only maps have fields; look at the value's type",
        _ if message.contains("incompatible types for comparison") => {
            "numbers from values are floating-point: compare with `1.0`, or convert with `int`"
        }
        _ if message.contains("expected string; got float64") => {
            "convert the number first: `toString`, or quote it in the values"
        }
        _ if message.contains("expected int; got float64") => {
            "numbers from values are floating-point: convert with `int`"
        }
        _ if message.contains("got interface {}") => {
            "the value is missing: give it with `default`, or guard it with `if`"
        }
        _ if message.contains("nested reference name") => "the template includes itself without end",
        _ if message.contains("no template \"") => {
            "the name is not defined in this chart or its subcharts; look for a missing dependency"
        }
        _ if message.contains("can't iterate over") => {
            "`range` takes lists, maps and integers: convert the number with `int`"
        }
        _ => return Vec::new(),
    };
    vec![hint.to_owned()]
}

/// Hints for output that is not YAML.
pub(super) fn of_document(message: &str) -> Vec<String> {
    let hint = match message {
        _ if message.contains("did not find expected key") || message.contains("mapping values are not allowed") => {
            "look at the indentation: `nindent` begins a new line, `indent` does not indent the first"
        }
        _ if message.contains("found character that cannot start any token") => {
            "a tab, `@` or a backquote stands where YAML does not allow it; quote the value"
        }
        _ if message.contains("cannot unmarshal") => "every document must be a map with `apiVersion` and `kind`",
        _ => return Vec::new(),
    };
    vec![hint.to_owned()]
}
