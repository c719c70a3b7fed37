//! Waiting until definitions are offered, by looking at each again and again: that takes a few milliseconds, and no other
//! right than to read them.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use skeg_kinds::readiness::{Question, Readiness, State, readiness};
use tokio::time::Instant;

use super::CrdError;
use crate::cancel::Cancel;
use crate::client::Client;
use crate::error::ApiError;
use crate::progress::{Level, Observer};

/// The first pause between two looks; each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Waits for objects to become ready: their paths, and each as it was seen last.
///
/// # Errors
/// Helm's sentence about each that failed or was not ready in time.
pub(super) async fn wait(
    client: &Client,
    objects: &[(String, Value)],
    timeout: Duration,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<(), CrdError> {
    let (count, shown) = (objects.len().to_string(), go_seconds(timeout));
    observer.log(
        Level::Debug,
        "waiting for resources",
        &[("count", &count), ("timeout", &shown)],
    );
    let until = Instant::now() + timeout;
    let mut pause = FIRST_PAUSE;
    let mut waiting: Vec<(&str, Value, Readiness)> = objects
        .iter()
        .map(|(path, object)| (path.as_str(), object.clone(), readiness(object, &Question::default())))
        .collect();
    let mut failed = Vec::new();
    loop {
        waiting.retain(|(_, object, readiness)| {
            if readiness.is_failed() {
                failed.push(sentence(object, readiness));
            }
            !readiness.is_ready() && !readiness.is_failed()
        });
        if !failed.is_empty() {
            return Err(CrdError::NotReady(failed.join("\n")));
        }
        if waiting.is_empty() {
            let attributes = [("desiredStatus", "Current"), ("resourceCount", count.as_str())];
            observer.log(Level::Debug, "all resources achieved desired status", &attributes);
            return Ok(());
        }
        if Instant::now() >= until {
            let mut lines: Vec<String> = waiting
                .iter()
                .map(|(_, object, readiness)| sentence(object, readiness))
                .collect();
            lines.push("context deadline exceeded".to_owned());
            return Err(CrdError::NotReady(lines.join("\n")));
        }
        tokio::select! {
            () = cancel.cancelled() => return Err(CrdError::Cancelled),
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
        let looks = join_all(waiting.iter().map(|(path, _, _)| client.find(path))).await;
        for ((_, object, state), look) in waiting.iter_mut().zip(looks) {
            match look {
                Ok(Some(seen)) => {
                    *state = readiness(&seen, &Question::default());
                    *object = seen;
                }
                Ok(None) => *state = Readiness::not_found(),
                // Who may apply but not read cannot be told more than that the server took it.
                Err(error) if error.is_forbidden() => state.state = State::Ready,
                Err(error) => return Err(read_failed(object, error)),
            }
        }
    }
}

fn read_failed(object: &Value, error: ApiError) -> CrdError {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    CrdError::Api {
        doing: format!("cannot see whether {name} is established"),
        error,
    }
}

fn sentence(object: &Value, readiness: &Readiness) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    let (kind, namespace, name) = (
        text(&object["kind"]),
        text(&metadata["namespace"]),
        text(&metadata["name"]),
    );
    let state = readiness.state.as_str();
    format!(
        "resource {kind}/{namespace}/{name} not ready. status: {state}, message: {}",
        readiness.message
    )
}

/// A timeout as Go prints it: `1m0s`.
fn go_seconds(timeout: Duration) -> String {
    match (timeout.as_secs() / 60, timeout.as_secs() % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, seconds) => format!("{minutes}m{seconds}s"),
    }
}
