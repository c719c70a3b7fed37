//! What was meant instead of a command that does not exist.

use super::command::Command;

/// Names further apart than this are not suggested.
const FARTHEST: usize = 2;

/// The names of the subcommands that `typed` may stand for, in the order of the tree.
///
/// A name is suggested when it is at most two edits away, when it starts with `typed`, or when the command names
/// `typed` as another word for itself; for two of these reasons it is suggested twice, as in Helm.
pub fn suggestions(parent: &Command, typed: &str) -> Vec<&'static str> {
    let lower = typed.to_lowercase();
    let mut names = Vec::new();
    for command in parent.subcommands.iter().filter(|command| command.is_available()) {
        if distance(&lower, &command.name.to_lowercase()) <= FARTHEST || command.name.starts_with(&lower) {
            names.push(command.name);
        }
        names.extend(
            command
                .suggest_for
                .iter()
                .filter(|word| word.eq_ignore_ascii_case(typed))
                .map(|_| command.name),
        );
    }
    names
}

/// How many bytes have to be inserted, deleted or replaced to get from one to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    // The rows only matter up to the length of a command's name; a longer word is too far away anyway.
    if from.len().abs_diff(to.len()) > FARTHEST {
        return FARTHEST + 1;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.bytes().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if a == b {
                diagonal
            } else {
                1 + diagonal.min(above).min(row[j])
            };
            diagonal = above;
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (from, to, expected) in [
            ("lint", "lint", 0),
            ("lnt", "lint", 1),
            ("lits", "list", 2),
            ("shwo", "show", 2),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
        assert!(distance("x", "dependency") > FARTHEST);
    }
}
