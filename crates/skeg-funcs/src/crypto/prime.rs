//! Large random primes.
//!
//! Candidates are first held against small primes, all of a stretch of numbers at once; what is left takes the test of
//! Miller and Rabin.

use num_bigint::BigUint;
use skeg_template::function::{CallError, Context};

use super::montgomery::Modulus;
use crate::random::fill;

/// Small primes are those below this.
const SMALL: usize = 1 << 15;

/// Random bases that a number has to pass beside 2: as many as NIST asks for at 1024 bits (FIPS 186-5, table B.1).
const ROUNDS: usize = 5;

/// How many numbers after a random one are looked at before another is drawn.
const STRETCH: u32 = 1 << 13;

/// A random number of exactly so many bits, with the upper two set.
pub(super) fn bits(context: &mut dyn Context, bits: usize) -> Result<BigUint, CallError> {
    let mut bytes = vec![0; bits.div_ceil(8)];
    fill(context, &mut bytes)?;
    let mut number = BigUint::from_bytes_be(&bytes) >> (bytes.len() * 8 - bits);
    number.set_bit(bits as u64 - 1, true);
    number.set_bit(bits as u64 - 2, true);
    Ok(number)
}

/// A random number from 1 on, below a limit.
pub(super) fn below(context: &mut dyn Context, limit: &BigUint) -> Result<BigUint, CallError> {
    let bits = limit.bits() as usize;
    let mut bytes = vec![0; bits.div_ceil(8)];
    loop {
        fill(context, &mut bytes)?;
        let number = BigUint::from_bytes_be(&bytes) >> (bytes.len() * 8 - bits);
        if number.bits() > 0 && number < *limit {
            return Ok(number);
        }
    }
}

/// Draws primes; knows the small ones.
pub(super) struct Primes {
    small: Vec<u32>,
}

impl Primes {
    /// Finds the small primes.
    pub(super) fn new() -> Primes {
        let mut composite = vec![false; SMALL];
        let mut small = Vec::new();
        for number in 3..SMALL {
            if number % 2 == 1 && !composite[number] {
                small.push(number as u32);
                for multiple in (number * number..SMALL).step_by(number) {
                    composite[multiple] = true;
                }
            }
        }
        Primes { small }
    }

    /// A random prime of exactly so many bits, with the upper two set.
    pub(super) fn draw(&self, context: &mut dyn Context, size: usize) -> Result<BigUint, CallError> {
        loop {
            let mut start = bits(context, size)?;
            start.set_bit(0, true);
            let mut sieve = vec![false; STRETCH as usize / 2];
            for &prime in &self.small {
                let rest = remainder(&start, prime);
                // The first odd number after the start that the prime divides, counted in steps of two.
                let gap = (prime - rest) % prime;
                let first = if gap.is_multiple_of(2) {
                    gap / 2
                } else {
                    (gap + prime) / 2
                };
                for position in (first as usize..sieve.len()).step_by(prime as usize) {
                    sieve[position] = true;
                }
            }
            for position in (0..sieve.len()).filter(|&position| !sieve[position]) {
                let candidate = &start + BigUint::from(2 * position);
                if candidate.bits() == size as u64 && is_prime(context, &candidate)? {
                    return Ok(candidate);
                }
            }
        }
    }

    /// Whether some small prime divides a number much larger than they.
    pub(super) fn divide(&self, number: &BigUint) -> bool {
        !number.bit(0) || self.small.iter().any(|&prime| remainder(number, prime) == 0)
    }
}

fn remainder(number: &BigUint, prime: u32) -> u32 {
    let digits = number.iter_u32_digits().rev();
    digits.fold(0u64, |rest, digit| (rest << 32 | u64::from(digit)) % u64::from(prime)) as u32
}

/// Whether an odd number is prime, with a chance of error that does not matter. Sizes are those of the keys that are
/// made; no other number is.
pub(super) fn is_prime(context: &mut dyn Context, number: &BigUint) -> Result<bool, CallError> {
    match number.bits() {
        256 => passes::<4>(context, number),
        1024 => passes::<16>(context, number),
        2048 => passes::<32>(context, number),
        _ => Ok(false),
    }
}

/// The test of Miller and Rabin.
fn passes<const N: usize>(context: &mut dyn Context, number: &BigUint) -> Result<bool, CallError> {
    let Some(modulus) = Modulus::<N>::new(number) else {
        return Ok(false);
    };
    let less = number - 1u8;
    let twos = less.trailing_zeros().unwrap_or(0);
    let odd = &less >> twos;
    let (one, minus_one) = (modulus.one(), modulus.negative(&modulus.one()));
    let witness = |mut power: [u64; N]| {
        if power == one || power == minus_one {
            return false;
        }
        for _ in 1..twos {
            power = modulus.multiply(&power, &power);
            if power == minus_one {
                return false;
            }
        }
        true
    };
    // Almost every number that is not prime fails for the base 2, whose powers come quicker.
    if witness(modulus.power_of_two(&odd)) {
        return Ok(false);
    }
    for _ in 0..ROUNDS {
        let base = modulus.shift(&below(context, &less)?);
        if witness(modulus.power(&base, &odd)) {
            return Ok(false);
        }
    }
    Ok(true)
}
