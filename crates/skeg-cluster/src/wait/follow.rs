//! Following objects: list and watch, or reading them again and again where that is not allowed.
//!
//! A follower tells the newest form of each of its objects, or that it is not there, and never ends by itself: whatever goes
//! wrong is told and tried again, at growing intervals. The wait that owns it drops it.
//!
//! # Source
//! Kubernetes API concepts, "Watch bookmarks", "410 Gone responses", "Retrieving large results sets in chunks".

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::scope::{Filter, Scope};
use crate::client::Client;
use crate::error::{ApiError, Status};
use crate::request::Request;

/// What a follower tells.
#[derive(Debug)]
pub(super) enum News {
    /// The object's newest form, or nothing where there is no such object.
    Object { target: usize, object: Option<Value> },
    /// The object may not be read.
    Unreadable { target: usize, error: ApiError },
    /// Something is in the way that may pass.
    Trouble { error: ApiError },
    /// The pods of an object and, for a Deployment, its ReplicaSets.
    Children {
        target: usize,
        replica_sets: Vec<Value>,
        pods: Vec<Value>,
    },
}

/// How a scope is followed; each step down needs fewer rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Watch,
    List,
    Get,
}

/// How long the server keeps a watch open. Short, so that a connection that died silently costs little.
const WATCH: Duration = Duration::from_secs(55);
/// How long a watch may be silent; the server should have closed it before that.
const SILENCE: Duration = Duration::from_secs(65);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(30);
/// Objects per page of a list.
const PAGE: &str = "500";
/// Reads that go on at once.
const AT_ONCE: usize = 8;

/// Growing pauses between attempts: 0.2 s to 5 s.
struct Backoff(u32);

impl Backoff {
    async fn pause(&mut self) {
        let pause = Duration::from_millis(200 << self.0.min(5)).min(Duration::from_secs(5));
        self.0 += 1;
        tokio::time::sleep(pause).await;
    }
}

/// Follows `scope` for ever.
pub(super) async fn follow(client: Client, scope: Scope, poll: Duration, sink: UnboundedSender<News>) {
    let mut follower = Follower { client, scope, sink };
    let mut mode = Mode::Watch;
    let mut backoff = Backoff(0);
    loop {
        let begun = Instant::now();
        let outcome = match mode {
            Mode::Watch => follower.list_and_watch().await,
            Mode::List => follower.list().await.map(|_| ()),
            Mode::Get => follower.get_each().await,
        };
        match outcome {
            Ok(()) if mode != Mode::Watch => tokio::time::sleep(poll).await,
            // A resource version that is too old, or a closed watch: begin anew, but not in a tight loop.
            Ok(()) if begun.elapsed() > Duration::from_secs(5) => backoff = Backoff(0),
            Ok(()) => backoff.pause().await,
            Err(Denied::Watch) => mode = Mode::List,
            Err(Denied::List) => mode = Mode::Get,
            Err(Denied::No(error)) => {
                if begun.elapsed() > Duration::from_secs(5) {
                    backoff = Backoff(0);
                }
                follower.tell(News::Trouble { error });
                backoff.pause().await;
            }
        }
    }
}

/// Whether a failure is one of rights, which calls for another mode, or not.
enum Denied {
    Watch,
    List,
    No(ApiError),
}

fn is_denied(error: &ApiError) -> bool {
    matches!(error.code(), Some(403 | 405))
}

struct Follower {
    client: Client,
    scope: Scope,
    sink: UnboundedSender<News>,
}

impl Follower {
    fn tell(&self, news: News) {
        // Nobody listens any more: then this follower is about to be dropped.
        let _ = self.sink.send(news);
    }

    fn collection(&self) -> Request {
        let request = Request::get(self.scope.resource.collection(&self.scope.namespace));
        match &self.scope.filter {
            Filter::Name(name) => request.query("fieldSelector", &format!("metadata.name={name}")),
            Filter::Labels(labels) => request.query("labelSelector", labels),
            Filter::None => request,
        }
    }

    async fn list_and_watch(&mut self) -> Result<(), Denied> {
        let mut version = self.list().await?;
        let mut quick = Backoff(0);
        loop {
            let begun = Instant::now();
            match self.watch(&mut version).await {
                // The server closes a watch as a matter of course: go on where it ended.
                Ok(()) if begun.elapsed() > Duration::from_secs(1) => quick = Backoff(0),
                Ok(()) if quick.0 < 4 => quick.pause().await,
                Ok(()) => return Ok(()),
                Err(error) if error.is_expired() => return Ok(()),
                Err(error) if is_denied(&error) => return Err(Denied::Watch),
                Err(error) => return Err(Denied::No(error)),
            }
        }
    }

