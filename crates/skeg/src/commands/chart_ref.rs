//! The flags that say where a chart is found and how it is fetched.

use crate::cli::flag::{Flag, ValueCompletion};
use crate::cli::invocation::Invocation;
use crate::ops::chart_ref::{ChartPathOptions, Credentials};
use crate::settings::paths::default_keyring;

/// `--devel`, on commands that choose a version.
pub const DEVEL: Flag = Flag::bool(
    "devel",
    "consider pre-releases too, as --version '>0.0.0-0' does; --version wins over it",
);

/// `--version` of a chart to fetch.
pub const fn version(complete: crate::cli::complete::Completer) -> Flag {
    Flag::string(
        "version",
        "version of the chart to use, or a range such as ^2.0.0; without it, the newest release",
    )
    .complete(ValueCompletion::Computed(complete))
}

/// `--keyring`, whose default depends on the machine.
pub const fn keyring(usage: &'static str) -> Flag {
    Flag::string("keyring", usage).computed(|settings| default_keyring(&settings.env))
}

/// `--verify` and what else choosing a chart takes.
pub static LOCATION: &[Flag] = &[
    Flag::bool("verify", "check the chart's signature before using it"),
    keyring("keyring with the public keys to check signatures with"),
    Flag::string("repo", "address of the chart repository to look the chart up in"),
    Flag::bool(
        "pass-credentials",
        "send user name and password to other hosts than the repository's too",
    ),
];

/// How to speak with a repository or registry.
pub static CREDENTIALS: &[Flag] = &[
    Flag::string("username", "user name for the chart repository"),
    Flag::string("password", "password for the chart repository"),
    Flag::string("cert-file", "certificate to identify with at HTTPS servers"),
    Flag::string("key-file", "key that belongs to --cert-file"),
    Flag::bool(
        "insecure-skip-tls-verify",
        "do not check the certificates of servers that charts come from",
    ),
    Flag::bool("plain-http", "fetch charts over HTTP, unencrypted"),
    Flag::string("ca-file", "file with the certificates that vouch for HTTPS servers"),
];

/// What [`CREDENTIALS`] say.
pub fn credentials(invocation: &Invocation) -> Credentials {
    Credentials {
        username: invocation.text("username"),
        password: invocation.text("password"),
        cert_file: invocation.text("cert-file"),
        key_file: invocation.text("key-file"),
        ca_file: invocation.text("ca-file"),
        insecure_skip_tls_verify: invocation.bool("insecure-skip-tls-verify"),
        plain_http: invocation.bool("plain-http"),
    }
}

/// What [`LOCATION`], [`CREDENTIALS`], `--version` and `--devel` say.
pub fn options(invocation: &Invocation) -> ChartPathOptions {
    ChartPathOptions {
        version: invocation.text("version"),
        devel: invocation.bool("devel"),
        verify: invocation.bool("verify"),
        keyring: invocation.text("keyring"),
        repo_url: invocation.text("repo"),
        pass_credentials_all: invocation.bool("pass-credentials"),
        credentials: credentials(invocation),
    }
}
