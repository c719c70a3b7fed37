//! The connection to an API server: sends requests, repeats those that may be repeated, and reads answers.
//!
//! kube makes the connection (TLS, proxies, credentials that refresh themselves); what goes over it is this module's: raw
//! requests, so that paths, parameters and bodies are exactly those that Helm sends.
//!
//! # Source
//! spec/lifecycle.md 12; Kubernetes API concepts, "Handling 410 Gone", "Retry-After".

use std::cell::{Cell, RefCell};
use std::net::ToSocketAddrs;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use http::StatusCode;
use http_body_util::BodyExt;
use serde_json::Value;

use crate::error::{ApiError, Status};
use crate::reason;
use crate::request::Request;

/// A connection. Clones share it.
#[derive(Clone)]
pub struct Client {
    shared: Rc<Shared>,
}

struct Shared {
    http: kube::Client,
    address: String,
    user_agent: String,
    pace: Option<Pace>,
    /// Whether the server has answered before: then a refused connection is a hiccup and not a wrong address.
    reached: Cell<bool>,
    requests: Cell<u64>,
    warnings: RefCell<Vec<String>>,
}

/// An answer with a status below 400.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub code: u16,
    /// The entity tag; empty without one.
    pub etag: String,
    /// The body.
    pub body: Vec<u8>,
    /// The request had been sent before and the first answer was lost.
    pub repeated: bool,
}

/// Takes the body of an answer as it comes.
pub(crate) trait Sink {
    /// An answer begins; what came of an earlier one that was cut off is void.
    fn begin(&mut self);

    /// Takes the next piece.
    ///
    /// # Errors
    /// What is wrong with it.
    fn take(&mut self, piece: &[u8]) -> Result<(), String>;
}

impl Sink for Vec<u8> {
    fn begin(&mut self) {
        self.clear();
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), String> {
        self.extend_from_slice(piece);
        Ok(())
    }
}

/// At most so many requests per second (`--qps`), after a first burst (`--burst-limit`).
struct Pace {
    per_second: f64,
    burst: f64,
    state: Cell<(f64, Instant)>,
}

