//! Version ranges: `||`-separated groups of comparators, as dependencies and `semverCompare` write them.

use std::cmp::Ordering;
use std::fmt;

use super::version::{Scan, Version, VersionError, compare_prerelease};
use crate::quote::quote;

/// Longer constraints are refused. Bytes.
const MAX_LENGTH: usize = 512;
/// More alternatives are refused.
const MAX_GROUPS: usize = 32;

/// Why a text is not a constraint; displays Go's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    /// One alternative does not follow the grammar; carries it (ranges already rewritten).
    #[error("improper constraint: {}", quote(.0.as_bytes()))]
    Improper(String),
    /// A version inside is not valid although its shape is.
    #[error("constraint parser error")]
    Version(#[source] VersionError),
    /// More than 512 bytes.
    #[error("constraint string is too long (max 512 bytes)")]
    TooLong,
    /// More than 32 alternatives.
    #[error("too many constraint groups (max 32)")]
    TooManyGroups,
}

/// A parsed range: a version satisfies it if it satisfies every comparator of some group.
#[derive(Clone, Debug)]
pub struct Constraint {
    groups: Vec<Group>,
}

/// One `||` alternative.
#[derive(Clone, Debug)]
struct Group {
    comparators: Vec<Comparator>,
    /// Whether some comparator names a prerelease: only then may prereleases satisfy the group.
    prereleases: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    /// None or `=`.
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    Tilde,
    Caret,
}

/// How much of a comparator's version was written; the rest is a wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    /// `*`.
    Nothing,
    /// `1` or `1.x`.
    Major,
    /// `1.2` or `1.2.x`.
    Minor,
    /// `1.2.3`.
    Patch,
}

#[derive(Clone, Debug)]
struct Comparator {
    operator: Operator,
    /// The operator as written.
    operator_text: String,
    /// The version as written.
    version_text: String,
    /// The version with zeros in place of wildcards.
    version: Version,
    precision: Precision,
}

impl Constraint {
    /// Parses a constraint.
    ///
    /// Operators: none or `=`, `!=`, `>`, `<`, `>=`, `=>`, `<=`, `=<`, `~`, `~>`, `^`; comparators are joined by commas
    /// or spaces, alternatives by `||`; `A - B` means `>=A, <=B`; `x`, `X`, `*` and missing parts are wildcards.
    ///
    /// # Errors
    /// [`ConstraintError`] with Go's message.
    ///
    /// # Source
    /// spec/rendering.md 2.10.
    pub fn parse(text: &str) -> Result<Constraint, ConstraintError> {
        if text.len() > MAX_LENGTH {
            return Err(ConstraintError::TooLong);
        }
        let text = rewrite_ranges(text);
        if text.matches("||").count() >= MAX_GROUPS {
            return Err(ConstraintError::TooManyGroups);
        }
        let groups = text.split("||").map(parse_group).collect::<Result<_, _>>()?;
        Ok(Constraint { groups })
    }

    /// Whether the version satisfies the constraint.
    pub fn check(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| {
            group
                .comparators
                .iter()
                .all(|comparator| comparator.check(version, group.prereleases).is_ok())
        })
    }

    /// Like [`Constraint::check`], but tells why not.
    ///
    /// # Errors
    /// One message for each comparator that failed, in order, as Go's `Constraints.Validate` gives them.
    pub fn validate(&self, version: &Version) -> Result<(), Vec<String>> {
        let mut reasons = Vec::new();
        let mut prerelease_reported = false;
        for group in &self.groups {
            let before = reasons.len();
            let mut satisfied = true;
            for comparator in &group.comparators {
                if !group.prereleases && !version.prerelease.is_empty() {
                    if !prerelease_reported {
                        reasons.push(only_releases(version));
                        prerelease_reported = true;
                    }
                    satisfied = false;
                } else if let Err(reason) = comparator.check(version, group.prereleases) {
                    reasons.push(reason);
                }
            }
            if satisfied && reasons.len() == before {
                return Ok(());
            }
        }
        Err(reasons)
    }
}

/// The constraint in normal form: comparators joined by spaces, groups by ` || `.
impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, group) in self.groups.iter().enumerate() {
            if position > 0 {
                f.write_str(" || ")?;
            }
            for (position, comparator) in group.comparators.iter().enumerate() {
                if position > 0 {
                    f.write_str(" ")?;
                }
                write!(f, "{}{}", comparator.operator_text, comparator.version_text)?;
            }
        }
        Ok(())
    }
}

