//! Scalars of TOML: strings, numbers, booleans, dates.
//!
//! In: the cursor at the first character of a value; out: the value, or a fault with the reference's words.

use super::cursor::{Cursor, shown};
use super::datetime::TomlDateTime;
use super::error::Fault;
use crate::quote::quote;
use crate::unicode::is_letter;
use crate::value::Value;
use std::rc::Rc;

/// A scalar value. The cursor stands at its first character, which is none of `[`, `{` and blanks.
pub(super) fn scalar(cursor: &mut Cursor<'_>) -> Result<Value, Fault> {
    let start = cursor.at();
    let first = cursor.next()?;
    match first {
        Some('0'..='9') => return number_or_date(cursor, start, first == Some('0')),
        Some('"') => {
            if multiline_follows(cursor, '"')? {
                return multiline_string(cursor).map(Value::from);
            }
            return basic_string(cursor).map(Value::from);
        }
        Some('\'') => {
            if multiline_follows(cursor, '\'')? {
                return multiline_raw_string(cursor).map(Value::from);
            }
            return raw_string(cursor).map(Value::from);
        }
        Some('.') => return Err(cursor.fault("floats must start with a digit, not '.'")),
        Some('+' | '-') => return signed_number(cursor, start),
        Some('i' | 'n') => {
            // The reference looks for `nf` and then for `an`, whichever letter came first.
            if (cursor.accept('n')? && cursor.accept('f')?) || (cursor.accept('a')? && cursor.accept('n')?) {
                return float(cursor.since(start), cursor.line());
            }
            // It goes back one letter only, which shows in the message.
            cursor.back(cursor.since(start).chars().last());
            return word(cursor);
        }
        _ => {}
    }
    match first {
        Some(c) if is_letter(c) => {
            cursor.back(first);
            word(cursor)
        }
        None => Err(cursor.fault("unexpected EOF; expected value")),
        Some('\n') => Err(cursor.fault_on_line_before(format!("expected value but found {} instead", shown(first)))),
        Some(_) => Err(cursor.fault(format!("expected value but found {} instead", shown(first)))),
    }
}

/// `true` or `false`.
fn word(cursor: &mut Cursor<'_>) -> Result<Value, Fault> {
    let start = cursor.at();
    cursor.skip_while(is_letter)?;
    match cursor.since(start) {
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        other => Err(cursor.fault(format!("expected value but found {} instead", quote(other.as_bytes())))),
    }
}

/// After a first quote: whether two more follow, consumed then.
fn multiline_follows(cursor: &mut Cursor<'_>, quote: char) -> Result<bool, Fault> {
    if cursor.accept(quote)? {
        if cursor.accept(quote)? {
            return Ok(true);
        }
        cursor.back(Some(quote));
    }
    Ok(false)
}

/// A string in double quotes on one line, after the opening one.
pub(super) fn basic_string(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let start = cursor.at();
    let mut escaped = false;
    loop {
        match cursor.next()? {
            None => return Err(cursor.fault("unexpected EOF; expected '\"'")),
            Some('\n' | '\r') => return Err(cursor.fault_on_line_before("strings cannot contain newlines")),
            Some('\\') => {
                escaped = true;
                escape(cursor, start)?;
            }
            Some('"') => break,
            Some(_) => {}
        }
    }
    let text = cursor.since(start);
    let text = &text[..text.len() - 1];
    if escaped {
        replace_escapes(text, cursor.line())
    } else {
        Ok(text.to_owned())
    }
}

