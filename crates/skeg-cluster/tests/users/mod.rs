//! Users of a real control plane, for the tests that need one.

use std::io::Write;

use skeg_cluster::Client;
use skeg_cluster::config::{ConnectOptions, connect};

/// The kubeconfig of a user of the control plane; none, loudly, where there is no control plane.
pub(crate) fn kubeconfig(user: &str) -> Option<String> {
    let variable = format!("SKEG_TEST_KUBECONFIG_{user}");
    let path = std::env::var(&variable).ok().filter(|path| !path.is_empty());
    if path.is_none() {
        assert!(std::env::var_os("SKEG_TEST_ALL").is_none(), "{variable} is not set");
        // Not a print: the test harness would keep that to itself.
        let line = format!("SKIPPED: {variable} is not set; see `cargo xtask control-plane env`\n");
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    path
}

/// The connection of the user of a kubeconfig, who acts as another one unless `as_user` is empty.
pub(crate) async fn client(kube_config: String, as_user: &str) -> Client {
    let options = ConnectOptions {
        kube_config,
        as_user: as_user.to_owned(),
        ..ConnectOptions::default()
    };
    connect(&options).await.expect("a kubeconfig")
}
