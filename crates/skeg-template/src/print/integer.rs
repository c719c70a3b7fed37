//! Integers in formats: `%d %b %o %O %x %X`.

use skeg_value::Int;

use super::spec::Spec;

/// Appends an integer in decimal.
pub(super) fn append_plain(out: &mut Vec<u8>, int: Int) {
    if int.ty.is_unsigned() {
        append_decimal(out, int.as_u64(), false);
    } else {
        append_decimal(out, int.value.unsigned_abs(), int.value < 0);
    }
}

/// Appends a decimal number given by sign and magnitude.
pub(super) fn append_decimal(out: &mut Vec<u8>, mut magnitude: u64, negative: bool) {
    let mut buffer = [0; 21];
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = b'0' + (magnitude % 10) as u8;
        magnitude /= 10;
        if magnitude == 0 {
            break;
        }
    }
    if negative {
        start -= 1;
        buffer[start] = b'-';
    }
    out.extend_from_slice(&buffer[start..]);
}

/// How an integer verb writes.
#[derive(Clone, Copy)]
pub(super) struct Radix {
    /// 2, 8, 10 or 16.
    pub(super) base: u64,
    /// Capital digits and prefix.
    pub(super) upper: bool,
    /// `%O`: always with `0o`.
    pub(super) octal_prefix: bool,
}

/// Appends an integer by sign and magnitude with precision, sign, prefix and padding.
pub(super) fn append(out: &mut Vec<u8>, spec: &Spec, magnitude: u64, negative: bool, radix: Radix) {
    // Zero padding asks for digits in front, unless a precision does so already.
    let least = match spec.precision {
        Some(0) if magnitude == 0 => return spec.without_zero().padding(out, spec.width.unwrap_or(0)),
        Some(precision) => precision,
        None if spec.zero && !spec.minus => {
            let signed = negative || spec.plus || spec.space;
            spec.width.map_or(0, |width| width.saturating_sub(usize::from(signed)))
        }
        None => 0,
    };
    // Written backwards: digits, then prefix, then sign.
    let mut text = Vec::with_capacity(24);
    let letters: &[u8; 16] = if radix.upper {
        b"0123456789ABCDEF"
    } else {
        b"0123456789abcdef"
    };
    let mut rest = magnitude;
    loop {
        text.push(letters[(rest % radix.base) as usize]);
        rest /= radix.base;
        if rest == 0 {
            break;
        }
    }
    while text.len() < least {
        text.push(b'0');
    }
    if spec.sharp {
        match radix.base {
            2 => text.extend_from_slice(b"b0"),
            8 if text.last() != Some(&b'0') => text.push(b'0'),
            16 => text.extend_from_slice(if radix.upper { b"X0" } else { b"x0" }),
            _ => {}
        }
    }
    if radix.octal_prefix {
        text.extend_from_slice(b"o0");
    }
    if negative {
        text.push(b'-');
    } else if spec.plus {
        text.push(b'+');
    } else if spec.space {
        text.push(b' ');
    }
    text.reverse();
    spec.without_zero().pad(out, &text);
}
