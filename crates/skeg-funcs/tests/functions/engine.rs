//! Runs texts through the template engine with all functions and a world that never changes.

use std::rc::Rc;
use std::sync::Arc;

use skeg_funcs::host::Host;
use skeg_funcs::tables;
use skeg_funcs::world::Offline;
use skeg_template::{Executor, Functions, NoMethods, NoTrace, TemplateSet};
use skeg_value::{Map, Value};

/// The functions, to be resolved once for many texts.
pub(crate) fn functions() -> Arc<Functions> {
    Arc::new(Functions::new(tables()))
}

/// What a template text prints, or the error's text after `error calling NAME: ` where there is such a part.
pub(crate) fn run(functions: &Arc<Functions>, text: &str) -> Result<String, String> {
    let mut set = TemplateSet::shared(Arc::clone(functions));
    set.add("t", text.as_bytes()).map_err(|error| error.to_string())?;
    let mut host = Host::new(Rc::new(Offline));
    let mut out = Vec::new();
    Executor::new(&set, &NoMethods, &mut host, NoTrace)
        .execute("t", &Value::Map(Map::new()), &mut out)
        .map_err(|error| {
            let text = error.to_string();
            let called = text
                .split_once("error calling ")
                .and_then(|(_, called)| called.split_once(": "));
            called.map_or(text.clone(), |(_, reason)| reason.to_owned())
        })?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}
