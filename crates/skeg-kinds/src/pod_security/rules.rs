//! The rules, each a function over the pod; those that changed say in which minor.

use skeg_value::yaml::{NodeId, TreeKind};

use super::Level;
use crate::validate::{Step, Walk, describe, start_of};

/// Capabilities that containers have by default, which baseline lets them name.
const DEFAULT_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Sysctls that concern the pod alone, and the minor that added them.
const SAFE_SYSCTLS: &[(&str, u32)] = &[
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_notsent_lowat", 37),
];

/// SELinux types, and the minor that added them.
const SELINUX_TYPES: &[(&str, u32)] = &[
    ("", 0),
    ("container_t", 0),
    ("container_init_t", 0),
    ("container_kvm_t", 0),
    ("container_engine_t", 31),
];

/// Sources of volumes that restricted allows.
const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

const APPARMOR_ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

/// A container: the list it stands in, its place there, its node.
type Container = (&'static str, usize, NodeId);

/// Checks a pod by all rules of a level. `template`: what has `metadata` and `spec`.
pub(super) fn check(walk: &mut Walk<'_>, template: NodeId, spec: NodeId, level: Level) {
    let mut containers: Vec<Container> = Vec::new();
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        let items = walk
            .tree
            .get(spec, list)
            .map(|list| walk.tree.items(list))
            .unwrap_or_default();
        containers.extend(items.iter().enumerate().map(|(index, node)| (list, index, *node)));
    }
    let os = walk.tree.at(spec, &["os", "name"]).and_then(|name| walk.tree.str(name));
    let host_users = walk.tree.get(spec, "hostUsers").and_then(|value| walk.tree.bool(value));
    let mut pod = Pod {
        is_windows: os == Some("windows") && walk.minor >= 25,
        has_own_users: host_users == Some(false) && walk.minor >= 35,
        walk,
        template,
        spec,
        containers,
    };
    pod.baseline(level);
    if level == Level::Restricted {
        pod.restricted();
    }
}

struct Pod<'a, 'w> {
    walk: &'a mut Walk<'w>,
    template: NodeId,
    spec: NodeId,
    containers: Vec<Container>,
    /// Rules that only Linux knows do not apply (from 1.25 on).
    is_windows: bool,
    /// `hostUsers: false`: root in the pod is nobody outside (from 1.35 on).
    has_own_users: bool,
}

impl Pod<'_, '_> {
    fn baseline(&mut self, level: Level) {
        self.host_process();
        self.host_namespaces();
        self.privileged();
        // Restricted has a rule of its own, from 1.22 on.
        if level == Level::Baseline || self.walk.minor < 22 {
            self.added_capabilities(DEFAULT_CAPABILITIES);
        }
        if level == Level::Baseline {
            self.host_path_volumes();
        }
        self.host_ports();
        self.apparmor();
        self.selinux();
        if !(self.has_own_users && level == Level::Baseline) {
            self.proc_mount();
        }
        if !(self.is_windows && level == Level::Restricted) {
            self.seccomp_values();
        }
        self.sysctls();
        if self.walk.minor >= 34 {
            self.host_probes();
        }
    }

    fn restricted(&mut self) {
        self.volumes();
        if !self.is_windows {
            self.privilege_escalation();
            self.seccomp_required();
            if self.walk.minor >= 22 {
                self.dropped_capabilities();
                self.added_capabilities(&["NET_BIND_SERVICE"]);
            }
        }
        if !self.has_own_users {
            self.non_root();
            if self.walk.minor >= 23 {
                self.user();
            }
        }
    }

    // What rules are made of.

