//! Private keys of four kinds: made, read from PEM, written as PEM, used to sign.

use ed25519_dalek::Signer as _;
use num_bigint::BigUint;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use skeg_template::function::{CallError, Context};

use super::der::{self, Reader, element, sequence};
use super::pem;
use super::prime::{self, Primes};
use super::rsa::RsaKey;
use crate::random::fill;

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const NULL: &[u8] = &[0x05, 0x00];

/// A private key.
pub(super) enum PrivateKey {
    Rsa(Box<RsaKey>),
    Ecdsa(p256::SecretKey),
    Ed25519(ed25519_dalek::SigningKey),
    Dsa(Dsa),
}

/// A key that can only be made, read and written: nothing signs by DSA any more.
pub(super) struct Dsa {
    /// p, q, g, y, x.
    numbers: [BigUint; 5],
}

fn oid(bytes: &[u8]) -> Vec<u8> {
    element(der::OID, bytes)
}

impl PrivateKey {
    /// A new RSA key.
    pub(super) fn rsa(context: &mut dyn Context, bits: usize) -> Result<PrivateKey, CallError> {
        RsaKey::generate(context, bits).map(|key| PrivateKey::Rsa(Box::new(key)))
    }

    /// A new key on the curve P-256.
    pub(super) fn ecdsa(context: &mut dyn Context) -> Result<PrivateKey, CallError> {
        loop {
            let mut bytes = [0; 32];
            fill(context, &mut bytes)?;
            // Next to no numbers are too large for the curve.
            if let Ok(key) = p256::SecretKey::from_slice(&bytes) {
                return Ok(PrivateKey::Ecdsa(key));
            }
        }
    }

    /// A new Ed25519 key.
    pub(super) fn ed25519(context: &mut dyn Context) -> Result<PrivateKey, CallError> {
        let mut seed = [0; 32];
        fill(context, &mut seed)?;
        Ok(PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// A new DSA key: 2048 bits, in a subgroup of 256 bits.
    pub(super) fn dsa(context: &mut dyn Context) -> Result<PrivateKey, CallError> {
        let one = BigUint::from(1u8);
        let primes = Primes::new();
        let q = primes.draw(context, 256)?;
        let step = &q << 1;
        let p = loop {
            let number = prime::bits(context, 2048)?;
            let candidate: BigUint = &number - &number % &step + &one;
            if candidate.bits() == 2048 && !primes.divide(&candidate) && prime::is_prime(context, &candidate)? {
                break candidate;
            }
        };
        let power = (&p - &one) / &q;
        let mut base = BigUint::from(2u8);
        let g = loop {
            let g = base.modpow(&power, &p);
            if g != one {
                break g;
            }
            base += 1u8;
        };
        let x = prime::below(context, &q)?;
        let y = g.modpow(&x, &p);
        Ok(PrivateKey::Dsa(Dsa {
            numbers: [p, q, g, y, x],
        }))
    }

    /// The key in PEM: PKCS #1 for RSA, SEC 1 for ECDSA, OpenSSL's own form for DSA, PKCS #8 for Ed25519.
    pub(super) fn to_pem(&self) -> String {
        match self {
            PrivateKey::Rsa(key) => pem::encode("RSA PRIVATE KEY", &key.to_der()),
            PrivateKey::Ecdsa(key) => {
                let secret = element(der::OCTET_STRING, &key.to_bytes());
                let curve = element(0xa0, &oid(P256));
                let public = element(0xa1, &der::bit_string(&self.public_bytes()));
                let whole = sequence(&[&der::small(1), &secret, &curve, &public]);
                pem::encode("EC PRIVATE KEY", &whole)
            }
            PrivateKey::Ed25519(key) => {
                let seed = element(der::OCTET_STRING, &element(der::OCTET_STRING, key.as_bytes()));
                let whole = sequence(&[&der::small(0), &sequence(&[&oid(ED25519)]), &seed]);
                pem::encode("PRIVATE KEY", &whole)
            }
            PrivateKey::Dsa(key) => {
                let numbers: Vec<u8> = key.numbers.iter().flat_map(der::number).collect();
                pem::encode("DSA PRIVATE KEY", &sequence(&[&der::small(0), &numbers]))
            }
        }
    }

    /// Reads a key from PEM.
    ///
    /// # Errors
    /// Sprig's text; for damaged keys its first words, with a reason of our own.
    pub(super) fn from_pem(text: &[u8]) -> Result<PrivateKey, String> {
        let block = pem::decode(text).ok_or("no PEM data in input")?;
        if block.kind == "PRIVATE KEY" {
            return pkcs8(&block.bytes).map_err(|reason| format!("decoding PEM as PKCS#8: {reason}"));
        }
        let Some(kind) = block.kind.strip_suffix(" PRIVATE KEY") else {
            return Err(format!("no private key data in PEM block of type {}", block.kind));
        };
        let damaged = || format!("parsing {kind} private key from PEM: {MALFORMED}");
        match kind {
            "RSA" => {
                let key = RsaKey::from_der(&block.bytes).ok_or_else(damaged)?;
                Ok(PrivateKey::Rsa(Box::new(key)))
            }
            "EC" => sec1(&block.bytes).map_err(|reason| {
                format!("parsing EC private key from PEM: x509: failed to parse EC private key: {reason}")
            }),
            "DSA" => dsa(&block.bytes).ok_or_else(damaged),
            _ => Err(format!("invalid private key type {}", block.kind)),
        }
    }

    /// The public half as it stands in a certificate's last field; empty for DSA.
    pub(super) fn public_bytes(&self) -> Vec<u8> {
        match self {
            PrivateKey::Rsa(key) => key.public_der(),
            PrivateKey::Ecdsa(key) => key.public_key().to_encoded_point(false).as_bytes().to_vec(),
            PrivateKey::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
            PrivateKey::Dsa(_) => Vec::new(),
        }
    }

    /// The public half with the name of its algorithm.
    ///
    /// # Errors
    /// Go's text, for DSA.
    pub(super) fn public_der(&self) -> Result<Vec<u8>, String> {
        let algorithm = match self {
            PrivateKey::Rsa(_) => sequence(&[&oid(RSA_ENCRYPTION), NULL]),
            PrivateKey::Ecdsa(_) => sequence(&[&oid(EC_PUBLIC_KEY), &oid(P256)]),
            PrivateKey::Ed25519(_) => sequence(&[&oid(ED25519)]),
            PrivateKey::Dsa(_) => return Err("x509: unsupported public key type: *dsa.PublicKey".to_owned()),
        };
        Ok(sequence(&[&algorithm, &der::bit_string(&self.public_bytes())]))
    }

    /// The name of the algorithm that the key signs by, in DER.
    ///
    /// # Errors
    /// Go's text, for DSA.
    pub(super) fn signature_algorithm(&self) -> Result<Vec<u8>, String> {
        Ok(match self {
            PrivateKey::Rsa(_) => sequence(&[&oid(SHA256_WITH_RSA), NULL]),
            PrivateKey::Ecdsa(_) => sequence(&[&oid(ECDSA_WITH_SHA256)]),
            PrivateKey::Ed25519(_) => sequence(&[&oid(ED25519)]),
            PrivateKey::Dsa(_) => {
                return Err("x509: certificate private key does not implement crypto.Signer".to_owned());
            }
        })
    }

    /// A signature of a message.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            PrivateKey::Rsa(key) => key.sign(message),
            PrivateKey::Ecdsa(key) => {
                let signature: p256::ecdsa::Signature = p256::ecdsa::SigningKey::from(key).sign(message);
                Some(signature.to_der().as_bytes().to_vec())
            }
            PrivateKey::Ed25519(key) => Some(key.sign(message).to_bytes().to_vec()),
            PrivateKey::Dsa(_) => None,
        }
    }
}

