//! Who made a signature, and whether it counts.
//!
//! # Source
//! spec/lifecycle.md 9.7.

use pgp::packet::{KeyFlags, Packet, Signature, SignatureType, SubpacketData};
use pgp::types::{Duration, KeyDetails, Timestamp};

use super::keyring::{Key, Keyring, Subkey, fits, flags, issuer};
use super::packets::{Fault, Packets};

/// The key in the ring that made one of the signatures in `packets`, the first that is by a key which may sign.
///
/// # Errors
/// Why there is none, or why its signature does not count.
pub(super) fn signer<'k>(ring: &'k Keyring, signed: &[u8], packets: &[u8], now: Timestamp) -> Result<&'k Key, String> {
    let mut packets = Packets::new(packets);
    let (signature, candidates) = loop {
        let Some(packet) = packets.next().map_err(Fault::message)? else {
            return Err("openpgp: signature made by unknown entity".to_owned());
        };
        let Packet::Signature(signature) = packet else {
            return Err("openpgp: invalid data: non signature packet found".to_owned());
        };
        let id =
            issuer(&signature).ok_or_else(|| "openpgp: invalid data: signature doesn't have an issuer".to_owned())?;
        let mut candidates: Vec<(&Key, Option<&Subkey>)> = Vec::new();
        for key in &ring.keys {
            let may_sign = |own: Option<&Signature>| own.and_then(flags).is_some_and(KeyFlags::sign);
            if key.primary.legacy_key_id() == id && may_sign(key.self_signature().map(|(own, _)| own)) {
                candidates.push((key, None));
            }
            for subkey in &key.subkeys {
                if subkey.key.legacy_key_id() == id && may_sign(Some(&subkey.binding)) {
                    candidates.push((key, Some(subkey)));
                }
            }
        }
        if !candidates.is_empty() {
            break (signature, candidates);
        }
    };
    if !matches!(signature.typ(), Some(SignatureType::Binary | SignatureType::Text)) {
        let number = signature.typ().map_or(0, u8::from);
        return Err(format!(
            "openpgp: unsupported feature: unsupported signature type: {number}"
        ));
    }
    let mut reason = String::new();
    for (key, subkey) in candidates {
        let fit = match subkey {
            None => fits(&signature, &key.primary, signed),
            Some(subkey) => fits(&signature, &subkey.key, signed),
        };
        match fit {
            Ok(()) => return counts(&signature, key, subkey, now).map(|()| key),
            Err(why) => reason = why,
        }
    }
    Err(reason)
}

/// Whether a signature that fits counts: nothing of what it stands on is revoked or too old.
fn counts(signature: &Signature, key: &Key, subkey: Option<&Subkey>, now: Timestamp) -> Result<(), String> {
    let (own, owner) = key
        .self_signature()
        .ok_or_else(|| "openpgp: signature made by unknown entity".to_owned())?;
    let mut chain = vec![signature, own];
    if let Some(subkey) = subkey {
        chain.push(&subkey.binding);
        chain.extend(subkey.binding.embedded_signature());
    }
    if let Some(name) = chain.iter().find_map(|signature| critical_notation(signature)) {
        return Err(format!("openpgp: invalid signature: unknown critical notation: {name}"));
    }
    let revoked = |revocations: &[Signature]| revocations.iter().any(|revocation| revokes(revocation, now));
    if revoked(&key.revocations)
        || subkey.is_some_and(|subkey| revoked(&subkey.revocations))
        || owner.is_some_and(|owner| revoked(&owner.revocations))
    {
        return Err("openpgp: signature made by revoked key".to_owned());
    }
    let is_old = |made: Timestamp, own: &Signature| made > now || is_over(made, own.key_expiration_time(), now);
    if is_old(key.primary.created_at(), own)
        || subkey.is_some_and(|subkey| is_old(subkey.key.created_at(), &subkey.binding))
    {
        return Err("openpgp: key expired".to_owned());
    }
    let is_over = |signature: &&Signature| {
        let made = signature.created().unwrap_or_default();
        made > now || is_over(made, signature.signature_expiration_time(), now)
    };
    if chain.iter().any(is_over) {
        return Err("openpgp: signature expired".to_owned());
    }
    Ok(())
}

fn is_over(start: Timestamp, lifetime: Option<Duration>, now: Timestamp) -> bool {
    let lifetime = lifetime.map_or(0, Duration::as_secs);
    lifetime != 0 && u64::from(now.as_secs()) > u64::from(start.as_secs()) + u64::from(lifetime)
}

/// Whether a revocation is in force. One for the reason that the key is compromised always was.
fn revokes(revocation: &Signature, now: Timestamp) -> bool {
    use pgp::packet::RevocationCode;
    if revocation.revocation_reason_code() == Some(&RevocationCode::KeyCompromised) {
        return true;
    }
    let made = revocation.created().unwrap_or_default();
    !(made > now || is_over(made, revocation.signature_expiration_time(), now))
}

fn critical_notation(signature: &Signature) -> Option<String> {
    signature
        .config()?
        .hashed_subpackets()
        .find_map(|subpacket| match &subpacket.data {
            SubpacketData::Notation(notation) if subpacket.is_critical => {
                Some(String::from_utf8_lossy(&notation.name).into_owned())
            }
            _ => None,
        })
}
