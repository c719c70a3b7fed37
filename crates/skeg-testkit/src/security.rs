//! The Pod Security Standard *restricted*, and what the charts add to it.

use crate::{Json, path};

/// Capabilities that *restricted* lets a container add.
const ADDABLE: &[&str] = &["NET_BIND_SERVICE"];

/// Volume types that *restricted* lets a pod use.
const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Sysctls that *baseline* lets a pod set.
const SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
];

/// What in a pod spec breaks the *restricted* standard; empty when the admission controller would let it in.
///
/// # Source
/// The Pod Security Standards of Kubernetes, level *restricted* with *baseline*, Linux pods, version `latest`.
#[must_use]
pub fn restricted(spec: &Json) -> Vec<String> {
    let mut broken = Vec::new();
    let flag = |at: &Json, key: &str| at.get(key) == Some(&Json::Bool(true));
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if flag(spec, key) {
            broken.push(format!("{key} is true"));
        }
    }
    for volume in path::find(spec, ".volumes[*]") {
        for key in volume.as_object().into_iter().flat_map(|map| map.keys()) {
            if key != "name" && !VOLUMES.contains(&key.as_str()) {
                broken.push(format!("volume {} is of type {key}", text(volume, "name")));
            }
        }
    }
    let pod = spec.get("securityContext").cloned().unwrap_or_default();
    for sysctl in path::find(&pod, ".sysctls[*].name")
        .into_iter()
        .filter_map(Json::as_str)
    {
        if !SYSCTLS.contains(&sysctl) {
            broken.push(format!("sysctl {sysctl}"));
        }
    }
    if pod.get("runAsUser") == Some(&Json::from(0)) {
        broken.push("pod runAsUser is 0".to_owned());
    }
    for context in [&pod] {
        shared(context, "pod", &mut broken);
    }
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in path::find(spec, &format!(".{list}[*]")) {
            one_container(container, &pod, &mut broken);
        }
    }
    broken
}

/// Rules that hold for the context of a pod and of a container alike.
fn shared(context: &Json, place: &str, broken: &mut Vec<String>) {
    for at in [".seLinuxOptions.user", ".seLinuxOptions.role"] {
        if path::find(context, at).iter().any(|value| value.as_str() != Some("")) {
            broken.push(format!("{place}: {} is set", &at[1..]));
        }
    }
    for kind in path::find(context, ".seLinuxOptions.type")
        .into_iter()
        .filter_map(Json::as_str)
    {
        if ![
            "",
            "container_t",
            "container_init_t",
            "container_kvm_t",
            "container_engine_t",
        ]
        .contains(&kind)
        {
            broken.push(format!("{place}: seLinuxOptions.type {kind}"));
        }
    }
    for profile in path::find(context, ".seccompProfile.type")
        .into_iter()
        .filter_map(Json::as_str)
    {
        if !["RuntimeDefault", "Localhost"].contains(&profile) {
            broken.push(format!("{place}: seccompProfile.type is {profile}"));
        }
    }
    for profile in path::find(context, ".appArmorProfile.type")
        .into_iter()
        .filter_map(Json::as_str)
    {
        if !["RuntimeDefault", "Localhost"].contains(&profile) {
            broken.push(format!("{place}: appArmorProfile.type is {profile}"));
        }
    }
    if path::find(context, ".windowsOptions.hostProcess") == [&Json::Bool(true)] {
        broken.push(format!("{place}: windowsOptions.hostProcess is true"));
    }
    if context.get("runAsNonRoot") == Some(&Json::Bool(false)) {
        broken.push(format!("{place}: runAsNonRoot is false"));
    }
}

fn one_container(container: &Json, pod: &Json, broken: &mut Vec<String>) {
    let name = text(container, "name");
    let own = container.get("securityContext").cloned().unwrap_or_default();
    shared(&own, &format!("container {name}"), broken);
    let mut rule = |holds: bool, what: &str| {
        if !holds {
            broken.push(format!("container {name}: {what}"));
        }
    };
    rule(own.get("privileged") != Some(&Json::Bool(true)), "privileged is true");
    rule(
        own.get("allowPrivilegeEscalation") == Some(&Json::Bool(false)),
        "allowPrivilegeEscalation is not false",
    );
    rule(own.get("runAsUser") != Some(&Json::from(0)), "runAsUser is 0");
    let either = |key: &str| own.get(key).or_else(|| pod.get(key)).cloned().unwrap_or_default();
    rule(either("runAsNonRoot") == Json::Bool(true), "runAsNonRoot is not true");
    rule(!either("seccompProfile").is_null(), "no seccompProfile");
    let dropped = path::find(&own, ".capabilities.drop[*]");
    rule(
        dropped.iter().any(|c| c.as_str() == Some("ALL")),
        "capabilities.drop lacks ALL",
    );
    for capability in path::find(&own, ".capabilities.add[*]")
        .into_iter()
        .filter_map(Json::as_str)
    {
        rule(ADDABLE.contains(&capability), &format!("adds capability {capability}"));
    }
    let mount = own.get("procMount").and_then(Json::as_str).unwrap_or("Default");
    rule(mount == "Default", "procMount is set");
    for port in path::find(container, ".ports[*].hostPort") {
        rule(port.as_i64() == Some(0), "uses a hostPort");
    }
    for at in [
        ".livenessProbe",
        ".readinessProbe",
        ".startupProbe",
        ".lifecycle.preStop",
        ".lifecycle.postStart",
    ] {
        for action in ["httpGet", "tcpSocket"] {
            let host = path::find(container, &format!("{at}.{action}.host"));
            rule(
                host.iter().all(|host| host.as_str() == Some("")),
                &format!("{}.{action}.host is set", &at[1..]),
            );
        }
    }
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

    use super::restricted;
    use crate::Json;

    fn good() -> Json {
        json!({
            "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": "app",
                "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
            }],
        })
    }

    #[test]
    fn each_rule_is_seen_to_be_broken() {
        assert_eq!(restricted(&good()), Vec::<String>::new());
        let cases = [
            ("/hostNetwork", json!(true), "hostNetwork is true"),
            (
                "/volumes",
                json!([{"name": "v", "hostPath": {"path": "/"}}]),
                "volume v is of type hostPath",
            ),
            (
                "/securityContext/runAsNonRoot",
                json!(false),
                "pod: runAsNonRoot is false",
            ),
            (
                "/securityContext/seccompProfile",
                json!({"type": "Unconfined"}),
                "pod: seccompProfile.type is Unconfined",
            ),
            (
                "/containers/0/securityContext",
                json!({}),
                "container app: allowPrivilegeEscalation is not false",
            ),
            (
                "/containers/0/securityContext/capabilities",
                json!({}),
                "container app: capabilities.drop lacks ALL",
            ),
            (
                "/containers/0/securityContext/capabilities",
                json!({"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
                "container app: adds capability SYS_ADMIN",
            ),
            (
                "/containers/0/securityContext/runAsUser",
                json!(0),
                "container app: runAsUser is 0",
            ),
            (
                "/containers/0/ports",
                json!([{"hostPort": 80}]),
                "container app: uses a hostPort",
            ),
        ];
        for (at, value, wanted) in cases {
            let mut spec = good();
            let (parent, key) = at.rsplit_once('/').expect("a slash");
            let parent = spec.pointer_mut(parent).expect("a parent");
            parent.as_object_mut().expect("a map").insert(key.to_owned(), value);
            let broken = restricted(&spec);
            assert!(broken.iter().any(|line| line == wanted), "{at}: {broken:?}");
        }
    }
}
