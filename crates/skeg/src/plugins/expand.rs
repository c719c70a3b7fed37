//! Variables in the command lines of plugins, as Go's `os.Expand` replaces them.

/// Replaces `$name` and `${name}` by what `value` gives for the name.
///
/// # Source
/// Go `os.Expand`: `*#$@!?-` and digits are names of one character; `${}` and an open `${` are eaten.
pub(super) fn expand(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, length) = name(after);
        match (name, length) {
            // A lone `$` stays.
            ("", 0) => out.push('$'),
            ("", _) => {}
            (name, _) => out.push_str(&value(name)),
        }
        rest = &after[length..];
    }
    out + rest
}

/// The name after a `$`, and how many bytes it takes with its braces.
fn name(text: &str) -> (&str, usize) {
    let is_special = |c: char| "*#$@!?-".contains(c) || c.is_ascii_digit();
    match text.chars().next() {
        Some('{') => {
            let inner = &text[1..];
            match inner.chars().next() {
                Some(c) if is_special(c) && inner[1..].starts_with('}') => return (&inner[..1], 3),
                _ => {}
            }
            match inner.find('}') {
                Some(end) => (&inner[..end], end + 2),
                // Bad syntax: the brace goes.
                None => ("", 1),
            }
        }
        Some(c) if is_special(c) => (&text[..1], 1),
        _ => {
            let is_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
            let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
            (&text[..end], end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_go_finds_them() {
        for (text, expected) in [
            ("$A/x", "<A>/x"),
            ("${A}b$B_1-c", "<A>b<B_1>-c"),
            ("a$", "a$"),
            ("a$ b", "a$ b"),
            ("$1x${?}", "<1>x<?>"),
            ("a${}b", "ab"),
            ("a${b", "ab"),
            ("é$É", "é$É"),
            ("$$", "<$>"),
        ] {
            assert_eq!(expand(text, |name| format!("<{name}>")), expected, "{text}");
        }
    }
}
