//! Maps: making, reading, changing in place.

use skeg_template::function::{CallError, Context, Function, Param, Purity};
use skeg_value::{ListType, Map, Value};

use crate::args;
use crate::convert::to_string;
use crate::merge::{MergeError, merge_into};
use crate::table::{fixed, impure, variadic};

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    variadic(
        Param::Any,
        fixed(
            "dict",
            &[],
            dict,
            "A map of keys and values in turn; keys are the arguments' texts, a last key without value gets an empty text.",
            (r#"dict "a" 1 "b" 2"#, "map[a:1 b:2]"),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "dig",
            &[],
            dig,
            "The value under nested keys of the map that comes last, or the argument before it where a key is absent.",
            (r#"dig "a" "b" "none" (dict "a" (dict "b" 1))"#, "1"),
        ),
    ),
    fixed(
        "get",
        &[Param::Map, Param::String],
        get,
        "The value of a key, or an empty text.",
        (r#"get (dict "a" 1) "a""#, "1"),
    ),
    fixed(
        "hasKey",
        &[Param::Map, Param::String],
        has_key,
        "Whether the key is there, even with nil.",
        (r#"hasKey (dict "a" nil) "a""#, "true"),
    ),
    variadic(
        Param::Map,
        fixed(
            "keys",
            &[],
            keys,
            "The keys of the maps, map by map. In Go their order is random; here each map's keys are sorted.",
            (r#"keys (dict "b" 1 "a" 2)"#, "[a b]"),
        ),
    ),
    variadic(
        Param::Map,
        impure(
            Purity::Mutates,
            fixed(
                "merge",
                &[Param::Map],
                merge,
                "Fills the first map from the others, recursively: its own values win unless they are empty. Changes \
                 and returns the first map; maps taken from the others are shared with them.",
                (r#"merge (dict "a" 1) (dict "a" 2 "b" 3)"#, "map[a:1 b:3]"),
            ),
        ),
    ),
    variadic(
        Param::Map,
        impure(
            Purity::Mutates,
            fixed(
                "mergeOverwrite",
                &[Param::Map],
                merge_overwrite,
                "Like `merge`, but later maps win, also with empty values.",
                (r#"mergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3)"#, "map[a:2 b:3]"),
            ),
        ),
    ),
    variadic(
        Param::Map,
        impure(
            Purity::Mutates,
            fixed(
                "mustMerge",
                &[Param::Map],
                must_merge,
                "Like `merge`, failing where types cannot be merged.",
                (r#"mustMerge (dict "a" 1) (dict "a" 2 "b" 3)"#, "map[a:1 b:3]"),
            ),
        ),
    ),
    variadic(
        Param::Map,
        impure(
            Purity::Mutates,
            fixed(
                "mustMergeOverwrite",
                &[Param::Map],
                must_merge_overwrite,
                "Like `mergeOverwrite`, failing where types cannot be merged.",
                (r#"mustMergeOverwrite (dict "a" 1) (dict "a" 2)"#, "map[a:2]"),
            ),
        ),
    ),
    variadic(
        Param::String,
        fixed(
            "omit",
            &[Param::Map],
            omit,
            "A new map without these keys.",
            (r#"omit (dict "a" 1 "b" 2) "a""#, "map[b:2]"),
        ),
    ),
    variadic(
        Param::String,
        fixed(
            "pick",
            &[Param::Map],
            pick,
            "A new map of only these keys.",
            (r#"pick (dict "a" 1 "b" 2) "a""#, "map[a:1]"),
        ),
    ),
    variadic(
        Param::Map,
        fixed(
            "pluck",
            &[Param::String],
            pluck,
            "The values that a key has in those of the maps that have it.",
            (r#"pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" 3)"#, "[1 3]"),
        ),
    ),
    impure(
        Purity::Mutates,
        fixed(
            "set",
            &[Param::Map, Param::String, Param::Any],
            set,
            "Sets a key of the map itself and returns the map.",
            (r#"set (dict "a" 1) "b" 2"#, "map[a:1 b:2]"),
        ),
    ),
    impure(
        Purity::Mutates,
        fixed(
            "unset",
            &[Param::Map, Param::String],
            unset,
            "Removes a key from the map itself and returns the map.",
            (r#"unset (dict "a" 1 "b" 2) "a""#, "map[b:2]"),
        ),
    ),
    fixed(
        "values",
        &[Param::Map],
        values,
        "The values of a map. In Go their order is random; here they are in the order of the keys.",
        (r#"values (dict "b" 1 "a" 2)"#, "[2 1]"),
    ),
];

fn dict(_: &mut dyn Context, args: &[Value]) -> Answer {
    let map = Map::new();
    for pair in args.chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_else(|| "".into());
        map.insert(to_string(&pair[0]), value);
    }
    Ok(map.into())
}

fn get(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args::map(args, 0)
        .get(args::string(args, 1))
        .unwrap_or_else(|| "".into()))
}

fn set(_: &mut dyn Context, args: &[Value]) -> Answer {
    let map = args::map(args, 0);
    if map.is_nil() {
        return Err("assignment to entry in nil map".into());
    }
    map.insert(args::string(args, 1).clone(), args[2].clone());
    Ok(map.into())
}

fn unset(_: &mut dyn Context, args: &[Value]) -> Answer {
    let map = args::map(args, 0);
    map.remove(args::string(args, 1));
    Ok(map.into())
}

fn has_key(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args::map(args, 0).contains_key(args::string(args, 1)).into())
}

fn pluck(_: &mut dyn Context, args: &[Value]) -> Answer {
    let key = args::string(args, 0);
    let found: Vec<Value> = (1..args.len())
        .filter_map(|position| args::map(args, position).get(key))
        .collect();
    Ok(found.into())
}

fn keys(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut keys = Vec::new();
    for position in 0..args.len() {
        keys.extend(args::map(args, position).borrow().keys().cloned().map(Value::String));
    }
    Ok(skeg_value::List::typed(ListType::String, keys).into())
}

fn values(_: &mut dyn Context, args: &[Value]) -> Answer {
    let values: Vec<Value> = args::map(args, 0).borrow().values().cloned().collect();
    Ok(values.into())
}

fn pick(_: &mut dyn Context, args: &[Value]) -> Answer {
    let map = args::map(args, 0);
    let picked = Map::new();
    for position in 1..args.len() {
        let key = args::string(args, position);
        if let Some(value) = map.get(key) {
            picked.insert(key.clone(), value);
        }
    }
    Ok(picked.into())
}

fn omit(_: &mut dyn Context, args: &[Value]) -> Answer {
    let kept = Map::from_entries(args::map(args, 0).borrow().clone());
    for position in 1..args.len() {
        kept.remove(args::string(args, position));
    }
    Ok(kept.into())
}

/// The text of a failed type assertion from an interface, as Go panics with it.
fn wrong_type(value: &Value, wanted: &str) -> CallError {
    let found = if value.is_null() {
        "nil".to_owned()
    } else {
        value.type_name()
    };
    CallError::new(format!("interface conversion: interface {{}} is {found}, not {wanted}"))
}

fn dig(_: &mut dyn Context, args: &[Value]) -> Answer {
    let [keys @ .., default, last] = args else {
        return Err(TOO_FEW.into());
    };
    if keys.is_empty() {
        return Err(TOO_FEW.into());
    }
    let plain_map = |value: &Value| match value {
        Value::Map(map) if map.ty() == skeg_value::MapType::Any => Ok(map.clone()),
        other => Err(wrong_type(other, skeg_value::MapType::Any.name())),
    };
    let mut map = plain_map(last)?;
    let keys: Vec<_> = keys
        .iter()
        .map(|key| key.as_string().ok_or_else(|| wrong_type(key, "string")))
        .collect::<Result<_, _>>()?;
    for (position, key) in keys.iter().enumerate() {
        let Some(step) = map.get(key) else {
            return Ok(default.clone());
        };
        if position + 1 == keys.len() {
            return Ok(step);
        }
        map = plain_map(&step)?;
    }
    Ok(default.clone())
}

const TOO_FEW: &str = "dig needs at least three arguments";

fn merge_all(args: &[Value], overwrite: bool) -> Result<Value, MergeError> {
    let mut target = args::map(args, 0);
    for position in 1..args.len() {
        let source = args::map(args, position);
        if target.is_nil() && !source.is_nil() {
            target = Map::new();
        }
        merge_into(&target, &source, overwrite)?;
    }
    Ok(target.into())
}

/// The forms without `must` swallow mergo's own errors (not its panics) and yield an empty text.
fn swallow(merged: Result<Value, MergeError>) -> Answer {
    match merged {
        Ok(map) => Ok(map),
        Err(MergeError::Types) => Ok("".into()),
        Err(error) => Err(CallError::new(error.to_string())),
    }
}

fn merge(_: &mut dyn Context, args: &[Value]) -> Answer {
    swallow(merge_all(args, false))
}

fn merge_overwrite(_: &mut dyn Context, args: &[Value]) -> Answer {
    swallow(merge_all(args, true))
}

fn must_merge(_: &mut dyn Context, args: &[Value]) -> Answer {
    merge_all(args, false).map_err(|error| CallError::new(error.to_string()))
}

fn must_merge_overwrite(_: &mut dyn Context, args: &[Value]) -> Answer {
    merge_all(args, true).map_err(|error| CallError::new(error.to_string()))
}
