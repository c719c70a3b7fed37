//! `test`: runs the test hooks of a release.
//!
//! # Source
//! spec/lifecycle.md 3.6; texts and order by experiment with Helm 4.3.1.

use std::time::Duration;

use skeg_cluster::hooks::{self, HookOptions};
use skeg_cluster::operation::{Context, Guard, OperationError};
use skeg_cluster::{Client, logs};
use skeg_release::HookEvent;
use skeg_release::hook::execution_order;
use skeg_release::record::{Record, StoredHook};

use super::install::discovery;
use super::operate::{context, failed, guarded, waiting};
use super::options::Strategy;
use super::store::{Store, is_name, local_zone};
use crate::error::CommandError;
use crate::ops::session::Console;
use crate::output::Output;
use crate::output::release::View;
use crate::settings::Settings;

/// What is tested, and how.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// The release.
    pub name: String,
    /// `--filter`: which of its tests.
    pub filter: Filter,
    /// `--logs`: print what the tests said.
    pub logs: bool,
    /// `--timeout`, for each test.
    pub timeout: Duration,
    /// `--lock-timeout`.
    pub lock_timeout: Duration,
}

/// Which tests run: those that are named, if any are, less those that are excluded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    only: Vec<String>,
    not: Vec<String>,
}

impl Filter {
    /// Reads `name=NAME` and `!name=NAME`. Attributes other than `name` are passed over, as in Helm.
    pub fn parse(words: &[String]) -> Filter {
        let mut filter = Filter::default();
        for word in words {
            if let Some(name) = word.strip_prefix("name=") {
                filter.only.push(name.to_owned());
                continue;
            }
            let negated = word.strip_prefix('!').map(|rest| {
                let blank = rest
                    .chars()
                    .next()
                    .is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r'));
                &rest[usize::from(blank)..]
            });
            if let Some(name) = negated.and_then(|rest| rest.strip_prefix("name=")) {
                filter.not.push(name.to_owned());
            }
        }
        filter
    }

    fn takes(&self, hook: &StoredHook) -> bool {
        !self.not.contains(&hook.name) && (self.only.is_empty() || self.only.contains(&hook.name))
    }

    /// The hooks with those that are left out first, in Helm's order: the excluded ones, then those not named.
    fn sorted(&self, hooks: Vec<StoredHook>) -> Vec<StoredHook> {
        let (excluded, rest): (Vec<_>, Vec<_>) = hooks.into_iter().partition(|hook| self.not.contains(&hook.name));
        let (taken, unnamed): (Vec<_>, Vec<_>) = rest.into_iter().partition(|hook| self.takes(hook));
        excluded.into_iter().chain(unnamed).chain(taken).collect()
    }
}

/// Runs the tests and prints the release, then the logs if they are asked for.
///
/// # Errors
/// Helm's message: no such release, or the first test that failed.
pub fn run(options: &TestOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let store = Store::open(settings)?;
    store.reach()?;
    let name = options.name.as_str();
    if !is_name(name) {
        return Err(CommandError::new(format!(
            "releaseTest: Release name is invalid: {name}"
        )));
    }
    // Before anybody is kept from working on the release.
    store.ask(store.storage.newest(name))?;
    let namespace = settings.namespace();
    let session = &store.session;
    let guard = guarded(
        &store,
        &namespace,
        name,
        "test",
        options.lock_timeout,
        settings,
        &Console::new(out),
    )?;
    let result = locked(options, &store, &guard, &namespace, settings, out);
    session.block_on(guard.release());
    session.print_warnings(out);
    result
}

