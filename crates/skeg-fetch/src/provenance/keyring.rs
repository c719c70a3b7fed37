//! Keys, with the names of their owners, from a file as GnuPG exports it.
//!
//! In: a binary export, one in armor, or a keybox. Out: the keys whose owners' names are
//! certified by the key itself, in the order of the file. A key that breaks a rule is passed over, as Helm does.
//!
//! # Source
//! spec/lifecycle.md 9.7.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{
    KeyFlags, Packet, PublicKey, PublicSubkey, SecretKey, Signature, SignatureType, SubpacketData, UserId,
};
use pgp::types::{Fingerprint, KeyDetails, KeyId, KeyVersion, Tag, VerifyingKey};
use skeg_value::quote::quote;

use super::forms;
use super::packets::{Fault, Packets};
use crate::error::FetchError;

/// The keys of a file.
#[derive(Debug)]
pub struct Keyring {
    pub(super) keys: Vec<Key>,
}

/// A key, its owners and the keys below it.
#[derive(Debug)]
pub struct Key {
    pub(super) primary: PublicKey,
    pub(super) secret: Option<SecretKey>,
    pub(super) owners: Vec<Owner>,
    pub(super) subkeys: Vec<Subkey>,
    pub(super) revocations: Vec<Signature>,
    /// A signature about the key itself: what a key of version 6 says of itself.
    direct: Option<Signature>,
}

/// One name of a key's owner.
#[derive(Debug)]
pub(super) struct Owner {
    pub name: String,
    /// The newest certification by the key itself.
    pub certification: Option<Signature>,
    pub revocations: Vec<Signature>,
}

/// A key that is vouched for by the one above it.
#[derive(Debug)]
pub(super) struct Subkey {
    pub key: PublicSubkey,
    /// The newest signature that binds it.
    pub binding: Signature,
    pub revocations: Vec<Signature>,
}

impl Keyring {
    /// Reads a file of keys: a binary export, one in armor, or a keybox.
    ///
    /// # Errors
    /// `open PATH: …`, or why there are no keys to be found in it.
    pub fn open(path: &Path) -> Result<Self, FetchError> {
        let bytes = fs::read(path).map_err(|error| {
            let operation = if error.kind() == ErrorKind::IsADirectory {
                "read"
            } else {
                "open"
            };
            FetchError::io(operation, path, &error)
        })?;
        let told =
            |what: &str, reason: String| FetchError::Message(format!("reading {what} {}: {reason}", path.display()));
        if forms::is_keybox(&bytes) {
            let packets = forms::of_keybox(&bytes).map_err(|reason| told("keybox", reason))?;
            return Keyring::parse(&packets);
        }
        if !forms::is_armored(&bytes) {
            return Keyring::parse(&bytes);
        }
        let failed = |reason| told("armored keyring", reason);
        let mut keys = Vec::new();
        for block in forms::of_armor(&bytes).map_err(failed)? {
            keys.extend(Keyring::parse(&block).map_err(|error| failed(error.to_string()))?.keys);
        }
        if keys.is_empty() {
            return Err(failed("no keys found".to_owned()));
        }
        Ok(Keyring { keys })
    }

    /// Reads keys from a binary export.
    ///
    /// # Errors
    /// `openpgp: invalid data: …` where the bytes are no binary export of keys.
    pub fn parse(bytes: &[u8]) -> Result<Self, FetchError> {
        let mut packets = Packets::new(bytes);
        let (mut keys, mut last) = (Vec::new(), None);
        loop {
            match read_key(&mut packets) {
                Ok(None) => break,
                Ok(Some(key)) => keys.push(key),
                Err(Fault::Key(message)) => {
                    last = Some(message);
                    if !skip(&mut packets).map_err(|fault| FetchError::Message(fault.message()))? {
                        break;
                    }
                }
                Err(Fault::All(message)) => return Err(FetchError::Message(message)),
            }
        }
        match last {
            Some(message) if keys.is_empty() => Err(FetchError::Message(message)),
            _ => Ok(Keyring { keys }),
        }
    }

    /// The key with an owner of this name, or else the only one with an owner whose name contains it; none if there is
    /// no such key.
    ///
    /// # Errors
    /// `more than one key contain the id "ID"`.
    pub fn find(&self, id: &str) -> Result<Option<&Key>, FetchError> {
        let owners = || {
            self.keys
                .iter()
                .flat_map(|key| key.owners.iter().map(move |owner| (key, owner)))
        };
        if let Some((key, _)) = owners().find(|(_, owner)| owner.name == id) {
            return Ok(Some(key));
        }
        let mut like = owners().filter(|(_, owner)| owner.name.contains(id));
        match (like.next(), like.next()) {
            (Some(_), Some(_)) => Err(FetchError::Message(format!(
                "more than one key contain the id {}",
                quote(id.as_bytes())
            ))),
            (found, _) => Ok(found.map(|(key, _)| key)),
        }
    }
}

