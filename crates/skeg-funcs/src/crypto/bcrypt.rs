//! The bcrypt hash of passwords, version `2a`.

use blowfish::Blowfish;

/// The cost that Helm hashes at: two to this power is how often the key is mixed in.
pub(super) const COST: u32 = 10;

const ALPHABET: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The hash of a password under a salt, at a cost below 32: `$2a$10$` and 53 characters.
///
/// # Errors
/// Go's text for passwords over 72 bytes.
pub(super) fn hash(password: &[u8], salt: &[u8; 16], cost: u32) -> Result<String, &'static str> {
    if password.len() > 72 {
        return Err("bcrypt: password length exceeds 72 bytes");
    }
    let key = [password, &[0]].concat();
    let mut state = Blowfish::bc_init_state();
    state.salted_expand_key(salt, &key);
    for _ in 0..1u32 << cost {
        state.bc_expand_key(&key);
        state.bc_expand_key(salt);
    }
    let mut digest = Vec::with_capacity(24);
    for block in b"OrpheanBeholderScryDoubt".chunks_exact(8) {
        let word = |at: usize| u32::from_be_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
        let mut words = [word(0), word(4)];
        for _ in 0..64 {
            words = state.bc_encrypt(words);
        }
        digest.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    }
    // The last byte has always been left out.
    digest.pop();
    Ok(format!("$2a${cost:02}${}{}", encode(salt), encode(&digest)))
}

/// Base64 with an alphabet of its own and without padding.
fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let byte = |position: usize| u32::from(group.get(position).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..=group.len() {
            let digit = bits >> (18 - 6 * position) & 63;
            out.push(char::from(ALPHABET[digit as usize]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::hash;

    // Vectors that all implementations share; their salt is of one letter.
    #[test]
    fn hashes_are_those_of_others() {
        let salt = [0x10, 0x41, 0x04].repeat(6)[..16].try_into().expect("16 bytes");
        for (password, expected) in [
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ] {
            assert_eq!(
                hash(password.as_bytes(), &salt, 5).as_deref(),
                Ok(expected),
                "{password}"
            );
        }
        assert!(hash(&[b'x'; 73], &salt, 5).is_err());
    }
}
