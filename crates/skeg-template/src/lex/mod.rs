//! The lexer: template text in, tokens out, one at a time.
//!
//! A token is a kind and a byte range; its text is the source's. Trim markers and comments are dealt with here, the
//! parser never sees them. An error is a token too, the last one: its words are kept in [`Lexer::error`].
//!
//! # Source
//! spec/rendering.md 1.2.

mod letters;
mod number;

use std::sync::Arc;

use crate::print::decode_rune;

use letters::is_name_character;

/// What a token is. Keywords come after [`Kind::Keyword`], as error messages show them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Error,
    Bool,
    /// A character that stands for itself, such as a comma.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    Eof,
    /// `.name`.
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    /// `$` or `$name`.
    Variable,
    /// No token has this kind: it divides the others from the keywords.
    Keyword,
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

/// A token: kind and byte range in the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";
/// A trim marker and the space on its inner side.
const MARKER: usize = 2;

/// Whether a byte is white space inside actions and for trimming.
fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

/// Which ASCII characters names may consist of.
static NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = matches!(byte as u8, b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z');
        byte += 1;
    }
    table
};

/// Reads a template text.
pub(crate) struct Lexer {
    text: Arc<[u8]>,
    /// Where opening delimiters stand, also such as belong to strings and comments of actions.
    delimiters: Vec<u32>,
    /// How many of them are behind.
    passed: usize,
    at: usize,
    /// Where the token being read starts.
    start: usize,
    inside_action: bool,
    parens: usize,
    failed: bool,
    /// The words of the error token.
    pub(crate) error: String,
}

impl Lexer {
    pub(crate) fn new(text: Arc<[u8]>) -> Self {
        Lexer {
            delimiters: memchr::memmem::find_iter(&text, LEFT).map(|at| at as u32).collect(),
            passed: 0,
            text,
            at: 0,
            start: 0,
            inside_action: false,
            parens: 0,
            failed: false,
            error: String::new(),
        }
    }

    /// How many opening delimiters there are at most.
    pub(crate) fn count_delimiters(&self) -> usize {
        self.delimiters.len()
    }

    /// The place of the next opening delimiter in the text that begins here. Braces in a row are taken two by two from
    /// the left, as they were counted: an action never ends between two of them.
    fn next_delimiter(&mut self) -> Option<usize> {
        while let Some(&delimiter) = self.delimiters.get(self.passed) {
            if delimiter as usize >= self.at {
                return Some(delimiter as usize);
            }
            self.passed += 1;
        }
        None
    }

    /// The next token; [`Kind::Eof`] for ever at the end or after an error.
    #[inline(never)]
    pub(crate) fn next_token(&mut self) -> Token {
        if self.failed {
            return Token {
                kind: Kind::Eof,
                start: self.start,
                end: self.start,
            };
        }
        if self.inside_action { self.action() } else { self.text() }
    }

    fn token(&mut self, kind: Kind) -> Token {
        let token = Token {
            kind,
            start: self.start,
            end: self.at,
        };
        self.start = self.at;
        token
    }

    fn fail(&mut self, message: impl Into<String>) -> Token {
        self.failed = true;
        self.error = message.into();
        Token {
            kind: Kind::Error,
            start: self.start,
            end: self.at.min(self.text.len()),
        }
    }

