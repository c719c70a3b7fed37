//! The head of a manifest: what Helm wants to know of every rendered document.
//!
//! [`check_head`] goes once over a document without building a tree. The whole text is checked, for a manifest that does
//! not parse is an error wherever the fault is. Unusual documents (anchors, tags, odd keys, wrong types) take the long
//! way through a decoded value; both ways give the same answers.

use std::collections::BTreeMap;

use super::error::YamlError;
use super::exact;
use super::input::Input;
use super::parser::{Event, Parser, Say, Tag};
use super::resolve::{self, Meaning};
use super::typed;
use super::value::{self, MAX_DEPTH, Numbers};
use super::{Failure, decode_exactly, sized};
use crate::string::Str;
use crate::value::Value;

/// What Helm calls `SimpleHead`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`, empty where it is missing.
    pub api_version: Str,
    /// `kind`, empty where it is missing.
    pub kind: Str,
    /// `metadata`, none where it is missing or null.
    pub metadata: Option<HeadMetadata>,
}

/// The part of `metadata` that matters for rendering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadMetadata {
    /// `name`, empty where it is missing.
    pub name: Str,
    /// `annotations`, all of them text.
    pub annotations: BTreeMap<Str, Str>,
}

impl Head {
    /// The value of an annotation.
    pub fn annotation(&self, name: &str) -> Option<&Str> {
        self.metadata.as_ref()?.annotations.get(name.as_bytes())
    }
}

/// Reads the head of a manifest, checking all of its first document.
///
/// # Errors
/// Go's text for what does not parse, and for fields of the wrong type: `error unmarshaling JSON: while decoding JSON:
/// json: cannot unmarshal array into Go struct field .kind of type string`.
///
/// # Source
/// spec/rendering.md 6.1, rule 4.
pub fn check_head(text: &[u8]) -> Result<Head, YamlError> {
    sized(text)?;
    let input = Input::new(text);
    let mut fast = Fast {
        parser: Parser::new(&input.text, input.pages),
        text: &input.text,
        buffer: Vec::new(),
    };
    match fast.head() {
        Ok(head) => Ok(head),
        Err(Failure::Fault(fault)) => Err(fault.shifted(input.base).into()),
        Err(Failure::Unsupported) => head_of_value(decode_exactly(text, false, Numbers::Typed)?),
    }
}

/// The pass over the events.
struct Fast<'t> {
    parser: Parser<'t>,
    text: &'t [u8],
    buffer: Vec<u8>,
}

type Step<T> = Result<T, Failure>;

impl From<Box<super::error::Fault>> for Failure {
    fn from(fault: Box<super::error::Fault>) -> Self {
        Failure::Fault(fault)
    }
}

/// The fields that the head has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    ApiVersion,
    Kind,
    Metadata,
    Name,
    Annotations,
}

const ROOT_FIELDS: &[(&str, Field)] = &[
    ("apiVersion", Field::ApiVersion),
    ("kind", Field::Kind),
    ("metadata", Field::Metadata),
];
const METADATA_FIELDS: &[(&str, Field)] = &[("name", Field::Name), ("annotations", Field::Annotations)];

impl<'t> Fast<'t> {
    fn head(&mut self) -> Step<Head> {
        let mut head = Head::default();
        self.expect(Say::DocumentStart)?;
        self.expect(Say::MappingStart)?;
        while let Some(key) = self.key()? {
            match self.field(&key, ROOT_FIELDS)? {
                Some(Field::ApiVersion) => head.api_version = self.string()?,
                Some(Field::Kind) => head.kind = self.string()?,
                Some(_) => head.metadata = self.metadata()?,
                None => self.skip()?,
            }
        }
        self.expect(Say::DocumentEnd)?;
        Ok(head)
    }

    fn metadata(&mut self) -> Step<Option<HeadMetadata>> {
        if !self.map_or_null()? {
            return Ok(None);
        }
        let mut metadata = HeadMetadata::default();
        while let Some(key) = self.key()? {
            match self.field(&key, METADATA_FIELDS)? {
                Some(Field::Name) => metadata.name = self.string()?,
                Some(_) => metadata.annotations = self.annotations()?,
                None => self.skip()?,
            }
        }
        Ok(Some(metadata))
    }

    fn annotations(&mut self) -> Step<BTreeMap<Str, Str>> {
        let mut annotations = BTreeMap::new();
        if self.map_or_null()? {
            while let Some(key) = self.key()? {
                let text = key.scalar.text(self.text, &mut self.buffer);
                let meaning = resolve::meaning(&key, text).map_err(|_| Failure::Unsupported)?;
                let name = value::scalar_key(&meaning, text).ok_or(Failure::Unsupported)?;
                annotations.insert(name, self.string()?);
            }
        }
        Ok(annotations)
    }

