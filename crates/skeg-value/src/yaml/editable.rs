//! A YAML document that can be changed and written again: comments, styles and the order of keys stay.
//!
//! [`Document::parse`] reads it, [`Document::write`] writes it in the layout of kyaml: two spaces of indentation, lists in
//! maps not indented, no blank lines but those between comments. Unlike a decoded value nothing is interpreted: scalars
//! stay as they are written, keys may be set twice, anchors and aliases are kept.
//!
//! # Source
//! kyaml (sigs.k8s.io/kustomize) as Helm 4.3.1 uses it around post-renderers, by experiment.

mod read;
mod write;

use super::error::YamlError;
use super::scalar::Style;

/// Deepest nesting of lists and maps that is read.
const DEEPEST: usize = 1000;

/// A comment line with its `#`, without the blanks before it.
#[derive(Clone, Debug)]
struct Comment {
    text: Vec<u8>,
    /// Whether a blank line goes before it.
    blank_before: bool,
}

/// One document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The outermost node.
    pub root: Node,
    /// Comments before the root, and whether a blank line follows them.
    head: Vec<Comment>,
    blank_after_head: bool,
    /// Comments after everything else.
    foot: Vec<Comment>,
}

/// A scalar, an alias, a list or a map.
#[derive(Clone, Debug)]
pub struct Node {
    /// Anchor and tag as written, with a space between them.
    properties: Vec<u8>,
    content: Content,
    /// The comment on its last line.
    line: Vec<u8>,
    /// Comments after the last item of a collection.
    foot: Vec<Comment>,
}

#[derive(Clone, Debug)]
enum Content {
    Scalar { text: Vec<u8>, style: Style },
    Alias(Vec<u8>),
    List { items: Vec<Item>, flow: bool },
    Map { entries: Vec<Entry>, flow: bool },
}

#[derive(Clone, Debug)]
struct Item {
    head: Vec<Comment>,
    /// The comment on the line of the dash, where the item itself begins below it.
    after_dash: Vec<u8>,
    node: Node,
}

#[derive(Clone, Debug)]
struct Entry {
    head: Vec<Comment>,
    key: Node,
    /// The comment on the line of the colon, where the value begins below it or is missing.
    after_colon: Vec<u8>,
    value: Node,
}

/// What a node is, for those who expect one thing or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Text, a number, a truth value, null.
    Scalar,
    /// A reference to an anchor.
    Alias,
    /// A list.
    List,
    /// A map.
    Map,
}

impl Document {
    /// Reads the first document of a text; none where there are only comments, or nothing.
    ///
    /// # Errors
    /// Go's text for what is not YAML, and nesting beyond 1000.
    pub fn parse(text: &[u8]) -> Result<Option<Document>, YamlError> {
        read::document(text)
    }

    /// A document of a node alone.
    pub fn of(root: Node) -> Self {
        Document {
            root,
            head: Vec::new(),
            blank_after_head: false,
            foot: Vec::new(),
        }
    }

    /// Appends the text, which ends with a line break.
    pub fn write(&self, out: &mut Vec<u8>) {
        write::document(self, out);
    }
}

impl Node {
    fn new(content: Content) -> Self {
        Node {
            properties: Vec::new(),
            content,
            line: Vec::new(),
            foot: Vec::new(),
        }
    }

    /// A text in single quotes.
    pub fn quoted(text: &str) -> Self {
        Node::new(Content::Scalar {
            text: text.as_bytes().to_vec(),
            style: Style::SingleQuoted,
        })
    }

    /// A map without entries, in block layout.
    pub fn empty_map() -> Self {
        Node::new(Content::Map {
            entries: Vec::new(),
            flow: false,
        })
    }

    /// What it is.
    pub fn kind(&self) -> NodeKind {
        match self.content {
            Content::Scalar { .. } => NodeKind::Scalar,
            Content::Alias(_) => NodeKind::Alias,
            Content::List { .. } => NodeKind::List,
            Content::Map { .. } => NodeKind::Map,
        }
    }

