//! Bringing a control plane up: ports, certificates, programs, first objects.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::kubeconfig::{self, Credentials};
use super::{SOURCE, USERS, build, certificates, kubeconfig_of, programs};

/// Components that speak to the API server, with the groups that give them rights.
const COMPONENTS: &[(&str, &str)] = &[
    ("kube-controller-manager", ""),
    ("kube-scheduler", ""),
    ("kwok", "system:masters"),
];

/// How long everything may take to become ready.
const PATIENCE: Duration = Duration::from_secs(120);

/// What pods "log".
const POD_LOG: &str = "2026-01-01T00:00:00.000000000Z stdout F simulated by kwok\n";

/// Starts everything and waits until nodes are ready. Does nothing if it runs already.
///
/// # Errors
/// Where the folder holds something else, a program does not build, ends or does not become ready; what was started is ended.
pub(super) fn up(state: &Path) -> Result<(), String> {
    if state.join(programs::MARKER).exists() {
        if programs::alive(state) {
            return Ok(());
        }
        // What is left of one that was killed.
        programs::down(state)?;
    }
    let binaries = build::programs()?;
    crate::reference::helm()?;
    let kubectl = crate::reference::cache()?.join("kubectl/kubectl");
    let begun = Instant::now();
    prepare(state)?;
    let outcome = bring_up(state, &binaries, &kubectl, begun);
    if outcome.is_err() {
        programs::stop(state)?;
    }
    outcome.map_err(|message| format!("{message}\n(logs are kept in {})", state.display()))?;
    eprintln!(
        "ready after {:.1} s; end it with `cargo xtask control-plane down`",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Makes the folder, which must be new or empty, since `down` removes it whole.
fn prepare(state: &Path) -> Result<(), String> {
    let told = |e| format!("{}: {e}", state.display());
    if state.exists() {
        if fs::read_dir(state).map_err(told)?.next().is_some() {
            return Err(format!("{}: the folder holds other things", state.display()));
        }
        fs::remove_dir(state).map_err(told)?;
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(state)
        .map_err(told)?;
    programs::private(
        &state.join(programs::MARKER),
        "made by `cargo xtask control-plane up`\n",
    )
}

fn bring_up(state: &Path, binaries: &Path, kubectl: &Path, begun: Instant) -> Result<(), String> {
    let certs = state.join("certificates");
    let clients: Vec<(&str, &str)> = USERS.iter().chain(COMPONENTS).copied().collect();
    certificates::make(&certs, &clients)?;
    let [etcd, peers, server, kubelet] = free_ports()?;
    for (name, _) in &clients {
        kubeconfig::write(
            &kubeconfig_of(state, name),
            server,
            &certs,
            name,
            &Credentials::Certificate(name),
        )?;
    }
    let token =
        fs::read_to_string(certs.join("service-account.pub")).map_err(|e| format!("service-account.pub: {e}"))?;
    let token = format!("{:016x}", build::hash(token.as_bytes()));
    programs::private(
        &state.join("tokens.csv"),
        &format!("{token},token,token,system:masters\n"),
    )?;
    kubeconfig::write(
        &kubeconfig_of(state, "token"),
        server,
        &certs,
        "token",
        &Credentials::Token(&token),
    )?;
    programs::private(&state.join("pod.log"), POD_LOG)?;
    let stages = manifest("stages.yaml")?.replace("@STATE@", &state.to_string_lossy());
    programs::private(&state.join("stages.yaml"), &stages)?;

    programs::start(state, &binaries.join("etcd"), &etcd_args(state, etcd, peers))?;
    programs::start(
        state,
        &binaries.join("kube-apiserver"),
        &api_server_args(state, etcd, server),
    )?;
    let admin = kubeconfig_of(state, "admin");
    // No ImagePolicy, quota or webhook is set up: what a new cluster has.
    until(state, begun, "the API server", || {
        asks(kubectl, &admin, &["get", "--raw", "/readyz"])
    })?;
    programs::start(
        state,
        &binaries.join("kube-controller-manager"),
        &controller_manager_args(state),
    )?;
    programs::start(state, &binaries.join("kube-scheduler"), &scheduler_args(state))?;
    programs::start(state, &binaries.join("kwok"), &kwok_args(state, kubelet))?;
    for file in ["cluster.yaml", "users.yaml"] {
        let path = std::path::absolute(Path::new(SOURCE).join(file)).map_err(|e| format!("{file}: {e}"))?;
        let path = path.to_string_lossy();
        until(state, begun, file, || asks(kubectl, &admin, &["apply", "-f", &path]))?;
    }
    until(state, begun, "nodes", || {
        asks(
            kubectl,
            &admin,
            &["wait", "--for=condition=Ready", "nodes", "--all", "--timeout=1s"],
        )
    })?;
    for namespace in ["default", "tenant"] {
        until(state, begun, "service accounts", || {
            asks(
                kubectl,
                &admin,
                &["get", "serviceaccount", "default", "--namespace", namespace],
            )
        })?;
    }
    match programs::fallen(state) {
        Some(story) => Err(story),
        None => Ok(()),
    }
}

/// Asks until the answer is yes, a program ends or time is over; the last answer tells why.
fn until(state: &Path, begun: Instant, what: &str, question: impl Fn() -> Result<(), String>) -> Result<(), String> {
    loop {
        let Err(reason) = question() else { return Ok(()) };
        if let Some(story) = programs::fallen(state) {
            return Err(story);
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("{what}: not ready after {} s: {reason}", PATIENCE.as_secs()));
        }
        sleep(Duration::from_millis(150));
    }
}

fn asks(kubectl: &Path, kubeconfig: &Path, args: &[&str]) -> Result<(), String> {
    let output = Command::new(kubectl)
        .args(args)
        .arg("--kubeconfig")
        .arg(kubeconfig)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("{}: {e}", kubectl.display()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

/// Ports that nobody listens on: all are held until all are known, so that they differ.
fn free_ports() -> Result<[u16; 4], String> {
    let told = |e| format!("a free port on 127.0.0.1: {e}");
    let mut listeners = Vec::new();
    let mut ports = [0; 4];
    for port in &mut ports {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(told)?;
        *port = listener.local_addr().map_err(told)?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

fn manifest(name: &str) -> Result<String, String> {
    let path = Path::new(SOURCE).join(name);
    fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
}

/// A flag whose value is a path in the state folder.
fn file(flag: &str, path: PathBuf) -> String {
    format!("--{flag}={}", path.display())
}

/// Data need not outlive a power cut, so that nothing waits for the disk.
fn etcd_args(state: &Path, port: u16, peers: u16) -> Vec<String> {
    vec![
        "--name=test".into(),
        file("data-dir", state.join("etcd")),
        format!("--listen-client-urls=http://127.0.0.1:{port}"),
        format!("--advertise-client-urls=http://127.0.0.1:{port}"),
        format!("--listen-peer-urls=http://127.0.0.1:{peers}"),
        format!("--initial-advertise-peer-urls=http://127.0.0.1:{peers}"),
        format!("--initial-cluster=test=http://127.0.0.1:{peers}"),
        "--unsafe-no-fsync".into(),
        "--log-level=warn".into(),
    ]
}

fn api_server_args(state: &Path, etcd: u16, port: u16) -> Vec<String> {
    let certs = state.join("certificates");
    vec![
        format!("--etcd-servers=http://127.0.0.1:{etcd}"),
        "--bind-address=127.0.0.1".into(),
        // Loopback is no address that an API server may advertise; nobody asks for it.
        "--advertise-address=192.0.2.1".into(),
        "--endpoint-reconciler-type=none".into(),
        format!("--secure-port={port}"),
        file("tls-cert-file", certs.join("server.crt")),
        file("tls-private-key-file", certs.join("server.key")),
        file("client-ca-file", certs.join("ca.crt")),
        file("token-auth-file", state.join("tokens.csv")),
        "--service-account-issuer=https://kubernetes.default.svc".into(),
        file("service-account-key-file", certs.join("service-account.pub")),
        file("service-account-signing-key-file", certs.join("service-account.key")),
        "--service-cluster-ip-range=10.96.0.0/16".into(),
        "--authorization-mode=Node,RBAC".into(),
        "--allow-privileged=true".into(),
        "--kubelet-preferred-address-types=InternalIP".into(),
    ]
}

fn controller_manager_args(state: &Path) -> Vec<String> {
    let certs = state.join("certificates");
    vec![
        file("kubeconfig", kubeconfig_of(state, "kube-controller-manager")),
        file("service-account-private-key-file", certs.join("service-account.key")),
        file("root-ca-file", certs.join("ca.crt")),
        file("cluster-signing-cert-file", certs.join("ca.crt")),
        file("cluster-signing-key-file", certs.join("ca.key")),
        "--use-service-account-credentials=true".into(),
        "--enable-hostpath-provisioner=true".into(),
        "--leader-elect=false".into(),
        "--secure-port=0".into(),
    ]
}

fn scheduler_args(state: &Path) -> Vec<String> {
    vec![
        file("kubeconfig", kubeconfig_of(state, "kube-scheduler")),
        "--leader-elect=false".into(),
        "--secure-port=0".into(),
    ]
}

fn kwok_args(state: &Path, port: u16) -> Vec<String> {
    let certs = state.join("certificates");
    vec![
        file("kubeconfig", kubeconfig_of(state, "kwok")),
        file("config", state.join("stages.yaml")),
        "--manage-all-nodes=true".into(),
        "--node-ip=127.0.0.1".into(),
        format!("--node-port={port}"),
        format!("--server-address=127.0.0.1:{port}"),
        file("tls-cert-file", certs.join("server.crt")),
        file("tls-private-key-file", certs.join("server.key")),
        "--node-lease-duration-seconds=40".into(),
    ]
}
