//! A gzip stream that several threads compress: the archives that `package` writes.
//!
//! In: the bytes of an archive, in order. Out: one gzip member with Helm's header. The bytes are cut into pieces of a fixed size,
//! each compressed with the end of the one before as its dictionary, so the stream is the same however many threads there are.
//!
//! # Source
//! RFC 1951, RFC 1952; the header: spec/rendering.md 6.8. Pieces with dictionaries are what `pigz` does.

use std::io::{self, Write};
use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{Scope, available_parallelism};

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// The header of every archive that Helm writes: no time, an extra field by which one knows them, the comment `Helm`.
const HEADER: &[u8] = b"\x1f\x8b\x08\x14\0\0\0\0\0\xff\x2c\0\
    rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=Helm\0";

/// Bytes that are compressed at a time. Most charts are a single piece.
const PIECE: usize = 256 << 10;

/// How far back deflate looks, in bytes.
const WINDOW: usize = 32 << 10;

/// Compresses what `fill` writes.
///
/// # Errors
/// Those of `fill`.
pub(crate) fn compress<E>(fill: impl FnOnce(&mut Pieces<'_, '_>) -> Result<(), E>) -> Result<Vec<u8>, E> {
    let (sender, receiver) = mpsc::channel();
    let line = Line {
        waiting: Mutex::new(receiver),
        done: Mutex::default(),
        used: Mutex::default(),
    };
    std::thread::scope(|scope| {
        let mut pieces = Pieces {
            scope,
            line: &line,
            sender,
            current: Piece::default(),
        };
        fill(&mut pieces)?;
        let Pieces {
            sender, mut current, ..
        } = pieces;
        drop(sender);
        current.is_last = true;
        let mut stream = stream();
        line.finish(current, &mut stream);
        line.work(stream);
        Ok(())
    })?;
    let mut done = std::mem::take(&mut *held(&line.done));
    done.sort_unstable_by_key(|deflated| deflated.place);
    let mut out = Vec::with_capacity(HEADER.len() + done.iter().map(|d| d.bytes.len()).sum::<usize>() + 8);
    out.extend_from_slice(HEADER);
    let mut crc = Crc::new();
    for deflated in done {
        out.extend_from_slice(&deflated.bytes);
        crc.combine(&deflated.crc);
    }
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&crc.amount().to_le_bytes());
    Ok(out)
}

/// Takes the bytes; full pieces are compressed on other threads, which start with the first one.
pub(crate) struct Pieces<'scope, 'line> {
    scope: &'scope Scope<'scope, 'line>,
    line: &'line Line,
    sender: Sender<Piece>,
    current: Piece,
}

#[derive(Default)]
struct Piece {
    place: usize,
    /// The end of the piece before.
    dictionary: Vec<u8>,
    bytes: Vec<u8>,
    is_last: bool,
}

/// What compresses pieces, and what has become of them.
struct Line {
    waiting: Mutex<Receiver<Piece>>,
    done: Mutex<Vec<Deflated>>,
    /// Buffers of pieces that are done: memory that is already mapped.
    used: Mutex<Vec<Vec<u8>>>,
}

struct Deflated {
    place: usize,
    bytes: Vec<u8>,
    crc: Crc,
}

impl Write for Pieces<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece leaves only when more follows: the last one ends the stream.
        if self.current.bytes.len() == PIECE {
            self.send();
        }
        let taken = bytes.len().min(PIECE - self.current.bytes.len());
        self.current.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pieces<'_, '_> {
    fn send(&mut self) {
        let dictionary = self.current.bytes[PIECE - WINDOW..].to_vec();
        let next = Piece {
            place: self.current.place + 1,
            dictionary,
            bytes: held(&self.line.used).pop().unwrap_or_else(|| Vec::with_capacity(PIECE)),
            is_last: false,
        };
        let full = std::mem::replace(&mut self.current, next);
        if full.place == 0 {
            let line = self.line;
            // This thread compresses too, when everything is written.
            for _ in 1..available_parallelism().map_or(2, NonZero::get).max(2) {
                self.scope.spawn(move || line.work(stream()));
            }
        }
        // The receiver lives as long as the line.
        let _ = self.sender.send(full);
    }
}

