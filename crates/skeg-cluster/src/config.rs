//! Which server, and as whom: kubeconfig, the pod's service account, and what flags put on top.
//!
//! # Source
//! spec/lifecycle.md 12; client-go's deferred loading of client configuration.

mod connection;
mod kubeconfig;
mod proxy;

use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, KubeConfigOptions};

use crate::client::Client;

/// What decides about a connection. Empty texts count as not given.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// `--kubeconfig`: this file and no other.
    pub kube_config: String,
    /// The files of `KUBECONFIG`, else `~/.kube/config`, first one first. Missing ones are skipped.
    pub kube_configs: Vec<PathBuf>,
    /// `--kube-context`; else the current one.
    pub context: String,
    /// `--kube-apiserver`.
    pub api_server: String,
    /// `--kube-token`.
    pub token: String,
    /// `--kube-as-user`.
    pub as_user: String,
    /// `--kube-as-group`.
    pub as_groups: Vec<String>,
    /// `--kube-ca-file`.
    pub ca_file: String,
    /// `--kube-tls-server-name`.
    pub tls_server_name: String,
    /// `--kube-insecure-skip-tls-verify`.
    pub insecure_skip_tls_verify: bool,
    /// `HTTPS_PROXY`, for addresses that [`ConnectOptions::no_proxy`] doesn't name; the kubeconfig's `proxy-url` goes before.
    pub https_proxy: String,
    /// `HTTP_PROXY`, for a server without TLS.
    pub http_proxy: String,
    /// `NO_PROXY`, separated by commas.
    pub no_proxy: String,
    /// Whether the variables of a pod are there (`KUBERNETES_SERVICE_HOST` and its port).
    pub in_pod: bool,
    /// `--qps`; 0 for no limit.
    pub qps: f32,
    /// `--burst-limit`.
    pub burst: i64,
    /// How this program names itself to the server.
    pub user_agent: String,
}

/// A connection that cannot even be tried.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConnectError(pub String);

/// Where clients look when nothing says otherwise.
const NOWHERE: &str = "http://localhost:8080";
/// The token of a pod's service account.
const POD_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// Prepares a connection; nothing is sent yet, but for a credential plugin that may be run.
///
/// # Errors
/// A kubeconfig, certificate or credential that cannot be read, in the words of client-go where they are known.
pub async fn connect(options: &ConnectOptions) -> Result<Client, ConnectError> {
    let mut config = configured(options).await?;
    // Requests are repeated by our own rules, which know what a release needs.
    config.default_retry = false;
    config.read_timeout = None;
    config.write_timeout = None;
    overridden(&mut config, options)?;
    let address = config.cluster_url.to_string();
    if config.proxy_url.is_none() {
        config.proxy_url = proxy::of(&config.cluster_url, options)?;
    }
    let http = connection::open(config).map_err(|error| ConnectError(crate::reason::of_kube(&error)))?;
    Ok(Client::new(
        http,
        address,
        options.user_agent.clone(),
        options.qps,
        options.burst,
    ))
}

async fn configured(options: &ConnectOptions) -> Result<kube::Config, ConnectError> {
    let kubeconfig = kubeconfig::read(options)?;
    let has_server = kubeconfig.as_ref().is_some_and(|config| !config.contexts.is_empty());
    let Some(kubeconfig) = kubeconfig.filter(|_| has_server || !options.context.is_empty()) else {
        if options.in_pod && options.api_server.is_empty() && Path::new(POD_TOKEN).is_file() {
            return kube::Config::incluster().map_err(|error| ConnectError(crate::reason::of_chain(&error)));
        }
        return bare(options);
    };
    let wanted = match options.context.as_str() {
        "" => kubeconfig.current_context.clone().unwrap_or_default(),
        context => context.to_owned(),
    };
    if wanted.is_empty() {
        return bare(options);
    }
    let Some(context) = kubeconfig.contexts.iter().find(|context| context.name == wanted) else {
        return Err(ConnectError(format!("context \"{wanted}\" does not exist")));
    };
    let cluster = context
        .context
        .as_ref()
        .map(|context| context.cluster.clone())
        .unwrap_or_default();
    if !kubeconfig.clusters.iter().any(|entry| entry.name == cluster) && options.api_server.is_empty() {
        return Err(ConnectError(format!(
            "invalid configuration: cluster \"{cluster}\" of context \"{wanted}\" does not exist"
        )));
    }
    let choice = KubeConfigOptions {
        context: Some(wanted),
        ..KubeConfigOptions::default()
    };
    kube::Config::from_custom_kubeconfig(kubeconfig, &choice)
        .await
        .map_err(|error| ConnectError(format!("invalid configuration: {}", crate::reason::of_chain(&error))))
}

fn bare(options: &ConnectOptions) -> Result<kube::Config, ConnectError> {
    let address = match options.api_server.as_str() {
        "" => NOWHERE,
        address => address,
    };
    Ok(kube::Config::new(parse_address(address)?))
}

/// Puts the flags on top.
fn overridden(config: &mut kube::Config, options: &ConnectOptions) -> Result<(), ConnectError> {
    if !options.api_server.is_empty() {
        config.cluster_url = parse_address(&options.api_server)?;
    }
    if !options.token.is_empty() {
        let impersonation = config.auth_info.clone();
        config.auth_info = AuthInfo {
            token: Some(options.token.clone().into()),
            // A client certificate still identifies the connection; the token goes before it.
            client_certificate: impersonation.client_certificate,
            client_certificate_data: impersonation.client_certificate_data,
            client_key: impersonation.client_key,
            client_key_data: impersonation.client_key_data,
            impersonate: impersonation.impersonate,
            impersonate_groups: impersonation.impersonate_groups,
            ..AuthInfo::default()
        };
    }
    if !options.as_user.is_empty() {
        config.auth_info.impersonate = Some(options.as_user.clone());
    }
    if !options.as_groups.is_empty() {
        config.auth_info.impersonate_groups = Some(options.as_groups.clone());
    }
    if !options.ca_file.is_empty() {
        let pem = std::fs::read(&options.ca_file).map_err(|error| {
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
                _ => error.to_string(),
            };
            ConnectError(format!(
                "invalid configuration: unable to read certificate-authority {}: open {0}: {reason}",
                options.ca_file
            ))
        })?;
        config.root_cert = Some(certificates(&pem));
        config.root_cert_file = None;
    }
    if !options.tls_server_name.is_empty() {
        config.tls_server_name = Some(options.tls_server_name.clone());
    }
    if options.insecure_skip_tls_verify {
        config.accept_invalid_certs = true;
        config.root_cert = None;
        config.root_cert_file = None;
    }
    Ok(())
}

/// The certificates of a PEM file, as DER.
fn certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    use base64::Engine;
    let text = String::from_utf8_lossy(pem);
    text.split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|part| part.split("-----END CERTIFICATE-----").next())
        .filter_map(|body| {
            let body: String = body.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD.decode(body).ok()
        })
        .collect()
}

fn parse_address(address: &str) -> Result<http::Uri, ConnectError> {
    let full = if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}")
    };
    full.parse().map_err(|error| {
        ConnectError(format!(
            "host must be a URL or a host:port pair: \"{address}\" ({error})"
        ))
    })
}
