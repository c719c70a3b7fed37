//! The natural order in which the Go YAML encoders write the keys of a map.
//!
//! In: two keys; out: which comes first. The relation is not transitive (`v10 < v1alpha1 < v2 < v10`), so the sort here
//! is a plain insertion or merge sort that accepts any relation; for such key sets the reference's own order varies
//! from run to run.
//!
//! # Source
//! spec/rendering.md 3.4 (key order) and 3.5.

use crate::unicode::{is_digit, is_letter};

/// Which of the two encoders' orders is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyOrder {
    /// `toYaml`: where a letter meets a non-letter, the non-letter comes first.
    V2,
    /// `toYamlPretty`: the same, except right after a digit, where the letter comes first.
    V3,
}

impl KeyOrder {
    /// Whether key `a` comes strictly before key `b`.
    pub(super) fn less(self, a: &[u8], b: &[u8]) -> bool {
        let common = a.iter().zip(b).position(|(x, y)| x != y);
        match common {
            Some(at) if a[at].is_ascii() && b[at].is_ascii() && a[..at].is_ascii() => self.less_ascii(a, b, at),
            None if a.len() == b.len() => false,
            None if a.is_ascii() && b.is_ascii() => a.len() < b.len(),
            _ => self.less_chars(&chars(a), &chars(b)),
        }
    }

    /// Both keys are ASCII up to and including `at`, the first place where they differ.
    fn less_ascii(self, a: &[u8], b: &[u8], at: usize) -> bool {
        let (x, y) = (a[at], b[at]);
        match (x.is_ascii_alphabetic(), y.is_ascii_alphabetic()) {
            (true, true) => x < y,
            (false, false) => {
                if !x.is_ascii_digit() && !y.is_ascii_digit() && next_is_plain(a, at) && next_is_plain(b, at) {
                    return x < y;
                }
                self.less_chars(&chars(a), &chars(b))
            }
            (x_is_letter, _) => {
                let after_digit = at > 0 && a[at - 1].is_ascii_digit();
                if self == KeyOrder::V3 && after_digit {
                    x_is_letter
                } else {
                    !x_is_letter
                }
            }
        }
    }

    fn less_chars(self, a: &[char], b: &[char]) -> bool {
        let Some(at) = a.iter().zip(b).position(|(x, y)| x != y) else {
            return a.len() < b.len();
        };
        let (x, y) = (a[at], b[at]);
        match (is_letter(x), is_letter(y)) {
            (true, true) => return x < y,
            (false, false) => {}
            (x_is_letter, _) => {
                let after_digit = at > 0 && is_digit(a[at - 1]);
                return if self == KeyOrder::V3 && after_digit {
                    x_is_letter
                } else {
                    !x_is_letter
                };
            }
        }
        // A zero inside a number must not count as a leading zero: `101` against `11`.
        let inside_number =
            (x == '0' || y == '0') && a[..at].iter().rev().take_while(|&&c| is_digit(c)).any(|&c| c != '0');
        let start = i64::from(inside_number);
        let (x_number, x_length) = number(&a[at..], start);
        let (y_number, y_length) = number(&b[at..], start);
        (x_number, x_length, x) < (y_number, y_length, y)
    }

    /// Sorts entries by key in this order.
    pub(super) fn sort<T>(self, entries: &mut Vec<(&[u8], T)>) {
        if entries.windows(2).all(|pair| !self.less(pair[1].0, pair[0].0)) {
            return;
        }
        if entries.len() <= 12 {
            for end in 1..entries.len() {
                let mut at = end;
                while at > 0 && self.less(entries[at].0, entries[at - 1].0) {
                    entries.swap(at, at - 1);
                    at -= 1;
                }
            }
        } else {
            let right = entries.split_off(entries.len() / 2);
            let mut left = std::mem::take(entries);
            let mut right = right;
            self.sort(&mut left);
            self.sort(&mut right);
            entries.reserve(left.len() + right.len());
            let mut right = right.into_iter().peekable();
            for entry in left {
                while let Some(earlier) = right.next_if(|other| self.less(other.0, entry.0)) {
                    entries.push(earlier);
                }
                entries.push(entry);
            }
            entries.extend(right);
        }
    }
}

