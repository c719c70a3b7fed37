//! Short forms for the lines of the function tables.

use skeg_template::function::{Function, Param, Purity, Run};

/// A function with a fixed number of parameters and no side effects. `example` is an expression and what it prints.
pub(crate) const fn fixed(
    name: &'static str,
    params: &'static [Param],
    run: Run,
    doc: &'static str,
    example: (&'static str, &'static str),
) -> Function {
    Function {
        name,
        params,
        variadic: None,
        purity: Purity::Pure,
        doc,
        example,
        run,
    }
}

/// The same function, taking any number of further arguments of type `rest`.
pub(crate) const fn variadic(rest: Param, function: Function) -> Function {
    Function {
        variadic: Some(rest),
        ..function
    }
}

/// The same function, with a result that depends on more than its arguments, or that changes one of them.
pub(crate) const fn impure(purity: Purity, function: Function) -> Function {
    Function { purity, ..function }
}
