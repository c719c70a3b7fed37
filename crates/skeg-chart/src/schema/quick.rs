//! A short cut: whether values certainly fit a schema, read off the document as it stands.
//!
//! Most schemas are plain: one draft, references to places of their own, none of the keywords that look at what others have looked
//! at. And most values fit. Compiling every keyword of a schema, most of which no value ever reaches, is several times as much work as
//! reading it. Answers only "certainly fits" or "don't know": what does not fit is for the compiled schema to say, in its words.

use skeg_value::regex::{Subject, compiled};
use skeg_value::{Map, Str, Value, float};

use super::draft::Draft;
use super::format;
use super::node::{MAX_DEPTH, Node, member};
use super::number::Decimal;
use super::place::unescape;
use super::plain::Look;

/// Schemas inside of schemas, through references and values, beyond which the answer is "don't know".
const DEEPEST: usize = 250;

/// A document that needs no compiling to see what fits it, and cannot fail to compile.
pub(super) struct Quick {
    document: Node,
    draft: Draft,
}

/// None is "don't know".
type Answer = Option<bool>;

impl Quick {
    /// The document, if it is of the kind; itself otherwise.
    pub(super) fn new(document: Node) -> Result<Quick, Node> {
        match draft_of(&document) {
            Some(draft) => Ok(Quick { document, draft }),
            None => Err(document),
        }
    }

    /// The document again.
    pub(super) fn document(&self) -> &Node {
        &self.document
    }

    /// Whether a value certainly fits.
    pub(super) fn fits(&self, value: &Value) -> bool {
        !is_strange(value, 0) && self.check(&self.document, value, 0) == Some(true)
    }

