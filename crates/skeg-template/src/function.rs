//! What a function callable from templates is: its name, its Go signature, its documentation, its code.
//!
//! The executor checks arguments against [`Function::params`] with Go's rules and Go's messages before it calls
//! [`Function::run`], so a function body may rely on the types it declared.

use std::any::Any;

use skeg_value::{List, ListType, Map, MapType, Object, Str, Value};

use crate::error::ExecError;

/// The Go type of a parameter, as far as argument checking tells types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// `interface {}`: anything, nil included (the body sees [`Value::Null`]).
    Any,
    /// `string`.
    String,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `int64`.
    Int64,
    /// `uint32`.
    Uint32,
    /// `float64`.
    Float,
    /// A slice of exactly this type, `nil` allowed (the body sees a nil [`List`]).
    List(ListType),
    /// `map[string]interface {}`; `common.Values` is assignable to it, as in Go. `nil` allowed (a nil [`Map`]).
    Map,
    /// A struct or pointer of exactly this Go type name, for example `time.Time` or `sprig.certificate`.
    Object(&'static str),
}

impl Param {
    /// The Go name of the type in messages such as `expected string; found 1`.
    pub fn type_name(self) -> &'static str {
        match self {
            Param::Any => "interface {}",
            Param::String => "string",
            Param::Bool => "bool",
            Param::Int => "int",
            Param::Int64 => "int64",
            Param::Uint32 => "uint32",
            Param::Float => "float64",
            Param::List(ty) => ty.name(),
            Param::Map => MapType::Any.name(),
            Param::Object(name) => name,
        }
    }

    /// What a nil argument becomes in the body of a function, where the type allows nil.
    pub fn nil_value(self) -> Option<Value> {
        match self {
            Param::Any => Some(Value::Null),
            Param::List(ty) => Some(Value::List(List::nil(ty))),
            Param::Map => Some(Value::Map(Map::nil(MapType::Any))),
            _ => None,
        }
    }
}

/// On what, beside its arguments, a function's result depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purity {
    /// On nothing: same arguments, same result.
    Pure,
    /// It changes one of its arguments in place (`set`, `unset`, `merge`).
    Mutates,
    /// On the templates of the set (`include`, `tpl`).
    Templates,
    /// On the clock or the local time zone.
    Clock,
    /// On entropy.
    Random,
    /// On the network or the cluster.
    Network,
}

/// The code of a function. `args` are already checked and, where the signature says so, converted.
pub type Run = fn(&mut dyn Context, &[Value]) -> Result<Value, CallError>;

/// A function that templates can call: one line of a table that also feeds the reference documentation and completion.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name in templates.
    pub name: &'static str,
    /// The types of the fixed parameters.
    pub params: &'static [Param],
    /// The type of each further argument, for a variadic function.
    pub variadic: Option<Param>,
    /// What its result depends on.
    pub purity: Purity,
    /// One or two sentences: what it yields, edge cases.
    pub doc: &'static str,
    /// A template expression and what it prints; the test suite runs it. Empty expression: no stable example.
    pub example: (&'static str, &'static str),
    /// The code.
    pub run: Run,
}

/// A method of a named Go type (`.Files.Get`), found before fields and map keys of the same name.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// The types of the fixed parameters.
    pub params: &'static [Param],
    /// The type of each further argument, for a variadic method.
    pub variadic: Option<Param>,
    /// The code; gets the receiver and the checked arguments.
    pub run: fn(&mut dyn Context, &Value, &[Value]) -> Result<Value, CallError>,
}

/// Where the executor asks for methods of maps with a named type (objects bring their own, see
/// [`skeg_value::Object`]).
pub trait Methods {
    /// The method of that name on a map of that Go type.
    fn method(&self, ty: MapType, name: &str) -> Option<&'static Method>;

    /// The method of that name on an object, where its parameters have types to be checked; found before
    /// [`Object::method_arity`], whose methods take anything and complain themselves.
    fn object_method(&self, _object: &dyn Object, _name: &str) -> Option<&'static Method> {
        None
    }
}

/// No methods at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMethods;

impl Methods for NoMethods {
    fn method(&self, _ty: MapType, _name: &str) -> Option<&'static Method> {
        None
    }
}

/// What a function may ask of the run that calls it.
pub trait Context {
    /// The host's own state, for downcasting: the template engine does not know what it is.
    fn host(&mut self) -> &mut dyn Any;

    /// Runs a template of the current set into a string, as `include` needs it.
    ///
    /// # Errors
    /// [`CallError::Exec`], carrying the whole chain, also when there is no such template
    /// (`template: no template "x" associated with template "gotpl"`).
    fn execute(&mut self, name: &Str, data: &Value) -> Result<Str, CallError>;

    /// Parses `text` as a template called `name` over the current set, without changing the set for anyone else, and
    /// runs it: Go's Clone, New, Parse, Execute. Definitions in `text` are visible while it runs, also to templates
    /// of the set that it includes. Parsed texts may be cached.
    ///
    /// # Errors
    /// [`CallError::Parse`] or [`CallError::Exec`] of the inner template, for the caller to wrap.
    fn execute_text(&mut self, name: &str, text: &Str, data: &Value) -> Result<Str, CallError>;
}

/// Why a function call failed. The executor adds `error calling NAME: ` and the location.
#[derive(Clone, Debug)]
pub enum CallError {
    /// An error value returned by the function, or a panic that Go's engine turns into one: its text.
    Message(String),
    /// The template stopped itself (`fail`, `required`): its text, shown as it is.
    Fail(String),
    /// A nested template did not parse: Go's text `template: NAME:LINE: …`.
    Parse(String),
    /// A nested execution failed.
    Exec(Box<ExecError>),
    /// A nested execution failed, and the function put words before its text (`tpl`).
    Wrapped {
        /// The words, `: ` included.
        prefix: String,
        /// The inner failure.
        source: Box<ExecError>,
    },
}

impl CallError {
    /// An error with this text.
    pub fn new(text: impl Into<String>) -> Self {
        CallError::Message(text.into())
    }
}

impl From<String> for CallError {
    fn from(text: String) -> Self {
        CallError::Message(text)
    }
}

impl From<&str> for CallError {
    fn from(text: &str) -> Self {
        CallError::Message(text.to_owned())
    }
}
