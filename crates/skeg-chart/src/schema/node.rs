//! JSON documents as schemas need them: numbers keep their text, objects are sorted by key.

use skeg_value::json;
use skeg_value::{Str, Value, float};

/// One JSON value: a schema, a part of one, or a value to check.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// A number as it is written; for values as Go prints it.
    Number(Box<str>),
    String(Str),
    Array(Vec<Node>),
    /// Sorted by key, each key once.
    Object(Vec<(Str, Node)>),
}

/// Deeper documents are refused.
pub(super) const MAX_DEPTH: usize = 1000;

impl Node {
    /// Reads a document.
    ///
    /// # Errors
    /// Go's text for a stream that should hold one JSON value.
    pub(super) fn parse(text: &[u8]) -> Result<Node, String> {
        let blank = |rest: &[u8]| rest.iter().all(|b| b" \t\r\n".contains(b));
        let mut reader = Reader { text, at: 0 };
        if let Some(node) = reader.value(0)
            && blank(&text[reader.at..])
        {
            return Ok(node);
        }
        // The shared reader has the words for what is wrong.
        if blank(text) {
            return Err("EOF".to_owned());
        }
        let (_, end) = json::decode_prefix(text).map_err(|error| match error {
            json::JsonError::UnexpectedEnd => "unexpected EOF".to_owned(),
            other => other.to_string(),
        })?;
        if !blank(&text[end..]) {
            return Err("invalid character after top-level value".to_owned());
        }
        Err("exceeded max depth".to_owned())
    }

    /// A chart's value as JSON.
    ///
    /// # Errors
    /// `exceeded max depth`.
    pub(super) fn of_value(value: &Value) -> Result<Node, String> {
        Node::of_value_at(value, 0).ok_or_else(|| "exceeded max depth".to_owned())
    }

    fn of_value_at(value: &Value, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(match value {
            Value::Null => Node::Null,
            Value::Bool(b) => Node::Bool(*b),
            Value::Int(int) => Node::Number(int.as_i128().to_string().into()),
            Value::Float(number) => {
                let mut text = Vec::new();
                float::append_g(&mut text, *number);
                Node::Number(String::from_utf8_lossy(&text).into())
            }
            Value::String(text) | Value::Bytes(text) => Node::String(text.clone()),
            Value::List(items) => Node::Array(
                items
                    .iter()
                    .map(|item| Node::of_value_at(item, depth + 1))
                    .collect::<Option<_>>()?,
            ),
            Value::Map(map) => {
                let members = map.borrow();
                let nodes = members
                    .iter()
                    .map(|(key, value)| Some((key.clone(), Node::of_value_at(value, depth + 1)?)));
                Node::Object(nodes.collect::<Option<_>>()?)
            }
            Value::Object(object) => Node::String(object.print().into()),
        })
    }

    /// A member of an object.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Object(members) => member(members, key.as_bytes()),
            _ => None,
        }
    }

    /// A member that is a string.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Node::String(text)) => text.as_str(),
            _ => None,
        }
    }

    /// A member that is `true`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Node::Bool(true)))
    }

    /// A member that is a list.
    pub(super) fn array(&self, key: &str) -> Option<&[Node]> {
        match self.get(key) {
            Some(Node::Array(items)) => Some(items),
            _ => None,
        }
    }

    /// A member that is an object.
    pub(super) fn object(&self, key: &str) -> Option<&[(Str, Node)]> {
        match self.get(key) {
            Some(Node::Object(members)) => Some(members),
            _ => None,
        }
    }

    /// Whether both are the same JSON value: numbers by what they are worth, not by how they are written.
    pub(super) fn equals(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Null, Node::Null) => true,
            (Node::Bool(a), Node::Bool(b)) => a == b,
            (Node::Number(a), Node::Number(b)) => {
                a == b || super::number::Decimal::parse(a) == super::number::Decimal::parse(b)
            }
            (Node::String(a), Node::String(b)) => a == b,
            (Node::Array(a), Node::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b)),
            (Node::Object(a), Node::Object(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && a.equals(b))
            }
            _ => false,
        }
    }
}

/// Up to so many members are searched one by one.
const FEW: usize = 12;

/// The value of a key in sorted members.
pub(super) fn member<'n, T>(members: &'n [(Str, T)], key: &[u8]) -> Option<&'n T> {
    // Schemas are asked for every keyword there is, and have few: most answers come from the lengths alone.
    if members.len() <= FEW {
        return members
            .iter()
            .find(|(known, _)| known.as_bytes() == key)
            .map(|(_, value)| value);
    }
    members
        .binary_search_by(|(known, _)| known.as_bytes().cmp(key))
        .ok()
        .map(|index| &members[index].1)
}

