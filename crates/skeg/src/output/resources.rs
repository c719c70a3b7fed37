//! The RESOURCES section of `status`: what the API server's tables say of a release's objects.
//!
//! The API server makes the tables (`as=Table`); this lays them out as `kubectl get` does, each answer on its own.
//!
//! # Source
//! Kubernetes API concepts, "Receiving resources as Tables"; layout by experiment with Helm 4.3.1: columns are at least six
//! wide, three apart and aligned within one answer only; headings stand over the first answer that has rows, and again where
//! the columns change.

use serde_json::Value;
use skeg_funcs::dates::moment::{LocalZone, Moment};

use super::release::Resources;

/// The narrowest a column is, in characters.
const NARROWEST: usize = 6;
/// The blanks between two columns, at least.
const GAP: usize = 3;

/// The sections, each with its heading and an empty line after it.
pub fn tables(resources: &Resources) -> String {
    let mut out = String::new();
    for section in &resources.sections {
        out.push_str(&format!("==> {}\n", section.name));
        let mut shown = Vec::new();
        for object in &section.objects {
            table(object, &mut shown, &mut out);
        }
        out.push('\n');
    }
    out
}

/// One answer. `shown`: the columns under the last headings.
fn table(answer: &Value, shown: &mut Vec<String>, out: &mut String) {
    let made;
    let answer = if answer["kind"] == "Table" {
        answer
    } else {
        made = name_and_age(answer);
        &made
    };
    let none = Vec::new();
    let definitions = answer["columnDefinitions"].as_array().unwrap_or(&none);
    // Columns of a higher priority are for wide output.
    let visible: Vec<usize> = (0..definitions.len())
        .filter(|&at| definitions[at]["priority"].as_i64().unwrap_or(0) == 0)
        .collect();
    let rows: Vec<Vec<String>> = answer["rows"]
        .as_array()
        .unwrap_or(&none)
        .iter()
        .map(|row| visible.iter().map(|&at| cell(&row["cells"][at])).collect())
        .collect();
    if rows.is_empty() {
        return;
    }
    let heading = |at: &usize| definitions[*at]["name"].as_str().unwrap_or_default().to_uppercase();
    let headings: Vec<String> = visible.iter().map(heading).collect();
    let mut lines = Vec::with_capacity(rows.len() + 1);
    if *shown != headings {
        lines.push(headings.clone());
        *shown = headings;
    }
    lines.extend(rows);
    lay_out(&lines, out);
}

/// Pads every column but the last.
fn lay_out(lines: &[Vec<String>], out: &mut String) {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let widest = lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        (widest + GAP).max(NARROWEST)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for line in lines {
        for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
            if at + 1 == columns {
                out.push_str(cell);
            } else {
                out.push_str(&format!("{cell:width$}"));
            }
        }
        out.push('\n');
    }
}

/// A cell as text, without control characters that a terminal would obey; cut at the first line break.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let end = text.find(['\n', '\r', '\u{c}']);
            let shown = text[..end.unwrap_or(text.len())]
                .replace('\u{1b}', "^[")
                .replace('\t', " ");
            if end.is_some() { shown + "..." } else { shown }
        }
        Value::Number(number) if number.is_f64() => {
            let number = skeg_value::Value::from(number.as_f64().unwrap_or(0.0));
            String::from_utf8_lossy(&skeg_template::print::sprint_v(&number)).into_owned()
        }
        other => other.to_string(),
    }
}

/// What is shown of objects from a server that makes no tables.
fn name_and_age(object: &Value) -> Value {
    let items = match object["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![object.clone()],
    };
    let rows: Vec<Value> = items
        .iter()
        .map(|item| serde_json::json!({"cells": [item["metadata"]["name"], age(&item["metadata"]["creationTimestamp"])]}))
        .collect();
    serde_json::json!({
        "columnDefinitions": [{"name": "Name"}, {"name": "Age"}],
        "rows": rows,
    })
}

