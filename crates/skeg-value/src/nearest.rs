//! The existing name that was probably meant.

/// The name most like `wanted`: equal but for case, or few letters away. None where nothing is near.
pub fn of<'n, S: AsRef<str>>(wanted: &str, names: &'n [S]) -> Option<&'n str> {
    let limit = wanted.chars().count().div_ceil(3).min(3);
    names
        .iter()
        .map(AsRef::as_ref)
        .filter(|name| *name != wanted)
        .map(|name| (distance(&wanted.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// How many letters must be inserted, removed or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::of;

    /// A slip of the finger or of case is found, a different word is not.
    #[test]
    fn slips_are_found() {
        let names = ["image", "replicaCount", "service"];
        for (wanted, expected) in [
            ("imgae", Some("image")),
            ("replicacount", Some("replicaCount")),
            ("Service", Some("service")),
            ("ingress", None),
        ] {
            assert_eq!(of(wanted, &names), expected, "{wanted}");
        }
    }
}
