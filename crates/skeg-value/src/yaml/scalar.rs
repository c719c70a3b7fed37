//! The scalar scanners: plain, quoted and block. Each goes once over the text, writing to a [`Sink`]: [`Discard`] while
//! the document's structure is found, a buffer when somebody wants the text of a scalar that is not a plain slice.

use super::chars::{self, BLANK, BREAK, CLASS, COLON, END, FLOW, QUOTE, WIDE};
use super::cursor::{Cursor, Discard, Sink};
use super::error::Scan;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// A scalar's place in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scalar {
    pub(super) style: Style,
    /// Whether the scalar was scanned inside brackets.
    in_flow: bool,
    /// Whether the bytes from `start` to `end` are its text; else it must be scanned again.
    verbatim: bool,
    start: u32,
    end: u32,
    /// The indentation around it.
    indent: i32,
    column: i32,
}

impl Scalar {
    /// A scalar that is not there.
    pub(super) const EMPTY: Scalar = Scalar {
        style: Style::Plain,
        in_flow: false,
        verbatim: true,
        start: 0,
        end: 0,
        indent: 0,
        column: 0,
    };

    /// A scalar outside brackets whose text is a slice of the document.
    #[inline(always)]
    pub(super) fn of_slice(style: Style, start: usize, end: usize) -> Scalar {
        Scalar {
            style,
            start: start as u32,
            end: end as u32,
            ..Scalar::EMPTY
        }
    }

    /// The text of the scalar, from the document or cooked in `buffer`.
    #[inline]
    pub(super) fn text<'a>(&self, document: &'a [u8], buffer: &'a mut Vec<u8>) -> &'a [u8] {
        if self.verbatim {
            return &document[self.start as usize..self.end as usize];
        }
        buffer.clear();
        let mut cursor = Cursor::resume(document, self.start as usize, self.column);
        // The same scan succeeded before.
        let _ = match self.style {
            Style::Plain => plain(&mut cursor, self.indent, self.in_flow, buffer).map(drop),
            Style::SingleQuoted | Style::DoubleQuoted => {
                quoted(&mut cursor, self.style == Style::SingleQuoted, buffer).map(drop)
            }
            Style::Literal | Style::Folded => {
                block(&mut cursor, self.indent, self.style == Style::Literal, buffer).map(drop)
            }
        };
        buffer
    }

    /// The text where it is a slice of the document, which it is for nearly all keys.
    #[inline(always)]
    pub(super) fn verbatim<'a>(&self, document: &'a [u8]) -> Option<&'a [u8]> {
        self.verbatim.then(|| &document[self.start as usize..self.end as usize])
    }

    /// Where its text stands in the document, unless that spells it differently.
    pub(super) fn verbatim_range(&self) -> Option<(u32, u32)> {
        self.verbatim.then_some((self.start, self.end))
    }
}

/// A plain scalar. The answers are the scalar, the offset of its end, and whether a line break followed it.
#[inline]
pub(super) fn scan_plain(cursor: &mut Cursor<'_>, indent: i32, in_flow: bool) -> Scan<(Scalar, usize, bool)> {
    let (start, column) = (cursor.at, cursor.column());
    let plain = plain(cursor, indent, in_flow, &mut Discard)?;
    let scalar = Scalar {
        style: Style::Plain,
        in_flow,
        verbatim: !plain.folded,
        start: start as u32,
        end: plain.end as u32,
        indent,
        column,
    };
    Ok((scalar, plain.end, plain.break_follows))
}

/// A quoted scalar; the cursor stands on its opening quote.
#[inline]
pub(super) fn scan_quoted(cursor: &mut Cursor<'_>, style: Style) -> Scan<Scalar> {
    let (start, column) = (cursor.at, cursor.column());
    let verbatim = quoted(cursor, style == Style::SingleQuoted, &mut Discard)?;
    let (start, end) = if verbatim {
        (start + 1, cursor.at - 1)
    } else {
        (start, cursor.at)
    };
    Ok(Scalar {
        style,
        in_flow: false,
        verbatim,
        start: start as u32,
        end: end as u32,
        indent: 0,
        column,
    })
}