    /// Whether it is written as null: `null`, `~` or nothing.
    pub fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar { text, style: Style::Plain }
            if matches!(text.as_slice(), b"" | b"~" | b"null" | b"Null" | b"NULL"))
    }

    /// The text of a scalar, whatever its type.
    pub fn text(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Content::Map { entries, .. } = &self.content else {
            return None;
        };
        entries.iter().find(|entry| entry.is(key)).map(|entry| &entry.value)
    }

    /// The value of a key of a map, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let Content::Map { entries, .. } = &mut self.content else {
            return None;
        };
        entries
            .iter_mut()
            .find(|entry| entry.is(key))
            .map(|entry| &mut entry.value)
    }

    /// Sets a key of a map: its value is replaced where it stands, or goes to the end. Nothing happens to what is no map.
    pub fn set(&mut self, key: &str, value: Node) {
        if let Some(place) = self.get_mut(key) {
            *place = value;
        } else if let Content::Map { entries, .. } = &mut self.content {
            let text = key.as_bytes().to_vec();
            let style = Style::Plain;
            entries.push(Entry {
                head: Vec::new(),
                key: Node::new(Content::Scalar { text, style }),
                after_colon: Vec::new(),
                value,
            });
        }
    }

    /// Takes a key out of a map.
    pub fn remove(&mut self, key: &str) {
        if let Content::Map { entries, .. } = &mut self.content
            && let Some(at) = entries.iter().position(|entry| entry.is(key))
        {
            entries.remove(at);
        }
    }

    /// Whether it is a collection without anything in it.
    pub fn is_empty(&self) -> bool {
        match &self.content {
            Content::List { items, .. } => items.is_empty(),
            Content::Map { entries, .. } => entries.is_empty(),
            _ => false,
        }
    }

    /// The items of a list, none for anything else.
    pub fn into_items(self) -> Vec<Node> {
        match self.content {
            Content::List { items, .. } => items.into_iter().map(|item| item.node).collect(),
            _ => Vec::new(),
        }
    }
}

