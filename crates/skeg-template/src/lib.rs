//! Go's text/template language: lexer, parser, executor and printing.
//!
//! A [`TemplateSet`] holds parsed texts ([`ParsedFile`]) and the templates that they define; an [`Executor`] runs
//! them on a [`skeg_value::Value`] and appends what they write to a buffer. Functions come from the host as tables of
//! [`Function`]; they reach the run that calls them through [`Context`]. Results are byte-identical to Go's, error
//! texts included.
//!
//! ```
//! use skeg_template::{Executor, Functions, NoMethods, NoTrace, TemplateSet};
//! use skeg_value::{Map, Value};
//!
//! let functions = Functions::new(&[]);
//! let mut set = TemplateSet::new(&functions);
//! set.add("greeting", *b"{{range $i, $n := .names}}{{if $i}}, {{end}}{{$n}}{{end}}\n")?;
//!
//! let data = Map::new();
//! data.insert("names", vec![Value::from("Ada"), Value::from("Grace")]);
//! let mut out = Vec::new();
//! let mut host = ();
//! let mut executor = Executor::new(&set, &NoMethods, &mut host, NoTrace);
//! executor.execute("greeting", &Value::Map(data), &mut out)?;
//! assert_eq!(out, b"Ada, Grace\n");
//!
//! let data = Value::Map(Map::new());
//! set = TemplateSet::new(&functions);
//! set.add("bad", *b"{{ .a.b }}")?;
//! let mut executor = Executor::new(&set, &NoMethods, &mut host, NoTrace);
//! let error = executor.execute("bad", &data, &mut out).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     r#"template: bad:1:5: executing "bad" at <.a.b>: nil pointer evaluating interface {}.b"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not Go's: a key missing from a map reads as with `missingkey=zero` unless [`TemplateSet::set_missing_key`] says
//! otherwise, delimiters can't be changed, and cycles in data or runaway nesting end with `...` or an error instead of
//! the process.

mod builtins;
pub mod error;
mod exec;
pub mod function;
mod functions;
mod hash;
mod lex;
mod parse;
pub mod print;
mod program;
mod set;
mod show;
pub mod steps;
pub mod tracer;

pub use error::{ExecCause, ExecError, ParseError};
pub use exec::Executor;
pub use function::{CallError, Context, Function, Method, Methods, NoMethods, Param, Purity};
pub use functions::Functions;
pub use program::ParsedFile;
pub use set::{MissingKey, TemplateSet};
pub use steps::{Step, StepKind};
pub use tracer::{NoTrace, Tracer};
