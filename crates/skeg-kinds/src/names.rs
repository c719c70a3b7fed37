//! The rules that Kubernetes has for object names, by kind, with the words that `helm lint` uses.
//!
//! # Source
//! spec/rendering.md 6.5; Kubernetes' apimachinery validation messages.

/// Checks `metadata.name` by the rule of its kind; the broken rules' messages in Helm's order, empty when it is fine.
pub fn check(kind: &str, name: &str) -> Vec<String> {
    match kind.to_ascii_lowercase().as_str() {
        "service" => dns_label_1035(name),
        "namespace" => dns_label(name),
        "clusterrole" | "clusterrolebinding" | "role" | "rolebinding" => path_segment(name),
        "certificatesigningrequest" => Vec::new(),
        _ => dns_subdomain(name),
    }
}

fn is_alnum(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
fn is_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [first, .., last] if is_alnum(*first) && is_alnum(*last))
        && bytes.iter().all(|&b| is_alnum(b) || b == b'-')
        || matches!(bytes, [only] if is_alnum(*only))
}

fn too_long(name: &str, limit: usize) -> Option<String> {
    (name.len() > limit).then(|| format!("must be no more than {limit} characters"))
}

fn dns_subdomain(name: &str) -> Vec<String> {
    let mut errors: Vec<String> = too_long(name, 253).into_iter().collect();
    if !name.split('.').all(is_label) {
        errors.push(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
             start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
             '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
                .to_owned(),
        );
    }
    errors
}

fn dns_label(name: &str) -> Vec<String> {
    let mut errors: Vec<String> = too_long(name, 63).into_iter().collect();
    if !is_label(name) {
        if name.split('.').all(is_label) {
            errors.push("must not contain dots".to_owned());
        } else {
            errors.push(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
                 and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
                 '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
                    .to_owned(),
            );
        }
    }
    errors
}

fn dns_label_1035(name: &str) -> Vec<String> {
    let mut errors: Vec<String> = too_long(name, 63).into_iter().collect();
    if !(is_label(name) && name.as_bytes()[0].is_ascii_lowercase()) {
        errors.push(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
             character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for \
             validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
                .to_owned(),
        );
    }
    errors
}

fn path_segment(name: &str) -> Vec<String> {
    if name == "." || name == ".." {
        return vec![format!("may not be '{name}'")];
    }
    ["/", "%"]
        .iter()
        .filter(|c| name.contains(**c))
        .map(|c| format!("may not contain '{c}'"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;

    /// spec 6.5, name rules: kind, name, does it pass.
    #[test]
    fn each_kind_has_its_rule() {
        for (kind, name, fine) in [
            ("ConfigMap", "a.b-c", true),
            ("ConfigMap", "Foo_Bar", false),
            ("", "", false),
            ("Service", "a1", true),
            ("Service", "1a", false),
            ("Service", "a.b", false),
            ("Namespace", "a.b", false),
            ("Role", "system:x", true),
            ("Role", "a/b", false),
            ("ClusterRoleBinding", "..", false),
            ("CertificateSigningRequest", "A b", true),
        ] {
            assert_eq!(
                check(kind, name).is_empty(),
                fine,
                "{kind} {name:?}: {:?}",
                check(kind, name)
            );
        }
    }
}
