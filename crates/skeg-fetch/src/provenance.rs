//! Where a chart's archive comes from: `ARCHIVE.prov`, its metadata and its digest in a signed message.
//!
//! In: the bytes of an archive and keys as GnuPG keeps them. Out: the text of the provenance file, or whose it is.
//!
//! Passphrases and secret keys are in no message, log line or debug output.
//!
//! # Source
//! spec/lifecycle.md 9.7 and 9.8.

mod check;
mod cleartext;
mod forms;
mod keyring;
mod packets;

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    Notation, PacketTrait, SecretKey, SignatureConfig, SignatureType, SignatureVersionSpecific, Subpacket,
    SubpacketData,
};
use pgp::types::{KeyDetails, KeyVersion, Password, S2kParams, SecretParams, StringToKey, Timestamp};
use sha2::{Digest, Sha256};
use skeg_value::quote::quote;
use skeg_value::{Map, Value, yaml};

use crate::error::{FetchError, reason};

pub use keyring::{Key, Keyring};

/// The name of the random note that keeps two signatures of one text from being equal.
const SALT_NOTE: &str = "salt@notations.openpgpjs.org";
/// Bytes of salt for SHA-512.
const SALT: usize = 32;
/// The kind of secret key that GnuPG writes where the key itself is elsewhere, on a card for example.
const GNU_DUMMY: u8 = 101;

/// An archive whose provenance is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Names of the owners of the key that signed it.
    pub signed_by: Vec<String>,
    /// The key's fingerprint in hexadecimal, capital letters.
    pub fingerprint: String,
    /// The archive's digest: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
}

/// A secret key that is ready to sign.
///
/// It has no debug output on purpose.
pub struct SigningKey(SecretKey);

impl Key {
    /// The secret key. `ask` is called with an owner's name for the passphrase, if it needs one.
    ///
    /// # Errors
    /// That there is no secret key, that `ask` failed, that the passphrase is wrong.
    pub fn unlock(&self, ask: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>) -> Result<SigningKey, FetchError> {
        let Some(secret) = &self.secret else {
            return Err(message(
                "provided key is not a private key. Try providing a keyring with secret keys",
            ));
        };
        let mut secret = secret.clone();
        if let SecretParams::Encrypted(locked) = secret.secret_params() {
            let how = locked.string_to_key_params();
            if let S2kParams::Cfb { s2k, .. } | S2kParams::MalleableCfb { s2k, .. } | S2kParams::Aead { s2k, .. } = how
                && matches!(s2k, StringToKey::Private { typ: GNU_DUMMY, .. })
            {
                return Err(message(
                    "failed to either sign or armor message block: openpgp: s2k GNU dummy key: dummy key found",
                ));
            }
            let refusal = match how {
                S2kParams::Aead { .. } => "cipher: message authentication failed",
                _ => "openpgp: invalid data: private key checksum failure",
            };
            let passphrase = Password::Static(ask(self.owners().next().unwrap_or("Unknown")).map_err(message)?.into());
            secret.remove_password(&passphrase).map_err(|_| message(refusal))?;
        }
        Ok(SigningKey(secret))
    }
}

/// The text of the provenance file of an archive.
///
/// - `name`: the archive's file name.
/// - `metadata`: the chart's metadata as YAML.
/// - `now`: the time that the signature bears.
///
/// # Errors
/// A key that cannot sign; a system without random numbers.
pub fn sign(
    archive: &[u8],
    name: &str,
    metadata: &[u8],
    key: &SigningKey,
    now: SystemTime,
) -> Result<Vec<u8>, FetchError> {
    let sums: Map = [(name.into(), digest(archive).into())].into_iter().collect();
    let sums: Map = [("files".into(), sums.into())].into_iter().collect();
    let mut text = metadata.to_vec();
    text.extend_from_slice(b"\n...\n");
    yaml::emit::encode(&sums.into(), &mut text).map_err(|error| message(error.to_string()))?;
    let failed = |error: pgp::errors::Error| message(format!("failed to either sign or armor message block: {error}"));
    let config = signature_config(&key.0, now).map_err(failed)?;
    let signature = config
        .sign(&key.0, &Password::empty(), &cleartext::canonical(&text)[..])
        .map_err(failed)?;
    let mut packet = Vec::new();
    signature.to_writer_with_header(&mut packet).map_err(failed)?;
    Ok(cleartext::encode(&text, "SHA512", &packet))
}