/// Checks the form of an escape, after its backslash. `start`: where the string's content begins.
fn escape(cursor: &mut Cursor<'_>, start: usize) -> Result<(), Fault> {
    let letter = cursor.next()?;
    let (count, name) = match letter {
        Some('e' | 'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\') => return Ok(()),
        Some('x') => (2, "two hexadecimal digits after '\\x'"),
        Some('u') => (4, "four hexadecimal digits after '\\u'"),
        Some('U') => (8, "eight hexadecimal digits after '\\U'"),
        _ => {
            let message = format!("invalid escape in string '\\{}'", letter.unwrap_or('\0'));
            return Err(cursor.fault_or_line_before(message));
        }
    };
    for _ in 0..count {
        if !cursor.next()?.is_some_and(|c| c.is_ascii_hexdigit()) {
            let found = quote(cursor.since(start).as_bytes());
            return Err(cursor.fault(format!("expected {name}, but got {found} instead")));
        }
    }
    Ok(())
}

/// A string in triple double quotes, after the opening ones.
fn multiline_string(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let start = cursor.at();
    loop {
        match cursor.next()? {
            None => return Err(cursor.fault("unexpected EOF; expected '\"\"\"'")),
            Some('\\') => {
                let after = cursor.next()?;
                if !matches!(after, Some('\n' | '\r')) {
                    cursor.back(after);
                    escape(cursor, start)?;
                }
            }
            Some('"') if closing_quotes(cursor, start, '"')? => break,
            Some(_) => {}
        }
    }
    let text = cursor.since(start);
    let text = without_escaped_newlines(without_first_newline(&text[..text.len() - 3]));
    replace_escapes(&text, cursor.line())
}

/// After a quote inside a multi-line string: whether it and two more close the string. Up to two quotes may stand right
/// before the closing ones.
fn closing_quotes(cursor: &mut Cursor<'_>, start: usize, quote: char) -> Result<bool, Fault> {
    if !multiline_follows(cursor, quote)? {
        return Ok(false);
    }
    if cursor.peek()? != Some(quote) {
        return Ok(true);
    }
    let so_far = cursor.since(start);
    let five = quote.to_string().repeat(5);
    let first_is_escaped = quote == '"' && so_far.ends_with("\\\"\"\"\"\"");
    if so_far.ends_with(&five) && !first_is_escaped {
        let message = if quote == '"' {
            "unexpected '\"\"\"\"\"\"'"
        } else {
            "unexpected \"''''''\""
        };
        return Err(cursor.fault(message));
    }
    cursor.back(Some(quote));
    cursor.back(Some(quote));
    Ok(false)
}

/// A string in single quotes on one line, after the opening one.
pub(super) fn raw_string(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let start = cursor.at();
    loop {
        match cursor.next()? {
            None => return Err(cursor.fault("unexpected EOF; expected \"'\"")),
            Some('\n' | '\r') => return Err(cursor.fault_on_line_before("strings cannot contain newlines")),
            Some('\'') => break,
            Some(_) => {}
        }
    }
    let text = cursor.since(start);
    Ok(text[..text.len() - 1].to_owned())
}

/// A string in triple single quotes, after the opening ones.
fn multiline_raw_string(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let start = cursor.at();
    loop {
        match cursor.next()? {
            None => return Err(cursor.fault("unexpected EOF; expected \"'''\"")),
            Some('\'') if closing_quotes(cursor, start, '\'')? => break,
            Some(_) => {}
        }
    }
    let text = cursor.since(start);
    Ok(without_first_newline(&text[..text.len() - 3]).to_owned())
}

fn without_first_newline(text: &str) -> &str {
    text.strip_prefix('\n')
        .or_else(|| text.strip_prefix("\r\n"))
        .unwrap_or(text)
}

/// Drops each backslash at the end of a line with all white space up to the next text.
fn without_escaped_newlines(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let after = &rest[at + 1..];
        if let Some(after_pair) = after.strip_prefix('\\') {
            result.push_str(&rest[..at + 2]);
            rest = after_pair;
            continue;
        }
        let next = after.trim_start_matches([' ', '\t', '\r', '\n']);
        if after[..after.len() - next.len()].contains('\n') {
            result.push_str(&rest[..at]);
            rest = next;
        } else {
            result.push_str(&rest[..=at]);
            rest = after;
        }
    }
    result.push_str(rest);
    result
}

/// Replaces escapes whose form was checked before.
fn replace_escapes(text: &str, line: usize) -> Result<String, Fault> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        let letter = after.next().unwrap_or('\\');
        let mut digits = 0;
        match letter {
            'b' => result.push('\u{8}'),
            't' => result.push('\t'),
            'n' => result.push('\n'),
            'f' => result.push('\u{c}'),
            'r' => result.push('\r'),
            'e' => result.push('\u{1b}'),
            ' ' | '\t' => return Err(Fault::at(line, format!("invalid escape: '\\{letter}'"))),
            'x' => digits = 2,
            'u' => digits = 4,
            'U' => digits = 8,
            other => result.push(other),
        }
        rest = after.as_str();
        if digits > 0 {
            let hex = rest.get(..digits).unwrap_or_default();
            let Some(c) = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32) else {
                return Err(Fault::at(
                    line,
                    format!("Escaped character '\\u{hex}' is not valid UTF-8."),
                ));
            };
            result.push(c);
            rest = &rest[digits..];
        }
    }
    result.push_str(rest);
    Ok(result)
}

/// A number after its sign: decimal only, or `inf` and `nan`.
fn signed_number(cursor: &mut Cursor<'_>, start: usize) -> Result<Value, Fault> {
    let first = cursor.next()?;
    match first {
        Some('i') | Some('n') => {
            let whole = if first == Some('i') {
                cursor.accept('n')? && cursor.accept('f')?
            } else {
                cursor.accept('a')? && cursor.accept('n')?
            };
            let text = cursor.since(start);
            if whole {
                float(text, cursor.line())
            } else {
                Err(cursor.fault(format!("invalid float: '{text}'")))
            }
        }
        Some('0'..='9') => {
            if first == Some('0')
                && let Some(base @ ('b' | 'o' | 'x')) = cursor.peek()?
            {
                let text = cursor.since(start);
                return Err(cursor.fault(format!("cannot use sign with non-decimal numbers: '{text}{base}'")));
            }
            decimal(cursor, start)
        }
        Some('.') => Err(cursor.fault("floats must start with a digit, not '.'")),
        _ => Err(cursor.fault(format!("expected a digit but got {}", shown(first)))),
    }
}

