//! The environment variables of the process, or a fixed set in tests.
//!
//! Nothing else in the program reads the environment: whoever needs a variable is handed an [`Environment`].

use std::collections::BTreeMap;

/// A set of environment variables.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `None`: the variables of the process.
    fixed: Option<BTreeMap<String, String>>,
}

impl Environment {
    /// The variables of the process.
    pub fn of_process() -> Self {
        Environment { fixed: None }
    }

    /// These variables and no others.
    pub fn fixed<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Environment {
            fixed: Some(
                variables
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v.to_owned()))
                    .collect(),
            ),
        }
    }

    /// The value of a variable, or none when it is not set. Bytes that are no UTF-8 become U+FFFD.
    pub fn get(&self, name: &str) -> Option<String> {
        match &self.fixed {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()),
        }
    }

    /// The value of a variable, empty when it is not set.
    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default()
    }

    /// All variables of a fixed set; none for those of the process.
    pub fn fixed_variables(&self) -> Option<Vec<(String, String)>> {
        let variables = self.fixed.as_ref()?;
        Some(variables.iter().map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    /// Whether a variable is set and not empty.
    pub fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }
}
