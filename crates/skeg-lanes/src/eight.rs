//! Eight numbers side by side, each in twenty limbs of 52 bits.
//!
//! Montgomery's method with 2^1040. That is so much more than any modulus that nothing has to be brought below it on the way:
//! of factors below four times the modulus comes a product below twice the modulus.

// The limbs of several numbers go side by side; an iterator over one of them would hide that.
#![allow(clippy::needless_range_loop)]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpeq_epu64_mask, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64,
    _mm512_set_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_sllv_epi64, _mm512_srli_epi64,
};

use crate::{LANES, Number};

const LIMBS: usize = 20;
const BITS: u32 = 52;
const MASK: u64 = (1 << BITS) - 1;

/// Bits of an exponent that are worked off by squaring; what is above them decides where that begins.
const SQUARINGS: usize = 1014;

/// Eight numbers: a limb of each in every register.
type Eight = [__m512i; LIMBS];

struct Moduli {
    limbs: Eight,
    /// Minus the inverses of the lowest limbs, modulo 2^52.
    inverses: __m512i,
}

/// Bits that a lane has set: those numbers that pass Fermat's test for the base 2.
///
/// With x the number, 2^(x-1) is 1 where 2^(1-x) is. The exponent 1-x is c 2^1014 + r with c from -1024 to -512 and r not negative.
/// 2^c is, in Montgomery's form, 2^(1040+c): a single bit, so that nothing has to be divided to begin with.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(crate) fn fermat(numbers: &[Number; LANES]) -> u8 {
    let moduli = Moduli::new(numbers);
    let exponents = numbers.each_ref().map(negative_of_less);
    let starts = exponents.each_ref().map(|exponent| {
        let position = 1040 - 1024 + (exponent[SQUARINGS / 64] >> (SQUARINGS % 64)) as usize;
        let mut start = [0; 16];
        start[position / 64] = 1 << (position % 64);
        start
    });
    let mut power = spread(&starts);
    for position in (0..SQUARINGS).rev() {
        let doubled = row(|lane| exponents[lane][position / 64] >> (position % 64) & 1);
        power = squared(&moduli, &power, doubled);
    }
    equal(&unshifted(&moduli, &power), &unit())
}

/// 1 - x modulo 2^1024, for an odd x.
fn negative_of_less(x: &Number) -> Number {
    let mut out = x.map(|digit| !digit);
    // -x is the complement and 1; the complement of an odd number is even.
    let mut left = 2u64;
    for digit in &mut out {
        let (sum, overflow) = digit.overflowing_add(left);
        (*digit, left) = (sum, u64::from(overflow));
    }
    out
}

/// Bits that a lane has set: those bases (in Montgomery's form) for which the number passes the test of Miller and Rabin.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(crate) fn strong(number: &Number, bases: &[Number; LANES]) -> u8 {
    let moduli = Moduli::new(&[*number; LANES]);
    let mut less = *number;
    less[0] -= 1;
    let twos = trailing_zeros(&less);
    let none = _mm512_setzero_si512();
    // Powers of the bases from the first to the fifteenth.
    let base = spread(bases);
    let mut table = [base; 15];
    for position in 1..15 {
        table[position] = product(&moduli, &table[position - 1], &base);
    }
    // Four bits of the odd part of the exponent at a time. The highest bit of the number is set, so the first are not 0.
    let mut position = 1024 - twos;
    let mut power: Option<Eight> = None;
    while position > 0 {
        let width = if position.is_multiple_of(4) { 4 } else { position % 4 };
        position -= width;
        let digit = bits(&less, twos + position, width);
        if let Some(power) = &mut power {
            for _ in 0..width {
                *power = squared(&moduli, power, none);
            }
        }
        power = match power {
            None => Some(table[digit - 1]),
            Some(power) if digit > 0 => Some(product(&moduli, &power, &table[digit - 1])),
            Some(power) => Some(power),
        };
    }
    let Some(mut power) = power else { return 0 };
    let minus_one = spread(&[less; LANES]);
    let first = unshifted(&moduli, &power);
    let mut passed = equal(&first, &unit()) | equal(&first, &minus_one);
    for _ in 1..twos {
        if passed == u8::MAX {
            break;
        }
        power = squared(&moduli, &power, none);
        passed |= equal(&unshifted(&moduli, &power), &minus_one);
    }
    passed
}