impl Comparator {
    /// Whether the version satisfies this comparator alone; if not, Go's reason.
    fn check(&self, v: &Version, prereleases: bool) -> Result<(), String> {
        if !v.prerelease.is_empty() && !prereleases {
            return Err(only_releases(v));
        }
        match self.operator {
            Operator::Equal if self.precision != Precision::Patch => self.check_tilde(v),
            Operator::Equal => self.unless(self.order(v) != Ordering::Equal, v, "is not equal to"),
            Operator::NotEqual => self.unless(self.matches_wildcard(v), v, "is equal to"),
            Operator::Greater => self.unless(!self.below(v), v, "is less than or equal to"),
            Operator::Less => self.unless(self.order(v) != Ordering::Less, v, "is greater than or equal to"),
            Operator::GreaterEqual => self.unless(self.order(v) == Ordering::Less, v, "is less than"),
            Operator::LessEqual => self.unless(self.below_whole_range(v), v, "is greater than"),
            Operator::Tilde => self.check_tilde(v),
            Operator::Caret => self.check_caret(v),
        }
    }

    /// How `v` stands to the comparator's version.
    fn order(&self, v: &Version) -> Ordering {
        v.compare(&self.version)
    }

    fn unless(&self, failed: bool, v: &Version, relation: &str) -> Result<(), String> {
        if failed {
            Err(format!("\"{v}\" {relation} {}", quote(self.version_text.as_bytes())))
        } else {
            Ok(())
        }
    }

    /// Whether `v` lies in what `!=` excludes.
    fn matches_wildcard(&self, v: &Version) -> bool {
        let (same_major, same_minor) = (v.major == self.version.major, v.minor == self.version.minor);
        match self.precision {
            Precision::Patch => self.order(v) == Ordering::Equal,
            Precision::Minor => {
                same_major
                    && same_minor
                    && compare_prerelease(&v.prerelease, &self.version.prerelease) == Ordering::Equal
            }
            Precision::Major => same_major,
            // Go treats `!=*` as `!=0.0.0`.
            Precision::Nothing => self.order(v) == Ordering::Equal,
        }
    }

    /// Whether the comparator's version, wildcards filled up, is below `v`.
    fn below(&self, v: &Version) -> bool {
        match (self.precision, v.major.cmp(&self.version.major)) {
            (Precision::Patch, _) => self.order(v) == Ordering::Greater,
            (_, Ordering::Greater) => true,
            (_, Ordering::Less) | (Precision::Major, Ordering::Equal) => false,
            (Precision::Minor, Ordering::Equal) => v.minor > self.version.minor,
            (Precision::Nothing, Ordering::Equal) => self.order(v) == Ordering::Greater,
        }
    }

    /// Whether `v` lies above everything that the comparator's version stands for.
    fn below_whole_range(&self, v: &Version) -> bool {
        if self.precision == Precision::Patch {
            return self.order(v) == Ordering::Greater;
        }
        v.major > self.version.major
            || (v.major == self.version.major && v.minor > self.version.minor && self.precision != Precision::Major)
    }

    fn check_tilde(&self, v: &Version) -> Result<(), String> {
        self.unless(self.order(v) == Ordering::Less, v, "is less than")?;
        let zero = (self.version.major, self.version.minor, self.version.patch) == (0, 0, 0);
        if zero && matches!(self.precision, Precision::Nothing | Precision::Patch) {
            return Ok(());
        }
        self.unless(v.major != self.version.major, v, "does not have same major version as")?;
        let other_minor = v.minor != self.version.minor && self.precision != Precision::Major;
        self.unless(other_minor, v, "does not have same major and minor version as")
    }

    fn check_caret(&self, v: &Version) -> Result<(), String> {
        self.unless(self.order(v) == Ordering::Less, v, "is less than")?;
        let major = "does not have same major version as";
        if self.version.major > 0 || self.precision == Precision::Major {
            return self.unless(v.major != self.version.major, v, major);
        }
        self.unless(v.major > 0, v, major)?;
        let minor = "does not have same minor version as";
        let same_minor = v.minor == self.version.minor;
        if self.version.minor > 0 || self.precision == Precision::Minor {
            return self
                .unless(!same_minor, v, minor)
                .map_err(|reason| reason + ". Expected minor versions to match when constraint major version is 0");
        }
        self.unless(v.minor > 0, v, minor)?;
        self.unless(v.patch != self.version.patch, v, "does not equal")
            .map_err(|reason| reason + ". Expect version and constraint to equal when major and minor versions are 0")
    }
}

fn only_releases(v: &Version) -> String {
    format!("\"{v}\" is a prerelease version and the constraint is only looking for release versions")
}

/// Go's `\s`.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn is_number_or_wildcard(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'*' | b'|')
}

/// The parts of a version in a constraint, as texts.
struct Parts<'a> {
    whole: &'a str,
    numbers: [Option<&'a str>; 3],
    /// With its dash.
    prerelease: &'a str,
}

