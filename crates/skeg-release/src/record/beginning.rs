//! The beginning of a stored text, decoded no further than somebody wants to read.
//!
//! # Source
//! spec/lifecycle.md 2.2; RFC 1952, 2.3 for what stands before the compressed bytes.

use std::cell::RefCell;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::{Decompress, FlushDecompress, Status};

use super::codec::GZIP_MAGIC;

/// So much base64 is decoded at a time, in bytes; a multiple of four.
const PIECE: usize = 1024;
/// So much JSON is looked at first, in bytes: most heads are that short, and inflating is most of the work.
const FIRST: usize = 1024;
/// No more is looked at, in bytes. Long notes come before the chart.
const MAX: usize = 1 << 20;
/// What stands before the compressed bytes, where no flag announces more.
const HEADER: usize = 10;
/// Where the flags are in it.
const FLAGS: usize = 3;

thread_local! {
    /// A list reads thousands of beginnings, and making an inflater is a third of the work.
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// What `read` finds in the JSON of a stored text: it is shown ever more of it until it finds something. The text may be cut
/// off. None where it does not begin as Helm's do, or ends too early.
pub(super) fn find<T>(text: &[u8], read: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
    let mut pieces = text.chunks(PIECE);
    let mut packed = BASE64_STANDARD.decode(pieces.next()?).ok()?;
    if !packed.starts_with(GZIP_MAGIC) || packed.get(FLAGS) != Some(&0) {
        return None;
    }
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(false);
        let mut from = HEADER;
        let mut json = Vec::with_capacity(FIRST);
        loop {
            let mut is_all = false;
            while !is_all && json.len() < json.capacity() {
                if from >= packed.len() {
                    let Some(piece) = pieces.next() else {
                        is_all = true;
                        break;
                    };
                    packed.clear();
                    BASE64_STANDARD.decode_vec(piece, &mut packed).ok()?;
                    from = 0;
                }
                let taken = inflater.total_in();
                let status = inflater.decompress_vec(packed.get(from..)?, &mut json, FlushDecompress::None);
                from += usize::try_from(inflater.total_in() - taken).ok()?;
                is_all = !matches!(status, Ok(Status::Ok));
            }
            let found = read(&json);
            if found.is_some() || is_all || json.len() >= MAX {
                return found;
            }
            json.reserve_exact(json.len() * 3);
        }
    })
}
