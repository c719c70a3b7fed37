//! Character classes and escapes of Go's patterns.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// Why a class or an escape is not valid.
#[derive(Debug)]
pub(crate) struct ClassError {
    pub(crate) reason: &'static str,
    /// The part of the pattern that is wrong.
    pub(crate) at: String,
}

fn error_at(reason: &'static str, at: &str) -> ClassError {
    ClassError {
        reason,
        at: at.to_owned(),
    }
}

type Ranges = &'static [(char, char)];

const DIGIT: Ranges = &[('0', '9')];
const SPACE: Ranges = &[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')];
const WORD: Ranges = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

/// The classes of the form `[:name:]`.
const NAMED: [(&str, Ranges); 14] = [
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", &[('A', 'Z'), ('a', 'z')]),
    ("ascii", &[('\0', '\x7f')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("cntrl", &[('\0', '\x1f'), ('\x7f', '\x7f')]),
    ("digit", DIGIT),
    ("graph", &[('!', '~')]),
    ("lower", &[('a', 'z')]),
    ("print", &[(' ', '~')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", &[('\t', '\r'), (' ', ' ')]),
    ("upper", &[('A', 'Z')]),
    ("word", WORD),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

fn class_of(ranges: Ranges, negated: bool, fold_case: bool) -> ClassUnicode {
    let mut class = ClassUnicode::new(ranges.iter().map(|&(start, end)| ClassUnicodeRange::new(start, end)));
    if fold_case {
        class.case_fold_simple();
    }
    if negated {
        class.negate();
    }
    class
}

/// Reads `[…]`; yields the class and what follows. A set without members matches nothing.
pub(super) fn bracketed(text: &str, fold_case: bool) -> Result<(ClassUnicode, &str), ClassError> {
    let mut rest = &text[1..];
    let negated = rest.starts_with('^');
    if negated {
        rest = &rest[1..];
    }
    let mut class = ClassUnicode::empty();
    let mut first = true;
    while first || !rest.starts_with(']') {
        first = false;
        if let Some((named, after)) = named_class(rest, fold_case)? {
            class.union(&named);
            rest = after;
            continue;
        }
        if let Some((escaped, after)) = escaped_class(rest, fold_case)? {
            class.union(&escaped);
            rest = after;
            continue;
        }
        let range_start = rest;
        let (low, after) = member(rest, text)?;
        rest = after;
        let mut high = low;
        if rest.len() >= 2 && rest.starts_with('-') && !rest.starts_with("-]") {
            (high, rest) = member(&rest[1..], text)?;
            if high < low {
                let range = &range_start[..range_start.len() - rest.len()];
                return Err(error_at("invalid character class range", range));
            }
        }
        if let Some(range) = range_of(low, high) {
            let mut members = ClassUnicode::new([range]);
            if fold_case {
                members.case_fold_simple();
            }
            class.union(&members);
        }
    }
    if negated {
        class.negate();
    }
    Ok((class, &rest[1..]))
}

/// The characters between two code points, without the surrogates, which no text contains.
fn range_of(low: u32, high: u32) -> Option<ClassUnicodeRange> {
    let low = char::from_u32(low).unwrap_or('\u{e000}');
    let high = char::from_u32(high).unwrap_or('\u{d7ff}');
    (low <= high).then(|| ClassUnicodeRange::new(low, high))
}

/// One member of a set.
fn member<'a>(text: &'a str, whole: &str) -> Result<(u32, &'a str), ClassError> {
    let mut chars = text.chars();
    match chars.next() {
        None => Err(error_at("missing closing ]", whole)),
        Some('\\') => escaped_char(text),
        Some(c) => Ok((c as u32, chars.as_str())),
    }
}

/// A class and what follows it, where the text begins with one.
type Found<'a> = Option<(ClassUnicode, &'a str)>;

/// `[:name:]` or `[:^name:]`.
fn named_class(text: &str, fold_case: bool) -> Result<Found<'_>, ClassError> {
    let Some((name, rest)) = text.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) else {
        return Ok(None);
    };
    let (plain, negated) = match name.strip_prefix('^') {
        Some(plain) => (plain, true),
        None => (name, false),
    };
    match NAMED.iter().find(|(known, _)| *known == plain) {
        Some((_, ranges)) => Ok(Some((class_of(ranges, negated, fold_case), rest))),
        None => Err(error_at(
            "invalid character class range",
            &text[..text.len() - rest.len()],
        )),
    }
}

/// `\d`, `\s`, `\w`, `\pL`, `\p{Greek}` and their negations.
pub(super) fn escaped_class(text: &str, fold_case: bool) -> Result<Found<'_>, ClassError> {
    let mut chars = text.chars();
    let (Some('\\'), Some(letter)) = (chars.next(), chars.next()) else {
        return Ok(None);
    };
    let ranges = match letter.to_ascii_lowercase() {
        'd' => DIGIT,
        's' => SPACE,
        'w' => WORD,
        'p' => return unicode_class_escape(text, fold_case),
        _ => return Ok(None),
    };
    Ok(Some((
        class_of(ranges, letter.is_ascii_uppercase(), fold_case),
        chars.as_str(),
    )))
}

fn unicode_class_escape(text: &str, fold_case: bool) -> Result<Found<'_>, ClassError> {
    let invalid = |at: &str| error_at("invalid character class range", at);
    let mut negated = text.starts_with(r"\P");
    let mut chars = text[2..].chars();
    let (name, rest) = match chars.next() {
        None => return Err(invalid(text)),
        Some('{') => {
            let Some(end) = text.find('}') else {
                return Err(invalid(text));
            };
            (&text[3..end], &text[end + 1..])
        }
        Some(_) => (&text[2..text.len() - chars.as_str().len()], chars.as_str()),
    };
    let sequence = &text[..text.len() - rest.len()];
    let plain = match name.strip_prefix('^') {
        Some(plain) => {
            negated = !negated;
            plain
        }
        None => name,
    };
    let mut class = property(plain).ok_or_else(|| invalid(sequence))?;
    if fold_case {
        class.case_fold_simple();
    }
    if negated {
        class.negate();
    }
    Ok(Some((class, rest)))
}

