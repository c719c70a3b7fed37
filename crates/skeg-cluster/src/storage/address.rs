//! Where a database is, from the connection string of `HELM_DRIVER_SQL_CONNECTION_STRING`, and the way there.
//!
//! # Source
//! PostgreSQL, "Connection Strings"; the defaults are those of Helm's library: TLS is required unless it is disabled.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};

use super::sql::reason;
use super::tls::{Tls, Trust};

/// A connection string that was understood. Has no `Debug`: it holds a password.
pub(super) struct Address {
    config: Config,
    tls: Option<Tls>,
}

/// Parameters of Helm's library that say nothing to this one.
const IGNORED: [&str; 3] = ["binary_parameters", "sslsni", "sslinline"];

impl Address {
    /// Reads an address or pairs; `env` gives what they leave open.
    ///
    /// # Errors
    /// What is wrong with it, without any value of it.
    pub(super) fn parse(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Address, String> {
        let mut tls = Vec::new();
        let rest = match text
            .strip_prefix("postgresql://")
            .or_else(|| text.strip_prefix("postgres://"))
        {
            Some(_) => without_parameters(text, &mut tls),
            None => without_pairs(text, &mut tls)?,
        };
        let mut config: Config = rest.parse().map_err(|error: tokio_postgres::Error| reason(&error))?;
        if config.get_hosts().is_empty() {
            config.host(env("PGHOST").unwrap_or_else(|| "localhost".to_owned()));
        }
        if config.get_ports().is_empty() {
            config.port(env("PGPORT").and_then(|port| port.parse().ok()).unwrap_or(5432));
        }
        if let (None, Some(user)) = (config.get_user(), env("PGUSER")) {
            config.user(user);
        }
        if let (None, Some(password)) = (config.get_password(), env("PGPASSWORD")) {
            config.password(password);
        }
        if let (None, Some(name)) = (config.get_dbname(), env("PGDATABASE")) {
            config.dbname(name);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(30));
        }
        let given = |key: &str, variable: &str| {
            let pair = tls.iter().rev().find(|(name, _)| name == key);
            pair.map(|(_, value)| value.clone())
                .or_else(|| env(variable))
                .filter(|value| !value.is_empty())
        };
        let root = given("sslrootcert", "PGSSLROOTCERT");
        let trust = match given("sslmode", "PGSSLMODE").as_deref() {
            Some("disable") => None,
            Some("verify-full") => Some(Trust::Name),
            Some("verify-ca") => Some(Trust::Chain),
            None | Some("require" | "prefer" | "allow") if root.is_none() => Some(Trust::Anybody),
            // PostgreSQL's own library does so too: who names a root wants it looked at.
            None | Some("require" | "prefer" | "allow") => Some(Trust::Chain),
            Some(mode) => {
                return Err(format!(
                    "unsupported sslmode {mode:?}; only \"require\" (default), \"verify-full\", \"verify-ca\", and \"disable\" supported"
                ));
            }
        };
        config.ssl_mode(if trust.is_some() {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        let identity = given("sslcert", "PGSSLCERT").zip(given("sslkey", "PGSSLKEY"));
        let tls = trust
            .map(|trust| Tls::new(trust, root.as_deref(), identity))
            .transpose()?;
        Ok(Address { config, tls })
    }

    /// Connects; the connection is served by a task of the runtime, and ends with the client.
    ///
    /// # Errors
    /// The server's answer, or why there is none.
    pub(super) async fn connect(&self) -> Result<Client, String> {
        let failed = |error: tokio_postgres::Error| self.failed(&error);
        match &self.tls {
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(failed)?;
                tokio::spawn(connection);
                Ok(client)
            }
            Some(tls) => {
                let (client, connection) = self.config.connect(Tls::clone(tls)).await.map_err(failed)?;
                tokio::spawn(connection);
                Ok(client)
            }
        }
    }

    fn failed(&self, error: &tokio_postgres::Error) -> String {
        let text = reason(error);
        if text.contains("server does not support TLS") {
            return "pq: SSL is not enabled on the server".to_owned();
        }
        if !text.contains("os error") {
            return text;
        }
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            _ => String::new(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let cause = text.rsplit(": ").next().unwrap_or(&text);
        let cause = cause.split(" (os error").next().unwrap_or(cause).to_lowercase();
        format!("dial tcp {host}:{port}: connect: {cause}")
    }
}

fn is_taken_out(key: &str) -> bool {
    matches!(key, "sslmode" | "sslrootcert" | "sslcert" | "sslkey") || IGNORED.contains(&key)
}

/// An address without the parameters for TLS, which go into `taken`.
fn without_parameters(text: &str, taken: &mut Vec<(String, String)>) -> String {
    let Some((address, query)) = text.split_once('?') else {
        return text.to_owned();
    };
    let mut kept = Vec::new();
    for parameter in query.split('&') {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match is_taken_out(key) {
            true => taken.push((key.to_owned(), unescaped(value))),
            false => kept.push(parameter),
        }
    }
    match kept.is_empty() {
        true => address.to_owned(),
        false => format!("{address}?{}", kept.join("&")),
    }
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
            .filter(|_| first == b'%')
        {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `key=value` pairs without those for TLS, which go into `taken`.
fn without_pairs(text: &str, taken: &mut Vec<(String, String)>) -> Result<String, String> {
    let mut kept = String::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let Some((key, after)) = rest.split_once('=') else {
            // Only a key can stand here; what follows an unquoted space in a password would, so it is not shown.
            return Err("missing \"=\" in connection info string".to_owned());
        };
        let key = key.trim();
        let after = after.trim_start();
        let length = value_length(after)?;
        let (value, next) = after.split_at(length);
        match is_taken_out(key) {
            true => taken.push((key.to_owned(), unquoted(value))),
            false => kept.push_str(&format!("{key}={value} ")),
        }
        rest = next.trim_start();
    }
    Ok(kept)
}

/// How long a value is, in bytes, with its quotes.
fn value_length(text: &str) -> Result<usize, String> {
    let is_quoted = text.starts_with('\'');
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(usize::from(is_quoted)) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\'' if is_quoted => return Ok(at + 1),
            c if !is_quoted && c.is_whitespace() => return Ok(at),
            _ => {}
        }
    }
    match is_quoted {
        true => Err("unterminated quoted string literal in connection string".to_owned()),
        false => Ok(text.len()),
    }
}

fn unquoted(value: &str) -> String {
    let inner = value
        .strip_prefix('\'')
        .and_then(|value| value.strip_suffix('\''))
        .unwrap_or(value);
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        text.extend(if character == '\\' {
            characters.next()
        } else {
            Some(character)
        });
    }
    text
}

