//! The methods of `time.Time` for the times of TOML documents, which only know a few themselves.

use skeg_template::function::{CallError, Context, Method, Param};
use skeg_value::toml::TomlDateTime;
use skeg_value::{Object, Value};

use super::time::GoTime;

/// One method: its name in Go, which takes anything and complains for itself.
macro_rules! forward {
    ($($name:literal $params:expr),+ $(,)?) => {
        &[$(($name, Method {
            params: $params,
            variadic: None,
            run: |context, receiver, args| call(context, receiver, $name, args),
        })),+]
    };
}

const ONE: &[Param] = &[Param::Any];
const THREE: &[Param] = &[Param::Any, Param::Any, Param::Any];

static METHODS: &[(&str, Method)] = forward![
    "Add" ONE,
    "AddDate" THREE,
    "After" ONE,
    "Before" ONE,
    "Compare" ONE,
    "Equal" ONE,
    "Format" ONE,
    "GoString" &[],
    "In" ONE,
    "IsDST" &[],
    "Local" &[],
    "Location" &[],
    "Month" &[],
    "Round" ONE,
    "Sub" ONE,
    "Truncate" ONE,
    "UTC" &[],
    "UnixMicro" &[],
    "Weekday" &[],
];

/// The method of that name, where the object is a TOML document's time.
pub(crate) fn method(object: &dyn Object, name: &str) -> Option<&'static Method> {
    object.as_any().downcast_ref::<TomlDateTime>()?;
    METHODS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, method)| method)
}

fn call(context: &mut dyn Context, receiver: &Value, name: &str, args: &[Value]) -> Result<Value, CallError> {
    let home = super::home(context);
    match GoTime::of(receiver, &home) {
        Some(time) => time.method(name, args).map_err(|error| CallError::new(error.0)),
        None => Err(CallError::new(format!("no method {name}"))),
    }
}
