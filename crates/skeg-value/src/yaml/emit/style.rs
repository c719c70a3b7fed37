//! Which style a string is written in: plain, single-quoted, double-quoted or as a literal block.
//!
//! In: a string (valid UTF-8) and where it stands; out: a [`Style`]. One pass over a byte table decides for ASCII text
//! that reads like identifiers and sentences; everything else is looked at character by character.
//!
//! # Source
//! spec/rendering.md 3.4 (style choice for strings), 3.5.

use super::plain::is_ambiguous;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// A style that a text is written in again after it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum KeptStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// A string with what one pass over its bytes found: [`SPACE`], [`COLON`], ….
#[derive(Clone, Copy)]
pub(in crate::yaml) struct Scanned<'a> {
    pub(in crate::yaml) text: &'a [u8],
    pub(in crate::yaml) flags: u8,
}

pub(in crate::yaml) const SPACE: u8 = 1;
pub(in crate::yaml) const COLON: u8 = 2;
pub(in crate::yaml) const HASH: u8 = 4;
pub(in crate::yaml) const NEWLINE: u8 = 8;
pub(in crate::yaml) const TAB: u8 = 16;
/// C0 controls other than tab and newline: they force double quotes.
pub(in crate::yaml) const CONTROL: u8 = 32;
/// DEL and all non-ASCII: the bytes that the JSON step may change or refuse.
pub(in crate::yaml) const EXOTIC: u8 = 64;

const FLAGS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' => SPACE,
            b':' => COLON,
            b'#' => HASH,
            b'\n' => NEWLINE,
            b'\t' => TAB,
            0..0x20 => CONTROL,
            0x7f.. => EXOTIC,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// What a first byte says: it forbids plain style, or the text may be read as something else than a string.
const FORBIDDEN: u8 = 1;
const HINT: u8 = 2;

const FIRST: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@'
            | b'`' => FORBIDDEN,
            // `-` and `.` also begin the document markers.
            b'-' | b'.' => FORBIDDEN | HINT,
            b'?' | b':' => FORBIDDEN,
            b'+' | b'0'..=b'9' => HINT,
            b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => HINT,
            _ => 0,
        };
        byte += 1;
    }
    table
};

impl<'a> Scanned<'a> {
    pub(in crate::yaml) fn new(text: &'a [u8]) -> Self {
        Scanned {
            text,
            flags: text.iter().fold(0, |flags, &byte| flags | FLAGS[usize::from(byte)]),
        }
    }

    /// Whether the text holds a line break of any kind that YAML 1.1 knows, as far as the emitter can meet one.
    pub(in crate::yaml) fn is_multiline(self) -> bool {
        self.flags & NEWLINE != 0
            || (self.flags & CONTROL != 0 && self.text.contains(&b'\r'))
            || (self.flags & EXOTIC != 0 && has_unicode_break(self.text))
    }

    /// The style for this text. `v3`: the rules of `toYamlPretty`.
    pub(in crate::yaml) fn style(self, v3: bool) -> Style {
        let Some(&first) = self.text.first() else {
            return Style::DoubleQuoted;
        };
        let first_class = FIRST[usize::from(first)];
        if self.flags & !SPACE == 0 {
            if first_class == 0 && first != b' ' && self.text.last() != Some(&b' ') {
                return Style::Plain;
            }
        } else if self.flags & NEWLINE != 0 {
            return self.literal_or_quoted(v3);
        }
        if first_class & HINT != 0 && is_ambiguous(self.text, v3) {
            return Style::DoubleQuoted;
        }
        if self.flags & !(SPACE | COLON | HASH) == 0 {
            return if self.plain_is_forbidden_in_ascii(first_class) {
                Style::SingleQuoted
            } else {
                Style::Plain
            };
        }
        let allowed = Allowed::by_analysis(self.text, v3);
        if allowed.plain {
            Style::Plain
        } else if allowed.single_quoted {
            Style::SingleQuoted
        } else {
            Style::DoubleQuoted
        }
    }

    /// The style for a text that had this style before: the same, where the emitter allows it there.
    pub(in crate::yaml) fn kept(self, wanted: KeptStyle, in_flow: bool, in_key: bool) -> KeptStyle {
        if in_key && self.is_multiline() {
            return KeptStyle::DoubleQuoted;
        }
        let Some(allowed) = (!self.text.is_empty()).then(|| Allowed::by_analysis(self.text, true)) else {
            return match wanted {
                KeptStyle::Plain if in_flow || in_key => KeptStyle::SingleQuoted,
                KeptStyle::Literal | KeptStyle::Folded if in_flow || in_key => KeptStyle::DoubleQuoted,
                other => other,
            };
        };
        let flow_indicator = in_flow && self.text.iter().any(|byte| b",?[]{}:".contains(byte));
        match wanted {
            KeptStyle::Plain if allowed.plain && !flow_indicator => KeptStyle::Plain,
            KeptStyle::Plain | KeptStyle::SingleQuoted if allowed.single_quoted => KeptStyle::SingleQuoted,
            KeptStyle::Literal | KeptStyle::Folded if allowed.block && !in_flow && !in_key => wanted,
            _ => KeptStyle::DoubleQuoted,
        }
    }

