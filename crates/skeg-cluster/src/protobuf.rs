//! Reading protocol buffers: so much of the wire format as answers of an API server need.
//!
//! An API server encodes lists several times as fast in this form as in JSON, and the contents of Secrets come as bytes
//! instead of base64. Nothing is copied here, and no length in a text is believed before so many bytes are there.
//!
//! # Source
//! Protocol Buffers, "Encoding"; Kubernetes API concepts, "Kubernetes Protobuf encoding"; the `generated.proto` files of
//! Kubernetes' API for the numbers of fields.

use serde_json::{Value, json};

/// What every answer begins with, before a message `Unknown`.
const MAGIC: &[u8] = b"k8s\0";

/// The fields of `Unknown` that are of interest.
const UNKNOWN_RAW: u64 = 2;
const UNKNOWN_ENCODING: u64 = 3;

/// A text that is not in the wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is no valid protocol buffer")]
pub(crate) struct Malformed;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field<'t> {
    /// A number or a truth value.
    Number(u64),
    /// Text, bytes, or a message.
    Bytes(&'t [u8]),
    /// Of a fixed width: nothing that is read here.
    Fixed,
}

impl<'t> Field<'t> {
    /// The bytes; none of a number.
    pub(crate) fn bytes(self) -> &'t [u8] {
        match self {
            Field::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// The text; letters that are no UTF-8 become U+FFFD.
    pub(crate) fn text(self) -> String {
        match std::str::from_utf8(self.bytes()) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(self.bytes()).into_owned(),
        }
    }

    fn number(self) -> u64 {
        match self {
            Field::Number(number) => number,
            _ => 0,
        }
    }
}

/// The fields of a message, in their order: number and contents.
pub(crate) struct Fields<'t>(&'t [u8]);

/// The fields of a message.
pub(crate) fn fields(message: &[u8]) -> Fields<'_> {
    Fields(message)
}

impl<'t> Iterator for Fields<'t> {
    type Item = Result<(u64, Field<'t>), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = field(&mut self.0).and_then(|field| field.ok_or(Malformed));
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

/// Takes a field from the beginning of a text; none if the text ends within it.
fn field<'t>(text: &mut &'t [u8]) -> Result<Option<(u64, Field<'t>)>, Malformed> {
    let mut rest = *text;
    let Some(tag) = varint(&mut rest)? else { return Ok(None) };
    let field = match tag & 7 {
        0 => varint(&mut rest)?.map(Field::Number),
        1 => split(&mut rest, 8).map(|_| Field::Fixed),
        2 => match varint(&mut rest)? {
            Some(length) => split(&mut rest, length).map(Field::Bytes),
            None => None,
        },
        5 => split(&mut rest, 4).map(|_| Field::Fixed),
        _ => return Err(Malformed),
    };
    if field.is_some() {
        *text = rest;
    }
    Ok(field.map(|field| (tag >> 3, field)))
}

fn split<'t>(text: &mut &'t [u8], length: u64) -> Option<&'t [u8]> {
    let (front, rest) = text.split_at_checked(usize::try_from(length).ok()?)?;
    *text = rest;
    Some(front)
}

/// A number in groups of seven bits, the lowest first; none if the text ends within it.
fn varint(text: &mut &[u8]) -> Result<Option<u64>, Malformed> {
    // Nearly all are of one byte.
    if let [byte @ ..0x80, rest @ ..] = *text {
        *text = rest;
        return Ok(Some(u64::from(*byte)));
    }
    let mut number = 0;
    for (at, &byte) in text.iter().enumerate().take(10) {
        if at == 9 && byte > 1 {
            return Err(Malformed);
        }
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            *text = &text[at + 1..];
            return Ok(Some(number));
        }
    }
    if text.len() < 10 { Ok(None) } else { Err(Malformed) }
}

/// Reads an entry of a map from text to text or bytes.
pub(crate) fn entry(message: &[u8]) -> Result<(String, &[u8]), Malformed> {
    let mut found = (String::new(), &[][..]);
    for field in fields(message) {
        match field? {
            (1, key) => found.0 = key.text(),
            (2, value) => found.1 = value.bytes(),
            _ => {}
        }
    }
    Ok(found)
}

/// Whether a text begins as answers in this form do. One byte suffices to tell it from JSON.
pub(crate) fn is_protobuf(text: &[u8]) -> bool {
    text.first() == MAGIC.first()
}

/// The message inside an answer.
pub(crate) fn message(answer: &[u8]) -> Result<&[u8], Malformed> {
    let mut raw = &[][..];
    for field in fields(answer.strip_prefix(MAGIC).ok_or(Malformed)?) {
        match field? {
            (UNKNOWN_RAW, contents) => raw = contents.bytes(),
            (UNKNOWN_ENCODING, encoding) if !encoding.bytes().is_empty() => return Err(Malformed),
            _ => {}
        }
    }
    Ok(raw)
}

/// Reads the fields of the message in an answer while the answer comes.
#[derive(Debug, Default)]
pub(crate) struct Inflow {
    /// What has come and is not read: never more than one field and one piece of the answer.
    waiting: Vec<u8>,
    stage: Stage,
}

