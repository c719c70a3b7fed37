//! Strings: cutting, trimming, padding, searching. Most functions count bytes, as Go does.

use memchr::memmem;
use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::{Str, Value};

use crate::args;
use crate::runes::{first_rune, last_rune, push, runes};
use crate::table::fixed;

type Answer = Result<Value, CallError>;

/// Longer results of `repeat` and `indent` are refused instead of exhausting the memory. Bytes.
const MAX_LENGTH: usize = 1 << 31;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "abbrev",
        &[Param::Int, Param::String],
        abbrev,
        "Shortens a text to that many bytes, the last three being `...`; widths below 4 leave it as it is.",
        (r#"abbrev 5 "hello world""#, "he..."),
    ),
    fixed(
        "abbrevboth",
        &[Param::Int, Param::Int, Param::String],
        abbrevboth,
        "Shortens a text on both sides: from an offset on, to that many bytes with `...` at both ends.",
        (r#"abbrevboth 5 10 "1234 5678 9123""#, "...5678..."),
    ),
    fixed(
        "contains",
        &[Param::String, Param::String],
        contains,
        "Whether the first text occurs in the second.",
        (r#"contains "cat" "catch""#, "true"),
    ),
    fixed(
        "hasPrefix",
        &[Param::String, Param::String],
        has_prefix,
        "Whether the second text begins with the first.",
        (r#"hasPrefix "cat" "catch""#, "true"),
    ),
    fixed(
        "hasSuffix",
        &[Param::String, Param::String],
        has_suffix,
        "Whether the second text ends with the first.",
        (r#"hasSuffix "cat" "catch""#, "false"),
    ),
    fixed("hello", &[], hello, "A greeting.", ("hello", "Hello!")),
    fixed(
        "indent",
        &[Param::Int, Param::String],
        indent,
        "Puts that many spaces at the start of every line, also of empty ones.",
        (r#"indent 2 "a\nb""#, "  a\n  b"),
    ),
    fixed(
        "initials",
        &[Param::String],
        initials,
        "The first byte of each word.",
        (r#"initials "John Q. Public""#, "JQP"),
    ),
    fixed(
        "nindent",
        &[Param::Int, Param::String],
        nindent,
        "Like `indent`, after a line break.",
        (r#"nindent 2 "a""#, "\n  a"),
    ),
    fixed(
        "nospace",
        &[Param::String],
        nospace,
        "The text without white space. When there is any, bytes beyond ASCII are read as Latin-1.",
        (r#"nospace "he l l o""#, "hello"),
    ),
    fixed(
        "plural",
        &[Param::String, Param::String, Param::Int],
        plural,
        "The first text when the number is 1, else the second.",
        (r#"plural "one" "many" 2"#, "many"),
    ),
    fixed(
        "repeat",
        &[Param::Int, Param::String],
        repeat,
        "The text that many times.",
        (r#"repeat 3 "ab""#, "ababab"),
    ),
    fixed(
        "replace",
        &[Param::String, Param::String, Param::String],
        replace,
        "The third text with every occurrence of the first replaced by the second. An empty first text matches before \
         each character and at the end.",
        (r#""I Am" | replace " " "-""#, "I-Am"),
    ),
    fixed(
        "substr",
        &[Param::Int, Param::Int, Param::String],
        substr,
        "The bytes from a start to an end. A negative start means 0; an end that is negative or too large means the \
         end of the text.",
        (r#"substr 0 5 "hello world""#, "hello"),
    ),
    fixed(
        "trim",
        &[Param::String],
        trim,
        "The text without white space at both ends.",
        (r#"trim "  hello ""#, "hello"),
    ),
    fixed(
        "trimAll",
        &[Param::String, Param::String],
        trim_all,
        "The second text without any of the first text's characters at both ends.",
        (r#"trimAll "$" "$5.00""#, "5.00"),
    ),
    fixed(
        "trimPrefix",
        &[Param::String, Param::String],
        trim_prefix,
        "The second text without the first at its start.",
        (r#"trimPrefix "-" "-hello""#, "hello"),
    ),
    fixed(
        "trimSuffix",
        &[Param::String, Param::String],
        trim_suffix,
        "The second text without the first at its end.",
        (r#"trimSuffix "-" "hello-""#, "hello"),
    ),
    fixed(
        "trimall",
        &[Param::String, Param::String],
        trim_all,
        "The older name of `trimAll`.",
        (r#"trimall "$" "$5.00""#, "5.00"),
    ),
    fixed(
        "trunc",
        &[Param::Int, Param::String],
        trunc,
        "The first bytes of a text, or the last ones for a negative number.",
        (r#"trunc -5 "hello world""#, "world"),
    ),
];

fn answer(text: &[u8]) -> Answer {
    Ok(Value::string(text))
}

/// The part `text[start..end]`, or the argument itself when that is all of it.
fn part(args: &[Value], position: usize, start: usize, end: usize) -> Answer {
    let text = args::string(args, position);
    if (start, end) == (0, text.len()) {
        return Ok(args[position].clone());
    }
    answer(&text[start..end])
}

fn hello(_: &mut dyn Context, _: &[Value]) -> Answer {
    Ok("Hello!".into())
}

fn trunc(_: &mut dyn Context, args: &[Value]) -> Answer {
    let length = args::string(args, 1).len();
    let count = args::int(args, 0);
    let bytes = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX).min(length);
    if count < 0 {
        part(args, 1, length - bytes, length)
    } else {
        part(args, 1, 0, bytes)
    }
}

fn substr(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (start, end) = (args::int(args, 0), args::int(args, 1));
    let length = args::string(args, 2).len();
    let out_of_range = |bounds: String| Err(format!("runtime error: slice bounds out of range [{bounds}").into());
    let within = |bound: i64| usize::try_from(bound).ok().filter(|&bound| bound <= length);
    if start < 0 {
        return match within(end) {
            Some(end) => part(args, 2, 0, end),
            None if end < 0 => out_of_range(format!(":{end}]")),
            None => out_of_range(format!(":{end}] with length {length}")),
        };
    }
    let end = within(end).unwrap_or(length);
    match within(start) {
        Some(start) if start <= end => part(args, 2, start, end),
        _ => out_of_range(format!("{start}:{end}]")),
    }
}

fn abbrev(_: &mut dyn Context, args: &[Value]) -> Answer {
    abbreviate(args, 1, 0, args::int(args, 0))
}

fn abbrevboth(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (left, right) = (args::int(args, 0), args::int(args, 1));
    if left > 0 && right < 7 {
        return Ok(args[2].clone());
    }
    abbreviate(args, 2, left, right)
}

/// Cuts the text at `position` down to `width` bytes from about `offset` on, with dots where something was left out.
fn abbreviate(args: &[Value], position: usize, offset: i64, width: i64) -> Answer {
    let text = args::string(args, position);
    let length = text.len();
    let width = match usize::try_from(width) {
        Ok(width) if (4..length).contains(&width) => width,
        _ => return Ok(args[position].clone()),
    };
    let kept = width - 3;
    let offset = usize::try_from(offset).unwrap_or(0).min(length).min(length - kept);
    if offset <= 4 {
        return answer(&[&text[..kept], b"..."].concat());
    }
    if width < 7 {
        return answer(b"");
    }
    if offset + kept < length {
        return answer(&[b"...", &text[offset..offset + kept - 3], b"..."].concat());
    }
    answer(&[b"...", &text[length - kept..]].concat())
}

/// Go's `unicode.IsSpace` of a byte taken for a Latin-1 character.
fn is_latin1_space(byte: u8) -> bool {
    char::from(byte).is_whitespace()
}

fn initials(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut out = Vec::new();
    let mut after_gap = true;
    for &byte in args::string(args, 0).iter() {
        let gap = is_latin1_space(byte);
        if after_gap && !gap {
            push(&mut out, byte.into());
        }
        after_gap = gap;
    }
    answer(&out)
}

fn nospace(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = args::string(args, 0);
    if !text.iter().copied().any(is_latin1_space) {
        return Ok(args[0].clone());
    }
    let kept: String = text
        .iter()
        .filter(|&&byte| !is_latin1_space(byte))
        .map(|&byte| char::from(byte))
        .collect();
    Ok(kept.into())
}

fn plural(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args[if args::int(args, 2) == 1 { 0 } else { 1 }].clone())
}

fn repeat(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = args::string(args, 1);
    Ok(Value::string(text.repeat(repetitions(args::int(args, 0), text.len())?)))
}

/// A count of repetitions that is neither negative nor too large for texts of this length.
fn repetitions(count: i64, length: usize) -> Result<usize, CallError> {
    let count = usize::try_from(count).map_err(|_| CallError::from("strings: negative Repeat count"))?;
    match count.checked_mul(length) {
        Some(total) if total <= MAX_LENGTH => Ok(count),
        _ => Err("strings: Repeat output length overflow".into()),
    }
}

fn indent(_: &mut dyn Context, args: &[Value]) -> Answer {
    indented(args, false)
}

fn nindent(_: &mut dyn Context, args: &[Value]) -> Answer {
    indented(args, true)
}

fn indented(args: &[Value], newline_first: bool) -> Answer {
    let text = args::string(args, 1);
    let lines = 1 + text.iter().filter(|&&b| b == b'\n').count();
    let width = repetitions(args::int(args, 0), lines)?;
    let mut out = Vec::with_capacity(usize::from(newline_first) + text.len() + lines * width);
    if newline_first {
        out.push(b'\n');
    }
    for line in text.split_inclusive(|&b| b == b'\n') {
        out.resize(out.len() + width, b' ');
        out.extend_from_slice(line);
    }
    // What follows the last line break is a line too, even when it is empty.
    if text.last().is_none_or(|&b| b == b'\n') {
        out.resize(out.len() + width, b' ');
    }
    Ok(Value::string(out))
}

fn replace(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (old, new, text) = (args::string(args, 0), args::string(args, 1), args::string(args, 2));
    if old == new {
        return Ok(args[2].clone());
    }
    if old.is_empty() {
        let mut out = new.to_vec();
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let (_, length) = first_rune(rest);
            out.extend_from_slice(&rest[..length]);
            out.extend_from_slice(new);
            rest = &rest[length..];
        }
        return Ok(Value::string(out));
    }
    let finder = memmem::Finder::new(old.as_bytes());
    let Some(first) = finder.find(text) else {
        return Ok(args[2].clone());
    };
    let mut out = Vec::with_capacity(text.len());
    let (mut rest, mut next) = (text.as_bytes(), Some(first));
    while let Some(at) = next {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(new);
        rest = &rest[at + old.len()..];
        next = finder.find(rest);
    }
    out.extend_from_slice(rest);
    Ok(Value::string(out))
}

fn contains(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(memmem::find(args::string(args, 1), args::string(args, 0))
        .is_some()
        .into())
}

fn has_prefix(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args::string(args, 1).starts_with(args::string(args, 0)).into())
}

fn has_suffix(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args::string(args, 1).ends_with(args::string(args, 0)).into())
}

fn trim(_: &mut dyn Context, args: &[Value]) -> Answer {
    trimmed(args, 0, char::is_whitespace)
}

fn trim_all(_: &mut dyn Context, args: &[Value]) -> Answer {
    let cutset: Vec<char> = runes(args::string(args, 0)).collect();
    trimmed(args, 1, |c| cutset.contains(&c))
}

fn trimmed(args: &[Value], position: usize, cut: impl Fn(char) -> bool) -> Answer {
    let text: &Str = args::string(args, position);
    let (mut start, mut end) = (0, text.len());
    while start < end {
        let (c, length) = first_rune(&text[start..end]);
        if !cut(c) {
            break;
        }
        start += length;
    }
    while start < end {
        let (c, length) = last_rune(&text[start..end]);
        if !cut(c) {
            break;
        }
        end -= length;
    }
    part(args, position, start, end)
}

fn trim_prefix(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (prefix, text) = (args::string(args, 0), args::string(args, 1));
    let start = if text.starts_with(prefix) { prefix.len() } else { 0 };
    part(args, 1, start, text.len())
}

fn trim_suffix(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (suffix, text) = (args::string(args, 0), args::string(args, 1));
    let end = if text.ends_with(suffix) {
        text.len() - suffix.len()
    } else {
        text.len()
    };
    part(args, 1, 0, end)
}