/// A block scalar; the cursor stands on its indicator. The answers are the scalar and the offset of its end.
#[inline]
pub(super) fn scan_block(cursor: &mut Cursor<'_>, indent: i32, style: Style) -> Scan<(Scalar, usize)> {
    let (start, column) = (cursor.at, cursor.column());
    let end = block(cursor, indent, style == Style::Literal, &mut Discard)?;
    let scalar = Scalar {
        style,
        in_flow: false,
        verbatim: false,
        start: start as u32,
        end: end as u32,
        indent,
        column,
    };
    Ok((scalar, end))
}

struct Plain {
    end: usize,
    folded: bool,
    break_follows: bool,
}

fn plain<S: Sink>(cursor: &mut Cursor<'_>, indent: i32, in_flow: bool, sink: &mut S) -> Scan<Plain> {
    let text = cursor.text;
    let stop = if in_flow {
        BLANK | BREAK | END | WIDE | COLON | FLOW
    } else {
        BLANK | BREAK | END | WIDE | COLON
    };
    let mut plain = Plain {
        end: cursor.at,
        folded: false,
        break_follows: false,
    };
    loop {
        cursor.need(4)?;
        if cursor.at_document_mark() || cursor.byte() == b'#' {
            break;
        }
        let from = cursor.at;
        let mut at = from;
        loop {
            let b = chars::byte(text, at);
            let class = CLASS[b as usize] & stop;
            let inner_colon = class & COLON != 0 && !chars::is_blankz(text, at + 1);
            if class == 0 || inner_colon {
                at += 1;
            } else if class & WIDE != 0 && chars::break_len(text, at) == 0 {
                at += chars::width(b);
            } else {
                break;
            }
        }
        if at > from {
            // What stood between this run and the last one belongs to the scalar.
            if plain.break_follows {
                fold(text, plain.end, from, sink);
                plain.folded = true;
                plain.break_follows = false;
            } else {
                sink.put(&text[plain.end..from]);
            }
            sink.put(&text[from..at]);
            cursor.at = at;
            plain.end = at;
            cursor.went(from, 2)?;
        }
        if CLASS[cursor.byte() as usize] & BLANK == 0 && chars::break_len(text, cursor.at) == 0 {
            break;
        }
        cursor.need(1)?;
        loop {
            if cursor.is_blank() {
                if plain.break_follows && cursor.column() < indent && cursor.byte() == b'\t' {
                    return Err(cursor.fault("found a tab character that violates indentation"));
                }
                cursor.at += 1;
            } else if chars::break_len(text, cursor.at) > 0 {
                cursor.need(2)?;
                cursor.take_break();
                plain.break_follows = true;
            } else {
                break;
            }
            cursor.need(1)?;
        }
        if !in_flow && cursor.column() < indent {
            break;
        }
    }
    Ok(plain)
}

/// Writes what the white space between two lines of a flow scalar means: a space for one break, else all but the first.
fn fold<S: Sink>(text: &[u8], from: usize, to: usize, sink: &mut S) {
    let mut breaks = breaks(text, from, to);
    let Some(first) = breaks.next() else { return };
    if first == b"\n" {
        match breaks.next() {
            None => sink.put(b" "),
            Some(second) => sink.put(second),
        }
    } else {
        sink.put(first);
    }
    breaks.for_each(|line_break| sink.put(line_break));
}

/// The line breaks in a stretch of white space, as they read.
fn breaks(text: &[u8], from: usize, to: usize) -> impl Iterator<Item = &[u8]> {
    let mut at = from;
    std::iter::from_fn(move || {
        while at < to {
            match chars::break_len(text, at) {
                0 => at += 1,
                length => {
                    at += length;
                    return Some(chars::break_text(text, at - length));
                }
            }
        }
        None
    })
}