impl<'a> Scan<'a> {
    fn spaces(&mut self) -> bool {
        self.run(is_space).is_some()
    }

    fn constraint_version(&mut self) -> Option<Parts<'a>> {
        let start = self.at;
        self.eat(b'v');
        let Some(first) = self.run(is_number_or_wildcard) else {
            self.at = start;
            return None;
        };
        let second = self.after(b'.', is_number_or_wildcard);
        let third = self.after(b'.', is_number_or_wildcard);
        let dash = self.at;
        self.tail(b'-');
        let prerelease = &self.text[dash..self.at];
        self.tail(b'+');
        Some(Parts {
            whole: &self.text[start..self.at],
            numbers: [Some(first), second, third],
            prerelease,
        })
    }

    fn operator(&mut self) -> (Operator, &'a str) {
        const OPERATORS: [(&str, Operator); 11] = [
            ("!=", Operator::NotEqual),
            (">=", Operator::GreaterEqual),
            ("=>", Operator::GreaterEqual),
            ("<=", Operator::LessEqual),
            ("=<", Operator::LessEqual),
            ("~>", Operator::Tilde),
            ("=", Operator::Equal),
            (">", Operator::Greater),
            ("<", Operator::Less),
            ("~", Operator::Tilde),
            ("^", Operator::Caret),
        ];
        let rest = &self.text[self.at..];
        let found = OPERATORS.iter().find(|(text, _)| rest.starts_with(text));
        let (text, operator) = found.copied().unwrap_or(("", Operator::Equal));
        self.at += text.len();
        (operator, text)
    }
}

fn parse_group(text: &str) -> Result<Group, ConstraintError> {
    let improper = || ConstraintError::Improper(text.to_owned());
    let mut scan = Scan { text, at: 0 };
    let mut comparators = Vec::new();
    loop {
        scan.spaces();
        let (operator, operator_text) = scan.operator();
        scan.spaces();
        let parts = scan.constraint_version().ok_or_else(improper)?;
        comparators.push((operator, operator_text, parts));
        let spaced = scan.spaces();
        if scan.at == text.len() {
            break;
        }
        if !scan.eat(b',') && !spaced {
            return Err(improper());
        }
    }
    let comparators = comparators
        .into_iter()
        .map(|(op, text, parts)| comparator(op, text, &parts))
        .collect::<Result<Vec<_>, _>>()?;
    let prereleases = comparators
        .iter()
        .any(|comparator| !comparator.version.prerelease.is_empty());
    Ok(Group {
        comparators,
        prereleases,
    })
}

fn comparator(operator: Operator, operator_text: &str, parts: &Parts<'_>) -> Result<Comparator, ConstraintError> {
    let written = |number: Option<&'_ str>| !matches!(number, None | Some("x" | "X" | "*"));
    let [major, minor, patch] = parts.numbers.map(|number| number.unwrap_or_default());
    let precision = match parts.numbers.map(written) {
        [false, ..] => Precision::Nothing,
        [true, false, _] => Precision::Major,
        [true, true, false] => Precision::Minor,
        [true, true, true] => Precision::Patch,
    };
    let text = match precision {
        Precision::Nothing => format!("0.0.0{}", parts.prerelease),
        Precision::Major => format!("{major}.0.0{}", parts.prerelease),
        Precision::Minor => format!("{major}.{minor}.0{}", parts.prerelease),
        Precision::Patch => format!("{major}.{minor}.{patch}{}", parts.prerelease),
    };
    Ok(Comparator {
        operator,
        operator_text: operator_text.to_owned(),
        version_text: parts.whole.to_owned(),
        version: Version::parse(&text).map_err(ConstraintError::Version)?,
        precision,
    })
}

/// Replaces each `A - B` by `>= A, <= B `.
fn rewrite_ranges(text: &str) -> String {
    let mut rewritten = text.to_owned();
    let mut from = 0;
    while let Some((range, replacement)) = find_range(text, from) {
        from = range.end;
        rewritten = rewritten.replacen(&text[range], &replacement, 1);
    }
    rewritten
}

/// The first range at or after a byte offset, surrounding spaces included, and what it means.
fn find_range(text: &str, from: usize) -> Option<(std::ops::Range<usize>, String)> {
    (from..text.len())
        .filter(|&start| text.is_char_boundary(start))
        .find_map(|start| {
            let mut scan = Scan { text, at: start };
            scan.spaces();
            let low = scan.constraint_version()?;
            let dashed = scan.spaces() && scan.eat(b'-') && scan.spaces();
            let high = dashed.then(|| scan.constraint_version()).flatten()?;
            scan.spaces();
            Some((start..scan.at, format!(">= {}, <= {} ", low.whole, high.whole)))
        })
}
