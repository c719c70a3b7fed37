//! Tar archives in memory: headers, long names, the forms of numbers.

use super::refused;
use crate::error::ChartError;

/// The unit of tar files, in bytes.
const BLOCK: usize = 512;

/// What an entry is, as far as charts care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    /// Headers for all that follows.
    Global,
    /// Links, devices and the like: they have no contents.
    Other,
}

/// One entry.
pub(super) struct Entry<'t> {
    /// The path as it is written.
    pub(super) name: Vec<u8>,
    pub(super) kind: Kind,
    /// When it was changed, seconds since 1970.
    pub(super) modified: i64,
    pub(super) data: &'t [u8],
    /// How long it says it is; more than there is where the archive ends too early.
    pub(super) size: u64,
}

/// The entries of a tar file, up to its end or the first error.
pub(super) struct Entries<'t> {
    rest: &'t [u8],
    /// What the reading of the archive stopped with, where it did not reach its end.
    cut_off_by: Option<String>,
}

/// What extended headers say of the next entry.
#[derive(Default)]
struct Extension {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    modified: Option<i64>,
}

impl<'t> Entries<'t> {
    pub(super) fn new(bytes: &'t [u8], cut_off_by: Option<String>) -> Self {
        Entries {
            rest: bytes,
            cut_off_by,
        }
    }

    fn end_of_data(&self) -> ChartError {
        refused(self.cut_off_by.clone().unwrap_or_else(|| "unexpected EOF".to_owned()))
    }

    /// The next entry; none at the end.
    ///
    /// # Errors
    /// Go's text for a header that is none, or for data that ends too early.
    pub(super) fn next(&mut self) -> Result<Option<Entry<'t>>, ChartError> {
        let mut extension = Extension::default();
        loop {
            if self.rest.is_empty() && self.cut_off_by.is_none() {
                return Ok(None);
            }
            let Some((header, rest)) = self.rest.split_at_checked(BLOCK) else {
                return Err(self.end_of_data());
            };
            if header.iter().all(|&b| b == 0) {
                // Two blocks of zeros end the archive, whatever follows.
                return match rest.get(..BLOCK) {
                    Some(second) if second.iter().any(|&b| b != 0) => Err(invalid_header()),
                    _ => Ok(None),
                };
            }
            if !checksum_is_right(header) {
                return Err(invalid_header());
            }
            let flag = header[156];
            let size = extension
                .size
                .or_else(|| number(&header[124..136]))
                .ok_or_else(invalid_header)?;
            let has_data = matches!(flag, b'0' | 0 | b'7' | b'x' | b'g' | b'L' | b'K' | b'S');
            let length = if has_data {
                usize::try_from(size).unwrap_or(usize::MAX)
            } else {
                0
            };
            let data = &rest[..length.min(rest.len())];
            let padded = length.checked_next_multiple_of(BLOCK).unwrap_or(usize::MAX);
            self.rest = &rest[padded.min(rest.len())..];
            match flag {
                b'x' | b'L' | b'K' if data.len() < length => return Err(self.end_of_data()),
                b'x' => extension.read_pax(data),
                b'L' => extension.name = Some(until_zero(data).to_vec()),
                b'K' => {}
                _ => {
                    let name = extension.name.take().unwrap_or_else(|| short_name(header));
                    let kind = match flag {
                        b'5' => Kind::Directory,
                        b'g' => Kind::Global,
                        // Old archives mark a directory by the end of its name.
                        b'0' | 0 | b'7' if name.ends_with(b"/") => Kind::Directory,
                        b'0' | 0 | b'7' | b'S' => Kind::File,
                        _ => Kind::Other,
                    };
                    let modified = number(&header[136..148]).and_then(|secs| i64::try_from(secs).ok());
                    let modified = extension.modified.or(modified).unwrap_or_default();
                    return Ok(Some(Entry {
                        name,
                        kind,
                        modified,
                        data,
                        size: if has_data { size } else { 0 },
                    }));
                }
            }
        }
    }

    /// The contents of an entry, all of them.
    ///
    /// # Errors
    /// `unexpected EOF` where the archive ends too early.
    pub(super) fn contents(&self, entry: &Entry<'t>) -> Result<&'t [u8], ChartError> {
        if (entry.data.len() as u64) < entry.size {
            Err(self.end_of_data())
        } else {
            Ok(entry.data)
        }
    }
}

impl Extension {
    /// Records of the form `LENGTH key=value\n`.
    fn read_pax(&mut self, data: &[u8]) {
        let mut rest = data;
        while let Some(space) = rest.iter().position(|&b| b == b' ') {
            let length = std::str::from_utf8(&rest[..space])
                .ok()
                .and_then(|text| text.parse::<usize>().ok());
            let Some(record) = length
                .filter(|&length| length > space)
                .and_then(|length| rest.get(..length))
            else {
                return;
            };
            rest = &rest[record.len()..];
            let record = record[space + 1..].strip_suffix(b"\n").unwrap_or(&record[space + 1..]);
            let Some(equals) = record.iter().position(|&b| b == b'=') else {
                continue;
            };
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            let text = std::str::from_utf8(value).unwrap_or_default();
            match key {
                b"path" if !value.is_empty() => self.name = Some(value.to_vec()),
                b"size" => self.size = text.parse().ok(),
                b"mtime" => self.modified = text.split('.').next().and_then(|seconds| seconds.parse().ok()),
                _ => {}
            }
        }
    }
}

fn invalid_header() -> ChartError {
    refused("archive/tar: invalid tar header")
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    &bytes[..end]
}

/// The name in the header itself, with the prefix that newer archives have.
fn short_name(header: &[u8]) -> Vec<u8> {
    let name = until_zero(&header[..100]);
    let prefix = until_zero(&header[345..500]);
    let has_prefix = &header[257..263] == b"ustar\0" && !prefix.is_empty();
    if has_prefix {
        [prefix, b"/", name].concat()
    } else {
        name.to_vec()
    }
}

/// Octal digits with spaces or zeros around, or, with the first bit set, a number in base 256.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let is_negative = field[0] & 0x40 != 0;
        let bytes = std::iter::once(field[0] & 0x3F).chain(field[1..].iter().copied());
        let mut value = 0_u64;
        for byte in bytes {
            value = value.checked_mul(256)?.checked_add(byte.into())?;
        }
        return if is_negative { None } else { Some(value) };
    }
    let text = std::str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    if text.is_empty() {
        Some(0)
    } else {
        u64::from_str_radix(text, 8).ok()
    }
}

/// The sum of all bytes, its own field counted as spaces; some writers took bytes as signed.
fn checksum_is_right(header: &[u8]) -> bool {
    let Some(wanted) = number(&header[148..156]) else {
        return false;
    };
    let own = &header[148..156];
    // Sums of 32 bits, so that many bytes are added at once.
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    if wanted == u64::from(sum(header) - sum(own) + 8 * u32::from(b' ')) {
        return true;
    }
    let signed = |bytes: &[u8]| bytes.iter().map(|&byte| i64::from(byte.cast_signed())).sum::<i64>();
    i64::try_from(wanted) == Ok(signed(header) - signed(own) + 8 * i64::from(b' '))
}