/// The certificates of a PEM file, or its first private key.
pub(super) fn pem(path: &str) -> Result<Arc<[u8]>, String> {
    let text = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, String> {
        Address::parse(text, &|key| match key {
            "PGHOST" => Some("from-env".to_owned()),
            "PGPASSWORD" => Some("secret".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn connection_strings_are_read() {
        for (text, host, port, database, has_tls) in [
            ("postgresql://u@h:1/d?sslmode=disable", "h", 1, Some("d"), false),
            (
                "postgres://u:p@h/d?connect_timeout=3&sslmode=verify-ca",
                "h",
                5432,
                Some("d"),
                true,
            ),
            ("host=h port=2 dbname='a b' sslmode=disable", "h", 2, Some("a b"), false),
            ("", "from-env", 5432, None, true),
            ("user = x  sslmode = 'disable'", "from-env", 5432, None, false),
        ] {
            let address = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(address.config.get_hosts(), [Host::Tcp(host.to_owned())], "{text}");
            assert_eq!(address.config.get_ports(), [port], "{text}");
            assert_eq!(address.config.get_dbname(), database, "{text}");
            assert_eq!(address.tls.is_some(), has_tls, "{text}");
        }
    }

    #[test]
    fn bad_strings_are_refused_without_saying_what_is_in_them() {
        for text in [
            "junk-secret",
            "password='secret",
            "postgresql://u:secret@h:port/d",
            "host=h password=secret sslmode=sideways",
            "host=h password=secret wrong=secret",
            "host=h password=secret sslrootcert=/does/not/exist",
        ] {
            let error = parse(text).err().unwrap_or_else(|| panic!("{text} is read"));
            assert!(!error.contains("secret"), "{text}: {error}");
        }
    }

    #[test]
    fn values_end_where_their_quotes_do() {
        let mut taken = Vec::new();
        let kept = without_pairs(r"password='a\' b' sslkey='x\'y' host=h", &mut taken).unwrap();
        assert_eq!(kept, r"password='a\' b' host=h ");
        assert_eq!(taken, [("sslkey".to_owned(), "x'y".to_owned())]);
        assert_eq!(unescaped("%2Ftmp%2Fa%zz"), "/tmp/a%zz");
    }
}