    /// The style of a binary's base64 text, which no rule about ambiguity touches.
    pub(in crate::yaml) fn style_of_tagged(self, v3: bool) -> Style {
        if self.flags & NEWLINE != 0 {
            self.literal_or_quoted(v3)
        } else {
            Style::Plain
        }
    }

    fn literal_or_quoted(self, v3: bool) -> Style {
        let literal = if self.flags & (CONTROL | EXOTIC | TAB) == 0 {
            self.flags & SPACE == 0
                || (self.text.last() != Some(&b' ') && !self.text.windows(2).any(|pair| pair == b" \n"))
        } else {
            Allowed::by_analysis(self.text, v3).block
        };
        if literal { Style::Literal } else { Style::DoubleQuoted }
    }

    /// For printable ASCII on one line, where the alternative to plain is always single quotes.
    fn plain_is_forbidden_in_ascii(self, first_class: u8) -> bool {
        let text = self.text;
        let first_forbids = first_class & FORBIDDEN != 0
            && match text[0] {
                b'-' | b'?' | b':' | b'.' => starts_as_indicator(text),
                _ => true,
            };
        first_forbids
            || text[0] == b' '
            || text.last() == Some(&b' ')
            || (self.flags & COLON != 0 && (text.last() == Some(&b':') || text.windows(2).any(|pair| pair == b": ")))
            || (self.flags & HASH != 0 && text.windows(2).any(|pair| pair == b" #"))
    }
}

/// Whether a text beginning with `-`, `?`, `:` or `.` begins with an indicator or a document marker.
fn starts_as_indicator(text: &[u8]) -> bool {
    text.starts_with(b"---")
        || text.starts_with(b"...")
        || (text[0] != b'.' && text.get(1).is_none_or(|next| matches!(next, b' ' | b'\t')))
}

/// What the text allows, besides double quotes.
struct Allowed {
    plain: bool,
    single_quoted: bool,
    block: bool,
}

impl Allowed {
    /// The general rules, for text with anything but printable ASCII in it.
    fn by_analysis(bytes: &[u8], v3: bool) -> Allowed {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let mut indicator = match FIRST[usize::from(bytes[0])] & FORBIDDEN != 0 {
            true if matches!(bytes[0], b'-' | b'?' | b':' | b'.') => starts_as_indicator(bytes),
            forbidden => forbidden,
        };
        let (mut special, mut tab, mut breaks) = (false, false, false);
        let (mut space_then_break, mut break_then_space) = (false, false);
        let mut previous = None;
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '\t' if v3 => tab = true,
                c if !is_printable(c) => special = true,
                _ => {}
            }
            match c {
                ' ' => break_then_space |= previous.is_some_and(is_break),
                c if is_break(c) => {
                    breaks = true;
                    space_then_break |= previous == Some(' ');
                }
                ':' => {
                    indicator |= rest
                        .as_str()
                        .bytes()
                        .next()
                        .is_none_or(|next| matches!(next, b' ' | b'\t'))
                }
                '#' => indicator |= previous.is_some_and(|p| is_break(p) || matches!(p, ' ' | '\t' | '\0')),
                _ => {}
            }
            previous = Some(c);
        }
        let at_edge = |c: Option<char>| c.is_some_and(|c| c == ' ' || is_break(c));
        let hard = space_then_break || special;
        Allowed {
            plain: !(indicator
                || hard
                || tab
                || breaks
                || break_then_space
                || at_edge(text.chars().next())
                || at_edge(previous)),
            single_quoted: !(hard || tab || break_then_space),
            block: !hard && previous != Some(' '),
        }
    }
}

/// What the emitters write unescaped: newline, U+0020–7E, U+00A0–D7FF, U+E000–FFFD without U+FEFF.
pub(in crate::yaml) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// The line breaks of YAML 1.1.
pub(in crate::yaml) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether the text holds U+0085, U+2028 or U+2029.
pub(in crate::yaml) fn has_unicode_break(text: &[u8]) -> bool {
    text.windows(2).any(|pair| pair == b"\xc2\x85")
        || text
            .windows(3)
            .any(|triple| triple == b"\xe2\x80\xa8" || triple == b"\xe2\x80\xa9")
}
