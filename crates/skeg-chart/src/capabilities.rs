//! What the cluster can do, as templates see it: Kubernetes' version and the API versions it serves.
//!
//! # Source
//! spec/rendering.md 2.3, 4.2.

use skeg_value::semver::{Constraint, Version};

/// The API versions that are assumed when no cluster is asked, in Helm's order.
pub const DEFAULT_API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

/// A Kubernetes version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// As given, with a `v` in front: `v1.33.4-gke.100`.
    pub version: String,
    /// Its numbers only: `v1.33.4`.
    pub normalised: String,
    /// The first number.
    pub major: String,
    /// The second number.
    pub minor: String,
}

impl Default for KubeVersion {
    /// The version of the client libraries that Helm 4.3.1 is built with.
    fn default() -> Self {
        KubeVersion {
            version: "v1.37.0".to_owned(),
            normalised: "v1.37.0".to_owned(),
            major: "1".to_owned(),
            minor: "37".to_owned(),
        }
    }
}

impl KubeVersion {
    /// Reads a version: an optional `v`, two or more numbers with dots between, then anything.
    ///
    /// # Errors
    /// Kubernetes' sentence, such as `could not parse "abc" as version`.
    pub fn parse(text: &str) -> Result<KubeVersion, String> {
        let rest = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        let rest = rest.strip_prefix('v').unwrap_or(rest);
        let mut end = 0;
        for (index, part) in rest.split('.').enumerate() {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                break;
            }
            end += digits + usize::from(index > 0);
            if digits < part.len() {
                break;
            }
        }
        let numbers = &rest[..end];
        if numbers.is_empty() || rest.contains('\n') {
            return Err(format!("could not parse {text:?} as version"));
        }
        let parts: Vec<&str> = numbers.split('.').collect();
        if parts.len() < 2 {
            return Err(format!("illegal version string {text:?}"));
        }
        if parts[0].len() > 1 && parts[0].starts_with('0') {
            return Err(format!(
                "illegal zero-prefixed version component {:?} in {text:?}",
                parts[0]
            ));
        }
        let mut plain = Vec::new();
        for part in parts {
            let number: u64 = part
                .parse()
                .map_err(|_| format!("strconv.ParseUint: parsing {part:?}: value out of range"))?;
            plain.push(number.to_string());
        }
        Ok(KubeVersion {
            version: if text.starts_with('v') {
                text.to_owned()
            } else {
                format!("v{text}")
            },
            normalised: format!("v{}", plain.join(".")),
            major: plain[0].clone(),
            minor: plain[1].clone(),
        })
    }

    /// Whether the version satisfies a constraint; a bad constraint is not satisfied.
    pub fn satisfies(&self, constraint: &str) -> bool {
        is_compatible(constraint, &self.normalised)
    }

    /// The second number, for tables of Kubernetes minors.
    pub fn minor_number(&self) -> u32 {
        self.minor.parse().unwrap_or(u32::MAX)
    }
}

/// Whether a version satisfies a constraint, both as texts; false where one of them is wrong.
pub fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Constraint::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => constraint.check(&version),
        _ => false,
    }
}

/// What a cluster can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Its version.
    pub kube_version: KubeVersion,
    /// What it serves: `group/version`, and from a live cluster `group/version/Kind` too.
    pub api_versions: Vec<String>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Capabilities {
            kube_version: KubeVersion::default(),
            api_versions: DEFAULT_API_VERSIONS.iter().map(|&version| version.to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 2.3: texts, and what `.Version`, `String`, `.Major`, `.Minor` give.
    #[test]
    fn versions_read_as_kubernetes_reads_them() {
        for (text, expected) in [
            ("1.25.3-gke.100", Ok(("v1.25.3-gke.100", "v1.25.3", "1", "25"))),
            ("1.25", Ok(("v1.25", "v1.25", "1", "25"))),
            ("v1.30.1+k3s1", Ok(("v1.30.1+k3s1", "v1.30.1", "1", "30"))),
            ("1.2.3.4", Ok(("v1.2.3.4", "v1.2.3.4", "1", "2"))),
            ("1.25.x", Ok(("v1.25.x", "v1.25", "1", "25"))),
            ("1", Err(r#"illegal version string "1""#)),
            ("abc", Err(r#"could not parse "abc" as version"#)),
            (
                "01.2.3",
                Err(r#"illegal zero-prefixed version component "01" in "01.2.3""#),
            ),
        ] {
            let got = KubeVersion::parse(text);
            let got = got
                .as_ref()
                .map(|v| (&*v.version, &*v.normalised, &*v.major, &*v.minor))
                .map_err(|e| &**e);
            assert_eq!(got, expected, "{text}");
        }
    }
}
