//! Go structs, pointers and named types with methods, as templates see them.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use crate::string::Str;
use crate::value::Value;

/// Why a method call on an object failed: the Go error text, without location.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ObjectError(pub String);

/// A Go value that is neither scalar, list nor map: a time, a version, a certificate, `.Capabilities`.
///
/// One trait for all, so that the template engine needs to know none of them. The defaults describe a plain struct
/// without fields or methods.
pub trait Object: fmt::Debug + Any {
    /// The Go type name as `typeOf` and `printf "%T"` print it, for example `*semver.Version`.
    fn type_name(&self) -> &str;

    /// The Go kind: `struct`, `ptr`, `int64` (durations), `int` (months), `slice`.
    fn kind(&self) -> &'static str {
        "struct"
    }

    /// The value of an exported struct field.
    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    /// The number of parameters of an exported method, or none where there is no such method.
    fn method_arity(&self, _name: &str) -> Option<usize> {
        None
    }

    /// Calls an exported method. `args` has the length that [`Object::method_arity`] gave.
    ///
    /// # Errors
    /// The Go error text, also for an argument of the wrong type.
    fn call_method(&self, name: &str, _args: &[Value]) -> Result<Value, ObjectError> {
        Err(ObjectError(format!("no method {name}")))
    }

    /// What Go's `fmt` prints for `%v`: the `Error` or `String` method if there is one, else the struct in braces.
    fn print(&self) -> String;

    /// Whether `print` comes from a `String` or `Error` method (then `%s` and `%q` use it too).
    fn is_stringer(&self) -> bool {
        false
    }

    /// What Go's `fmt` prints for `%#v`, where a `GoString` method says that.
    fn go_syntax(&self) -> Option<String> {
        None
    }

    /// The number behind the value where its kind is numeric (durations, months, weekdays), for `int64` and `%d`.
    fn as_i64(&self) -> Option<i64> {
        None
    }

    /// The plain value that Go's JSON encoder would write; `toYaml` and `toJson` use it.
    fn to_json(&self) -> Value;

    /// The exported fields of a struct by their Go names, in declared order; `None` for anything else. `toToml` writes
    /// these, and the next two derive from them.
    fn go_fields(&self) -> Option<Vec<(Str, Value)>> {
        None
    }

    /// The fields as Go's JSON encoder writes them: `toJson` keeps this order, where [`Object::to_json`] can only give a
    /// sorted map. Override it where the struct has JSON tags.
    fn json_fields(&self) -> Option<Vec<(Str, Value)>> {
        self.go_fields()
    }

    /// The fields as the YAML v3 encoder writes them, in declared order: lower-case names.
    fn yaml_fields(&self) -> Option<Vec<(Str, Value)>> {
        let lower = |(name, value): (Str, Value)| (Str::from(name.to_ascii_lowercase()), value);
        self.go_fields().map(|fields| fields.into_iter().map(lower).collect())
    }

    /// The plain value that the YAML v3 encoder would write; `toYamlPretty` uses it.
    fn to_yaml_pretty(&self) -> Value {
        self.to_json()
    }

    /// Whether both are deeply equal in Go's sense.
    fn equals(&self, _other: &dyn Object) -> bool {
        false
    }

    /// `self` for downcasting: always `self`.
    fn as_any(&self) -> &dyn Any;
}

/// A shared object.
pub type ObjectRef = Rc<dyn Object>;