/// Builds the tree of a text whose syntax is known to be right.
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> u8 {
        while self.text.get(self.at).is_some_and(|b| b" \t\r\n".contains(b)) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or_default()
    }

    /// None where the text is no JSON, or nested beyond [`MAX_DEPTH`].
    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek() {
            b'{' => self.members(depth),
            b'[' => self.items(depth),
            b'"' => Some(Node::String(self.string()?)),
            b't' => self.word(b"true", Node::Bool(true)),
            b'f' => self.word(b"false", Node::Bool(false)),
            b'n' => self.word(b"null", Node::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &[u8], node: Node) -> Option<Node> {
        let is_there = self.text[self.at..].starts_with(word);
        self.at += word.len();
        is_there.then_some(node)
    }

    fn digits(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then_some(())
    }

    /// Whether the next byte is one of these, which then is behind.
    fn takes(&mut self, bytes: &[u8]) -> bool {
        let takes = self.text.get(self.at).is_some_and(|b| bytes.contains(b));
        self.at += usize::from(takes);
        takes
    }

    fn number(&mut self) -> Option<Node> {
        let start = self.at;
        self.takes(b"-");
        if !self.takes(b"0") {
            self.digits()?;
        }
        if self.takes(b".") {
            self.digits()?;
        }
        if self.takes(b"eE") {
            self.takes(b"+-");
            self.digits()?;
        }
        Some(Node::Number(String::from_utf8_lossy(&self.text[start..self.at]).into()))
    }

    fn items(&mut self, depth: usize) -> Option<Node> {
        self.at += 1;
        let mut items = Vec::new();
        if self.peek() == b']' {
            self.at += 1;
            return Some(Node::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            match self.peek() {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Some(Node::Array(items));
                }
                _ => return None,
            }
        }
    }

    fn members(&mut self, depth: usize) -> Option<Node> {
        self.at += 1;
        let mut members = Vec::new();
        let mut is_open = self.peek() != b'}';
        while is_open {
            if self.peek() != b'"' {
                return None;
            }
            let key = self.string()?;
            if self.peek() != b':' {
                return None;
            }
            self.at += 1;
            members.push((key, self.value(depth + 1)?));
            match self.peek() {
                b',' => self.at += 1,
                b'}' => is_open = false,
                _ => return None,
            }
        }
        self.at += 1;
        // Of equal keys the last one counts: sorting is stable, so turned round it comes first.
        members.reverse();
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        members.dedup_by(|(later, _), (kept, _)| later == kept);
        Some(Node::Object(members))
    }

    /// The string that starts here.
    fn string(&mut self) -> Option<Str> {
        let start = self.at;
        self.at += 1;
        let mut is_plain = true;
        loop {
            let byte = *self.text.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => {
                    is_plain = false;
                    self.at += 1;
                }
                0x80.. => is_plain = false,
                0..0x20 => return None,
                _ => {}
            }
        }
        let quoted = self.text.get(start..self.at)?;
        if is_plain {
            return Some(Str::from(&quoted[1..quoted.len() - 1]));
        }
        match json::decode(quoted) {
            Ok(Value::String(text)) => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_keep_what_schemas_need() {
        let node = Node::parse(br#" {"b": 1.0, "a": [null, true, "x\ny"], "b": 1e3, "\u00e9": {}} "#).unwrap();
        assert_eq!(
            format!("{node:?}"),
            r#"Object([("a", Array([Null, Bool(true), String("x\ny")])), ("b", Number("1e3")), ("é", Object([]))])"#
        );
    }

    /// Recorded from Helm 4.3.1, spec 4.6.
    #[test]
    fn errors_are_those_of_a_stream() {
        for (text, expected) in [
            ("", "EOF"),
            ("{", "unexpected EOF"),
            ("nul", "unexpected EOF"),
            ("{\"a\":1}x", "invalid character after top-level value"),
            ("{\"a\":}", "invalid character '}' looking for beginning of value"),
            ("[1,]", "invalid character ']' looking for beginning of value"),
            ("01", "invalid character after top-level value"),
        ] {
            assert_eq!(Node::parse(text.as_bytes()).unwrap_err(), expected, "{text}");
        }
    }
}
