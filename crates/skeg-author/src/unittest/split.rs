//! Documents of a text, divided at lines that begin with `---`, as the original divides them: before YAML is read.

use std::ops::Range;

/// The ranges of the documents that are not blank.
///
/// A divider takes the white space around it along, except what indents the first line after it; the line break that
/// ends the document stays.
pub(super) fn documents(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut line = 0;
    while line < text.len() {
        let next = text[line..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(text.len(), |at| line + at + 1);
        if text[line..].starts_with(b"---") {
            push(text, start..line, &mut found);
            start = after_divider(text, line + 3);
            line = next.max(start);
        } else {
            line = next;
        }
    }
    push(text, start.min(text.len())..text.len(), &mut found);
    found
}

/// Where the document after a divider begins: at its first line that is not blank, or right behind the divider.
fn after_divider(text: &[u8], from: usize) -> usize {
    let content = text[from..]
        .iter()
        .position(|b| !b.is_ascii_whitespace())
        .map_or(text.len(), |at| from + at);
    match text[from..content].iter().rposition(|&b| b == b'\n') {
        Some(line_break) => from + line_break + 1,
        None => content,
    }
}

fn push(text: &[u8], range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let document = &text[range.clone()];
    let Some(last) = document.iter().rposition(|b| !b.is_ascii_whitespace()) else {
        return;
    };
    // Only a divider takes trailing line breaks away.
    let end = match document[last + 1..].iter().position(|&b| b == b'\n') {
        Some(line_break) if range.end < text.len() => range.start + last + 1 + line_break + 1,
        _ => range.end,
    };
    found.push(range.start..end);
}

#[cfg(test)]
mod tests {
    use super::documents;

    #[test]
    fn dividers_part_documents() {
        for (text, expected) in [
            ("a: 1\n", &["a: 1\n"] as &[&str]),
            ("---\na: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]),
            ("a: 1\n\n\n--- # x\nb: 2", &["a: 1\n", "# x\nb: 2"]),
            ("---\n---\n\n", &[]),
            ("a: |\n  x\n  ---\n  y\n", &["a: |\n  x\n  ---\n  y\n"]),
            ("---\n\n  a: 1\n  b: 2\n", &["  a: 1\n  b: 2\n"]),
            ("", &[]),
        ] {
            let got: Vec<&str> = documents(text.as_bytes())
                .into_iter()
                .map(|range| &text[range])
                .collect();
            assert_eq!(got, expected, "{text:?}");
        }
    }
}
