//! Whose an object is: the label and annotations by which Helm knows the objects of a release.
//!
//! # Source
//! spec/lifecycle.md 3.1, "Ownership metadata" and "Adoption error".

use serde_json::Value;

use crate::object::{annotation, key, label, set_metadata};

/// The label of everything that a release owns.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The annotation with the release's name.
pub const RELEASE_NAME: &str = "meta.helm.sh/release-name";
/// The annotation with the release's namespace.
pub const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";
/// The value of [`MANAGED_BY`].
const HELM: &str = "Helm";

/// Marks an object as the release's.
pub fn mark(object: &mut Value, release: &str, namespace: &str) {
    set_metadata(object, "labels", MANAGED_BY, HELM);
    set_metadata(object, "annotations", RELEASE_NAME, release);
    set_metadata(object, "annotations", RELEASE_NAMESPACE, namespace);
}

/// Checks that a live object is the release's.
///
/// # Errors
/// What of the three marks is missing or different, in Helm's words after `invalid ownership metadata; `.
pub fn check(live: &Value, release: &str, namespace: &str) -> Result<(), String> {
    let mut wrong = Vec::new();
    let mut expect = |what: &str, key: &str, found: Option<&str>, wanted: &str| match found {
        Some(found) if found == wanted => {}
        Some(found) => wrong.push(format!(
            "{what} validation error: key \"{key}\" must equal \"{wanted}\": current value is \"{found}\""
        )),
        None => wrong.push(format!(
            "{what} validation error: missing key \"{key}\": must be set to \"{wanted}\""
        )),
    };
    expect("label", MANAGED_BY, label(live, MANAGED_BY), HELM);
    expect("annotation", RELEASE_NAME, annotation(live, RELEASE_NAME), release);
    expect(
        "annotation",
        RELEASE_NAMESPACE,
        annotation(live, RELEASE_NAMESPACE),
        namespace,
    );
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("; "))
    }
}

/// Helm's sentence for an object that exists and is somebody else's.
pub fn refusal(live: &Value, problem: &str) -> String {
    let key = key(live);
    format!(
        "{} \"{}\" in namespace \"{}\" exists and cannot be imported into the current release: invalid ownership metadata; {problem}",
        key.kind, key.name, key.namespace
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// spec/lifecycle.md 3.1: all three marks are checked, and each has its words.
    #[test]
    fn marks_are_checked() {
        let mut object = json!({"kind": "ConfigMap", "metadata": {"name": "a1-cm", "namespace": "default"}});
        let problem = check(&object, "a1", "default").expect_err("it has no marks");
        assert_eq!(
            refusal(&object, &problem),
            "ConfigMap \"a1-cm\" in namespace \"default\" exists and cannot be imported into the current release: invalid \
             ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\": must be set to \"Helm\"; \
             annotation validation error: missing key \"meta.helm.sh/release-name\": must be set to \"a1\"; annotation \
             validation error: missing key \"meta.helm.sh/release-namespace\": must be set to \"default\""
        );
        mark(&mut object, "a1", "default");
        assert_eq!(check(&object, "a1", "default"), Ok(()));
        let other = check(&object, "wd2", "default").expect_err("it is another's");
        assert_eq!(
            other,
            "annotation validation error: key \"meta.helm.sh/release-name\" must equal \"wd2\": current value is \"a1\""
        );
    }
}