fn invalid_escape(text: &str) -> ClassError {
    error_at("invalid escape sequence", text)
}

/// The characters of a Unicode category or script. Names are compared without regard to case, spaces, hyphens and
/// underscores.
fn property(name: &str) -> Option<ClassUnicode> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
    if name.is_empty() || !name.chars().all(plain) {
        return None;
    }
    let hir = ParserBuilder::new().build().parse(&format!(r"\p{{{name}}}")).ok()?;
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        // A class of one character arrives as a literal.
        HirKind::Literal(literal) => {
            let c = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            Some(ClassUnicode::new([ClassUnicodeRange::new(c, c)]))
        }
        _ => None,
    }
}

/// The ranges of a Unicode category such as `Lu`, sorted; empty for an unknown one.
pub fn unicode_class(name: &str) -> Vec<(char, char)> {
    property(name).map_or_else(Vec::new, |class| {
        class.iter().map(|range| (range.start(), range.end())).collect()
    })
}

/// Reads an escape that stands for one code point; yields it and what follows.
pub(super) fn escaped_char(text: &str) -> Result<(u32, &str), ClassError> {
    let mut chars = text[1..].chars();
    let Some(c) = chars.next() else {
        return Err(error_at("trailing backslash at end of expression", ""));
    };
    let rest = chars.as_str();
    let simple = match c {
        '0' => return Ok(octal(&text[1..])),
        '1'..='7' if rest.starts_with(|next: char| next.is_digit(8)) => return Ok(octal(&text[1..])),
        'x' => return hexadecimal(text),
        'a' => '\x07',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
        _ => return Err(invalid_escape(&text[..text.len() - rest.len()])),
    };
    Ok((simple as u32, rest))
}

/// Up to three octal digits.
fn octal(text: &str) -> (u32, &str) {
    let length = text.bytes().take(3).take_while(|b| (b'0'..b'8').contains(b)).count();
    (u32::from_str_radix(&text[..length], 8).unwrap_or(0), &text[length..])
}

/// `\x7f` or `\x{10ffff}`.
fn hexadecimal(text: &str) -> Result<(u32, &str), ClassError> {
    let mut chars = text[2..].chars();
    let fail = |rest: &str| Err(invalid_escape(&text[..text.len() - rest.len()]));
    let mut next = || (chars.next(), chars.as_str());
    let (first, rest) = next();
    match first {
        None => fail(rest),
        Some('{') => {
            let mut code = 0u32;
            let mut digits = 0;
            loop {
                match next() {
                    (Some('}'), rest) if digits > 0 => return Ok((code, rest)),
                    (Some(c), rest) => {
                        let Some(digit) = c.to_digit(16) else { return fail(rest) };
                        code = code * 16 + digit;
                        digits += 1;
                        if code > 0x10_ffff {
                            return fail(rest);
                        }
                    }
                    (None, rest) => return fail(rest),
                }
            }
        }
        Some(high) => {
            let (low, rest) = next();
            match (high.to_digit(16), low.and_then(|low| low.to_digit(16))) {
                (Some(high), Some(low)) => Ok((high * 16 + low, rest)),
                _ => fail(rest),
            }
        }
    }
}