/// Scans a quoted scalar; whether its text is what stands between the quotes is the answer.
fn quoted<S: Sink>(cursor: &mut Cursor<'_>, single: bool, sink: &mut S) -> Scan<bool> {
    const STOP: u8 = BLANK | BREAK | END | WIDE | QUOTE;
    let text = cursor.text;
    let quote = if single { b'\'' } else { b'"' };
    let mut verbatim = true;
    cursor.at += 1;
    loop {
        cursor.need(4)?;
        if cursor.at_document_mark() {
            return Err(cursor.fault("found unexpected document indicator"));
        }
        if cursor.at_end() {
            return Err(cursor.fault("found unexpected end of stream"));
        }
        let mut escaped_break = false;
        loop {
            let from = cursor.at;
            let mut at = from;
            loop {
                let b = chars::byte(text, at);
                let class = CLASS[b as usize] & STOP;
                if class == 0 || class & QUOTE != 0 && b != quote && (single || b != b'\\') {
                    at += 1;
                } else if class & WIDE != 0 && chars::break_len(text, at) == 0 {
                    at += chars::width(b);
                } else {
                    break;
                }
            }
            if at > from {
                sink.put(&text[from..at]);
                cursor.at = at;
                cursor.went(from, 2)?;
            }
            if single && cursor.byte() == b'\'' && cursor.peek(1) == b'\'' {
                verbatim = false;
                sink.put(b"'");
                cursor.at += 2;
            } else if !single && cursor.byte() == b'\\' {
                verbatim = false;
                if chars::break_len(text, cursor.at + 1) > 0 {
                    cursor.need(3)?;
                    cursor.at += 1;
                    cursor.take_break();
                    escaped_break = true;
                    break;
                }
                escape(cursor, sink)?;
            } else {
                break;
            }
            cursor.need(2)?;
        }
        cursor.need(1)?;
        if cursor.byte() == quote {
            break;
        }
        let from = cursor.at;
        let mut broken = escaped_break;
        loop {
            if cursor.is_blank() {
                cursor.at += 1;
            } else if chars::break_len(text, cursor.at) > 0 {
                cursor.need(2)?;
                cursor.take_break();
                broken = true;
            } else {
                break;
            }
            cursor.need(1)?;
        }
        if escaped_break {
            breaks(text, from, cursor.at).for_each(|line_break| sink.put(line_break));
        } else if broken {
            verbatim = false;
            fold(text, from, cursor.at, sink);
        } else {
            sink.put(&text[from..cursor.at]);
        }
    }
    cursor.at += 1;
    Ok(verbatim)
}

