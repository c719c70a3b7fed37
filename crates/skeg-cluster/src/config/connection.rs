//! The way to the server: TCP, TLS, and what goes with every request.
//!
//! kube makes such a way too, and does through proxies. Its own leaves Nagle's algorithm on: what a client says last in a
//! resumed handshake is answered by nobody, so its first request waits until the server acknowledges that, 40 ms later.

use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::Builder;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::ConfigExt;
use tower::{BoxError, ServiceBuilder};

/// So much of an answer is kept until it is read, in bytes: what TLS gives at a time. Else the buffer grows with the answer.
const READ_BUFFER: usize = 16 << 10;

/// Makes the client of a configuration; nothing is sent yet.
///
/// # Errors
/// Certificates or credentials that cannot be used, a proxy of an unknown kind.
pub(super) fn open(config: kube::Config) -> Result<kube::Client, kube::Error> {
    if config.proxy_url.is_some() {
        return kube::Client::try_from(config);
    }
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let mut connector = TimeoutConnector::new(config.rustls_https_connector_with_connector(tcp)?);
    connector.set_connect_timeout(config.connect_timeout);
    connector.set_read_timeout(config.read_timeout);
    connector.set_write_timeout(config.write_timeout);
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(
            Builder::new(TokioExecutor::new())
                .http1_read_buf_exact_size(READ_BUFFER)
                .build(connector),
        );
    Ok(kube::Client::new(service, config.default_namespace))
}