    fn check(&self, schema: &Node, value: &Value, depth: usize) -> Answer {
        if depth > DEEPEST {
            return None;
        }
        let members = match schema {
            Node::Bool(allowed) => return Some(*allowed),
            Node::Object(members) => members,
            _ => return Some(true),
        };
        if let Some(Node::String(reference)) = member(members, b"$ref") {
            let target = place(&self.document, reference.as_str()?.strip_prefix('#')?)?;
            if !self.check(target, value, depth + 1)? {
                return Some(false);
            }
            // Before 2019 nothing else counts beside a reference; only `const` is looked at nevertheless.
            if self.draft < Draft::Year2019 {
                return match member(members, b"const") {
                    Some(want) => equals(value, want),
                    None => Some(true),
                };
            }
        }
        for (keyword, rule) in members {
            if !self.keyword(members, keyword, rule, value, depth)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// One keyword; those that belong together are seen to at the first of them.
    fn keyword(&self, schema: &[(Str, Node)], keyword: &Str, rule: &Node, value: &Value, depth: usize) -> Answer {
        let same = |schema: &Node| self.check(schema, value, depth + 1);
        Some(match (&**keyword, rule) {
            (b"type", Node::String(name)) => is_of(name, value),
            (b"type", Node::Array(names)) => names
                .iter()
                .any(|name| matches!(name, Node::String(name) if is_of(name, value))),
            (b"const", want) => equals(value, want)?,
            (b"enum", Node::Array(wanted)) => {
                for want in wanted {
                    if equals(value, want)? {
                        return Some(true);
                    }
                }
                false
            }
            (b"format", Node::String(name)) if self.draft < Draft::Year2019 => {
                match (name.as_str().and_then(format::named), text(value)) {
                    (Some(format), Some(text)) => format.check(text).is_ok(),
                    _ => true,
                }
            }
            (b"allOf", Node::Array(schemas)) => {
                for schema in schemas {
                    if !same(schema)? {
                        return Some(false);
                    }
                }
                true
            }
            (b"anyOf", Node::Array(schemas)) => {
                for schema in schemas {
                    if same(schema)? {
                        return Some(true);
                    }
                }
                false
            }
            (b"oneOf", Node::Array(schemas)) => {
                let mut fitting = 0;
                for schema in schemas {
                    fitting += usize::from(same(schema)?);
                }
                fitting == 1
            }
            (b"not", schema) => !same(schema)?,
            (b"if", condition) => {
                let branch: &[u8] = if same(condition)? { b"then" } else { b"else" };
                match member(schema, branch) {
                    Some(branch) => same(branch)?,
                    None => true,
                }
            }
            (b"pattern", Node::String(pattern)) => text(value).is_none_or(|text| matches(pattern, text)),
            (b"minLength", Node::Number(limit)) => match text(value) {
                Some(text) => length(text) >= count(limit)?,
                None => true,
            },
            (b"maxLength", Node::Number(limit)) => match text(value) {
                Some(text) => length(text) <= count(limit)?,
                None => true,
            },
            (b"minimum", Node::Number(limit)) => number(value).is_none_or(|number| number >= Decimal::parse(limit)),
            (b"maximum", Node::Number(limit)) => number(value).is_none_or(|number| number <= Decimal::parse(limit)),
            (b"exclusiveMinimum", Node::Number(limit)) => {
                number(value).is_none_or(|number| number > Decimal::parse(limit))
            }
            (b"exclusiveMaximum", Node::Number(limit)) => {
                number(value).is_none_or(|number| number < Decimal::parse(limit))
            }
            (b"multipleOf", Node::Number(unit)) => {
                number(value).is_none_or(|number| number.is_multiple_of(&Decimal::parse(unit)))
            }
            _ => match value {
                Value::Map(map) => self.of_object(schema, keyword, rule, map, depth)?,
                Value::List(items) => self.of_array(keyword, rule, items.as_slice(), depth)?,
                _ => true,
            },
        })
    }

    fn of_object(&self, schema: &[(Str, Node)], keyword: &Str, rule: &Node, map: &Map, depth: usize) -> Answer {
        Some(match (&**keyword, rule) {
            (b"required", Node::Array(names)) => names
                .iter()
                .all(|name| !matches!(name, Node::String(name) if !map.contains_key(name))),
            (b"minProperties", Node::Number(limit)) => map.len() >= count(limit)?,
            (b"maxProperties", Node::Number(limit)) => map.len() <= count(limit)?,
            // All three are sorted, and this is the first.
            (b"additionalProperties", _) => self.members(schema, map, depth)?,
            (b"patternProperties", _) if member(schema, b"additionalProperties").is_none() => {
                self.members(schema, map, depth)?
            }
            (b"properties", _)
                if member(schema, b"additionalProperties").is_none()
                    && member(schema, b"patternProperties").is_none() =>
            {
                self.members(schema, map, depth)?
            }
            _ => true,
        })
    }

    /// `properties`, `patternProperties`, `additionalProperties`.
    fn members(&self, schema: &[(Str, Node)], map: &Map, depth: usize) -> Answer {
        let below = |keyword: &[u8]| match member(schema, keyword) {
            Some(Node::Object(members)) => &members[..],
            _ => &[],
        };
        let (named, patterns) = (below(b"properties"), below(b"patternProperties"));
        let others = member(schema, b"additionalProperties");
        for (name, value) in map.borrow().iter() {
            let mut is_known = false;
            if let Some(schema) = member(named, name) {
                is_known = true;
                if !self.check(schema, value, depth + 1)? {
                    return Some(false);
                }
            }
            for (pattern, schema) in patterns {
                if matches(pattern, name) {
                    is_known = true;
                    if !self.check(schema, value, depth + 1)? {
                        return Some(false);
                    }
                }
            }
            if let (false, Some(schema)) = (is_known, others)
                && !self.check(schema, value, depth + 1)?
            {
                return Some(false);
            }
        }
        Some(true)
    }

    fn of_array(&self, keyword: &Str, rule: &Node, items: &[Value], depth: usize) -> Answer {
        Some(match (&**keyword, rule) {
            (b"minItems", Node::Number(limit)) => items.len() >= count(limit)?,
            (b"maxItems", Node::Number(limit)) => items.len() <= count(limit)?,
            (b"items", schema) => {
                for item in items {
                    if !self.check(schema, item, depth + 1)? {
                        return Some(false);
                    }
                }
                true
            }
            (b"uniqueItems", Node::Bool(true)) if items.len() > 1 => {
                let texts: Option<Vec<&Str>> = items.iter().map(text).collect();
                let mut texts = texts?;
                texts.sort_unstable();
                texts.windows(2).all(|pair| pair[0] != pair[1])
            }
            _ => true,
        })
    }
}

/// The draft of a document of the kind.
fn draft_of(document: &Node) -> Option<Draft> {
    let named = document.get("$schema");
    let draft = match named {
        None => Draft::Year2020,
        Some(Node::String(url)) => Draft::of_url(url.as_str()?)?,
        Some(_) => return None,
    };
    let mut look = Look::new(draft);
    let is_plain = draft >= Draft::Seven
        && look.is_certainly_valid(document)
        && look.is_plain
        && look.names == usize::from(named.is_some())
        && look.references.iter().all(|pointer| place(document, pointer).is_some());
    is_plain.then_some(draft)
}

/// The schema at a pointer, if all on the way are schemas: what a keyword puts there was looked at, that below `$defs` before
/// 2019 too, where only what a reference leads to has to be a schema.
fn place<'n>(document: &'n Node, pointer: &str) -> Option<&'n Node> {
    let mut node = document;
    let mut tokens = pointer.split('/').skip(1);
    while let Some(keyword) = tokens.next() {
        node = node.get(keyword)?;
        match keyword {
            "properties" | "definitions" | "$defs" | "patternProperties" => {
                node = node.get(&unescape(tokens.next()?)?)?;
            }
            "allOf" | "anyOf" | "oneOf" => match node {
                Node::Array(items) => node = items.get(tokens.next()?.parse::<usize>().ok()?)?,
                _ => return None,
            },
            "items" | "not" | "additionalProperties" | "if" | "then" | "else" => {}
            _ => return None,
        }
    }
    matches!(node, Node::Object(_) | Node::Bool(_)).then_some(node)
}

