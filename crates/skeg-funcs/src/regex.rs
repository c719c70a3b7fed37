//! Regular expressions in Go's syntax and with Go's results.
//!
//! [`skeg_value::regex`] holds the patterns themselves; here are the functions, and Go's rules for splitting and
//! replacement templates.

mod expand;

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::quote::quote;
use skeg_value::regex::{Pattern, Subject, compiled};
use skeg_value::{List, ListType, Str, Value};

use crate::args;
use crate::table::fixed;
use expand::expand;

type Answer = Result<Value, CallError>;

const TWO: &[Param] = &[Param::String, Param::String];
const TWO_AND_COUNT: &[Param] = &[Param::String, Param::String, Param::Int];
const THREE: &[Param] = &[Param::String, Param::String, Param::String];

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "mustRegexFind",
        TWO,
        must_find,
        SAME,
        (r#"mustRegexFind "[a-z]+" "12ab""#, "ab"),
    ),
    fixed(
        "mustRegexFindAll",
        TWO_AND_COUNT,
        must_find_all,
        SAME,
        (r#"mustRegexFindAll "[a-z]" "1a2b" -1"#, "[a b]"),
    ),
    fixed(
        "mustRegexMatch",
        TWO,
        must_match,
        "Like `regexMatch`, but a bad pattern is an error.",
        (r#"mustRegexMatch "^a" "ab""#, "true"),
    ),
    fixed(
        "mustRegexReplaceAll",
        THREE,
        must_replace_all,
        SAME,
        (r#"mustRegexReplaceAll "a(x*)b" "-axxb-" "${1}W""#, "-xxW-"),
    ),
    fixed(
        "mustRegexReplaceAllLiteral",
        THREE,
        must_replace_literal,
        SAME,
        (r#"mustRegexReplaceAllLiteral "a" "banana" "$1""#, "b$1n$1n$1"),
    ),
    fixed(
        "mustRegexSplit",
        TWO_AND_COUNT,
        must_split,
        SAME,
        (r#"mustRegexSplit "z+" "pizza" -1"#, "[pi a]"),
    ),
    fixed(
        "regexFind",
        TWO,
        find,
        "The first match of the pattern in the text, or an empty text.",
        (r#"regexFind "[a-zA-Z][1-9]" "abcd1234""#, "d1"),
    ),
    fixed(
        "regexFindAll",
        TWO_AND_COUNT,
        find_all,
        "The matches of the pattern in the text, at most that many; all for a negative number.",
        (r#"regexFindAll "[2,4,6,8]" "123456789" -1"#, "[2 4 6 8]"),
    ),
    fixed(
        "regexMatch",
        TWO,
        matches,
        "Whether the pattern matches somewhere; false for a bad pattern.",
        (r#"regexMatch "^[a-z]+$" "abc""#, "true"),
    ),
    fixed(
        "regexQuoteMeta",
        &[Param::String],
        quote_meta,
        "The text with everything escaped that has a meaning in patterns.",
        (r#"regexQuoteMeta "1.2""#, r"1\.2"),
    ),
    fixed(
        "regexReplaceAll",
        THREE,
        replace_all,
        "The second text with every match replaced by the third, in which `$1` and `${name}` stand for groups and `$$` \
         for a dollar sign.",
        (r#"regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W""#, "-W-xxW-"),
    ),
    fixed(
        "regexReplaceAllLiteral",
        THREE,
        replace_literal,
        "Like `regexReplaceAll`, with a replacement that is taken as it is.",
        (r#"regexReplaceAllLiteral "a(x*)b" "-ab-" "${1}""#, "-${1}-"),
    ),
    fixed(
        "regexSplit",
        TWO_AND_COUNT,
        split,
        "The parts of the text between matches, at most that many; all for a negative number, a nil list for 0.",
        (r#"regexSplit "z+" "pizza" -1"#, "[pi a]"),
    ),
];

const SAME: &str = "The same as the function without `must`; only the text of the error for a bad pattern differs.";

/// The pattern, or the error of the functions whose names begin with `must`.
fn must(args: &[Value]) -> Result<std::rc::Rc<Pattern>, CallError> {
    compiled(args::string(args, 0)).map_err(CallError::new)
}

/// The pattern, or Go's panic about it.
fn or_panic(args: &[Value]) -> Result<std::rc::Rc<Pattern>, CallError> {
    let text = args::string(args, 0);
    compiled(text).map_err(|error| CallError::new(format!("regexp: Compile({}): {error}", back_quoted(text))))
}

/// Go's way to show a pattern: between back-quotes where that can be read back.
fn back_quoted(text: &Str) -> String {
    match text.as_str() {
        Some(text)
            if text
                .chars()
                .all(|c| c == '\t' || !(c.is_ascii_control() || c == '`' || c == '\u{feff}')) =>
        {
            format!("`{text}`")
        }
        _ => quote(text),
    }
}

fn matches(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(compiled(args::string(args, 0))
        .is_ok_and(|pattern| is_match(&pattern, args))
        .into())
}

fn must_match(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(is_match(&*must(args)?, args).into())
}

fn is_match(pattern: &Pattern, args: &[Value]) -> bool {
    pattern.is_match(&Subject::new(args::string(args, 1)))
}

fn find(_: &mut dyn Context, args: &[Value]) -> Answer {
    first_match(&*or_panic(args)?, args)
}

fn must_find(_: &mut dyn Context, args: &[Value]) -> Answer {
    first_match(&*must(args)?, args)
}

fn first_match(pattern: &Pattern, args: &[Value]) -> Answer {
    let text = args::string(args, 1);
    let subject = Subject::new(text);
    let found = pattern
        .find_at(&subject, 0)
        .map(|range| subject.original(range))
        .unwrap_or_default();
    Ok(Value::string(&text[found]))
}

fn find_all(_: &mut dyn Context, args: &[Value]) -> Answer {
    all_matches(&*or_panic(args)?, args)
}

fn must_find_all(_: &mut dyn Context, args: &[Value]) -> Answer {
    all_matches(&*must(args)?, args)
}

fn all_matches(pattern: &Pattern, args: &[Value]) -> Answer {
    let text = args::string(args, 1);
    let found: Vec<Value> = pattern
        .find_all(text, args::int(args, 2))
        .into_iter()
        .map(|range| Value::string(&text[range]))
        .collect();
    let strings = if found.is_empty() {
        List::nil(ListType::String)
    } else {
        List::typed(ListType::String, found)
    };
    Ok(strings.into())
}

fn split(_: &mut dyn Context, args: &[Value]) -> Answer {
    split_by(&*or_panic(args)?, args)
}

fn must_split(_: &mut dyn Context, args: &[Value]) -> Answer {
    split_by(&*must(args)?, args)
}

fn split_by(pattern: &Pattern, args: &[Value]) -> Answer {
    let (source, text, count) = (args::string(args, 0), args::string(args, 1), args::int(args, 2));
    if count == 0 {
        return Ok(List::nil(ListType::String).into());
    }
    if !source.is_empty() && text.is_empty() {
        return Ok(Value::strings([""]));
    }
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let mut parts: Vec<&[u8]> = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for found in pattern.find_all(text, count) {
        if parts.len() + 1 >= limit {
            break;
        }
        end = found.start;
        // An empty match at the start separates nothing.
        if found.end != 0 {
            parts.push(&text[begin..end]);
        }
        begin = found.end;
    }
    if end != text.len() {
        parts.push(&text[begin..]);
    }
    Ok(Value::strings(parts))
}

fn replace_all(_: &mut dyn Context, args: &[Value]) -> Answer {
    expand_matches(&*or_panic(args)?, args)
}

fn must_replace_all(_: &mut dyn Context, args: &[Value]) -> Answer {
    expand_matches(&*must(args)?, args)
}

fn expand_matches(pattern: &Pattern, args: &[Value]) -> Answer {
    let (text, template) = (args::string(args, 1), args::string(args, 2));
    if !template.contains(&b'$') {
        return replace_with(pattern, args);
    }
    Ok(Value::string(pattern.replace_all(text, true, |out, groups| {
        expand(pattern, out, template, text, groups)
    })))
}

fn replace_literal(_: &mut dyn Context, args: &[Value]) -> Answer {
    replace_with(&*or_panic(args)?, args)
}

fn must_replace_literal(_: &mut dyn Context, args: &[Value]) -> Answer {
    replace_with(&*must(args)?, args)
}

fn replace_with(pattern: &Pattern, args: &[Value]) -> Answer {
    let (text, replacement) = (args::string(args, 1), args::string(args, 2));
    Ok(Value::string(
        pattern.replace_all(text, false, |out, _| out.extend_from_slice(replacement)),
    ))
}

fn quote_meta(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = args::string(args, 0);
    let mut out = Vec::with_capacity(text.len() * 2);
    for &byte in text.iter() {
        if br"\.+*?()|[]{}^$".contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    Ok(Value::string(out))
}
