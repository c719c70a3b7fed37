//! Including, failing and looking up.
//!
//! # Source
//! spec/rendering.md 1.11, 1.12, 2.2.

use skeg_template::function::{CallError, Context, Function, Param, Purity};
use skeg_value::quote::quote;
use skeg_value::{Map, Str, Value};

use crate::args;
use crate::host::{Note, host};
use crate::table::{fixed, impure};

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    impure(
        Purity::Templates,
        fixed(
            "fail",
            &[Param::String],
            fail,
            "Stops the run with this message.",
            ("", ""),
        ),
    ),
    impure(
        Purity::Network,
        fixed(
            "getHostByName",
            &[Param::String],
            get_host_by_name,
            "An address of the host; empty unless `--enable-dns` is given.",
            (r#"getHostByName "localhost" | quote"#, r#""""#),
        ),
    ),
    impure(
        Purity::Templates,
        fixed(
            "include",
            &[Param::String, Param::Any],
            include,
            "What the template of that name prints, given the data.",
            ("", ""),
        ),
    ),
    impure(
        Purity::Network,
        fixed(
            "lookup",
            &[Param::String, Param::String, Param::String, Param::String],
            lookup,
            "Objects of the cluster by API version, kind, namespace and name; an empty map without a cluster.",
            (r#"lookup "v1" "Secret" "ns" "name""#, "map[]"),
        ),
    ),
    impure(
        Purity::Templates,
        fixed(
            "required",
            &[Param::String, Param::Any],
            required,
            "The value, or a stop with the message where it is null or an empty text.",
            (r#"required "give a name" "x""#, "x"),
        ),
    ),
    impure(
        Purity::Templates,
        fixed(
            "tpl",
            &[Param::String, Param::Any],
            tpl,
            "What the text prints when it is run as a template with the data.",
            (r#"tpl "{{ .a }}" (dict "a" 1)"#, "1"),
        ),
    ),
];

/// More simultaneous includes of one name than this are taken for an endless recursion.
const MAX_INCLUDES: usize = 1001;

fn include(context: &mut dyn Context, arguments: &[Value]) -> Answer {
    let name = args::string(arguments, 0).clone();
    if let Some(host) = host(context) {
        let includes = &mut host.includes;
        // Only where there are as many of all names is it worth counting.
        if includes.len() >= MAX_INCLUDES && includes.iter().filter(|other| **other == name).count() >= MAX_INCLUDES {
            return Err(CallError::new(format!(
                "rendering template has a nested reference name: {name}: unable to execute template"
            )));
        }
        includes.push(name.clone());
    }
    let printed = context.execute(&name, &arguments[1]);
    if let Some(host) = host(context) {
        host.includes.pop();
    }
    Ok(Value::String(printed?))
}

fn tpl(context: &mut dyn Context, arguments: &[Value]) -> Answer {
    let text = args::string(arguments, 0);
    match context.execute_text("gotpl", text, &arguments[1]) {
        Ok(printed) => Ok(Value::String(without_no_value(printed))),
        Err(CallError::Parse(reason)) => Err(CallError::new(format!(
            "cannot parse template {}: {reason}",
            quote(text)
        ))),
        Err(CallError::Exec(source)) => Err(CallError::Wrapped {
            prefix: format!("error during tpl function execution for {}: ", quote(text)),
            source,
        }),
        Err(other) => Err(other),
    }
}

/// What a null prints, which Helm takes out of results again.
pub const NO_VALUE: &[u8] = b"<no value>";

/// The text without any `<no value>`; the text itself where there is none.
pub fn without_no_value(text: Str) -> Str {
    let Some(mut at) = find(&text, 0) else { return text };
    let mut kept = Vec::with_capacity(text.len());
    let mut from = 0;
    loop {
        kept.extend_from_slice(&text[from..at]);
        from = at + NO_VALUE.len();
        match find(&text, from) {
            Some(next) => at = next,
            None => break,
        }
    }
    kept.extend_from_slice(&text[from..]);
    Str::from(kept)
}

/// Whether the text holds a `<no value>`.
pub fn has_no_value(text: &[u8]) -> bool {
    find(text, 0).is_some()
}

/// Where `<no value>` begins, from an offset on.
fn find(text: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(&text[from..], NO_VALUE).map(|offset| from + offset)
}

fn required(context: &mut dyn Context, arguments: &[Value]) -> Answer {
    let note = match &arguments[1] {
        Value::Null => Note::MissingValue,
        Value::String(text) if text.is_empty() => Note::MissingText,
        value => return Ok(value.clone()),
    };
    stop(context, args::string(arguments, 0), note)
}

fn fail(context: &mut dyn Context, arguments: &[Value]) -> Answer {
    stop(context, args::string(arguments, 0), Note::Failed)
}

/// Stops the run, or leaves a note where it is linted.
fn stop(context: &mut dyn Context, message: &Str, note: fn(String) -> Note) -> Answer {
    match host(context) {
        Some(host) if host.lint => {
            host.notes.push(note(message.to_string()));
            Ok(Value::from(""))
        }
        _ => Err(CallError::Fail(message.to_string())),
    }
}

fn lookup(context: &mut dyn Context, arguments: &[Value]) -> Answer {
    let text = |position| args::string(arguments, position).to_string();
    match host(context) {
        Some(host) => host
            .world
            .lookup(&text(0), &text(1), &text(2), &text(3))
            .map_err(CallError::new),
        None => Ok(Value::Map(Map::new())),
    }
}

fn get_host_by_name(context: &mut dyn Context, arguments: &[Value]) -> Answer {
    let name = args::string(arguments, 0).to_string();
    let addresses = match host(context) {
        Some(host) if host.enable_dns => host.world.resolve_host(&name),
        _ => Vec::new(),
    };
    Ok(Value::from(addresses.into_iter().next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 1.11: every occurrence goes, and nothing else.
    #[test]
    fn no_value_is_taken_out() {
        for (text, expected) in [
            ("a", "a"),
            ("<no value>", ""),
            ("<<no value>><no value", "<><no value"),
            ("a<no value>b<no value>", "ab"),
        ] {
            assert_eq!(without_no_value(text.into()), *expected, "{text}");
        }
    }
}
