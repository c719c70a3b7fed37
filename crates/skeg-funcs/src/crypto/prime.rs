//! Large random primes.
//!
//! Candidates are first held against small primes, all of a stretch of numbers at once; what is left takes the test of
//! Miller and Rabin. The first prime after a random number is not quite a random prime: one after a long gap is likelier than others.
//! That costs a bit or two of the thousand and is common practice (OpenSSL, and Java's library, do it).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use num_bigint::BigUint;
use skeg_lanes::{LANES, Lanes, Number};
use skeg_template::function::{CallError, Context};

use super::montgomery::{Modulus, digits};
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
            for (prime, rest) in self.remainders(&start) {
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
            while let Some(found) = first_for_base_two(&candidates[from..]) {
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
        !number.bit(0) || self.remainders(number).any(|(_, rest)| rest == 0)
    }

    /// The small primes with what is left of a number divided by each.
    fn remainders(&self, number: &BigUint) -> impl Iterator<Item = (u32, u32)> {
        let digits = number.to_u32_digits();
        // The product of two small primes is a digit still: one pass over the number does for both.
        self.small.chunks(2).flat_map(move |pair| {
            let product: u64 = pair.iter().map(|&prime| u64::from(prime)).product();
            let rest = digits
                .iter()
                .rev()
                .fold(0u64, |rest, &digit| (rest << 32 | u64::from(digit)) % product);
            pair.iter().map(move |&prime| (prime, (rest % u64::from(prime)) as u32))
        })
    }
}

/// What tries eight numbers at once, if the processor can and they are of the size that it knows.
fn lanes(number: &BigUint) -> Option<Lanes> {
    Lanes::new().filter(|_| number.bits() == 1024)
}

/// The place of the first candidate that passes a test for the base 2.
///
/// Where eight are tried at once it is Fermat's, which a few more numbers pass than that of Miller and Rabin; what passes is tried for
/// random bases in any case.
fn first_for_base_two(candidates: &[BigUint]) -> Option<usize> {
    match candidates.first().and_then(lanes) {
        Some(lanes) => first(candidates, LANES, &|batch| {
            let last = batch.len() - 1;
            let numbers: [Number; LANES] = std::array::from_fn(|lane| digits(&batch[lane.min(last)]));
            // Lanes that are left over repeat the last number, so that the first of equals is found.
            lanes.fermat(&numbers).iter().position(|&passes| passes)
        }),
        None => first(candidates, 1, &|one| one.iter().position(passes_base_two)),
    }
}

/// The place of the first item that passes a test, which takes some items at once and is tried on two threads; the answer is that of
/// one thread.
fn first<T: Sync>(items: &[T], at_once: usize, test: &(impl Fn(&[T]) -> Option<usize> + Sync)) -> Option<usize> {
    let (next, best) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
    let search = || {
        loop {
            let from = next.fetch_add(at_once, Ordering::Relaxed);
            // Items before the best one are in the hands of some thread, which goes on with them.
            if from >= items.len() || from > best.load(Ordering::Relaxed) {
                return;
            }
            if let Some(place) = test(&items[from..items.len().min(from + at_once)]) {
                best.fetch_min(from + place, Ordering::Relaxed);
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
    Ok(match lanes(number) {
        // A base's product with a constant is as evenly distributed as the base itself.
        Some(lanes) => lanes.strong(
            &digits(number),
            &std::array::from_fn(|lane| digits(&bases[lane % ROUNDS])),
        ),
        None => first(&bases, 1, &|one| {
            one.iter().position(|base| !passes(number, Some(base)))
        })
        .is_none(),
    })
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

#[cfg(test)]
mod tests {
    use super::{BigUint, first, first_for_base_two, passes_base_two};

    /// A prime of RFC 2409 among other numbers is found wherever it stands, by both ways.
    #[test]
    fn the_first_prime_is_found() {
        let digits = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3\
                      CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5\
                      AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";
        let prime = BigUint::parse_bytes(digits.as_bytes(), 16).expect("digits");
        for (count, place) in [(1, 0), (8, 7), (9, 8), (21, 3), (21, 20)] {
            let mut candidates: Vec<BigUint> = (1..=count).map(|step: u32| &prime - step * 2).collect();
            assert_eq!(first_for_base_two(&candidates), None);
            candidates[place] = prime.clone();
            candidates[count as usize - 1] = prime.clone();
            let one_by_one = first(&candidates, 1, &|one| one.iter().position(passes_base_two));
            assert_eq!(
                (first_for_base_two(&candidates), one_by_one),
                (Some(place), Some(place))
            );
        }
    }
}