fn age(created: &Value) -> String {
    let created = created
        .as_str()
        .and_then(|text| Moment::parse(text, &LocalZone::of("UTC")));
    match created {
        None => "<unknown>".to_owned(),
        Some(created) => human(jiff::Timestamp::now().as_second() - created.seconds()),
    }
}

/// A span in at most two units.
///
/// # Source
/// The AGE column of `kubectl get`.
fn human(seconds: i64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    let two = |first: i64, unit: &str, rest: i64, small: &str| match rest {
        0 => format!("{first}{unit}"),
        rest => format!("{first}{unit}{rest}{small}"),
    };
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, "m", seconds % 60, "s"),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, "h", minutes % 60, "m"),
        _ if hours < 48 => format!("{hours}h"),
        _ if hours < 192 => two(days, "d", hours % 24, "h"),
        _ if days < 730 => format!("{days}d"),
        _ if days < 8 * 365 => two(days / 365, "y", days % 365, "d"),
        _ => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::output::release::Section;

    fn table(columns: &[(&str, i64)], rows: &[&[Value]]) -> Value {
        let columns: Vec<Value> = columns
            .iter()
            .map(|(name, priority)| json!({"name": name, "priority": priority}))
            .collect();
        let rows: Vec<Value> = rows.iter().map(|cells| json!({"cells": cells})).collect();
        json!({"kind": "Table", "columnDefinitions": columns, "rows": rows})
    }

    /// Recorded from `status` of Helm 4.3.1 on an API server of Kubernetes 1.36.
    #[test]
    fn answers_are_laid_out_one_by_one() {
        let map = &[("Name", 0), ("Data", 0), ("Age", 0)];
        let foo = &[("Name", 0), ("Num", 0), ("Flt", 0), ("Wide", 1), ("Txt", 0)];
        let section = |name: &str, objects: Vec<Value>| Section {
            name: name.to_owned(),
            objects,
        };
        let resources = Resources {
            sections: vec![
                section(
                    "v1/ConfigMap",
                    vec![
                        table(map, &[]),
                        table(map, &[&[json!("one-c"), json!("1"), json!("6s")]]),
                        table(map, &[&[json!("one-longer-name"), json!("1"), json!("6s")]]),
                    ],
                ),
                section("v1/Pod(related)", vec![table(map, &[])]),
                section(
                    "v1/Foo",
                    vec![
                        table(
                            foo,
                            &[&[json!("foo1"), json!(null), json!(1.5), json!("w"), json!("a\nb")]],
                        ),
                        table(
                            foo,
                            &[&[
                                json!("foo-two"),
                                json!(null),
                                json!(100_000_000),
                                json!("w"),
                                json!("日本é"),
                            ]],
                        ),
                    ],
                ),
            ],
        };
        let expected = "\
==> v1/ConfigMap
NAME    DATA   AGE
one-c   1      6s
one-longer-name   1     6s

==> v1/Pod(related)

==> v1/Foo
NAME   NUM   FLT   TXT
foo1         1.5   a...
foo-two         100000000   日本é

";
        assert_eq!(tables(&resources), expected);
    }

    /// The AGE column of kubectl.
    #[test]
    fn ages_have_two_units_at_most() {
        for (seconds, expected) in [
            (-5, "<invalid>"),
            (-1, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (600, "10m"),
            (10_799, "179m"),
            (10_800, "3h"),
            (12_000, "3h20m"),
            (30_000, "8h"),
            (200_000, "2d7h"),
            (864_000, "10d"),
            (70_000_000, "2y80d"),
            (300_000_000, "9y"),
        ] {
            assert_eq!(human(seconds), expected, "{seconds}");
        }
        let object = json!({"kind": "Foo", "metadata": {"name": "f"}});
        let mut out = String::new();
        super::table(&object, &mut Vec::new(), &mut out);
        assert_eq!(out, "NAME   AGE\nf      <unknown>\n");
    }
}
