//! `template`: renders a chart without a cluster and prints the manifests.

mod cluster;
mod output_dir;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use skeg_chart::values::{Sources, coalesce_last};
use skeg_chart::{Capabilities, Chart, KubeVersion, process};
use skeg_fetch::Loaded;
use skeg_fetch::directory::LateErrors;
use skeg_funcs::world::World;
use skeg_release::split;
use skeg_render::diagnose::Inputs;
use skeg_render::{Ahead, Failure, Release, RenderError, Rendered, Request, diagnose, print};
use skeg_template::NoTrace;
use skeg_value::Map;

use cluster::Cluster;

use super::chart_ref::ChartPathOptions;
use super::post_render::{PostRenderError, PostRenderer};
use super::schemas::Schemas;
use super::values::ValueOptions;
use super::{dependency, load, release_name};
use crate::error::CommandError;
use crate::output::log::Level;
use crate::output::{DiagnosticStyle, Output};
use crate::settings::Settings;
use crate::world::Machine;

/// Whether the cluster is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRun {
    /// No: capabilities are made up, `lookup` finds nothing.
    #[default]
    Client,
    /// Yes: capabilities, `lookup` and validation are the cluster's.
    Server,
}

/// What `template` was asked for. Flags that only matter to a cluster (`--wait`, `--timeout`, `--replace` …) have no
/// field: rendering does not depend on them.
#[derive(Clone, Debug, Default)]
pub struct TemplateOptions {
    /// The arguments: `[NAME] CHART`, at least one.
    pub args: Vec<String>,
    /// The values to render with.
    pub values: ValueOptions,
    /// How the chart is found.
    pub chart: ChartPathOptions,
    /// `--generate-name`: the release's name is made from the chart's, and no NAME is given.
    pub generate_name: bool,
    /// `--name-template`: a template that makes the release's name.
    pub name_template: String,
    /// `--description`.
    pub description: String,
    /// `--dependency-update`: fetch missing dependencies before rendering.
    pub dependency_update: bool,
    /// `--dry-run`, `--validate`.
    pub dry_run: DryRun,
    /// `--kube-version`; empty for the default.
    pub kube_version: String,
    /// `--api-versions`: added to the capabilities.
    pub api_versions: Vec<String>,
    /// `--is-upgrade`: `.Release.IsUpgrade` instead of `.Release.IsInstall`.
    pub is_upgrade: bool,
    /// `--no-hooks`: leave hooks out.
    pub no_hooks: bool,
    /// `--skip-tests`: leave test hooks out.
    pub skip_tests: bool,
    /// `--include-crds`: print the chart's CRDs too.
    pub include_crds: bool,
    /// `--skip-crds`.
    pub skip_crds: bool,
    /// `--skip-schema-validation`: do not check the values against the chart's schema.
    pub skip_schema_validation: bool,
    /// `--enable-dns`: let `getHostByName` ask the network.
    pub enable_dns: bool,
    /// `--show-only`: print only these templates.
    pub show_only: Vec<String>,
    /// `--output-dir`: write files below this folder instead of printing; empty to print.
    pub output_dir: String,
    /// `--release-name`: put the release's name into the path below `--output-dir`.
    pub use_release_name: bool,
    /// `--labels`: labels of the release.
    pub labels: BTreeMap<String, String>,
    /// `--post-renderer`: the plugin that the manifests go through.
    pub post_renderer: Option<PostRenderer>,
    /// `--timeout`.
    pub timeout: Duration,
}

