//! Conversions, types, defaults and conditions.

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_template::print::{append_v, sprint_v};
use skeg_value::quote::append_quoted;
use skeg_value::{List, ListType, Map, Str, Value};

use crate::table::{fixed, variadic};
use crate::{args, cast, semver};

type Answer = Result<Value, CallError>;

/// Values nested deeper than this are not copied: only a map that contains itself gets there.
const MAX_DEPTH: usize = 2000;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    variadic(
        Param::Any,
        fixed(
            "all",
            &[],
            all,
            "Whether no argument is empty; true without arguments.",
            ("all 1 true", "true"),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "any",
            &[],
            any,
            "Whether some argument is not empty; false without arguments.",
            ("any 0 true", "true"),
        ),
    ),
    fixed(
        "atoi",
        &[Param::String],
        atoi,
        "The `int` that a decimal text stands for, 0 for anything else; out of range, the nearest number.",
        (r#"atoi "42""#, "42"),
    ),
    variadic(
        Param::Any,
        fixed(
            "cat",
            &[],
            cat,
            "The arguments' texts joined by spaces, nils left out.",
            (r#"cat "a" 1 nil true"#, "a 1 true"),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "coalesce",
            &[],
            coalesce,
            "The first argument that is not empty, or nil.",
            (r#"coalesce 0 "" "last""#, "last"),
        ),
    ),
    fixed(
        "deepCopy",
        &[Param::Any],
        deep_copy,
        "A copy that shares no map or list with the original.",
        (r#"deepCopy (dict "a" 1)"#, "map[a:1]"),
    ),
    fixed(
        "deepEqual",
        &[Param::Any, Param::Any],
        deep_equal,
        "Whether two values are equal in type and content, down to the leaves.",
        ("deepEqual (list 1 2) (list 1 2)", "true"),
    ),
    variadic(
        Param::Any,
        fixed(
            "default",
            &[Param::Any],
            default,
            "The second argument, or the first where the second is empty or missing. Empty are nil, 0, false, and \
             empty texts, lists and maps.",
            (r#"default "foo" """#, "foo"),
        ),
    ),
    fixed(
        "empty",
        &[Param::Any],
        empty,
        "Whether a value is empty (see `default`).",
        (r#"empty """#, "true"),
    ),
    fixed(
        "float64",
        &[Param::Any],
        float64,
        "The value as a `float64`; 0 where it stands for none.",
        (r#"float64 "1.5""#, "1.5"),
    ),
    fixed(
        "int",
        &[Param::Any],
        int,
        "The value as an `int`: texts by Go's base prefixes, floats cut off; 0 where it stands for none.",
        (r#"int "0x10""#, "16"),
    ),
    fixed(
        "int64",
        &[Param::Any],
        int64,
        "Like `int`, with the type `int64`.",
        (r#"int64 12.9"#, "12"),
    ),
    fixed(
        "kindIs",
        &[Param::String, Param::Any],
        kind_is,
        "Whether the value has that Go kind.",
        (r#"kindIs "map" (dict)"#, "true"),
    ),
    fixed(
        "kindOf",
        &[Param::Any],
        kind_of,
        "The Go kind: `map`, `slice`, `string`, `float64`, `invalid` (nil), …",
        ("kindOf (list)", "slice"),
    ),
    fixed(
        "mustDeepCopy",
        &[Param::Any],
        deep_copy,
        "The same as `deepCopy`.",
        (r#"mustDeepCopy (list 1)"#, "[1]"),
    ),
    variadic(
        Param::Any,
        fixed(
            "quote",
            &[],
            quote,
            "Each argument in double quotes with Go's escapes, joined by spaces, nils left out.",
            (r#"quote "a" 1"#, r#""a" "1""#),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "squote",
            &[],
            squote,
            "Each argument in single quotes, joined by spaces, nils left out. Nothing is escaped.",
            (r#"squote "a" 1"#, "'a' '1'"),
        ),
    ),
    fixed(
        "ternary",
        &[Param::Any, Param::Any, Param::Bool],
        ternary,
        "The first argument where the third is true, else the second.",
        (r#"true | ternary "yes" "no""#, "yes"),
    ),
    fixed(
        "toDecimal",
        &[Param::Any],
        to_decimal,
        "The number that the value's text stands for in octal, as an `int64`; 0 for anything else.",
        ("toDecimal 777", "511"),
    ),
    fixed(
        "toString",
        &[Param::Any],
        to_string_function,
        "The value's text, as printing shows it; bytes as text.",
        ("toString 1.5", "1.5"),
    ),
    fixed(
        "toStrings",
        &[Param::Any],
        to_strings,
        "The texts of a list's items, nils left out; of anything else a list of one.",
        (r#"toStrings (list 1 "a" nil)"#, "[1 a]"),
    ),
    fixed(
        "typeIs",
        &[Param::String, Param::Any],
        type_is,
        "Whether the value has that Go type.",
        (r#"typeIs "string" "a""#, "true"),
    ),
    fixed(
        "typeIsLike",
        &[Param::String, Param::Any],
        type_is_like,
        "Whether the value has that Go type or is a pointer to it.",
        (r#"typeIsLike "semver.Version" (semver "1.2.3")"#, "true"),
    ),
    fixed(
        "typeOf",
        &[Param::Any],
        type_of,
        "The Go type: `float64`, `[]interface {}`, `map[string]interface {}`, `<nil>`, …",
        ("typeOf (list)", "[]interface {}"),
    ),
];

fn default(_: &mut dyn Context, args: &[Value]) -> Answer {
    match args.get(1) {
        Some(given) if given.is_true() => Ok(given.clone()),
        _ => Ok(args[0].clone()),
    }
}

fn empty(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(is_empty(&args[0]).into())
}

/// Sprig's emptiness, which is the opposite of a template's truth.
pub(crate) fn is_empty(value: &Value) -> bool {
    !value.is_true()
}

fn coalesce(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args.iter().find(|value| value.is_true()).cloned().unwrap_or_default())
}

fn all(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args.iter().all(Value::is_true).into())
}

fn any(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args.iter().any(Value::is_true).into())
}

fn ternary(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args[if args::boolean(args, 2) { 0 } else { 1 }].clone())
}

fn int(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int(cast::to_i64(&args[0])))
}

fn int64(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(cast::to_i64(&args[0])))
}

fn float64(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(cast::to_f64(&args[0]).into())
}

fn atoi(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = args::string(args, 0).as_str().unwrap_or_default();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = match cast::parse_int(text, 10) {
        Some(number) => number,
        None if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) => 0,
        None if text.starts_with('-') => i64::MIN,
        None => i64::MAX,
    };
    Ok(Value::int(number))
}

fn to_decimal(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut text = Vec::new();
    append_v(&mut text, &args[0]);
    let number = std::str::from_utf8(&text)
        .ok()
        .and_then(|text| cast::parse_int(text, 8));
    Ok(Value::int64(number.unwrap_or(0)))
}

fn to_string_function(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::String(to_string(&args[0])))
}

fn to_strings(_: &mut dyn Context, args: &[Value]) -> Answer {
    if let Value::List(list) = &args[0]
        && list.ty() == ListType::String
    {
        return Ok(args[0].clone());
    }
    Ok(Value::strings(strings_of(&args[0])))
}

/// Sprig's `toString`: strings as they are, bytes as text, everything else as `%v`.
pub(crate) fn to_string(value: &Value) -> Str {
    match value {
        Value::String(text) | Value::Bytes(text) => text.clone(),
        other => Str::from(sprint_v(other)),
    }
}

/// The texts of a list's items, nils left out; of nil nothing, of anything else its own text.
pub(crate) fn strings_of(value: &Value) -> Vec<Str> {
    match args::slice(value) {
        Ok(items) => items.iter().filter(|item| !item.is_null()).map(to_string).collect(),
        Err(None) => Vec::new(),
        Err(Some(_)) => vec![to_string(value)],
    }
}

/// Appends something for each argument that is not nil, with spaces between.
fn spaced(args: &[Value], append: impl Fn(&mut Vec<u8>, &Value)) -> Answer {
    let mut out = Vec::new();
    for (position, value) in args.iter().filter(|value| !value.is_null()).enumerate() {
        if position > 0 {
            out.push(b' ');
        }
        append(&mut out, value);
    }
    Ok(Value::string(out))
}

fn quote(_: &mut dyn Context, args: &[Value]) -> Answer {
    spaced(args, |out, value| match value {
        Value::String(text) | Value::Bytes(text) => append_quoted(out, text),
        other => append_quoted(out, &to_string(other)),
    })
}

fn squote(_: &mut dyn Context, args: &[Value]) -> Answer {
    spaced(args, |out, value| {
        out.push(b'\'');
        append_v(out, value);
        out.push(b'\'');
    })
}

fn cat(_: &mut dyn Context, args: &[Value]) -> Answer {
    spaced(args, append_v)
}

fn type_of(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args[0].type_name().into())
}

fn type_is(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok((args::string(args, 0).as_bytes() == args[1].type_name().as_bytes()).into())
}

fn type_is_like(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (target, name) = (args::string(args, 0).as_bytes(), args[1].type_name());
    let name = name.as_bytes();
    Ok((name == target || name.strip_prefix(b"*") == Some(target)).into())
}

fn kind_of(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args[0].kind().into())
}

fn kind_is(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok((args::string(args, 0).as_bytes() == args[1].kind().as_bytes()).into())
}

fn deep_equal(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args[0].deep_equal(&args[1]).into())
}

fn deep_copy(_: &mut dyn Context, args: &[Value]) -> Answer {
    match &args[0] {
        Value::Null => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        value => copied(value, 0),
    }
}

/// A copy down to the leaves. Go types, and nil lists and maps, stay what they are.
fn copied(value: &Value, depth: usize) -> Answer {
    if depth > MAX_DEPTH {
        return Err("the value is nested too deeply to be copied".into());
    }
    Ok(match value {
        Value::List(list) if !list.is_nil() => {
            let items = list
                .iter()
                .map(|item| copied(item, depth + 1))
                .collect::<Result<Vec<_>, _>>()?;
            List::typed(list.ty(), items).into()
        }
        Value::Map(map) if !map.is_nil() => {
            let copy = Map::new();
            for (key, item) in map.borrow().iter() {
                copy.insert(key.clone(), copied(item, depth + 1)?);
            }
            copy.with_type(map.ty()).into()
        }
        Value::Object(object) => semver::copied(object).unwrap_or_else(|| value.clone()),
        _ => value.clone(),
    })
}
