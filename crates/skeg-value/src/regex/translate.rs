//! Reading Go's pattern syntax (RE2 with Perl extensions) into the engine's own form, with Go's error messages.
//!
//! Patterns are not rewritten as text for another parser: the two syntaxes differ in too many small ways (what is a
//! literal, which classes are ASCII, what a bracket inside a bracket means).

use std::str::Chars;

use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition,
};
use regex_syntax::utf8::Utf8Sequences;

use super::class;

use super::class::ClassError;

/// Counted repetitions may not multiply beyond this.
const MAX_REPEAT: u64 = 1000;
/// Deeper patterns are refused.
const MAX_HEIGHT: u32 = 1000;
/// Larger patterns are refused. Instructions, as Go counts them.
const MAX_SIZE: u64 = (128 << 20) / 40;

/// Classes of at most so many UTF-8 sequences are spelled out.
const MAX_SPELLED_OUT: usize = 16;

/// Why a pattern is none; displays Go's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("error parsing regexp: {reason}: `{at}`")]
pub(super) struct PatternError {
    reason: &'static str,
    /// The part of the pattern that is wrong.
    at: String,
}

/// A pattern in the engine's form.
pub(super) struct Translation {
    pub(super) hir: Hir,
    /// The names of the groups, the whole match (without a name) first.
    pub(super) names: Vec<Option<String>>,
}

/// Reads a Go pattern.
pub(super) fn translate(source: &[u8]) -> Result<Translation, PatternError> {
    let pattern = std::str::from_utf8(source).map_err(|error| {
        error_at(
            "invalid UTF-8",
            &String::from_utf8_lossy(&source[error.valid_up_to()..]),
        )
    })?;
    let mut parser = Parser {
        pattern,
        rest: pattern,
        flags: Flags::default(),
        groups: vec![Group::default()],
        names: vec![None],
        last_repeat: None,
    };
    parser.parse()?;
    let root = parser.groups.pop().unwrap_or_default();
    if !parser.groups.is_empty() {
        return Err(error_at("missing closing )", pattern));
    }
    Ok(Translation {
        hir: root.finish(pattern)?.hir,
        names: parser.names,
    })
}

fn error_at(reason: &'static str, at: &str) -> PatternError {
    PatternError {
        reason,
        at: at.to_owned(),
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    fold_case: bool,
    /// `^` and `$` match at line breaks.
    multi_line: bool,
    dot_matches_newline: bool,
    non_greedy: bool,
}

/// A piece of the pattern with what the limits need to know of it.
struct Node {
    hir: Hir,
    /// The greatest product of nested repetition counts.
    weight: u64,
    size: u64,
    height: u32,
}

impl Node {
    fn leaf(hir: Hir) -> Node {
        Node {
            hir,
            weight: 1,
            size: 1,
            height: 1,
        }
    }
}

/// An open parenthesis, or the whole pattern.
#[derive(Default)]
struct Group {
    /// The number of a capturing group.
    capture: Option<u32>,
    /// What to go back to at the closing parenthesis.
    outer_flags: Flags,
    alternatives: Vec<Node>,
    items: Vec<Node>,
}

impl Group {
    /// Closes the current alternative.
    fn close_alternative(&mut self) {
        let mut items = std::mem::take(&mut self.items);
        let concatenation = match items.len() {
            1 => items.remove(0),
            _ => Node {
                weight: items.iter().map(|item| item.weight).max().unwrap_or(1),
                size: items.iter().map(|item| item.size).sum::<u64>().max(1),
                height: 1 + items.iter().map(|item| item.height).max().unwrap_or(0),
                hir: Hir::concat(items.into_iter().map(|item| item.hir).collect()),
            },
        };
        self.alternatives.push(concatenation);
    }

    fn finish(mut self, pattern: &str) -> Result<Node, PatternError> {
        self.close_alternative();
        let mut alternatives = self.alternatives;
        let node = match alternatives.len() {
            1 => alternatives.remove(0),
            count => Node {
                weight: alternatives.iter().map(|item| item.weight).max().unwrap_or(1),
                size: alternatives.iter().map(|item| item.size).sum::<u64>() + count as u64 - 1,
                height: 1 + alternatives.iter().map(|item| item.height).max().unwrap_or(0),
                hir: Hir::alternation(alternatives.into_iter().map(|item| item.hir).collect()),
            },
        };
        let node = match self.capture {
            None => node,
            Some(index) => Node {
                size: node.size + 2,
                height: node.height + 1,
                weight: node.weight,
                hir: Hir::capture(Capture {
                    index,
                    name: None,
                    sub: Box::new(node.hir),
                }),
            },
        };
        checked(node, pattern)
    }
}

fn checked(node: Node, pattern: &str) -> Result<Node, PatternError> {
    if node.size > MAX_SIZE {
        return Err(error_at("expression too large", pattern));
    }
    if node.height > MAX_HEIGHT {
        return Err(error_at("expression nests too deeply", pattern));
    }
    Ok(node)
}

struct Parser<'a> {
    pattern: &'a str,
    rest: &'a str,
    flags: Flags,
    /// The open groups, the whole pattern first; never empty while parsing.
    groups: Vec<Group>,
    names: Vec<Option<String>>,
    /// Where the repetition operator right before began, if the last thing read was one.
    last_repeat: Option<&'a str>,
}

