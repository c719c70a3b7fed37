//! From a chart and values to what a release is made of: manifest, hooks, notes.
//!
//! # Source
//! spec/lifecycle.md 3.1 steps 3 to 5; spec/rendering.md.

use std::rc::Rc;
use std::sync::Arc;

use skeg_chart::values::{Nulls, Sources, coalesce};
use skeg_chart::{Capabilities, Chart, process};
use skeg_cluster::crds::CrdFile;
use skeg_fetch::Loaded;
use skeg_funcs::world::World;
use skeg_release::object::parse_manifest;
use skeg_release::record::{StoredChart, StoredHook};
use skeg_release::sequence::{Batch, sequence};
use skeg_render::diagnose::Inputs;
use skeg_render::{Ahead, Failure, RenderError, Rendered, Request, diagnose, print};
use skeg_value::Map;

use super::options::{ReleaseOptions, Strategy};
use crate::error::CommandError;
use crate::ops::load;
use crate::ops::post_render::PostRenderError;
use crate::ops::schemas::Schemas;
use crate::ops::template::{self, TemplateOptions};
use crate::output::log::Level;
use crate::output::{DiagnosticStyle, Output};
use crate::settings::Settings;

/// A chart that was loaded and can be installed.
pub struct Loading {
    /// The chart, and what went wrong with files read late.
    pub loaded: Loaded,
    ahead: Ahead,
    schemas: Schemas,
}

/// What a release is made of.
pub struct Prepared {
    /// The chart as it is stored.
    pub chart: StoredChart,
    /// The objects, hooks excluded.
    pub manifest: String,
    /// The hooks; none of them ever ran.
    pub hooks: Vec<StoredHook>,
    /// The notes.
    pub notes: String,
    /// With `--wait=ordered`: the parts that are applied one after the other, as places in the manifest.
    pub order: Vec<Vec<usize>>,
}

/// Finds and loads the chart.
///
/// # Errors
/// Helm's message for a chart that is not there, is broken, or cannot be installed.
pub fn load_chart(
    name: &str,
    options: &ReleaseOptions,
    settings: &Settings,
    out: &mut Output,
) -> Result<Loading, CommandError> {
    let path = load::locate(name, &options.chart)?;
    let (ahead, schemas) = (Ahead::new(), Schemas::default());
    let wanted = TemplateOptions {
        chart: options.chart.clone(),
        dependency_update: options.dependency_update,
        ..TemplateOptions::default()
    };
    let loaded = template::installable(&path, &wanted, &ahead, &schemas, settings, out)?;
    Ok(Loading { loaded, ahead, schemas })
}

impl Loading {
    /// Finds out which subcharts take part, and imports their values.
    ///
    /// # Errors
    /// Helm's message.
    pub fn process(&mut self, config: &Map, out: &mut Output) -> Result<(), CommandError> {
        let mut log = Vec::new();
        let processed = process::process(&mut self.loaded.chart, config, &mut log);
        load::log_all(&log, out);
        processed.map_err(|error| {
            let reason = error.to_string();
            out.log(
                Level::Error,
                "chart dependencies processing failed",
                &[("error", &reason)],
            );
            CommandError::new(format!("chart dependencies processing failed: {reason}"))
        })
    }