/// The signature that is to be made: what Helm puts into it, in the same order.
fn signature_config(key: &SecretKey, now: SystemTime) -> pgp::errors::Result<SignatureConfig> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(|error| std::io::Error::other(error.to_string()))?;
    let made = Timestamp::try_from(now).unwrap_or_default();
    let mut config = SignatureConfig::v4(SignatureType::Text, key.algorithm(), HashAlgorithm::Sha512);
    let mut put = vec![Subpacket::critical(SubpacketData::SignatureCreationTime(made))?];
    if key.version() == KeyVersion::V6 {
        config.version_specific = SignatureVersionSpecific::V6 { salt: salt.to_vec() };
    } else {
        put.push(Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id()))?);
        put.push(Subpacket::regular(SubpacketData::Notation(Notation {
            readable: false,
            name: SALT_NOTE.into(),
            value: salt.to_vec().into(),
        }))?);
    }
    put.push(Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))?);
    config.hashed_subpackets = put;
    Ok(config)
}

/// Checks a provenance file: who signed it, and that it is about this archive.
///
/// # Errors
/// Helm's message: no signature, one that is false, by a stranger, revoked or too old, another archive.
pub fn verify(
    archive: &[u8],
    provenance: &[u8],
    name: &str,
    ring: &Keyring,
    now: SystemTime,
) -> Result<Verified, FetchError> {
    let block = cleartext::decode(provenance).ok_or_else(|| message("signature block not found"))?;
    let packets = block.signature.map_err(message)?;
    let now = Timestamp::try_from(now).unwrap_or_default();
    let key = check::signer(ring, &block.signed, &packets, now).map_err(message)?;
    let digest = digest(archive);
    let known = known_digest(&block.text, name)?.ok_or_else(|| {
        message(format!(
            "provenance does not contain a SHA for a file named {}",
            quoted(name)
        ))
    })?;
    if known != digest {
        return Err(message(format!(
            "sha256 sum does not match for {name}: {} != {}",
            quoted(&known),
            quoted(&digest)
        )));
    }
    Ok(Verified {
        signed_by: key.owners().map(str::to_owned).collect(),
        fingerprint: key.fingerprint(),
        digest,
    })
}

/// Checks an archive on the disk.
///
/// # Errors
/// Helm's message: something else than an archive, a missing file, and what [`verify`] finds.
pub fn verify_files(archive: &Path, provenance: &Path, ring: &Path) -> Result<Verified, FetchError> {
    let metadata = fs::metadata(archive).map_err(|error| FetchError::io("stat", archive, &error))?;
    if metadata.is_dir() {
        return Err(message("unpacked charts cannot be verified"));
    }
    if !archive
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("tgz"))
    {
        return Err(message("chart must be a tgz file"));
    }
    if let Err(error) = fs::metadata(provenance) {
        let shown = provenance.display();
        let reason = reason(&error);
        return Err(message(format!(
            "could not load provenance file {shown}: stat {shown}: {reason}"
        )));
    }
    let ring = Keyring::open(ring).map_err(|error| message(format!("failed to load keyring: {error}")))?;
    let read = |path: &Path, what: &str| {
        fs::read(path).map_err(|error| {
            message(format!(
                "failed to read {what}: {}",
                FetchError::io("open", path, &error)
            ))
        })
    };
    let bytes = read(archive, "chart archive")?;
    let text = read(provenance, "provenance file")?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    verify(&bytes, &text, &name, &ring, SystemTime::now())
}

/// The digest that a message tells for an archive.
fn known_digest(text: &[u8], name: &str) -> Result<Option<String>, FetchError> {
    const MARK: &[u8] = b"\n...\n";
    let find = |text: &[u8]| text.windows(MARK.len()).position(|window| window == MARK);
    let start = find(text).ok_or_else(|| message("message block must have at least two parts"))? + MARK.len();
    let rest = &text[start..];
    let sums = &rest[..find(rest).unwrap_or(rest.len())];
    let sums = yaml::decode_typed(sums).map_err(|error| message(error.to_string()))?;
    let files = sums.as_map().and_then(|sums| sums.get(b"files"));
    Ok(files
        .as_ref()
        .and_then(Value::as_map)
        .and_then(|files| files.get(name.as_bytes()))
        .and_then(|sum| yaml::scalar_text(&sum))
        .map(|sum| sum.to_str_lossy().into_owned()))
}

fn digest(archive: &[u8]) -> String {
    let digits: String = Sha256::digest(archive)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256:{digits}")
}

fn quoted(text: &str) -> String {
    quote(text.as_bytes())
}

fn message(text: impl Into<String>) -> FetchError {
    FetchError::Message(text.into())
}