/// Is told the number of a field and its bytes.
pub(crate) type Reader<'r> = dyn FnMut(u64, &[u8]) -> Result<(), Malformed> + 'r;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing has come yet.
    #[default]
    Magic,
    /// Before the message.
    Envelope,
    /// So many bytes of the message are to come or waiting.
    Message(u64),
    /// Behind the message.
    End,
}

impl Inflow {
    /// Takes a piece of the answer; `read` gets every field of the message that is whole by now.
    pub(crate) fn take(&mut self, piece: &[u8], read: &mut Reader<'_>) -> Result<(), Malformed> {
        if self.waiting.is_empty() {
            let unread = self.advance(piece, read)?;
            self.waiting.extend_from_slice(&piece[piece.len() - unread..]);
            return Ok(());
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.extend_from_slice(piece);
        let unread = self.advance(&waiting, read)?;
        waiting.drain(..waiting.len() - unread);
        self.waiting = waiting;
        Ok(())
    }

    /// Whether the answer is whole.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        match self.stage {
            Stage::End if self.waiting.is_empty() => Ok(()),
            _ => Err(Malformed),
        }
    }

    /// Reads what is whole; gives how many bytes are left.
    fn advance(&mut self, text: &[u8], read: &mut Reader<'_>) -> Result<usize, Malformed> {
        let mut rest = text;
        loop {
            match self.stage {
                Stage::Magic => {
                    if !rest.starts_with(&MAGIC[..rest.len().min(MAGIC.len())]) {
                        return Err(Malformed);
                    }
                    let Some(behind) = rest.get(MAGIC.len()..) else { break };
                    rest = behind;
                    self.stage = Stage::Envelope;
                }
                Stage::Envelope => {
                    let mut inner = rest;
                    let Some(tag) = varint(&mut inner)? else { break };
                    if tag == UNKNOWN_RAW << 3 | 2 {
                        let Some(length) = varint(&mut inner)? else { break };
                        rest = inner;
                        self.stage = Stage::Message(length);
                    } else if field(&mut rest)?.is_none() {
                        break;
                    }
                }
                Stage::Message(0) => self.stage = Stage::End,
                Stage::Message(left) => {
                    let here = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                    let mut inner = &rest[..here];
                    let Some((number, contents)) = field(&mut inner)? else {
                        // A field that reaches beyond the message.
                        if here as u64 == left {
                            return Err(Malformed);
                        }
                        break;
                    };
                    read(number, contents.bytes())?;
                    let taken = here - inner.len();
                    rest = &rest[taken..];
                    self.stage = Stage::Message(left - taken as u64);
                }
                Stage::End => match field(&mut rest)? {
                    Some((UNKNOWN_ENCODING, encoding)) if !encoding.bytes().is_empty() => return Err(Malformed),
                    Some(_) => {}
                    None => break,
                },
            }
        }
        Ok(rest.len())
    }
}

/// The `Status` in an answer, as its JSON form has it.
///
/// # Source
/// `Status`, `StatusDetails` and `StatusCause` of `k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto`.
pub(crate) fn status(answer: &[u8]) -> Result<Value, Malformed> {
    let mut status = json!({"kind": "Status"});
    for field in fields(message(answer)?) {
        match field? {
            (2, text) => status["status"] = text.text().into(),
            (3, text) => status["message"] = text.text().into(),
            (4, text) => status["reason"] = text.text().into(),
            (5, inner) => status["details"] = details(inner.bytes())?,
            (6, code) => status["code"] = code.number().into(),
            _ => {}
        }
    }
    Ok(status)
}

fn details(message: &[u8]) -> Result<Value, Malformed> {
    let mut details = json!({});
    let mut causes = Vec::new();
    for field in fields(message) {
        let (number, contents) = field?;
        match number {
            4 => causes.push(cause(contents.bytes())?),
            5 if contents.number() != 0 => details["retryAfterSeconds"] = contents.number().into(),
            _ => put(
                &mut details,
                &[(1, "name"), (2, "group"), (3, "kind"), (6, "uid")],
                number,
                contents,
            ),
        }
    }
    if !causes.is_empty() {
        details["causes"] = Value::Array(causes);
    }
    Ok(details)
}

fn cause(message: &[u8]) -> Result<Value, Malformed> {
    let mut cause = json!({});
    for field in fields(message) {
        let (number, contents) = field?;
        put(
            &mut cause,
            &[(1, "reason"), (2, "message"), (3, "field")],
            number,
            contents,
        );
    }
    Ok(cause)
}

/// Sets the text that a number stands for; empty ones are left out, as in JSON.
fn put(object: &mut Value, names: &[(u64, &str)], number: u64, contents: Field<'_>) {
    let name = names.iter().find(|(known, _)| *known == number);
    if let Some((_, name)) = name.filter(|_| !contents.bytes().is_empty()) {
        object[*name] = contents.text().into();
    }
}

#[cfg(test)]
pub(crate) mod tests;
