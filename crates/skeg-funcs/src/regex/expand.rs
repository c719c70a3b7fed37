//! Replacement templates: `$1`, `${1}`, `$name`.

use std::ops::Range;

use skeg_value::regex::{Groups, Pattern};

use crate::runes::{first_rune, is_letter, is_number_digit};

/// Appends a replacement template with its `$1`, `${1}`, `$name` replaced by groups.
pub(super) fn expand(pattern: &Pattern, out: &mut Vec<u8>, template: &[u8], text: &[u8], groups: &Groups) {
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|&b| b == b'$') {
        out.extend_from_slice(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if rest.first() == Some(&b'$') {
            out.push(b'$');
            rest = &rest[1..];
        } else if let Some((name, after)) = group_name(rest) {
            rest = after;
            if let Some(range) = group(pattern, name, groups) {
                out.extend_from_slice(&text[range]);
            }
        } else {
            out.push(b'$');
        }
    }
    out.extend_from_slice(rest);
}

/// The text of a group by number, or by name: the first group of that name that took part.
fn group(pattern: &Pattern, name: &[u8], groups: &Groups) -> Option<Range<usize>> {
    let decimal = name.iter().all(u8::is_ascii_digit) && name.len() <= 9 && (name[0] != b'0' || name.len() == 1);
    if decimal {
        let number: usize = std::str::from_utf8(name).ok()?.parse().ok()?;
        return groups.get(number).cloned().flatten();
    }
    let named = pattern.names().iter().zip(groups);
    named
        .filter(|(known, _)| known.as_ref().is_some_and(|known| known.as_bytes() == name))
        .find_map(|(_, range)| range.clone())
}

/// Reads the name after a dollar sign, in braces or the longest run of letters, digits and underscores; yields it and
/// what follows, or none where the form is not right.
fn group_name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let braced = text.first() == Some(&b'{');
    let body = &text[usize::from(braced)..];
    let mut length = 0;
    while length < body.len() {
        let (c, size) = first_rune(&body[length..]);
        if !is_letter(c) && !is_number_digit(c) && c != '_' {
            break;
        }
        length += size;
    }
    let (name, after) = body.split_at(length);
    match (name.is_empty(), braced, after.first()) {
        (true, ..) => None,
        (_, false, _) => Some((name, after)),
        (_, true, Some(b'}')) => Some((name, &after[1..])),
        (_, true, _) => None,
    }
}
