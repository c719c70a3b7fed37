//! Large random primes.
//!
//! Candidates are first held against small primes, all of a stretch of numbers at once; what is left takes the test of
//! Miller and Rabin.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

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
            let candidates: Vec<BigUint> = (0..sieve.len())
                .filter(|&position| !sieve[position])
                .map(|position| &start + BigUint::from(2 * position))
                .take_while(|candidate| candidate.bits() == size as u64)
                .collect();
            let mut from = 0;
            // Almost every number that is not prime fails for the base 2, whose powers come quicker.
            while let Some(found) = first(&candidates[from..], &passes_base_two) {
                let candidate = &candidates[from + found];
                if passes_random_bases(context, candidate)? {
                    return Ok(candidate.clone());
                }
                from += found + 1;
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

/// The place of the first item that passes a test, which is tried on two threads at once; the answer is that of one.
fn first<T: Sync>(items: &[T], test: &(impl Fn(&T) -> bool + Sync)) -> Option<usize> {
    let (next, best) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
    let search = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            // Items before the best one are in the hands of some thread, which goes on with them.
            if place >= items.len() || place > best.load(Ordering::Relaxed) {
                return;
            }
            if test(&items[place]) {
                best.fetch_min(place, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        // Where there is no second thread, this one does it all.
        let _other = thread::Builder::new().spawn_scoped(scope, search);
        search();
    });
    match best.into_inner() {
        usize::MAX => None,
        place => Some(place),
    }
}

/// Whether an odd number is prime, with a chance of error that does not matter. Sizes are those of the keys that are
/// made; no other number is.
pub(super) fn is_prime(context: &mut dyn Context, number: &BigUint) -> Result<bool, CallError> {
    Ok(passes_base_two(number) && passes_random_bases(context, number)?)
}

fn passes_random_bases(context: &mut dyn Context, number: &BigUint) -> Result<bool, CallError> {
    let bases: Vec<BigUint> = (0..ROUNDS)
        .map(|_| below(context, &(number - 1u8)))
        .collect::<Result<_, _>>()?;
    let fails = |base: &BigUint| !passes(number, Some(base));
    Ok(first(&bases, &fails).is_none())
}

fn passes_base_two(number: &BigUint) -> bool {
    passes(number, None)
}

fn passes(number: &BigUint, base: Option<&BigUint>) -> bool {
    match number.bits() {
        256 => passes_at::<4>(number, base),
        1024 => passes_at::<16>(number, base),
        2048 => passes_at::<32>(number, base),
        _ => false,
    }
}

/// The test of Miller and Rabin for one base, 2 where none is given.
fn passes_at<const N: usize>(number: &BigUint, base: Option<&BigUint>) -> bool {
    let Some(modulus) = Modulus::<N>::new(number) else {
        return false;
    };
    let less = number - 1u8;
    let twos = less.trailing_zeros().unwrap_or(0);
    let odd = &less >> twos;
    let (one, minus_one) = (modulus.one(), modulus.negative(&modulus.one()));
    let mut power = match base {
        None => modulus.power_of_two(&odd),
        Some(base) => modulus.power(&modulus.shift(base), &odd),
    };
    if power == one || power == minus_one {
        return true;
    }
    for _ in 1..twos {
        power = modulus.multiply(&power, &power);
        if power == minus_one {
            return true;
        }
    }
    false
}
