//! The wait itself: followers that tell, a board that judges, and whatever comes first of success, failure, time and cancel.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::{self, FuturesUnordered};
use serde_json::Value;
use skeg_kinds::readiness::{Rules, Strategy};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::board::Board;
use super::children::children;
use super::diagnosis::{Diagnosis, diagnose};
use super::error::{End, NotReady};
use super::follow::{News, follow};
use super::{Goal, Options, Target, scope};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::progress::Observer;
use crate::request::Request;

/// How often the board is judged although nothing came: times run out, and a picture shows seconds.
const TICK: Duration = Duration::from_secs(1);
/// Objects whose pods are looked at in one round.
const ROUND: usize = 20;
/// The longest pause between two rounds.
const ROUND_PAUSE: Duration = Duration::from_secs(5);
/// How long the definitions of custom kinds may take to read.
const DEFINITIONS: Duration = Duration::from_secs(5);

pub(super) async fn run(
    client: &Client,
    targets: &[Target],
    goal: Goal,
    options: &Options,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<(), Box<NotReady>> {
    let begun = Instant::now();
    let timeout = match options.timeout {
        Duration::ZERO if options.strategy == Strategy::Watcher => Duration::from_secs(30),
        timeout => timeout,
    };
    let board = RefCell::new(Board::new(targets, goal, options, begun));
    let open = board.borrow().open();
    if open.is_empty() {
        return Ok(());
    }
    let (sink, news) = unbounded_channel();
    let mut work: FuturesUnordered<LocalBoxFuture<'_, ()>> = FuturesUnordered::new();
    for scope in scope::scopes(targets, &open) {
        work.push(Box::pin(follow(client.clone(), scope, options.poll, sink.clone())));
    }
    if goal != Goal::Deleted {
        work.push(Box::pin(look_at_children(client, &board, options, sink.clone())));
    }
    let working = async {
        while work.next().await.is_some() {}
        // Followers never end; the children's may, where nothing may be read of them.
        std::future::pending::<()>().await;
    };
    let watching = async {
        if goal == Goal::Ready && options.rules == Rules::Skeg && options.strategy == Strategy::Watcher {
            let reporting = tokio::time::timeout(DEFINITIONS, reporting_kinds(client, targets, &open))
                .await
                .unwrap_or_default();
            reporting
                .into_iter()
                .for_each(|index| board.borrow_mut().expect_ready_condition(index));
        }
        watch_board(&board, news, observer, timeout).await
    };
    let end = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(End::Cancelled),
        end = watching => end,
        () = tokio::time::sleep(timeout) => Err(End::Deadline),
        () = working => Err(End::Deadline),
    };
    drop(work);
    observer.waited();
    let Err(end) = end else { return Ok(()) };
    let board = board.into_inner();
    let tree = board.tree(Instant::now(), timeout);
    let diagnosis = match end {
        End::Cancelled => Diagnosis { tree },
        End::Deadline | End::Failed => tokio::select! {
            biased;
            () = cancel.cancelled() => Diagnosis { tree: tree.clone() },
            diagnosis = diagnose(client, &board, goal, tree.clone()) => diagnosis,
        },
    };
    Err(Box::new(NotReady {
        verb: board.verb(),
        strategy: options.strategy,
        end,
        unready: board.unready(),
        diagnosis,
    }))
}

/// Takes in news and judges until the board says that the wait is over.
async fn watch_board(
    board: &RefCell<Board<'_>>,
    mut news: UnboundedReceiver<News>,
    observer: &dyn Observer,
    timeout: Duration,
) -> Result<(), End> {
    loop {
        let first = tokio::time::timeout(TICK, news.recv()).await;
        let now = Instant::now();
        let mut board = board.borrow_mut();
        if let Ok(Some(first)) = first {
            board.apply(first);
            while let Ok(more) = news.try_recv() {
                board.apply(more);
            }
        }
        board.judge(now, observer);
        let verdict = board.verdict();
        observer.waiting(&board.tree(now, timeout));
        if let Some(verdict) = verdict {
            return verdict;
        }
    }
}