impl Line {
    /// Compresses pieces until there are none and will be none.
    fn work(&self, mut stream: Compress) {
        loop {
            // The lock is not held while a piece is compressed.
            let piece = held(&self.waiting).recv();
            match piece {
                Ok(piece) => self.finish(piece, &mut stream),
                Err(_) => break,
            }
        }
    }

    fn finish(&self, piece: Piece, stream: &mut Compress) {
        let deflated = piece.deflate(stream);
        held(&self.done).push(deflated);
        let mut bytes = piece.bytes;
        bytes.clear();
        held(&self.used).push(bytes);
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A raw deflate stream, to be used for one piece after the other.
fn stream() -> Compress {
    Compress::new(Compression::default(), false)
}

impl Piece {
    fn deflate(&self, stream: &mut Compress) -> Deflated {
        stream.reset();
        if !self.dictionary.is_empty() {
            stream
                .set_dictionary(&self.dictionary)
                .expect("a raw stream that has not begun takes a dictionary");
        }
        let flush = if self.is_last {
            FlushCompress::Finish
        } else {
            FlushCompress::Sync
        };
        let mut out = Vec::with_capacity(self.bytes.len() / 4 + 1024);
        loop {
            let read = usize::try_from(stream.total_in()).unwrap_or(usize::MAX);
            let status = stream
                .compress_vec(self.bytes.get(read..).unwrap_or_default(), &mut out, flush)
                .expect("deflate takes any bytes");
            // A flush is complete when it leaves room.
            if status == Status::StreamEnd || (!self.is_last && out.len() < out.capacity()) {
                break;
            }
            out.reserve(out.capacity());
        }
        let mut crc = Crc::new();
        crc.update(&self.bytes);
        Deflated {
            place: self.place,
            bytes: out,
            crc,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    fn packed(parts: &[&[u8]]) -> Vec<u8> {
        compress(|out| parts.iter().try_for_each(|part| out.write_all(part))).expect("memory can be written")
    }

    fn unpacked(bytes: &[u8]) -> Vec<u8> {
        let mut decoder = GzDecoder::new(bytes);
        let mut out = Vec::new();
        decoder.read_to_end(&mut out).expect("what was packed can be unpacked");
        assert_eq!(decoder.header().and_then(|h| h.comment()), Some(&b"Helm"[..]));
        assert!(decoder.into_inner().is_empty(), "nothing follows");
        out
    }

    /// Text that compresses, and is nowhere the same for long.
    fn text(length: usize) -> Vec<u8> {
        let mut state = 1u32;
        let mut out = Vec::with_capacity(length + 16);
        while out.len() < length {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            out.extend_from_slice(format!("key{}: {}\n", state >> 28, state >> 12).as_bytes());
        }
        out.truncate(length);
        out
    }

    #[test]
    fn what_is_packed_can_be_unpacked_whatever_its_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 5 * PIECE + 17] {
            let plain = text(length);
            assert!(unpacked(&packed(&[&plain])) == plain, "{length} bytes");
        }
    }

    /// Bytes that do not compress.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1u64;
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        std::iter::repeat_with(next).take(length).collect()
    }

    #[test]
    fn what_cannot_be_compressed_survives() {
        let plain = noise(3 * PIECE + 5);
        assert!(unpacked(&packed(&[&plain])) == plain);
    }

    #[test]
    fn pieces_know_what_came_before_them() {
        let plain = noise(WINDOW / 2);
        let repeated: Vec<u8> = plain.iter().copied().cycle().take(4 * PIECE).collect();
        let (once, all) = (packed(&[&plain]).len(), packed(&[&repeated]).len());
        assert!(all < once + repeated.len() / 50, "{once} bytes once, {all} in all");
    }

    #[test]
    fn an_error_is_handed_on() {
        let result = compress(|out| {
            out.write_all(&text(2 * PIECE)).expect("memory can be written");
            Err::<(), _>("no")
        });
        assert_eq!(result, Err("no"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
        #[test]
        fn how_it_is_written_does_not_matter(cuts in proptest::collection::vec(0..2 * PIECE + 9, 0..6)) {
            let plain = text(2 * PIECE + 9);
            let mut cuts = cuts;
            cuts.extend([0, plain.len()]);
            cuts.sort_unstable();
            let parts: Vec<&[u8]> = cuts.windows(2).map(|pair| &plain[pair[0]..pair[1]]).collect();
            prop_assert!(packed(&parts) == packed(&[&plain]));
        }
    }
}
