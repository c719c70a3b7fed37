//! Powers modulo an odd number of fixed size, as the search for primes needs them by the hundred.
//!
//! Montgomery's method: numbers are kept multiplied by 2^(64 N), so that division by the modulus becomes a shift.

use num_bigint::BigUint;

/// The longest modulus is that of an RSA key; each is an even number of digits long.
const MOST_DIGITS: usize = 32;

/// An odd modulus of `N` digits of 64 bits, the highest bit set.
pub(super) struct Modulus<const N: usize> {
    digits: [u64; N],
    /// Minus the inverse of the lowest digit, modulo 2^64.
    inverse: u64,
    /// 1 in the shifted form.
    one: [u64; N],
    /// The square of 2^(64 N): multiplying by it shifts.
    square: [u64; N],
}

/// The digits of a number, the lowest first.
pub(super) fn digits<const N: usize>(number: &BigUint) -> [u64; N] {
    let mut out = [0; N];
    for (digit, from) in out.iter_mut().zip(number.iter_u64_digits()) {
        *digit = from;
    }
    out
}

impl<const N: usize> Modulus<N> {
    /// The modulus; none where it is even or not of that size.
    pub(super) fn new(modulus: &BigUint) -> Option<Self> {
        if modulus.bits() != N as u64 * 64 || !modulus.bit(0) {
            return None;
        }
        let digits_of_modulus = digits::<N>(modulus);
        let lowest = digits_of_modulus[0];
        // Each of Newton's steps doubles the number of right bits, of which an odd number itself has three.
        let mut inverse = lowest;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(lowest.wrapping_mul(inverse)));
        }
        let shifted = |bits: usize| digits(&((BigUint::from(1u8) << bits) % modulus));
        Some(Modulus {
            digits: digits_of_modulus,
            inverse: inverse.wrapping_neg(),
            one: shifted(64 * N),
            square: shifted(128 * N),
        })
    }

    /// The number in the shifted form.
    pub(super) fn shift(&self, number: &BigUint) -> [u64; N] {
        self.multiply(&digits(number), &self.square)
    }

    /// The number that a shifted one stands for.
    pub(super) fn number(&self, shifted: &[u64; N]) -> BigUint {
        let mut one = [0; N];
        one[0] = 1;
        let digits = self.multiply(shifted, &one);
        BigUint::new(digits.iter().flat_map(|&d| [d as u32, (d >> 32) as u32]).collect())
    }

    /// 1 in the shifted form.
    pub(super) fn one(&self) -> [u64; N] {
        self.one
    }

    /// The modulus less a number.
    pub(super) fn negative(&self, number: &[u64; N]) -> [u64; N] {
        subtracted(&self.digits, number).0
    }

    /// The product of two shifted numbers.
    pub(super) fn multiply(&self, a: &[u64; N], b: &[u64; N]) -> [u64; N] {
        let mut sum = [0u64; N];
        let mut top = 0u64;
        for &digit in b {
            let (low, mut carry) = add_product(sum[0], a[0], digit, 0);
            // A multiple of the modulus makes the lowest digit 0, which then is dropped.
            let factor = low.wrapping_mul(self.inverse);
            let (_, mut other) = add_product(low, self.digits[0], factor, 0);
            for position in 1..N {
                let (low, next) = add_product(sum[position], a[position], digit, carry);
                let (low, next_other) = add_product(low, self.digits[position], factor, other);
                sum[position - 1] = low;
                (carry, other) = (next, next_other);
            }
            let last = u128::from(carry) + u128::from(other) + u128::from(top);
            sum[N - 1] = last as u64;
            top = (last >> 64) as u64;
        }
        self.reduced(&sum, top != 0)
    }

    /// The square of a shifted number.
    ///
    /// Products of two different digits are computed once and doubled. Rows are taken two at a time, so that the carries of
    /// one are under way while those of the other are waited for.
    pub(super) fn squared(&self, number: &[u64; N]) -> [u64; N] {
        let mut wide = [0u64; 2 * MOST_DIGITS];
        for i in (0..N).step_by(2) {
            let (first, second) = (number[i], number[i + 1]);
            let (mut carry, mut other) = (0, 0);
            (wide[2 * i + 1], carry) = add_product(wide[2 * i + 1], second, first, carry);
            if i + 2 < N {
                (wide[2 * i + 2], carry) = add_product(wide[2 * i + 2], number[i + 2], first, carry);
            }
            for j in i + 3..N {
                let (low, next) = add_product(wide[i + j], number[j], first, carry);
                (wide[i + j], other) = add_product(low, number[j - 1], second, other);
                carry = next;
            }
            if i + 2 < N {
                (wide[i + N], other) = add_product(carry, number[N - 1], second, other);
                wide[i + N + 1] = other;
            } else {
                wide[i + N] = carry;
            }
        }
        let (mut bit, mut carry) = (0, 0);
        for (pair, &digit) in wide.as_chunks_mut::<2>().0.iter_mut().zip(number) {
            let square = u128::from(digit) * u128::from(digit);
            let low = u128::from(pair[0] << 1 | bit) + u128::from(square as u64) + u128::from(carry);
            let high = u128::from(pair[1] << 1 | pair[0] >> 63) + (square >> 64) + (low >> 64);
            bit = pair[1] >> 63;
            *pair = [low as u64, high as u64];
            carry = (high >> 64) as u64;
        }
        // Multiples of the modulus make the lower half 0, which then is dropped.
        let modulus = &self.digits;
        let mut top = 0u64;
        for i in (0..N).step_by(2) {
            let first = wide[i].wrapping_mul(self.inverse);
            let (_, carry) = add_product(wide[i], modulus[0], first, 0);
            let (low, mut carry) = add_product(wide[i + 1], modulus[1], first, carry);
            let second = low.wrapping_mul(self.inverse);
            let (_, mut other) = add_product(low, modulus[0], second, 0);
            for j in 2..N {
                let (low, next) = add_product(wide[i + j], modulus[j], first, carry);
                (wide[i + j], other) = add_product(low, modulus[j - 1], second, other);
                carry = next;
            }
            let sum = u128::from(wide[i + N]) + u128::from(carry) + u128::from(top);
            (wide[i + N], other) = add_product(sum as u64, modulus[N - 1], second, other);
            let last = u128::from(wide[i + N + 1]) + u128::from(other) + (sum >> 64);
            wide[i + N + 1] = last as u64;
            top = (last >> 64) as u64;
        }
        let mut out = [0; N];
        out.copy_from_slice(&wide[N..2 * N]);
        self.reduced(&out, top != 0)
    }

    /// Twice a shifted number.
    fn doubled(&self, number: &[u64; N]) -> [u64; N] {
        let mut out = [0; N];
        let mut carry = 0;
        for (digit, &from) in out.iter_mut().zip(number) {
            *digit = from << 1 | carry;
            carry = from >> 63;
        }
        self.reduced(&out, carry != 0)
    }

    /// A number below twice the modulus brought below it.
    fn reduced(&self, number: &[u64; N], overflow: bool) -> [u64; N] {
        let (less, borrow) = subtracted(number, &self.digits);
        if overflow || !borrow { less } else { *number }
    }

    /// A power of a shifted number, by four bits of the exponent at a time.
    pub(super) fn power(&self, base: &[u64; N], exponent: &BigUint) -> [u64; N] {
        let mut table = [self.one; 16];
        for position in 1..16 {
            table[position] = self.multiply(&table[position - 1], base);
        }
        let mut out = self.one;
        for digit in exponent.to_radix_be(16) {
            for _ in 0..4 {
                out = self.squared(&out);
            }
            out = self.multiply(&out, &table[usize::from(digit & 15)]);
        }
        out
    }

    /// A power of 2 in the shifted form.
    pub(super) fn power_of_two(&self, exponent: &BigUint) -> [u64; N] {
        let mut out = self.one;
        for position in (0..exponent.bits()).rev() {
            out = self.squared(&out);
            if exponent.bit(position) {
                out = self.doubled(&out);
            }
        }
        out
    }
}

