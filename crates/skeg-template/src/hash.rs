//! A quick hash for names. Tables of names in templates are small and live shortly; nobody gains by flooding them,
//! as the author of a template may loop for ever anyway.

use std::hash::{BuildHasherDefault, Hasher};

/// A map from names that hashes quickly.
pub(crate) type NameMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<NameHasher>>;

/// Multiplies and rotates, eight bytes at a time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NameHasher(u64);

impl NameHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(chunk.iter().fold(0, |word, &b| word << 8 | u64::from(b)));
        }
        self.add(
            chunks
                .remainder()
                .iter()
                .fold(bytes.len() as u64, |word, &b| word << 8 | u64::from(b)),
        );
    }

    fn write_u8(&mut self, n: u8) {
        self.add(u64::from(n));
    }

    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }

    fn finish(&self) -> u64 {
        // The table looks at the low bits, the multiplication mixes towards the high ones.
        self.0.rotate_left(26)
    }
}
