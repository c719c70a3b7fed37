//! One operand under one verb: which values a verb takes, and what is written where it doesn't.

use skeg_value::{Int, IntType, Value};

use super::complex::Complex;
use super::integer::{self, Radix};
use super::spec::Spec;
use super::{float, text};

/// Nesting that printing follows. Go follows cycles until its stack is used up and dies; here the rest is `...`.
const MOST_NESTED: usize = 1000;

/// Writes operands under the flags of one directive.
pub(super) struct Printer<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) spec: Spec,
    /// Whether the nesting limit was met: containers aren't opened any more, so that a cycle ends at once.
    exhausted: bool,
}

impl<'a> Printer<'a> {
    /// A printer without flags.
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Printer {
            out,
            spec: Spec::default(),
            exhausted: false,
        }
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes an operand (`depth` 0) or something inside one.
    pub(super) fn value(&mut self, v: &Value, verb: char, depth: usize) {
        match (depth, verb) {
            (0, 'T') => {
                let name = v.type_name();
                if v.is_null() {
                    self.spec.pad(self.out, name.as_bytes());
                } else {
                    text::plain(self.out, &self.spec, name.as_bytes());
                }
                return;
            }
            (0, 'p') => return self.pointer(v),
            _ => {}
        }
        match v {
            Value::Null => self.nil(verb, depth),
            Value::Bool(b) => match verb {
                't' | 'v' => self.spec.pad(self.out, if *b { b"true" } else { b"false" }),
                _ => self.bad_verb(v, verb),
            },
            Value::Int(int) => self.int(v, *int, verb),
            Value::Float(f) => self.float(v, *f, verb),
            Value::String(s) => self.string(v, s, verb),
            Value::Bytes(s) => self.bytes(s, verb, depth),
            Value::List(_) | Value::Map(_) if verb == 'w' => self.bad_verb(v, verb),
            Value::List(list) => {
                let items = list.as_slice();
                self.list(&v.type_name(), list.is_nil(), items.len(), depth, |printer, i| {
                    printer.value(&items[i], verb, depth + 1);
                });
            }
            Value::Map(map) => self.map(map, verb, depth),
            Value::Object(_) => self.object(v, verb),
        }
    }

    fn nil(&mut self, verb: char, depth: usize) {
        match (depth, verb) {
            (0, 'v') => self.spec.pad(self.out, b"<nil>"),
            (0, _) => {
                self.put("%!");
                self.rune(verb);
                self.put("(<nil>)");
            }
            _ if self.spec.sharp_v => self.put("interface {}(nil)"),
            _ => self.put("<nil>"),
        }
    }

    /// `%!d(string=x)`: the verb doesn't suit the operand. An invalid byte as a verb has come here as U+FFFD.
    fn bad_verb(&mut self, v: &Value, verb: char) {
        self.put("%!");
        self.rune(verb);
        self.put("(");
        self.put(&v.type_name());
        self.put("=");
        self.value(v, 'v', 0);
        self.put(")");
    }

    pub(super) fn rune(&mut self, c: char) {
        self.put(c.encode_utf8(&mut [0; 4]));
    }

    fn int(&mut self, v: &Value, int: Int, verb: char) {
        let unsigned = int.ty.is_unsigned();
        let (magnitude, negative) = if unsigned {
            (int.as_u64(), false)
        } else {
            (int.value.unsigned_abs(), int.value < 0)
        };
        let (base, upper) = match verb {
            'v' if self.spec.sharp_v && unsigned => return self.prefixed_hexadecimal(magnitude, true),
            'v' | 'd' => (10, false),
            'b' => (2, false),
            'o' | 'O' => (8, false),
            'x' => (16, false),
            'X' => (16, true),
            'c' => return text::character(self.out, &self.spec, int.as_u64()),
            'q' => return text::quoted_character(self.out, &self.spec, int.as_u64()),
            'U' => return text::unicode(self.out, &self.spec, int.as_u64()),
            _ => return self.bad_verb(v, verb),
        };
        let radix = Radix {
            base,
            upper,
            octal_prefix: verb == 'O',
        };
        integer::append(self.out, &self.spec, magnitude, negative, radix);
    }

    fn prefixed_hexadecimal(&mut self, magnitude: u64, prefix: bool) {
        let spec = Spec {
            sharp: prefix,
            ..self.spec
        };
        integer::append(
            self.out,
            &spec,
            magnitude,
            false,
            Radix {
                base: 16,
                upper: false,
                octal_prefix: false,
            },
        );
    }

