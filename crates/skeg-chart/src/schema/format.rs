//! `format`: rules for strings, with the reference's reasons.
//!
//! Addresses, dates and URLs fail in the words of Go's own parsers.

mod address;
mod time;
mod url;

use skeg_value::Str;
use skeg_value::quote::{quote, quote_char};

/// A format: its name and the check of a string.
pub(super) struct Format {
    pub(super) name: &'static str,
    rule: fn(&str) -> Result<(), String>,
}

impl Format {
    /// # Errors
    /// Why the text is not of this format.
    pub(super) fn check(&self, text: &Str) -> Result<(), String> {
        (self.rule)(&text.to_str_lossy())
    }
}

/// Sorted by name.
const FORMATS: &[Format] = &[
    Format {
        name: "date",
        rule: time::date,
    },
    Format {
        name: "date-time",
        rule: time::date_time,
    },
    Format {
        name: "duration",
        rule: time::duration,
    },
    Format {
        name: "email",
        rule: address::email,
    },
    Format {
        name: "hostname",
        rule: address::hostname,
    },
    Format {
        name: "ipv4",
        rule: address::ipv4,
    },
    Format {
        name: "ipv6",
        rule: address::ipv6,
    },
    Format {
        name: "iri",
        rule: url::uri,
    },
    Format {
        name: "iri-reference",
        rule: url::reference,
    },
    Format {
        name: "json-pointer",
        rule: json_pointer,
    },
    Format {
        name: "period",
        rule: time::period,
    },
    Format {
        name: "regex",
        rule: regex,
    },
    Format {
        name: "relative-json-pointer",
        rule: relative_json_pointer,
    },
    Format {
        name: "semver",
        rule: semver,
    },
    Format {
        name: "time",
        rule: time::time,
    },
    Format {
        name: "uri",
        rule: url::uri,
    },
    Format {
        name: "uri-reference",
        rule: url::reference,
    },
    Format {
        name: "uri-template",
        rule: url::template,
    },
    Format {
        name: "uuid",
        rule: uuid,
    },
];

/// The format of that name; unknown ones are not checked.
pub(super) fn named(name: &str) -> Option<&'static Format> {
    FORMATS
        .binary_search_by(|format| format.name.cmp(name))
        .ok()
        .map(|index| &FORMATS[index])
}

type Outcome = Result<(), String>;

fn refuse(reason: &str) -> Outcome {
    Err(reason.to_owned())
}

fn invalid_character(c: char) -> String {
    format!("invalid character {}", quote_char(c))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn regex(text: &str) -> Outcome {
    skeg_value::regex::compiled(&text.into()).map(|_| ())
}

fn json_pointer(text: &str) -> Outcome {
    if text.is_empty() {
        return Ok(());
    }
    if !text.starts_with('/') {
        return refuse("not starting with /");
    }
    let bytes = text.as_bytes();
    let is_escape = |at: usize| matches!(bytes.get(at + 1), Some(b'0' | b'1'));
    match (0..bytes.len()).find(|&at| bytes[at] == b'~' && !is_escape(at)) {
        Some(_) => refuse("~ must be followed by 0 or 1"),
        None => Ok(()),
    }
}

fn relative_json_pointer(text: &str) -> Outcome {
    match digits(text) {
        0 => refuse("must start with non-negative integer"),
        2.. if text.starts_with('0') => refuse("starts with zero"),
        count => match &text[count..] {
            "#" => Ok(()),
            pointer => json_pointer(pointer),
        },
    }
}

fn uuid(text: &str) -> Outcome {
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != 5 {
        return refuse("must have 5 elements");
    }
    for (index, (group, want)) in groups.iter().zip([8, 4, 4, 4, 12]).enumerate() {
        if group.len() != want {
            return Err(format!("element {} must be {want} characters long", index + 1));
        }
        if let Some(other) = group.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", quote_char(other)));
        }
    }
    Ok(())
}

/// Versions by the letter of semver.org, stricter than what charts may use.
fn semver(text: &str) -> Outcome {
    let is_other = |c: &char| !c.is_ascii_alphanumeric() && *c != '-';
    let (rest, build) = text
        .split_once('+')
        .map_or((text, None), |(rest, build)| (rest, Some(build)));
    if build == Some("") {
        return refuse("build is empty");
    }
    for part in build.into_iter().flat_map(|build| build.split('.')) {
        if part.is_empty() {
            return refuse("build identifier is empty");
        }
        if let Some(other) = part.chars().find(is_other) {
            return Err(format!("{} in build identifier", invalid_character(other)));
        }
    }
    let (core, prerelease) = rest
        .split_once('-')
        .map_or((rest, None), |(core, pre)| (core, Some(pre)));
    for part in prerelease.into_iter().flat_map(|prerelease| prerelease.split('.')) {
        if part.is_empty() {
            return refuse("pre-release identifier is empty");
        }
        if let Some(other) = part.chars().find(is_other) {
            return Err(format!("{} in pre-release identifier", invalid_character(other)));
        }
        if part.len() > 1 && part.starts_with('0') && digits(part) == part.len() {
            return refuse("pre-release numeric identifier starts with zero");
        }
    }
    let numbers: Vec<&str> = core.split('.').collect();
    if numbers.len() != 3 {
        return refuse("versionCore must have 3 numbers separated by dot");
    }
    for (number, name) in numbers.into_iter().zip(["major", "minor", "patch"]) {
        if number.is_empty() {
            return Err(format!("{name} is empty"));
        }
        if number.len() > 1 && number.starts_with('0') {
            return Err(format!("{name} starts with zero"));
        }
        if digits(number) != number.len() {
            return Err(format!("{name} contains non-digit"));
        }
    }
    Ok(())
}

/// Go's `strconv.Atoi`.
fn atoi(text: &str) -> Result<i64, String> {
    let plain = text.strip_prefix(['+', '-']).unwrap_or(text);
    let fail = |reason: &str| Err(format!("strconv.Atoi: parsing {}: {reason}", quote(text.as_bytes())));
    if plain.is_empty() || digits(plain) != plain.len() {
        return fail("invalid syntax");
    }
    text.parse().or_else(|_| fail("value out of range"))
}

#[cfg(test)]
mod tests;
