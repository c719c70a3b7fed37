//! A tar writer: regular files only, in the form in which Go writes them, so that archives are equal to Helm's.
//!
//! In: names, bytes, times. Out: the archive. Headers are USTAR; what does not fit one (long names, names that are not
//! ASCII, times before 1970 or after 2242) goes into an extended header before it.
//!
//! # Source
//! spec/rendering.md 6.8.

use std::io::{self, Write};

const BLOCK: usize = 512;
/// The largest time, and size, that eleven octal digits hold.
const MAX_OCTAL: i64 = 0o777_7777_7777;

/// Writes one file. `seconds`: its time of change, since 1970.
///
/// # Errors
/// Those of the writer.
pub fn append(out: &mut impl Write, name: &str, data: &[u8], seconds: i64) -> io::Result<()> {
    let mut records = String::new();
    let (prefix, rest) = match split(name) {
        Some(parts) => parts,
        None => {
            record(&mut records, "path", name);
            ("", name)
        }
    };
    let size = i64::try_from(data.len()).unwrap_or(i64::MAX);
    if !(0..=MAX_OCTAL).contains(&seconds) {
        record(&mut records, "mtime", &seconds.to_string());
    }
    if !records.is_empty() {
        let (folder, file) = name
            .rsplit_once('/')
            .map_or(("", name), |(folder, file)| (folder, file));
        let extended = if folder.is_empty() {
            format!("PaxHeaders.0/{file}")
        } else {
            format!("{folder}/PaxHeaders.0/{file}")
        };
        let length = i64::try_from(records.len()).unwrap_or(i64::MAX);
        out.write_all(&header("", &extended, 0, length, 0, b'x'))?;
        padded(out, records.as_bytes())?;
    }
    let seconds = if (0..=MAX_OCTAL).contains(&seconds) { seconds } else { 0 };
    out.write_all(&header(prefix, rest, 0o644, size, seconds, b'0'))?;
    padded(out, data)
}

/// Writes the two empty blocks that end an archive.
///
/// # Errors
/// Those of the writer.
pub fn finish(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

fn padded(out: &mut impl Write, data: &[u8]) -> io::Result<()> {
    out.write_all(data)?;
    out.write_all(&[0; BLOCK][..data.len().next_multiple_of(BLOCK) - data.len()])
}

/// One line of an extended header: its own length in decimal, key and value.
fn record(out: &mut String, key: &str, value: &str) {
    let body = key.len() + value.len() + 3;
    let mut length = body + body.to_string().len();
    if body + length.to_string().len() != length {
        length = body + length.to_string().len();
    }
    out.push_str(&format!("{length} {key}={value}\n"));
}

/// A name as prefix and rest, which a USTAR header holds separately; none where it cannot.
fn split(name: &str) -> Option<(&str, &str)> {
    if !name.is_ascii() || name.contains('\0') {
        return None;
    }
    if name.len() <= 100 {
        return Some(("", name));
    }
    let at = name[..name.len().min(156)].rfind('/').filter(|at| *at > 0)?;
    let (prefix, rest) = (&name[..at], &name[at + 1..]);
    (rest.len() <= 100 && !rest.is_empty() && prefix.len() <= 155).then_some((prefix, rest))
}

fn header(prefix: &str, name: &str, mode: i64, size: i64, seconds: i64, kind: u8) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, width: usize, text: &str| {
        // What is not ASCII is left out here: the extended header has it.
        for (slot, byte) in block[at..at + width].iter_mut().zip(text.bytes().filter(u8::is_ascii)) {
            *slot = byte;
        }
    };
    put(0, 100, name);
    put(100, 8, &format!("{mode:07o}"));
    put(108, 8, "0000000");
    put(116, 8, "0000000");
    put(124, 12, &format!("{size:011o}"));
    put(136, 12, &format!("{seconds:011o}"));
    put(148, 8, "        ");
    put(257, 8, "ustar\x0000");
    // Go leaves the device numbers of extended headers empty.
    if kind == b'0' {
        put(329, 8, "0000000");
        put(337, 8, "0000000");
    }
    put(345, 155, prefix);
    block[156] = kind;
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// spec 6.8: USTAR where a name fits, an extended header where it does not; a reader finds what was written.
    #[test]
    fn names_of_all_lengths_come_back() {
        let names = [
            "c/Chart.yaml".to_owned(),
            format!("{}/{}", "p".repeat(120), "f".repeat(90)),
            format!("c/{}", "f".repeat(130)),
            "c/é.txt".to_owned(),
        ];
        let mut bytes = Vec::new();
        for name in &names {
            append(&mut bytes, name, name.as_bytes(), 1_700_000_000).expect("memory can be written");
        }
        finish(&mut bytes).expect("memory can be written");
        let mut archive = ::tar::Archive::new(&bytes[..]);
        let mut found = Vec::new();
        for entry in archive.entries().expect("a tar") {
            let mut entry = entry.expect("an entry");
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let mut text = String::new();
            entry.read_to_string(&mut text).expect("its text");
            assert_eq!(entry.header().mtime().ok(), Some(1_700_000_000));
            assert_eq!(text, name);
            found.push(name);
        }
        assert_eq!(found, names);
    }
}
