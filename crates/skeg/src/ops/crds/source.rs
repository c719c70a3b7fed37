//! Where definitions come from: the folder `crds/` of a chart and its enabled subcharts, its templates, or a release.

use std::rc::Rc;

use serde_json::Value;
use skeg_chart::values::coalesce_last;
use skeg_chart::{Capabilities, Chart, process};
use skeg_cluster::crds::{self, ChartCrd, CrdFile};
use skeg_fetch::Loaded;
use skeg_release::object;
use skeg_render::{Ahead, Release, Request, print};
use skeg_value::Map;

use super::ChartOptions;
use crate::error::CommandError;
use crate::ops::load;
use crate::ops::schemas::Schemas;
use crate::ops::session::Session;
use crate::output::Output;
use crate::output::log::Level;
use crate::settings::Settings;
use crate::world::Machine;

/// A chart whose dependencies were chosen by the values.
pub(super) struct ReadyChart {
    chart: Chart,
    values: Map,
    ahead: Ahead,
}

impl ReadyChart {
    /// Finds, loads and processes the chart.
    pub(super) fn load(options: &ChartOptions, out: &mut Output) -> Result<ReadyChart, CommandError> {
        let path = load::locate(&options.chart_ref, &options.chart)?;
        let given = load::merge(&load::sources(&options.values)?)?;
        let ahead = Ahead::new();
        let Loaded { mut chart, late, .. } = load::load(&path, &ahead, &Schemas::default(), out)?;
        let mut log = Vec::new();
        let processed = process::process(&mut chart, &given, &mut log);
        load::log_all(&log, out);
        processed.map_err(|error| CommandError::new(format!("chart dependencies processing failed: {error}")))?;
        let mut log = Vec::new();
        let values = coalesce_last(&mut chart, &given, &mut log);
        load::log_all(&log, out);
        for (_, file) in chart.crds() {
            file.data();
        }
        load::settled(&late)?;
        Ok(ReadyChart {
            chart,
            values: values.map_err(|error| CommandError::new(error.to_string()))?,
            ahead,
        })
    }

    /// The definitions below `crds/`.
    pub(super) fn crds(&self) -> Result<Vec<ChartCrd>, CommandError> {
        definitions(&self.chart)
    }

    /// The definitions that templates make, as they are on this cluster. A chart that cannot be rendered is worth a warning
    /// here: its values may be incomplete, and `crds/` is what was asked about.
    pub(super) fn rendered(&self, session: &Session, settings: &Settings, out: &mut Output) -> Vec<ChartCrd> {
        let capabilities = session.capabilities().unwrap_or_else(|_| Capabilities::default());
        let release = Release {
            name: "release-name".to_owned(),
            namespace: settings.namespace(),
            is_upgrade: false,
            is_install: true,
            revision: 1,
        };
        let request = Request {
            chart: &self.chart,
            values: &self.values,
            release: &release,
            capabilities: &capabilities,
            world: Rc::new(Machine::new(settings.time_zone())),
            enable_dns: false,
            lint: false,
            ahead: self.ahead.clone(),
        };
        match skeg_render::render(&request) {
            Ok(rendered) => {
                let parts = print::Parts {
                    crds: false,
                    no_hooks: true,
                    skip_tests: true,
                };
                let manifest = print::manifest(&self.chart, &rendered, parts);
                of_manifest(&String::from_utf8_lossy(&manifest))
            }
            Err(failure) => {
                let reason = failure.error.to_string();
                let text = "templates cannot be rendered, so definitions in them are left out";
                out.log(Level::Warn, text, &[("error", &reason)]);
                Vec::new()
            }
        }
    }
}

/// The files of `crds/` of a chart and its subcharts, in Helm's order; the dependencies are processed already.
///
/// Each path is that in its own chart, as Helm names it in errors.
pub fn files(chart: &Chart) -> Vec<CrdFile> {
    let file = |(_, file): (String, &skeg_chart::ChartFile)| CrdFile {
        path: file.name.to_string(),
        text: String::from_utf8_lossy(file.data()).into_owned(),
    };
    chart.crds().into_iter().map(file).collect()
}

