//! Rendering a chart for several Kubernetes versions.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use skeg_chart::values::Sources;
use skeg_chart::{Capabilities, Chart, KubeVersion};
use skeg_fetch::Loaded;
use skeg_fetch::directory::LateErrors;
use skeg_release::{Order, RenderedFile, sort, split};
use skeg_render::diagnose::Inputs;
use skeg_render::provenance::Recorder;
use skeg_render::{Ahead, Failure, Programs, Release, RenderError, Request, Watch, diagnose};
use skeg_template::NoTrace;
use skeg_value::Map;

use super::ValidateOptions;
use super::input::Unit;
use crate::error::CommandError;
use crate::ops::schemas::Schemas;
use crate::ops::template::{self, TemplateOptions};
use crate::ops::{load, release_name};
use crate::output::{DiagnosticStyle, Output};
use crate::settings::Settings;
use crate::world::Machine;

/// A chart and what it rendered to.
pub(super) struct RenderedChart {
    /// The chart, its dependencies processed.
    pub(super) chart: Chart,
    /// What the user gave.
    pub(super) sources: Sources,
    values: Map,
    release: Release,
    capabilities: Vec<Capabilities>,
    machine: Machine,
    /// Templates that were parsed while the chart was loaded.
    ahead: Ahead,
    /// What went wrong with files of the chart that were read late.
    pub(super) late: LateErrors,
    /// The chart as it was named on the command line, where that is a folder.
    folder: Option<String>,
    /// For each version, the files.
    rendered: Vec<Vec<RenderedFile>>,
}

impl RenderedChart {
    /// Loads the chart and renders it for each version.
    ///
    /// # Errors
    /// What `template` says when the chart cannot be found, loaded or rendered.
    pub(super) fn render(
        options: &ValidateOptions,
        versions: &[KubeVersion],
        settings: &Settings,
        out: &mut Output,
    ) -> Result<Self, CommandError> {
        let (name, chart_name) = release_name::name_and_chart(&options.args, false, "")?;
        let name = name.unwrap_or_else(|| "release-name".to_owned());
        release_name::check(&name)
            .map_err(|reason| CommandError::new(format!("release name check failed: {reason}")))?;
        let as_template = TemplateOptions::default();
        let path = load::locate(&chart_name, &as_template.chart)?;
        let sources = load::sources(&options.values)?;
        let given = load::merge(&sources)?;
        let (ahead, schemas) = (Ahead::new(), Schemas::default());
        let Loaded { mut chart, late, .. } =
            template::installable(&path, &as_template, &ahead, &schemas, settings, out)?;
        let schemas = (!options.skip_schema_validation).then_some(&schemas);
        let values = template::prepare(&mut chart, &given, schemas, out)?;
        let mut this = RenderedChart {
            chart,
            sources,
            values,
            release: Release {
                name,
                namespace: settings.namespace(),
                is_upgrade: false,
                is_install: true,
                revision: 1,
            },
            capabilities: Vec::new(),
            machine: Machine::new(settings.time_zone()),
            ahead,
            late,
            folder: Path::new(&chart_name).is_dir().then_some(chart_name),
            rendered: Vec::new(),
        };
        let mut programs = Programs::default();
        for version in versions {
            this.compatible(version)?;
            let mut capabilities = Capabilities {
                kube_version: version.clone(),
                ..Capabilities::default()
            };
            capabilities.api_versions.extend(options.api_versions.iter().cloned());
            // Templates may change values: each version starts from the same ones.
            let values = this.values.deep_clone();
            let files = this.run(&mut programs, &values, &capabilities, NoTrace, |failure, values| {
                explained(failure, &this, values, versions, version, out)
            })?;
            this.capabilities.push(capabilities);
            this.rendered.push(files);
        }
        Ok(this)
    }

    fn compatible(&self, version: &KubeVersion) -> Result<(), CommandError> {
        let wanted = &self.chart.metadata.kube_version;
        if wanted.is_empty() || version.satisfies(wanted) {
            return Ok(());
        }
        Err(CommandError::new(format!(
            "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {}",
            version.version
        )))
    }

