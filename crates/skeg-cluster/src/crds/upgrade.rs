//! Upgrading definitions: nothing is sent before every change was judged and the API server has agreed to all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use skeg_kinds::crd::change::{self, Change, Effect};

use super::install::apply;
use super::plan::{CrdPlan, State, plan};
use super::storage::{self, Migration};
use super::{ChartCrd, CrdError, Refusal, objects, ready};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::error::ApiError;
use crate::progress::{Level, Observer};

/// `--crds`: what install and upgrade do about a chart's definitions. Without the flag they do what Helm does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Leave them alone.
    Skip,
    /// Create those that are missing, leave the others as they are.
    Install,
    /// Create those that are missing, and change the others if all changes are safe; else fail before anything is done.
    Upgrade,
    /// Apply everything that the API server accepts.
    Force,
}

impl Mode {
    /// The words of the flag.
    pub const WORDS: [&'static str; 4] = ["skip", "install", "upgrade", "force"];

    /// Reads the flag.
    pub fn parse(word: &str) -> Option<Mode> {
        Some(match word {
            "skip" => Mode::Skip,
            "install" => Mode::Install,
            "upgrade" => Mode::Upgrade,
            "force" => Mode::Force,
            _ => return None,
        })
    }

    /// How [`upgrade`] does it; none where nothing is to be done.
    pub fn options(self) -> Option<UpgradeOptions> {
        let allow = match self {
            Mode::Skip => return None,
            Mode::Install | Mode::Upgrade => Effect::Safe,
            Mode::Force => Effect::LosesData,
        };
        Some(UpgradeOptions {
            allow,
            only_missing: self == Mode::Install,
            ..UpgradeOptions::default()
        })
    }
}

/// How to upgrade.
#[derive(Clone, Debug)]
pub struct UpgradeOptions {
    /// The worst that any definition's changes may do.
    pub allow: Effect,
    /// The worst that the changes of single definitions may do, by name, where that is more.
    pub allow_for: BTreeMap<String, Effect>,
    /// Leave definitions alone that exist.
    pub only_missing: bool,
    /// Write objects again that are stored in an old version, and give that version up.
    pub migrate_storage: bool,
    /// Take fields over that other field managers own.
    pub force_conflicts: bool,
    /// Judge and ask the API server, but change nothing.
    pub dry_run: bool,
    /// How long the API server may take to offer all definitions.
    pub timeout: Duration,
}

impl Default for UpgradeOptions {
    fn default() -> Self {
        UpgradeOptions {
            allow: Effect::Safe,
            allow_for: BTreeMap::new(),
            only_missing: false,
            migrate_storage: false,
            force_conflicts: false,
            dry_run: false,
            timeout: Duration::from_secs(60),
        }
    }
}

impl UpgradeOptions {
    fn allowed(&self, name: &str) -> Effect {
        self.allow_for.get(name).copied().unwrap_or_default().max(self.allow)
    }

    /// The changes that go too far.
    fn refused(&self, plan: &CrdPlan) -> Vec<Change> {
        let allowed = self.allowed(&plan.name);
        let goes_too_far = |change: &&Change| match (change.is_storage, self.migrate_storage) {
            (true, true) => false,
            _ => change.refused || change.effect > allowed,
        };
        plan.changes.iter().filter(goes_too_far).cloned().collect()
    }
}

/// What became of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It was not there.
    Created,
    /// It differed.
    Updated,
    /// There was nothing to do.
    Unchanged,
    /// It differs, and was to be left alone.
    Kept,
}

impl Action {
    /// `created`, `updated`, `unchanged`, `kept`.
    pub fn word(self) -> &'static str {
        match self {
            Action::Created => "created",
            Action::Updated => "updated",
            Action::Unchanged => "unchanged",
            Action::Kept => "kept",
        }
    }
}

/// A definition after an upgrade.
#[derive(Clone, Debug, PartialEq)]
pub struct CrdOutcome {
    /// What was planned for it.
    pub plan: CrdPlan,
    /// What was done, or would be.
    pub action: Action,
    /// What was done about stored objects.
    pub migration: Migration,
    /// What still differs afterwards, because other field managers hold on to it.
    pub remaining: Vec<Change>,
}

