//! Lists: taking apart, adding, searching, joining and splitting.

use memchr::memmem;
use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::{List, ListType, Map, MapType, Str, Value};

use crate::convert::{is_empty, strings_of, to_string};
use crate::runes::first_rune;
use crate::table::{fixed, variadic};
use crate::{args, cast};

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "append",
        &[Param::Any, Param::Any],
        push,
        APPEND,
        ("append (list 1 2) 3", "[1 2 3]"),
    ),
    fixed(
        "chunk",
        &[Param::Int, Param::Any],
        chunk,
        "The list cut into lists of that length; the last may be shorter.",
        ("chunk 2 (list 1 2 3)", "[[1 2] [3]]"),
    ),
    fixed(
        "compact",
        &[Param::Any],
        compact,
        COMPACT,
        (r#"compact (list 1 "" 2)"#, "[1 2]"),
    ),
    variadic(
        Param::Any,
        fixed(
            "concat",
            &[],
            concat,
            "One list of all the lists' items; a nil list where there are none.",
            ("concat (list 1) (list 2 3)", "[1 2 3]"),
        ),
    ),
    fixed(
        "first",
        &[Param::Any],
        first,
        "The first item, or nil.",
        ("first (list 1 2 3)", "1"),
    ),
    fixed(
        "has",
        &[Param::Any, Param::Any],
        has,
        "Whether a list has an item of the same type and content. False for nil.",
        ("has 4 (list 1 4)", "true"),
    ),
    fixed(
        "initial",
        &[Param::Any],
        initial,
        "All items but the last.",
        ("initial (list 1 2 3)", "[1 2]"),
    ),
    fixed(
        "join",
        &[Param::String, Param::Any],
        join,
        "The items' texts with a separator between them, nils left out.",
        (r#"join "-" (list 1 "a")"#, "1-a"),
    ),
    fixed(
        "last",
        &[Param::Any],
        last,
        "The last item, or nil.",
        ("last (list 1 2 3)", "3"),
    ),
    variadic(
        Param::Any,
        fixed(
            "list",
            &[],
            list,
            "The arguments as a list.",
            (r#"list 1 "a""#, "[1 a]"),
        ),
    ),
    fixed(
        "mustAppend",
        &[Param::Any, Param::Any],
        push,
        "The same as `append`.",
        ("mustAppend (list 1) 2", "[1 2]"),
    ),
    fixed(
        "mustChunk",
        &[Param::Int, Param::Any],
        chunk,
        "The same as `chunk`.",
        ("mustChunk 1 (list 1 2)", "[[1] [2]]"),
    ),
    fixed(
        "mustCompact",
        &[Param::Any],
        compact,
        "The same as `compact`.",
        ("mustCompact (list 0 1)", "[1]"),
    ),
    fixed(
        "mustFirst",
        &[Param::Any],
        first,
        "The same as `first`.",
        ("mustFirst (list 1 2)", "1"),
    ),
    fixed(
        "mustHas",
        &[Param::Any, Param::Any],
        has,
        "The same as `has`.",
        ("mustHas 1 (list 1 2)", "true"),
    ),
    fixed(
        "mustInitial",
        &[Param::Any],
        initial,
        "The same as `initial`.",
        ("mustInitial (list 1 2)", "[1]"),
    ),
    fixed(
        "mustLast",
        &[Param::Any],
        last,
        "The same as `last`.",
        ("mustLast (list 1 2)", "2"),
    ),
    fixed(
        "mustPrepend",
        &[Param::Any, Param::Any],
        prepend,
        "The same as `prepend`.",
        ("mustPrepend (list 2) 1", "[1 2]"),
    ),
    fixed(
        "mustPush",
        &[Param::Any, Param::Any],
        push,
        "The same as `append`.",
        ("mustPush (list 1) 2", "[1 2]"),
    ),
    fixed(
        "mustRest",
        &[Param::Any],
        rest,
        "The same as `rest`.",
        ("mustRest (list 1 2)", "[2]"),
    ),
    fixed(
        "mustReverse",
        &[Param::Any],
        reverse,
        "The same as `reverse`.",
        ("mustReverse (list 1 2)", "[2 1]"),
    ),
    variadic(
        Param::Any,
        fixed(
            "mustSlice",
            &[Param::Any],
            slice,
            "The same as `slice`.",
            ("mustSlice (list 1 2 3) 1", "[2 3]"),
        ),
    ),
    fixed(
        "mustUniq",
        &[Param::Any],
        uniq,
        "The same as `uniq`.",
        ("mustUniq (list 1 1 2)", "[1 2]"),
    ),
    variadic(
        Param::Any,
        fixed(
            "mustWithout",
            &[Param::Any],
            without,
            "The same as `without`.",
            ("mustWithout (list 1 2 3) 1", "[2 3]"),
        ),
    ),
    fixed(
        "prepend",
        &[Param::Any, Param::Any],
        prepend,
        "A new list with the value before the list's items.",
        ("prepend (list 1 2) 0", "[0 1 2]"),
    ),
    fixed(
        "push",
        &[Param::Any, Param::Any],
        push,
        APPEND,
        ("push (list 1 2) 3", "[1 2 3]"),
    ),
    fixed(
        "rest",
        &[Param::Any],
        rest,
        "All items but the first.",
        ("rest (list 1 2 3)", "[2 3]"),
    ),
    fixed(
        "reverse",
        &[Param::Any],
        reverse,
        "The items in the opposite order.",
        ("reverse (list 1 2 3)", "[3 2 1]"),
    ),
    variadic(
        Param::Any,
        fixed(
            "slice",
            &[Param::Any],
            slice,
            "The items from a start (default 0) to an end (default the length), counted from 0; nil for an empty list.",
            ("slice (list 1 2 3 4) 1 3", "[2 3]"),
        ),
    ),
    fixed(
        "sortAlpha",
        &[Param::Any],
        sort_alpha,
        "The items' texts in bytewise order; a list of one for anything that is not a list.",
        (r#"sortAlpha (list "b" "a" 1)"#, "[1 a b]"),
    ),
    fixed(
        "split",
        &[Param::String, Param::String],
        split,
        "The parts between separators as a map with the keys `_0`, `_1`, …",
        (r#"(split "," "a,b")._1"#, "b"),
    ),
    fixed(
        "splitList",
        &[Param::String, Param::String],
        split_list,
        "The parts between separators; an empty separator splits characters.",
        (r#"splitList "," "a,b""#, "[a b]"),
    ),
    fixed(
        "splitn",
        &[Param::String, Param::Int, Param::String],
        splitn,
        "Like `split`, into at most that many parts; a negative number means all, 0 none.",
        (r#"(splitn "," 2 "a,b,c")._1"#, "b,c"),
    ),
    variadic(
        Param::Any,
        fixed(
            "tuple",
            &[],
            list,
            "The older name of `list`.",
            (r#"tuple 1 "a""#, "[1 a]"),
        ),
    ),
    fixed(
        "uniq",
        &[Param::Any],
        uniq,
        "The items without those that are equal to an earlier one.",
        ("uniq (list 1 1 2)", "[1 2]"),
    ),
    variadic(
        Param::Any,
        fixed(
            "without",
            &[Param::Any],
            without,
            "The items that are equal to none of the further arguments.",
            ("without (list 1 2 3) 1 3", "[2]"),
        ),
    ),
];

const APPEND: &str = "A new list with the value after the list's items.";
const COMPACT: &str = "The items that are not empty.";

/// The items of a list argument, or Go's complaint that begins with `complaint`.
fn items(value: &Value, complaint: &str) -> Result<List, CallError> {
    args::slice(value).map_err(|kind| match kind {
        None => args::NIL_POINTER.into(),
        Some(kind) => CallError::new(format!("{complaint} {kind}")),
    })
}

/// A `[]interface {}` of some of a list's items.
fn part(items: &[Value]) -> Answer {
    Ok(items.to_vec().into())
}

/// What `rest` and `initial` yield for a list without items.
fn nil_list() -> Answer {
    Ok(Value::List(List::nil(ListType::Any)))
}

fn list(_: &mut dyn Context, args: &[Value]) -> Answer {
    part(args)
}

fn push(_: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(&args[0], "Cannot push on type")?;
    Ok(items.iter().chain(&args[1..]).cloned().collect::<List>().into())
}

fn prepend(_: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(&args[0], "Cannot prepend on type")?;
    Ok(args[1..].iter().chain(&items).cloned().collect::<List>().into())
}

fn concat(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut all = Vec::new();
    for list in args {
        match args::slice(list) {
            Ok(items) => all.extend_from_slice(items.as_slice()),
            Err(None) => return Err(args::NIL_POINTER.into()),
            Err(Some(kind)) => return Err(CallError::new(format!("Cannot concat type {kind} as list"))),
        }
    }
    if all.is_empty() { nil_list() } else { Ok(all.into()) }
}

fn first(_: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(&args[0], "Cannot find first on type")?;
    Ok(items.as_slice().first().cloned().unwrap_or_default())
}

fn last(_: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(&args[0], "Cannot find last on type")?;
    Ok(items.as_slice().last().cloned().unwrap_or_default())
}

fn rest(_: &mut dyn Context, args: &[Value]) -> Answer {
    match items(&args[0], "Cannot find rest on type")?.as_slice() {
        [] => nil_list(),
        [_, rest @ ..] => part(rest),
    }
}

fn initial(_: &mut dyn Context, args: &[Value]) -> Answer {
    match items(&args[0], "Cannot find initial on type")?.as_slice() {
        [] => nil_list(),
        [initial @ .., _] => part(initial),
    }
}

fn reverse(_: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(&args[0], "Cannot find reverse on type")?;
    Ok(items.iter().rev().cloned().collect::<List>().into())
}

fn compact(_: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(&args[0], "Cannot compact on type")?;
    Ok(items
        .iter()
        .filter(|item| !is_empty(item))
        .cloned()
        .collect::<List>()
        .into())
}

fn is_among(needle: &Value, items: &[Value]) -> bool {
    items.iter().any(|item| needle.deep_equal(item))
}

fn uniq(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut kept: Vec<Value> = Vec::new();
    for item in &items(&args[0], "Cannot find uniq on type")? {
        if !is_among(item, &kept) {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn without(_: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(&args[0], "Cannot find without on type")?;
    Ok(items
        .iter()
        .filter(|item| !is_among(item, &args[1..]))
        .cloned()
        .collect::<List>()
        .into())
}

fn has(_: &mut dyn Context, args: &[Value]) -> Answer {
    if args[1].is_null() {
        return Ok(false.into());
    }
    Ok(is_among(&args[0], items(&args[1], "Cannot find has on type")?.as_slice()).into())
}

fn slice(_: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(&args[0], "list should be type of slice or array but")?;
    if items.is_empty() {
        return Ok(Value::Null);
    }
    let index = |position: usize, default: usize| match args.get(position) {
        Some(index) => usize::try_from(cast::to_i64(index)).ok(),
        None => Some(default),
    };
    let bounds = index(1, 0).zip(index(2, items.len()));
    let Some(part) = bounds.and_then(|(start, end)| items.as_slice().get(start..end)) else {
        return Err("reflect.Value.Slice: slice index out of bounds".into());
    };
    Ok(match &args[0] {
        Value::Bytes(bytes) => {
            let start = bounds.map_or(0, |(start, _)| start);
            Value::Bytes(Str::from(&bytes[start..start + part.len()]))
        }
        _ => List::typed(items.ty(), part.to_vec()).into(),
    })
}

fn chunk(_: &mut dyn Context, args: &[Value]) -> Answer {
    let size = args::int(args, 0);
    let items = items(&args[1], "Cannot chunk type")?;
    // Go computes the number of chunks in floating point, which decides what sizes below 1 do.
    let count = cast::float_to_i64(((items.len() as f64 - 1.0) / size as f64).floor() + 1.0);
    let chunks: Vec<Value> = match usize::try_from(size) {
        _ if count == 0 => Vec::new(),
        Ok(size) if size > 0 => items
            .as_slice()
            .chunks(size)
            .map(|chunk| chunk.to_vec().into())
            .collect(),
        // The only size below 1 that Go gets something out of.
        _ if size < -1 && items.len() == 1 => vec![items.into()],
        _ => return Err("runtime error: makeslice: len out of range".into()),
    };
    Ok(List::typed(ListType::AnyList, chunks).into())
}

fn sort_alpha(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut texts = match args::slice(&args[0]) {
        Ok(_) => strings_of(&args[0]),
        Err(_) => vec![to_string(&args[0])],
    };
    texts.sort_unstable();
    Ok(Value::strings(texts))
}

fn join(_: &mut dyn Context, args: &[Value]) -> Answer {
    let separator = args::string(args, 0);
    let texts = strings_of(&args[1]);
    let mut out = Vec::with_capacity(texts.iter().map(|text| text.len() + separator.len()).sum());
    for (position, text) in texts.iter().enumerate() {
        if position > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(text);
    }
    Ok(Value::string(out))
}

/// Go's `strings.SplitN`: a negative limit means no limit; an empty separator splits characters.
fn parts<'a>(text: &'a [u8], separator: &[u8], limit: i64) -> Vec<&'a [u8]> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if limit == 0 {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut rest = text;
    if separator.is_empty() {
        while !rest.is_empty() && parts.len() + 1 < limit {
            let (character, after) = rest.split_at(first_rune(rest).1);
            parts.push(character);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(rest);
        }
        return parts;
    }
    let finder = memmem::Finder::new(separator);
    while parts.len() + 1 < limit {
        let Some(at) = finder.find(rest) else { break };
        parts.push(&rest[..at]);
        rest = &rest[at + separator.len()..];
    }
    parts.push(rest);
    parts
}

fn numbered(parts: &[&[u8]]) -> Answer {
    let entries = parts
        .iter()
        .enumerate()
        .map(|(n, &part)| (Str::from(format!("_{n}")), Value::string(part)));
    Ok(entries.collect::<Map>().with_type(MapType::String).into())
}

fn split(_: &mut dyn Context, args: &[Value]) -> Answer {
    numbered(&parts(args::string(args, 1), args::string(args, 0), -1))
}

fn splitn(_: &mut dyn Context, args: &[Value]) -> Answer {
    numbered(&parts(args::string(args, 2), args::string(args, 0), args::int(args, 1)))
}

fn split_list(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::strings(parts(args::string(args, 1), args::string(args, 0), -1)))
}
