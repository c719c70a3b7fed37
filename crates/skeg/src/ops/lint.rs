//! `lint`: examines charts and prints what is wrong with them.

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use skeg_author::lint::{self, Entry, Finding, Severity, Subject};
use skeg_chart::values::Sources as ValueSources;
use skeg_chart::{KubeVersion, Metadata, archive};
use skeg_fetch::directory::LateErrors;
use skeg_render::Ahead;
use skeg_value::{Diagnostic, Map, Sources};

use super::load;
use super::schemas::Schemas;
use super::values::ValueOptions;
use crate::error::{CommandError, go_text};
use crate::output::{DiagnosticStyle, Output, diagnostics};
use crate::settings::Settings;
use crate::world::Machine;

/// What `lint` was asked for.
#[derive(Clone, Debug, Default)]
pub struct LintOptions {
    /// The charts: at least one path of a folder or archive.
    pub paths: Vec<String>,
    /// The values to render with.
    pub values: ValueOptions,
    /// `--strict`: warnings count as failures.
    pub strict: bool,
    /// `--with-subcharts`: examine the charts in `charts/` on their own too.
    pub with_subcharts: bool,
    /// `--quiet`: print only warnings and errors.
    pub quiet: bool,
    /// `--skip-schema-validation`.
    pub skip_schema_validation: bool,
    /// `--kube-version`: for capabilities and deprecations; empty for the default.
    pub kube_version: String,
}

/// What the command line brings along for every chart.
struct Given {
    values: Map,
    sources: ValueSources,
    kube_version: KubeVersion,
}

/// Examines the charts and prints the findings.
///
/// # Errors
/// The summary, when a chart failed; or why the values could not be read.
pub fn run(options: &LintOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let kube_version = match options.kube_version.as_str() {
        "" => KubeVersion::default(),
        text => KubeVersion::parse(text)
            .map_err(|reason| CommandError::new(format!("invalid kube version '{text}': {reason}")))?,
    };
    let paths = paths(options);
    let sources = load::sources(&options.values)?;
    let given = Given {
        values: load::merge(&sources)?,
        sources,
        kube_version,
    };
    let mut failed = 0;
    let mut troubled = 0;
    let mut text = String::new();
    for path in &paths {
        let verdict = examine(path, options, settings, &given, out);
        let is_troubled = verdict
            .as_ref()
            .map_or(true, |findings| findings.iter().any(|f| f.severity > Severity::Info));
        troubled += usize::from(is_troubled);
        if options.quiet && !is_troubled {
            continue;
        }
        text.push_str(&format!("==> Linting {path}\n"));
        failed += usize::from(print(verdict, options, &mut text));
        text.push('\n');
    }
    out.print(text);
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", paths.len());
    if failed > 0 {
        return Err(CommandError::new(summary));
    }
    if !options.quiet || troubled > 0 {
        out.line(summary);
    }
    Ok(())
}

/// Writes the findings of one chart; whether it failed.
fn print(verdict: Result<Vec<Finding>, String>, options: &LintOptions, text: &mut String) -> bool {
    let findings = match verdict {
        Ok(findings) => findings,
        Err(reason) => {
            text.push_str(&format!("Error {reason}\n"));
            return true;
        }
    };
    for finding in findings
        .iter()
        .filter(|finding| !options.quiet || finding.severity > Severity::Info)
    {
        text.push_str(&format!("{finding}\n"));
    }
    let limit = if options.strict {
        Severity::Warning
    } else {
        Severity::Error
    };
    findings.iter().any(|finding| finding.severity >= limit)
}

/// The charts to examine: those given, and with `--with-subcharts` those below the first one's `charts/`.
fn paths(options: &LintOptions) -> Vec<String> {
    let mut paths = options.paths.clone();
    if options.with_subcharts
        && let Some(first) = options.paths.first()
    {
        subcharts(&Path::new(first).join("charts"), &mut paths);
    }
    paths
}

fn subcharts(folder: &Path, paths: &mut Vec<String>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            subcharts(&path, paths);
        } else if name == "Chart.yaml" {
            paths.push(path.parent().unwrap_or(folder).to_string_lossy().into_owned());
        } else if name.ends_with(".tgz") || name.ends_with(".tar.gz") {
            paths.push(path.to_string_lossy().into_owned());
        }
    }
}

