//! `cargo xtask control-plane`: a real Kubernetes control plane on loopback, for the tests of the release commands.
//!
//! In: the Go module `tests/control-plane` and a state folder. Out: etcd, kube-apiserver, kube-controller-manager,
//! kube-scheduler and kwok running, and kubeconfigs for an administrator and for restricted users.

mod build;
mod certificates;
mod kubeconfig;
mod programs;
mod start;

use std::path::{Path, PathBuf};

/// The folder with the Go module and the manifests.
const SOURCE: &str = "tests/control-plane";

/// Users with a client certificate: name, and group where they have one.
const USERS: &[(&str, &str)] = &[
    ("admin", "system:masters"),
    ("tenant", ""),
    ("reader", ""),
    ("no-secrets", ""),
    ("no-watch", ""),
    ("nobody", ""),
    ("expired", ""),
];

/// The one whose certificate has run out.
const EXPIRED: &str = "expired";

/// Runs a chore of the control plane.
///
/// # Errors
/// An unknown chore or option, a program that cannot be built or does not become ready.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let mut state = None;
    let mut rest = args.get(1..).unwrap_or_default().iter();
    while let Some(option) = rest.next() {
        match option.as_str() {
            "--state" => state = Some(PathBuf::from(rest.next().ok_or("--state needs a folder")?)),
            other => return Err(format!("`{other}` is no option of control-plane: --state DIR")),
        }
    }
    let state = match state {
        Some(folder) => std::path::absolute(&folder).map_err(|e| format!("{}: {e}", folder.display()))?,
        None => default_state(),
    };
    match args.first().map(String::as_str) {
        Some("build") => build::programs().map(|folder| println!("{}", folder.display())),
        Some("up") => start::up(&state).and_then(|()| environment(&state)),
        Some("down") => programs::down(&state),
        Some("env") => environment(&state),
        other => Err(format!(
            "`{}` is no chore of control-plane: build, up, down, env",
            other.unwrap_or_default()
        )),
    }
}

pub(crate) use build::hash;

/// A control plane for a chore's own use: a new one, ended when this is dropped.
pub(crate) struct Borrowed(PathBuf);

impl Borrowed {
    /// Starts one in a folder of its own.
    ///
    /// # Errors
    /// Where it does not become ready.
    pub(crate) fn new() -> Result<Self, String> {
        let state = std::env::temp_dir().join(format!("skeg-control-plane-{}", std::process::id()));
        start::up(&state)?;
        Ok(Self(state))
    }

    /// The folder with its kubeconfigs.
    pub(crate) fn state(&self) -> &Path {
        &self.0
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Err(message) = programs::down(&self.0) {
            eprintln!("xtask: {message}");
        }
    }
}

/// Where the state is kept if no folder is given: the same for every call with this checkout's path.
fn default_state() -> PathBuf {
    let checkout = std::env::current_dir().unwrap_or_default();
    let hash = hash(checkout.as_os_str().as_encoded_bytes());
    std::env::temp_dir().join(format!("skeg-control-plane-{hash:016x}"))
}

/// The path of the kubeconfig of `user`.
fn kubeconfig_of(state: &Path, user: &str) -> PathBuf {
    state.join(format!("{user}.kubeconfig"))
}

/// Prints shell exports: `KUBECONFIG` for the administrator and `SKEG_TEST_KUBECONFIG_…` for everybody.
fn environment(state: &Path) -> Result<(), String> {
    if !programs::alive(state) {
        return Err(format!(
            "no control plane runs with its state in {}; run `cargo xtask control-plane up`",
            state.display()
        ));
    }
    let quoted = |path: PathBuf| format!("'{}'", path.display().to_string().replace('\'', r"'\''"));
    println!("export KUBECONFIG={}", quoted(kubeconfig_of(state, "admin")));
    println!("export SKEG_TEST_STATE={}", quoted(state.to_path_buf()));
    for (user, _) in USERS.iter().chain(&[("token", "")]) {
        let name = user.to_uppercase().replace('-', "_");
        println!(
            "export SKEG_TEST_KUBECONFIG_{name}={}",
            quoted(kubeconfig_of(state, user))
        );
    }
    Ok(())
}
