//! Requests to an API server, as plain data.

use std::time::Duration;

use http::Method;

/// A request: where to, what, and how long an answer may take.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query below the server's address, `/api/v1/…`.
    pub path: String,
    /// The media types that are understood.
    pub accept: String,
    /// The entity tag of the answer that is already here; empty for none. An answer 304 then has no body.
    pub if_none_match: String,
    /// The media type of the body; empty without one.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// How long until the answer has to be there; for streams, until it has to begin.
    pub timeout: Duration,
    /// Whether it is sent again when the answer is lost or the server asks for patience.
    pub repeats: bool,
}

/// Media types of bodies.
pub mod content {
    /// JSON.
    pub const JSON: &str = "application/json";
    /// Server-side apply; JSON is YAML too.
    pub const APPLY: &str = "application/apply-patch+yaml";
    /// Strategic merge patch.
    pub const STRATEGIC_MERGE: &str = "application/strategic-merge-patch+json";
    /// JSON merge patch, RFC 7386.
    pub const MERGE: &str = "application/merge-patch+json";
    /// JSON patch, RFC 6902.
    pub const JSON_PATCH: &str = "application/json-patch+json";
}

/// How long an answer may take unless said otherwise. Helm waits for ever.
const TIMEOUT: Duration = Duration::from_secs(120);

impl Request {
    /// A request without a body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Request {
            method,
            path: path.into(),
            accept: content::JSON.to_owned(),
            if_none_match: String::new(),
            content_type: "",
            body: Vec::new(),
            timeout: TIMEOUT,
            repeats: true,
        }
    }

    /// Reads.
    pub fn get(path: impl Into<String>) -> Self {
        Request::new(Method::GET, path)
    }

    /// Creates.
    pub fn post(path: impl Into<String>) -> Self {
        Request::new(Method::POST, path)
    }

    /// Replaces.
    pub fn put(path: impl Into<String>) -> Self {
        Request::new(Method::PUT, path)
    }

    /// Changes.
    pub fn patch(path: impl Into<String>) -> Self {
        Request::new(Method::PATCH, path)
    }

    /// Deletes.
    pub fn delete(path: impl Into<String>) -> Self {
        Request::new(Method::DELETE, path)
    }

    /// Adds a query parameter; the value is escaped.
    #[must_use]
    pub fn query(mut self, key: &str, value: &str) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(key);
        self.path.push('=');
        escape(&mut self.path, value);
        self
    }

    /// Gives it a body.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: Vec<u8>) -> Self {
        self.content_type = content_type;
        self.body = body;
        self
    }

    /// Gives it a JSON body.
    #[must_use]
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body(content::JSON, body.to_string().into_bytes())
    }

    /// Asks for other media types than JSON.
    #[must_use]
    pub fn accept(mut self, accept: impl Into<String>) -> Self {
        self.accept = accept.into();
        self
    }

    /// Says which answer is already here, by its entity tag.
    #[must_use]
    pub fn if_none_match(mut self, etag: &str) -> Self {
        self.if_none_match = etag.to_owned();
        self
    }

    /// Says how long the answer may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Says that a first failure counts.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.repeats = false;
        self
    }
}

/// Escapes a query value as RFC 3986 wants it.
fn escape(into: &mut String, value: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(byte as char);
        } else {
            into.push('%');
            into.push(HEX[usize::from(byte >> 4)] as char);
            into.push(HEX[usize::from(byte & 15)] as char);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_escaped() {
        let request = Request::get("/api/v1/secrets")
            .query("labelSelector", "name=a,owner=helm")
            .query("limit", "5");
        assert_eq!(
            request.path,
            "/api/v1/secrets?labelSelector=name%3Da%2Cowner%3Dhelm&limit=5"
        );
    }
}