/// An escape sequence in double quotes; the cursor stands on the backslash.
fn escape<S: Sink>(cursor: &mut Cursor<'_>, sink: &mut S) -> Scan<()> {
    let digits = match cursor.peek(1) {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        other => {
            let meaning: &[u8] = match other {
                b'0' => b"\0",
                b'a' => b"\x07",
                b'b' => b"\x08",
                b't' | b'\t' => b"\t",
                b'n' => b"\n",
                b'v' => b"\x0B",
                b'f' => b"\x0C",
                b'r' => b"\r",
                b'e' => b"\x1B",
                b' ' => b" ",
                b'"' => b"\"",
                b'\'' => b"'",
                b'\\' => b"\\",
                b'N' => "\u{85}".as_bytes(),
                b'_' => "\u{A0}".as_bytes(),
                b'L' => "\u{2028}".as_bytes(),
                b'P' => "\u{2029}".as_bytes(),
                _ => return Err(cursor.fault("found unknown escape character")),
            };
            sink.put(meaning);
            cursor.at += 2;
            return Ok(());
        }
    };
    cursor.at += 2;
    cursor.need(digits)?;
    let mut code = 0u32;
    for offset in 0..digits {
        match (cursor.peek(offset) as char).to_digit(16) {
            Some(digit) => code = code << 4 | digit,
            None => return Err(cursor.fault("did not find expected hexdecimal number")),
        }
    }
    match char::from_u32(code) {
        Some(character) => sink.put(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => return Err(cursor.fault("found invalid Unicode character escape code")),
    }
    cursor.at += digits;
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

/// The indicators after `|` or `>`: what to do with final line breaks, and the extra indentation (0 where not given).
fn block_header(cursor: &mut Cursor<'_>) -> Scan<(Chomp, i32)> {
    let mut chomp = None;
    let mut extra = 0;
    cursor.at += 1;
    cursor.need(1)?;
    for _ in 0..2 {
        match cursor.byte() {
            sign @ (b'+' | b'-') if chomp.is_none() => {
                chomp = Some(if sign == b'+' { Chomp::Keep } else { Chomp::Strip });
            }
            b'0' if extra == 0 => return Err(cursor.fault("found an indentation indicator equal to 0")),
            digit @ b'1'..=b'9' if extra == 0 => extra = i32::from(digit - b'0'),
            _ => break,
        }
        cursor.at += 1;
        cursor.need(1)?;
    }
    while cursor.is_blank() {
        cursor.at += 1;
        cursor.need(1)?;
    }
    if cursor.byte() == b'#' {
        let from = cursor.at;
        cursor.at = chars::line_end(cursor.text, cursor.at);
        cursor.went(from, 1)?;
    }
    if !cursor.is_breakz() {
        return Err(cursor.fault("did not find expected comment or line break"));
    }
    if !cursor.at_end() {
        cursor.need(2)?;
        cursor.take_break();
    }
    Ok((chomp.unwrap_or(Chomp::Clip), extra))
}

/// Scans a block scalar; the offset of its end is the answer.
fn block<S: Sink>(cursor: &mut Cursor<'_>, parent: i32, literal: bool, sink: &mut S) -> Scan<usize> {
    let text = cursor.text;
    let (chomp, extra) = block_header(cursor)?;
    let mut end = cursor.at;
    let mut indent = if extra > 0 { parent.max(0) + extra } else { 0 };
    let mut gap = cursor.at;
    block_gap(cursor, parent, &mut indent, &mut end)?;
    cursor.need(1)?;
    // The break that ended the last line of text, if there was one.
    let mut last_break: &[u8] = b"";
    let mut after_blank = false;
    while cursor.column() == indent && !cursor.at_end() {
        let blank = cursor.is_blank();
        let mut gap_breaks = breaks(text, gap, cursor.at).peekable();
        if !literal && !after_blank && !blank && last_break == b"\n" {
            if gap_breaks.peek().is_none() {
                sink.put(b" ");
            }
        } else {
            sink.put(last_break);
        }
        gap_breaks.for_each(|line_break| sink.put(line_break));
        after_blank = blank;
        let from = cursor.at;
        cursor.at = chars::line_end(text, from);
        sink.put(&text[from..cursor.at]);
        cursor.went(from, 1)?;
        cursor.need(2)?;
        let at = cursor.at;
        last_break = if cursor.take_break() > 0 {
            chars::break_text(text, at)
        } else {
            b""
        };
        gap = cursor.at;
        block_gap(cursor, parent, &mut indent, &mut end)?;
    }
    if chomp != Chomp::Strip {
        sink.put(last_break);
    }
    if chomp == Chomp::Keep {
        breaks(text, gap, cursor.at).for_each(|line_break| sink.put(line_break));
    }
    Ok(end)
}

/// Goes over indentation and empty lines inside a block scalar, finding the indentation if it is not known yet (0).
fn block_gap(cursor: &mut Cursor<'_>, parent: i32, indent: &mut i32, end: &mut usize) -> Scan<()> {
    *end = cursor.at;
    let mut deepest = 0;
    loop {
        cursor.need(1)?;
        while (*indent == 0 || cursor.column() < *indent) && cursor.byte() == b' ' {
            cursor.at += 1;
            cursor.need(1)?;
        }
        deepest = deepest.max(cursor.column());
        if (*indent == 0 || cursor.column() < *indent) && cursor.byte() == b'\t' {
            return Err(cursor.fault("found a tab character where an indentation space is expected"));
        }
        if chars::break_len(cursor.text, cursor.at) == 0 {
            break;
        }
        cursor.need(2)?;
        cursor.take_break();
        *end = cursor.at;
    }
    if *indent == 0 {
        *indent = deepest.max(parent + 1).max(1);
    }
    Ok(())
}
