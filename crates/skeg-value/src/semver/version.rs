//! One version: three numbers, a prerelease, build metadata.

use std::cmp::Ordering;
use std::fmt;

/// Longer version texts are refused. Bytes.
const MAX_LENGTH: usize = 256;

/// Why a text is not a version; displays Go's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Not of the form `v1.2.3-pre+meta`.
    #[error("invalid semantic version")]
    Invalid,
    /// Nothing at all (strict parsing only).
    #[error("version string empty")]
    Empty,
    /// Something else than digits in a number (strict parsing only).
    #[error("invalid characters in version")]
    InvalidCharacters,
    /// A number with a leading zero.
    #[error("version segment starts with 0")]
    SegmentStartsZero,
    /// A prerelease with an empty part or a character that is not allowed.
    #[error("invalid prerelease string")]
    InvalidPrerelease,
    /// Metadata with an empty part or a character that is not allowed.
    #[error("invalid metadata string")]
    InvalidMetadata,
    /// More than 256 bytes.
    #[error("version string is too long (max 256 bytes)")]
    TooLong,
    /// A number that does not fit into 64 bits; the text is Go's, with or without a prefix.
    #[error("{0}")]
    OutOfRange(String),
}

/// A semantic version. Equality and order are those of [`Version::compare`] only through that method: `==` on the
/// struct compares every part, the original text included.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number, 0 where absent.
    pub minor: u64,
    /// The third number, 0 where absent.
    pub patch: u64,
    /// The text between `-` and `+`, without the dash; empty for a release.
    pub prerelease: String,
    /// The text after `+`; it never takes part in comparisons.
    pub metadata: String,
    /// The text that was parsed.
    pub original: String,
}

impl Version {
    /// Parses a version leniently: an optional lower-case `v`, one to three numbers (missing ones are 0, leading zeros
    /// are allowed), then `-prerelease` and `+metadata`.
    ///
    /// # Errors
    /// [`VersionError`], with the message of Go's `semver.NewVersion`.
    ///
    /// # Source
    /// spec/rendering.md 2.10.
    pub fn parse(text: &str) -> Result<Version, VersionError> {
        if text.len() > MAX_LENGTH {
            return Err(VersionError::TooLong);
        }
        let mut scan = Scan { text, at: 0 };
        scan.eat(b'v');
        let numbers = [scan.digits(), scan.dotted_digits(), scan.dotted_digits()];
        let prerelease = scan.tail(b'-');
        let metadata = scan.tail(b'+');
        let (Some(major), true) = (numbers[0], scan.at == text.len()) else {
            return Err(VersionError::Invalid);
        };
        let segment = |digits: &str| {
            number(digits)
                .map_err(|message| VersionError::OutOfRange(format!("error parsing version segment: {message}")))
        };
        let version = Version {
            major: segment(major)?,
            minor: numbers[1].map_or(Ok(0), segment)?,
            patch: numbers[2].map_or(Ok(0), segment)?,
            prerelease: prerelease.unwrap_or_default().to_owned(),
            metadata: metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        };
        if !version.prerelease.is_empty() {
            validate_prerelease(&version.prerelease)?;
        }
        Ok(version)
    }

