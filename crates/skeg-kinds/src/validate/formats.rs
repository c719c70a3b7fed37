//! Formats of scalars: whole numbers, quantities, times, base64.

use skeg_value::yaml::TreeKind;

/// The whole number that a scalar is; `1.0` is one too, as JSON knows no difference.
pub(crate) fn whole(kind: TreeKind<'_>) -> Option<i128> {
    match kind {
        TreeKind::Int(value) => Some(i128::from(value)),
        TreeKind::Uint(value) => Some(i128::from(value)),
        TreeKind::Float(value) if value.fract() == 0.0 && value.abs() < 1e21 => Some(value as i128),
        _ => None,
    }
}

/// Whether a text is a quantity: a decimal number with a suffix (`m`, `k`, `Gi` …) or an exponent.
///
/// # Source
/// Kubernetes API reference, Quantity: `<signedNumber><suffix>`.
pub(crate) fn is_quantity(text: &[u8]) -> bool {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        rest => rest,
    };
    let number = unsigned
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'.')
        .count();
    let (number, suffix) = unsigned.split_at(number);
    let points = number.iter().filter(|b| **b == b'.').count();
    if points > 1 || number.len() == points {
        return false;
    }
    match suffix {
        b"" | b"n" | b"u" | b"m" | b"k" | b"M" | b"G" | b"T" | b"P" | b"E" => true,
        b"Ki" | b"Mi" | b"Gi" | b"Ti" | b"Pi" | b"Ei" => true,
        [b'e' | b'E', b'+' | b'-', power @ ..] | [b'e' | b'E', power @ ..] => {
            !power.is_empty() && power.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// Whether a text is standard base64 with padding; line breaks do not count.
pub(crate) fn is_base64(text: &[u8]) -> bool {
    let symbols = || text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n'));
    let count = symbols().count();
    let padding = symbols().fold(0, |padding, b| if b == b'=' { padding + 1 } else { 0 });
    count % 4 == 0
        && padding <= 2
        && symbols()
            .take(count - padding)
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

/// Whether a text is a point in time as RFC 3339 writes it: `2026-01-31T12:00:00.5+01:00`.
pub(crate) fn is_date_time(text: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = text.get(range)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    let date = || {
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        let marks = [text[4], text[7], text[13], text[16]] == *b"--::" && matches!(text[10], b'T' | b't');
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        Some(marks && (1..=days).contains(&day) && hour < 24 && minute < 60 && second < 61)
    };
    if date() != Some(true) {
        return false;
    }
    let mut rest = &text[19..];
    if let [b'.', after @ ..] = rest {
        let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        rest = &after[digits..];
    }
    match rest {
        b"Z" | b"z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kubernetes API reference, Quantity.
    #[test]
    fn quantities() {
        for (text, fine) in [
            ("1", true),
            ("100m", true),
            ("1.5Gi", true),
            (".5", true),
            ("5.", true),
            ("-1k", true),
            ("1e3", true),
            ("12E-2", true),
            ("1E", true),
            ("", false),
            (".", false),
            ("1.2.3", false),
            ("1 Gi", false),
            ("1gi", false),
            ("1K", false),
            ("1GB", false),
            ("Gi", false),
            ("1e", false),
        ] {
            assert_eq!(is_quantity(text.as_bytes()), fine, "{text:?}");
        }
    }

    /// RFC 3339, section 5.6.
    #[test]
    fn times() {
        for (text, fine) in [
            ("2026-01-31T12:00:00Z", true),
            ("2026-01-31T12:00:00.123+01:00", true),
            ("2024-02-29T00:00:00Z", true),
            ("2026-02-29T00:00:00Z", false),
            ("2026-01-31 12:00:00Z", false),
            ("2026-01-31T12:00:00", false),
            ("2026-01-31", false),
            ("2026-01-31T24:00:00Z", false),
            ("2026-01-31T12:00:00.Z", false),
            ("", false),
        ] {
            assert_eq!(is_date_time(text.as_bytes()), fine, "{text:?}");
        }
    }

    /// RFC 4648, section 4.
    #[test]
    fn base64() {
        for (text, fine) in [
            ("", true),
            ("YQ==", true),
            ("YWI=", true),
            ("YWJj\nYWJj\n", true),
            ("YQ", false),
            ("YQ=", false),
            ("Y===", false),
            ("Y=Q=", false),
            ("pass-word", false),
        ] {
            assert_eq!(is_base64(text.as_bytes()), fine, "{text:?}");
        }
    }
}
