//! The name of a release: from the arguments, made up, or from a template; and its rule.
//!
//! # Source
//! spec/rendering.md 6.2.

use std::rc::Rc;

use skeg_funcs::host::Host;
use skeg_funcs::objects::HelmMethods;
use skeg_template::{Executor, Functions, NoTrace, TemplateSet};
use skeg_value::Value;

use crate::error::CommandError;
use crate::output::quote::go_quote;
use crate::world::Machine;

/// Helm's limit on the length of a release's name, in bytes.
const LONGEST: usize = 53;

/// Splits `[NAME] CHART`, both as given.
///
/// # Errors
/// More than two arguments, or a name beside a flag that makes one.
pub fn name_and_chart(
    args: &[String],
    generate: bool,
    template: &str,
) -> Result<(Option<String>, String), CommandError> {
    if args.len() > 2 {
        return Err(CommandError::new(format!(
            "expected at most two arguments, unexpected arguments: {}",
            args[2..].join(", ")
        )));
    }
    match args {
        [_, _] if generate => Err(CommandError::new("cannot set --generate-name and also specify a name")),
        [_, _] if !template.is_empty() => Err(CommandError::new("cannot set --name-template and also specify a name")),
        [name, chart] => Ok((Some(name.clone()), chart.clone())),
        [chart] => Ok((None, chart.clone())),
        _ => Err(CommandError::new("a chart is required")),
    }
}

/// Runs a `--name-template`: all functions, no data.
///
/// # Errors
/// Go's message for a bad template.
pub fn from_template(text: &str, world: Machine) -> Result<String, CommandError> {
    let functions = Functions::new(skeg_funcs::tables());
    let mut set = TemplateSet::new(&functions);
    set.add("name-template", text.as_bytes())
        .map_err(|error| CommandError::new(error.to_string()))?;
    let mut host = Host::new(Rc::new(world));
    let mut out = Vec::new();
    Executor::new(&set, &HelmMethods, &mut host, NoTrace)
        .execute("name-template", &Value::Null, &mut out)
        .map_err(|error| CommandError::new(error.to_go_string()))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Checks the rule of names.
///
/// # Errors
/// Helm's sentence, without its prefix `release name check failed: `.
pub fn check(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err(r#"release name "": no name provided"#.to_owned());
    }
    let alnum = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let label = |part: &str| {
        let bytes = part.as_bytes();
        bytes.first().is_some_and(|&b| alnum(b))
            && bytes.last().is_some_and(|&b| alnum(b))
            && bytes.iter().all(|&b| alnum(b) || b == b'-')
    };
    if name.len() <= LONGEST && name.split('.').all(label) {
        return Ok(());
    }
    Err(format!(
        "release name {}: invalid release name, must match regex \
         ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53",
        go_quote(name)
    ))
}