    /// Parses a version strictly: exactly three numbers without leading zeros, no `v`.
    ///
    /// # Errors
    /// [`VersionError`], with the message of Go's `semver.StrictNewVersion`.
    pub fn parse_strict(text: &str) -> Result<Version, VersionError> {
        if text.is_empty() {
            return Err(VersionError::Empty);
        }
        if text.len() > MAX_LENGTH {
            return Err(VersionError::TooLong);
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VersionError::Invalid);
        };
        let (rest, metadata) = split_at_first(rest, '+');
        if let Some(metadata) = metadata {
            validate_metadata(metadata)?;
        }
        let (patch, prerelease) = split_at_first(rest, '-');
        if let Some(prerelease) = prerelease {
            validate_prerelease(prerelease)?;
        }
        for part in [major, minor, patch] {
            if !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(VersionError::InvalidCharacters);
            }
            if part.len() > 1 && part.starts_with('0') {
                return Err(VersionError::SegmentStartsZero);
            }
        }
        let segment = |digits: &str| number(digits).map_err(VersionError::OutOfRange);
        Ok(Version {
            major: segment(major)?,
            minor: segment(minor)?,
            patch: segment(patch)?,
            prerelease: prerelease.unwrap_or_default().to_owned(),
            metadata: metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        })
    }

    /// The order of two versions: numbers first, then a release after its prereleases, then the parts of the
    /// prerelease (numbers by value and before words). Metadata does not count.
    pub fn compare(&self, other: &Version) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| compare_prerelease(&self.prerelease, &other.prerelease))
    }

    /// The next patch release; of a prerelease, the release itself.
    ///
    /// # Errors
    /// Go's panic text where the number would overflow.
    pub fn inc_patch(&self) -> Result<Version, &'static str> {
        let step = u64::from(self.prerelease.is_empty());
        let patch = self
            .patch
            .checked_add(step)
            .ok_or("patch version increment would overflow uint64")?;
        Ok(self.next(self.major, self.minor, patch))
    }

    /// The next minor release.
    ///
    /// # Errors
    /// Go's panic text where the number would overflow.
    pub fn inc_minor(&self) -> Result<Version, &'static str> {
        let minor = self
            .minor
            .checked_add(1)
            .ok_or("minor version increment would overflow uint64")?;
        Ok(self.next(self.major, minor, 0))
    }

    /// The next major release.
    ///
    /// # Errors
    /// Go's panic text where the number would overflow.
    pub fn inc_major(&self) -> Result<Version, &'static str> {
        let major = self
            .major
            .checked_add(1)
            .ok_or("major version increment would overflow uint64")?;
        Ok(self.next(major, 0, 0))
    }

    /// The same version with another prerelease.
    ///
    /// # Errors
    /// The prerelease is not one; an empty one is fine.
    pub fn with_prerelease(&self, prerelease: &str) -> Result<Version, VersionError> {
        if !prerelease.is_empty() {
            validate_prerelease(prerelease)?;
        }
        Ok(self.renamed(Version {
            prerelease: prerelease.to_owned(),
            ..self.clone()
        }))
    }

    /// The same version with other metadata.
    ///
    /// # Errors
    /// The metadata is not valid; empty metadata is fine.
    pub fn with_metadata(&self, metadata: &str) -> Result<Version, VersionError> {
        if !metadata.is_empty() {
            validate_metadata(metadata)?;
        }
        Ok(self.renamed(Version {
            metadata: metadata.to_owned(),
            ..self.clone()
        }))
    }

    fn next(&self, major: u64, minor: u64, patch: u64) -> Version {
        let release = String::new();
        self.renamed(Version {
            major,
            minor,
            patch,
            prerelease: release.clone(),
            metadata: release.clone(),
            original: release,
        })
    }

    /// Writes the canonical text as the original one, with a `v` where this version's original has it.
    fn renamed(&self, mut version: Version) -> Version {
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        version.original = format!("{prefix}{version}");
        version
    }
}

/// The canonical text, without `v`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

/// Compares prereleases; an empty one, a release, is the greatest.
pub(super) fn compare_prerelease(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => match compare_part(x, y) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}

/// Compares one part of a prerelease: numbers by value, and below words.
fn compare_part(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(x), Ok(y)) => x.cmp(&y),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

fn validate_prerelease(text: &str) -> Result<(), VersionError> {
    for part in text.split('.') {
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            if part.len() > 1 && part.starts_with('0') {
                return Err(VersionError::SegmentStartsZero);
            }
        } else if part.is_empty() || !part.bytes().all(is_word_byte) {
            return Err(VersionError::InvalidPrerelease);
        }
    }
    Ok(())
}

fn validate_metadata(text: &str) -> Result<(), VersionError> {
    match text
        .split('.')
        .all(|part| !part.is_empty() && part.bytes().all(is_word_byte))
    {
        true => Ok(()),
        false => Err(VersionError::InvalidMetadata),
    }
}

/// A decimal number, or Go's complaint about it.
fn number(digits: &str) -> Result<u64, String> {
    digits.parse().map_err(|_| {
        let reason = if digits.is_empty() {
            "invalid syntax"
        } else {
            "value out of range"
        };
        format!("strconv.ParseUint: parsing \"{digits}\": {reason}")
    })
}

fn split_at_first(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// A cursor for the lenient forms of versions and constraints.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// One or more bytes of a class.
    pub(super) fn run(&mut self, class: fn(u8) -> bool) -> Option<&'a str> {
        let start = self.at;
        while self.peek().is_some_and(class) {
            self.at += 1;
        }
        (self.at > start).then(|| &self.text[start..self.at])
    }

    /// A separator and a run of a class, or nothing.
    pub(super) fn after(&mut self, separator: u8, class: fn(u8) -> bool) -> Option<&'a str> {
        let start = self.at;
        let run = self.eat(separator).then(|| self.run(class)).flatten();
        if run.is_none() {
            self.at = start;
        }
        run
    }

    fn digits(&mut self) -> Option<&'a str> {
        self.run(|b| b.is_ascii_digit())
    }

    fn dotted_digits(&mut self) -> Option<&'a str> {
        self.after(b'.', |b| b.is_ascii_digit())
    }

    /// `-a.b` or `+a.b`, without the sign.
    pub(super) fn tail(&mut self, sign: u8) -> Option<&'a str> {
        let start = self.at + 1;
        self.after(sign, is_word_byte)?;
        while self.after(b'.', is_word_byte).is_some() {}
        Some(&self.text[start..self.at])
    }
}
