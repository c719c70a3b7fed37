//! Exact decimal numbers: compared, divided and printed as the reference's rationals are.

use std::cmp::Ordering;
use std::fmt::Write as _;

/// A decimal number of any size: `0.DIGITS × 10^point`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// Reads the text of a JSON number; what is none counts as zero.
    pub(super) fn parse(text: &str) -> Decimal {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let negative = mantissa.starts_with('-');
        let exponent: i64 = exponent
            .parse::<i64>()
            .unwrap_or_default()
            .clamp(-1_000_000_000, 1_000_000_000);
        let (whole, fraction) = mantissa
            .trim_start_matches(['-', '+'])
            .split_once('.')
            .unwrap_or((mantissa.trim_start_matches(['-', '+']), ""));
        let mut digits: Vec<u8> = whole
            .bytes()
            .chain(fraction.bytes())
            .filter(u8::is_ascii_digit)
            .collect();
        let leading = digits.iter().take_while(|&&d| d == b'0').count();
        digits.drain(..leading);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Decimal {
                negative: false,
                digits,
                point: 0,
            };
        }
        Decimal {
            negative,
            digits,
            point: whole.len() as i64 - leading as i64 + exponent,
        }
    }

    pub(super) fn is_integer(&self) -> bool {
        self.point >= self.digits.len() as i64
    }

    /// The number as a count, at most `i64::MAX`; none where it is no integer.
    pub(super) fn as_count(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        if self.point > 18 {
            return Some(if self.negative { i64::MIN } else { i64::MAX });
        }
        let padded = self
            .digits
            .iter()
            .copied()
            .chain(std::iter::repeat(b'0'))
            .take(self.point.max(0) as usize);
        let size = padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        Some(if self.negative { -size } else { size })
    }

    /// Whether dividing by `other` leaves an integer. Nothing is a multiple of zero.
    pub(super) fn is_multiple_of(&self, other: &Decimal) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        if other.digits.is_empty() {
            return false;
        }
        let zeros = (self.point - self.digits.len() as i64) - (other.point - other.digits.len() as i64);
        // Without zeros at its end no whole number is a multiple of ten.
        if zeros < 0 {
            return false;
        }
        // Divisors of more digits than fit are rounded: no schema has them.
        let divisor = other
            .digits
            .iter()
            .take(36)
            .fold(0_u128, |sum, digit| sum * 10 + u128::from(digit - b'0'));
        let mut rest = 0;
        for digit in &self.digits {
            rest = (rest * 10 + u128::from(digit - b'0')) % divisor;
        }
        // The divisor is below 2^120: what so many tens have not divided, more will not.
        for _ in 0..zeros.min(120) {
            if rest == 0 {
                break;
            }
            rest = rest * 10 % divisor;
        }
        rest == 0
    }

    fn to_f64(&self) -> f64 {
        let digits = std::str::from_utf8(&self.digits).unwrap_or_default();
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}0.{digits}0e{}", self.point).parse().unwrap_or_default()
    }

    /// The number as messages show it: `1,234.5`, `1×10⁰⁶`, `1.23×10⁻⁰⁷`.
    pub(super) fn localised(&self) -> String {
        let number = self.to_f64();
        if number == 0.0 {
            return "0".to_owned();
        }
        if number.is_infinite() {
            return if self.negative { "-∞" } else { "∞" }.to_owned();
        }
        let shortest = format!("{number:e}");
        let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
        let exponent: i32 = exponent.parse().unwrap_or_default();
        if (-4..6).contains(&exponent) {
            let plain = number.to_string();
            let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
            let grouped = grouped(whole);
            return if fraction.is_empty() {
                grouped
            } else {
                format!("{grouped}.{fraction}")
            };
        }
        let mut out = format!("{mantissa}×10");
        let sign = if exponent < 0 { "-" } else { "" };
        let _ = write!(out, "{}", superscript(&format!("{sign}{:02}", exponent.abs())));
        out
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let sign = |d: &Decimal| {
            if d.digits.is_empty() {
                0
            } else if d.negative {
                -1
            } else {
                1
            }
        };
        let order = sign(self).cmp(&sign(other));
        if order.is_ne() || self.digits.is_empty() {
            return order;
        }
        let size = self
            .point
            .cmp(&other.point)
            .then_with(|| self.digits.cmp(&other.digits));
        if self.negative { size.reverse() } else { size }
    }
}

fn superscript(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '0' => '⁰',
            digit => char::from_u32('⁴' as u32 + (digit as u32).saturating_sub('4' as u32)).unwrap_or(digit),
        })
        .collect()
}

/// A count with a comma between thousands.
pub(super) fn count(number: i64) -> String {
    grouped(&number.to_string())
}

fn grouped(whole: &str) -> String {
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Helm 4.3.1, spec 4.6.
    #[test]
    fn numbers_print_as_in_messages() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("999", "999"),
            ("12345", "12,345"),
            ("999999", "999,999"),
            ("1000000", "1×10⁰⁶"),
            ("1234567.5", "1.2345675×10⁰⁶"),
            ("1e5", "100,000"),
            ("100000.5", "100,000.5"),
            ("-1234", "-1,234"),
            ("0.0001", "0.0001"),
            ("0.00001", "1×10⁻⁰⁵"),
            ("1.23e-7", "1.23×10⁻⁰⁷"),
            ("1e100", "1×10¹⁰⁰"),
            ("12345678901234567890", "1.2345678901234567×10¹⁹"),
        ] {
            assert_eq!(Decimal::parse(text).localised(), expected, "{text}");
        }
        assert_eq!(count(-1_234_560), "-1,234,560");
    }

    #[test]
    fn decimals_are_exact() {
        let d = Decimal::parse;
        assert_eq!(d("1.0"), d("1e0"));
        assert_eq!(d("0"), d("-0.00"));
        assert!(d("0.1") < d("0.10000000000000000001"));
        assert!(d("-3") < d("-2") && d("-2") < d("0") && d("9") < d("10") && d("12") < d("12.5"));
        for (number, divisor, expected) in [
            ("0.3", "0.1", true),
            ("4.5", "1.5", true),
            ("4.6", "1.5", false),
            ("1e308", "0.5", true),
            ("7", "2", false),
            ("1e30", "7", false),
            ("0.0075", "0.0001", true),
            ("0.00751", "0.0001", false),
            ("0", "3", true),
            ("5", "10", false),
        ] {
            assert_eq!(d(number).is_multiple_of(&d(divisor)), expected, "{number} / {divisor}");
        }
        assert_eq!(
            (d("3.0").as_count(), d("3.5").as_count(), d("-12e2").as_count()),
            (Some(3), None, Some(-1200))
        );
    }
}