/// Renders the chart and prints, or writes, the manifests.
///
/// # Errors
/// Helm's message when the chart cannot be found, loaded or rendered.
pub fn run(options: &TemplateOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let capabilities = capabilities(options)?;
    let (name, chart_name) =
        release_name::name_and_chart(&options.args, options.generate_name, &options.name_template)?;
    let machine = Machine::new(settings.time_zone());
    let name = match name {
        Some(name) => name,
        None if options.name_template.is_empty() => "release-name".to_owned(),
        None => release_name::from_template(&options.name_template, machine.clone())?,
    };
    let path = load::locate(&chart_name, &options.chart)?;
    let sources = load::sources(&options.values)?;
    let values = load::merge(&sources)?;
    let ahead = Ahead::new();
    let schemas = Schemas::default();
    let Loaded { mut chart, late, .. } = installable(&path, options, &ahead, &schemas, settings, out)?;
    let cluster = match options.dry_run {
        DryRun::Client => None,
        DryRun::Server => Some(Cluster::reach(settings, out)?),
    };
    if let Err(reason) = release_name::check(&name) {
        out.log(Level::Error, "release name check failed", &[("error", &reason)]);
        return Err(CommandError::new(format!("release name check failed: {reason}")));
    }
    let values = prepare(
        &mut chart,
        &values,
        (!options.skip_schema_validation).then_some(&schemas),
        out,
    );
    // A schema that could not be read is wrong in that way first.
    load::settled(&late)?;
    let values = values?;
    // What they took is wanted by rendering.
    drop(schemas);
    let (capabilities, world) = match &cluster {
        None => (capabilities, Rc::new(machine) as Rc<dyn World>),
        Some(cluster) => (cluster.capabilities(capabilities)?, cluster.world(machine)),
    };
    let rendered = render(
        &chart,
        &values,
        &sources,
        &name,
        &capabilities,
        options,
        settings,
        world,
        &ahead,
        &late,
        out,
    )?;
    let parts = print::Parts {
        crds: options.include_crds,
        no_hooks: options.no_hooks,
        skip_tests: options.skip_tests,
    };
    if let Some(cluster) = &cluster {
        cluster.validate(&name, &rendered, settings, out)?;
    }
    if options.include_crds {
        // They are read only now, and nothing is written before it is known that they could be.
        for (_, file) in chart.crds() {
            file.data();
        }
        load::settled(&late)?;
    }
    if !options.output_dir.is_empty() {
        return output_dir::write(options, &name, &chart, &rendered, parts, out);
    }
    let manifest = print::manifest(&chart, &rendered, parts);
    if options.show_only.is_empty() {
        out.print(&manifest);
    } else {
        out.print(print::show_only(&manifest, &options.show_only).map_err(CommandError::new)?);
    }
    out.retire((chart, values, rendered, manifest, ahead));
    Ok(())
}

fn capabilities(options: &TemplateOptions) -> Result<Capabilities, CommandError> {
    let mut capabilities = Capabilities::default();
    if !options.kube_version.is_empty() {
        capabilities.kube_version = KubeVersion::parse(&options.kube_version).map_err(|reason| {
            CommandError::new(format!("invalid kube version '{}': {reason}", options.kube_version))
        })?;
    }
    capabilities.api_versions.extend(options.api_versions.iter().cloned());
    Ok(capabilities)
}

/// Loads the chart and makes sure that it can be installed.
pub(super) fn installable(
    path: &str,
    options: &TemplateOptions,
    ahead: &Ahead,
    schemas: &Schemas,
    settings: &Settings,
    out: &mut Output,
) -> Result<Loaded, CommandError> {
    let mut loaded = load::load(path, ahead, schemas, out)?;
    let mut chart = &loaded.chart;
    if chart.is_library() {
        return Err(CommandError::new("library charts are not installable"));
    }
    if chart.metadata.deprecated {
        out.log(Level::Warn, "this chart is deprecated", &[]);
    }
    if !process::missing(chart).is_empty() && options.dependency_update {
        let fetch = dependency::FetchOptions {
            chart_path: path.to_owned(),
            keyring: options.chart.keyring.clone(),
            ..dependency::FetchOptions::default()
        };
        dependency::update(&fetch, settings, out)?;
        loaded = load::load(path, ahead, schemas, out)?;
        chart = &loaded.chart;
    }
    let missing = process::missing(chart).join(", ");
    if !missing.is_empty() {
        return Err(CommandError::new(format!(
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch \
             missing dependencies: found in Chart.yaml, but missing in charts/ directory: {missing}"
        )));
    }
    if chart.metadata.api_version == "v3" {
        return Err(CommandError::new("invalid chart apiVersion"));
    }
    Ok(loaded)
}