/// Brings a chart's definitions onto the cluster. The order of the outcome is that of `crds`.
///
/// First everything is judged: if one change does more than `options` allow, or the API server would refuse one definition,
/// nothing at all is changed. Then each is applied by server-side apply as `helm`, and waited for.
///
/// # Errors
/// [`CrdError::Unsafe`] and [`CrdError::Rejected`] before anything is changed; after that what the API server says.
pub async fn upgrade(
    client: &Client,
    crds: &[ChartCrd],
    options: &UpgradeOptions,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Vec<CrdOutcome>, CrdError> {
    let plans = plan(client, crds).await?;
    let mut outcomes: Vec<CrdOutcome> = plans
        .into_iter()
        .map(|plan| CrdOutcome {
            action: match plan.state() {
                State::New => Action::Created,
                State::Unchanged => Action::Unchanged,
                State::Changed if options.only_missing => Action::Kept,
                State::Changed => Action::Updated,
            },
            plan,
            migration: Migration::default(),
            remaining: Vec::new(),
        })
        .collect();
    judge(&outcomes, options)?;
    rehearse(client, &outcomes, options).await?;
    if options.dry_run {
        return Ok(outcomes);
    }
    let mut applied = Vec::new();
    for outcome in &mut outcomes {
        if cancel.is_cancelled() {
            return Err(CrdError::Cancelled);
        }
        if matches!(outcome.action, Action::Created | Action::Updated) {
            let object = bring(client, outcome, options, observer, cancel).await?;
            outcome.remaining = change::compare(&object, &outcome.plan.wanted);
            applied.push((objects::path_v1(&outcome.plan.name), object));
        }
    }
    if !applied.is_empty() {
        ready::wait(client, &applied, options.timeout, observer, cancel).await?;
    }
    if options.migrate_storage {
        for outcome in outcomes.iter_mut().filter(|outcome| outcome.action != Action::Kept) {
            let migration = storage::migrate(client, &outcome.plan.name, observer, cancel).await?;
            outcome.migration.rewritten += migration.rewritten;
            outcome.migration.dropped.extend(migration.dropped);
        }
    }
    Ok(outcomes)
}

/// Refuses what goes too far.
fn judge(outcomes: &[CrdOutcome], options: &UpgradeOptions) -> Result<(), CrdError> {
    let updated = outcomes.iter().filter(|outcome| outcome.action == Action::Updated);
    let refusals: Vec<Refusal> = updated
        .map(|outcome| &outcome.plan)
        .map(|plan| Refusal {
            name: plan.name.clone(),
            source: plan.source.clone(),
            effect: plan.effect(),
            changes: options.refused(plan),
        })
        .filter(|refusal| !refusal.changes.is_empty())
        .collect();
    if refusals.is_empty() {
        return Ok(());
    }
    Err(CrdError::Unsafe(refusals))
}

/// Sends everything as a dry run: what the API server would refuse is known before anything is changed.
async fn rehearse(client: &Client, outcomes: &[CrdOutcome], options: &UpgradeOptions) -> Result<(), CrdError> {
    let mut rejected = Vec::new();
    for CrdOutcome { plan, action, .. } in outcomes {
        // What has to be migrated first would be refused now.
        let waits_for_migration = plan.changes.iter().any(|change| change.refused);
        if !matches!(action, Action::Created | Action::Updated) || waits_for_migration {
            continue;
        }
        let request = apply(
            &objects::path(&plan.wanted),
            &plan.wanted,
            options.force_conflicts || is_ours(plan),
        );
        match client.send(request.query("dryRun", "All")).await {
            Ok(_) => {}
            Err(ApiError::Status(status)) => rejected.push((plan.name.clone(), reason(plan, ApiError::Status(status)))),
            Err(error) => return Err(failed(plan, error)),
        }
    }
    if rejected.is_empty() {
        return Ok(());
    }
    Err(CrdError::Rejected(rejected))
}

/// Whether nobody but Helm has written the definition: conflicts then are with ourselves, as Helm 3 did not apply but update.
fn is_ours(plan: &CrdPlan) -> bool {
    plan.managed.foreign().next().is_none()
}

fn reason(plan: &CrdPlan, error: ApiError) -> String {
    let api_version = plan.wanted["apiVersion"].as_str().unwrap_or_default();
    if error.is_not_found() && api_version != "apiextensions.k8s.io/v1" {
        return format!(
            "it is written in {api_version}, which this cluster does not have; the chart is too old for it"
        );
    }
    if error.is_conflict() {
        let owners: Vec<&str> = plan.managed.foreign().collect();
        let tool = match plan.managed.tool {
            Some(tool) => format!(", kept by {tool}"),
            None => String::new(),
        };
        return format!("it belongs to {}{tool}: {error}", owners.join(", "));
    }
    error.to_string()
}

fn failed(plan: &CrdPlan, error: ApiError) -> CrdError {
    CrdError::File {
        path: plan.source.clone(),
        reason: format!("{}: {}", plan.name, reason(plan, error)),
    }
}

/// Applies a definition. Versions that objects are stored in and that the chart no longer has are given up first, where that
/// was asked for.
async fn bring(
    client: &Client,
    outcome: &mut CrdOutcome,
    options: &UpgradeOptions,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Value, CrdError> {
    let plan = &outcome.plan;
    let force = options.force_conflicts || is_ours(plan);
    let moves = plan.changes.iter().any(|change| change.is_storage);
    let before = match (&plan.installed, moves && options.migrate_storage) {
        (Some(installed), true) => storage::fingerprint(client, installed).await,
        _ => None,
    };
    if let Some(installed) = plan.installed.as_ref().filter(|_| options.migrate_storage) {
        let gives_up = plan.changes.iter().any(|change| change.is_storage && change.refused);
        if gives_up {
            if let Some(bridge) = bridge(installed, &plan.wanted) {
                observer.log(
                    Level::Debug,
                    "applying a definition with old and new versions",
                    &[("crd", &plan.name)],
                );
                let request = apply(&objects::path(&bridge), &bridge, force);
                client.send(request).await.map_err(|error| failed(plan, error))?;
                storage::settle(client, installed, before.clone()).await;
            }
            outcome.migration = storage::migrate(client, &outcome.plan.name, observer, cancel).await?;
        }
    }
    let plan = &outcome.plan;
    let request = apply(&objects::path(&plan.wanted), &plan.wanted, force);
    let object = client.send_json(request).await.map_err(|error| failed(plan, error))?;
    if moves && options.migrate_storage && outcome.migration.dropped.is_empty() {
        storage::settle(client, &object, before).await;
    }
    let action = [("crd", plan.name.as_str()), ("action", outcome.action.word())];
    observer.log(Level::Debug, "applied a custom resource definition", &action);
    Ok(object)
}

/// The wanted definition with those installed versions added, not stored any more, that it lacks: in between, objects can be
/// read in both. None where the installed definition already stores a version that stays.
fn bridge(installed: &Value, wanted: &Value) -> Option<Value> {
    let name_of = |version: &Value| version["name"].as_str().unwrap_or_default().to_owned();
    let list = |definition: &Value| definition["spec"]["versions"].as_array().cloned().unwrap_or_default();
    let stays: Vec<String> = list(wanted).iter().map(name_of).collect();
    let old: Vec<Value> = list(installed);
    let stored = old.iter().find(|version| version["storage"] == true)?;
    if stays.contains(&name_of(stored)) {
        return None;
    }
    let mut bridge = wanted.clone();
    let versions = bridge["spec"]["versions"].as_array_mut()?;
    for mut version in old.into_iter().filter(|version| !stays.contains(&name_of(version))) {
        version["storage"] = Value::Bool(false);
        versions.push(version);
    }
    Some(bridge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bridge_has_old_and_new_versions() {
        let definition =
            |versions: Value| json!({"apiVersion": "apiextensions.k8s.io/v1", "spec": {"versions": versions}});
        let version = |name: &str, storage: bool| json!({"name": name, "served": true, "storage": storage});
        let installed = definition(json!([version("v1", true)]));
        let wanted = definition(json!([version("v2", true)]));
        let between = bridge(&installed, &wanted).map(|bridge| bridge["spec"]["versions"].clone());
        assert_eq!(between, Some(json!([version("v2", true), version("v1", false)])));
        let moved = definition(json!([version("v1", false), version("v2", true)]));
        assert_eq!(bridge(&moved, &wanted), None);
    }

    #[test]
    fn modes() {
        for word in Mode::WORDS {
            let mode = Mode::parse(word).expect("its own word");
            assert_eq!(mode.options().is_none(), mode == Mode::Skip);
        }
        assert_eq!(Mode::parse("Upgrade"), None);
        let force = Mode::Force
            .options()
            .map(|options| (options.allow, options.only_missing));
        assert_eq!(force, Some((Effect::LosesData, false)));
    }
}