/// Answers longer than this are refused: no list of a real cluster comes near it.
const LONGEST_BODY: usize = 2 << 30;
/// How often a request is sent when the server asks for patience (429, 503, 504).
const PATIENCE: u32 = 7;
/// How often a request is sent when the server or the connection fails.
const ATTEMPTS: u32 = 4;
/// The longest that a server may ask to wait before the next attempt.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Client {
    pub(crate) fn new(http: kube::Client, address: String, user_agent: String, qps: f32, burst: i64) -> Self {
        let pace = (qps > 0.0).then(|| {
            let burst = burst.max(1) as f64;
            Pace {
                per_second: f64::from(qps),
                burst,
                state: Cell::new((burst, Instant::now())),
            }
        });
        Client {
            shared: Rc::new(Shared {
                http,
                address: address.trim_end_matches('/').to_owned(),
                user_agent,
                pace,
                reached: Cell::new(false),
                requests: Cell::new(0),
                warnings: RefCell::default(),
            }),
        }
    }

    /// The server's address, such as `https://10.0.0.1:6443`.
    pub fn address(&self) -> &str {
        &self.shared.address
    }

    /// How many requests have been sent.
    pub fn requests(&self) -> u64 {
        self.shared.requests.get()
    }

    /// The warnings that the server has sent since the last call, each once.
    pub fn take_warnings(&self) -> Vec<String> {
        self.shared.warnings.take()
    }

    /// Reads JSON.
    ///
    /// # Errors
    /// See [`Client::send`].
    pub async fn get(&self, path: &str) -> Result<Value, ApiError> {
        self.send_json(Request::get(path)).await
    }

    /// Reads JSON; none where there is nothing (404).
    ///
    /// # Errors
    /// See [`Client::send`].
    pub async fn find(&self, path: &str) -> Result<Option<Value>, ApiError> {
        match self.get(path).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a request and reads the answer as JSON; an empty answer is null.
    ///
    /// # Errors
    /// See [`Client::send`].
    pub async fn send_json(&self, request: Request) -> Result<Value, ApiError> {
        let (method, url) = (request.method.to_string(), self.url(&request));
        let response = self.send(request).await?;
        if response.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&response.body).map_err(|error| ApiError::Malformed {
            method,
            url,
            reason: format!("the answer is not JSON: {error}"),
        })
    }

    /// Sends a request and reads the whole answer. Repeats it when the server asks for patience, fails, or the connection
    /// breaks; whether that happened is in the answer or in the error's [`Status`].
    ///
    /// # Errors
    /// A refusal of the server, or no answer.
    pub async fn send(&self, request: Request) -> Result<Response, ApiError> {
        let mut body = Vec::new();
        let response = self.send_to(request, &mut body).await?;
        Ok(Response { body, ..response })
    }

    /// As [`Client::send`], but the answer goes to `sink` piece by piece, and the body of the [`Response`] is empty. Where it
    /// is cut off and asked for again, the sink begins again.
    pub(crate) async fn send_to(&self, request: Request, sink: &mut dyn Sink) -> Result<Response, ApiError> {
        let mut repeated = false;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let failure = match self.attempt(&request, repeated, sink).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let limit = failure.attempts(self.shared.reached.get());
            if !request.repeats || attempt >= limit {
                return Err(failure.error);
            }
            repeated |= failure.may_be_done;
            let pause = failure
                .retry_after
                .unwrap_or_else(|| Duration::from_millis(100 << attempt.min(6)))
                .min(LONGEST_PAUSE);
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends a request whose answer comes in lines as time goes by: a watch, or a log that is followed. Lines come without
    /// their line feed. Ends when the server ends it; is not repeated.
    ///
    /// # Errors
    /// A refusal of the server, or no answer; each item may be the error of a broken connection.
    pub async fn lines(
        &self,
        request: Request,
    ) -> Result<impl Stream<Item = Result<Vec<u8>, ApiError>> + use<>, ApiError> {
        let (method, url) = (request.method.to_string(), self.url(&request));
        let response = match tokio::time::timeout(request.timeout, self.begin(&request)).await {
            Ok(response) => response?,
            Err(_) => return Err(self.unreachable(&request, timeout_text())),
        };
        let code = response.status();
        if code.is_client_error() || code.is_server_error() {
            let body = response.into_body().collect().await.map(|body| body.to_bytes());
            let status = Status::read(code.as_u16(), &body.unwrap_or_default(), false);
            return Err(ApiError::Status(Box::new(status)));
        }
        let broken = move |error: kube::Error| ApiError::Unreachable {
            method: method.clone(),
            url: url.clone(),
            reason: reason::of_kube(&error),
        };
        let frames = response.into_body().into_data_stream();
        Ok(stream::unfold(
            (frames, Vec::new(), false),
            move |(mut frames, mut rest, ended)| {
                let broken = broken.clone();
                async move {
                    loop {
                        if let Some(at) = rest.iter().position(|&byte| byte == b'\n') {
                            let tail = rest.split_off(at + 1);
                            rest.truncate(at);
                            return Some((Ok(rest), (frames, tail, ended)));
                        }
                        if ended {
                            return (!rest.is_empty()).then_some((Ok(rest), (frames, Vec::new(), true)));
                        }
                        match frames.next().await {
                            Some(Ok(bytes)) => rest.extend_from_slice(&bytes),
                            Some(Err(error)) => return Some((Err(broken(error)), (frames, Vec::new(), true))),
                            None => return (!rest.is_empty()).then_some((Ok(rest), (frames, Vec::new(), true))),
                        }
                    }
                }
            },
        ))
    }

    async fn attempt(&self, request: &Request, repeated: bool, sink: &mut dyn Sink) -> Result<Response, Failure> {
        let exchange = async {
            let response = self.begin(request).await.map_err(Failure::lost)?;
            let code = response.status();
            let header = |name: &str| {
                let value = response.headers().get(name).and_then(|value| value.to_str().ok());
                value.unwrap_or_default().to_owned()
            };
            let (etag, retry_after) = (header("etag"), header("retry-after"));
            self.note_warnings(response.headers());
            let refused = code.is_client_error() || code.is_server_error();
            let mut refusal = Vec::new();
            let sink = if refused { &mut refusal } else { sink };
            sink.begin();
            let mut body = http_body_util::Limited::new(response.into_body(), LONGEST_BODY);
            while let Some(frame) = body.frame().await {
                let frame =
                    frame.map_err(|error| Failure::lost(self.unreachable(request, reason::of_chain(&*error))))?;
                let Some(piece) = frame.data_ref() else { continue };
                sink.take(piece).map_err(|reason| {
                    Failure::lost(ApiError::Malformed {
                        method: request.method.to_string(),
                        url: self.url(request),
                        reason,
                    })
                })?;
            }
            self.shared.reached.set(true);
            if refused {
                let status = Status::read(code.as_u16(), &refusal, repeated);
                return Err(Failure::refused(code, status, &retry_after));
            }
            Ok(Response {
                code: code.as_u16(),
                etag,
                body: Vec::new(),
                repeated,
            })
        };
        match tokio::time::timeout(request.timeout, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::lost(self.unreachable(request, timeout_text()))),
        }
    }

    async fn begin(&self, request: &Request) -> Result<http::Response<kube::client::Body>, ApiError> {
        if let Some(pace) = &self.shared.pace {
            pace.wait().await;
        }
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(&request.path)
            .header("accept", &request.accept)
            .header("user-agent", &self.shared.user_agent);
        if !request.content_type.is_empty() {
            builder = builder.header("content-type", request.content_type);
        }
        if !request.if_none_match.is_empty() {
            builder = builder.header("if-none-match", &request.if_none_match);
        }
        let message = builder
            .body(kube::client::Body::from(request.body.clone()))
            .map_err(|error| ApiError::Malformed {
                method: request.method.to_string(),
                url: self.url(request),
                reason: error.to_string(),
            })?;
        self.shared.requests.set(self.shared.requests.get() + 1);
        let outcome = self.shared.http.send(message).await;
        outcome.map_err(|error| self.unreachable(request, reason::of_kube(&error)))
    }

    fn note_warnings(&self, headers: &http::HeaderMap) {
        for value in headers.get_all("warning") {
            // `299 - "text"`, RFC 7234 section 5.5.
            let Ok(text) = value.to_str() else { continue };
            let Some((_, quoted)) = text.split_once('"') else {
                continue;
            };
            let text = quoted.trim_end().trim_end_matches('"').replace("\\\"", "\"");
            let mut warnings = self.shared.warnings.borrow_mut();
            if !warnings.contains(&text) {
                warnings.push(text);
            }
        }
    }

    fn url(&self, request: &Request) -> String {
        format!("{}{}", self.shared.address, request.path)
    }

    fn unreachable(&self, request: &Request, reason: String) -> ApiError {
        ApiError::Unreachable {
            method: request.method.to_string(),
            url: self.url(request),
            reason: self.dialled(reason),
        }
    }

    /// Go names the address that it could not connect to.
    fn dialled(&self, reason: String) -> String {
        if !reason.starts_with("connect: ") {
            return reason;
        }
        let address = self.address();
        let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
        let host = rest.split('/').next().unwrap_or_default();
        let port = if scheme == "http" { 80 } else { 443 };
        let has_port = host
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let target = if has_port {
            host.to_owned()
        } else {
            format!("{host}:{port}")
        };
        match target.to_socket_addrs().ok().and_then(|mut addresses| addresses.next()) {
            Some(resolved) => format!("dial tcp {resolved}: {reason}"),
            None => reason,
        }
    }
}

