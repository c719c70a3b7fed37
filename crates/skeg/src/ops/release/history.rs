//! `history`: the revisions of a release.
//!
//! # Source
//! spec/lifecycle.md 1.6; Helm 4.3.1 by experiment.

use skeg_cluster::storage::StorageError;
use skeg_funcs::dates::moment::{ANSIC, LocalZone, RFC3339_NANO};
use skeg_release::record::Head;

use super::store::{Store, is_name, local_zone};
use crate::error::CommandError;
use crate::output::Output;
use crate::output::json::{self, Format, ObjectText};
use crate::output::log::Level;
use crate::output::release::{chart_name, moment};
use crate::output::table::Table;
use crate::settings::Settings;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct HistoryOptions {
    /// The release.
    pub name: String,
    /// At most so many revisions, the newest ones; none below 1.
    pub max: i64,
    /// In which form.
    pub format: Format,
    /// Whether the table tells which revision was rolled back to.
    pub rollback: bool,
}

/// Prints the revisions, oldest first.
///
/// # Errors
/// The release cannot be read.
pub fn run(options: &HistoryOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let store = Store::open(settings)?;
    if !is_name(&options.name) {
        store.reach()?;
        return Err(CommandError::new(format!("release name is invalid: {}", options.name)));
    }
    let name = options.name.as_str();
    out.log(Level::Debug, "getting history for release", &[("release", name)]);
    out.log(Level::Debug, "getting release history", &[("name", name)]);
    let max = usize::try_from(options.max).unwrap_or(0);
    // Who debugs wants to hear of every record that cannot be read.
    let count = if settings.debug { usize::MAX } else { max };
    let history = store.ask(async {
        match store.storage.recent(name, count).await {
            // Something is stored of it, but nothing to show.
            Err(StorageError::NoneReadable(_)) => Ok(None),
            answer => answer.map(Some),
        }
    })?;
    store.log_skipped("failed to decode release", out);
    if history.as_ref().is_some_and(Vec::is_empty) {
        return Err(CommandError::new("release: not found"));
    }
    let history = history.unwrap_or_default();
    let shown = max.min(history.len());
    let history = &history[history.len() - shown..];
    let zone = local_zone(settings);
    match options.format {
        Format::Table => out.line(table(history, options.rollback, &zone).render()),
        format => {
            let items: Vec<String> = history.iter().map(|head| item(head, &zone)).collect();
            out.print(json::write(&json::list(&items), format)?);
        }
    }
    Ok(())
}

fn table(history: &[Head], rollback: bool, zone: &LocalZone) -> Table {
    let mut headings = vec!["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"];
    if rollback {
        headings.insert(5, "ROLLBACK");
    }
    let mut rows = vec![headings.into_iter().map(str::to_owned).collect()];
    for head in history {
        let (chart, app_version) = chart_and_app(head);
        let mut row = vec![
            head.version.to_string(),
            moment(head.info.last_deployed, zone).format(ANSIC),
            head.info.status.to_string(),
            chart,
            app_version,
        ];
        if rollback {
            row.push(match head.info.rollback_revision {
                0 => String::new(),
                revision => revision.to_string(),
            });
        }
        row.push(head.info.description.clone());
        rows.push(row);
    }
    Table {
        rows,
        ..Table::default()
    }
}

fn item(head: &Head, zone: &LocalZone) -> String {
    let (chart, app_version) = chart_and_app(head);
    let updated = head.info.last_deployed;
    let updated = (!updated.is_zero()).then(|| json::string(&moment(updated, zone).format(RFC3339_NANO)));
    let rollback = head.info.rollback_revision;
    ObjectText::new()
        .number("revision", head.version)
        .maybe("updated", updated)
        .text("status", head.info.status.as_str())
        .text("chart", &chart)
        .text("app_version", &app_version)
        .maybe("rollback_revision", (rollback != 0).then(|| rollback.to_string()))
        .text("description", &head.info.description)
        .end()
}

/// `NAME-VERSION` and the app version; `MISSING` where the record has no chart.
pub(super) fn chart_and_app(head: &Head) -> (String, String) {
    let name = chart_name(&head.chart.name, &head.chart.version);
    let app_version = if name == "MISSING" {
        name.clone()
    } else {
        head.chart.app_version.clone()
    };
    (name, app_version)
}
