//! Tests of eight numbers of 1,024 bits for being prime, all at once, on processors that can.
//!
//! A chart that makes RSA keys makes them at every render, and the search for their primes is then most of the time that a
//! render takes. Eight numbers side by side in registers of 512 bits take a tenth of what they take one after the other
//! (docs/performance.md). Whoever calls needs another way for other processors: [`Lanes::new`] answers none there.
//!
//! # Why there is unsafe code
//! Functions compiled for instructions that not every processor has (AVX-512 IFMA, since 2018 and 2022 in those of the two
//! makers) may only be called where these exist, which the compiler cannot know. [`Lanes`] exists only where the processor
//! was asked and said yes, and its two methods hold the only two unsafe calls. No pointer is touched: numbers go into registers and
//! come out of them by value.

#[cfg(target_arch = "x86_64")]
mod eight;

/// A number of 1,024 bits, the lowest digits first.
pub type Number = [u64; 16];

/// How many numbers are worked on at once.
pub const LANES: usize = 8;

/// What shows that the processor has the instructions.
#[derive(Clone, Copy, Debug)]
pub struct Lanes(Proof);

#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
struct Proof;

/// Nothing is of this type: there are no lanes on other processors.
#[cfg(not(target_arch = "x86_64"))]
#[derive(Clone, Copy, Debug)]
enum Proof {}

impl Lanes {
    /// The lanes; none where the processor, or the system, lacks what they need.
    #[must_use]
    pub fn new() -> Option<Lanes> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma") {
            return Some(Lanes(Proof));
        }
        None
    }

    /// Which of eight odd numbers pass Fermat's test for the base 2. The highest bit of each has to be set.
    ///
    /// # Panics
    /// One of the numbers is even, or shorter than 1,024 bits.
    #[must_use]
    pub fn fermat(self, numbers: &[Number; LANES]) -> [bool; LANES] {
        assert!(numbers.iter().all(fits), "odd numbers of 1,024 bits");
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Lanes::new` has found both features before it made this value.
            Proof => flags(unsafe { eight::fermat(numbers) }),
        }
    }

    /// Whether an odd number passes the test of Miller and Rabin for eight bases.
    ///
    /// A base is given by its product with 2^1040, reduced: of a base drawn at random, that product is as random, so that the
    /// drawn number can stand for it.
    ///
    /// # Panics
    /// The number is even, or shorter than 1,024 bits.
    #[must_use]
    pub fn strong(self, number: &Number, bases: &[Number; LANES]) -> bool {
        assert!(fits(number), "an odd number of 1,024 bits");
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Lanes::new` has found both features before it made this value.
            Proof => unsafe { eight::strong(number, bases) == u8::MAX },
        }
    }
}

fn fits(number: &Number) -> bool {
    number[0] & 1 == 1 && number[15] >> 63 == 1
}

#[cfg(target_arch = "x86_64")]
fn flags(mask: u8) -> [bool; LANES] {
    std::array::from_fn(|lane| mask >> lane & 1 == 1)
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::{LANES, Lanes, Number};

    /// Numbers that are always the same.
    struct Draws(u64);

    impl Draws {
        fn bytes(&mut self) -> Vec<u8> {
            let byte = |_| {
                self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                (self.0 >> 56) as u8
            };
            (0..128).map(byte).collect()
        }

        fn odd(&mut self) -> BigUint {
            let mut number = BigUint::from_bytes_le(&self.bytes());
            number.set_bit(0, true);
            number.set_bit(1023, true);
            number
        }
    }

    fn digits(number: &BigUint) -> Number {
        let mut digits = number.iter_u64_digits();
        std::array::from_fn(|_| digits.next().unwrap_or(0))
    }

    /// Fermat's test by the library of large numbers.
    fn passes(number: &BigUint) -> bool {
        BigUint::from(2u8).modpow(&(number - 1u8), number) == BigUint::from(1u8)
    }

    fn next_prime(mut number: BigUint) -> BigUint {
        while !passes(&number) {
            number += 2u8;
        }
        number
    }

    #[test]
    fn fermat_finds_primes_in_every_lane() {
        let Some(lanes) = Lanes::new() else { return };
        let mut draws = Draws(1);
        let (first, second) = (next_prime(draws.odd()), next_prime(draws.odd()));
        // The longest numbers there are.
        let largest = (BigUint::from(1u8) << 1024u32) - 1u8;
        // The next prime above 2^1023, which has almost no bits set.
        let smallest = (BigUint::from(1u8) << 1023u32) + 1155u32;
        for lane in 0..LANES {
            let mut numbers: [BigUint; LANES] = std::array::from_fn(|_| draws.odd());
            numbers[lane] = if lane % 2 == 0 { first.clone() } else { second.clone() };
            numbers[(lane + 1) % LANES] = largest.clone();
            numbers[(lane + 3) % LANES] = smallest.clone();
            let expected = std::array::from_fn(|lane| passes(&numbers[lane]));
            assert_eq!(lanes.fermat(&numbers.each_ref().map(digits)), expected);
            assert!(expected[lane] && expected[(lane + 3) % LANES]);
        }
    }

    #[test]
    fn strong_is_the_test_of_miller_and_rabin() {
        let Some(lanes) = Lanes::new() else { return };
        let mut draws = Draws(2);
        let one = BigUint::from(1u8);
        let strong = |number: &BigUint, base: &BigUint| {
            let less = number - 1u8;
            let twos = less.trailing_zeros().unwrap_or(0);
            let mut power = base.modpow(&(&less >> twos), number);
            if power == one || power == less {
                return true;
            }
            for _ in 1..twos {
                power = &power * &power % number;
                if power == less {
                    return true;
                }
            }
            false
        };
        let mut check = |number: &BigUint, expected: Option<bool>| {
            let shifted: [BigUint; LANES] = std::array::from_fn(|_| BigUint::from_bytes_le(&draws.bytes()) % number);
            let inverse = (BigUint::from(1u8) << 1040u32).modinv(number).expect("odd");
            let answer = lanes.strong(&digits(number), &shifted.each_ref().map(digits));
            let by_library = shifted.iter().all(|base| strong(number, &(base * &inverse % number)));
            assert_eq!(answer, by_library);
            assert!(expected.is_none_or(|expected| expected == answer));
        };
        let mut others = Draws(3);
        for _ in 0..3 {
            check(&next_prime(others.odd()), Some(true));
            check(&others.odd(), Some(false));
        }
        // A prime after 2^20 divides what is less by one: the squarings at the end are many.
        let mut number = (BigUint::from(1u8) << 1023u32) + 1u8;
        while !passes(&number) {
            number += 1u32 << 20;
        }
        check(&number, Some(true));
        // A power of a prime.
        let root = (BigUint::from(1u8) << 512u32) - 569u32;
        check(&(&root * &root), None);
    }

    #[test]
    #[should_panic(expected = "odd")]
    fn even_numbers_are_refused() {
        match Lanes::new() {
            Some(lanes) => drop(lanes.fermat(&[[2; 16]; LANES])),
            None => panic!("odd"),
        }
    }
}
