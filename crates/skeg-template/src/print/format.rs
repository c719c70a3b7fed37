//! `printf`: reads a format and applies its directives to the operands.

use skeg_value::Value;

use super::operand::Printer;
use super::spec::Spec;
use super::text::decode_rune;

/// The largest width, precision or argument number that Go accepts.
const MOST: i64 = 1_000_000;

/// Go's `Sprintf`: the format with its directives replaced. Never fails: misuse is written into the result.
///
/// # Source
/// spec/rendering.md 1.10.
pub fn sprintf(format: &[u8], args: &[Value]) -> Vec<u8> {
    let mut out = Vec::with_capacity(format.len() + 16 * args.len());
    append_sprintf(&mut out, format, args);
    out
}

/// Appends what [`sprintf`] yields.
pub fn append_sprintf(out: &mut Vec<u8>, format: &[u8], args: &[Value]) {
    let mut reader = Reader {
        format,
        at: 0,
        args,
        next: 0,
        reordered: false,
        good_index: true,
    };
    while let Some(percent) = format[reader.at..].iter().position(|&b| b == b'%') {
        out.extend_from_slice(&format[reader.at..reader.at + percent]);
        reader.at += percent + 1;
        if !reader.directive(out) {
            break;
        }
    }
    out.extend_from_slice(&format[reader.at..]);
    if !reader.reordered && reader.next < args.len() {
        append_extra(out, &args[reader.next..]);
    }
}

fn append_extra(out: &mut Vec<u8>, extra: &[Value]) {
    out.extend_from_slice(b"%!(EXTRA ");
    for (position, arg) in extra.iter().enumerate() {
        if position > 0 {
            out.extend_from_slice(b", ");
        }
        if !arg.is_null() {
            out.extend_from_slice(arg.type_name().as_bytes());
            out.push(b'=');
        }
        super::append_v(out, arg);
    }
    out.push(b')');
}

/// The place in the format and among the operands.
struct Reader<'a> {
    format: &'a [u8],
    at: usize,
    args: &'a [Value],
    /// The operand that the next verb takes.
    next: usize,
    /// Whether an explicit `[n]` was met; then left-over operands are not complained about.
    reordered: bool,
    /// Whether the directive's `[n]` makes sense.
    good_index: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// Reads and applies one directive; the `%` is behind. False at the end of the format.
    fn directive(&mut self, out: &mut Vec<u8>) -> bool {
        self.good_index = true;
        let mut spec = self.flags();
        let mut after_index = self.index();
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.star() {
                Some(width) => {
                    spec.width = Some(width.unsigned_abs() as usize);
                    if width < 0 {
                        spec.minus = true;
                        spec.zero = false;
                    }
                }
                None => out.extend_from_slice(b"%!(BADWIDTH)"),
            }
            after_index = false;
        } else {
            spec.width = self.number(self.format.len());
            if after_index && spec.width.is_some() {
                self.good_index = false;
            }
        }
        if self.peek() == Some(b'.') && self.at + 1 < self.format.len() {
            self.at += 1;
            if after_index {
                self.good_index = false;
            }
            after_index = self.index();
            if self.peek() == Some(b'*') {
                self.at += 1;
                spec.precision = self.star().filter(|&n| n >= 0).map(|n| n as usize);
                if spec.precision.is_none() {
                    out.extend_from_slice(b"%!(BADPREC)");
                }
                after_index = false;
            } else {
                spec.precision = Some(self.number(self.format.len()).unwrap_or(0));
            }
        }
        if !after_index {
            self.index();
        }
        if self.at >= self.format.len() {
            out.extend_from_slice(b"%!(NOVERB)");
            return false;
        }
        let (verb, length) = decode_rune(&self.format[self.at..]);
        self.at += length;
        self.apply(out, spec, verb.unwrap_or(char::REPLACEMENT_CHARACTER));
        true
    }

    fn flags(&mut self) -> Spec {
        let mut spec = Spec::default();
        while let Some(b) = self.peek() {
            match b {
                b'#' => spec.sharp = true,
                b'0' => spec.zero = true,
                b'+' => spec.plus = true,
                b'-' => spec.minus = true,
                b' ' => spec.space = true,
                _ => break,
            }
            self.at += 1;
        }
        spec
    }

    /// A decimal number, if there is one before `end`. Behind a number that is too large nothing is read any more.
    fn number(&mut self, end: usize) -> Option<usize> {
        let mut number = None;
        while self.at < end && self.format[self.at].is_ascii_digit() {
            let so_far: i64 = number.unwrap_or(0);
            if so_far > MOST {
                self.at = end;
                return None;
            }
            number = Some(so_far * 10 + i64::from(self.format[self.at] - b'0'));
            self.at += 1;
        }
        number.map(|n| n as usize)
    }

    /// An explicit operand number `[n]`. Returns whether there was one that could be read.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let close = rest.iter().position(|&b| b == b']');
        let (Some(close), true) = (close, rest.len() >= 3) else {
            self.at += 1;
            self.good_index = false;
            return false;
        };
        let end = self.at + close;
        self.at += 1;
        let number = self.number(end);
        let whole = self.at == end && number.is_some();
        self.at = end + 1;
        match number {
            Some(n) if whole && (1..=self.args.len()).contains(&n) => {
                self.next = n - 1;
                true
            }
            _ => {
                self.good_index = false;
                whole
            }
        }
    }

    /// The integer operand for a `*`; none where the operand is missing, no integer, or too large.
    fn star(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        let number = match arg {
            Value::Int(int) => i64::try_from(int.as_i128()).ok()?,
            Value::Object(object) => object.as_i64()?,
            _ => return None,
        };
        (-MOST..=MOST).contains(&number).then_some(number)
    }

    fn apply(&mut self, out: &mut Vec<u8>, mut spec: Spec, verb: char) {
        let mut complain = |what: &[u8]| {
            out.extend_from_slice(b"%!");
            out.extend_from_slice(verb.encode_utf8(&mut [0; 4]).as_bytes());
            out.extend_from_slice(what);
        };
        if verb == '%' {
            out.push(b'%');
        } else if !self.good_index {
            complain(b"(BADINDEX)");
        } else if let Some(arg) = self.args.get(self.next) {
            if matches!(verb, 'v' | 'w') {
                (spec.sharp_v, spec.plus_v) = (spec.sharp, spec.plus);
                (spec.sharp, spec.plus) = (false, false);
            }
            let mut printer = Printer::new(out);
            printer.spec = spec;
            printer.value(arg, verb, 0);
            self.next += 1;
        } else {
            complain(b"(MISSING)");
        }
    }
}