fn trailing_zeros(number: &Number) -> usize {
    let digit = number.iter().position(|&digit| digit != 0).unwrap_or(0);
    digit * 64 + number[digit].trailing_zeros() as usize
}

/// Up to 52 bits of a number; beyond its end there are zeros.
fn bits(number: &Number, position: usize, width: usize) -> usize {
    let (digit, shift) = (position / 64, position % 64);
    let at = |digit: usize| number.get(digit).copied().unwrap_or(0);
    let wide = u128::from(at(digit)) | u128::from(at(digit + 1)) << 64;
    (wide >> shift) as usize & ((1 << width) - 1)
}

impl Moduli {
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn new(numbers: &[Number; LANES]) -> Moduli {
        let inverses = numbers.each_ref().map(|number| {
            // Each of Newton's steps doubles the number of right bits, of which an odd number itself has three.
            let mut inverse = number[0];
            for _ in 0..5 {
                inverse = inverse.wrapping_mul(2u64.wrapping_sub(number[0].wrapping_mul(inverse)));
            }
            inverse.wrapping_neg() & MASK
        });
        Moduli {
            limbs: spread(numbers),
            inverses: row(|lane| inverses[lane]),
        }
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn row(of_lane: impl Fn(usize) -> u64) -> __m512i {
    let at = |lane| of_lane(lane).cast_signed();
    _mm512_set_epi64(at(7), at(6), at(5), at(4), at(3), at(2), at(1), at(0))
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn spread(numbers: &[Number; LANES]) -> Eight {
    let mut out = [_mm512_setzero_si512(); LIMBS];
    for (limb, out) in out.iter_mut().enumerate() {
        *out = row(|lane| bits(&numbers[lane], limb * BITS as usize, BITS as usize) as u64);
    }
    out
}

/// 1 eight times.
#[target_feature(enable = "avx512f,avx512ifma")]
fn unit() -> Eight {
    let mut out = [_mm512_setzero_si512(); LIMBS];
    out[0] = _mm512_set1_epi64(1);
    out
}

/// Bits that a lane has set: where two numbers are the same.
#[target_feature(enable = "avx512f,avx512ifma")]
fn equal(a: &Eight, b: &Eight) -> u8 {
    let pairs = a.iter().zip(b);
    pairs.fold(u8::MAX, |same, (a, b)| same & _mm512_cmpeq_epu64_mask(*a, *b))
}

/// The numbers that those in Montgomery's form stand for. They are reduced: with a factor of 1 the sum stays below the modulus and
/// something less than 1.
#[target_feature(enable = "avx512f,avx512ifma")]
fn unshifted(moduli: &Moduli, numbers: &Eight) -> Eight {
    product(moduli, numbers, &unit())
}

/// The products of numbers in Montgomery's form.
///
/// The inner loops are written so that all sums stay in registers: each row's sums move down by one limb while the upper halves of
/// its products are added, since a loop that only moved them would become a copy in memory.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline(never)]
fn product(moduli: &Moduli, a: &Eight, b: &Eight) -> Eight {
    let zero = _mm512_setzero_si512();
    let mut sums = [zero; LIMBS];
    for &digit in b {
        for limb in 0..LIMBS {
            sums[limb] = _mm512_madd52lo_epu64(sums[limb], a[limb], digit);
        }
        let factor = _mm512_madd52lo_epu64(zero, sums[0], moduli.inverses);
        for limb in 0..LIMBS {
            sums[limb] = _mm512_madd52lo_epu64(sums[limb], moduli.limbs[limb], factor);
        }
        // The lowest limb's bits are 0 now; what is above them belongs to the next.
        sums[1] = _mm512_add_epi64(sums[1], _mm512_srli_epi64::<BITS>(sums[0]));
        for limb in 0..LIMBS - 1 {
            sums[limb] = _mm512_madd52hi_epu64(sums[limb + 1], a[limb], digit);
        }
        sums[LIMBS - 1] = _mm512_madd52hi_epu64(zero, a[LIMBS - 1], digit);
        for limb in 0..LIMBS {
            sums[limb] = _mm512_madd52hi_epu64(sums[limb], moduli.limbs[limb], factor);
        }
    }
    carried(sums, zero)
}

/// Brings limbs back to 52 bits, and doubles those numbers whose lane has a 1.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn carried(mut sums: Eight, doubled: __m512i) -> Eight {
    let mask = _mm512_set1_epi64(MASK.cast_signed());
    let mut carry = _mm512_setzero_si512();
    for sum in &mut sums {
        let whole = _mm512_add_epi64(_mm512_sllv_epi64(*sum, doubled), carry);
        carry = _mm512_srli_epi64::<BITS>(whole);
        *sum = _mm512_and_si512(whole, mask);
    }
    sums
}

/// The squares of numbers in Montgomery's form, those doubled whose lane has a 1.
///
/// Products of two different limbs are computed once and doubled.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline(never)]
fn squared(moduli: &Moduli, a: &Eight, doubled: __m512i) -> Eight {
    let zero = _mm512_setzero_si512();
    let mut wide = [zero; 2 * LIMBS];
    // A function for each column, since its loop has to be unrolled to be quick, and only constants are.
    macro_rules! columns {
        ($($position:literal)*) => { $( column::<$position>(a, &mut wide); )* };
    }
    columns!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38);
    let mut sums = [zero; LIMBS];
    sums.copy_from_slice(&wide[..LIMBS]);
    for upper in &wide[LIMBS..] {
        let factor = _mm512_madd52lo_epu64(zero, sums[0], moduli.inverses);
        for limb in 0..LIMBS {
            sums[limb] = _mm512_madd52lo_epu64(sums[limb], moduli.limbs[limb], factor);
        }
        sums[1] = _mm512_add_epi64(sums[1], _mm512_srli_epi64::<BITS>(sums[0]));
        for limb in 0..LIMBS - 1 {
            sums[limb] = _mm512_madd52hi_epu64(sums[limb + 1], moduli.limbs[limb], factor);
        }
        sums[LIMBS - 1] = _mm512_madd52hi_epu64(*upper, moduli.limbs[LIMBS - 1], factor);
    }
    carried(sums, doubled)
}

/// Adds the products of those limbs whose positions add up to `K`, in two sums each so that none waits for the one before.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn column<const K: usize>(a: &Eight, wide: &mut [__m512i; 2 * LIMBS]) {
    let zero = _mm512_setzero_si512();
    let (mut low, mut high) = ([zero; 2], [zero; 2]);
    for i in K.saturating_sub(LIMBS - 1)..K.div_ceil(2) {
        low[i % 2] = _mm512_madd52lo_epu64(low[i % 2], a[i], a[K - i]);
        high[i % 2] = _mm512_madd52hi_epu64(high[i % 2], a[i], a[K - i]);
    }
    let (low, high) = (_mm512_add_epi64(low[0], low[1]), _mm512_add_epi64(high[0], high[1]));
    wide[K] = _mm512_add_epi64(wide[K], _mm512_add_epi64(low, low));
    wide[K + 1] = _mm512_add_epi64(high, high);
    if K.is_multiple_of(2) {
        let middle = a[K / 2];
        wide[K] = _mm512_madd52lo_epu64(wide[K], middle, middle);
        wide[K + 1] = _mm512_madd52hi_epu64(wide[K + 1], middle, middle);
    }
}
