//! A YAML document as a tree of nodes that know where they stand: for checks that point at a line.
//!
//! [`Tree::parse`] takes the text of one document. Nodes lie in one list and are named by [`NodeId`]; text stays in the
//! source wherever it can. Unlike a decoded value, a tree keeps keys that are set twice, and the order of keys. What
//! scalars mean is decided as everywhere in [`super`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::error::{Fault, YamlError};
use super::input::Input;
use super::parser::{Event, Parser, Say};
use super::resolve::{self, Meaning};
use super::{Numbers, decode_as, sized, value};

/// A node of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(u32);

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// `null`, `~`, or nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer beyond `i64`.
    Uint(u64),
    /// Any other number, perhaps infinite.
    Float(f64),
    /// Text; `!!binary` is decoded.
    Text(&'a [u8]),
    /// A list.
    List(&'a [NodeId]),
    /// A map, in the order of the text.
    Map(&'a [Entry]),
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    key: Text,
    /// Where the key stands.
    key_at: (u32, u32),
    /// The value.
    pub value: NodeId,
    /// Whether the same key was set before in this map: the later value counts.
    pub repeated: bool,
    /// Whether it came in by a merge (`<<`).
    pub merged: bool,
}

/// Deepest nesting of lists and maps that is read.
const DEEPEST: usize = 1000;

/// Bytes in the source, or in the side buffer where the source spells them differently.
#[derive(Clone, Copy, Debug)]
struct Text {
    aside: bool,
    start: u32,
    end: u32,
}

#[derive(Clone, Copy, Debug)]
enum Content {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(Text),
    List(u32, u32),
    Map(u32, u32),
}

#[derive(Clone, Copy, Debug)]
struct Node {
    content: Content,
    start: u32,
    end: u32,
}

/// A parsed document.
#[derive(Debug)]
pub struct Tree<'t> {
    text: Cow<'t, [u8]>,
    aside: Vec<u8>,
    nodes: Vec<Node>,
    items: Vec<NodeId>,
    entries: Vec<Entry>,
    root: Option<NodeId>,
    has_repeated_keys: bool,
    /// How far the text starts into what was given.
    base: usize,
}

impl<'t> Tree<'t> {
    /// Reads the first document of a text.
    ///
    /// # Errors
    /// As for [`super::decode_typed`], and nesting beyond 1000.
    pub fn parse(bytes: &'t [u8]) -> Result<Self, YamlError> {
        sized(bytes)?;
        let input = Input::new(bytes);
        let (base, pages) = (input.base, input.pages);
        let mut tree = Tree {
            text: input.text,
            aside: Vec::new(),
            nodes: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            root: None,
            has_repeated_keys: false,
            base,
        };
        let text = std::mem::take(&mut tree.text);
        let outcome = Builder::new(&mut tree, &text).run(Parser::new(&text, pages));
        tree.text = text;
        match outcome {
            // What aliases may blow up to is limited; counting is the decoder's business.
            Ok(aliases) if aliases => decode_as(bytes, Numbers::Typed).map(|_| tree),
            Ok(_) => Ok(tree),
            Err(Refusal::Fault(fault)) => Err(fault.shifted(base).into()),
            Err(Refusal::TooDeep) => Err(YamlError::converting("yaml: exceeded max depth")),
            Err(Refusal::Odd) => match decode_as(bytes, Numbers::Typed) {
                Err(error) => Err(error),
                Ok(_) => Err(YamlError::converting("yaml: unsupported map key")),
            },
        }
    }

    /// The document's node; none where the text holds no document.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The same tree with a text of its own.
    pub fn to_owned_text(&self) -> Tree<'static> {
        Tree {
            text: Cow::Owned(self.text.to_vec()),
            aside: self.aside.clone(),
            nodes: self.nodes.clone(),
            items: self.items.clone(),
            entries: self.entries.clone(),
            root: self.root,
            has_repeated_keys: self.has_repeated_keys,
            base: self.base,
        }
    }

    /// Whether some map of the document sets a key twice.
    pub fn has_repeated_keys(&self) -> bool {
        self.has_repeated_keys
    }

    /// What a node is.
    pub fn kind(&self, node: NodeId) -> Kind<'_> {
        match self.nodes[node.0 as usize].content {
            Content::Null => Kind::Null,
            Content::Bool(value) => Kind::Bool(value),
            Content::Int(value) => Kind::Int(value),
            Content::Uint(value) => Kind::Uint(value),
            Content::Float(value) => Kind::Float(value),
            Content::Text(text) => Kind::Text(self.bytes(text)),
            Content::List(start, end) => Kind::List(&self.items[start as usize..end as usize]),
            Content::Map(start, end) => Kind::Map(&self.entries[start as usize..end as usize]),
        }
    }

    /// The text of a key.
    pub fn key(&self, entry: &Entry) -> &[u8] {
        self.bytes(entry.key)
    }

    /// The bytes of a node in the text that was given. A collection spans from its first to its last text; a node that is
    /// left out is empty; what an alias means stands where it was anchored.
    pub fn span(&self, node: NodeId) -> Range<usize> {
        let node = &self.nodes[node.0 as usize];
        node.start as usize + self.base..node.end as usize + self.base
    }

    /// The bytes of a key in the text that was given.
    pub fn key_span(&self, entry: &Entry) -> Range<usize> {
        entry.key_at.0 as usize + self.base..entry.key_at.1 as usize + self.base
    }

    /// The entries of a map; none where the node is no map.
    pub fn entries(&self, node: NodeId) -> &[Entry] {
        match self.kind(node) {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none where the node is no list.
    pub fn items(&self, node: NodeId) -> &[NodeId] {
        match self.kind(node) {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The value that counts for a key of a map.
    pub fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        let entries = self.entries(node);
        let found = entries.iter().rev().find(|entry| self.key(entry) == key.as_bytes());
        found.map(|entry| entry.value)
    }

    /// The value behind several keys, one in the other.
    pub fn at(&self, node: NodeId, path: &[&str]) -> Option<NodeId> {
        path.iter().try_fold(node, |node, key| self.get(node, key))
    }

    /// The text of a node that is text and valid UTF-8.
    pub fn str(&self, node: NodeId) -> Option<&str> {
        match self.kind(node) {
            Kind::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }

    /// The truth value of a node that is one.
    pub fn bool(&self, node: NodeId) -> Option<bool> {
        match self.kind(node) {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether a node is null.
    pub fn is_null(&self, node: NodeId) -> bool {
        matches!(self.nodes[node.0 as usize].content, Content::Null)
    }

    fn bytes(&self, text: Text) -> &[u8] {
        let from: &[u8] = if text.aside { &self.aside } else { &self.text };
        &from[text.start as usize..text.end as usize]
    }
}

enum Refusal {
    Fault(Box<Fault>),
    /// Something that only the decoder has words for.
    Odd,
    TooDeep,
}

/// An open collection.
struct Open<'t> {
    node: NodeId,
    anchor: Option<&'t [u8]>,
    is_map: bool,
    /// Where its children begin in the pending ones.
    first: usize,
    key: Option<(Text, (u32, u32))>,
    /// Whether the key was `<<`.
    merge: bool,
}

struct Builder<'b, 'tree, 't> {
    tree: &'b mut Tree<'tree>,
    text: &'t [u8],
    open: Vec<Open<'t>>,
    items: Vec<NodeId>,
    entries: Vec<Entry>,
    anchors: HashMap<&'t [u8], Option<NodeId>>,
    buffer: Vec<u8>,
    last_end: u32,
    aliases: bool,
}

impl<'b, 'tree, 't> Builder<'b, 'tree, 't> {
    fn new(tree: &'b mut Tree<'tree>, text: &'t [u8]) -> Self {
        Builder {
            tree,
            text,
            open: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            anchors: HashMap::new(),
            buffer: Vec::new(),
            last_end: 0,
            aliases: false,
        }
    }

    /// Builds the tree; whether it has aliases.
    fn run(mut self, mut parser: Parser<'t>) -> Result<bool, Refusal> {
        loop {
            let event = parser.next_event().map_err(Refusal::Fault)?;
            match event.say {
                Say::Scalar => self.scalar(&event)?,
                Say::SequenceStart | Say::MappingStart => self.start(&event)?,
                Say::SequenceEnd | Say::MappingEnd => self.end(&event)?,
                Say::Alias => self.alias(&event)?,
                Say::DocumentStart => {}
                Say::DocumentEnd | Say::StreamEnd => return Ok(self.aliases),
            }
        }
    }

    fn add(&mut self, content: Content, start: u32, end: u32) -> NodeId {
        self.tree.nodes.push(Node { content, start, end });
        NodeId(self.tree.nodes.len() as u32 - 1)
    }

    /// Keeps the bytes of a scalar that is spelled differently in the source.
    fn keep(&mut self, bytes: &[u8]) -> Text {
        let start = self.tree.aside.len() as u32;
        self.tree.aside.extend_from_slice(bytes);
        Text {
            aside: true,
            start,
            end: self.tree.aside.len() as u32,
        }
    }

    fn scalar(&mut self, event: &Event) -> Result<(), Refusal> {
        if event.end > event.start {
            self.last_end = event.end;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let text = event.scalar.text(self.text, &mut buffer);
        let verbatim = event.scalar.verbatim_range().map(|(start, end)| Text {
            aside: false,
            start,
            end,
        });
        let key_due = matches!(self.open.last(), Some(open) if open.is_map && open.key.is_none() && !open.merge);
        if key_due && event.is_merge_key(self.text) {
            if let Some(open) = self.open.last_mut() {
                open.merge = true;
            }
            self.buffer = buffer;
            return Ok(());
        }
        // A text that does not fit its tag is the decoder's to refuse.
        let meaning = resolve::meaning(event, text).map_err(|_| Refusal::Odd)?;
        if key_due {
            let key = match &meaning {
                Meaning::Text => verbatim.unwrap_or_else(|| self.keep(text)),
                other => {
                    let key = value::scalar_key(other, text).ok_or(Refusal::Odd)?;
                    self.keep(&key)
                }
            };
            if let Some(open) = self.open.last_mut() {
                open.key = Some((key, (event.start, event.end)));
            }
            self.buffer = buffer;
            return Ok(());
        }
        let content = match meaning {
            Meaning::Null => Content::Null,
            Meaning::Bool(value) => Content::Bool(value),
            Meaning::Int(value) => Content::Int(value),
            Meaning::Uint(value) => Content::Uint(value),
            Meaning::Float(value) => Content::Float(value),
            Meaning::Text => Content::Text(verbatim.unwrap_or_else(|| self.keep(text))),
            Meaning::Bytes(bytes) => Content::Text(self.keep(&bytes)),
        };
        self.buffer = buffer;
        let node = self.add(content, event.start, event.end);
        if let Some(name) = event.anchor_name(self.text) {
            self.anchors.insert(name, Some(node));
        }
        self.attach(node)
    }

    fn start(&mut self, event: &Event) -> Result<(), Refusal> {
        if self.open.len() >= DEEPEST {
            return Err(Refusal::TooDeep);
        }
        let is_map = event.say == Say::MappingStart;
        if matches!(self.open.last(), Some(open) if open.is_map && open.key.is_none() && !open.merge) {
            return Err(Refusal::Odd);
        }
        let node = self.add(Content::Null, event.start, event.end);
        let anchor = event.anchor_name(self.text);
        if let Some(name) = anchor {
            // Until it ends, an alias to it would contain itself.
            self.anchors.insert(name, None);
        }
        self.open.push(Open {
            node,
            anchor,
            is_map,
            first: if is_map { self.entries.len() } else { self.items.len() },
            key: None,
            merge: false,
        });
        Ok(())
    }

    fn end(&mut self, event: &Event) -> Result<(), Refusal> {
        if event.end > event.start {
            self.last_end = event.end;
        }
        let Some(open) = self.open.pop() else { return Ok(()) };
        let content = if open.is_map {
            self.tree.has_repeated_keys |= mark_repeated(self.tree, self.text, &mut self.entries[open.first..]);
            let start = self.tree.entries.len() as u32;
            self.tree.entries.extend(self.entries.drain(open.first..));
            Content::Map(start, self.tree.entries.len() as u32)
        } else {
            let start = self.tree.items.len() as u32;
            self.tree.items.extend(self.items.drain(open.first..));
            Content::List(start, self.tree.items.len() as u32)
        };
        let node = &mut self.tree.nodes[open.node.0 as usize];
        node.content = content;
        node.end = self.last_end.max(node.start);
        if let Some(name) = open.anchor {
            self.anchors.insert(name, Some(open.node));
        }
        self.attach(open.node)
    }

    fn alias(&mut self, event: &Event) -> Result<(), Refusal> {
        self.aliases = true;
        let target = event.anchor_name(self.text).and_then(|name| self.anchors.get(name));
        let Some(Some(node)) = target.copied() else {
            return Err(Refusal::Odd);
        };
        if let Some(open) = self.open.last_mut()
            && open.is_map
            && open.key.is_none()
            && !open.merge
        {
            let Content::Text(key) = self.tree.nodes[node.0 as usize].content else {
                return Err(Refusal::Odd);
            };
            open.key = Some((key, (event.start, event.end)));
            return Ok(());
        }
        self.attach(node)
    }

    /// Puts a finished node into the collection around it.
    fn attach(&mut self, node: NodeId) -> Result<(), Refusal> {
        match self.open.last_mut() {
            None => self.tree.root = Some(node),
            Some(open) if !open.is_map => self.items.push(node),
            Some(open) if open.merge => {
                open.merge = false;
                return self.merge(node);
            }
            Some(open) => {
                if let Some((key, key_at)) = open.key.take() {
                    self.entries.push(Entry {
                        key,
                        key_at,
                        value: node,
                        repeated: false,
                        merged: false,
                    });
                }
            }
        }
        Ok(())
    }

    /// Takes over the entries of a map, or of a list of maps, the last of which comes first.
    fn merge(&mut self, node: NodeId) -> Result<(), Refusal> {
        // The content is looked at, not the kind: texts cannot be read before the tree is done.
        let maps: Vec<NodeId> = match self.tree.nodes[node.0 as usize].content {
            Content::Map(..) => vec![node],
            Content::List(start, end) => {
                let items = &self.tree.items[start as usize..end as usize];
                items.iter().rev().copied().collect()
            }
            _ => return Err(Refusal::Odd),
        };
        for map in maps {
            let Content::Map(start, end) = self.tree.nodes[map.0 as usize].content else {
                return Err(Refusal::Odd);
            };
            let merged = self.tree.entries[start as usize..end as usize].iter();
            self.entries.extend(merged.map(|entry| Entry {
                repeated: false,
                merged: true,
                ..*entry
            }));
        }
        Ok(())
    }
}

/// Marks the entries whose key was set before in the same map by the text itself; whether there are any.
fn mark_repeated(tree: &Tree<'_>, text: &[u8], entries: &mut [Entry]) -> bool {
    let bytes = |entry: &Entry| -> &[u8] {
        let Text { aside, start, end } = entry.key;
        let from: &[u8] = if aside { &tree.aside } else { text };
        &from[start as usize..end as usize]
    };
    const FEW: usize = 24;
    let mut any = false;
    if entries.len() <= FEW {
        for at in 1..entries.len() {
            let (before, rest) = entries.split_at(at);
            let key = bytes(&rest[0]);
            let again = !rest[0].merged && before.iter().any(|other| !other.merged && bytes(other) == key);
            entries[at].repeated = again;
            any |= again;
        }
        return any;
    }
    let mut seen = std::collections::HashSet::with_capacity(entries.len());
    let again: Vec<usize> = (entries.iter().enumerate())
        .filter(|(_, entry)| !entry.merged && !seen.insert(bytes(entry)))
        .map(|(at, _)| at)
        .collect();
    for at in again {
        entries[at].repeated = true;
        any = true;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree in a few letters, with the bytes of each scalar's source.
    fn shown(tree: &Tree<'_>, node: NodeId) -> String {
        match tree.kind(node) {
            Kind::Null => "null".to_owned(),
            Kind::Bool(value) => value.to_string(),
            Kind::Int(value) => value.to_string(),
            Kind::Uint(value) => value.to_string(),
            Kind::Float(value) => value.to_string(),
            Kind::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
            Kind::List(items) => {
                let items: Vec<_> = items.iter().map(|item| shown(tree, *item)).collect();
                format!("[{}]", items.join(" "))
            }
            Kind::Map(entries) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|entry| {
                        let key = String::from_utf8_lossy(tree.key(entry));
                        let mark = if entry.repeated { "!" } else { "" };
                        format!("{key}{mark}={}", shown(tree, entry.value))
                    })
                    .collect();
                format!("{{{}}}", entries.join(" "))
            }
        }
    }

    #[test]
    fn trees_keep_what_stands_in_the_text() {
        for (name, text, expected) in [
            (
                "scalars",
                "a: 1\nb: yes\nc: ~\nd: x\ne: 1.5\n",
                "{a=1 b=true c=null d=\"x\" e=1.5}",
            ),
            ("a key set twice", "a: 1\nb: 2\na: 3\n", "{a=1 b=2 a!=3}"),
            ("keys that are no text", "1: a\ntrue: b\n", "{1=\"a\" true=\"b\"}"),
            (
                "folded text",
                "a: >\n  x\n  y\nb: \"\\n\"\n",
                "{a=\"x y\\n\" b=\"\\n\"}",
            ),
            ("lists", "- 1\n- [a, {b: c}]\n", "[1 [\"a\" {b=\"c\"}]]"),
            ("aliases", "a: &x {k: 1}\nb: *x\n", "{a={k=1} b={k=1}}"),
            (
                "merges",
                "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n",
                "{a={k=1 l=2} b={k=1 l=2 k=3}}",
            ),
            ("json", "{\"a\": [1, null]}", "{a=[1 null]}"),
        ] {
            let tree = Tree::parse(text.as_bytes()).expect(name);
            assert_eq!(shown(&tree, tree.root().expect(name)), expected, "{name}");
        }
    }

    #[test]
    fn nodes_know_where_they_stand() {
        let text = "a:\n  b: [x,  yy]\nc:\n";
        let tree = Tree::parse(text.as_bytes()).expect("fine");
        let root = tree.root().expect("a map");
        let list = tree.at(root, &["a", "b"]).expect("a list");
        assert_eq!(&text[tree.span(list)], "[x,  yy]");
        assert_eq!(&text[tree.span(tree.items(list)[1])], "yy");
        assert_eq!(&text[tree.key_span(&tree.entries(root)[1])], "c");
        assert!(tree.is_null(tree.get(root, "c").expect("there")));
    }

    #[test]
    fn what_the_decoder_refuses_is_refused_in_its_words() {
        let deep = "[".repeat(2000) + &"]".repeat(2000);
        for (text, expected) in [
            (
                "a: b: c\n",
                "error converting YAML to JSON: yaml: mapping values are not allowed in this context",
            ),
            (
                "? [a]\n: b\n",
                "error converting YAML to JSON: yaml: invalid map key: []interface {}{\"a\"}",
            ),
            (
                "a: &x [*x]\n",
                "error converting YAML to JSON: yaml: anchor 'x' value contains itself",
            ),
            (
                "a: *x\n",
                "error converting YAML to JSON: yaml: unknown anchor 'x' referenced",
            ),
            (&deep, "error converting YAML to JSON: yaml: exceeded max depth"),
        ] {
            let error = Tree::parse(text.as_bytes()).err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), Some(expected));
        }
        assert!(Tree::parse(b"# nothing\n").is_ok_and(|tree| tree.root().is_none()));
    }

    #[test]
    fn what_is_no_map_cannot_be_merged() {
        for text in ["a: 1\n<<: text\n", "<<: [text]\n", "<<: 'x'\nb: 2\n"] {
            assert!(Tree::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
