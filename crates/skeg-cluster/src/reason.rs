//! Why a connection failed, in the words that Go uses and users search for.

use std::error::Error;
use std::io;

/// The innermost cause that says something, of an error of kube.
pub(crate) fn of_kube(error: &kube::Error) -> String {
    of_chain(error)
}

/// The innermost cause that says something.
pub(crate) fn of_chain(error: &(dyn Error + 'static)) -> String {
    let mut innermost: &(dyn Error + 'static) = error;
    let mut outer = String::new();
    loop {
        if let Some(cause) = innermost.downcast_ref::<io::Error>()
            && let Some(text) = of_io(cause)
        {
            return text;
        }
        match innermost.source() {
            Some(source) => {
                outer = innermost.to_string();
                innermost = source;
            }
            None => break,
        }
    }
    let text = innermost.to_string();
    // Certificates: rustls' last word is only a name.
    if text.contains("certificate") || outer.contains("certificate") {
        return format!("tls: failed to verify certificate: {text}");
    }
    if outer.is_empty() || text.contains(&outer) {
        text
    } else {
        format!("{outer}: {text}")
    }
}

fn of_io(error: &io::Error) -> Option<String> {
    Some(match error.kind() {
        io::ErrorKind::ConnectionRefused => "connect: connection refused".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset by peer".to_owned(),
        io::ErrorKind::BrokenPipe => "write: broken pipe".to_owned(),
        io::ErrorKind::UnexpectedEof => "EOF".to_owned(),
        io::ErrorKind::TimedOut => "dial tcp: i/o timeout".to_owned(),
        io::ErrorKind::HostUnreachable => "connect: no route to host".to_owned(),
        io::ErrorKind::NetworkUnreachable => "connect: network is unreachable".to_owned(),
        _ => return None,
    })
}