/// An integer, float or date after its first digit.
fn number_or_date(cursor: &mut Cursor<'_>, start: usize, zero: bool) -> Result<Value, Fault> {
    if zero {
        let (name, radix) = match cursor.peek()? {
            Some('b') => ("a binary", 2),
            Some('o') => ("an octal", 8),
            Some('x') => ("a hexadecimal", 16),
            // A date starts with two digits at least.
            Some('-' | ':') => return integer(cursor.since(start), cursor.line()),
            _ => ("", 0),
        };
        if radix > 0 {
            cursor.next()?;
            let next = cursor.peek()?;
            if !next.is_some_and(|c| c.is_digit(radix)) {
                let text = cursor.since(start);
                return Err(cursor.fault(format!("not {name} number: '{text}{}'", next.unwrap_or('\0'))));
            }
            cursor.skip_while(|c| c == '_' || c.is_digit(radix))?;
            return integer(cursor.since(start), cursor.line());
        }
    }
    cursor.skip_while(|c| c.is_ascii_digit())?;
    if let Some('-' | ':') = cursor.peek()? {
        cursor
            .skip_while(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | 't' | ' ' | '.' | 'Z' | 'z' | '+'))?;
        let text = cursor
            .since(start)
            .trim_end()
            .replace(['t', ' '], "T")
            .replace('z', "Z");
        return match TomlDateTime::parse(&text) {
            Some(time) => Ok(Value::Object(Rc::new(time))),
            None => Err(Fault::at(
                cursor.line(),
                format!("invalid datetime: {}", quote(text.as_bytes())),
            )),
        };
    }
    decimal(cursor, start)
}

/// The rest of a decimal integer or float.
fn decimal(cursor: &mut Cursor<'_>, start: usize) -> Result<Value, Fault> {
    cursor.skip_while(|c| c.is_ascii_digit() || c == '_')?;
    if let Some('.' | 'e' | 'E') = cursor.peek()? {
        cursor.skip_while(|c| c.is_ascii_digit() || matches!(c, '_' | '.' | '-' | '+' | 'e' | 'E'))?;
        return float(cursor.since(start), cursor.line());
    }
    integer(cursor.since(start), cursor.line())
}

fn integer(text: &str, line: usize) -> Result<Value, Fault> {
    let invalid = |why| Fault::at(line, format!("Invalid integer {}: {why}", quote(text.as_bytes())));
    if !underscores_are_surrounded(text) {
        return Err(invalid("underscores must be surrounded by digits"));
    }
    if has_leading_zero(text) {
        return Err(invalid("cannot have leading zeroes"));
    }
    let digits = text.replace('_', "");
    let parsed = match digits.get(..2) {
        Some("0x") => i64::from_str_radix(&digits[2..], 16),
        Some("0o") => i64::from_str_radix(&digits[2..], 8),
        Some("0b") => i64::from_str_radix(&digits[2..], 2),
        _ => digits.parse(),
    };
    parsed
        .map(Value::int64)
        .map_err(|_| Fault::at(line, format!("{text} is out of range for int64")))
}

fn float(text: &str, line: usize) -> Result<Value, Fault> {
    let invalid = |why| Fault::at(line, format!("Invalid float {}: {why}", quote(text.as_bytes())));
    let mut parts = text.split(['.', 'e', 'E']).filter(|part| !part.is_empty());
    if !parts.clone().all(underscores_are_surrounded) {
        return Err(invalid("underscores must be surrounded by digits"));
    }
    if parts.next().is_some_and(has_leading_zero) {
        return Err(invalid("cannot have leading zeroes"));
    }
    let mut after_periods = text.split('.').skip(1);
    if !after_periods.all(|part| part.starts_with(|c: char| c.is_ascii_digit())) {
        return Err(invalid("'.' must be followed by one or more digits"));
    }
    let digits = text.replace('_', "");
    match digits.as_str() {
        "inf" | "+inf" => return Ok(Value::Float(f64::INFINITY)),
        "-inf" => return Ok(Value::Float(f64::NEG_INFINITY)),
        "nan" | "+nan" => return Ok(Value::Float(f64::NAN)),
        "-nan" => return Ok(Value::Float(-f64::NAN)),
        _ => {}
    }
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::Float(number)),
        Ok(_) => Err(Fault::at(line, format!("{text} is out of range for float64"))),
        Err(_) => Err(Fault::at(
            line,
            format!("Invalid float value: {}", quote(text.as_bytes())),
        )),
    }
}

fn has_leading_zero(text: &str) -> bool {
    match text.as_bytes() {
        [b'0', second, ..] => !matches!(second, b'b' | b'o' | b'x'),
        [b'-' | b'+', b'0', _, ..] => true,
        _ => false,
    }
}

/// Whether each underscore stands between digits, where hexadecimal ones always count.
fn underscores_are_surrounded(text: &str) -> bool {
    if matches!(text, "nan" | "+nan" | "-nan" | "inf" | "+inf" | "-inf") {
        return true;
    }
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
    bytes.last().is_some_and(u8::is_ascii_hexdigit)
        && bytes
            .iter()
            .enumerate()
            .all(|(at, &byte)| byte != b'_' || digit(at.checked_sub(1)))
}