    fn expect(&mut self, say: Say) -> Step<Event> {
        let event = self.parser.next_event()?;
        if event.say == say && event.anchor.is_none() {
            Ok(event)
        } else {
            Err(Failure::Unsupported)
        }
    }

    /// Opens the map that comes next; the answer is whether it was one and not null.
    fn map_or_null(&mut self) -> Step<bool> {
        let event = self.parser.next_event()?;
        match event.say {
            Say::MappingStart if event.anchor.is_none() => Ok(true),
            Say::Scalar => {
                self.check_scalar(&event)?;
                let null = event.plain && event.scalar.verbatim(self.text).is_some_and(resolve::is_null_word);
                if null { Ok(false) } else { Err(Failure::Unsupported) }
            }
            _ => Err(Failure::Unsupported),
        }
    }

    /// The next key of a map, none at its end.
    #[inline(always)]
    fn key(&mut self) -> Step<Option<Event>> {
        let event = self.parser.next_event()?;
        match event.say {
            Say::MappingEnd => Ok(None),
            Say::Scalar => {
                self.check_key(&event)?;
                Ok(Some(event))
            }
            _ => Err(Failure::Unsupported),
        }
    }

    /// The field that a key means. Keys that match only by ignoring case are left to the long way.
    fn field(&mut self, key: &Event, fields: &[(&str, Field)]) -> Step<Option<Field>> {
        let text = key.scalar.text(self.text, &mut self.buffer);
        for &(name, field) in fields {
            if text == name.as_bytes() {
                return Ok(Some(field));
            }
            if typed::same_field(name, text) {
                return Err(Failure::Unsupported);
            }
        }
        Ok(None)
    }

    /// A scalar as the text of a string field; null is the empty text.
    fn string(&mut self) -> Step<Str> {
        let event = self.expect(Say::Scalar)?;
        if event.tag != Tag::None {
            return Err(Failure::Unsupported);
        }
        let text = event.scalar.text(self.text, &mut self.buffer);
        let meaning = if event.plain {
            resolve::plain(text)
        } else {
            Meaning::Text
        };
        if meaning == Meaning::Text {
            return Ok(Str::from_bytes(text));
        }
        let value = value::scalar_value(meaning, text, Numbers::Typed).unwrap_or_default();
        Ok(typed::scalar_text(&value).unwrap_or_default())
    }

    /// Goes over the node that comes next.
    fn skip(&mut self) -> Step<()> {
        // Which of the open collections are maps, and whether a key is due in the innermost.
        let mut open: u64 = 0;
        let mut deep: Vec<bool> = Vec::new();
        let mut depth = 0usize;
        let mut key_due = false;
        loop {
            let event = self.parser.next_event()?;
            if event.anchor.is_some() {
                return Err(Failure::Unsupported);
            }
            match event.say {
                Say::Scalar if key_due => {
                    self.check_key(&event)?;
                    key_due = false;
                    continue;
                }
                Say::Scalar => self.check_scalar(&event)?,
                Say::SequenceStart | Say::MappingStart => {
                    if key_due || depth >= MAX_DEPTH - 3 {
                        return Err(Failure::Unsupported);
                    }
                    key_due = event.say == Say::MappingStart;
                    // The bits serve usual depths, the list all others.
                    if depth >= 64 {
                        deep.push(open >> 63 == 1);
                    }
                    open = open << 1 | u64::from(key_due);
                    depth += 1;
                    continue;
                }
                Say::SequenceEnd | Say::MappingEnd => {
                    depth -= 1;
                    open >>= 1;
                    if depth >= 64 && deep.pop() == Some(true) {
                        open |= 1 << 63;
                    }
                }
                _ => return Err(Failure::Unsupported),
            }
            if depth == 0 {
                return Ok(());
            }
            key_due = open & 1 == 1;
        }
    }

    /// Leaves scalars that may not become JSON to the long way: tagged ones and infinite numbers.
    #[inline(always)]
    fn check_scalar(&mut self, event: &Event) -> Step<()> {
        if event.tag != Tag::None {
            return Err(Failure::Unsupported);
        }
        if event.plain
            && let Some(text) = event.scalar.verbatim(self.text)
            && matches!(text, [b'.', ..] | [b'+' | b'-', b'.', ..])
            && matches!(resolve::plain(text), Meaning::Float(float) if !float.is_finite())
        {
            return Err(Failure::Unsupported);
        }
        Ok(())
    }