impl<'a> Parser<'a> {
    fn parse(&mut self) -> Result<(), PatternError> {
        while let Some(first) = self.rest.chars().next() {
            let mut repeat = None;
            match first {
                '(' => self.open()?,
                '|' => {
                    self.skip(1);
                    self.group().close_alternative();
                }
                ')' => self.close()?,
                '^' => self.anchor(
                    1,
                    if self.flags.multi_line {
                        Look::StartLF
                    } else {
                        Look::Start
                    },
                ),
                '$' => self.anchor(1, if self.flags.multi_line { Look::EndLF } else { Look::End }),
                '.' => {
                    self.skip(1);
                    let excluded = if self.flags.dot_matches_newline {
                        None
                    } else {
                        Some('\n')
                    };
                    let mut class = ClassUnicode::new(excluded.map(|c| ClassUnicodeRange::new(c, c)));
                    class.negate();
                    self.push_class(class);
                }
                '[' => {
                    let fold_case = self.flags.fold_case;
                    let (class, rest) = class::bracketed(self.rest, fold_case).map_err(PatternError::from)?;
                    self.rest = rest;
                    self.push_class(class);
                }
                '*' | '+' | '?' => {
                    let (min, max) = match first {
                        '*' => (0, None),
                        '+' => (1, None),
                        _ => (0, Some(1)),
                    };
                    repeat = Some(self.rest);
                    self.repeat(min, max, &self.rest[1..], false)?;
                }
                '{' => match counted(self.rest) {
                    None => self.literal_char(),
                    Some((min, max, after)) => {
                        repeat = Some(self.rest);
                        if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || max < min) {
                            return Err(error_at("invalid repeat count", self.up_to(self.rest, after)));
                        }
                        self.repeat(min as u32, max.map(|max| max as u32), after, true)?;
                    }
                },
                '\\' => self.escape()?,
                _ => self.literal_char(),
            }
            self.last_repeat = repeat;
        }
        Ok(())
    }

    fn group(&mut self) -> &mut Group {
        self.groups
            .last_mut()
            .expect("the group of the whole pattern stays open")
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    /// The text between two positions, each given as what follows it.
    fn up_to(&self, from: &'a str, to: &str) -> &'a str {
        &from[..from.len() - to.len()]
    }

    fn push(&mut self, hir: Hir) {
        self.group().items.push(Node::leaf(hir));
    }

    fn push_class(&mut self, class: ClassUnicode) {
        self.push(class_hir(class));
    }

    fn anchor(&mut self, bytes: usize, look: Look) {
        self.skip(bytes);
        self.push(Hir::look(look));
    }

    fn literal_char(&mut self) {
        let mut chars = self.rest.chars();
        if let Some(c) = chars.next() {
            self.rest = chars.as_str();
            self.literal(c);
        }
    }

    fn literal(&mut self, c: char) {
        if self.flags.fold_case {
            let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
            class.case_fold_simple();
            self.push_class(class);
        } else {
            self.push(Hir::literal(c.encode_utf8(&mut [0; 4]).as_bytes().to_vec()));
        }
    }

    /// Puts a repetition around the last item. `after` is what follows the operator, its `?` not yet read.
    fn repeat(&mut self, min: u32, max: Option<u32>, after: &'a str, is_counted: bool) -> Result<(), PatternError> {
        let before = self.rest;
        let lazy = after.starts_with('?');
        let after = if lazy { &after[1..] } else { after };
        if let Some(last) = self.last_repeat {
            return Err(error_at("invalid nested repetition operator", self.up_to(last, after)));
        }
        let operator = self.up_to(before, after);
        let non_greedy = self.flags.non_greedy;
        let Some(node) = self.group().items.pop() else {
            return Err(error_at("missing argument to repetition operator", operator));
        };
        let count = u64::from(max.unwrap_or(min));
        let weight = match (is_counted, max) {
            (true, Some(0)) => 1,
            (true, _) => count.max(1).saturating_mul(node.weight),
            (false, _) => node.weight,
        };
        if is_counted && count >= 2 && weight > MAX_REPEAT {
            return Err(error_at("invalid repeat count", operator));
        }
        let size = match (is_counted, max) {
            (false, _) => node.size + 2,
            (true, None) => 1 + count.max(1) * node.size,
            (true, Some(_)) => count * node.size + count - u64::from(min),
        };
        let hir = Hir::repetition(Repetition {
            min,
            max,
            greedy: lazy == non_greedy,
            sub: Box::new(node.hir),
        });
        let node = Node {
            hir,
            weight,
            size: size.max(1),
            height: node.height + 1,
        };
        let node = checked(node, self.pattern)?;
        self.group().items.push(node);
        self.rest = after;
        Ok(())
    }

    /// An opening parenthesis: a group, a named group, a group with flags, or flags alone.
    fn open(&mut self) -> Result<(), PatternError> {
        if !self.rest.starts_with("(?") {
            self.skip(1);
            self.open_group(true, None);
            return Ok(());
        }
        let start = self.rest;
        let name_at = match () {
            () if start.starts_with("(?P<") && start.len() > 4 => Some(4),
            () if start.starts_with("(?<") && start.len() > 3 => Some(3),
            () => None,
        };
        if let Some(name_at) = name_at {
            let Some(end) = start.find('>') else {
                return Err(error_at("invalid named capture", start));
            };
            let name = &start[name_at..end];
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return Err(error_at("invalid named capture", &start[..=end]));
            }
            self.skip(end + 1);
            self.open_group(true, Some(name.to_owned()));
            return Ok(());
        }
        self.set_flags(start)
    }

    fn open_group(&mut self, capturing: bool, name: Option<String>) {
        let capture = capturing.then_some(self.names.len() as u32);
        if capturing {
            self.names.push(name);
        }
        self.groups.push(Group {
            capture,
            outer_flags: self.flags,
            ..Group::default()
        });
    }

    /// `(?flags)` and `(?flags:`, where a minus sign turns off what follows it.
    fn set_flags(&mut self, start: &'a str) -> Result<(), PatternError> {
        let mut flags = self.flags;
        let (mut on, mut seen) = (true, false);
        let mut chars: Chars<'a> = start[2..].chars();
        loop {
            match chars.next() {
                Some('i') => flags.fold_case = on,
                Some('m') => flags.multi_line = on,
                Some('s') => flags.dot_matches_newline = on,
                Some('U') => flags.non_greedy = on,
                Some('-') if on => {
                    (on, seen) = (false, false);
                    continue;
                }
                Some(end @ (':' | ')')) if on || seen => {
                    self.rest = chars.as_str();
                    if end == ':' {
                        self.open_group(false, None);
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => {
                    return Err(error_at(
                        "invalid or unsupported Perl syntax",
                        self.up_to(start, chars.as_str()),
                    ));
                }
            }
            seen = true;
        }
    }

    fn close(&mut self) -> Result<(), PatternError> {
        if self.groups.len() == 1 {
            return Err(error_at("unexpected )", self.pattern));
        }
        self.skip(1);
        let group = self.groups.pop().unwrap_or_default();
        self.flags = group.outer_flags;
        let node = group.finish(self.pattern)?;
        self.group().items.push(node);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        match self.rest.as_bytes().get(1) {
            Some(b'A') => self.anchor(2, Look::Start),
            Some(b'z') => self.anchor(2, Look::End),
            Some(b'b') => self.anchor(2, Look::WordAscii),
            Some(b'B') => self.anchor(2, Look::WordAsciiNegate),
            Some(b'C') => return Err(error_at("invalid escape sequence", &self.rest[..2])),
            Some(b'Q') => {
                let (quoted, rest) = self.rest[2..].split_once(r"\E").unwrap_or((&self.rest[2..], ""));
                self.rest = rest;
                for c in quoted.chars() {
                    self.literal(c);
                }
            }
            _ => {
                if let Some((class, rest)) = class::escaped_class(self.rest, self.flags.fold_case)? {
                    self.rest = rest;
                    self.push_class(class);
                } else {
                    let (code, rest) = class::escaped_char(self.rest)?;
                    self.rest = rest;
                    match char::from_u32(code) {
                        Some(c) => self.literal(c),
                        // Half a surrogate pair cannot stand in any text.
                        None => self.push(Hir::fail()),
                    }
                }
            }
        }
        Ok(())
    }
}

/// A class in the engine's form.
///
/// The engine prepares large tables to share the tails of UTF-8 sequences, which takes longer than everything else
/// about a usual pattern. Classes of few sequences, such as `.` and `[^a-z]`, are spelled out instead.
fn class_hir(class: ClassUnicode) -> Hir {
    if class.is_ascii() {
        return Hir::class(Class::Unicode(class));
    }
    let mut sequences = Vec::new();
    for range in class.iter() {
        for sequence in Utf8Sequences::new(range.start(), range.end()) {
            if sequences.len() == MAX_SPELLED_OUT {
                return Hir::class(Class::Unicode(class));
            }
            let bytes = sequence.as_slice().iter().map(|range| {
                Hir::class(Class::Bytes(ClassBytes::new([ClassBytesRange::new(
                    range.start,
                    range.end,
                )])))
            });
            sequences.push(Hir::concat(bytes.collect()));
        }
    }
    Hir::alternation(sequences)
}

impl From<ClassError> for PatternError {
    fn from(error: ClassError) -> Self {
        error_at(error.reason, &error.at)
    }
}

/// `{2}`, `{2,}` or `{2,5}`: least, most, and what follows; anything else is a literal brace. Numbers are capped far
/// above what is allowed.
fn counted(text: &str) -> Option<(u64, Option<u64>, &str)> {
    let (min, rest) = count(&text[1..])?;
    if let Some(after) = rest.strip_prefix('}') {
        return Some((min, Some(min), after));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(after) = rest.strip_prefix('}') {
        return Some((min, None, after));
    }
    let (max, rest) = count(rest)?;
    Some((min, Some(max), rest.strip_prefix('}')?))
}

/// A decimal number without leading zeros.
fn count(text: &str) -> Option<(u64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(u64::MAX), rest))
}
