//! Takes the list of requirement IDs and their check letters out of the specification of the charts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const PATH: &str = "charts/testdata/requirements.tsv";

/// The letters of checks that the specification defines.
const LETTERS: &str = "TFSLPAKXVD";

/// Writes the list.
///
/// # Errors
/// A file that cannot be read or written, or a specification without requirements.
pub(crate) fn write(specification: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(specification).map_err(|e| format!("{}: {e}", specification.display()))?;
    let found = extract(&text);
    if found.is_empty() {
        return Err(format!("{}: no requirement", specification.display()));
    }
    let mut list =
        String::from("# Requirement IDs and the letters of their checks, by `cargo xtask charts requirements`.\n");
    for (id, letters) in &found {
        // Writing to a String cannot fail.
        let _ = writeln!(list, "{id}\t{letters}");
    }
    println!("{} requirements", found.len());
    std::fs::write(PATH, list).map_err(|e| format!("{PATH}: {e}"))
}

/// IDs with their letters: of rows `| ID | text | check |`, and of commands with `**ID** (letters)`.
fn extract(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        if let (Some(first), Some(last)) = (cells.first(), cells.last())
            && is_id(first.trim())
            && cells.len() >= 3
        {
            let clauses = last
                .split("; ")
                .flat_map(|part| part.split(", and "))
                .flat_map(|part| part.split(". "));
            found.insert(first.trim().to_owned(), letters(clauses));
        }
        for bold in line.split("**").skip(1).step_by(2).filter(|bold| is_id(bold)) {
            let after = line
                .split(&format!("**{bold}** ("))
                .nth(1)
                .and_then(|rest| rest.split(')').next());
            found.insert(
                bold.to_owned(),
                letters(after.unwrap_or_default().split([',', ';']).map(str::trim)),
            );
        }
    }
    found
}

/// The letters that the clauses begin with, such as `T/L/P for the rest`.
fn letters<'a>(clauses: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<char> = Vec::new();
    for clause in clauses {
        let list = clause.replace(", ", "/").replace(',', "/");
        for word in list.split([' ', ':']).next().unwrap_or_default().split('/') {
            let mut letters = word.trim().chars();
            if let (Some(letter), None) = (letters.next(), letters.next())
                && LETTERS.contains(letter)
            {
                all.push(letter);
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all.into_iter().collect()
}

fn is_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(family, number)| {
        matches!(family.len(), 2..=4)
            && family.chars().all(|c| c.is_ascii_uppercase())
            && number.len() == 2
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::extract;

    #[test]
    fn rows_and_commands() {
        let text = "\
| ID | Requirement | Check |
| XC-09 | a `b` c | X: `skeg unittest` exits 0; a suite |
| XC-10 | a | T over all documents; A: in a namespace |
| PLUE-16 | a | T, F |
| `helm x` | e. **CLIP-56** (A, P) |
| `helm y` | e. **MONK-46** (A with status patching, K) |
";
        let found = extract(text);
        let wanted = [
            ("CLIP-56", "AP"),
            ("MONK-46", "AK"),
            ("PLUE-16", "FT"),
            ("XC-09", "X"),
            ("XC-10", "AT"),
        ];
        assert_eq!(found.len(), wanted.len(), "{found:?}");
        for (id, letters) in wanted {
            assert_eq!(found.get(id).map(String::as_str), Some(letters), "{id}");
        }
    }
}