impl Entry {
    fn is(&self, key: &str) -> bool {
        self.key.text() == Some(key.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let document = Document::parse(text.as_bytes())
            .expect("it is YAML")
            .expect("it has a node");
        let mut out = Vec::new();
        document.write(&mut out);
        String::from_utf8(out).expect("it is text")
    }

    /// What Helm 4.3.1 passes to a post-renderer (less the annotation) for these texts.
    #[test]
    fn layout_is_kyamls() {
        for (text, expected) in [
            (
                "a:\n    b:   1\n    c:\n        - x\n        -   - y\n            - z\n",
                "a:\n  b: 1\n  c:\n  - x\n  - - y\n    - z\n",
            ),
            (
                "{\"kind\": \"A\", \"a\": [1, 2], \"s\": \"x\\ny\"}\n",
                "{\"kind\": \"A\", \"a\": [1, 2], \"s\": \"x\\ny\"}\n",
            ),
            ("x: {a: 1,\n  b: 2}\ni: {}\nj: [ ]\n", "x: {a: 1, b: 2}\ni: {}\nj: []\n"),
            (
                "a: plain\n  text\nb: 'it''s'\nc: \"\\u00e9\\t\"\n",
                "a: plain text\nb: 'it''s'\nc: \"é\\t\"\n",
            ),
            ("a: p\n\n  q\n", "a: |-\n  p\n  q\n"),
            (
                "# head \t\na: 1 # line  \r\n# \nb: 2 #\n# last \n",
                "# head \t\na: 1 # line  \n# \nb: 2 #\n# last \n",
            ),
            ("a: |2\n    x\n", "a: |2\n    x\n"),
            ("a: |+\n  keep\n\nb: 1\n", "a: |+\n  keep\n\nb: 1\n"),
            ("a: >\n  f\n  g\nb: 1\n", "a: >\n  f g\n\nb: 1\n"),
            ("a: >-\n  f\n  g\n\n  h\nb: 1\n", "a: >-\n  f g\n\n  h\nb: 1\n"),
            (
                "a: >\n  a\n\n  b\n\n   c\n   d\n\nz: 1\n",
                "a: >\n  a\n\n  b\n\n\n   c\n   d\nz: 1\n",
            ),
            ("a: |\n  x\ty  \n  z\n", "a: \"x\\ty  \\nz\\n\"\n"),
            ("q: \"m\n  l\n\n  q\"\n", "q: \"m l\\nq\"\n"),
            ("a: \nb: ~\nc: null\nd: ''\n", "a:\nb: ~\nc: null\nd: ''\n"),
            ("? o\n: p\n", "o: p\n"),
            (
                "a: !!binary aGk=\nb: !foo {x: 1}\nc: !<tag:x> y\nd: &n\n  e: 1\nf: &s\n- 1\ng: *n\n",
                "a: !!binary aGk=\nb: !foo {x: 1}\nc: !<tag:x> y\nd: &n\n  e: 1\nf: &s\n- 1\ng: *n\n",
            ),
            ("n:\n  <<: *m\n  b: 2\n", "n:\n  !!merge <<: *m\n  b: 2\n"),
            ("a: null\na: 2\n", "a: null\na: 2\n"),
            (
                "l:\n- k: 1\n  l: 2\n-\n  m: 3\n- []\n- |\n  lit\n-\n",
                "l:\n- k: 1\n  l: 2\n- m: 3\n- []\n- |\n  lit\n-\n",
            ),
        ] {
            assert_eq!(written(text), expected, "{text:?}");
        }
    }

    #[test]
    fn comments_stay_with_what_they_are_about() {
        for (text, expected) in [
            (
                "kind: A   # c1\n# h\nspec: # c2\n    # inner\n    a: # c3\n    - x # c4\n    # c5\n\n    # c6\n    - y\n\n# far1\n\n# far2\n\nb: {} # c7\n",
                "kind: A # c1\n# h\nspec: # c2\n  # inner\n  a: # c3\n  - x # c4\n  # c5\n\n  # c6\n  - y\n# far1\n\n# far2\nb: {} # c7\n",
            ),
            (
                "# Copyright\n\nkind: A\na: 1\n\n# end\n\n# end2\n",
                "# Copyright\n\nkind: A\na: 1\n\n# end\n\n# end2\n",
            ),
            ("# h1\n\n# h2\nkind: A\n", "# h1\n\n# h2\nkind: A\n"),
            (
                "m:\n    name: x\n    # foot\n\n# before\nd:\n    a: 1\n\n    # mid\n\n    b: 2\n",
                "m:\n  name: x\n  # foot\n# before\nd:\n  a: 1\n  # mid\n  b: 2\n",
            ),
            ("a:\n  b: 1\n\n  # end in a\n", "a:\n  b: 1\n\n# end in a\n"),
            (
                "k:\n    - # in it\n      a: 1\n    # between\n    - b\n",
                "k:\n- # in it\n  a: 1\n# between\n- b\n",
            ),
            ("last: |\n  text\n# c9\n", "last: |\n  text\n# c9\n"),
        ] {
            assert_eq!(written(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_document_is_none_or_an_error() {
        assert!(Document::parse(b"# only\n").expect("fine").is_none());
        assert!(Document::parse(b"").expect("fine").is_none());
        let error = Document::parse(b"a: [b").expect_err("open bracket");
        assert_eq!(error.message(), "yaml: line 1: did not find expected ',' or ']'");
        let deep = || assert!(Document::parse("[".repeat(5000).as_bytes()).is_err());
        // As large as the stack of the program's main thread is, or larger.
        let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(deep);
        assert!(thread.expect("a thread").join().is_ok());
    }

    #[test]
    fn maps_can_be_changed() {
        let mut document = Document::parse(b"a: 1 # c\nb: {}\n").expect("fine").expect("a map");
        document.root.set("a", Node::quoted("it's"));
        document.root.set("n", Node::empty_map());
        document.root.get_mut("b").expect("there").set("x", Node::quoted(""));
        let mut out = Vec::new();
        document.write(&mut out);
        assert_eq!(out, b"a: 'it''s'\nb: {x: ''}\nn: {}\n");
        document.root.remove("b");
        assert!(document.root.get("b").is_none());
    }
}