    /// The files of `crds/`, those of the subcharts that take part included.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn crds(&self) -> Result<Vec<CrdFile>, CommandError> {
        let files = self
            .loaded
            .chart
            .crds()
            .into_iter()
            .map(|(_, file)| CrdFile {
                path: file.name.to_string(),
                text: String::from_utf8_lossy(file.data()).into_owned(),
            })
            .collect();
        load::settled(&self.loaded.late)?;
        Ok(files)
    }

    /// Renders, after [`Loading::process`].
    ///
    /// # Errors
    /// Helm's message for values that do not fit, a chart for other clusters, or a template that fails.
    #[allow(clippy::too_many_arguments, reason = "each is a different stage's result")]
    pub fn render(
        self,
        config: &Map,
        sources: &Sources,
        release: &skeg_render::Release,
        capabilities: &Capabilities,
        world: Rc<dyn World>,
        options: &ReleaseOptions,
        settings: &Settings,
        out: &mut Output,
    ) -> Result<Prepared, CommandError> {
        let values = complete(
            &self.loaded.chart,
            config,
            (!options.skip_schema_validation).then_some(&self.schemas),
            out,
        );
        load::settled(&self.loaded.late)?;
        let values = values?;
        let chart = &self.loaded.chart;
        let wanted = &chart.metadata.kube_version;
        if !wanted.is_empty() && !capabilities.kube_version.satisfies(wanted) {
            return Err(CommandError::new(format!(
                "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {}",
                capabilities.kube_version.version
            )));
        }
        // What is stored are the chart's own values, whatever templates do to theirs.
        let stored = StoredChart::of(chart).map_err(|error| CommandError::new(error.to_string()))?;
        load::settled(&self.loaded.late)?;
        let request = Request {
            chart,
            values: &values,
            release,
            capabilities,
            world,
            enable_dns: options.enable_dns,
            lint: false,
            ahead: self.ahead.clone(),
        };
        let outcome = skeg_render::render(&request);
        load::settled(&self.loaded.late)?;
        let inputs = Inputs {
            chart,
            values: &values,
            sources,
        };
        let mut rendered = outcome.map_err(|failure| explained(*failure, inputs, out))?;
        if let Some(post_renderer) = &options.post_renderer {
            rendered = post_renderer
                .apply(rendered, settings, out)
                .map_err(|error| match error {
                    PostRenderError::Message(text) => CommandError::new(text),
                    PostRenderError::Documents(failure) => CommandError::new(failure.error.to_string()),
                })?;
        }
        load::log_all(&rendered.log, out);
        refuse_typos(&rendered)?;
        let manifest = manifest(&rendered, options.hide_secret);
        let order = match options.wait {
            Strategy::Ordered => order(chart, &manifest, out)?,
            _ => Vec::new(),
        };
        Ok(Prepared {
            order,
            chart: stored,
            manifest,
            hooks: rendered
                .documents
                .hooks
                .iter()
                .map(|hook| StoredHook::of(hook, &rendered.files))
                .collect(),
            notes: notes(chart, &rendered, options.subchart_notes),
        })
    }
}

/// Completes the values with the defaults, leaving those in the chart, and checks them.
fn complete(chart: &Chart, config: &Map, schemas: Option<&Schemas>, out: &mut Output) -> Result<Map, CommandError> {
    let mut log = Vec::new();
    let values = coalesce(chart, config, Nulls::Delete, &mut log);
    load::log_all(&log, out);
    let values = values.map_err(|error| CommandError::new(error.to_string()))?;
    if let Some(schemas) = schemas {
        load::check_schema(chart, &values, schemas, out)?;
    }
    Ok(values)
}

fn explained(failure: Failure, inputs: Inputs<'_>, out: &mut Output) -> CommandError {
    load::log_all(&failure.log, out);
    let error = CommandError::new(failure.error.to_string());
    if out.diagnostic_style() == DiagnosticStyle::Short || matches!(failure.error, RenderError::Document(_)) {
        return error;
    }
    let (diagnostic, texts) = diagnose(&failure, inputs);
    error.with_diagnostics(vec![diagnostic], Arc::new(texts))
}

/// The order in which a chart wants its parts to be applied (HIP-0025).
pub(super) fn order(chart: &Chart, manifest: &str, out: &mut Output) -> Result<Vec<Vec<usize>>, CommandError> {
    let objects = parse_manifest(manifest).map_err(|error| CommandError::new(error.to_string()))?;
    let sequence = sequence(chart, &objects).map_err(|error| CommandError::new(error.to_string()))?;
    for warning in &sequence.warnings {
        out.log(Level::Warn, warning, &[]);
    }
    Ok(sequence.batches.iter().map(Batch::objects).collect())
}

/// A hook that is left out because of a typo does harm in a cluster; Helm leaves it out.
fn refuse_typos(rendered: &Rendered) -> Result<(), CommandError> {
    let mistakes = skeg_release::hook::mistakes(&rendered.files);
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(CommandError::new(format!("the chart's hooks have mistakes: {}", mistakes[0])).with_story(mistakes.join("\n")))
}

/// The objects as one text. `hide_secret` leaves the Secrets' contents out.
fn manifest(rendered: &Rendered, hide_secret: bool) -> String {
    let mut text = Vec::new();
    for document in &rendered.documents.manifests {
        let name = &rendered.files[document.file].name;
        let is_secret = document.kind() == "Secret" && document.head.api_version.as_bytes() == b"v1";
        if hide_secret && is_secret {
            text.extend_from_slice(
                format!("---\n# Source: {name}\n# HIDDEN: The Secret output has been suppressed\n").as_bytes(),
            );
        } else {
            print::append(&mut text, name, document.text(&rendered.files));
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// The chart's notes; with `subcharts` theirs too.
fn notes(chart: &Chart, rendered: &Rendered, subcharts: bool) -> String {
    let own = format!("{}/templates/NOTES.txt", chart.name());
    let mut text = String::new();
    for file in rendered.notes.iter().filter(|file| subcharts || file.name == own) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&String::from_utf8_lossy(&file.text));
    }
    text
}
