//! What can go wrong between this program and an API server.

use serde_json::Value;

use crate::protobuf;

/// A request that did not give what was asked for.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ApiError {
    /// The API server answered, and refused.
    #[error("{}", .0.message)]
    Status(Box<Status>),
    /// No answer: the server could not be reached, or the connection broke.
    #[error("{method} \"{url}\": {reason}", method = go_method(.method))]
    Unreachable {
        /// The method of the request.
        method: String,
        /// Where it went, without credentials.
        url: String,
        /// What happened, in Go's words where they are known.
        reason: String,
    },
    /// The answer is not what the API promises.
    #[error("{method} \"{url}\": {reason}", method = go_method(.method))]
    Malformed {
        /// The method of the request.
        method: String,
        /// Where it went.
        url: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// There is no such kind in the cluster.
    #[error("no matches for kind \"{kind}\" in version \"{api_version}\"")]
    UnknownKind {
        /// The kind that was asked for.
        kind: String,
        /// Its group and version.
        api_version: String,
    },
    /// The operation was told to stop.
    #[error("context canceled")]
    Cancelled,
}

/// The `Status` with which an API server refuses.
///
/// # Source
/// Kubernetes API conventions, "Response Status Kind".
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// The HTTP status, such as 404.
    pub code: u16,
    /// The reason, such as `NotFound`; empty where the body was no Status.
    pub reason: String,
    /// The server's sentence.
    pub message: String,
    /// `details` as sent; null where there are none.
    pub details: Value,
    /// The request had been sent before and its answer was lost, so the first one may have been carried out: a 409 or 404
    /// may mean that it was.
    pub repeated: bool,
}

impl ApiError {
    /// The HTTP status, if there was an answer.
    pub fn code(&self) -> Option<u16> {
        match self {
            ApiError::Status(status) => Some(status.code),
            _ => None,
        }
    }

    /// The server's Status, if it sent one.
    pub fn status(&self) -> Option<&Status> {
        match self {
            ApiError::Status(status) => Some(status),
            _ => None,
        }
    }

    fn has_reason(&self, reason: &str) -> bool {
        self.status().is_some_and(|status| status.reason == reason)
    }

    /// 404: the object is not there. Not so for a kind that the server does not know.
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(404)
    }

    /// 409 because an object of the name exists already.
    pub fn is_already_exists(&self) -> bool {
        self.code() == Some(409) && self.has_reason("AlreadyExists")
    }

    /// 409 because the object has changed since it was read, or because others own fields.
    pub fn is_conflict(&self) -> bool {
        self.code() == Some(409) && !self.has_reason("AlreadyExists")
    }

    /// 403: the user may not do this, or an admission plugin said no.
    pub fn is_forbidden(&self) -> bool {
        self.code() == Some(403)
    }

    /// 410, or a watch whose resource version is too old: list again.
    pub fn is_expired(&self) -> bool {
        self.code() == Some(410) || self.has_reason("Expired") || self.has_reason("Gone")
    }

    /// Whether the first sending of the request may have been carried out although this error came of a later one.
    pub fn is_repeated(&self) -> bool {
        self.status().is_some_and(|status| status.repeated)
    }
}

impl Status {
    /// Reads the body of a failed answer: a Status, or anything else.
    pub(crate) fn read(code: u16, body: &[u8], repeated: bool) -> Status {
        let parsed = match protobuf::is_protobuf(body) {
            true => protobuf::status(body).unwrap_or_default(),
            false => serde_json::from_slice(body).unwrap_or_default(),
        };
        if parsed["kind"] == "Status" && parsed["message"].as_str().is_some_and(|text| !text.is_empty()) {
            let text = |key: &str| parsed[key].as_str().unwrap_or_default().to_owned();
            return Status {
                code,
                reason: text("reason"),
                message: text("message"),
                details: parsed["details"].clone(),
                repeated,
            };
        }
        let (reason, message) = generic(code, body);
        Status {
            code,
            reason: reason.to_owned(),
            message,
            details: Value::Null,
            repeated,
        }
    }
}

/// What clients say of an answer that brings no Status.
///
/// # Source
/// Experiments with the reference against answers without a Status (spec/lifecycle.md 12).
fn generic(code: u16, body: &[u8]) -> (&'static str, String) {
    let (reason, message) = match code {
        400 => ("BadRequest", "the server rejected our request for an unknown reason"),
        401 => (
            "Unauthorized",
            "the server has asked for the client to provide credentials",
        ),
        403 => ("Forbidden", ""),
        404 => ("NotFound", "the server could not find the requested resource"),
        405 => (
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        ),
        406 => (
            "NotAcceptable",
            "the server was unable to respond with a content type that the client supports",
        ),
        409 => ("Conflict", "the server reported a conflict"),
        415 => (
            "UnsupportedMediaType",
            "the server was unable to process the request because its media type is unsupported",
        ),
        422 => (
            "Invalid",
            "the server rejected our request due to an error in our request",
        ),
        429 => (
            "TooManyRequests",
            "the server has received too many requests and has asked us to try again later",
        ),
        503 => (
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
        ),
        504 => (
            "Timeout",
            "the server was unable to return a response in the time allotted, but may still be processing the request",
        ),
        500..=599 => ("InternalError", ""),
        _ => ("Unknown", ""),
    };
    if !message.is_empty() {
        return (reason, message.to_owned());
    }
    let text = String::from_utf8_lossy(&body[..body.len().min(2048)]).trim().to_owned();
    let message = match (text.is_empty(), code) {
        (true, _) => format!("the server responded with the status code {code} but did not return more information"),
        (false, 403) => text,
        (false, _) => format!("an error on the server (\"{text}\") has prevented the request from succeeding"),
    };
    (reason, message)
}

/// Go prints methods as `Get`.
fn go_method(method: &str) -> String {
    let mut letters = method.chars();
    letters
        .next()
        .map(|first| {
            first
                .to_uppercase()
                .chain(letters.flat_map(char::to_lowercase))
                .collect()
        })
        .unwrap_or_default()
}
