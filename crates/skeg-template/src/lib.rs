//! Go's text/template language: lexer, parser, executor and printing.

pub mod error;
pub mod function;
pub mod print;

pub use error::{ExecCause, ExecError, ParseError};
pub use function::{CallError, Context, Function, Method, Methods, Param, Purity};
