//! Label selectors: `team=red,tier in (a, b),!legacy`.
//!
//! # Source
//! Kubernetes, "Labels and Selectors"; words and corner cases recorded from `list --selector` of Helm 4.3.1.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use skeg_value::quote::quote;

/// A selector: labels fit when they fit all its requirements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Exists,
    Absent,
    /// `=`, `==`, `in`.
    OneOf(BTreeSet<String>),
    /// `!=`, `notin`: also where there is no such label.
    NoneOf(BTreeSet<String>),
    Above(i64),
    Below(i64),
}

impl Selector {
    /// Reads a selector; an empty one fits everything.
    ///
    /// # Errors
    /// What is wrong with it, in Kubernetes' words.
    pub fn parse(text: &str) -> Result<Selector, String> {
        let mut reader = Reader {
            tokens: tokens(text),
            at: 0,
        };
        let mut requirements = Vec::new();
        if reader.peek().is_empty() {
            return Ok(Selector::default());
        }
        if !reader.begins_requirement() {
            return Err(found(reader.peek(), ", expected: !, identifier, or 'end of string'"));
        }
        loop {
            let requirement = reader
                .requirement()
                .map_err(|error| format!("unable to parse requirement: {error}"))?;
            requirements.push(requirement);
            match reader.next().as_str() {
                "" => return Ok(Selector { requirements }),
                "," if reader.begins_requirement() => {}
                "," => return Err(found(reader.peek(), ", expected: identifier after ','")),
                other => return Err(found(other, ", expected: ',' or 'end of string'")),
            }
        }
    }

    /// Whether the labels fit.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|requirement| {
            let value = labels.get(&requirement.key);
            let number = || value.and_then(|value| value.parse::<i64>().ok());
            match &requirement.rule {
                Rule::Exists => value.is_some(),
                Rule::Absent => value.is_none(),
                Rule::OneOf(values) => value.is_some_and(|value| values.contains(value)),
                Rule::NoneOf(values) => value.is_none_or(|value| !values.contains(value)),
                Rule::Above(limit) => number().is_some_and(|number| number > *limit),
                Rule::Below(limit) => number().is_some_and(|number| number < *limit),
            }
        })
    }
}

fn found(token: &str, expected: &str) -> String {
    format!("found '{token}'{expected}")
}

/// Words and signs; the end is an empty one.
fn tokens(text: &str) -> Vec<String> {
    const SIGNS: [&str; 9] = ["=", "==", "!=", "!", "(", ")", ",", ">", "<"];
    let is_sign = |letter: char| SIGNS.iter().any(|sign| sign.starts_with(letter));
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if matches!(letter, ' ' | '\t' | '\r' | '\n') {
            continue;
        }
        let mut token = letter.to_string();
        while let Some(&next) = letters.peek() {
            let goes_on = if is_sign(letter) {
                SIGNS.contains(&format!("{token}{next}").as_str())
            } else {
                !is_sign(next) && !matches!(next, ' ' | '\t' | '\r' | '\n')
            };
            if !goes_on {
                break;
            }
            token.push(next);
            letters.next();
        }
        tokens.push(token);
    }
    tokens.push(String::new());
    tokens
}

struct Reader {
    tokens: Vec<String>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> &str {
        self.tokens.get(self.at).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        let token = self.peek().to_owned();
        self.at += 1;
        token
    }

    fn begins_requirement(&self) -> bool {
        self.peek() == "!" || is_word(self.peek())
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let is_absent = self.peek() == "!";
        if is_absent {
            self.next();
        }
        let key = self.next();
        if !is_word(&key) {
            return Err(found(&key, ", expected: identifier"));
        }
        check_key(&key)?;
        let with = |rule| Ok(Requirement { key: key.clone(), rule });
        if is_absent {
            return with(Rule::Absent);
        }
        if matches!(self.peek(), "" | ",") {
            return with(Rule::Exists);
        }
        let operator = self.next();
        let rule = match operator.as_str() {
            "=" | "==" => Rule::OneOf(BTreeSet::from([self.one_value()?])),
            "!=" => Rule::NoneOf(BTreeSet::from([self.one_value()?])),
            "in" => Rule::OneOf(self.values()?),
            "notin" => Rule::NoneOf(self.values()?),
            ">" => Rule::Above(number(&self.one_value()?)?),
            "<" => Rule::Below(number(&self.one_value()?)?),
            other => return Err(found(other, ", expected: in, notin, =, ==, !=, gt, lt")),
        };
        if let Rule::OneOf(values) | Rule::NoneOf(values) = &rule {
            check_values(&key, values)?;
        }
        with(rule)
    }

    fn one_value(&mut self) -> Result<String, String> {
        if matches!(self.peek(), "" | ",") {
            return Ok(String::new());
        }
        let value = self.next();
        if is_word(&value) {
            Ok(value)
        } else {
            Err(found(&value, ", expected: identifier"))
        }
    }

    /// `(a, b)`; an item may be empty.
    fn values(&mut self) -> Result<BTreeSet<String>, String> {
        let open = self.next();
        if open != "(" {
            return Err(found(&open, " expected: '('"));
        }
        let mut values = BTreeSet::new();
        loop {
            let mut value = String::new();
            if is_word(self.peek()) {
                value = self.next();
            }
            values.insert(value);
            match self.next().as_str() {
                "," => {}
                ")" => return Ok(values),
                other => return Err(found(other, ", expected: ',' or ')'")),
            }
        }
    }
}

fn is_word(token: &str) -> bool {
    !token.is_empty() && !token.starts_with(['=', '!', '(', ')', ',', '>', '<'])
}