impl Key {
    /// The names of the owners: `NAME (COMMENT) <ADDRESS>`, by custom.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        self.owners.iter().map(|owner| owner.name.as_str())
    }

    /// The fingerprint in hexadecimal, capital letters.
    pub fn fingerprint(&self) -> String {
        let fingerprint: Fingerprint = self.primary.fingerprint();
        fingerprint
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect()
    }

    /// The signature that says what the key is for, and the owner it is about.
    pub(super) fn self_signature(&self) -> Option<(&Signature, Option<&Owner>)> {
        if self.primary.version() == KeyVersion::V6 {
            return self.direct.as_ref().map(|signature| (signature, None));
        }
        let owner = self
            .owners
            .iter()
            .reduce(|best, other| if is_preferred(best, other) { other } else { best })?;
        owner.certification.as_ref().map(|signature| (signature, Some(owner)))
    }
}

/// Whether the second owner stands for the key rather than the first: the first is revoked more often, or the second is
/// the one marked as primary, or certified later.
fn is_preferred(best: &Owner, other: &Owner) -> bool {
    if best.revocations.len() != other.revocations.len() {
        return best.revocations.len() > other.revocations.len();
    }
    match (&best.certification, &other.certification) {
        (None, _) => true,
        (_, None) => false,
        (Some(best), Some(other)) if best.is_primary() != other.is_primary() => other.is_primary(),
        (Some(best), Some(other)) => other.created() > best.created(),
    }
}

/// What a signature says that its key is for; none if it says nothing.
pub(super) fn flags(signature: &Signature) -> Option<&KeyFlags> {
    signature
        .config()?
        .hashed_subpackets()
        .find_map(|subpacket| match &subpacket.data {
            SubpacketData::KeyFlags(flags) => Some(flags),
            _ => None,
        })
}

/// The key that a signature says it is by.
pub(super) fn issuer(signature: &Signature) -> Option<KeyId> {
    if let Some(id) = signature.issuer_key_id().first() {
        return Some(**id);
    }
    let fingerprint = signature.issuer_fingerprint().first().copied()?;
    let bytes = fingerprint.as_bytes();
    let id = if fingerprint.version() == Some(KeyVersion::V6) {
        bytes.get(..8)?
    } else {
        bytes.get(bytes.len().checked_sub(8)?..)?
    };
    id.try_into().ok().map(|id: [u8; 8]| KeyId::from(id))
}

fn is_by(signature: &Signature, key: &PublicKey) -> bool {
    match signature.issuer_fingerprint().first() {
        Some(fingerprint) => **fingerprint == key.fingerprint(),
        None => issuer(signature) == Some(key.legacy_key_id()),
    }
}

/// Passes over what is left of a broken key. False at the end.
///
/// Only a public key is taken for the beginning of the next one: Helm loses the secret keys after a broken one.
fn skip(packets: &mut Packets<'_>) -> Result<bool, Fault> {
    while let Some(packet) = packets.next()? {
        if matches!(packet, Packet::PublicKey(_)) {
            packets.unread(packet);
            return Ok(true);
        }
    }
    Ok(false)
}

fn read_key(packets: &mut Packets<'_>) -> Result<Option<Key>, Fault> {
    let Some(first) = packets.next()? else { return Ok(None) };
    let (primary, secret) = match first {
        Packet::PublicKey(key) => (key, None),
        Packet::SecretKey(key) => (key.public_key().clone(), Some(key)),
        other => {
            packets.unread(other);
            return Err(Fault::invalid("first packet was not a public/private key"));
        }
    };
    if !can_sign(primary.algorithm()) {
        return Err(Fault::invalid("primary key cannot be used for signatures"));
    }
    let mut key = Key {
        primary,
        secret,
        owners: Vec::new(),
        subkeys: Vec::new(),
        revocations: Vec::new(),
        direct: None,
    };
    let mut revocations = Vec::new();
    while let Some(packet) = packets.next()? {
        match packet {
            Packet::UserId(owner) => read_owner(&mut key, packets, &owner)?,
            Packet::PublicSubkey(subkey) => read_subkey(&mut key, packets, subkey)?,
            Packet::SecretSubkey(subkey) => read_subkey(&mut key, packets, subkey.public_key().clone())?,
            Packet::Signature(signature) => match signature.typ() {
                Some(SignatureType::KeyRevocation) => revocations.push(signature),
                Some(SignatureType::Key) if is_by(&signature, &key.primary) && is_newer(&signature, &key.direct) => {
                    key.direct = Some(signature);
                }
                _ => {}
            },
            Packet::PublicKey(_) | Packet::SecretKey(_) => {
                packets.unread(packet);
                break;
            }
            _ => {}
        }
    }
    if key.primary.version() == KeyVersion::V6 {
        let direct = key
            .direct
            .as_ref()
            .ok_or_else(|| Fault::invalid("v6 entity without a valid direct-key signature"))?;
        direct
            .verify_key(&key.primary)
            .map_err(|_| Fault::invalid("invalid direct-key self-signature for v6 primary key"))?;
    } else if key.owners.is_empty() {
        return Err(Fault::invalid("v4 entity without any identities"));
    }
    if revocations
        .iter()
        .any(|revocation| revocation.verify_key(&key.primary).is_err())
    {
        return Err(Fault::invalid("revocation signature signed by alternate key"));
    }
    key.revocations = revocations;
    Ok(Some(key))
}

