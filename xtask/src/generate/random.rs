//! Random choices that depend on nothing but the seed (splitmix64), so that every finding can be had again.

/// A source of choices.
pub(crate) struct Random(u64);

impl Random {
    /// The choices of a seed.
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// True `percent` times of a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items.
    pub(crate) fn pick<'i, T: ?Sized>(&mut self, items: &[&'i T]) -> &'i T {
        items[self.below(items.len())]
    }

    /// Some text: one of the pool, or made of the letters.
    pub(crate) fn text<'p>(&mut self, pool: &[&'p str], letters: &str) -> std::borrow::Cow<'p, str> {
        if self.chance(60) {
            return self.pick(pool).into();
        }
        let letters: Vec<char> = letters.chars().collect();
        (0..self.below(12))
            .map(|_| letters[self.below(letters.len())])
            .collect::<String>()
            .into()
    }
}