fn number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| {
        let text = quote(text.as_bytes());
        format!("values[0]: Invalid value: {text}: for 'Gt', 'Lt' operators, the value must be an integer")
    })
}

const NAME_RULE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
    alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
    '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
    must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for \
    validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const PREFIX_RULE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and \
    must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
    '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

fn check_key(key: &str) -> Result<(), String> {
    let mut wrong = Vec::new();
    let name = match key.split('/').collect::<Vec<_>>().as_slice() {
        [name] => Some(*name),
        [prefix, name] => {
            if prefix.is_empty() {
                wrong.push("prefix part must be non-empty".to_owned());
            } else {
                if prefix.len() > 253 {
                    wrong.push("prefix part must be no more than 253 bytes".to_owned());
                }
                let is_label = |label: &str| {
                    let bytes = label.as_bytes();
                    let alnum = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
                    bytes.first().is_some_and(alnum)
                        && bytes.last().is_some_and(alnum)
                        && bytes.iter().all(|b| alnum(b) || *b == b'-')
                };
                if !prefix.split('.').all(is_label) {
                    wrong.push(format!("prefix part {PREFIX_RULE}"));
                }
            }
            Some(*name)
        }
        _ => {
            wrong.push(format!(
                "a valid label key {NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ));
            None
        }
    };
    if let Some(name) = name {
        if name.is_empty() {
            wrong.push("name part must be non-empty".to_owned());
        } else if name.len() > 63 {
            wrong.push("name part must be no more than 63 bytes".to_owned());
        }
        if !is_name(name) {
            wrong.push(format!("name part {NAME_RULE}"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "<nil>: Invalid value: {}: {}",
        quote(key.as_bytes()),
        wrong.join("; ")
    ))
}

fn check_values(key: &str, values: &BTreeSet<String>) -> Result<(), String> {
    let mut complaints = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let mut wrong = Vec::new();
        if value.len() > 63 {
            wrong.push("must be no more than 63 bytes");
        }
        if !value.is_empty() && !is_name(value) {
            wrong.push(VALUE_RULE);
        }
        if !wrong.is_empty() {
            let mut complaint = format!("values[{at}][{key}]: Invalid value: {}: ", quote(value.as_bytes()));
            let _ = complaint.write_str(&wrong.join("; "));
            complaints.push(complaint);
        }
    }
    match complaints.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        all => Err(format!("[{}]", all.join(", "))),
    }
}

fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let alnum = u8::is_ascii_alphanumeric;
    bytes.first().is_some_and(alnum)
        && bytes.last().is_some_and(alnum)
        && bytes.iter().all(|b| alnum(b) || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> BTreeMap<String, String> {
        [("team", "red"), ("tier", ""), ("version", "3")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into()
    }

    /// Recorded from `list -l` of Helm 4.3.1 on a release with these labels.
    #[test]
    fn selectors_fit_or_not() {
        let cases = [
            ("", true),
            (" ", true),
            ("a", false),
            ("!a", true),
            ("team==red", true),
            (" team = red ", true),
            ("team!=blue", true),
            ("a!=b", true),
            ("team in (red,blue)", true),
            ("team in ()", false),
            ("tier in (,)", true),
            ("team in (red,,x)", true),
            ("team notin (red)", false),
            ("team notin (blue),team", true),
            ("! team", false),
            ("in", false),
            ("!in", true),
            ("x in (in)", false),
            ("tier=", true),
            ("a=", false),
            ("version>2", true),
            ("version > 3", false),
            ("version<4,version>1", true),
            ("team>1", false),
        ];
        for (text, expected) in cases {
            let selector = Selector::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(selector.matches(&labels()), expected, "{text}");
        }
    }

    /// Recorded from `list -l` of Helm 4.3.1.
    #[test]
    fn what_is_no_selector_fails_in_kubernetes_words() {
        let unable = "unable to parse requirement: ";
        let cases = [
            ("!!", format!("{unable}found '!', expected: identifier")),
            ("team in red", format!("{unable}found 'red' expected: '('")),
            ("a,", "found '', expected: identifier after ','".to_owned()),
            (
                ",a",
                "found ',', expected: !, identifier, or 'end of string'".to_owned(),
            ),
            (
                "a b",
                format!("{unable}found 'b', expected: in, notin, =, ==, !=, gt, lt"),
            ),
            (
                "version>x",
                format!(
                    "{unable}values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"
                ),
            ),
            ("a=b c", "found 'c', expected: ',' or 'end of string'".to_owned()),
            ("team in (red", format!("{unable}found '', expected: ',' or ')'")),
            ("a===b", format!("{unable}found '=', expected: identifier")),
            (
                "a!b",
                format!("{unable}found '!', expected: in, notin, =, ==, !=, gt, lt"),
            ),
            (
                "-a=b",
                format!("{unable}<nil>: Invalid value: \"-a\": name part {NAME_RULE}"),
            ),
            (
                "A_/b=c",
                format!("{unable}<nil>: Invalid value: \"A_/b\": prefix part {PREFIX_RULE}"),
            ),
            (
                "a=-",
                format!("{unable}values[0][a]: Invalid value: \"-\": {VALUE_RULE}"),
            ),
            ("a=(b)", format!("{unable}found '(', expected: identifier")),
            ("a in", format!("{unable}found '' expected: '('")),
            ("!", format!("{unable}found '', expected: identifier")),
        ];
        for (text, expected) in cases {
            assert_eq!(Selector::parse(text), Err(expected), "{text}");
        }
    }
}