    /// Leaves keys that may not become JSON to the long way: null, merges, large integers.
    #[inline(always)]
    fn check_key(&mut self, event: &Event) -> Step<()> {
        if event.tag != Tag::None || event.anchor.is_some() {
            return Err(Failure::Unsupported);
        }
        if event.plain
            && let Some(text) = event.scalar.verbatim(self.text)
        {
            let odd = match text {
                [] | [b'~' | b'n' | b'N' | b'<', ..] => resolve::is_null_word(text) || text == b"<<",
                [b'0'..=b'9' | b'+' | b'-', ..] => matches!(resolve::plain(text), Meaning::Uint(_)),
                _ => false,
            };
            if odd {
                return Err(Failure::Unsupported);
            }
        }
        Ok(())
    }
}

const METADATA_TYPE: &str =
    r#"struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#;

/// The head of a decoded document, as Go's JSON decoder fills the struct: keys in sorted order, names matched without
/// regard to case, null leaving a field as it is.
fn head_of_value(value: Value) -> Result<Head, YamlError> {
    let value = with_text(value, ROOT_FIELDS);
    if let Some(error) = exact::first_unsupported(&value) {
        return Err(error);
    }
    let mut head = Head::default();
    let map = match &value {
        Value::Null => return Ok(head),
        Value::Map(map) => map,
        other => return Err(typed::mismatch(other, "", "util.SimpleHead")),
    };
    for (key, value) in map.borrow().iter() {
        let place = format!(".{}", pointer_token(key));
        match field_of(key, ROOT_FIELDS) {
            Some(Field::ApiVersion) => set_string(&mut head.api_version, value, &place)?,
            Some(Field::Kind) => set_string(&mut head.kind, value, &place)?,
            Some(_) => set_metadata(&mut head.metadata, value, &place)?,
            None => {}
        }
    }
    Ok(head)
}

fn set_metadata(metadata: &mut Option<HeadMetadata>, value: &Value, place: &str) -> Result<(), YamlError> {
    let map = match value {
        Value::Null => {
            *metadata = None;
            return Ok(());
        }
        Value::Map(map) => map,
        other => return Err(typed::mismatch(other, place, METADATA_TYPE)),
    };
    let metadata = metadata.get_or_insert_default();
    for (key, value) in map.borrow().iter() {
        let place = format!("{place}.{}", pointer_token(key));
        match field_of(key, METADATA_FIELDS) {
            Some(Field::Name) => set_string(&mut metadata.name, value, &place)?,
            Some(_) => set_annotations(&mut metadata.annotations, value, &place)?,
            None => {}
        }
    }
    Ok(())
}

fn set_annotations(annotations: &mut BTreeMap<Str, Str>, value: &Value, place: &str) -> Result<(), YamlError> {
    let map = match value {
        Value::Null => {
            annotations.clear();
            return Ok(());
        }
        Value::Map(map) => map,
        other => return Err(typed::mismatch(other, place, "map[string]string")),
    };
    for (key, value) in map.borrow().iter() {
        let mut text = Str::default();
        set_string(&mut text, value, &format!("{place}.{}", pointer_token(key)))?;
        annotations.insert(key.clone(), text);
    }
    Ok(())
}

fn set_string(target: &mut Str, value: &Value, place: &str) -> Result<(), YamlError> {
    match value {
        Value::Null => {}
        Value::String(text) => *target = text.clone(),
        other => return Err(typed::mismatch(other, place, "string")),
    }
    Ok(())
}

fn field_of(key: &[u8], fields: &[(&str, Field)]) -> Option<Field> {
    fields
        .iter()
        .find(|(name, _)| typed::same_field(name, key))
        .map(|&(_, field)| field)
}

/// A key as a token of a JSON pointer, the form that Go's messages show.
fn pointer_token(key: &Str) -> String {
    key.to_str_lossy().replace('~', "~0").replace('/', "~1")
}

/// The value with every scalar that goes to a string field turned into text.
fn with_text(value: Value, fields: &[(&str, Field)]) -> Value {
    let Value::Map(map) = &value else { return value };
    for (key, entry) in map.borrow_mut().iter_mut() {
        match field_of(key, fields) {
            Some(Field::Metadata) => *entry = with_text(std::mem::take(entry), METADATA_FIELDS),
            Some(Field::Annotations) => {
                if let Value::Map(annotations) = entry {
                    annotations.borrow_mut().values_mut().for_each(to_text);
                }
            }
            Some(_) => to_text(entry),
            None => {}
        }
    }
    value
}

fn to_text(value: &mut Value) {
    if let Some(text) = typed::scalar_text(value) {
        *value = Value::String(text);
    }
}
