//! Passwords that are computed anew each time: the Master Password algorithm.

use hmac::{Hmac, Mac};
use scrypt::{Params, scrypt};
use sha2::Sha256;

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

/// The templates of a type: each letter stands for a class of characters.
fn templates(kind: &[u8]) -> Option<&'static [&'static str]> {
    Some(match kind {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => return None,
    })
}

fn class(letter: u8) -> &'static [u8] {
    match letter {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

/// The password of a site; the error is Sprig's text, which stands in its place.
pub(super) fn derive(counter: u32, kind: &[u8], password: &[u8], user: &[u8], site: &[u8]) -> Result<Vec<u8>, String> {
    let templates =
        templates(kind).ok_or_else(|| format!("cannot find password template {}", String::from_utf8_lossy(kind)))?;
    let scoped = |text: &[u8]| [SCOPE, &(text.len() as u32).to_be_bytes(), text].concat();
    let failed = |reason: String| format!("failed to derive password: {reason}");
    let mut key = [0; 64];
    let params = Params::new(15, 8, 2, key.len()).map_err(|error| failed(error.to_string()))?;
    scrypt(password, &scoped(user), &params, &mut key).map_err(|error| failed(error.to_string()))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| failed(error.to_string()))?;
    mac.update(&scoped(site));
    mac.update(&counter.to_be_bytes());
    let seed = mac.finalize().into_bytes();
    let pick = |from: &[u8], position: usize| from[usize::from(seed[position]) % from.len()];
    let template = templates[usize::from(seed[0]) % templates.len()];
    let letters = template.bytes().enumerate();
    Ok(letters
        .map(|(position, letter)| pick(class(letter), position + 1))
        .collect())
}
