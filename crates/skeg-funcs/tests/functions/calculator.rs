//! A calculator for function tests: evaluates one expression of calls, literals and parentheses against the tables,
//! without the template engine, so that a wrong answer is a function's own.

use std::any::Any;

use skeg_funcs::tables;
use skeg_template::function::{CallError, Context, Function, Param};
use skeg_template::print::sprintf;
use skeg_value::{Str, Value};

/// A run without templates.
struct NoTemplates(());

impl Context for NoTemplates {
    fn host(&mut self) -> &mut dyn Any {
        &mut self.0
    }

    fn execute(&mut self, _: &Str, _: &Value) -> Result<Str, CallError> {
        Err("no templates here".into())
    }

    fn execute_text(&mut self, _: &str, _: &Str, _: &Value) -> Result<Str, CallError> {
        Err("no templates here".into())
    }
}

/// The function of that name.
pub(crate) fn function(name: &str) -> Option<&'static Function> {
    tables()
        .iter()
        .find_map(|table| table.iter().find(|function| function.name == name))
}

/// What `printf "%#v"` shows of the expression's value, or `ERR ` and the error's text.
pub(crate) fn answer(expression: &str) -> String {
    match value(expression) {
        Ok(value) => String::from_utf8_lossy(&sprintf(b"%#v", &[value])).into_owned(),
        Err(error) => format!("ERR {error}"),
    }
}

/// The expression's value, or the error's text.
pub(crate) fn value(expression: &str) -> Result<Value, String> {
    let mut rest = expression.trim();
    let value = pipeline(&mut rest)?;
    assert!(rest.is_empty(), "left over in {expression}: {rest}");
    Ok(value)
}

fn pipeline(rest: &mut &str) -> Result<Value, String> {
    let mut value = command(rest, None)?;
    while let Some(after) = rest.strip_prefix('|') {
        *rest = after.trim_start();
        value = command(rest, Some(value))?;
    }
    Ok(value)
}

fn command(rest: &mut &str, piped: Option<Value>) -> Result<Value, String> {
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let (word, after) = rest.split_at(length);
    let Some(function) = function(word) else {
        return operand(rest);
    };
    *rest = after.trim_start();
    let mut args = Vec::new();
    while !rest.is_empty() && !rest.starts_with([')', '|']) {
        args.push(operand(rest)?);
    }
    args.extend(piped);
    call(function, args)
}

fn call(function: &Function, mut args: Vec<Value>) -> Result<Value, String> {
    for (position, arg) in args.iter_mut().enumerate() {
        let param = function
            .params
            .get(position)
            .copied()
            .or(function.variadic)
            .expect("too many arguments");
        match (param, &*arg) {
            (Param::Float, Value::Int(int)) => *arg = Value::Float(int.value as f64),
            (param, Value::Null) => *arg = param.nil_value().expect("nil is not allowed"),
            _ => {}
        }
    }
    assert!(
        args.len() >= function.params.len(),
        "too few arguments for {}",
        function.name
    );
    (function.run)(&mut NoTemplates(()), &args).map_err(|error| match error {
        CallError::Message(text) | CallError::Fail(text) | CallError::Parse(text) => text,
        other => format!("{other:?}"),
    })
}

fn operand(rest: &mut &str) -> Result<Value, String> {
    let text = *rest;
    let (value, after) = if let Some(inside) = text.strip_prefix('(') {
        *rest = inside.trim_start();
        let mut value = pipeline(rest)?;
        let mut after = rest.strip_prefix(')').expect("a closing parenthesis");
        // Keys of maps and methods without arguments may follow.
        while let Some(chain) = after.strip_prefix('.') {
            let end = chain
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(chain.len());
            value = member(&value, &chain[..end])?;
            after = &chain[end..];
        }
        (value, after)
    } else if text.starts_with('"') {
        quoted(text)
    } else if let Some(raw) = text.strip_prefix('`') {
        let (raw, after) = raw.split_once('`').expect("a closing back-quote");
        (raw.into(), after)
    } else {
        let end = text.find([' ', ')', '|']).unwrap_or(text.len());
        (literal(&text[..end]), &text[end..])
    };
    *rest = after.trim_start();
    Ok(value)
}

fn member(value: &Value, name: &str) -> Result<Value, String> {
    match value {
        Value::Map(map) => Ok(map.get(name.as_bytes()).unwrap_or_default()),
        Value::Object(object) => object.call_method(name, &[]).map_err(|error| error.to_string()),
        _ => Err(format!("no member {name}")),
    }
}

fn literal(word: &str) -> Value {
    match word {
        "nil" => Value::Null,
        "true" => true.into(),
        "false" => false.into(),
        _ => match word.parse::<i64>() {
            Ok(number) => Value::int(number),
            Err(_) => match word.parse::<f64>() {
                Ok(number) => number.into(),
                Err(_) => call(function(word).unwrap_or_else(|| panic!("what is {word}?")), Vec::new())
                    .expect("a function without arguments"),
            },
        },
    }
}

/// Reads a Go string literal; the escapes that the cases use.
fn quoted(text: &str) -> (Value, &str) {
    let mut out = Vec::new();
    let mut chars = text[1..].chars();
    loop {
        let c = chars.next().expect("a closing quote");
        match c {
            '"' => return (Value::string(out), chars.as_str()),
            '\\' => match chars.next().expect("an escape") {
                'n' => out.push(b'\n'),
                't' => out.push(b'\t'),
                'r' => out.push(b'\r'),
                'a' => out.push(7),
                'b' => out.push(8),
                'f' => out.push(12),
                'v' => out.push(11),
                'x' => out.push(code(&mut chars, 2) as u8),
                letter @ ('u' | 'U') => {
                    let c = char::from_u32(code(&mut chars, if letter == 'u' { 4 } else { 8 })).expect("a character");
                    out.extend_from_slice(c.to_string().as_bytes());
                }
                other => out.extend_from_slice(other.to_string().as_bytes()),
            },
            _ => out.extend_from_slice(c.to_string().as_bytes()),
        }
    }
}

fn code(chars: &mut std::str::Chars<'_>, digits: usize) -> u32 {
    let text: String = chars.take(digits).collect();
    u32::from_str_radix(&text, 16).expect("hexadecimal digits")
}
