//! Pods, good and bad, rule by rule, by the tables of "Pod Security Standards" in the Kubernetes documentation.

use super::*;

/// A pod that passes every rule in every minor.
const GOOD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  initContainers:
    - name: init
      image: i
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
  containers:
    - name: main
      image: i
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}
  volumes:
    - name: data
      emptyDir: {}
";

/// What baseline finds, and what restricted finds.
type Found = (Vec<String>, Vec<String>);

fn found(level: Level, minor: u32, text: &str) -> Vec<String> {
    let findings = check_text(text.as_bytes(), level, minor).expect("YAML");
    findings
        .iter()
        .map(|f| format!("{} {}", f.code.trim_start_matches("pod-security/"), f.path))
        .collect()
}

#[test]
fn a_hardened_pod_passes() {
    for minor in 20..=37 {
        assert_eq!(found(Level::Restricted, minor, GOOD), Vec::<String>::new(), "1.{minor}");
    }
}

/// What replaces what, in which minor, what baseline finds, what restricted finds.
#[test]
fn each_rule_refuses_what_it_names() {
    const MAIN: &str = "capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}";
    let main = "spec.containers[0].securityContext";
    let in_main = |more: &str| format!("{}, {more}}}", MAIN.trim_end_matches('}').to_owned() + "}");
    let both = |text: &str| (vec![text.to_owned()], vec![text.to_owned()]);
    let strict = |text: &str| (Vec::new(), vec![text.to_owned()]);
    let neither = || (Vec::new(), Vec::new());
    let cases: Vec<(&str, String, u32, Found)> = vec![
        // HostProcess
        (
            MAIN,
            in_main("windowsOptions: {hostProcess: true}"),
            33,
            both(&format!("host-process {main}.windowsOptions.hostProcess")),
        ),
        // Host Namespaces
        (
            "spec:\n",
            "spec:\n  hostNetwork: true\n".into(),
            33,
            both("host-namespaces spec.hostNetwork"),
        ),
        (
            "spec:\n",
            "spec:\n  hostPID: true\n".into(),
            33,
            both("host-namespaces spec.hostPID"),
        ),
        ("spec:\n", "spec:\n  hostIPC: false\n".into(), 33, neither()),
        // Privileged Containers
        (
            MAIN,
            in_main("privileged: true"),
            33,
            both(&format!("privileged {main}.privileged")),
        ),
        // Capabilities
        (
            "[NET_BIND_SERVICE]",
            "[CHOWN]".into(),
            33,
            strict(&format!("capabilities {main}.capabilities.add")),
        ),
        (
            "[NET_BIND_SERVICE]",
            "[SYS_ADMIN]".into(),
            33,
            both(&format!("capabilities {main}.capabilities.add")),
        ),
        ("[NET_BIND_SERVICE]", "[CHOWN]".into(), 21, neither()),
        (
            "drop: [ALL], add",
            "drop: [KILL], add".into(),
            33,
            strict(&format!("capabilities {main}.capabilities.drop")),
        ),
        (
            "capabilities: {drop: [ALL]}",
            "capabilities: {}".into(),
            33,
            strict("capabilities spec.initContainers[0].securityContext.capabilities"),
        ),
        // HostPath Volumes, Volume Types
        (
            "emptyDir: {}",
            "hostPath: {path: /}".into(),
            33,
            (
                vec!["host-path-volumes spec.volumes[0]".into()],
                vec!["volumes spec.volumes[0]".into()],
            ),
        ),
        (
            "emptyDir: {}",
            "nfs: {server: s, path: /}".into(),
            33,
            strict("volumes spec.volumes[0]"),
        ),
        ("emptyDir: {}", "projected: {sources: []}".into(), 33, neither()),
        ("      emptyDir: {}\n", String::new(), 33, neither()),
        // Host Ports
        (
            "name: main\n",
            "name: main\n      ports: [{containerPort: 80, hostPort: 80}]\n".into(),
            33,
            both("host-ports spec.containers[0].ports"),
        ),
        (
            "name: main\n",
            "name: main\n      ports: [{containerPort: 80, hostPort: 0}]\n".into(),
            33,
            neither(),
        ),
        // Host Probes / Lifecycle Hooks (v1.34+)
        (
            "name: main\n",
            "name: main\n      livenessProbe: {httpGet: {port: 80, host: 10.0.0.1}}\n".into(),
            34,
            both("host-probes spec.containers[0].livenessProbe.httpGet.host"),
        ),
        (
            "name: main\n",
            "name: main\n      livenessProbe: {httpGet: {port: 80, host: 10.0.0.1}}\n".into(),
            33,
            neither(),
        ),
        // AppArmor
        (
            MAIN,
            in_main("appArmorProfile: {type: Unconfined}"),
            33,
            both(&format!("apparmor {main}.appArmorProfile.type")),
        ),
        (
            "name: p\n",
            "name: p\n  annotations: {container.apparmor.security.beta.kubernetes.io/main: unconfined}\n".into(),
            33,
            both("apparmor metadata.annotations[\"container.apparmor.security.beta.kubernetes.io/main\"]"),
        ),
        (
            "name: p\n",
            "name: p\n  annotations: {container.apparmor.security.beta.kubernetes.io/main: localhost/x}\n".into(),
            33,
            neither(),
        ),
        // SELinux
        (
            MAIN,
            in_main("seLinuxOptions: {type: spc_t}"),
            33,
            both(&format!("selinux {main}.seLinuxOptions.type")),
        ),
        (
            MAIN,
            in_main("seLinuxOptions: {type: container_engine_t}"),
            30,
            both(&format!("selinux {main}.seLinuxOptions.type")),
        ),
        (
            MAIN,
            in_main("seLinuxOptions: {type: container_engine_t}"),
            31,
            neither(),
        ),
        (
            MAIN,
            in_main("seLinuxOptions: {user: u}"),
            33,
            both(&format!("selinux {main}.seLinuxOptions.user")),
        ),
        // /proc Mount Type
        (
            MAIN,
            in_main("procMount: Unmasked"),
            33,
            both(&format!("proc-mount {main}.procMount")),
        ),
        // Seccomp
        (
            MAIN,
            in_main("seccompProfile: {type: Unconfined}"),
            33,
            both(&format!("seccomp {main}.seccompProfile.type")),
        ),
        (
            "{type: RuntimeDefault}",
            "{type: Unconfined}".into(),
            33,
            (
                vec!["seccomp spec.securityContext.seccompProfile.type".into()],
                vec![
                    "seccomp spec.securityContext.seccompProfile.type".into(),
                    "seccomp spec.initContainers[0]".into(),
                    "seccomp spec.containers[0]".into(),
                ],
            ),
        ),
        // Sysctls
        (
            "{runAsNonRoot: true,",
            "{runAsNonRoot: true, sysctls: [{name: kernel.msgmax, value: '1'}],".into(),
            33,
            both("sysctls spec.securityContext.sysctls"),
        ),
        (
            "{runAsNonRoot: true,",
            "{runAsNonRoot: true, sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}],".into(),
            31,
            both("sysctls spec.securityContext.sysctls"),
        ),
        (
            "{runAsNonRoot: true,",
            "{runAsNonRoot: true, sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}],".into(),
            32,
            neither(),
        ),
        // Privilege Escalation
        (
            "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}",
            "{capabilities: {drop: [ALL]}}".into(),
            33,
            strict("privilege-escalation spec.initContainers[0].securityContext"),
        ),
        // Running as Non-root
        (
            "runAsNonRoot: true",
            "runAsNonRoot: false".into(),
            33,
            (
                Vec::new(),
                vec![
                    "run-as-non-root spec.securityContext.runAsNonRoot".into(),
                    "run-as-non-root spec.initContainers[0]".into(),
                    "run-as-non-root spec.containers[0]".into(),
                ],
            ),
        ),
        (
            MAIN,
            in_main("runAsNonRoot: false"),
            33,
            strict(&format!("run-as-non-root {main}.runAsNonRoot")),
        ),
        ("spec:\n", "spec:\n  hostUsers: false\n".into(), 33, neither()),
        // Running as Non-root user (v1.23+)
        (
            MAIN,
            in_main("runAsUser: 0"),
            33,
            strict(&format!("run-as-user {main}.runAsUser")),
        ),
        (MAIN, in_main("runAsUser: 0"), 22, neither()),
        (MAIN, in_main("runAsUser: 1000"), 33, neither()),
    ];
    for (from, to, minor, (baseline, restricted)) in cases {
        let text = GOOD.replacen(from, &to, 1);
        assert_ne!(text, GOOD, "{from}");
        assert_eq!(
            found(Level::Baseline, minor, &text),
            baseline,
            "baseline 1.{minor} {to}"
        );
        assert_eq!(
            found(Level::Restricted, minor, &text),
            restricted,
            "restricted 1.{minor} {to}"
        );
    }
}

