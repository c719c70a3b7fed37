//! Slash-separated paths, taken apart as texts. The `os` forms are the same on the systems that skeg runs on.

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::Value;

use crate::args;
use crate::table::fixed;

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "base",
        &[Param::String],
        base,
        "The last element of a path.",
        (r#"base "foo/bar/baz""#, "baz"),
    ),
    fixed(
        "clean",
        &[Param::String],
        clean,
        "The shortest path that means the same.",
        (r#"clean "foo/bar/../baz""#, "foo/baz"),
    ),
    fixed(
        "dir",
        &[Param::String],
        dir,
        "All but the last element, cleaned.",
        (r#"dir "foo/bar/baz""#, "foo/bar"),
    ),
    fixed(
        "ext",
        &[Param::String],
        ext,
        "What follows the last dot of the last element, with the dot.",
        (r#"ext "foo.tar.gz""#, ".gz"),
    ),
    fixed(
        "isAbs",
        &[Param::String],
        is_abs,
        "Whether a path begins with a slash.",
        (r#"isAbs "/foo""#, "true"),
    ),
    fixed(
        "osBase",
        &[Param::String],
        base,
        "Like `base`.",
        (r#"osBase "/foo/bar""#, "bar"),
    ),
    fixed(
        "osClean",
        &[Param::String],
        clean,
        "Like `clean`.",
        (r#"osClean "/foo/../bar""#, "/bar"),
    ),
    fixed(
        "osDir",
        &[Param::String],
        dir,
        "Like `dir`.",
        (r#"osDir "/foo/bar""#, "/foo"),
    ),
    fixed(
        "osExt",
        &[Param::String],
        ext,
        "Like `ext`.",
        (r#"osExt "/foo.txt""#, ".txt"),
    ),
    fixed(
        "osIsAbs",
        &[Param::String],
        is_abs,
        "Like `isAbs`.",
        (r#"osIsAbs "foo""#, "false"),
    ),
];

fn base(_: &mut dyn Context, args: &[Value]) -> Answer {
    let path = args::string(args, 0);
    let end = path.iter().rposition(|&b| b != b'/').map_or(0, |last| last + 1);
    let name = path[..end].rsplit(|&b| b == b'/').next().unwrap_or_default();
    let name = match (path.is_empty(), end) {
        (true, _) => b".",
        (false, 0) => b"/",
        _ => name,
    };
    Ok(Value::string(name))
}

fn clean(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::string(cleaned(args::string(args, 0))))
}

/// The lexically shortest form: no empty or `.` elements, `..` only at the start of a relative path.
fn cleaned(path: &[u8]) -> Vec<u8> {
    let rooted = path.first() == Some(&b'/');
    let mut elements: Vec<&[u8]> = Vec::new();
    for element in path.split(|&b| b == b'/') {
        match element {
            b"" | b"." => {}
            b".." if elements.last().is_some_and(|last| *last != b"..") => {
                elements.pop();
            }
            b".." if rooted => {}
            _ => elements.push(element),
        }
    }
    let mut out = if rooted { b"/".to_vec() } else { Vec::new() };
    out.extend_from_slice(&elements.join(&b'/'));
    if out.is_empty() {
        out.push(b'.');
    }
    out
}

fn dir(_: &mut dyn Context, args: &[Value]) -> Answer {
    let path = args::string(args, 0);
    let end = path.iter().rposition(|&b| b == b'/').map_or(0, |slash| slash + 1);
    Ok(Value::string(cleaned(&path[..end])))
}

fn ext(_: &mut dyn Context, args: &[Value]) -> Answer {
    let path = args::string(args, 0);
    let mark = path.iter().rposition(|&b| b == b'.' || b == b'/');
    Ok(Value::string(
        mark.filter(|&mark| path[mark] == b'.')
            .map_or(&b""[..], |dot| &path[dot..]),
    ))
}

fn is_abs(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args::string(args, 0).starts_with(b"/").into())
}
