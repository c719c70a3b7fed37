//! The chart that `create` writes: the files of a working, restricted web service.
//!
//! Same files, values keys and meaning as the chart that Helm creates, in our own words, with a values schema and a
//! unit-test suite besides. `<CHARTNAME>` stands for the chart's name, as it does in starter charts.
//!
//! # Source
//! spec/rendering.md 6.6.

/// The text in scaffold and starter files that becomes the chart's name.
pub const CHART_NAME: &str = "<CHARTNAME>";

/// Path (relative to the chart) and contents of each file, in the order in which they are written.
pub const FILES: &[(&str, &str)] = &[
    ("Chart.yaml", include_str!("scaffold/Chart.yaml")),
    ("values.yaml", include_str!("scaffold/values.yaml")),
    ("values.schema.json", include_str!("scaffold/values.schema.json")),
    (".helmignore", include_str!("scaffold/helmignore")),
    (
        "templates/ingress.yaml",
        include_str!("scaffold/templates/ingress.yaml"),
    ),
    (
        "templates/httproute.yaml",
        include_str!("scaffold/templates/httproute.yaml"),
    ),
    (
        "templates/deployment.yaml",
        include_str!("scaffold/templates/deployment.yaml"),
    ),
    (
        "templates/service.yaml",
        include_str!("scaffold/templates/service.yaml"),
    ),
    (
        "templates/serviceaccount.yaml",
        include_str!("scaffold/templates/serviceaccount.yaml"),
    ),
    ("templates/hpa.yaml", include_str!("scaffold/templates/hpa.yaml")),
    ("templates/NOTES.txt", include_str!("scaffold/templates/NOTES.txt")),
    (
        "templates/_helpers.tpl",
        include_str!("scaffold/templates/_helpers.tpl"),
    ),
    (
        "templates/tests/test-connection.yaml",
        include_str!("scaffold/templates/tests/test-connection.yaml"),
    ),
    (
        "tests/deployment_test.yaml",
        include_str!("scaffold/tests/deployment_test.yaml"),
    ),
];

/// The files of a chart of this name, ready to be written.
pub fn files(name: &str) -> Vec<(&'static str, String)> {
    FILES
        .iter()
        .map(|(path, text)| (*path, text.replace(CHART_NAME, name)))
        .collect()
}

/// Why a name cannot be a new chart's name.
///
/// # Errors
/// Helm's words: the length must be 1 to 250 bytes, the characters letters, digits, `.`, `_` and `-`.
pub fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.len() > 250 {
        return Err("chart name must be between 1 and 250 characters".to_owned());
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
        return Err(r#"chart name must match the regular expression "^[a-zA-Z0-9._-]+$""#.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 6.6: the name rule.
    #[test]
    fn names_are_letters_digits_dots_dashes_and_underscores() {
        assert!(check_name("a.B_c-1").is_ok());
        assert_eq!(
            check_name(""),
            Err("chart name must be between 1 and 250 characters".to_owned())
        );
        assert!(check_name(&"a".repeat(250)).is_ok());
        assert!(check_name(&"a".repeat(251)).is_err());
        assert!(check_name("a b").unwrap_err().contains("regular expression"));
    }

    /// Starters and the scaffold share the placeholder; none may be left over.
    #[test]
    fn every_placeholder_becomes_the_name() {
        assert!(files("demo").iter().all(|(_, text)| !text.contains(CHART_NAME)));
        assert!(files("demo").iter().any(|(_, text)| text.contains("demo.fullname")));
    }
}
