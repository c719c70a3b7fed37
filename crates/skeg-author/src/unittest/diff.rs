//! Differences of texts, in the unified format with one line of context.

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

/// The difference, its first lines naming both sides `Expected` and `Actual`; empty for equal texts.
pub(crate) fn diff(expected: &str, actual: &str) -> String {
    let (a, b) = (lines(expected), lines(actual));
    let operations = capture_diff_slices(Algorithm::Myers, &a, &b);
    if operations
        .iter()
        .all(|operation| matches!(operation, DiffOp::Equal { .. }))
    {
        return String::new();
    }
    let mut text = "--- Expected\n+++ Actual\n".to_owned();
    for group in group_diff_ops(operations, 1) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let old = range(first.old_range().start, last.old_range().end);
        let new = range(first.new_range().start, last.new_range().end);
        text.push_str(&format!("@@ -{old} +{new} @@\n"));
        for operation in &group {
            if let DiffOp::Equal { .. } = operation {
                add(&mut text, ' ', &a[operation.old_range()]);
            } else {
                add(&mut text, '-', &a[operation.old_range()]);
                add(&mut text, '+', &b[operation.new_range()]);
            }
        }
    }
    text
}

/// The lines with their ends; what follows the last one counts as a line, even if it is empty.
fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

fn add(text: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        text.push(sign);
        text.push_str(line);
        text.push('\n');
    }
}

/// A range as hunks name it.
fn range(start: usize, end: usize) -> String {
    match end - start {
        1 => (start + 1).to_string(),
        0 => format!("{start},0"),
        length => format!("{},{length}", start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::diff;

    #[test]
    fn hunks_have_one_line_around() {
        assert_eq!(diff("a\n", "a\n"), "");
        assert_eq!(
            diff("x\n", "y\n"),
            "--- Expected\n+++ Actual\n@@ -1,2 +1,2 @@\n-x\n+y\n \n"
        );
        assert_eq!(
            diff("a\nb\nc\nd\n", "a\nb\nC\nd\n"),
            "--- Expected\n+++ Actual\n@@ -2,3 +2,3 @@\n b\n-c\n+C\n d\n"
        );
    }
}
