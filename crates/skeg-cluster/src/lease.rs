//! Who works on a release: a Lease that lives as long as the operation, so that a second one knows whom to wait for, and that
//! nobody is there any more when the first was killed.
//!
//! A holder renews its Lease every [`RENEWAL`]; one that has not been renewed for [`DURATION`] is dead and is taken over, at
//! once where its process ran on this machine and is gone. Clocks of machines are not compared: a Lease counts as silent for as
//! long as it was *seen* not to change. At the end the Lease is deleted. Users who may not touch Leases work without one: the
//! records' compare-and-swap still keeps two writers apart, only less politely.
//!
//! # Source
//! Kubernetes documentation, "Leases"; API reference `coordination.k8s.io/v1`.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cancel::Cancel;
use crate::client::Client;
use crate::error::ApiError;
use crate::progress::{Level, Observer};
use crate::request::Request;

/// How long a Lease is believed without a renewal.
pub const DURATION: Duration = Duration::from_secs(15);
/// How often a living holder renews.
const RENEWAL: Duration = Duration::from_secs(4);
/// How often one that waits looks.
const LOOK: Duration = Duration::from_millis(500);

/// Names the command that holds a Lease.
const COMMAND: &str = "skeg.dev/command";
/// The process of the holder.
const PROCESS: &str = "skeg.dev/process";
/// The machine of the holder.
const MACHINE: &str = "skeg.dev/machine";

/// Who holds a Lease, or wants to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// `user@machine`.
    pub who: String,
    /// The machine's name.
    pub machine: String,
    /// The number of the process on it.
    pub process: u32,
    /// What it does: `upgrade`.
    pub command: String,
    /// Since when, RFC 3339 with microseconds; empty for one that only wants to.
    pub since: String,
}

impl Holder {
    /// One line for people: `ann@build-7 (process 123, upgrade since 2026-11-21T10:00:00Z)`.
    pub fn describe(&self) -> String {
        let since = self.since.split('.').next().unwrap_or_default().trim_end_matches('Z');
        format!(
            "{} (process {}, {} since {since}Z)",
            self.who, self.process, self.command
        )
    }

    fn identity(&self, nonce: u64) -> String {
        format!("{}/{}/{nonce:x}", self.who, self.process)
    }
}

/// What became of trying to get a Lease.
pub enum Acquired<'c> {
    /// It is ours.
    Held(Box<Lease<'c>>),
    /// The user may not use Leases, or the cluster has none: there is no lock.
    Unavailable,
}

/// A Lease that is held.
pub struct Lease<'c> {
    client: &'c Client,
    path: String,
    identity: String,
    object: RefCell<Value>,
    /// Whose it was before, if that one never gave it back.
    pub predecessor: Option<Holder>,
}

/// Why there is no Lease.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Somebody else works on the release.
    #[error("another operation (install/upgrade/rollback) is in progress")]
    Held(Box<Holder>),
    /// The cluster did not answer as it should.
    #[error("{0}")]
    Api(#[from] ApiError),
}

/// The name of a release's Lease.
fn name(release: &str) -> String {
    format!("sh.skeg.release.v1.{release}")
}

/// Gets the Lease of a release: at once where nobody has it or its holder is dead; else, as soon as the holder is seen to be alive
/// and `patience` is over, says who it is.
///
/// # Errors
/// [`LeaseError::Held`], or an answer that makes no sense. [`ApiError::Cancelled`] when asked to stop while waiting.
pub async fn acquire<'c>(
    client: &'c Client,
    namespace: &str,
    release: &str,
    holder: &Holder,
    patience: Duration,
    cancel: &Cancel,
    observer: &dyn Observer,
) -> Result<Acquired<'c>, LeaseError> {
    let collection = format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases");
    let path = format!("{collection}/{}", name(release));
    let nonce = jiff::Timestamp::now().as_nanosecond() as u64;
    let identity = holder.identity(nonce);
    let began = Instant::now();
    let mut seen: Option<(String, Instant)> = None;
    let mut told = false;
    loop {
        let fresh = fresh(release, namespace, holder, &identity);
        let lease = |object: Value, predecessor| {
            Acquired::Held(Box::new(Lease {
                client,
                path: path.clone(),
                identity: identity.clone(),
                object: RefCell::new(object),
                predecessor,
            }))
        };
        match client.send_json(Request::post(&collection).json(&fresh)).await {
            Ok(object) => return Ok(lease(object, None)),
            Err(error) if error.is_already_exists() => {}
            // No right, no namespace yet, or no such API: no lock.
            Err(error) if error.is_forbidden() || error.is_not_found() => {
                observer.log(
                    Level::Debug,
                    "no lease for the release",
                    &[("error", &error.to_string())],
                );
                return Ok(Acquired::Unavailable);
            }
            Err(error) => return Err(error.into()),
        }
        let Some(mut object) = client.find(&path).await? else {
            continue;
        };
        if object["spec"]["holderIdentity"] == identity.as_str() {
            // The first sending was carried out, its answer was lost.
            return Ok(lease(object, None));
        }
        let current = holder_of(&object);
        let version = object["metadata"]["resourceVersion"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let (first_seen, silent) = match &seen {
            Some((known, since)) if *known == version => (false, since.elapsed()),
            _ => {
                let first = seen.is_none();
                seen = Some((version, Instant::now()));
                (first, Duration::ZERO)
            }
        };
        let gone_here = current.machine == holder.machine && !is_running(current.process);
        let given_back = object["spec"]["holderIdentity"].as_str().is_none_or(str::is_empty);
        if gone_here || given_back || silent >= DURATION {
            object["spec"] = fresh["spec"].clone();
            object["metadata"]["annotations"] = fresh["metadata"]["annotations"].clone();
            match client.send_json(Request::put(&path).json(&object)).await {
                Ok(object) => return Ok(lease(object, Some(current).filter(|_| !given_back))),
                Err(error) if error.is_conflict() || error.is_not_found() => continue,
                Err(error) => return Err(error.into()),
            }
        }
        let is_alive = !first_seen && silent.is_zero();
        if is_alive && began.elapsed() >= patience {
            return Err(LeaseError::Held(Box::new(current)));
        }
        if !told {
            told = true;
            observer.log(
                Level::Info,
                "waiting for another operation on the release",
                &[("holder", &current.describe())],
            );
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = cancel.cancelled() => return Err(ApiError::Cancelled.into()),
        }
    }
}

