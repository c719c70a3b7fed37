//! A proxy between a tool and the API server: it counts requests, and at one of them something goes wrong.
//!
//! In front it speaks plain HTTP on loopback; behind it is the API server with the administrator's certificate. The tool gets a
//! kubeconfig that names the proxy. It runs in a thread of its own until it is dropped.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::sync::oneshot;

type Body = UnsyncBoxBody<Bytes, kube::Error>;

/// What goes wrong at a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The tool is killed before the API server hears of the request.
    KillBefore,
    /// The tool is killed when the API server has done what it was asked, before it can know.
    KillAfter,
    /// "Too many requests", with a second to wait.
    TooMany,
    /// The status, with an object that tells it; nothing is done.
    Status(u16),
    /// The request is done, and its answer lost with this status.
    DoneButStatus(u16),
    /// The connection ends without an answer.
    Reset,
    /// The answer comes late.
    Delay(Duration),
    /// A watch ends at once.
    CloseWatch,
    /// A watch is told that its version is too old.
    Expired,
}

impl Fault {
    /// Whether the fault makes sense at this request, `METHOD path?query`.
    pub(crate) fn fits(self, line: &str) -> bool {
        let is_watch = line.contains("watch=true") || line.contains("watch=1");
        match self {
            Fault::CloseWatch | Fault::Expired => is_watch,
            Fault::Status(409) => line.starts_with("PUT ") || line.starts_with("PATCH "),
            Fault::DoneButStatus(_) => !line.starts_with("GET "),
            _ => true,
        }
    }
}

/// What the proxy is to do, and what it has seen.
#[derive(Debug, Default)]
struct State {
    /// At which request, from 0, what happens.
    plan: Option<(usize, Fault)>,
    /// The process to be killed.
    pid: Option<u32>,
    /// The requests so far, `METHOD path?query`.
    seen: Vec<String>,
    /// Whether the fault has happened.
    has_happened: bool,
}

/// A running proxy.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Proxy {
    /// Starts a proxy for the user of `kubeconfig`.
    ///
    /// # Errors
    /// A kubeconfig that cannot be used, or no port.
    pub(crate) fn start(kubeconfig: &Path) -> Result<Self, String> {
        let state = Arc::new(Mutex::new(State::default()));
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let (kubeconfig, shared) = (kubeconfig.to_path_buf(), Arc::clone(&state));
        let thread = std::thread::spawn(move || {
            let served = serve(&kubeconfig, shared, stopped, &ready);
            if let Err(message) = served {
                drop(ready.send(Err(message)));
            }
        });
        let address = is_ready.recv().map_err(|e| format!("proxy: {e}"))??;
        Ok(Self {
            address,
            state,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Forgets what was seen, and lets `plan` happen.
    pub(crate) fn plan(&self, plan: Option<(usize, Fault)>) {
        *lock(&self.state) = State {
            plan,
            ..State::default()
        };
    }

    /// Says which process a fault may kill.
    pub(crate) fn aim(&self, pid: u32) {
        lock(&self.state).pid = Some(pid);
    }

    /// The requests since the last plan.
    pub(crate) fn seen(&self) -> Vec<String> {
        lock(&self.state).seen.clone()
    }

    /// Whether the planned fault has happened.
    pub(crate) fn has_happened(&self) -> bool {
        lock(&self.state).has_happened
    }

    /// Writes a kubeconfig that leads through the proxy.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn kubeconfig(&self, path: &Path) -> Result<PathBuf, String> {
        let text = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "proxy",
            "clusters": [{"name": "proxy", "cluster": {"server": format!("http://{}", self.address)}}],
            "users": [{"name": "proxy", "user": {}}],
            "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}],
        });
        std::fs::write(path, text.to_string()).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(path.to_path_buf())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts connections until `stopped`; says at `ready` where.
fn serve(
    kubeconfig: &Path,
    state: Arc<Mutex<State>>,
    mut stopped: oneshot::Receiver<()>,
    ready: &std::sync::mpsc::Sender<Result<SocketAddr, String>>,
) -> Result<(), String> {
    let told = |e: &dyn std::fmt::Display| format!("proxy: {e}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| told(&e))?;
    runtime.block_on(async move {
        let client = super::api::client(kubeconfig).await?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(|e| told(&e))?;
        let address = listener.local_addr().map_err(|e| told(&e))?;
        ready.send(Ok(address)).map_err(|e| told(&e))?;
        loop {
            let (stream, _) = tokio::select! {
                _ = &mut stopped => return Ok(()),
                accepted = listener.accept() => accepted.map_err(|e| told(&e))?,
            };
            let (client, state) = (client.clone(), Arc::clone(&state));
            tokio::spawn(async move {
                let service =
                    hyper::service::service_fn(move |request| answer(client.clone(), Arc::clone(&state), request));
                // A connection that ends in an error is either the tool's or the fault's doing.
                drop(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await,
                );
            });
        }
    })
}

/// The connection is to end without an answer.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut")
    }
}