/// What Go says of a key that breaks off; here it stands for all damage.
const MALFORMED: &str = "asn1: syntax error: sequence truncated";

fn pkcs8(bytes: &[u8]) -> Result<PrivateKey, &'static str> {
    let read = || {
        let mut reader = Reader(bytes).sequence()?;
        reader.number()?;
        let mut algorithm = reader.sequence()?;
        let name = algorithm.content(der::OID)?;
        let curve = algorithm.content(der::OID);
        Some((name, curve, reader.content(der::OCTET_STRING)?))
    };
    let (name, curve, key) = read().ok_or(MALFORMED)?;
    match name {
        RSA_ENCRYPTION => RsaKey::from_der(key)
            .map(|key| PrivateKey::Rsa(Box::new(key)))
            .ok_or(MALFORMED),
        EC_PUBLIC_KEY if curve == Some(P256) => sec1(key),
        EC_PUBLIC_KEY => Err("unsupported elliptic curve"),
        ED25519 => {
            let seed = Reader(key)
                .content(der::OCTET_STRING)
                .and_then(|seed| seed.try_into().ok());
            let seed: [u8; 32] = seed.ok_or(MALFORMED)?;
            Ok(PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed)))
        }
        _ => Err("PKCS#8 wrapping contained private key with unknown algorithm"),
    }
}

fn sec1(bytes: &[u8]) -> Result<PrivateKey, &'static str> {
    let read = || {
        let mut reader = Reader(bytes).sequence()?;
        reader.number()?;
        let secret = reader.content(der::OCTET_STRING)?;
        let curve = reader.content(0xa0).and_then(|curve| Reader(curve).content(der::OID));
        Some((secret, curve))
    };
    let (secret, curve) = read().ok_or(MALFORMED)?;
    if curve.is_some_and(|curve| curve != P256) {
        return Err("unsupported elliptic curve");
    }
    let key = p256::SecretKey::from_slice(secret).map_err(|_| MALFORMED)?;
    Ok(PrivateKey::Ecdsa(key))
}

fn dsa(bytes: &[u8]) -> Option<PrivateKey> {
    let mut reader = Reader(bytes).sequence()?;
    reader.number()?;
    let mut numbers = Vec::with_capacity(5);
    for _ in 0..5 {
        numbers.push(reader.number()?);
    }
    let numbers = numbers.try_into().ok()?;
    Some(PrivateKey::Dsa(Dsa { numbers }))
}
