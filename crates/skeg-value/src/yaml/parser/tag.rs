//! Tags and the directives that give their handles a meaning.

use super::super::chars;
use super::super::cursor::Cursor;
use super::super::error::Scan;
use super::super::scanner::{self, Kind, Token};
use super::{Parser, unexpected};

/// The tag of a scalar, as far as it makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Tag {
    None,
    /// `!`, which makes a scalar a string.
    Bang,
    Str,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    /// Any other tag: on a scalar it makes a string, too.
    Other,
}

impl Parser<'_> {
    /// Reads the directives before a document.
    pub(super) fn directives(&mut self) -> Scan<()> {
        let mut version_seen = false;
        loop {
            let token = self.peek()?;
            let line = &self.text()[token.start as usize..token.end as usize];
            match token.kind {
                Kind::VersionDirective => {
                    if version_seen {
                        return unexpected("found duplicate %YAML directive", token);
                    }
                    version_seen = true;
                    let number = line["%YAML".len()..].trim_ascii();
                    let mut parts = number.split(|&b| b == b'.').map(|part| part.trim_ascii());
                    let is_one = |part: Option<&[u8]>| part == Some(b"1") || part == Some(b"01");
                    if !(is_one(parts.next()) && is_one(parts.next())) {
                        return unexpected("found incompatible YAML document", token);
                    }
                }
                Kind::TagDirective => {
                    let mut words = line["%TAG".len()..]
                        .split(|b| b" \t".contains(b))
                        .filter(|word| !word.is_empty());
                    let (handle, prefix) = (words.next().unwrap_or(b""), words.next().unwrap_or(b""));
                    if self.handles.iter().any(|(known, _)| known == handle) {
                        return unexpected("found duplicate %TAG directive", token);
                    }
                    self.handles.push((handle.to_vec(), unescaped(prefix)));
                }
                _ => return Ok(()),
            }
            self.scanner.skip();
        }
    }

    /// What a tag token means under the handles in force.
    pub(super) fn tag(&self, token: Token) -> Scan<Tag> {
        let source = &self.text()[token.start as usize..token.end as usize];
        let mut tag = Vec::new();
        if let Some(uri) = source.strip_prefix(b"!<") {
            tag = unescaped(&uri[..uri.len() - 1]);
        } else if source == b"!" {
            return Ok(Tag::Bang);
        } else {
            let name = source[1..]
                .iter()
                .position(|&b| chars::CLASS[b as usize] & chars::WORD == 0);
            let handle = match name {
                Some(length) if source[1 + length] == b'!' => &source[..length + 2],
                _ => &source[..1],
            };
            let prefix = match self.handles.iter().find(|(known, _)| known == handle) {
                Some((_, prefix)) => prefix.as_slice(),
                None if handle == b"!" => b"!",
                None if handle == b"!!" => LONG_PREFIX,
                None => return unexpected("found undefined tag handle", token),
            };
            tag.extend_from_slice(prefix);
            tag.extend(unescaped(&source[handle.len()..]));
        }
        Ok(match tag.strip_prefix(LONG_PREFIX) {
            Some(b"str") => Tag::Str,
            Some(b"bool") => Tag::Bool,
            Some(b"int") => Tag::Int,
            Some(b"float") => Tag::Float,
            Some(b"null") => Tag::Null,
            Some(b"timestamp") => Tag::Timestamp,
            Some(b"binary") => Tag::Binary,
            Some(b"merge") => Tag::Merge,
            _ if tag == b"!" => Tag::Bang,
            _ => Tag::Other,
        })
    }
}

const LONG_PREFIX: &[u8] = b"tag:yaml.org,2002:";

/// A tag's URI with its `%XX` escapes replaced.
fn unescaped(uri: &[u8]) -> Vec<u8> {
    let mut cursor = Cursor::new(uri, None);
    let mut output = Vec::with_capacity(uri.len());
    while !cursor.at_end() {
        let escaped =
            cursor.byte() == b'%' && matches!(scanner::escaped_character(&mut cursor, &mut output), Ok(Ok(())));
        if !escaped {
            output.push(cursor.byte());
            cursor.at += 1;
        }
    }
    output
}
