//! Label selectors, and what label values and names may look like.

use serde_json::Map;

use crate::Json;

/// Labels of an object.
pub type Labels = Map<String, Json>;

/// Whether a `LabelSelector` (`matchLabels`, `matchExpressions`) selects the labels. An empty selector selects everything.
///
/// # Panics
/// On an operator that Kubernetes does not have.
#[must_use]
pub fn selects(selector: &Json, labels: &Labels) -> bool {
    let equal = selector.get("matchLabels").and_then(Json::as_object);
    let equal = equal.is_none_or(|wanted| wanted.iter().all(|(key, value)| labels.get(key) == Some(value)));
    let expressions = selector.get("matchExpressions").and_then(Json::as_array);
    equal && expressions.is_none_or(|all| all.iter().all(|one| holds(one, labels)))
}

fn holds(expression: &Json, labels: &Labels) -> bool {
    let text = |field: &str| expression.get(field).and_then(Json::as_str).unwrap_or_default();
    let there = labels.get(text("key"));
    let listed = |value: &Json| {
        let values = expression.get("values").and_then(Json::as_array);
        values.is_some_and(|values| values.contains(value))
    };
    match text("operator") {
        "In" => there.is_some_and(listed),
        "NotIn" => !there.is_some_and(listed),
        "Exists" => there.is_some(),
        "DoesNotExist" => there.is_none(),
        other => panic!("`{other}` is no operator of a label selector"),
    }
}

/// Whether a label value is one: at most 63 of letters, digits, `-`, `_`, `.`, with a letter or digit at both ends, or
/// empty.
#[must_use]
pub fn is_value(text: &str) -> bool {
    let inner = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let ends = [text.chars().next(), text.chars().last()];
    text.len() <= 63 && inner && ends.iter().flatten().all(char::is_ascii_alphanumeric)
}

/// Whether a name is a DNS-1123 label of at most 63 characters.
#[must_use]
pub fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_segment(text)
}

/// Whether a name is a DNS-1123 subdomain of at most 253 characters.
#[must_use]
pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_segment)
}

fn is_segment(text: &str) -> bool {
    let inner = text
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    !text.is_empty() && inner && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_dns_label, is_value, selects};

    #[test]
    fn selectors() {
        let labels = json!({"app": "web", "tier": "front"});
        let labels = labels.as_object().expect("a map");
        let expression =
            |key, operator, values| json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]});
        let cases = [
            (json!({}), true),
            (json!({"matchLabels": {"app": "web"}}), true),
            (json!({"matchLabels": {"app": "web", "x": "y"}}), false),
            (expression("app", "In", json!(["api", "web"])), true),
            (expression("app", "NotIn", json!(["api", "web"])), false),
            (expression("none", "NotIn", json!(["web"])), true),
            (expression("tier", "Exists", json!([])), true),
            (expression("tier", "DoesNotExist", json!([])), false),
        ];
        for (selector, wanted) in cases {
            assert_eq!(selects(&selector, labels), wanted, "{selector}");
        }
    }

    #[test]
    fn values_and_names() {
        for (text, value, label) in [
            ("plue-1.0.0", true, false),
            ("plue-1.0.0+build", false, false),
            ("", true, false),
            ("plue-", false, false),
            ("plue-api", true, true),
            ("Plue", true, false),
        ] {
            assert_eq!(is_value(text), value, "{text} as a label value");
            assert_eq!(is_dns_label(text), label, "{text} as a name");
        }
    }
}