/// What Go says when a deadline passes.
fn timeout_text() -> String {
    "context deadline exceeded (Client.Timeout exceeded while awaiting headers)".to_owned()
}

/// A failed attempt.
struct Failure {
    error: ApiError,
    retry_after: Option<Duration>,
    /// Whether the server may have carried it out.
    may_be_done: bool,
    kind: FailureKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FailureKind {
    /// The answer is final.
    Final,
    /// The server asks for patience.
    Patience,
    /// The server failed.
    Server,
    /// The connection failed or broke.
    Connection,
}

impl Failure {
    fn lost(error: ApiError) -> Self {
        let refused = error.to_string().contains("connection refused");
        let kind = match error {
            ApiError::Unreachable { .. } => FailureKind::Connection,
            _ => FailureKind::Final,
        };
        Failure {
            may_be_done: !refused,
            error,
            retry_after: None,
            kind,
        }
    }

    fn refused(code: StatusCode, status: Status, retry_after: &str) -> Self {
        let kind = match code.as_u16() {
            429 | 503 => FailureKind::Patience,
            504 if status.reason != "Timeout" => FailureKind::Patience,
            500 if is_about_object(&status.message) => FailureKind::Final,
            500 | 502 => FailureKind::Server,
            // A create that failed by a quota that was being counted elsewhere at the same time; see spec/lifecycle.md 8.2.
            409 if status
                .message
                .contains("Operation cannot be fulfilled on resourcequota") =>
            {
                FailureKind::Server
            }
            _ => FailureKind::Final,
        };
        Failure {
            // A gateway may have passed it on; the server itself did not carry out what it answers so.
            may_be_done: matches!(code.as_u16(), 500 | 502 | 504),
            error: ApiError::Status(Box::new(status)),
            retry_after: retry_after.parse().ok().map(Duration::from_secs),
            kind,
        }
    }

    /// How often a request that fails like this is sent in all.
    fn attempts(&self, reached: bool) -> u32 {
        match self.kind {
            FailureKind::Final => 1,
            FailureKind::Patience => PATIENCE,
            FailureKind::Server => ATTEMPTS,
            // An address where nobody ever answered is wrong; say so at once.
            FailureKind::Connection if !reached && !self.may_be_done => 1,
            FailureKind::Connection if !reached => 2,
            FailureKind::Connection => PATIENCE,
        }
    }
}

/// Whether a server that says it failed has in truth refused the object of an apply: a field that the kind lacks, or a value of
/// another type. It will not think better of it.
fn is_about_object(message: &str) -> bool {
    message.starts_with("failed to create typed patch object") || message.starts_with("failed to convert new object")
}

impl Pace {
    async fn wait(&self) {
        let (tokens, since) = self.state.get();
        let now = Instant::now();
        let tokens = (tokens + now.duration_since(since).as_secs_f64() * self.per_second).min(self.burst) - 1.0;
        self.state.set((tokens, now));
        if tokens < 0.0 {
            tokio::time::sleep(Duration::from_secs_f64(-tokens / self.per_second)).await;
        }
    }
}