impl Lease<'_> {
    /// Works under the Lease: renews it meanwhile. When it is lost to somebody else the work is told to stop by the result.
    ///
    /// # Errors
    /// [`LeaseError::Held`] when another process took it, which it does only after [`DURATION`] without a renewal.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> Result<T, LeaseError> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                outcome = &mut work => return Ok(outcome),
                () = tokio::time::sleep(RENEWAL) => {}
            }
            // The work goes on while the renewal is under way.
            let mut renewal = pin!(self.renew());
            tokio::select! {
                biased;
                outcome = &mut work => return Ok(outcome),
                renewed = &mut renewal => renewed?,
            }
        }
    }

    async fn renew(&self) -> Result<(), LeaseError> {
        let mut object = self.object.borrow().clone();
        object["spec"]["renewTime"] = json!(now());
        match self.client.send_json(Request::put(&self.path).json(&object)).await {
            Ok(object) => {
                *self.object.borrow_mut() = object;
            }
            Err(error) if error.is_conflict() || error.is_not_found() => {
                let found = self.client.find(&self.path).await?;
                match found {
                    // Our own renewal whose answer was lost.
                    Some(object) if object["spec"]["holderIdentity"] == self.identity.as_str() => {
                        *self.object.borrow_mut() = object;
                    }
                    Some(object) => return Err(LeaseError::Held(Box::new(holder_of(&object)))),
                    // Deleted by hand: whoever did that knew why; the records are still guarded.
                    None => {}
                }
            }
            // The server is away; the next renewal may find it again.
            Err(_) => {}
        }
        Ok(())
    }

    /// Gives it back: deletes it, if it is still ours. What fails here fails silently: the Lease runs out by itself.
    pub async fn release(self) {
        let body = json!({
            "kind": "DeleteOptions", "apiVersion": "v1",
            "preconditions": {"uid": self.object.borrow()["metadata"]["uid"]},
        });
        let request = Request::delete(&self.path).json(&body).timeout(Duration::from_secs(5));
        let _ = self.client.send(request).await;
    }
}

fn fresh(release: &str, namespace: &str, holder: &Holder, identity: &str) -> Value {
    let now = now();
    json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": name(release),
            "namespace": namespace,
            "annotations": {
                COMMAND: holder.command, PROCESS: holder.process.to_string(), MACHINE: holder.machine,
            },
        },
        "spec": {
            "holderIdentity": identity,
            "leaseDurationSeconds": DURATION.as_secs(),
            "acquireTime": now,
            "renewTime": now,
        },
    })
}

fn holder_of(object: &Value) -> Holder {
    let annotation = |key: &str| {
        object["metadata"]["annotations"][key]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let identity = object["spec"]["holderIdentity"].as_str().unwrap_or_default();
    Holder {
        who: identity.split('/').next().unwrap_or_default().to_owned(),
        machine: annotation(MACHINE),
        process: annotation(PROCESS).parse().unwrap_or(0),
        command: annotation(COMMAND),
        since: object["spec"]["acquireTime"].as_str().unwrap_or_default().to_owned(),
    }
}

/// Now, as a Lease writes times: RFC 3339 with microseconds.
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// Whether a process of this machine is alive. Where that can't be known it counts as alive.
fn is_running(process: u32) -> bool {
    let proc = std::path::Path::new("/proc");
    !proc.join("self").exists() || proc.join(process.to_string()).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_are_told_to_people() {
        let holder = Holder {
            who: "ann@build-7".to_owned(),
            machine: "build-7".to_owned(),
            process: 12,
            command: "upgrade".to_owned(),
            since: String::new(),
        };
        let object = fresh("web", "shop", &holder, &holder.identity(1));
        let mut read = holder_of(&object);
        assert!(read.since.ends_with('Z') && read.since.len() == "2026-11-21T10:00:00.123456Z".len());
        read.since = "2026-11-21T10:00:00.123456Z".to_owned();
        assert_eq!(
            read.describe(),
            "ann@build-7 (process 12, upgrade since 2026-11-21T10:00:00Z)"
        );
        read.since = String::new();
        assert_eq!(read, holder);
    }

    #[test]
    fn processes_of_this_machine_can_be_seen() {
        assert!(is_running(std::process::id()));
        assert!(!is_running(u32::MAX));
    }
}
