//! The flags, width and precision of one verb, and padding by them.

use super::text;

/// One directive of a format, without its verb.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spec {
    /// Least width in characters.
    pub(super) width: Option<usize>,
    /// Precision: digits or characters, as the verb has it.
    pub(super) precision: Option<usize>,
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`.
    pub(super) plus_v: bool,
    /// `%#v`.
    pub(super) sharp_v: bool,
}

impl Spec {
    /// Appends text, padded to the width with spaces, or with zeros on the left under the `0` flag.
    pub(super) fn pad(&self, out: &mut Vec<u8>, piece: &[u8]) {
        let Some(width) = self.width.filter(|&w| w > 0) else {
            out.extend_from_slice(piece);
            return;
        };
        let missing = width.saturating_sub(text::count_runes(piece));
        if self.minus {
            out.extend_from_slice(piece);
            self.padding(out, missing);
        } else {
            self.padding(out, missing);
            out.extend_from_slice(piece);
        }
    }

    /// Appends `count` padding characters.
    pub(super) fn padding(&self, out: &mut Vec<u8>, count: usize) {
        let with = if self.zero && !self.minus { b'0' } else { b' ' };
        out.resize(out.len() + count, with);
    }

    /// The same without zero padding.
    pub(super) fn without_zero(&self) -> Spec {
        Spec { zero: false, ..*self }
    }
}
