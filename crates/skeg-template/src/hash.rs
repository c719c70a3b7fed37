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
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        let rest = rest.iter().fold(0, |word, &b| word << 8 | u64::from(b));
        self.add(rest ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, n: u8) {
        self.add(u64::from(n));
    }

    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        // The table looks at the low bits, the multiplication mixes towards the high ones.
        self.0.rotate_left(26)
    }
}

/// Numbers for names, given in the order in which they turn up. The names themselves are kept by the caller, in a list
/// that the numbers count.
#[derive(Default)]
pub(crate) struct Numbers {
    /// A number and one, or zero for none, where the hash of the name leads to; its length is a power of two.
    slots: Vec<u32>,
    count: usize,
}

impl Numbers {
    /// The number of a name, or none where it has none yet. `name_of` gives the name behind a number.
    pub(crate) fn get<'n>(&self, name: &[u8], name_of: impl Fn(u32) -> &'n [u8]) -> Option<u32> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash(name) as usize & mask;
        loop {
            match *self.slots.get(slot)? {
                0 => return None,
                number if name_of(number - 1) == name => return Some(number - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// Gives the next number to a name that has none.
    pub(crate) fn add<'n>(&mut self, name: &[u8], name_of: impl Fn(u32) -> &'n [u8]) -> u32 {
        if self.count * 2 >= self.slots.len() {
            let size = (self.slots.len() * 2).max(32);
            self.slots = vec![0; size];
            for number in 0..self.count as u32 {
                self.put(name_of(number), number);
            }
        }
        let number = self.count as u32;
        self.put(name, number);
        self.count += 1;
        number
    }

    fn put(&mut self, name: &[u8], number: u32) {
        let mask = self.slots.len() - 1;
        let mut slot = hash(name) as usize & mask;
        while self.slots[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = number + 1;
    }
}

fn hash(name: &[u8]) -> u64 {
    let mut hasher = NameHasher::default();
    hasher.write(name);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_numbers_as_the_table_grows() {
        let names: Vec<String> = (0..500).map(|n| format!("name{n}")).collect();
        let name_of = |number: u32| names[number as usize].as_bytes();
        let mut numbers = Numbers::default();
        for (number, name) in names.iter().enumerate() {
            assert_eq!(numbers.get(name.as_bytes(), name_of), None, "{name}");
            assert_eq!(numbers.add(name.as_bytes(), name_of), number as u32, "{name}");
        }
        for (number, name) in names.iter().enumerate() {
            assert_eq!(numbers.get(name.as_bytes(), name_of), Some(number as u32), "{name}");
        }
    }
}
