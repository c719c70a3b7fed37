//! Warns about repositories that have moved for good.
//!
//! Helm looks for them before every command. The list of repositories is only taken apart when it mentions one.

use skeg_value::{Value, yaml};

use super::yaml_file::text_of;

/// Name, old host, new address.
const MOVED: [(&str, &str, &str); 2] = [
    (
        "stable",
        "kubernetes-charts.storage.googleapis.com",
        "https://charts.helm.sh/stable",
    ),
    (
        "incubator",
        "kubernetes-charts-incubator.storage.googleapis.com",
        "https://charts.helm.sh/incubator",
    ),
];

/// The warning for stderr about the file that lists the repositories; empty when there is nothing to warn about, or
/// the file cannot be read.
pub fn warning(repository_config: &str) -> String {
    std::fs::read(repository_config)
        .map(|bytes| warning_about(&bytes))
        .unwrap_or_default()
}

fn warning_about(bytes: &[u8]) -> String {
    let mentioned = bytes.windows(17).any(|window| window == b"kubernetes-charts");
    if !mentioned {
        return String::new();
    }
    let Ok(Value::Map(file)) = yaml::decode(bytes) else {
        return String::new();
    };
    let Some(Value::List(entries)) = file.get(b"repositories") else {
        return String::new();
    };
    let url_of = |wanted: &str| {
        entries.iter().find_map(|entry| {
            let Value::Map(entry) = entry else { return None };
            let field = |key: &[u8]| entry.get(key).as_ref().and_then(text_of);
            (field(b"name").as_deref() == Some(wanted)).then(|| field(b"url").unwrap_or_default())
        })
    };
    let mut text = String::new();
    for (name, old, new) in MOVED {
        // As in Helm, without the first of them the second is not looked at.
        let Some(url) = url_of(name) else { break };
        if url.contains(old) {
            text.push_str(&format!(
                "WARNING: \"{old}\" is deprecated for \"{name}\" and will be deleted Nov. 13, 2020.\n\
                 WARNING: You should switch to \"{new}\" via:\n\
                 WARNING: helm repo add \"{name}\" \"{new}\" --force-update\n"
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Helm 4.3.1.
    #[test]
    fn only_the_old_addresses_are_warned_about() {
        let old = "repositories: [{name: stable, url: 'https://kubernetes-charts.storage.googleapis.com/'}]";
        assert_eq!(
            warning_about(old.as_bytes()),
            "WARNING: \"kubernetes-charts.storage.googleapis.com\" is deprecated for \"stable\" and will be deleted \
             Nov. 13, 2020.\nWARNING: You should switch to \"https://charts.helm.sh/stable\" via:\n\
             WARNING: helm repo add \"stable\" \"https://charts.helm.sh/stable\" --force-update\n"
        );
        let quiet = [
            "repositories: [{name: stable, url: 'https://charts.helm.sh/stable'}]",
            "repositories: [{name: other, url: 'https://kubernetes-charts.storage.googleapis.com'}]",
            "repositories: [{name: incubator, url: 'https://kubernetes-charts-incubator.storage.googleapis.com'}]",
            "kubernetes-charts: [",
            "",
        ];
        for text in quiet {
            assert_eq!(warning_about(text.as_bytes()), "", "{text}");
        }
    }
}
