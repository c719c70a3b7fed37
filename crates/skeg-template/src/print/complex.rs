//! `complex128`, which only constants such as `1i` bring into a template.

use std::any::Any;

use skeg_value::{Object, Value};

use super::float::append_float_g;

/// A complex number, a value of Go type `complex128`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl Complex {
    /// The complex number in this value, if it is one.
    pub fn of(value: &Value) -> Option<Complex> {
        match value {
            Value::Object(object) => object.as_any().downcast_ref().copied(),
            _ => None,
        }
    }
}

impl Object for Complex {
    fn type_name(&self) -> &str {
        "complex128"
    }

    fn kind(&self) -> &'static str {
        "complex128"
    }

    fn print(&self) -> String {
        let mut text = vec![b'('];
        append_float_g(&mut text, self.re);
        if !matches!(self.im.to_bits() >> 63, 1) && self.im != f64::INFINITY {
            text.push(b'+');
        }
        append_float_g(&mut text, self.im);
        text.extend_from_slice(b"i)");
        String::from_utf8(text).unwrap_or_default()
    }

    fn to_json(&self) -> Value {
        Value::Null
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Complex>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
