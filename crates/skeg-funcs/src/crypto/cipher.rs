//! Texts encrypted by a password: AES-256 in CBC mode, in Base64.

use aes::Aes256;
use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockDecrypt, BlockEncrypt, KeyInit};

use crate::encoding::{decode64, encode_base64};

const BLOCK: usize = 16;

/// The password cut off or filled up with zeros.
fn cipher(password: &[u8]) -> Aes256 {
    let mut key = [0; 32];
    let length = password.len().min(key.len());
    key[..length].copy_from_slice(&password[..length]);
    Aes256::new(&GenericArray::from(key))
}

/// The text in Base64, its vector first.
pub(super) fn encrypt(password: &[u8], text: &[u8], vector: [u8; BLOCK]) -> Vec<u8> {
    let cipher = cipher(password);
    let padding = BLOCK - text.len() % BLOCK;
    let mut out = Vec::with_capacity(BLOCK + text.len() + padding);
    out.extend_from_slice(&vector);
    out.extend_from_slice(text);
    out.extend(std::iter::repeat_n(padding as u8, padding));
    let mut previous = vector;
    for block in out[BLOCK..].chunks_exact_mut(BLOCK) {
        for (byte, other) in block.iter_mut().zip(previous) {
            *byte ^= other;
        }
        cipher.encrypt_block(GenericArray::from_mut_slice(block));
        previous.copy_from_slice(block);
    }
    encode_base64(&out)
}

/// The text again.
///
/// # Errors
/// Go's text: of its Base64 decoder, or of its panics where the length is wrong.
pub(super) fn decrypt(password: &[u8], encrypted: &[u8]) -> Result<Vec<u8>, String> {
    if encrypted.is_empty() {
        return Ok(Vec::new());
    }
    let bytes = decode64(encrypted).map_err(|offset| format!("illegal base64 data at input byte {offset}"))?;
    let Some((vector, blocks)) = bytes.split_first_chunk::<BLOCK>() else {
        let capacity = encrypted.len() / 4 * 3;
        return Err(format!(
            "runtime error: slice bounds out of range [:16] with capacity {capacity}"
        ));
    };
    if blocks.len() % BLOCK != 0 {
        return Err("crypto/cipher: input not full blocks".to_owned());
    }
    let cipher = cipher(password);
    let mut out = blocks.to_vec();
    let mut previous = *vector;
    for (block, encrypted) in out.chunks_exact_mut(BLOCK).zip(blocks.chunks_exact(BLOCK)) {
        cipher.decrypt_block(GenericArray::from_mut_slice(block));
        for (byte, other) in block.iter_mut().zip(previous) {
            *byte ^= other;
        }
        previous.copy_from_slice(encrypted);
    }
    let Some(&padding) = out.last() else {
        return Err("runtime error: index out of range [-1]".to_owned());
    };
    // What the last byte says is not checked any further, so a wrong password may yield rubbish.
    match out.len().checked_sub(usize::from(padding)) {
        Some(length) => out.truncate(length),
        None => {
            let below = usize::from(padding) - out.len();
            return Err(format!("runtime error: slice bounds out of range [:-{below}]"));
        }
    }
    Ok(out)
}