    fn rest(&self) -> &[u8] {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The character at the current place (U+FFFD for an invalid byte) and its length.
    fn peek_rune(&self) -> Option<(char, usize)> {
        if self.at >= self.text.len() {
            return None;
        }
        let (c, length) = decode_rune(self.rest());
        Some((c.unwrap_or(char::REPLACEMENT_CHARACTER), length))
    }

    /// Text up to the next action; comments are skipped.
    fn text(&mut self) -> Token {
        loop {
            let Some(delimiter) = self.next_delimiter() else {
                self.at = self.text.len();
                let kind = if self.at > self.start { Kind::Text } else { Kind::Eof };
                return self.token(kind);
            };
            let mut end = delimiter;
            if has_left_marker(&self.text[delimiter + LEFT.len()..]) {
                while end > self.start && is_space(self.text[end - 1]) {
                    end -= 1;
                }
            }
            if end > self.start {
                let token = Token {
                    kind: Kind::Text,
                    start: self.start,
                    end,
                };
                self.at = delimiter;
                self.start = delimiter;
                return token;
            }
            self.at = delimiter;
            self.start = delimiter;
            if let Some(token) = self.left_delimiter() {
                return token;
            }
        }
    }

    /// The opening delimiter; none where it opened a comment that is now behind.
    fn left_delimiter(&mut self) -> Option<Token> {
        self.at += LEFT.len();
        let marker = if has_left_marker(self.rest()) { MARKER } else { 0 };
        if self.text[self.at + marker..].starts_with(b"/*") {
            self.at += marker;
            self.start = self.at;
            return self.comment();
        }
        let token = self.token(Kind::LeftDelim);
        self.at += marker;
        self.start = self.at;
        self.inside_action = true;
        self.parens = 0;
        Some(token)
    }

    /// A comment and its closing delimiter; a token only on error.
    fn comment(&mut self) -> Option<Token> {
        let Some(length) = find(&self.text[self.at + 2..], b"*/") else {
            return Some(self.fail("unclosed comment"));
        };
        self.at += length + 4;
        let Some(marker) = self.at_right_delimiter() else {
            return Some(self.fail("comment ends before closing delimiter"));
        };
        self.at += marker + RIGHT.len();
        if marker > 0 {
            self.skip_spaces();
        }
        self.start = self.at;
        None
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// The length of the trim marker before a closing delimiter here, or none where there is no such delimiter.
    fn at_right_delimiter(&self) -> Option<usize> {
        let rest = self.rest();
        if has_right_marker(rest) && rest[MARKER..].starts_with(RIGHT) {
            Some(MARKER)
        } else if rest.starts_with(RIGHT) {
            Some(0)
        } else {
            None
        }
    }

    fn right_delimiter(&mut self, marker: usize) -> Token {
        self.at += marker;
        self.start = self.at;
        self.at += RIGHT.len();
        let token = self.token(Kind::RightDelim);
        if marker > 0 {
            self.skip_spaces();
            self.start = self.at;
        }
        self.inside_action = false;
        token
    }

    fn action(&mut self) -> Token {
        let Some(first) = self.peek() else {
            return self.fail("unclosed action");
        };
        // Nothing else begins a closing delimiter.
        if (first == b'}' || is_space(first))
            && let Some(marker) = self.at_right_delimiter()
        {
            return if self.parens == 0 {
                self.right_delimiter(marker)
            } else {
                self.fail("unclosed left paren")
            };
        }
        let (c, length) = match first {
            0..=0x7F => (char::from(first), 1),
            _ => self.peek_rune().unwrap_or((char::REPLACEMENT_CHARACTER, 1)),
        };
        match c {
            ' ' | '\t' | '\r' | '\n' => return self.space(),
            '.' if !self.text.get(self.at + 1).is_some_and(u8::is_ascii_digit) && self.at + 1 < self.text.len() => {
                self.at += 1;
                return self.field_or_variable(Kind::Field);
            }
            '.' | '+' | '-' | '0'..='9' => return self.number(),
            _ if is_name_character(c) => return self.identifier(),
            _ => self.at += length,
        }
        match c {
            '=' => self.token(Kind::Assign),
            ':' => {
                if self.peek() != Some(b'=') {
                    return self.fail("expected :=");
                }
                self.at += 1;
                self.token(Kind::Declare)
            }
            '|' => self.token(Kind::Pipe),
            '"' => self.delimited(b'"', Kind::String, "unterminated quoted string"),
            '\'' => self.delimited(b'\'', Kind::CharConstant, "unterminated character constant"),
            '`' => self.raw_string(),
            '$' => self.field_or_variable(Kind::Variable),
            '(' => {
                self.parens += 1;
                self.token(Kind::LeftParen)
            }
            ')' if self.parens == 0 => self.fail("unexpected right paren"),
            ')' => {
                self.parens -= 1;
                self.token(Kind::RightParen)
            }
            '!'..='~' => self.token(Kind::Char),
            _ => self.fail(format!("unrecognized character in action: {}", code_point(c))),
        }
    }

    /// A run of spaces; its last one is left over where it belongs to a trim marker.
    fn space(&mut self) -> Token {
        self.skip_spaces();
        let last = self.at - 1;
        let rest = &self.text[last..];
        if has_right_marker(rest) && rest[MARKER..].starts_with(RIGHT) {
            self.at = last;
            if last == self.start {
                // Go doesn't look at parentheses on this way; the parser finds the delimiter unexpected.
                return self.right_delimiter(MARKER);
            }
        }
        self.token(Kind::Space)
    }

    fn skip_name(&mut self) {
        let rest = self.rest();
        self.at += rest
            .iter()
            .position(|&b| !NAME_BYTES[usize::from(b)])
            .unwrap_or(rest.len());
        if self.peek().is_none_or(|b| b.is_ascii()) {
            return;
        }
        while let Some((c, length)) = self.peek_rune() {
            if !is_name_character(c) {
                break;
            }
            self.at += length;
        }
    }

    /// Whether what follows may follow a name.
    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b'(' | b')') => true,
            Some(_) => self.rest().starts_with(RIGHT),
        }
    }

    fn bad_character(&mut self) -> Token {
        let c = self.peek_rune().map_or(char::REPLACEMENT_CHARACTER, |(c, _)| c);
        self.fail(format!("bad character {}", code_point(c)))
    }

    fn identifier(&mut self) -> Token {
        self.skip_name();
        if !self.at_terminator() {
            return self.bad_character();
        }
        let kind = match &self.text[self.start..self.at] {
            b"true" | b"false" => Kind::Bool,
            b"block" => Kind::Block,
            b"break" => Kind::Break,
            b"continue" => Kind::Continue,
            b"define" => Kind::Define,
            b"else" => Kind::Else,
            b"end" => Kind::End,
            b"if" => Kind::If,
            b"nil" => Kind::Nil,
            b"range" => Kind::Range,
            b"template" => Kind::Template,
            b"with" => Kind::With,
            _ => Kind::Identifier,
        };
        self.token(kind)
    }

    /// `.name`, `$name`, or a dot or dollar of its own; the first character is behind.
    fn field_or_variable(&mut self, kind: Kind) -> Token {
        if self.at_terminator() {
            return self.token(if kind == Kind::Field { Kind::Dot } else { kind });
        }
        self.skip_name();
        if !self.at_terminator() {
            return self.bad_character();
        }
        self.token(kind)
    }

    /// A string or character constant on one line; its opening quote is behind.
    fn delimited(&mut self, quote: u8, kind: Kind, unterminated: &str) -> Token {
        loop {
            match self.peek() {
                Some(b'\\') if self.text.get(self.at + 1).is_some_and(|&b| b != b'\n') => {
                    self.at += 1;
                    self.at += self.peek_rune().map_or(0, |(_, length)| length);
                }
                None | Some(b'\\' | b'\n') => return self.fail(unterminated),
                Some(b) => {
                    self.at += 1;
                    if b == quote {
                        return self.token(kind);
                    }
                }
            }
        }
    }

    fn raw_string(&mut self) -> Token {
        match memchr::memchr(b'`', self.rest()) {
            Some(length) => {
                self.at += length + 1;
                self.token(Kind::RawString)
            }
            None => self.fail("unterminated raw quoted string"),
        }
    }
}

/// `U+002D '-'`, as Go's `%#U` shows a character.
fn code_point(c: char) -> String {
    let code = c as u32;
    if skeg_value::quote::is_print(c) {
        format!("U+{code:04X} '{c}'")
    } else {
        format!("U+{code:04X}")
    }
}

fn has_left_marker(bytes: &[u8]) -> bool {
    matches!(bytes, [b'-', space, ..] if is_space(*space))
}

fn has_right_marker(bytes: &[u8]) -> bool {
    matches!(bytes, [space, b'-', ..] if is_space(*space))
}

/// The offset of a two-byte needle.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memchr_iter(needle[0], haystack).find(|&at| haystack.get(at + 1) == Some(&needle[1]))
}
