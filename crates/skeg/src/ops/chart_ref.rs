//! Which chart is meant and how it is fetched.

use std::fmt;

/// How to identify oneself to a server and how to check it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// `--username`.
    pub username: String,
    /// `--password`; never printed.
    pub password: String,
    /// `--cert-file`: path of a client certificate.
    pub cert_file: String,
    /// `--key-file`: path of its key.
    pub key_file: String,
    /// `--ca-file`: path of the certificates to trust.
    pub ca_file: String,
    /// `--insecure-skip-tls-verify`.
    pub insecure_skip_tls_verify: bool,
    /// `--plain-http`.
    pub plain_http: bool,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .field("password", &if self.password.is_empty() { "" } else { "[redacted]" })
            .field("cert_file", &self.cert_file)
            .field("key_file", &self.key_file)
            .field("ca_file", &self.ca_file)
            .field("insecure_skip_tls_verify", &self.insecure_skip_tls_verify)
            .field("plain_http", &self.plain_http)
            .finish()
    }
}

/// Which version of a chart is wanted and from where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartPathOptions {
    /// `--version`: a version or a range; empty for the newest release.
    pub version: String,
    /// `--devel`: pre-releases count too; without effect next to [`ChartPathOptions::version`].
    pub devel: bool,
    /// `--verify`: check the signature.
    pub verify: bool,
    /// `--keyring`: path of the public keys for that.
    pub keyring: String,
    /// `--repo`: address of the repository; empty when the chart's name says it.
    pub repo_url: String,
    /// `--pass-credentials`: send the credentials to other hosts too.
    pub pass_credentials_all: bool,
    /// How to speak with the server.
    pub credentials: Credentials,
}

impl ChartPathOptions {
    /// The version to ask for: `--devel` stands for `>0.0.0-0` when there is no `--version`.
    pub fn wanted_version(&self) -> &str {
        if self.version.is_empty() && self.devel {
            ">0.0.0-0"
        } else {
            &self.version
        }
    }
}