fn locked(
    options: &TestOptions,
    store: &Store,
    guard: &Guard<'_>,
    namespace: &str,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), CommandError> {
    let session = &store.session;
    let mut record = store.ask(store.storage.newest(&options.name))?;
    record.hooks = options.filter.sorted(record.hooks);
    let mut order = execution_order(&record.hooks, HookEvent::Test);
    order.retain(|&index| options.filter.takes(&record.hooks[index]));
    let discovery = discovery(store)?;
    let hook_options = HookOptions {
        server_side: record.is_server_side(),
        waiting: waiting(Strategy::Watcher, false, options.timeout),
        timeout: options.timeout,
        wait_deleted: true,
    };
    let (ran, outcome) = {
        let console = Console::new(out);
        let context = context(store, &discovery, &console, namespace);
        session.run(run_and_store(&context, guard, &mut record, &order, &hook_options))
    };
    let mut outcome = outcome.map_err(failed);
    let view = View {
        record: &record,
        resources: None,
        chart: false,
        everything: settings.debug,
        hide_notes: true,
        color: out.colors_out(),
        zone: local_zone(settings),
    };
    out.print(view.text()?);
    if options.logs && !store.is_memory {
        out.line("");
        // A test after the one that failed was not run, and what it said another time is of no interest.
        order.retain(|&index| ran.includes(index));
        let printed = session.block_on(print_logs(session.client(), &record, &order, namespace, out));
        outcome = match (outcome, printed) {
            (Err(first), Err(second)) => Err(CommandError::new(format!("{first}\n{second}"))),
            (outcome, printed) => outcome.and(printed),
        };
    }
    // Objects are deleted only when their logs have been read.
    let tidied = {
        let console = Console::new(out);
        let context = context(store, &discovery, &console, namespace);
        session.run(hooks::tidy(&context, &record, &ran, &hook_options))
    };
    outcome.and(tidied.map_err(failed))
}

/// Runs the tests and stores how they ended, also where that is by a signal.
async fn run_and_store(
    context: &Context<'_>,
    guard: &Guard<'_>,
    record: &mut Record,
    order: &[usize],
    options: &HookOptions,
) -> (hooks::Ran, Result<(), OperationError>) {
    let mut ran = hooks::Ran::none();
    let outcome = guard
        .during(async {
            let (done, outcome) = hooks::run_all(context, record, order, HookEvent::Test, options).await;
            ran = done;
            let stored = context.storage.update(record, (context.now)()).await;
            outcome.and(stored.map_err(OperationError::from))
        })
        .await;
    (ran, outcome)
}

async fn print_logs(
    client: &Client,
    record: &Record,
    order: &[usize],
    namespace: &str,
    out: &mut Output,
) -> Result<(), CommandError> {
    let pods = order.iter().map(|&index| &record.hooks[index]);
    for hook in pods.filter(|hook| hook.kind == "Pod") {
        let failed = |what: &str, error: skeg_cluster::ApiError| {
            CommandError::new(format!("unable to get {what} for {}: {error}", hook.name))
        };
        let path = format!("/api/v1/namespaces/{namespace}/pods/{}", hook.name);
        let pod = client.get(&path).await.map_err(|error| failed("pod", error))?;
        for container in logs::containers(&pod) {
            let text = logs::of_container(client, namespace, &hook.name, &container).await;
            let text = text.map_err(|error| failed("pod logs", error))?;
            out.line(format!("POD LOGS: {} ({container})", hook.name));
            out.print(&text);
            out.line("");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(name: &str) -> StoredHook {
        StoredHook {
            name: name.to_owned(),
            events: vec!["test".to_owned()],
            ..StoredHook::default()
        }
    }

    /// spec/lifecycle.md 3.6.
    #[test]
    fn filters_choose_and_sort() {
        for (words, taken, stored) in [
            (&[][..], "abc", "abc"),
            (&["name=b"], "b", "acb"),
            (&["!name=a"], "bc", "abc"),
            (&["! name=b"], "ac", "bac"),
            (&["name=a", "name=c", "!name=c"], "a", "cba"),
            (&["kind=Pod", "nonsense"], "abc", "abc"),
            (&["name=x"], "", "abc"),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let filter = Filter::parse(&words);
            let hooks = filter.sorted(vec![hook("a"), hook("b"), hook("c")]);
            let names = |hooks: &[&StoredHook]| hooks.iter().map(|hook| hook.name.as_str()).collect::<String>();
            assert_eq!(names(&hooks.iter().collect::<Vec<_>>()), stored, "{words:?}");
            let chosen: Vec<&StoredHook> = hooks.iter().filter(|hook| filter.takes(hook)).collect();
            assert_eq!(names(&chosen), taken, "{words:?}");
        }
    }
}