/// Processes dependencies, completes the values with defaults, and checks them against the schemas.
pub(super) fn prepare(
    chart: &mut Chart,
    values: &Map,
    schemas: Option<&Schemas>,
    out: &mut Output,
) -> Result<Map, CommandError> {
    let mut log = Vec::new();
    let processed = process::process(chart, values, &mut log);
    load::log_all(&log, out);
    if let Err(error) = processed {
        let reason = error.to_string();
        out.log(
            Level::Error,
            "chart dependencies processing failed",
            &[("error", &reason)],
        );
        return Err(CommandError::new(format!(
            "chart dependencies processing failed: {reason}"
        )));
    }
    let mut log = Vec::new();
    let coalesced = coalesce_last(chart, values, &mut log);
    load::log_all(&log, out);
    let values = coalesced.map_err(|error| CommandError::new(error.to_string()))?;
    if let Some(schemas) = schemas {
        load::check_schema(chart, &values, schemas, out)?;
    }
    Ok(values)
}

#[allow(clippy::too_many_arguments, reason = "each is a different stage's result")]
fn render(
    chart: &Chart,
    values: &Map,
    sources: &Sources,
    name: &str,
    capabilities: &Capabilities,
    options: &TemplateOptions,
    settings: &Settings,
    world: Rc<dyn World>,
    ahead: &Ahead,
    late: &LateErrors,
    out: &mut Output,
) -> Result<Rendered, CommandError> {
    let hint = |text: String| {
        let suffix = if settings.debug {
            ""
        } else {
            "\n\nUse --debug flag to render out invalid YAML"
        };
        CommandError::new(text + suffix)
    };
    let wanted = &chart.metadata.kube_version;
    if !wanted.is_empty() && !capabilities.kube_version.satisfies(wanted) {
        return Err(hint(format!(
            "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {}",
            capabilities.kube_version.version
        )));
    }
    let release = Release {
        name: name.to_owned(),
        namespace: settings.namespace(),
        is_upgrade: options.is_upgrade,
        is_install: !options.is_upgrade,
        revision: 1,
    };
    let request = Request {
        chart,
        values,
        release: &release,
        capabilities,
        world,
        enable_dns: options.enable_dns,
        lint: false,
        ahead: ahead.clone(),
    };
    let outcome = match &options.post_renderer {
        None => skeg_render::render(&request),
        Some(_) => skeg_render::render_files(&request, NoTrace),
    };
    load::settled(late)?;
    let outcome = match (outcome, &options.post_renderer) {
        (Ok(mut rendered), Some(post_renderer)) => {
            load::log_all(&std::mem::take(&mut rendered.log), out);
            match post_renderer.apply(rendered, settings, out) {
                Ok(rendered) => Ok(rendered),
                Err(PostRenderError::Documents(failure)) => Err(failure),
                Err(PostRenderError::Message(text)) => return Err(hint(text)),
            }
        }
        (outcome, _) => outcome,
    };
    match outcome {
        Ok(rendered) => {
            load::log_all(&rendered.log, out);
            Ok(rendered)
        }
        Err(failure) => {
            load::log_all(&failure.log, out);
            if settings.debug {
                dump(&failure, out);
            }
            let error = hint(failure.error.to_string());
            if out.diagnostic_style() == DiagnosticStyle::Short {
                return Err(error);
            }
            let (diagnostic, texts) = diagnose(&failure, Inputs { chart, values, sources });
            Err(error.with_diagnostics(vec![diagnostic], Arc::new(texts)))
        }
    }
}

/// With `--debug`, whatever was rendered is printed although it failed.
fn dump(failure: &Failure, out: &mut Output) {
    let mut text = Vec::new();
    if matches!(failure.error, RenderError::Document(_)) {
        for file in failure.files.iter().filter(|file| !split::is_blank(&file.text)) {
            print::append(&mut text, &file.name, &file.text);
        }
    }
    out.print(split::trim(&text));
    out.print(b"\n");
}
