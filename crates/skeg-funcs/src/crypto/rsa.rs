//! RSA keys and signatures (PKCS #1).

use std::thread;

use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use skeg_template::function::{CallError, Context};

use super::der::{self, Reader};
use super::montgomery::Modulus;
use super::prime::Primes;

/// A private key with what speeds its use up.
#[derive(Debug)]
pub(super) struct RsaKey {
    modulus: BigUint,
    exponent: BigUint,
    private: BigUint,
    first: BigUint,
    second: BigUint,
    first_exponent: BigUint,
    second_exponent: BigUint,
    coefficient: BigUint,
}

/// What stands before a SHA-256 digest in a signature: the name of the algorithm in DER.
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];

/// A power modulo a prime factor, the quick way for keys of the usual 2048 bits.
fn power(number: &BigUint, exponent: &BigUint, prime: &BigUint) -> BigUint {
    match Modulus::<16>::new(prime) {
        Some(modulus) => modulus.number(&modulus.power(&modulus.shift(&(number % prime)), exponent)),
        None => number.modpow(exponent, prime),
    }
}

impl RsaKey {
    /// A new key of so many bits.
    pub(super) fn generate(context: &mut dyn Context, bits: usize) -> Result<RsaKey, CallError> {
        let primes = Primes::new();
        loop {
            let first = primes.draw(context, bits / 2)?;
            let second = primes.draw(context, bits / 2)?;
            if first != second
                && let Some(key) = RsaKey::of_primes(BigUint::from(65_537u32), first, second)
            {
                return Ok(key);
            }
        }
    }

    /// The key of two primes; none where the exponent divides one of them less one.
    fn of_primes(exponent: BigUint, first: BigUint, second: BigUint) -> Option<RsaKey> {
        let one = BigUint::from(1u8);
        let (first_less, second_less) = (&first - &one, &second - &one);
        let private = exponent.modinv(&(&first_less * &second_less))?;
        Some(RsaKey {
            modulus: &first * &second,
            first_exponent: &private % &first_less,
            second_exponent: &private % &second_less,
            coefficient: second.modinv(&first)?,
            exponent,
            private,
            first,
            second,
        })
    }

    /// The key in PKCS #1 form.
    pub(super) fn to_der(&self) -> Vec<u8> {
        let parts = [
            &self.modulus,
            &self.exponent,
            &self.private,
            &self.first,
            &self.second,
            &self.first_exponent,
            &self.second_exponent,
            &self.coefficient,
        ];
        let parts: Vec<u8> = parts.into_iter().flat_map(der::number).collect();
        der::sequence(&[&der::small(0), &parts])
    }

    /// Reads the PKCS #1 form; none where it is damaged, or its numbers are not a key.
    pub(super) fn from_der(bytes: &[u8]) -> Option<RsaKey> {
        let mut reader = Reader(bytes).sequence()?;
        if reader.number()? != BigUint::ZERO {
            return None;
        }
        let mut numbers = Vec::with_capacity(8);
        for _ in 0..8 {
            numbers.push(reader.number()?);
        }
        let [modulus, exponent, private, first, second, ..] = <[BigUint; 8]>::try_from(numbers).ok()?;
        let two = BigUint::from(2u8);
        if first <= two || second <= two || &first * &second != modulus {
            return None;
        }
        // The parts that only speed things up are computed anew, so that wrong ones cannot do harm.
        let mut key = RsaKey::of_primes(exponent, first, second)?;
        let one = BigUint::from(1u8);
        if &key.exponent * &private % (&key.first - &one) != one {
            return None;
        }
        key.private = private;
        Some(key)
    }

    /// The public half in PKCS #1 form.
    pub(super) fn public_der(&self) -> Vec<u8> {
        der::sequence(&[&der::number(&self.modulus), &der::number(&self.exponent)])
    }

    /// A signature of the SHA-256 digest of a message (PKCS #1 version 1.5); none where the key is too short for it.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let length = self.modulus.bits().div_ceil(8) as usize;
        let digest = Sha256::digest(message);
        let padding = length
            .checked_sub(DIGEST_INFO.len() + digest.len() + 3)
            .filter(|&padding| padding >= 8)?;
        let mut padded = vec![0, 1];
        padded.extend(std::iter::repeat_n(0xff, padding));
        padded.push(0);
        padded.extend_from_slice(&DIGEST_INFO);
        padded.extend_from_slice(&digest);
        let number = BigUint::from_bytes_be(&padded);
        let by_second_prime = || power(&number, &self.second_exponent, &self.second);
        let (by_first, by_second) = thread::scope(|scope| {
            let other = thread::Builder::new().spawn_scoped(scope, by_second_prime);
            let by_first = power(&number, &self.first_exponent, &self.first);
            // Where there is no second thread, this one does both.
            let by_second = other.ok().and_then(|other| other.join().ok());
            (by_first, by_second.unwrap_or_else(by_second_prime))
        });
        let difference = (by_first + &self.first - &by_second % &self.first) % &self.first;
        let signature = by_second + &self.coefficient * difference % &self.first * &self.second;
        let bytes = signature.to_bytes_be();
        let mut out = vec![0; length - bytes.len()];
        out.extend_from_slice(&bytes);
        Some(out)
    }
}