    /// Lists, tells every object, and gives the resource version from which to watch.
    async fn list(&mut self) -> Result<String, Denied> {
        let mut missing: BTreeSet<String> = self.scope.targets.keys().cloned().collect();
        let mut next = String::new();
        loop {
            let mut request = self.collection().query("limit", PAGE).timeout(ANSWER);
            if !next.is_empty() {
                request = request.query("continue", &next);
            }
            let page = match self.client.send_json(request).await {
                Ok(page) => page,
                // A kind that is not served has no objects; it may come to be served.
                Err(error) if error.is_not_found() => Value::Null,
                Err(error) if is_denied(&error) => return Err(Denied::List),
                Err(error) => return Err(Denied::No(error)),
            };
            for item in page["items"].as_array().map_or(&[][..], Vec::as_slice) {
                let name = item["metadata"]["name"].as_str().unwrap_or_default();
                missing.remove(name);
                self.seen(name, item.clone());
            }
            next = page["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
            if next.is_empty() {
                for name in missing {
                    self.absent(&name).await;
                }
                return Ok(page["metadata"]["resourceVersion"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned());
            }
        }
    }

    /// Watches from `version`, which moves on with every event, until the server closes.
    async fn watch(&mut self, version: &mut String) -> Result<(), ApiError> {
        let request = self
            .collection()
            .query("watch", "true")
            .query("allowWatchBookmarks", "true")
            .query("resourceVersion", version)
            .query("timeoutSeconds", &WATCH.as_secs().to_string())
            .timeout(ANSWER);
        let lines = self.client.lines(request).await?;
        let mut lines = std::pin::pin!(lines);
        loop {
            let Ok(line) = tokio::time::timeout(SILENCE, lines.next()).await else {
                return Ok(());
            };
            let Some(line) = line.transpose()? else { return Ok(()) };
            let Ok(Value::Object(mut event)) = serde_json::from_slice(&line) else {
                return Ok(());
            };
            let object = event.remove("object").unwrap_or_default();
            let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            if let Some(seen) = object["metadata"]["resourceVersion"].as_str() {
                seen.clone_into(version);
            }
            match event.get("type").and_then(Value::as_str) {
                Some("ADDED" | "MODIFIED") => self.seen(&name, object),
                Some("DELETED") if self.scope.targets.contains_key(&name) => self.absent(&name).await,
                Some("ERROR") => return Err(refusal(&object)),
                _ => {}
            }
        }
    }

    fn seen(&self, name: &str, mut object: Value) {
        let Some(&target) = self.scope.targets.get(name) else {
            return;
        };
        // The items of a list leave out what the list says of them all.
        if let Some(fields) = object.as_object_mut() {
            fields
                .entry("apiVersion")
                .or_insert_with(|| self.scope.resource.api_version().into());
            fields
                .entry("kind")
                .or_insert_with(|| self.scope.resource.kind.clone().into());
        }
        self.tell(News::Object {
            target,
            object: Some(object),
        });
    }

    /// The object is in no list any more. Where the list was filtered by labels, it may only have lost one of them.
    async fn absent(&self, name: &str) {
        let Some(&target) = self.scope.targets.get(name) else {
            return;
        };
        match self.scope.filter {
            Filter::Labels(_) => self.get(name, target).await,
            _ => self.tell(News::Object { target, object: None }),
        }
    }

    async fn get_each(&self) -> Result<(), Denied> {
        stream::iter(&self.scope.targets)
            .map(|(name, &target)| self.get(name, target))
            .buffer_unordered(AT_ONCE)
            .collect::<()>()
            .await;
        Ok(())
    }

    async fn get(&self, name: &str, target: usize) {
        let path = self.scope.resource.path(&self.scope.namespace, name);
        let news = match self.client.send_json(Request::get(path).timeout(ANSWER)).await {
            Ok(object) => News::Object {
                target,
                object: Some(object),
            },
            Err(error) if error.is_not_found() => News::Object { target, object: None },
            Err(error) if is_denied(&error) => News::Unreadable { target, error },
            Err(error) => News::Trouble { error },
        };
        self.tell(news);
    }
}

/// The Status that ends a watch.
fn refusal(status: &Value) -> ApiError {
    let text = |key: &str| status[key].as_str().unwrap_or_default().to_owned();
    ApiError::Status(Box::new(Status {
        code: status["code"]
            .as_u64()
            .and_then(|code| u16::try_from(code).ok())
            .unwrap_or(500),
        reason: text("reason"),
        message: text("message"),
        details: status["details"].clone(),
        repeated: false,
    }))
}
