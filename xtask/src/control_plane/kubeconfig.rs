//! Kubeconfigs: one user, one cluster, one context each.

use std::path::Path;

/// How a user shows who they are.
pub(super) enum Credentials<'a> {
    /// The client pair `NAME.crt`, `NAME.key` in the folder of certificates.
    Certificate(&'a str),
    /// A bearer token.
    Token(&'a str),
}

/// Writes a kubeconfig to `path` for the API server on `port`; certificates are named by their absolute paths.
///
/// # Errors
/// Where the file cannot be written.
pub(super) fn write(
    path: &Path,
    port: u16,
    certificates: &Path,
    user: &str,
    credentials: &Credentials<'_>,
) -> Result<(), String> {
    let quoted = |name: String| format!("{:?}", certificates.join(name).display().to_string());
    let proof = match credentials {
        Credentials::Certificate(name) => format!(
            "client-certificate: {}\n      client-key: {}",
            quoted(format!("{name}.crt")),
            quoted(format!("{name}.key"))
        ),
        Credentials::Token(token) => format!("token: {token}"),
    };
    let text = format!(
        "apiVersion: v1
kind: Config
clusters:
  - name: test
    cluster:
      server: https://127.0.0.1:{port}
      certificate-authority: {authority}
users:
  - name: {user}
    user:
      {proof}
contexts:
  - name: {user}@test
    context:
      cluster: test
      user: {user}
current-context: {user}@test
",
        authority = quoted("ca.crt".to_owned()),
    );
    super::programs::private(path, &text)
}
