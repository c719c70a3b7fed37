//! Exact decimal numbers, for arithmetic that gives 0.3 for 0.1 + 0.2.
//!
//! A number is a sign, an integer of any size and a power of ten. It comes from the shortest text of a float and goes
//! back to the nearest float. Only what `addf`, `subf`, `mulf` and `divf` need is here.

use std::cmp::Ordering;

/// Digits after the point that a division keeps.
const DIVISION_DIGITS: i64 = 16;
/// One limb holds nine decimal digits.
const BASE: u64 = 1_000_000_000;
const LIMB_DIGITS: usize = 9;

/// `(-1)^negative · magnitude · 10^exponent`.
#[derive(Clone, Debug)]
pub(crate) struct Decimal {
    negative: bool,
    /// Little-endian limbs in base 10⁹ without leading zeros; no limbs are zero.
    magnitude: Vec<u32>,
    exponent: i64,
}

impl Decimal {
    /// The shortest decimal that reads back as this float; none for NaN and infinities.
    pub(crate) fn from_float(float: f64) -> Option<Decimal> {
        if !float.is_finite() {
            return None;
        }
        let text = format!("{:e}", float.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: u64 = [whole, fraction].concat().parse().ok()?;
        let mut magnitude = vec![
            (digits % BASE) as u32,
            (digits / BASE % BASE) as u32,
            (digits / BASE / BASE) as u32,
        ];
        trim(&mut magnitude);
        let exponent = exponent.parse::<i64>().ok()? - fraction.len() as i64;
        Some(Decimal {
            negative: float < 0.0,
            magnitude,
            exponent,
        })
    }

    /// The nearest float; infinite where the number is too large.
    pub(crate) fn to_float(&self) -> f64 {
        let mut text = String::with_capacity(self.magnitude.len() * LIMB_DIGITS + 24);
        text.push_str(if self.negative { "-0" } else { "0" });
        for limb in self.magnitude.iter().rev() {
            text.push_str(&format!("{limb:09}"));
        }
        text.push_str(&format!("e{}", self.exponent));
        // Go goes through an exact fraction, which has no negative zero.
        text.parse::<f64>().unwrap_or(0.0) + 0.0
    }

    pub(crate) fn add(&self, other: &Decimal) -> Decimal {
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.scaled_to(exponent), other.scaled_to(exponent));
        let (negative, magnitude) = match (self.negative == other.negative, compare(&a, &b)) {
            (true, _) => (self.negative, sum(&a, &b)),
            (false, Ordering::Less) => (other.negative, difference(&b, &a)),
            (false, _) => (self.negative, difference(&a, &b)),
        };
        Decimal {
            negative: negative && !magnitude.is_empty(),
            magnitude,
            exponent,
        }
    }

    pub(crate) fn sub(&self, other: &Decimal) -> Decimal {
        self.add(&Decimal {
            negative: !other.negative,
            ..other.clone()
        })
    }

    pub(crate) fn mul(&self, other: &Decimal) -> Decimal {
        let magnitude = product(&self.magnitude, &other.magnitude);
        let negative = self.negative != other.negative && !magnitude.is_empty();
        Decimal {
            negative,
            magnitude,
            exponent: self.exponent + other.exponent,
        }
    }

    /// The quotient rounded to 16 digits after the point, half away from zero; none for a zero divisor.
    pub(crate) fn div(&self, other: &Decimal) -> Option<Decimal> {
        if other.magnitude.is_empty() {
            return None;
        }
        // quotient · 10^-16 = (a · 10^x) / (b · 10^y), as integers: shift whichever side needs it.
        let shift = self.exponent - other.exponent + DIVISION_DIGITS;
        let places = usize::try_from(shift.unsigned_abs()).ok()?;
        let (dividend, divisor) = match shift >= 0 {
            true => (shifted(&self.magnitude, places), other.magnitude.clone()),
            false => (self.magnitude.clone(), shifted(&other.magnitude, places)),
        };
        let (mut magnitude, remainder) = divide(&dividend, &divisor);
        if compare(&sum(&remainder, &remainder), &divisor) != Ordering::Less {
            magnitude = sum(&magnitude, &[1]);
        }
        let negative = self.negative != other.negative && !magnitude.is_empty();
        Some(Decimal {
            negative,
            magnitude,
            exponent: -DIVISION_DIGITS,
        })
    }

