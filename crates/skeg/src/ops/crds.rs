//! `crds list`, `diff` and `upgrade`: the custom resource definitions of charts, beside those of the cluster.

mod diff;
mod list;
mod source;
mod upgrade;

use skeg_cluster::crds::{CrdPlan, Objects, State};
use skeg_kinds::crd::change::{Change, Effect};

use super::chart_ref::ChartPathOptions;
use super::values::ValueOptions;
use crate::output::json::{self, ObjectText};

pub use diff::diff;
pub use list::{ListOptions, list};
pub use source::{definitions, files};
pub use upgrade::{UpgradeOptions, upgrade};

/// Which chart, and with which values: they decide which subcharts take part.
#[derive(Clone, Debug, Default)]
pub struct ChartOptions {
    /// The chart: a path, URL or reference.
    pub chart_ref: String,
    /// How it is found.
    pub chart: ChartPathOptions,
    /// The values.
    pub values: ValueOptions,
}

/// How the changes of a definition are told in one cell: `new`, `none`, `3 safe`, `needs-migration (2 of 5)`.
fn summary(plan: &CrdPlan) -> String {
    let (effect, all) = (plan.effect(), plan.changes.len());
    match plan.state() {
        State::New => "new".to_owned(),
        State::Unchanged => "none".to_owned(),
        State::Changed if effect == Effect::Safe => format!("{all} safe"),
        State::Changed => {
            let worst = plan.changes.iter().filter(|change| change.effect == effect).count();
            format!("{effect} ({worst} of {all})")
        }
    }
}

/// Who is behind a definition on the cluster.
fn managed(plan: &CrdPlan) -> String {
    let managed = &plan.managed;
    let mut parts = managed.managers.clone();
    if let Some(release) = &managed.release {
        parts.push(format!("release {release}"));
    }
    if let Some(tool) = managed.tool {
        parts.push(tool.to_owned());
    }
    if parts.is_empty() {
        "-".to_owned()
    } else {
        parts.join(", ")
    }
}

fn objects(objects: &Objects) -> String {
    match objects {
        Objects::Counted(count) => count.to_string(),
        Objects::Forbidden => "forbidden".to_owned(),
        Objects::Unknown => "-".to_owned(),
    }
}

fn paint(effect: Effect, text: &str, color: bool) -> String {
    let code = match effect {
        Effect::Safe => "32",
        Effect::NeedsMigration => "33",
        Effect::LosesData => "31",
    };
    if color {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// A change as JSON.
fn change_json(change: &Change) -> String {
    ObjectText::new()
        .text("path", &change.path)
        .text("what", &change.what)
        .text("effect", change.effect.word())
        .raw("refused", if change.refused { "true" } else { "false" })
        .text("why", &change.why)
        .maybe("remedy", change.remedy.as_deref().map(json::string))
        .end()
}

/// What all answers say of a definition.
fn plan_json(plan: &CrdPlan) -> ObjectText {
    let count = match plan.objects {
        Objects::Counted(count) => Some(count.to_string()),
        _ => None,
    };
    let managers: Vec<String> = plan.managed.managers.iter().map(|name| json::string(name)).collect();
    let changes: Vec<String> = plan.changes.iter().map(change_json).collect();
    ObjectText::new()
        .text("name", &plan.name)
        .text("kind", &plan.kind)
        .text("source", &plan.source)
        .raw("installed", if plan.installed.is_some() { "true" } else { "false" })
        .raw("managers", &json::list(&managers))
        .maybe("release", plan.managed.release.as_deref().map(json::string))
        .maybe("tool", plan.managed.tool.map(json::string))
        .maybe("objects", count)
        .text("state", plan.state().word())
        .text("effect", plan.effect().word())
        .raw("changes", &json::list(&changes))
}