/// `sum + digit * factor + carry`: the lower and the upper half.
#[inline(always)]
fn add_product(sum: u64, digit: u64, factor: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(digit) * u128::from(factor) + u128::from(sum) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

fn subtracted<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], bool) {
    let mut out = [0; N];
    let mut borrow = false;
    for position in 0..N {
        let (less, first) = a[position].overflowing_sub(b[position]);
        let (less, second) = less.overflowing_sub(u64::from(borrow));
        out[position] = less;
        borrow = first || second;
    }
    (out, borrow)
}

#[cfg(test)]
mod tests {
    use super::{BigUint, Modulus};

    /// Against the powers of the library of large numbers.
    #[test]
    fn powers_are_right() {
        let mut state = 1u64;
        let mut draw = || {
            let words = (0..16).map(|_| {
                state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                (state >> 32) as u32
            });
            BigUint::new(words.collect())
        };
        for _ in 0..50 {
            let mut number = draw();
            number.set_bit(0, true);
            number.set_bit(511, true);
            let (base, exponent) = (draw() % &number, draw());
            let modulus = Modulus::<8>::new(&number).expect("odd and long enough");
            let expected = base.modpow(&exponent, &number);
            let power = modulus.power(&modulus.shift(&base), &exponent);
            assert_eq!(
                (modulus.number(&power), power),
                (expected.clone(), modulus.shift(&expected))
            );
            let expected = modulus.shift(&BigUint::from(2u8).modpow(&exponent, &number));
            assert_eq!(modulus.power_of_two(&exponent), expected);
        }
        assert!(Modulus::<8>::new(&BigUint::from(7u8)).is_none());
    }
}