    fn run<W: Watch>(
        &self,
        programs: &mut Programs,
        values: &Map,
        capabilities: &Capabilities,
        watch: W,
        explain: impl FnOnce(Box<Failure>, &Map) -> CommandError,
    ) -> Result<Vec<RenderedFile>, CommandError> {
        let request = Request {
            chart: &self.chart,
            values,
            release: &self.release,
            capabilities,
            world: Rc::new(self.machine.clone()),
            enable_dns: false,
            lint: false,
            ahead: self.ahead.clone(),
        };
        let rendered = match programs.render(&request, &|_| true, watch) {
            Ok(rendered) => rendered,
            Err(failure) => return Err(explain(failure, values)),
        };
        // What Helm cannot sort it cannot install.
        if let Err(error) = sort(&rendered.files, Order::Install) {
            let failure = Failure {
                error: RenderError::from(error),
                files: rendered.files,
                log: rendered.log,
                sources: skeg_value::Sources::default(),
            };
            return Err(explain(Box::new(failure), values));
        }
        Ok(rendered.files)
    }

    /// Renders once more for a version and records what wrote what; none where that fails. The map holds the values that
    /// the templates read.
    pub(super) fn record(&self, version: usize) -> Option<(Recorder, Map)> {
        let mut recorder = Recorder::default();
        let failed = |_: Box<Failure>, _: &Map| CommandError::silent(1);
        let capabilities = self.capabilities.get(version)?;
        let values = self.values.deep_clone();
        self.run(&mut Programs::default(), &values, capabilities, &mut recorder, failed)
            .ok()?;
        Some((recorder, values))
    }

    /// The texts to check: what rendered to the same bytes for several versions is there once.
    pub(super) fn units(&self) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        for (path, file) in self.chart.crds() {
            let versions = (0..self.rendered.len()).collect();
            let text = Arc::new(file.data().to_vec());
            units.push(Unit::new(self.shown(&path), None, text, versions));
        }
        let mut latest: std::collections::HashMap<&str, Vec<usize>> = std::collections::HashMap::new();
        for (version, files) in self.rendered.iter().enumerate() {
            for file in files {
                let base = file.name.rsplit('/').next().unwrap_or_default();
                if base.starts_with('_') || split::is_blank(&file.text) {
                    continue;
                }
                let known = latest.entry(&file.name).or_default();
                match known.iter().find(|&&unit| units[unit].text == file.text) {
                    Some(&unit) => units[unit].versions.push(version),
                    None => {
                        known.push(units.len());
                        let (shown, template) = (self.shown(&file.name), Some(file.name.clone()));
                        units.push(Unit::new(shown, template, Arc::clone(&file.text), vec![version]));
                    }
                }
            }
        }
        units.sort_by(|a, b| a.shown.cmp(&b.shown));
        units
    }

    /// The path of a file of the chart, `<chart>/templates/x.yaml`, as it can be opened from here.
    pub(super) fn shown(&self, name: &str) -> String {
        match (&self.folder, name.split_once('/')) {
            (Some(folder), Some((first, rest))) if first == self.chart.name() => {
                let folder = folder.trim_end_matches('/');
                if folder == "." {
                    rest.to_owned()
                } else {
                    format!("{}/{rest}", folder.trim_start_matches("./"))
                }
            }
            _ => name.to_owned(),
        }
    }
}

/// The message of a failed render, with the version where there are several.
fn explained(
    failure: Box<Failure>,
    chart: &RenderedChart,
    values: &Map,
    versions: &[KubeVersion],
    version: &KubeVersion,
    out: &mut Output,
) -> CommandError {
    load::log_all(&failure.log, out);
    let mut message = failure.error.to_string();
    if versions.len() > 1 {
        message = format!("for Kubernetes {}: {message}", version.version);
    }
    let error = CommandError::new(message);
    if out.diagnostic_style() == DiagnosticStyle::Short {
        return error;
    }
    let inputs = Inputs {
        chart: &chart.chart,
        values,
        sources: &chart.sources,
    };
    let (diagnostic, texts) = diagnose(&failure, inputs);
    error.with_diagnostics(vec![diagnostic], Arc::new(texts))
}