/// Whether a value is nested so deeply that it counts as wrong, or holds something of Go's that no file does.
fn is_strange(value: &Value, depth: usize) -> bool {
    depth > MAX_DEPTH
        || match value {
            Value::List(items) => items.iter().any(|item| is_strange(item, depth + 1)),
            Value::Map(map) => map.borrow().values().any(|value| is_strange(value, depth + 1)),
            Value::Object(_) => true,
            _ => false,
        }
}

/// What counts as a string.
fn text(value: &Value) -> Option<&Str> {
    match value {
        Value::String(text) | Value::Bytes(text) => Some(text),
        _ => None,
    }
}

fn length(text: &Str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.to_str_lossy().chars().count()
    }
}

fn count(limit: &str) -> Option<usize> {
    limit.parse().ok()
}

fn matches(pattern: &Str, text: &[u8]) -> bool {
    compiled(pattern).is_ok_and(|pattern| pattern.is_match(&Subject::new(text)))
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(int) => Some(Decimal::parse(&int.as_i128().to_string())),
        Value::Float(number) => {
            let mut text = Vec::new();
            float::append_g(&mut text, *number);
            Some(Decimal::parse(&String::from_utf8_lossy(&text)))
        }
        _ => None,
    }
}

fn is_of(name: &[u8], value: &Value) -> bool {
    match (name, value) {
        (b"null", Value::Null)
        | (b"boolean", Value::Bool(_))
        | (b"number", Value::Int(_) | Value::Float(_))
        | (b"integer", Value::Int(_))
        | (b"string", Value::String(_) | Value::Bytes(_))
        | (b"array", Value::List(_))
        | (b"object", Value::Map(_)) => true,
        (b"integer", Value::Float(_)) => number(value).is_some_and(|number| number.is_integer()),
        _ => false,
    }
}