/// Sorts entries by key as the YAML v3 encoder (`toYamlPretty`) writes them.
pub fn sort_v3<T>(entries: &mut Vec<(&[u8], T)>) {
    KeyOrder::V3.sort(entries);
}

/// Whether no digit run can start after `at`'s character, so that the characters there decide alone.
fn next_is_plain(key: &[u8], at: usize) -> bool {
    !key[at].is_ascii_digit()
}

/// The value (wrapping, as Go's int64 does) and the length of the run of digits at the start, read after `start`.
fn number(text: &[char], start: i64) -> (i64, usize) {
    let length = text.iter().take_while(|&&c| is_digit(c)).count();
    let value = text[..length].iter().fold(start, |value, &digit| {
        value
            .wrapping_mul(10)
            .wrapping_add(i64::from(u32::from(digit)) - i64::from(b'0'))
    });
    (value, length)
}

/// Go's `[]rune(key)`: each invalid byte is U+FFFD.
fn chars(key: &[u8]) -> Vec<char> {
    let mut result = Vec::with_capacity(key.len());
    for chunk in key.utf8_chunks() {
        result.extend(chunk.valid().chars());
        result.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 3.4: the order that the reference writes (without `a1b`, which forms a cycle with `a01` and `a10`).
    const V2_ORDER: &[&str] = &[
        "-", "-1", "_x", "~", "0", "00", "1", "1.9", "1.10", "2", "2a", "10", "A", "B", "a", "a b", "a-b", "a.b",
        "a/b", "a_b", "a1", "a01", "a001", "a2", "a02", "a10", "aB", "aa", "foo", "foo-bar", "foo.bar", "foo_bar",
        "fooBar", "foobar", "key-2", "key-10", "v1", "v10", "v1alpha1", "v1beta1",
    ];

    fn sorted(order: KeyOrder, keys: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
        let mut entries: Vec<(&[u8], &str)> = keys.map(|key| (key.as_bytes(), key)).collect();
        order.sort(&mut entries);
        entries.into_iter().map(|(_, key)| key).collect()
    }

    #[test]
    fn keys_come_in_the_natural_order() {
        assert_eq!(sorted(KeyOrder::V2, V2_ORDER.iter().rev().copied()), V2_ORDER);
        assert_eq!(sorted(KeyOrder::V2, V2_ORDER.iter().copied()), V2_ORDER);
    }

    #[test]
    fn pretty_puts_letters_first_after_a_digit() {
        // spec 3.5
        let order = ["v1", "v1alpha1", "v1beta1", "v2", "v10"];
        assert_eq!(sorted(KeyOrder::V3, order.iter().rev().copied()), order);
    }

    #[test]
    fn non_transitive_keys_do_not_panic() {
        let keys: Vec<String> = (0..40)
            .flat_map(|n| [format!("v{n}"), format!("v{n}alpha"), format!("v{n}-")])
            .collect();
        let mut entries: Vec<(&[u8], ())> = keys.iter().map(|key| (key.as_bytes(), ())).collect();
        KeyOrder::V2.sort(&mut entries);
        assert_eq!(entries.len(), 120);
    }

    #[test]
    fn letters_and_digits_of_other_scripts_count() {
        assert!(KeyOrder::V2.less("a1".as_bytes(), "aé".as_bytes()));
        assert!(KeyOrder::V2.less("é".as_bytes(), "日".as_bytes()));
        assert!(KeyOrder::V2.less("a".as_bytes(), "aé".as_bytes()));
        assert!(!KeyOrder::V2.less(b"\xff\xfe", b"\xfe\xff"));
    }
}