    /// Reports the value at keys below the pod's spec or a container.
    fn refuse(&mut self, code: &'static str, container: Option<Container>, keys: &[&'static str], message: String) {
        let tree = self.walk.tree;
        let base = self.walk.path.len();
        self.walk.path.push(Step::Key(b"spec"));
        let mut node = self.spec;
        if let Some((list, index, container)) = container {
            self.walk.path.extend([Step::Key(list.as_bytes()), Step::Index(index)]);
            node = container;
        }
        let mut span = start_of(tree, node);
        for key in keys {
            self.walk.path.push(Step::Key(key.as_bytes()));
            match tree.get(node, key) {
                Some(inner) => {
                    node = inner;
                    span = match tree.kind(node) {
                        TreeKind::Map(_) => start_of(tree, node),
                        _ => tree.span(node),
                    };
                }
                // What is missing belongs below the last key that there is.
                None => {
                    self.walk.path.pop();
                    break;
                }
            }
        }
        self.walk.error(code, span, message, None);
        self.walk.path.truncate(base);
    }

    /// Runs a check for the pod's own security context and for each container's, told which.
    fn contexts(&self) -> Vec<(Option<Container>, NodeId)> {
        let tree = self.walk.tree;
        let mut contexts = Vec::new();
        if let Some(context) = tree.get(self.spec, "securityContext") {
            contexts.push((None, context));
        }
        for container in &self.containers {
            if let Some(context) = tree.get(container.2, "securityContext") {
                contexts.push((Some(*container), context));
            }
        }
        contexts
    }

    /// A text below a node; empty where it is missing or null.
    fn text(&self, node: NodeId, keys: &[&str]) -> &str {
        let tree = self.walk.tree;
        tree.at(node, keys).and_then(|node| tree.str(node)).unwrap_or_default()
    }

    fn is_true(&self, node: NodeId, keys: &[&str]) -> bool {
        self.bool(node, keys) == Some(true)
    }

    fn bool(&self, node: NodeId, keys: &[&str]) -> Option<bool> {
        let tree = self.walk.tree;
        tree.at(node, keys).and_then(|node| tree.bool(node))
    }

    /// The node below a node, if it is there and not null.
    fn set(&self, node: NodeId, keys: &[&str]) -> Option<NodeId> {
        let tree = self.walk.tree;
        tree.at(node, keys).filter(|node| !tree.is_null(*node))
    }

    // Baseline.

    fn host_process(&mut self) {
        for (container, context) in self.contexts() {
            if self.is_true(context, &["windowsOptions", "hostProcess"]) {
                let keys = ["securityContext", "windowsOptions", "hostProcess"];
                let message = "must not be true: host processes are privileged".to_owned();
                self.refuse("pod-security/host-process", container, &keys, message);
            }
        }
    }

    fn host_namespaces(&mut self) {
        for key in ["hostNetwork", "hostPID", "hostIPC"] {
            if self.is_true(self.spec, &[key]) {
                let message = "must not be true: pods have namespaces of their own".to_owned();
                self.refuse("pod-security/host-namespaces", None, &[key], message);
            }
        }
    }

    fn privileged(&mut self) {
        for container in self.containers.clone() {
            let keys = ["securityContext", "privileged"];
            if self.is_true(container.2, &keys) {
                let message = "must not be true".to_owned();
                self.refuse("pod-security/privileged", Some(container), &keys, message);
            }
        }
    }

    fn added_capabilities(&mut self, allowed: &[&str]) {
        let tree = self.walk.tree;
        for container in self.containers.clone() {
            let keys = ["securityContext", "capabilities", "add"];
            let added = self
                .set(container.2, &keys)
                .map(|add| tree.items(add))
                .unwrap_or_default();
            let bad: Vec<String> = added
                .iter()
                .map(|item| tree.str(*item).unwrap_or_default())
                .filter(|name| !allowed.contains(name))
                .map(str::to_owned)
                .collect();
            if !bad.is_empty() {
                let message = format!("must add nothing but {}, not {}", allowed.join(", "), bad.join(", "));
                self.refuse("pod-security/capabilities", Some(container), &keys, message);
            }
        }
    }

    fn host_path_volumes(&mut self) {
        self.each_volume(|pod, index, volume| {
            if pod.set(volume, &["hostPath"]).is_some() {
                let message = "must not be a hostPath: files of the node".to_owned();
                pod.refuse_volume("pod-security/host-path-volumes", index, volume, message);
            }
        });
    }

    fn each_volume(&mut self, mut check: impl FnMut(&mut Self, usize, NodeId)) {
        let tree = self.walk.tree;
        let volumes = self.set(self.spec, &["volumes"]).map(|volumes| tree.items(volumes));
        for (index, volume) in volumes.unwrap_or_default().iter().enumerate() {
            check(self, index, *volume);
        }
    }

    fn refuse_volume(&mut self, code: &'static str, index: usize, volume: NodeId, message: String) {
        let base = self.walk.path.len();
        self.walk
            .path
            .extend([Step::Key(b"spec"), Step::Key(b"volumes"), Step::Index(index)]);
        let span = start_of(self.walk.tree, volume);
        self.walk.error(code, span, message, None);
        self.walk.path.truncate(base);
    }

    fn host_ports(&mut self) {
        let tree = self.walk.tree;
        for container in self.containers.clone() {
            let ports = self.set(container.2, &["ports"]).map(|ports| tree.items(ports));
            for port in ports.unwrap_or_default() {
                let number = self.set(*port, &["hostPort"]).map(|node| tree.kind(node));
                if let Some(kind) = number
                    && !matches!(kind, TreeKind::Int(0))
                {
                    let message = format!("must not use a port of the node, hostPort is {}", describe(kind));
                    self.refuse("pod-security/host-ports", Some(container), &["ports"], message);
                }
            }
        }
    }

    fn apparmor(&mut self) {
        let tree = self.walk.tree;
        const CODE: &str = "pod-security/apparmor";
        for (container, context) in self.contexts() {
            if self.set(context, &["appArmorProfile"]).is_some() {
                let ty = self.text(context, &["appArmorProfile", "type"]);
                if !matches!(ty, "RuntimeDefault" | "Localhost") {
                    let message = format!("must be RuntimeDefault or Localhost, not {ty:?}");
                    let keys = ["securityContext", "appArmorProfile", "type"];
                    self.refuse(CODE, container, &keys, message);
                }
            }
        }
        let Some(annotations) = self.set(self.template, &["metadata", "annotations"]) else {
            return;
        };
        for entry in tree.entries(annotations) {
            let key = String::from_utf8_lossy(tree.key(entry)).into_owned();
            let value = tree.str(entry.value).unwrap_or_default();
            let fine = value.is_empty() || value == "runtime/default" || value.starts_with("localhost/");
            if key.starts_with(APPARMOR_ANNOTATION) && !fine {
                let base = self.walk.path.len();
                let steps = [
                    Step::Key(b"metadata"),
                    Step::Key(b"annotations"),
                    Step::Key(tree.key(entry)),
                ];
                self.walk.path.extend(steps);
                let message = format!("must be runtime/default or localhost/*, not {value:?}");
                self.walk.error(CODE, tree.span(entry.value), message, None);
                self.walk.path.truncate(base);
            }
        }
    }

    fn selinux(&mut self) {
        const CODE: &str = "pod-security/selinux";
        let minor = self.walk.minor;
        for (container, context) in self.contexts() {
            let ty = self.text(context, &["seLinuxOptions", "type"]).to_owned();
            if !SELINUX_TYPES.iter().any(|(name, since)| *name == ty && *since <= minor) {
                let keys = ["securityContext", "seLinuxOptions", "type"];
                let message = format!("must be a type of containers, such as container_t, not {ty:?}");
                self.refuse(CODE, container, &keys, message);
            }
            for key in ["user", "role"] {
                if !self.text(context, &["seLinuxOptions", key]).is_empty() {
                    let keys = ["securityContext", "seLinuxOptions", key];
                    self.refuse(CODE, container, &keys, "must not be set".to_owned());
                }
            }
        }
    }

    fn proc_mount(&mut self) {
        for container in self.containers.clone() {
            let keys = ["securityContext", "procMount"];
            let mount = self.text(container.2, &keys).to_owned();
            if self.set(container.2, &keys).is_some() && mount != "Default" {
                let message = format!("must be Default, not {mount:?}");
                self.refuse("pod-security/proc-mount", Some(container), &keys, message);
            }
        }
    }

    fn has_good_seccomp(&self, context: NodeId) -> bool {
        matches!(
            self.text(context, &["seccompProfile", "type"]),
            "RuntimeDefault" | "Localhost"
        )
    }

    fn seccomp_values(&mut self) {
        for (container, context) in self.contexts() {
            if self.set(context, &["seccompProfile"]).is_some() && !self.has_good_seccomp(context) {
                let ty = self.text(context, &["seccompProfile", "type"]);
                let message = format!("must be RuntimeDefault or Localhost, not {ty:?}");
                let keys = ["securityContext", "seccompProfile", "type"];
                self.refuse("pod-security/seccomp", container, &keys, message);
            }
        }
    }

    fn sysctls(&mut self) {
        let tree = self.walk.tree;
        let minor = self.walk.minor;
        let list = self.set(self.spec, &["securityContext", "sysctls"]);
        for item in list.map(|list| tree.items(list)).unwrap_or_default() {
            let name = self.text(*item, &["name"]).to_owned();
            if !SAFE_SYSCTLS
                .iter()
                .any(|(safe, since)| *safe == name && *since <= minor)
            {
                let message = format!("must hold safe sysctls only, not {name}");
                self.refuse("pod-security/sysctls", None, &["securityContext", "sysctls"], message);
            }
        }
    }

    fn host_probes(&mut self) {
        const PLACES: [&[&str]; 5] = [
            &["livenessProbe"],
            &["readinessProbe"],
            &["startupProbe"],
            &["lifecycle", "postStart"],
            &["lifecycle", "preStop"],
        ];
        for container in self.containers.clone() {
            for place in PLACES {
                for action in ["httpGet", "tcpSocket"] {
                    let keys: Vec<&'static str> = place.iter().copied().chain([action, "host"]).collect();
                    let host = self.text(container.2, &keys).to_owned();
                    if !host.is_empty() {
                        let message = format!("must not be set: probes reach the pod itself, not {host}");
                        self.refuse("pod-security/host-probes", Some(container), &keys, message);
                    }
                }
            }
        }
    }

    // Restricted.

    fn volumes(&mut self) {
        let tree = self.walk.tree;
        self.each_volume(|pod, index, volume| {
            let entries = tree.entries(volume).iter().filter(|entry| !tree.is_null(entry.value));
            let mut sources = entries
                .map(|entry| String::from_utf8_lossy(tree.key(entry)))
                .filter(|key| key != "name");
            // One without a source is an emptyDir.
            let Some(source) = sources.find(|key| !VOLUMES.contains(&&**key)) else {
                return;
            };
            let message = format!("must be one of {}, not {source}", VOLUMES.join(", "));
            pod.refuse_volume("pod-security/volumes", index, volume, message);
        });
    }

    fn privilege_escalation(&mut self) {
        for container in self.containers.clone() {
            let keys = ["securityContext", "allowPrivilegeEscalation"];
            if self.bool(container.2, &keys) != Some(false) {
                let message = wanted(
                    "allowPrivilegeEscalation",
                    "must be false",
                    self.set(container.2, &keys),
                );
                self.refuse("pod-security/privilege-escalation", Some(container), &keys, message);
            }
        }
    }

    fn dropped_capabilities(&mut self) {
        let tree = self.walk.tree;
        for container in self.containers.clone() {
            let keys = ["securityContext", "capabilities", "drop"];
            let dropped = self.set(container.2, &keys);
            let all = dropped.map(|drop| tree.items(drop)).unwrap_or_default();
            if !all.iter().any(|item| tree.str(*item) == Some("ALL")) {
                let message = wanted("capabilities.drop", "must hold ALL", dropped);
                self.refuse("pod-security/capabilities", Some(container), &keys, message);
            }
        }
    }

    fn non_root(&mut self) {
        const CODE: &str = "pod-security/run-as-non-root";
        let keys = ["securityContext", "runAsNonRoot"];
        let of_pod = self.bool(self.spec, &keys);
        if of_pod == Some(false) {
            self.refuse(CODE, None, &keys, "must be true".to_owned());
        }
        for container in self.containers.clone() {
            match self.bool(container.2, &keys) {
                Some(true) => {}
                Some(false) => self.refuse(CODE, Some(container), &keys, "must be true".to_owned()),
                None if of_pod == Some(true) => {}
                None => {
                    let message = "`securityContext.runAsNonRoot` must be true, here or for the pod".to_owned();
                    self.refuse(CODE, Some(container), &[], message);
                }
            }
        }
    }

    fn user(&mut self) {
        let tree = self.walk.tree;
        for (container, context) in self.contexts() {
            let user = self.set(context, &["runAsUser"]).map(|user| tree.kind(user));
            if matches!(user, Some(TreeKind::Int(0))) {
                let keys = ["securityContext", "runAsUser"];
                self.refuse("pod-security/run-as-user", container, &keys, "must not be 0".to_owned());
            }
        }
    }

    fn seccomp_required(&mut self) {
        let context = self.set(self.spec, &["securityContext"]);
        if context.is_some_and(|context| self.has_good_seccomp(context)) {
            return;
        }
        for container in self.containers.clone() {
            if self.set(container.2, &["securityContext", "seccompProfile"]).is_none() {
                let message =
                    "`securityContext.seccompProfile.type` must be RuntimeDefault or Localhost, here or for the pod";
                self.refuse("pod-security/seccomp", Some(container), &[], message.to_owned());
            }
        }
    }
}

/// What a field must be: named where it is missing, for then the path leads only to what is around it.
fn wanted(field: &str, rule: &str, found: Option<NodeId>) -> String {
    match found {
        Some(_) => rule.to_owned(),
        None => format!("`securityContext.{field}` {rule}"),
    }
}
