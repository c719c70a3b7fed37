//! Line wrapping, counted in bytes.

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::Value;

use crate::args;
use crate::table::fixed;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "wrap",
        &[Param::Int, Param::String],
        wrap,
        "Breaks a text at spaces so that lines have at most that many bytes; longer words are kept whole. Line breaks \
         in the text count as ordinary characters.",
        (r#"wrap 10 "hello big wide world""#, "hello big\nwide world"),
    ),
    fixed(
        "wrapWith",
        &[Param::Int, Param::String, Param::String],
        wrap_with,
        "Like `wrap`, with a separator in place of the line break (an empty one means a line break); longer words are \
         broken.",
        (r#"wrapWith 5 "|" "abcdefghijkl mn""#, "abcde|fghij|kl mn"),
    ),
];

fn wrap(_: &mut dyn Context, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::string(wrapped(
        args::string(args, 1),
        args::int(args, 0),
        b"\n",
        false,
    )))
}

fn wrap_with(_: &mut dyn Context, args: &[Value]) -> Result<Value, CallError> {
    let separator = args::string(args, 1).as_bytes();
    let separator = if separator.is_empty() { b"\n" } else { separator };
    Ok(Value::string(wrapped(
        args::string(args, 2),
        args::int(args, 0),
        separator,
        true,
    )))
}

fn wrapped(text: &[u8], width: i64, separator: &[u8], break_words: bool) -> Vec<u8> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while rest.len() > width {
        if rest[0] == b' ' {
            rest = &rest[1..];
            continue;
        }
        // A line may end at a space within the width or right after it, at the width inside a long word, or at the
        // first space after a long word.
        let space = match rest[..=width].iter().rposition(|&b| b == b' ') {
            None if break_words => None,
            None => match rest[width..].iter().position(|&b| b == b' ') {
                Some(after) => Some(width + after),
                None => break,
            },
            found => found,
        };
        let line = space.unwrap_or(width);
        out.extend_from_slice(&rest[..line]);
        out.extend_from_slice(separator);
        rest = &rest[line + usize::from(space.is_some())..];
    }
    out.extend_from_slice(rest);
    out
}