fn equals(value: &Value, want: &Node) -> Answer {
    Some(match (value, want) {
        (Value::Null, Node::Null) => true,
        (Value::Bool(a), Node::Bool(b)) => a == b,
        (Value::String(a) | Value::Bytes(a), Node::String(b)) => a == b,
        (Value::Null | Value::Bool(_) | Value::String(_) | Value::Bytes(_), _) => false,
        _ => Node::of_value(value).ok()?.equals(want),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Prepared, validate};
    use super::*;
    use skeg_value::json;

    fn quick(schema: &str) -> Option<Quick> {
        Quick::new(Node::parse(schema.as_bytes()).expect("JSON")).ok()
    }

    /// What certainly fits, does; and what does not, does not fit.
    #[test]
    fn answers_are_those_of_the_compiled_schema() {
        let schemas = [
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"n": {"type": "integer", "minimum": 2}},
               "properties": {"a": {"$ref": "#/definitions/n", "maximum": 3, "const": 4}, "b": {"$ref": "#/properties/a"}}}"##,
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/$defs/v", "$defs": {"n": {"type": "integer", "minimum": 2},
               "v": {"properties": {"a": {"$ref": "#/$defs/n"}, "b": {"$ref": "#/$defs/n", "maximum": 3}}, "additionalProperties": false}}}"##,
            r##"{"$defs": {"n": {"type": "integer", "minimum": 2}}, "properties": {"a": {"$ref": "#/$defs/n", "maximum": 3}}}"##,
            r#"{"properties": {"a": true}, "patternProperties": {"^x": {"type": "string"}, "y$": {"minLength": 2}},
               "additionalProperties": {"type": "null"}}"#,
            r#"{"patternProperties": {"^x": {"type": ["string", "null"]}}, "additionalProperties": false}"#,
            r#"{"required": ["a"], "minProperties": 2, "maxProperties": 2}"#,
            r#"{"$schema": "http://json-schema.org/draft-07/schema#", "if": {"required": ["a"]},
               "then": {"properties": {"b": {"const": 1.0}}}, "else": {"required": ["b"]}}"#,
            r#"{"if": false, "then": false, "else": {"not": {"required": ["zz"]}}}"#,
            r#"{"properties": {"a": {"enum": ["x", null, true]}, "b": {"exclusiveMinimum": 1, "exclusiveMaximum": 4.5}}}"#,
            r#"{"properties": {"a": {"items": {"type": "number", "multipleOf": 2}, "minItems": 1, "maxItems": 2}}}"#,
            r#"{"properties": {"a": {"uniqueItems": true, "items": {"maxLength": 1, "pattern": "^."}}}}"#,
            r#"{"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "anyOf": [{"minProperties": 1}, false]}"#,
            r#"{"allOf": [{"type": "object"}, {"not": {"required": ["a", "b"]}}]}"#,
            r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "ipv4"}}}"#,
            r#"{"properties": {"a": {"format": "ipv4"}}}"#,
            r##"{"properties": {"a": {"$ref": "#/properties/b"}, "b": {"$ref": "#/properties/a"}}}"##,
        ];
        let values = [
            "{}",
            r#"{"a": 1}"#,
            r#"{"a": 4}"#,
            r#"{"a": 3, "b": 4.0}"#,
            r#"{"a": 2, "b": 1}"#,
            r#"{"b": 4}"#,
            r#"{"b": 2.5}"#,
            r#"{"a": "x"}"#,
            r#"{"a": null, "b": null}"#,
            r#"{"x": "s", "xy": "s"}"#,
            r#"{"x": 1}"#,
            r#"{"xy": "ss"}"#,
            r#"{"z": null}"#,
            r#"{"z": 0, "zz": 1}"#,
            r#"{"a": []}"#,
            r#"{"a": [1, 1.5]}"#,
            r#"{"a": [2]}"#,
            r#"{"a": ["x", "y"]}"#,
            r#"{"a": ["x", "x"]}"#,
            r#"{"a": ["é", ""]}"#,
            r#"{"a": "1.2.3.4"}"#,
            r#"{"a": [1, 1]}"#,
            "[]",
            "3",
        ];
        let mut fitting = 0;
        for schema in schemas {
            let quick = quick(schema).expect(schema);
            for value in values {
                let decoded = json::decode(value.as_bytes()).expect("JSON");
                let expected = super::super::Full::new(quick.document().clone(), &mut |_| Err(String::new()))
                    .check(&decoded)
                    .is_ok();
                let fits = quick.fits(&decoded);
                assert!(expected || !fits, "{schema} {value}");
                fitting += usize::from(fits);
                let mut log = Vec::new();
                assert_eq!(
                    Prepared::new(schema.as_bytes(), &mut |_| Err(String::new()))
                        .check(&decoded, &mut log)
                        .is_ok(),
                    expected
                );
                assert_eq!(
                    validate(schema.as_bytes(), &decoded, &mut |_| Err(String::new()), &mut log).is_ok(),
                    expected
                );
            }
        }
        // Nearly all that fits is seen to.
        assert!(fitting > 150, "{fitting}");
    }

    #[test]
    fn what_is_not_plain_is_compiled() {
        for schema in [
            "[]",
            r#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#,
            r#"{"$schema": "https://example.com/own"}"#,
            r#"{"properties": {"a": {"$schema": "http://json-schema.org/draft-07/schema#"}}}"#,
            r#"{"properties": {"a": {"$id": "https://example.com/a"}}}"#,
            r##"{"$ref": "#/definitions/missing"}"##,
            r##"{"x": {"type": "string"}, "properties": {"a": {"$ref": "#/x"}}}"##,
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {"a": {"type": 1}}, "$ref": "#/$defs/a"}"##,
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {"a": {"$id": "b"}}, "$ref": "#/$defs/a"}"##,
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {"a": {}}, "$ref": "#/$defs/b"}"##,
            r#"{"$ref": "other.json"}"#,
            r#"{"unevaluatedProperties": false}"#,
            r#"{"contains": {}}"#,
            r#"{"propertyNames": {"maxLength": 3}}"#,
            r#"{"prefixItems": [{}]}"#,
            r#"{"$schema": "http://json-schema.org/draft-07/schema#", "items": [{}]}"#,
            r#"{"dependentSchemas": {"a": {}}}"#,
            r#"{"dependentRequired": {"a": ["b"]}}"#,
            r#"{"$anchor": "a"}"#,
            r#"{"type": "strange"}"#,
            r#"{"pattern": "("}"#,
        ] {
            assert!(quick(schema).is_none(), "{schema}");
        }
    }
}