/// The definitions below `crds/` of a chart and its subcharts; the dependencies are processed already.
///
/// # Errors
/// Helm's message for a file that is no YAML or no object.
pub fn definitions(chart: &Chart) -> Result<Vec<ChartCrd>, CommandError> {
    let whole_path = |(path, file): (String, &skeg_chart::ChartFile)| CrdFile {
        path,
        text: String::from_utf8_lossy(file.data()).into_owned(),
    };
    let files: Vec<CrdFile> = chart.crds().into_iter().map(whole_path).collect();
    crds::definitions(&files).map_err(|error| CommandError::new(error.to_string()))
}

/// The definitions in a manifest; what is no object in it is passed over.
pub(super) fn of_manifest(manifest: &str) -> Vec<ChartCrd> {
    let objects = object::parse_manifest(manifest).unwrap_or_default();
    let found = objects.into_iter().filter(|found| crds::is_definition(&found.object));
    found
        .map(|found| ChartCrd {
            object: found.object,
            source: found.source,
        })
        .collect()
}

/// A definition as the chart would write it: without what the API server and others have put into it.
pub(super) fn without_additions(installed: &Value, wanted: &Value) -> Value {
    let mut shown = installed.clone();
    let Some(root) = shown.as_object_mut() else {
        return shown;
    };
    root.remove("status");
    if let Some(metadata) = root.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|key, _| ["name", "labels", "annotations"].contains(&key.as_str()));
        for part in ["labels", "annotations"] {
            let is_wanted = |key: &str| !wanted["metadata"][part][key].is_null();
            if let Some(entries) = metadata.get_mut(part).and_then(Value::as_object_mut) {
                entries.retain(|key, _| is_wanted(key));
            }
            if metadata
                .get(part)
                .is_some_and(|entries| *entries == serde_json::json!({}))
            {
                metadata.remove(part);
            }
        }
    }
    let spec = &mut shown["spec"];
    if wanted["spec"]["conversion"].is_null() && spec["conversion"]["strategy"] == "None" {
        remove(spec, "conversion");
    }
    for key in ["listKind", "singular"] {
        if wanted["spec"]["names"][key].is_null() {
            remove(&mut spec["names"], key);
        }
    }
    let config = |spec: &Value| {
        spec["conversion"]["webhook"]["clientConfig"]["caBundle"]
            .as_str()
            .map(str::to_owned)
    };
    if config(&wanted["spec"]).is_none_or(|bundle| bundle.is_empty()) && config(spec).is_some() {
        remove(&mut spec["conversion"]["webhook"]["clientConfig"], "caBundle");
    }
    shown
}

fn remove(map: &mut Value, key: &str) {
    if let Some(map) = map.as_object_mut() {
        map.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_others_put_in_is_not_shown() {
        let wanted = json!({
            "metadata": {"name": "a.x", "annotations": {"tool": "1"}},
            "spec": {"names": {"kind": "A", "plural": "as"}}
        });
        let installed = json!({
            "metadata": {"name": "a.x", "uid": "1", "managedFields": [], "annotations": {"tool": "0", "other": "1"},
                "labels": {"other": "1"}},
            "spec": {"conversion": {"strategy": "None"}, "names": {"kind": "A", "plural": "as", "listKind": "AList",
                "singular": "a"}},
            "status": {}
        });
        let shown = without_additions(&installed, &wanted);
        let expected = json!({
            "metadata": {"name": "a.x", "annotations": {"tool": "0"}},
            "spec": {"names": {"kind": "A", "plural": "as"}}
        });
        assert_eq!(shown, expected);
    }

    #[test]
    fn definitions_are_found_in_manifests() {
        let manifest = "---\n# Source: c/templates/a.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: \
                        CustomResourceDefinition\nmetadata: {name: a.x}\n---\napiVersion: v1\nkind: Secret\n";
        let found = of_manifest(manifest);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].name(), found[0].source.as_str()),
            ("a.x", "c/templates/a.yaml")
        );
    }
}