    fn scaled_to(&self, exponent: i64) -> Vec<u32> {
        shifted(&self.magnitude, usize::try_from(self.exponent - exponent).unwrap_or(0))
    }
}

fn trim(limbs: &mut Vec<u32>) {
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
}

fn compare(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn sum(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len().max(b.len()) + 1);
    let mut carry = 0u64;
    for position in 0..a.len().max(b.len()) {
        let limb = |limbs: &[u32]| u64::from(limbs.get(position).copied().unwrap_or(0));
        carry += limb(a) + limb(b);
        out.push((carry % BASE) as u32);
        carry /= BASE;
    }
    out.push(carry as u32);
    trim(&mut out);
    out
}

/// `a - b` for `a >= b`.
fn difference(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len());
    let mut borrow = 0i64;
    for (position, &limb) in a.iter().enumerate() {
        let mut digit = i64::from(limb) - i64::from(b.get(position).copied().unwrap_or(0)) - borrow;
        borrow = i64::from(digit < 0);
        digit += borrow * BASE as i64;
        out.push(digit as u32);
    }
    trim(&mut out);
    out
}

fn product(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = vec![0u32; a.len() + b.len()];
    for (shift, &x) in a.iter().enumerate() {
        let mut carry = 0u64;
        for (position, &y) in b.iter().enumerate() {
            carry += u64::from(out[shift + position]) + u64::from(x) * u64::from(y);
            out[shift + position] = (carry % BASE) as u32;
            carry /= BASE;
        }
        out[shift + b.len()] = carry as u32;
    }
    trim(&mut out);
    out
}

/// Times a power of ten.
fn shifted(limbs: &[u32], places: usize) -> Vec<u32> {
    if limbs.is_empty() || places == 0 {
        return limbs.to_vec();
    }
    let power = 10u32.pow((places % LIMB_DIGITS) as u32);
    let mut out = vec![0; places / LIMB_DIGITS];
    out.extend(product(limbs, &[power]));
    out
}

/// Quotient and remainder by long division, one decimal limb at a time; the divisor is not zero.
fn divide(dividend: &[u32], divisor: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut quotient = vec![0; dividend.len()];
    let mut remainder: Vec<u32> = Vec::new();
    for position in (0..dividend.len()).rev() {
        remainder.insert(0, dividend[position]);
        trim(&mut remainder);
        // The largest digit whose product still fits, by bisection.
        let (mut low, mut high) = (0u64, BASE - 1);
        while low < high {
            let middle = (low + high).div_ceil(2);
            match compare(&product(divisor, &[middle as u32]), &remainder) {
                Ordering::Greater => high = middle - 1,
                _ => low = middle,
            }
        }
        remainder = difference(&remainder, &product(divisor, &[low as u32]));
        quotient[position] = low as u32;
    }
    trim(&mut quotient);
    (quotient, remainder)
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn of(float: f64) -> Decimal {
        Decimal::from_float(float).expect("finite")
    }

    // spec 2.5.
    #[test]
    fn arithmetic_is_decimal() {
        assert_eq!(of(0.1).add(&of(0.2)).to_float(), 0.3);
        assert_eq!(of(0.3).sub(&of(0.1)).to_float(), 0.2);
        assert_eq!(of(1.1).mul(&of(1.1)).to_float(), 1.21);
        assert_eq!(
            of(10.0).div(&of(3.0)).expect("divisor").to_float(),
            3.333_333_333_333_333_5
        );
        assert_eq!(of(1e300).mul(&of(1e300)).to_float(), f64::INFINITY);
        assert_eq!(of(-1e20).div(&of(4e-7)).expect("divisor").to_float(), -2.5e26);
        assert_eq!(of(2.5).sub(&of(2.5)).to_float().to_bits(), 0);
        assert!(of(1.0).div(&of(0.0)).is_none());
    }
}
