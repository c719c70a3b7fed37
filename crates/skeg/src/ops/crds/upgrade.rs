//! `crds upgrade`: brings a chart's definitions onto the cluster, as far as that is safe or allowed.

use std::time::Duration;

use skeg_cluster::crds::{self, CrdError, CrdOutcome, Refusal};
use skeg_kinds::crd::change::Effect;

use super::source::ReadyChart;
use super::{ChartOptions, change_json, objects, plan_json, summary};
use crate::error::CommandError;
use crate::ops::session::{Console, Session};
use crate::output::Output;
use crate::output::json::{self, Format};
use crate::output::log::Level;
use crate::output::table::Table;
use crate::settings::Settings;

/// What `crds upgrade` was asked for.
#[derive(Clone, Debug, Default)]
pub struct UpgradeOptions {
    /// The chart.
    pub chart: ChartOptions,
    /// `--allow`: effects, some of them for one definition only.
    pub allow: Vec<(Option<String>, Effect)>,
    /// `--migrate-storage`.
    pub migrate_storage: bool,
    /// `--force-conflicts`.
    pub force_conflicts: bool,
    /// `--dry-run`.
    pub dry_run: bool,
    /// `--timeout`.
    pub timeout: Duration,
    /// `--output`.
    pub format: Format,
}

/// Upgrades the definitions below `crds/` of a chart and its subcharts, and prints what was done.
///
/// # Errors
/// Changes that go further than allowed, or that the API server refuses, before anything is changed; the cluster cannot be
/// asked; a definition is not established in time; objects cannot be written again.
pub fn upgrade(options: &UpgradeOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let definitions = ReadyChart::load(&options.chart, out)?.crds()?;
    let session = Session::connect(settings)?;
    session.reach()?;
    let of_all = options.allow.iter().filter(|(name, _)| name.is_none());
    let of_one = options
        .allow
        .iter()
        .filter_map(|(name, effect)| Some((name.clone()?, *effect)));
    let how = crds::UpgradeOptions {
        allow: of_all.map(|(_, effect)| *effect).max().unwrap_or_default(),
        allow_for: of_one.collect(),
        only_missing: false,
        migrate_storage: options.migrate_storage,
        force_conflicts: options.force_conflicts,
        dry_run: options.dry_run,
        timeout: options.timeout,
    };
    for name in how.allow_for.keys() {
        if !definitions.iter().any(|crd| crd.name() == name) {
            return Err(CommandError::new(format!(
                "--allow names {name}, which the chart does not bring"
            )));
        }
    }
    let outcomes = {
        let console = Console::new(out);
        session.run(crds::upgrade(
            session.client(),
            &definitions,
            &how,
            &console,
            session.cancel(),
        ))
    };
    session.print_warnings(out);
    let outcomes = outcomes.map_err(|error| explained(&error))?;
    for outcome in &outcomes {
        for change in &outcome.remaining {
            let text = "a change did not take effect, because another field manager holds on to the field";
            let change = change.to_string();
            out.log(Level::Warn, text, &[("crd", &outcome.plan.name), ("change", &change)]);
        }
    }
    if options.format == Format::Table {
        if outcomes.is_empty() {
            out.line("the chart has no custom resource definitions below crds/");
        } else {
            out.line(table(&outcomes, options.dry_run));
        }
        return Ok(());
    }
    let rows: Vec<String> = outcomes
        .iter()
        .map(|outcome| row_json(outcome, options.dry_run))
        .collect();
    out.print(json::write(&json::list(&rows), options.format)?);
    Ok(())
}

/// The failure, and which flags would let it through.
fn explained(error: &CrdError) -> CommandError {
    let mut text = error.to_string();
    if let CrdError::Unsafe(refusals) = error {
        for flag in flags(refusals) {
            text.push_str("\nto go on all the same: ");
            text.push_str(&flag);
        }
    }
    if let CrdError::Rejected(reasons) = error
        && reasons.iter().any(|(_, reason)| reason.starts_with("it belongs to "))
    {
        text.push_str("\nto take the definition over: --force-conflicts");
    }
    CommandError::new(text)
}

fn flags(refusals: &[Refusal]) -> Vec<String> {
    let mut flags = Vec::new();
    if refusals
        .iter()
        .any(|refusal| refusal.changes.iter().any(|change| change.is_storage))
    {
        flags.push("--migrate-storage".to_owned());
    }
    for refusal in refusals {
        let others = refusal.changes.iter().filter(|change| !change.is_storage);
        // What the API server refuses anyway needs another way.
        if refusal
            .changes
            .iter()
            .any(|change| change.refused && !change.is_storage)
        {
            continue;
        }
        if let Some(effect) = others.map(|change| change.effect).max() {
            flags.push(format!("--allow {}={effect}", refusal.name));
        }
    }
    flags
}

fn table(outcomes: &[CrdOutcome], dry_run: bool) -> String {
    let mut rows = vec![
        ["NAME", "ACTION", "CHANGES", "OBJECTS", "STORAGE"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for outcome in outcomes {
        let action = outcome.action.word();
        rows.push(vec![
            outcome.plan.name.clone(),
            if dry_run {
                format!("{action} (dry run)")
            } else {
                action.to_owned()
            },
            summary(&outcome.plan),
            objects(&outcome.plan.objects),
            storage(outcome),
        ]);
    }
    Table {
        rows,
        max_column_width: 80,
    }
    .render()
}

fn storage(outcome: &CrdOutcome) -> String {
    let migration = &outcome.migration;
    if migration.dropped.is_empty() {
        return "-".to_owned();
    }
    format!(
        "{} rewritten, {} dropped",
        migration.rewritten,
        migration.dropped.join(", ")
    )
}

fn row_json(outcome: &CrdOutcome, dry_run: bool) -> String {
    let dropped: Vec<String> = outcome
        .migration
        .dropped
        .iter()
        .map(|name| json::string(name))
        .collect();
    let remaining: Vec<String> = outcome.remaining.iter().map(change_json).collect();
    plan_json(&outcome.plan)
        .text("action", outcome.action.word())
        .raw("dryRun", if dry_run { "true" } else { "false" })
        .raw("rewritten", &outcome.migration.rewritten.to_string())
        .raw("droppedVersions", &json::list(&dropped))
        .raw("remaining", &json::list(&remaining))
        .end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use skeg_kinds::crd::change::Change;

    #[test]
    fn the_flags_that_would_help_are_named() {
        let change = |effect, refused, is_storage| Change {
            path: "spec".to_owned(),
            what: "changed".to_owned(),
            effect,
            refused,
            is_storage,
            why: "why".to_owned(),
            remedy: None,
        };
        let refusal = |changes| Refusal {
            name: "a.x".to_owned(),
            source: "crds/a.yaml".to_owned(),
            effect: Effect::LosesData,
            changes,
        };
        let (migration, loss) = (Effect::NeedsMigration, Effect::LosesData);
        for (changes, expected) in [
            (
                vec![change(migration, false, false)],
                vec!["--allow a.x=needs-migration"],
            ),
            (vec![change(loss, true, true)], vec!["--migrate-storage"]),
            (
                vec![change(migration, false, true), change(loss, false, false)],
                vec!["--migrate-storage", "--allow a.x=loses-data"],
            ),
            (vec![change(loss, true, false)], vec![]),
        ] {
            assert_eq!(flags(&[refusal(changes)]), expected);
        }
    }
}