/// Looks at the pods of objects that are not ready, round after round. Ends where that is not allowed.
async fn look_at_children(client: &Client, board: &RefCell<Board<'_>>, options: &Options, sink: UnboundedSender<News>) {
    // The legacy reader cannot judge without them, so they come first there; for the others most rollouts need no look.
    let mut pause = if options.strategy == Strategy::Legacy {
        options.poll / 10
    } else {
        options.poll
    };
    loop {
        tokio::time::sleep(pause).await;
        // Helm looks at pods all the time; here their troubles have a minute or more to pass.
        pause = match (options.rules, options.strategy) {
            (Rules::Skeg, Strategy::Watcher) => (pause + options.poll).min(ROUND_PAUSE),
            _ => options.poll,
        };
        let unready = board.borrow().with_pods();
        let mut denied = !unready.is_empty();
        let mut found = stream::iter(unready.into_iter().take(ROUND))
            .map(|(target, object)| async move { (target, children(client, &object).await) })
            .buffer_unordered(4);
        while let Some((target, children)) = found.next().await {
            match children {
                Ok(children) => {
                    denied = false;
                    let _ = sink.send(News::Children {
                        target,
                        replica_sets: children.replica_sets,
                        pods: children.pods,
                    });
                }
                Err(error) => denied &= error.is_forbidden(),
            }
        }
        if denied {
            return;
        }
    }
}

/// The targets among `open` whose definitions show a `Ready` condition as a column, so that somebody is going to write one.
async fn reporting_kinds(client: &Client, targets: &[Target], open: &[usize]) -> Vec<usize> {
    let mut kinds: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &index in open {
        let Target { key, resource, live } = &targets[index];
        // Groups of the API server itself have no dot, or end in k8s.io; those are seldom definitions, and a 404 tells.
        let paused = live.as_ref().is_some_and(|live| {
            ["suspend", "suspended", "paused"]
                .iter()
                .any(|field| live["spec"][field] == true)
        });
        if key.group().contains('.') && !paused {
            kinds
                .entry(format!("{}.{}", resource.plural, resource.group))
                .or_default()
                .push(index);
        }
    }
    let read = kinds.into_iter().map(|(name, members)| async move {
        let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}");
        let definition = client
            .send_json(Request::get(path).timeout(DEFINITIONS).once())
            .await
            .ok()?;
        let first = *members.first()?;
        reports_ready(&definition, &targets[first].resource.version).then_some(members)
    });
    let found: Vec<Option<Vec<usize>>> = stream::iter(read).buffer_unordered(4).collect().await;
    found.into_iter().flatten().flatten().collect()
}

fn reports_ready(definition: &Value, version: &str) -> bool {
    let versions = definition
        .pointer("/spec/versions")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let version = versions.iter().find(|known| known["name"] == version);
    let columns = version.and_then(|version| version["additionalPrinterColumns"].as_array());
    columns.into_iter().flatten().any(|column| {
        let path: String = column["jsonPath"]
            .as_str()
            .unwrap_or_default()
            .chars()
            .filter(|c| !" '\"\\".contains(*c))
            .collect();
        path.starts_with(".status.conditions[?(@.type==Ready)]")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_column_of_the_ready_condition_promises_one() {
        let of = |path: &str| json!({"spec": {"versions": [{"name": "v1", "additionalPrinterColumns": [{"jsonPath": path}]}]}});
        assert!(reports_ready(
            &of(".status.conditions[?(@.type==\"Ready\")].status"),
            "v1"
        ));
        assert!(reports_ready(
            &of(".status.conditions[?(@.type=='Ready')].status"),
            "v1"
        ));
        assert!(!reports_ready(
            &of(".status.conditions[?(@.type==\"Ready\")].status"),
            "v2"
        ));
        assert!(!reports_ready(&of(".status.phase"), "v1"));
        assert!(!reports_ready(&json!("nonsense"), "v1"));
    }
}