fn can_sign(algorithm: PublicKeyAlgorithm) -> bool {
    use PublicKeyAlgorithm as A;
    matches!(
        algorithm,
        A::RSA | A::RSASign | A::DSA | A::ECDSA | A::EdDSALegacy | A::Ed25519 | A::Ed448
    )
}

fn is_newer(signature: &Signature, than: &Option<Signature>) -> bool {
    than.as_ref().is_none_or(|than| signature.created() > than.created())
}

fn read_owner(key: &mut Key, packets: &mut Packets<'_>, id: &UserId) -> Result<(), Fault> {
    let mut owner = Owner {
        name: String::from_utf8_lossy(id.id()).into_owned(),
        certification: None,
        revocations: Vec::new(),
    };
    let mut is_certified = false;
    while let Some(signature) = next_signature(packets)? {
        let is_revocation = signature.typ() == Some(SignatureType::CertRevocation);
        if !signature.is_certification() && !is_revocation {
            return Err(Fault::invalid("user ID signature with wrong type"));
        }
        if !is_by(&signature, &key.primary) {
            continue;
        }
        signature
            .verify_certification(&key.primary, Tag::UserId, id)
            .map_err(|_| {
                let reason = wrong(key.primary.algorithm());
                Fault::invalid(&format!("user ID self-signature invalid: {reason}"))
            })?;
        is_certified = true;
        if is_revocation {
            owner.revocations.push(signature);
        } else if is_newer(&signature, &owner.certification) {
            owner.certification = Some(signature);
        }
    }
    if is_certified {
        key.owners.retain(|other| other.name != owner.name);
        key.owners.push(owner);
    }
    Ok(())
}

fn read_subkey(key: &mut Key, packets: &mut Packets<'_>, subkey: PublicSubkey) -> Result<(), Fault> {
    let invalid = |reason: &str| Fault::invalid(&format!("subkey signature invalid: {reason}"));
    let (mut binding, mut revocations) = (None, Vec::new());
    while let Some(signature) = next_signature(packets).map_err(|fault| invalid(&fault.message()))? {
        let is_revocation = signature.typ() == Some(SignatureType::SubkeyRevocation);
        if signature.typ() != Some(SignatureType::SubkeyBinding) && !is_revocation {
            return Err(Fault::invalid("subkey signature with wrong type"));
        }
        signature
            .verify_subkey_binding(&key.primary, &subkey)
            .map_err(|_| invalid(&wrong(key.primary.algorithm())))?;
        if flags(&signature).is_some_and(KeyFlags::sign) {
            // A key that signs has to agree to being below this one.
            let back = signature
                .embedded_signature()
                .ok_or_else(|| invalid("openpgp: invalid data: signing subkey is missing cross-signature"))?;
            back.verify_primary_key_binding(&subkey, &key.primary).map_err(|_| {
                let reason = wrong(subkey.algorithm());
                invalid(&format!(
                    "openpgp: invalid data: error while verifying cross-signature: {reason}"
                ))
            })?;
        }
        if is_revocation {
            revocations.push(signature);
        } else if is_newer(&signature, &binding) {
            binding = Some(signature);
        }
    }
    let binding = binding.ok_or_else(|| Fault::invalid("subkey packet not followed by signature"))?;
    key.subkeys.push(Subkey {
        key: subkey,
        binding,
        revocations,
    });
    Ok(())
}

fn next_signature(packets: &mut Packets<'_>) -> Result<Option<Signature>, Fault> {
    Ok(match packets.next()? {
        Some(Packet::Signature(signature)) => Some(signature),
        Some(other) => {
            packets.unread(other);
            None
        }
        None => None,
    })
}

/// What is said of a signature that does not fit.
pub(super) fn wrong(algorithm: PublicKeyAlgorithm) -> String {
    use PublicKeyAlgorithm as A;
    let name = match algorithm {
        A::RSA | A::RSASign => "RSA",
        A::DSA => "DSA",
        A::ECDSA => "ECDSA",
        A::EdDSALegacy => "EdDSA",
        A::Ed25519 => "Ed25519",
        A::Ed448 => "ed448",
        _ => return "openpgp: invalid argument: public key cannot generate signatures".to_owned(),
    };
    format!("openpgp: invalid signature: {name} verification failure")
}

/// What a key and a subkey have in common.
pub(super) fn fits(signature: &Signature, key: &impl VerifyingKey, signed: &[u8]) -> Result<(), String> {
    let is_same = signature
        .config()
        .is_some_and(|config| config.pub_alg == key.algorithm());
    if !is_same {
        return Err("openpgp: invalid argument: public key and signature use different algorithms".to_owned());
    }
    signature.verify(key, signed).map_err(|_| wrong(key.algorithm()))
}