/// User namespaces (v1.35+): root inside is nobody outside.
#[test]
fn pods_with_users_of_their_own_may_be_root_inside() {
    let text = GOOD.replacen("spec:\n", "spec:\n  hostUsers: false\n", 1).replacen(
        "runAsNonRoot: true, ",
        "runAsUser: 0, ",
        1,
    );
    assert_eq!(found(Level::Restricted, 34, &text).len(), 3);
    assert_eq!(found(Level::Restricted, 35, &text), Vec::<String>::new());
}

#[test]
fn every_kind_with_pods_is_checked() {
    let spec = "{containers: [{name: c, image: i, securityContext: {privileged: true}}]}";
    for (kind, body, path) in [
        (
            "Deployment",
            format!("spec: {{template: {{spec: {spec}}}}}"),
            "spec.template.spec.",
        ),
        (
            "StatefulSet",
            format!("spec: {{template: {{spec: {spec}}}}}"),
            "spec.template.spec.",
        ),
        (
            "DaemonSet",
            format!("spec: {{template: {{spec: {spec}}}}}"),
            "spec.template.spec.",
        ),
        (
            "Job",
            format!("spec: {{template: {{spec: {spec}}}}}"),
            "spec.template.spec.",
        ),
        (
            "CronJob",
            format!("spec: {{jobTemplate: {{spec: {{template: {{spec: {spec}}}}}}}}}"),
            "spec.jobTemplate.spec.template.spec.",
        ),
        ("PodTemplate", format!("template: {{spec: {spec}}}"), "template.spec."),
        ("List", format!("items: [{{kind: Pod, spec: {spec}}}]"), "spec."),
    ] {
        let text = format!("kind: {kind}\n{body}\n");
        let expected = format!("privileged {path}containers[0].securityContext.privileged");
        assert_eq!(found(Level::Baseline, 33, &text), [expected], "{kind}");
    }
    assert_eq!(
        found(Level::Restricted, 33, "kind: Service\nspec: {}\n"),
        Vec::<String>::new()
    );
}
