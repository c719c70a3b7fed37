//! The proxy to a cluster, and which hosts need none.

use super::{ConnectError, ConnectOptions};

/// The proxy that the environment names for an address; never for loopback.
///
/// # Source
/// Go `golang.org/x/net/http/httpproxy`.
pub(super) fn of(address: &http::Uri, options: &ConnectOptions) -> Result<Option<http::Uri>, ConnectError> {
    let host = address
        .host()
        .unwrap_or_default()
        .trim_matches(['[', ']'])
        .to_ascii_lowercase();
    let proxy = match address.scheme_str() {
        Some("https") => &options.https_proxy,
        _ => &options.http_proxy,
    };
    let is_loopback = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    if proxy.is_empty() || is_loopback || exempt(&host, address.port_u16(), &options.no_proxy) {
        return Ok(None);
    }
    let full = if proxy.contains("://") {
        proxy.clone()
    } else {
        format!("http://{proxy}")
    };
    full.parse()
        .map(Some)
        .map_err(|_| ConnectError(format!("the proxy \"{proxy}\" of the environment is not a URL")))
}

/// Whether a host is among those of `NO_PROXY`: names (with or without a leading dot: itself and all below it), addresses,
/// ranges of addresses, `*`; each may have a port.
fn exempt(host: &str, port: Option<u16>, list: &str) -> bool {
    let address: Option<std::net::IpAddr> = host.parse().ok();
    list.split(',')
        .map(|item| item.trim().to_ascii_lowercase())
        .any(|item| {
            if item == "*" {
                return true;
            }
            if let (Some(address), Some((network, bits))) = (address, item.split_once('/')) {
                return network
                    .parse()
                    .ok()
                    .zip(bits.parse().ok())
                    .is_some_and(|(network, bits)| in_range(address, network, bits));
            }
            let (name, wanted) = match item.rsplit_once(':') {
                Some((name, digits)) if !name.contains(':') && digits.parse::<u16>().is_ok() => {
                    (name, digits.parse().ok())
                }
                _ => (item.as_str(), None),
            };
            if wanted.is_some() && wanted != port {
                return false;
            }
            let bare = name
                .strip_prefix("*.")
                .or_else(|| name.strip_prefix('.'))
                .unwrap_or(name);
            let below = host.strip_suffix(bare).is_some_and(|front| front.ends_with('.'));
            !bare.is_empty() && (below || (host == bare && bare.len() == name.len()))
        })
}

fn in_range(address: std::net::IpAddr, network: std::net::IpAddr, bits: u32) -> bool {
    use std::net::IpAddr::{V4, V6};
    match (address, network) {
        (V4(a), V4(n)) if bits <= 32 => (u32::from(a) ^ u32::from(n)).checked_shr(32 - bits).unwrap_or(0) == 0,
        (V6(a), V6(n)) if bits <= 128 => (u128::from(a) ^ u128::from(n)).checked_shr(128 - bits).unwrap_or(0) == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_is_read_as_go_reads_it() {
        for (host, port, list, expected) in [
            ("api.example.com", Some(6443), "example.com", true),
            ("example.com", None, "example.com", true),
            ("example.com", None, ".example.com", false),
            ("api.example.com", None, ".example.com", true),
            ("api.example.com", None, "*.example.com", true),
            ("notexample.com", None, "example.com", false),
            ("10.1.2.3", None, "10.0.0.0/8", true),
            ("11.1.2.3", None, "10.0.0.0/8", false),
            ("10.1.2.3", None, "0.0.0.0/0", true),
            ("10.1.2.3", Some(443), "10.1.2.3:443", true),
            ("10.1.2.3", Some(6443), "10.1.2.3:443", false),
            ("api", None, " *", true),
            ("api", None, "", false),
            ("fd00::1", None, "fd00::/8", true),
        ] {
            assert_eq!(exempt(host, port, list), expected, "{host} {list}");
        }
    }

    #[test]
    fn loopback_needs_no_proxy() {
        let options = ConnectOptions {
            https_proxy: "proxy:3128".to_owned(),
            ..ConnectOptions::default()
        };
        let through = |address: &str| {
            of(&address.parse().unwrap(), &options)
                .unwrap()
                .map(|uri| uri.to_string())
        };
        assert_eq!(through("https://127.0.0.1:6443"), None);
        assert_eq!(through("https://[::1]:6443"), None);
        assert_eq!(through("https://10.0.0.1:6443").as_deref(), Some("http://proxy:3128/"));
        assert_eq!(through("http://10.0.0.1"), None);
    }
}
