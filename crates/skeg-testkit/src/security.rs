//! The Pod Security Standard *restricted*, and what the charts add to it.

use serde_json::json;
use skeg_kinds::pod_security::{self, Level};

use crate::charts::NEWEST;
use crate::{Json, path};

/// What in a pod spec breaks the *restricted* standard; empty when the admission controller would let it in, with the
/// rules of the oldest and of the newest Kubernetes that all charts promise.
///
/// # Panics
/// When the spec is so malformed that the rules cannot be asked.
#[must_use]
pub fn restricted(spec: &Json) -> Vec<String> {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"}, "spec": spec}).to_string();
    let mut broken = Vec::new();
    for minor in [28, NEWEST] {
        let findings = pod_security::check_text(pod.as_bytes(), Level::Restricted, minor);
        for finding in findings.unwrap_or_else(|e| panic!("{}", e.message())) {
            broken.push(format!("{} [{}]", finding.message, finding.code));
        }
    }
    broken
}

/// What XC-10 asks beyond *restricted*: a numeric user of at least 1, the runtime's own seccomp profile, a read-only root
/// and a limit on every scratch volume.
#[must_use]
pub fn hardened(spec: &Json) -> Vec<String> {
    let mut broken = Vec::new();
    let pod = spec.get("securityContext").cloned().unwrap_or_default();
    for list in ["initContainers", "containers"] {
        for container in path::find(spec, &format!(".{list}[*]")) {
            let name = text(container, "name");
            let own = container.get("securityContext").cloned().unwrap_or_default();
            let either = |key: &str| own.get(key).or_else(|| pod.get(key)).cloned().unwrap_or_default();
            if either("runAsUser").as_i64().is_none_or(|user| user < 1) {
                broken.push(format!("container {name}: no numeric runAsUser >= 1"));
            }
            if path::find(&either("seccompProfile"), ".type") != [&Json::from("RuntimeDefault")] {
                broken.push(format!("container {name}: seccompProfile.type is not RuntimeDefault"));
            }
            if own.get("readOnlyRootFilesystem") != Some(&Json::Bool(true)) {
                broken.push(format!("container {name}: readOnlyRootFilesystem is not true"));
            }
        }
    }
    for volume in path::find(spec, ".volumes[*]") {
        if volume.get("emptyDir").is_some() && path::find(volume, ".emptyDir.sizeLimit").is_empty() {
            broken.push(format!("volume {}: emptyDir without sizeLimit", text(volume, "name")));
        }
    }
    broken
}

fn text<'v>(value: &'v Json, key: &str) -> &'v str {
    value.get(key).and_then(Json::as_str).unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{hardened, restricted};
    use crate::Json;

    fn good() -> Json {
        json!({
            "securityContext": {"runAsNonRoot": true, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": "app",
                "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "readOnlyRootFilesystem": true,
                    "capabilities": {"drop": ["ALL"]},
                },
            }],
        })
    }

    /// The good pod with one value put in.
    fn with(at: &str, value: Json) -> Json {
        let mut spec = good();
        let (parent, key) = at.rsplit_once('/').expect("a slash");
        let parent = spec.pointer_mut(parent).expect("a parent");
        parent.as_object_mut().expect("a map").insert(key.to_owned(), value);
        spec
    }

    #[test]
    fn each_rule_is_seen_to_be_broken() {
        assert_eq!(restricted(&good()), Vec::<String>::new());
        for (at, value) in [
            ("/hostNetwork", json!(true)),
            ("/volumes", json!([{"name": "v", "hostPath": {"path": "/"}}])),
            ("/securityContext/runAsNonRoot", json!(false)),
            ("/securityContext/seccompProfile", json!({"type": "Unconfined"})),
            ("/containers/0/securityContext", json!({})),
            ("/containers/0/securityContext/capabilities", json!({})),
            (
                "/containers/0/securityContext/capabilities",
                json!({"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
            ),
            ("/containers/0/securityContext/runAsUser", json!(0)),
            ("/containers/0/ports", json!([{"containerPort": 80, "hostPort": 80}])),
        ] {
            assert!(
                !restricted(&with(at, value.clone())).is_empty(),
                "{at} = {value} is let in"
            );
        }
    }

    #[test]
    fn what_the_charts_add() {
        assert_eq!(hardened(&good()), Vec::<String>::new());
        for (at, value, wanted) in [
            (
                "/securityContext/runAsUser",
                json!(null),
                "container app: no numeric runAsUser >= 1",
            ),
            (
                "/containers/0/securityContext/readOnlyRootFilesystem",
                json!(false),
                "container app: readOnlyRootFilesystem is not true",
            ),
            (
                "/volumes",
                json!([{"name": "tmp", "emptyDir": {}}]),
                "volume tmp: emptyDir without sizeLimit",
            ),
        ] {
            assert_eq!(hardened(&with(at, value)), [wanted], "{at}");
        }
    }
}