/// Examines one chart; an archive is examined as the directory that is in it.
fn examine(
    path: &str,
    options: &LintOptions,
    settings: &Settings,
    given: &Given,
    out: &mut Output,
) -> Result<Vec<Finding>, String> {
    let ahead = Ahead::new();
    let schemas = Schemas::default();
    let mut late = LateErrors::default();
    let subject = if path.ends_with(".tgz") || path.ends_with(".tar.gz") {
        archive_subject(path)?
    } else {
        directory_subject(path, &ahead, &mut late, out)?
    };
    let schema_log = RefCell::new(Vec::new());
    let rules = lint::Options {
        values: &given.values,
        namespace: &settings.namespace(),
        kube_version: given.kube_version.clone(),
        skip_schema_validation: options.skip_schema_validation,
        world: Rc::new(Machine::new(settings.time_zone())),
        ahead,
        check_schemas: &|chart, values| schemas.check(chart, values, &mut schema_log.borrow_mut()),
        check_schema: &|schema, values| load::schema_verdict(schema, values, &mut schema_log.borrow_mut()),
    };
    let report = lint::lint(&subject, &rules);
    late.check().map_err(|error| error.to_string())?;
    load::log_all(&report.log, out);
    load::log_all(&schema_log.take(), out);
    if out.diagnostic_style() != DiagnosticStyle::Short {
        let (found, texts) = lint::explain(&subject, &rules, &given.sources);
        found.iter().for_each(|diagnostic| explain(diagnostic, &texts, out));
    }
    Ok(report.findings)
}

/// Helm's report stops at the first template that fails; here are all of them, on standard error.
fn explain(diagnostic: &Diagnostic, texts: &Sources, out: &mut Output) {
    if out.diagnostic_style() == DiagnosticStyle::Json {
        let line = diagnostics::json(diagnostic, texts);
        return out.eprint(line);
    }
    let drawing = diagnostics::draw(diagnostic, texts, out.colors_err());
    out.eprint(format!("{}\n{drawing}\n", diagnostic.message));
}

fn directory_subject(path: &str, ahead: &Ahead, late: &mut LateErrors, out: &mut Output) -> Result<Subject, String> {
    let folder = Path::new(path);
    let chart_yaml = folder.join("Chart.yaml");
    if let Err(error) = fs::metadata(&chart_yaml) {
        let shown = crate::settings::paths::clean(&chart_yaml.to_string_lossy());
        return Err(format!(
            "unable to check Chart.yaml file in chart: stat {shown}: {}",
            go_text(&error)
        ));
    }
    let loaded = skeg_fetch::load::load_late_untyped(folder, &mut |file| ahead.offer(file));
    if let Ok(loaded) = &loaded {
        *late = loaded.late.clone();
        load::log_all(&loaded.log, out);
    }
    Ok(Subject {
        path: std::path::absolute(folder).map_or_else(|_| path.to_owned(), |p| p.to_string_lossy().into_owned()),
        chart_yaml: file(&chart_yaml),
        values_yaml: file(&folder.join("values.yaml")),
        schema: fs::read(folder.join("values.schema.json")).ok(),
        templates: directory(&folder.join("templates")),
        crds: directory(&folder.join("crds")),
        chart: loaded.map(|loaded| loaded.chart).map_err(|error| error.to_string()),
    })
}

fn archive_subject(path: &str) -> Result<Subject, String> {
    let bytes = fs::read(path).map_err(|error| format!("unable to open tarball: open {path}: {}", go_text(&error)))?;
    let files = archive::read(&bytes).map_err(|error| format!("unable to extract tarball: {}", error.in_full()))?;
    let text = |name: &str| {
        files
            .iter()
            .rev()
            .find(|file| &*file.name == name)
            .map(|file| file.data().to_vec())
    };
    let entry = |text: Option<Vec<u8>>| text.map_or(Entry::Absent, Entry::Found);
    let folder = |prefix: &str| {
        if files.iter().any(|file| file.name.starts_with(prefix)) {
            Entry::Found(())
        } else {
            Entry::Absent
        }
    };
    // Helm unpacks the archive into a folder of the chart's name first.
    let metadata = Metadata::decode_as(&text("Chart.yaml").unwrap_or_default(), "v2.Metadata")
        .map_err(|reason| format!("unable to extract tarball: cannot load Chart.yaml: {reason}"))?;
    if metadata.name.is_empty() {
        return Err("unable to extract tarball: chart name not specified".to_owned());
    }
    Ok(Subject {
        path: path.to_owned(),
        chart_yaml: entry(text("Chart.yaml")),
        values_yaml: entry(text("values.yaml")),
        schema: text("values.schema.json"),
        templates: folder("templates/"),
        crds: folder("crds/"),
        chart: skeg_chart::load::load_files(&files, &mut Vec::new()).map_err(|error| error.to_string()),
    })
}

fn file(path: &Path) -> Entry<Vec<u8>> {
    match fs::read(path) {
        Ok(text) => Entry::Found(text),
        Err(_) if path.is_dir() => Entry::WrongSort,
        Err(_) => Entry::Absent,
    }
}

fn directory(path: &Path) -> Entry<()> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Entry::Found(()),
        Ok(_) => Entry::WrongSort,
        Err(_) => Entry::Absent,
    }
}
