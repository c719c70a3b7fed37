//! The place of the table in a README.

/// What stands before the table.
pub const BEGIN: &str = "<!-- values:begin -->";
/// What stands after it.
pub const END: &str = "<!-- values:end -->";

/// The README with the table between its marks; none where it has no marks, or only one.
pub fn with_table(readme: &str, table: &str) -> Option<String> {
    let begin = readme.find(BEGIN)? + BEGIN.len();
    let end = begin + readme[begin..].find(END)?;
    Some(format!("{}\n{table}{}", &readme[..begin], &readme[end..]))
}

/// A README for a chart that has none.
pub fn new(name: &str, description: &str, table: &str) -> String {
    let description = match description {
        "" => String::new(),
        text => format!("{text}\n\n"),
    };
    format!("# {name}\n\n{description}## Values\n\n{BEGIN}\n{table}{END}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let before = format!("# x\n{BEGIN}\nold\n{END}\nafter\n");
        let after = with_table(&before, "new\n").expect("has marks");
        assert_eq!(after, format!("# x\n{BEGIN}\nnew\n{END}\nafter\n"));
        assert_eq!(with_table(&after, "new\n"), Some(after.clone()));
        assert_eq!(with_table("# x\n", "new\n"), None);
        assert_eq!(with_table(&format!("{END}{BEGIN}"), "new\n"), None);
    }
}