    fn float(&mut self, v: &Value, f: f64, verb: char) {
        let (format, precision) = match verb {
            'v' => (b'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb as u8, None),
            'f' | 'e' | 'E' => (verb as u8, Some(6)),
            'F' => (b'f', Some(6)),
            _ => return self.bad_verb(v, verb),
        };
        float::append_formatted(self.out, &self.spec, f, format, precision);
    }

    fn string(&mut self, v: &Value, s: &[u8], verb: char) {
        match verb {
            'v' if self.spec.sharp_v => text::quoted(self.out, &self.spec, s),
            'v' | 's' => text::plain(self.out, &self.spec, s),
            'x' => text::hexadecimal(self.out, &self.spec, s, false),
            'X' => text::hexadecimal(self.out, &self.spec, s, true),
            'q' => text::quoted(self.out, &self.spec, s),
            _ => self.bad_verb(v, verb),
        }
    }

    fn bytes(&mut self, s: &[u8], verb: char, depth: usize) {
        match verb {
            's' => return text::plain(self.out, &self.spec, s),
            'x' => return text::hexadecimal(self.out, &self.spec, s, false),
            'X' => return text::hexadecimal(self.out, &self.spec, s, true),
            'q' => return text::quoted(self.out, &self.spec, s),
            _ => {}
        }
        let name = if depth == 0 && matches!(verb, 'v' | 'd') {
            "[]byte"
        } else {
            "[]uint8"
        };
        self.list(name, false, s.len(), depth, |printer, i| {
            let byte = Int {
                value: i64::from(s[i]),
                ty: IntType::Uint8,
            };
            printer.int(&Value::Int(byte), byte, verb);
        });
    }

    /// Brackets or, in Go syntax, type and braces around items.
    fn list(&mut self, name: &str, nil: bool, count: usize, depth: usize, mut item: impl FnMut(&mut Self, usize)) {
        if self.spec.sharp_v {
            self.put(name);
            if nil {
                return self.put("(nil)");
            }
        }
        let (open, separator, close) = if self.spec.sharp_v {
            ("{", ", ", "}")
        } else {
            ("[", " ", "]")
        };
        self.put(open);
        if self.may_open(depth, count) {
            for i in 0..count {
                if i > 0 {
                    self.put(separator);
                }
                item(self, i);
            }
        }
        self.put(close);
    }

    /// Whether the items of a container at this depth are written; where they are not, `...` is.
    fn may_open(&mut self, depth: usize, count: usize) -> bool {
        self.exhausted |= depth >= MOST_NESTED;
        if self.exhausted && count > 0 {
            self.put("...");
        }
        !self.exhausted
    }

    fn map(&mut self, map: &skeg_value::Map, verb: char, depth: usize) {
        let name = if self.spec.sharp_v { map.ty().name() } else { "map" };
        self.put(name);
        if self.spec.sharp_v && map.is_nil() {
            return self.put("(nil)");
        }
        let (open, separator, close) = if self.spec.sharp_v {
            ("{", ", ", "}")
        } else {
            ("[", " ", "]")
        };
        self.put(open);
        let entries = map.borrow();
        if self.may_open(depth, entries.len()) {
            for (position, (key, value)) in entries.iter().enumerate() {
                if position > 0 {
                    self.put(separator);
                }
                match verb {
                    'v' if !self.spec.sharp_v => text::plain(self.out, &self.spec, key),
                    _ => self.string(&Value::String(key.clone()), key, verb),
                }
                self.put(":");
                self.value(value, verb, depth + 1);
            }
        }
        self.put(close);
    }

    fn object(&mut self, v: &Value, verb: char) {
        let Value::Object(object) = v else { return };
        if let Some(complex) = Complex::of(v) {
            return self.complex(v, complex, verb);
        }
        if verb == 'w' {
            return self.bad_verb(v, verb);
        }
        if self.spec.sharp_v
            && let Some(text) = object.go_syntax()
        {
            return text::plain(self.out, &self.spec, text.as_bytes());
        }
        let printed = object.print();
        if !self.spec.sharp_v && object.is_stringer() && matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return self.string(v, printed.as_bytes(), verb);
        }
        match object.as_i64() {
            Some(number) if self.spec.sharp_v || verb != 'v' => {
                self.int(
                    v,
                    Int {
                        value: number,
                        ty: IntType::Int64,
                    },
                    verb,
                );
            }
            // A struct: width and precision would hold for each of its fields, which only it knows.
            _ => self.put(&printed),
        }
    }

    fn complex(&mut self, v: &Value, complex: Complex, verb: char) {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(v, verb);
        }
        self.put("(");
        self.float(v, complex.re, verb);
        let plus = std::mem::replace(&mut self.spec.plus, true);
        self.float(v, complex.im, verb);
        self.spec.plus = plus;
        self.put("i)");
    }

    /// `%p`. Addresses are not reproducible; a fixed one stands for all of them.
    fn pointer(&mut self, v: &Value) {
        let address = match v {
            Value::Map(map) => u64::from(!map.is_nil()) * 0xc0_0000_0000,
            Value::List(list) => u64::from(!list.is_nil()) * 0xc0_0000_0000,
            Value::Bytes(_) => 0xc0_0000_0000,
            Value::Object(object) if matches!(object.kind(), "ptr" | "map" | "slice") => 0xc0_0000_0000,
            Value::Null => return self.nil('p', 0),
            _ => return self.bad_verb(v, 'p'),
        };
        self.prefixed_hexadecimal(address, !self.spec.sharp);
    }
}