impl std::error::Error for Cut {}

async fn answer(
    client: kube::Client,
    state: Arc<Mutex<State>>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Cut> {
    let fault = {
        let mut state = lock(&state);
        let index = state.seen.len();
        let line = format!("{} {}", request.method(), request.uri());
        let fault = state
            .plan
            .filter(|(at, fault)| *at == index && fault.fits(&line))
            .map(|(_, fault)| fault);
        state.seen.push(line);
        state.has_happened |= fault.is_some();
        fault
    };
    match fault {
        None => forward(&client, request).await,
        Some(Fault::KillBefore) => {
            kill(&state).await;
            Err(Cut)
        }
        Some(Fault::KillAfter) => {
            let is_watch = request.uri().query().is_some_and(|query| query.contains("watch="));
            let response = forward(&client, request).await?;
            if !is_watch {
                drop(response.into_body().collect().await);
            }
            kill(&state).await;
            Err(Cut)
        }
        Some(Fault::DoneButStatus(code)) => {
            drop(forward(&client, request).await?.into_body().collect().await);
            Ok(refusal(code))
        }
        Some(Fault::Reset) => Err(Cut),
        Some(Fault::TooMany) => Ok(refusal(429)),
        Some(Fault::Status(code)) => Ok(refusal(code)),
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            forward(&client, request).await
        }
        Some(Fault::CloseWatch) => Ok(json_response(StatusCode::OK, String::new())),
        Some(Fault::Expired) => {
            let event = json!({"type": "ERROR", "object": status_object(410)});
            Ok(json_response(StatusCode::OK, format!("{event}\n")))
        }
    }
}

/// Asks the API server; an answer that it does not give ends the connection.
async fn forward(client: &kube::Client, request: Request<Incoming>) -> Result<Response<Body>, Cut> {
    let (mut parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    parts.headers.remove(http::header::HOST);
    parts.headers.remove(http::header::CONTENT_LENGTH);
    let is_empty = body.is_empty() && parts.method == Method::GET;
    let body = if is_empty { Vec::new() } else { body.to_vec() };
    let request = Request::from_parts(parts, kube::client::Body::from(body));
    match client.send(request).await {
        Ok(response) => {
            let (mut parts, body) = response.into_parts();
            parts.version = http::Version::HTTP_11;
            parts.headers.remove(http::header::TRANSFER_ENCODING);
            Ok(Response::from_parts(parts, body.boxed_unsync()))
        }
        Err(e) => {
            eprintln!("xtask: proxy: {e}");
            Err(Cut)
        }
    }
}

/// Kills the tool and gives its end a moment, so that nothing of it happens afterwards.
async fn kill(state: &Mutex<State>) {
    for _ in 0..200 {
        let pid = lock(state).pid;
        if let Some(pid) = pid {
            drop(Command::new("kill").args(["-KILL", &pid.to_string()]).status());
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn refusal(code: u16) -> Response<Body> {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json_response(status, status_object(code).to_string());
    if code == 429 {
        response
            .headers_mut()
            .insert("retry-after", HeaderValue::from_static("1"));
    }
    response
}

fn status_object(code: u16) -> serde_json::Value {
    let (reason, message) = match code {
        409 => (
            "Conflict",
            "the object has been modified; please apply your changes to the latest version and try again",
        ),
        410 => ("Expired", "too old resource version: 1 (2)"),
        429 => ("TooManyRequests", "too many requests, please try again later"),
        503 => (
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
        ),
        _ => ("InternalError", "an error on the server has been injected"),
    };
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code})
}

fn json_response(status: StatusCode, text: String) -> Response<Body> {
    let body = Full::new(Bytes::from(text)).map_err(|never: Infallible| match never {});
    let mut response = Response::new(body.boxed_unsync());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert("content-type", HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn a_fault_fits_the_requests_that_can_meet_it() {
        let (list, watch, patch) = (
            "GET /api/v1/pods",
            "GET /api/v1/pods?watch=true&x=1",
            "PATCH /api/v1/pods/a",
        );
        let table = [
            (Fault::Expired, [false, true, false]),
            (Fault::CloseWatch, [false, true, false]),
            (Fault::Status(409), [false, false, true]),
            (Fault::DoneButStatus(504), [false, false, true]),
            (Fault::KillAfter, [true, true, true]),
            (Fault::Status(500), [true, true, true]),
        ];
        for (fault, want) in table {
            assert_eq!([list, watch, patch].map(|line| fault.fits(line)), want, "{fault:?}");
        }
    }
}
