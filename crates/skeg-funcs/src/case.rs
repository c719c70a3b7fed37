//! Letter case and names in other spellings: upper, lower, title; snake, kebab and camel case.

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::Value;

use crate::args;
use crate::runes::{
    RUNE_ERROR, first_rune, is_letter, is_lower, is_punct, is_title, is_upper, map_runes, push, runes, to_lower,
    to_title, to_upper,
};
use crate::table::fixed;

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "camelcase",
        &[Param::String],
        camelcase,
        "Upper camel case: words are separated by spaces, underscores and hyphens.",
        (r#"camelcase "http_server""#, "HttpServer"),
    ),
    fixed(
        "kebabcase",
        &[Param::String],
        kebabcase,
        "Lower-case words joined by hyphens.",
        (r#"kebabcase "FirstName""#, "first-name"),
    ),
    fixed(
        "lower",
        &[Param::String],
        lower,
        "Every character in lower case, one to one.",
        (r#"lower "HELLO""#, "hello"),
    ),
    fixed(
        "snakecase",
        &[Param::String],
        snakecase,
        "Lower-case words joined by underscores.",
        (r#"snakecase "HTTPServer""#, "http_server"),
    ),
    fixed(
        "swapcase",
        &[Param::String],
        swapcase,
        "Upper case becomes lower case and the reverse; a small letter at the start of a word becomes title case.",
        (r#"swapcase "This Is A.Test""#, "tHIS iS a.tEST"),
    ),
    fixed(
        "title",
        &[Param::String],
        title,
        "The first letter of each word in title case, the others unchanged.",
        (r#"title "hello world""#, "Hello World"),
    ),
    fixed(
        "untitle",
        &[Param::String],
        untitle,
        "The first letter of each word in lower case, the others unchanged.",
        (r#"untitle "Hello World""#, "hello world"),
    ),
    fixed(
        "upper",
        &[Param::String],
        upper,
        "Every character in upper case, one to one (`ß` stays).",
        (r#"upper "hello""#, "HELLO"),
    ),
];

/// Changes every character of the only argument.
fn mapped(args: &[Value], map: impl FnMut(char) -> char) -> Answer {
    Ok(Value::string(map_runes(args::string(args, 0), map)))
}

fn upper(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = args::string(args, 0);
    if text.is_ascii() {
        let unchanged = !text.iter().any(u8::is_ascii_lowercase);
        return Ok(if unchanged {
            args[0].clone()
        } else {
            Value::string(text.to_ascii_uppercase())
        });
    }
    mapped(args, to_upper)
}

fn lower(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = args::string(args, 0);
    if text.is_ascii() {
        let unchanged = !text.iter().any(u8::is_ascii_uppercase);
        return Ok(if unchanged {
            args[0].clone()
        } else {
            Value::string(text.to_ascii_lowercase())
        });
    }
    mapped(args, to_lower)
}

fn title(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut previous = ' ';
    mapped(args, |c| {
        let starts_word = match previous {
            p if p.is_ascii() => !p.is_ascii_alphanumeric() && p != '_',
            p => p.is_whitespace(),
        };
        previous = c;
        if starts_word { to_title(c) } else { c }
    })
}

fn untitle(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut starts_word = true;
    mapped(args, |c| {
        let space = c.is_whitespace();
        let mapped = if starts_word && !space { to_lower(c) } else { c };
        starts_word = space;
        mapped
    })
}

fn swapcase(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut starts_word = true;
    mapped(args, |c| {
        if is_upper(c) || is_title(c) {
            starts_word = false;
            to_lower(c)
        } else if is_lower(c) {
            let mapped = if starts_word { to_title(c) } else { to_upper(c) };
            starts_word = false;
            mapped
        } else {
            starts_word = c.is_whitespace();
            c
        }
    })
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

fn camelcase(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut out = Vec::new();
    let mut rest = runes(args::string(args, 0));
    // Leading connectors stay. The last character is held back, because a connector vanishes before a letter.
    let mut held = None;
    let mut lowering = false;
    for c in rest.by_ref() {
        held = Some(c);
        if !is_connector(c) {
            lowering = is_upper(c);
            held = Some(to_upper(c));
            break;
        }
        push(&mut out, c);
    }
    let Some(mut held) = held else { return Ok("".into()) };
    for mut c in rest {
        match (is_connector(held), is_connector(c)) {
            (true, true) => push(&mut out, held),
            (true, false) => {
                lowering = is_upper(c);
                c = to_upper(c);
            }
            (false, _) => {
                // A run of capitals at the start of a word becomes lower case.
                lowering = lowering && is_upper(c);
                if lowering {
                    c = to_lower(c);
                }
                push(&mut out, held);
            }
        }
        held = c;
    }
    push(&mut out, held);
    Ok(Value::string(out))
}

fn snakecase(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::string(joined_words(args::string(args, 0), '_')))
}

fn kebabcase(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::string(joined_words(args::string(args, 0), '-')))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Digits and other numbers.
    Number,
    /// Capitals, or one capital with the small letters after it.
    Upper,
    /// Small letters.
    Alphabet,
    /// Spaces, underscores, hyphens.
    Connector,
    Punctuation,
    /// Anything else, such as symbols and Chinese characters.
    Other,
    /// Bytes that are not UTF-8, up to the end of the text.
    Invalid,
}

struct Word<'a> {
    kind: Kind,
    text: &'a [u8],
}

/// Letters of alphabets that may have case: not the common Chinese, Japanese and Korean ideographs.
fn is_alphabet(c: char) -> bool {
    is_letter(c) && !matches!(c, '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}')
}

fn kind_of(c: char) -> Kind {
    match c {
        _ if is_connector(c) => Kind::Connector,
        _ if is_punct(c) => Kind::Punctuation,
        _ if is_upper(c) => Kind::Upper,
        _ if is_alphabet(c) => Kind::Alphabet,
        _ if c.is_numeric() => Kind::Number,
        _ => Kind::Other,
    }
}

/// The next character that is not U+FFFD, with the length up to its end; where there is none, `previous` again.
fn next_valid(text: &[u8], previous: char) -> (char, usize) {
    let mut length = 0;
    while length < text.len() {
        let (c, size) = first_rune(&text[length..]);
        length += size;
        if c != RUNE_ERROR {
            return (c, length);
        }
    }
    (previous, length)
}

/// Takes characters while they fit; yields the length taken, the length of the last one, and what ended the run.
fn run_length(text: &[u8], mut previous: char, fits: impl Fn(char) -> bool) -> (usize, usize, Option<char>) {
    let (mut length, mut last) = (0, 0);
    while length < text.len() {
        let (c, size) = next_valid(&text[length..], previous);
        if !fits(c) {
            return (length, last, Some(c));
        }
        previous = c;
        last = size;
        length += size;
    }
    (length, last, None)
}

/// Splits the first word off a text that is not empty.
fn next_word(text: &[u8]) -> (Word<'_>, &[u8]) {
    let (first, size) = next_valid(text, RUNE_ERROR);
    let rest = &text[size..];
    let small = |c: char| is_alphabet(c) && !is_upper(c);
    let kind = if first == RUNE_ERROR {
        Kind::Invalid
    } else {
        kind_of(first)
    };
    let more = match kind {
        Kind::Invalid => 0,
        Kind::Connector => run_length(rest, first, is_connector).0,
        Kind::Punctuation => run_length(rest, first, is_punct).0,
        Kind::Number => run_length(rest, first, char::is_numeric).0,
        Kind::Alphabet => run_length(rest, first, small).0,
        Kind::Other => {
            let ends = |c| is_connector(c) || is_alphabet(c) || c.is_numeric() || is_punct(c);
            run_length(rest, first, |c| !ends(c)).0
        }
        Kind::Upper => match run_length(rest, first, is_upper) {
            (0, ..) => run_length(rest, first, small).0,
            // `HTTPServer` is `HTTP` and `Server`: the last capital belongs to the next word.
            (length, last, Some(next)) if is_alphabet(next) => length - last,
            (length, ..) => length,
        },
    };
    let end = size + more;
    (
        Word {
            kind,
            text: &text[..end],
        },
        &text[end..],
    )
}

fn words(mut text: &[u8]) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    while !text.is_empty() {
        let (word, rest) = next_word(text);
        words.push(word);
        text = rest;
    }
    words
}

/// Lower-case words with a connector between them.
///
/// A number after a word belongs to the word (`bld4`), unless small letters follow it: then it begins a word of its own
/// that takes in all letters and digits that follow (`http_20x_ok`).
fn joined_words(text: &[u8], connector: char) -> Vec<u8> {
    let words = words(text);
    let kind = |position: usize| words.get(position).map(|word| word.kind);
    let begins_word = |position: usize| !matches!(kind(position), Some(Kind::Connector | Kind::Punctuation));
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    let mut at = 0;
    // Small words and numbers that follow a number run together with it.
    let run_together = |out: &mut Vec<u8>, mut at: usize| {
        while let Some(Kind::Alphabet | Kind::Number) = kind(at) {
            append_lower(out, &words[at], connector);
            at += 1;
        }
        if begins_word(at) && !matches!(kind(at), None | Some(Kind::Invalid)) {
            push(out, connector);
        }
        at
    };
    while at + 1 < words.len() {
        append_lower(&mut out, &words[at], connector);
        let previous = words[at].kind;
        at += 1;
        match previous {
            Kind::Connector | Kind::Punctuation => {}
            Kind::Number => at = run_together(&mut out, at),
            _ if kind(at) != Some(Kind::Number) => {
                if begins_word(at) {
                    push(&mut out, connector);
                }
            }
            _ if at + 1 == words.len() => {}
            _ if kind(at + 1) == Some(Kind::Alphabet) => {
                push(&mut out, connector);
                append_lower(&mut out, &words[at], connector);
                at = run_together(&mut out, at + 1);
            }
            _ => {
                append_lower(&mut out, &words[at], connector);
                at += 1;
                if begins_word(at) {
                    push(&mut out, connector);
                }
            }
        }
    }
    if let Some(last) = words.get(at) {
        append_lower(&mut out, last, connector);
    }
    out
}

fn append_lower(out: &mut Vec<u8>, word: &Word<'_>, connector: char) {
    if !matches!(word.kind, Kind::Upper | Kind::Connector) {
        out.extend_from_slice(word.text);
        return;
    }
    for c in runes(word.text) {
        push(
            out,
            if is_connector(c) {
                connector
            } else if is_upper(c) {
                to_lower(c)
            } else {
                c
            },
        );
    }
}
