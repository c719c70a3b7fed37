//! `crds list`: which definitions a chart or a release brings, and what the cluster has of them.

use std::rc::Rc;

use skeg_cluster::crds::{ChartCrd, CrdPlan, plan};

use super::source::{ReadyChart, of_manifest};
use super::{ChartOptions, definitions, managed, objects, plan_json, summary};
use crate::error::CommandError;
use crate::ops::release::Store;
use crate::ops::session::Session;
use crate::output::Output;
use crate::output::json::{self, Format, ObjectText};
use crate::output::table::Table;
use crate::settings::Settings;

/// What `crds list` was asked for.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// The chart, or in `chart_ref` the name of a release.
    pub chart: ChartOptions,
    /// `--output`.
    pub format: Format,
}

/// Prints the definitions of a chart or a release.
///
/// What names no chart on this machine and could be the name of a release is taken for one.
///
/// # Errors
/// The chart or release cannot be read; the cluster cannot be asked.
pub fn list(options: &ListOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let (session, crds) = if is_release(&options.chart) {
        of_release(&options.chart.chart_ref, settings)?
    } else {
        let chart = ReadyChart::load(&options.chart, out)?;
        let session = Session::connect(settings)?;
        session.reach()?;
        let mut crds = chart.crds()?;
        crds.extend(chart.rendered(&session, settings, out));
        (Rc::new(session), crds)
    };
    let plans = session.block_on(plan(session.client(), &crds));
    let plans = plans.map_err(|error| CommandError::new(error.to_string()))?;
    if options.format == Format::Table {
        out.line(table(&plans));
        return Ok(());
    }
    let rows: Vec<String> = plans.iter().map(row_json).collect();
    out.print(json::write(&json::list(&rows), options.format)?);
    Ok(())
}

/// Whether a name means a release: no such path, and nothing that only references of charts have.
fn is_release(options: &ChartOptions) -> bool {
    let name = &options.chart_ref;
    let could_be = crate::ops::release_name::check(name).is_ok() && options.chart.repo_url.is_empty();
    could_be && !std::path::Path::new(name).exists()
}

fn of_release(name: &str, settings: &Settings) -> Result<(Rc<Session>, Vec<ChartCrd>), CommandError> {
    let store = Store::open(settings)?;
    let record = store.ask(store.storage.newest(name))?;
    let chart = record
        .chart
        .chart()
        .map_err(|error| CommandError::new(error.to_string()))?;
    let mut crds = definitions(&chart)?;
    crds.extend(of_manifest(&record.manifest));
    Ok((store.session, crds))
}

/// A version and what it is used for: `v1(storage)`, `v1beta1`, `v1alpha1(not served, stored)`.
fn versions(plan: &CrdPlan) -> Vec<String> {
    let definition = plan.installed.as_ref().unwrap_or(&plan.wanted);
    let stored = &definition["status"]["storedVersions"];
    let list = definition["spec"]["versions"].as_array().into_iter().flatten();
    list.map(|version| {
        let name = version["name"].as_str().unwrap_or_default();
        let mut words = Vec::new();
        if version["served"] != true {
            words.push("not served");
        }
        if version["storage"] == true {
            words.push("storage");
        } else if stored
            .as_array()
            .is_some_and(|stored| stored.contains(&version["name"]))
        {
            words.push("stored");
        }
        if words.is_empty() {
            name.to_owned()
        } else {
            format!("{name}({})", words.join(", "))
        }
    })
    .collect()
}

fn table(plans: &[CrdPlan]) -> String {
    let headings = [
        "NAME",
        "KIND",
        "VERSIONS",
        "INSTALLED",
        "MANAGED BY",
        "OBJECTS",
        "CHANGES",
        "SOURCE",
    ];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for plan in plans {
        let installed = if plan.installed.is_some() { "yes" } else { "no" };
        rows.push(vec![
            plan.name.clone(),
            plan.kind.clone(),
            versions(plan).join(" "),
            installed.to_owned(),
            managed(plan),
            objects(&plan.objects),
            summary(plan),
            plan.source.clone(),
        ]);
    }
    Table {
        rows,
        max_column_width: 80,
    }
    .render()
}

fn row_json(plan: &CrdPlan) -> String {
    let definition = plan.installed.as_ref().unwrap_or(&plan.wanted);
    let stored = &definition["status"]["storedVersions"];
    let list = definition["spec"]["versions"].as_array().into_iter().flatten();
    let bool = |value: bool| if value { "true" } else { "false" };
    let versions: Vec<String> = list
        .map(|version| {
            let is_stored = stored
                .as_array()
                .is_some_and(|stored| stored.contains(&version["name"]));
            ObjectText::new()
                .text("name", version["name"].as_str().unwrap_or_default())
                .raw("served", bool(version["served"] == true))
                .raw("storage", bool(version["storage"] == true))
                .raw("stored", bool(is_stored))
                .end()
        })
        .collect();
    plan_json(plan).raw("versions", &json::list(&versions)).end()
}
