//! Rules for templates and what they render.

use skeg_chart::values::{Nulls, Sources as ValueSources, coalesce};
use skeg_chart::{Capabilities, Chart, process};
use skeg_kinds::{deprecation, names};
use skeg_release::split;
use skeg_render::diagnose::{Inputs, diagnose_all};
use skeg_render::{Release, Rendered, Request, failures, render_files};
use skeg_template::NoTrace;
use skeg_value::{Diagnostic, Map, Sources, Value};

use super::manifest::{self, Manifest};
use super::{Entry, Options, Report, Severity, Subject};

const FOLDER: &str = "templates/";

pub(super) fn check(subject: &Subject, options: &Options<'_>, report: &mut Report) {
    match &subject.templates {
        Entry::Absent => return report.add(Severity::Warning, FOLDER, "directory does not exist"),
        Entry::WrongSort => return report.error(FOLDER, "not a directory"),
        Entry::Found(()) => {}
    }
    let chart = match &subject.chart {
        Ok(chart) => chart,
        Err(message) => return report.error(FOLDER, message.as_str()),
    };
    if let Some((chart, rendered)) = render(chart, options, report) {
        let _ = examine(&chart, &rendered, options, report);
    }
}

/// The chart and its values, processed as for an installation; none where Helm gives up silently.
fn prepared(chart: &Chart, options: &Options<'_>, report: &mut Report) -> Option<(Chart, Map)> {
    let mut chart = chart.clone();
    process::process(&mut chart, options.values, &mut report.log).ok()?;
    let values = coalesce(&chart, &options.values.deep_clone(), Nulls::Delete, &mut report.log).ok()?;
    Some((chart, values))
}

/// Calls `render` as lint does: a made-up release, no cluster, `required` and `fail` only noted.
fn with_request<R>(chart: &Chart, values: &Map, options: &Options<'_>, render: impl FnOnce(&Request<'_>) -> R) -> R {
    let release = Release {
        name: "test-release".to_owned(),
        namespace: options.namespace.to_owned(),
        is_upgrade: false,
        is_install: false,
        revision: 0,
    };
    let capabilities = Capabilities {
        kube_version: options.kube_version.clone(),
        ..Capabilities::default()
    };
    render(&Request {
        chart,
        values,
        release: &release,
        capabilities: &capabilities,
        world: options.world.clone(),
        enable_dns: false,
        lint: true,
        ahead: options.ahead.clone(),
    })
}

fn render(chart: &Chart, options: &Options<'_>, report: &mut Report) -> Option<(Chart, Rendered)> {
    let (chart, values) = prepared(chart, options, report)?;
    if !options.skip_schema_validation
        && let Err(message) = (options.check_schemas)(&chart, &values)
    {
        report.error(FOLDER, message);
        return None;
    }
    match with_request(&chart, &values, options, |request| render_files(request, NoTrace)) {
        Ok(mut rendered) => {
            report.log.append(&mut rendered.log);
            Some((chart, rendered))
        }
        Err(mut failure) => {
            report.log.append(&mut failure.log);
            report.error(FOLDER, failure.error.to_string());
            None
        }
    }
}

/// All failures of rendering, explained.
pub(super) fn explain(chart: &Chart, options: &Options<'_>, sources: &ValueSources) -> (Vec<Diagnostic>, Sources) {
    let Some((chart, values)) = prepared(chart, options, &mut Report::default()) else {
        return Default::default();
    };
    let found = with_request(&chart, &values, options, failures);
    diagnose_all(
        &found,
        Inputs {
            chart: &chart,
            values: &values,
            sources,
        },
    )
}

/// The rules for each template of the root chart; stops at the first output that is not YAML, as Helm does.
fn examine(chart: &Chart, rendered: &Rendered, options: &Options<'_>, report: &mut Report) -> Result<(), ()> {
    for template in &chart.templates {
        let subject = &*template.name;
        let extension = subject
            .rsplit('/')
            .next()
            .and_then(|base| base.rfind('.').map(|dot| &base[dot..]))
            .unwrap_or("");
        if ![".yaml", ".yml", ".tpl", ".txt"].contains(&extension) {
            report.error(
                subject,
                format!("file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"),
            );
        }
        if extension != ".yaml" && extension != ".yml" {
            continue;
        }
        let name = format!("{}/{subject}", chart.name());
        let Some(file) = rendered.files.iter().find(|file| file.name == name) else {
            continue;
        };
        if split::is_blank(&file.text) {
            continue;
        }
        report.check(Severity::Warning, subject, first_line(&file.text));
        for document in manifest::documents(&file.text) {
            match document.and_then(manifest::decode) {
                Ok(None) => {}
                Ok(Some(found)) => object(&found, &file.text, subject, options, report),
                Err(error) => {
                    report.error(subject, format!("unable to parse YAML: {error}"));
                    return Err(());
                }
            }
        }
    }
    Ok(())
}

/// The first line that is not blank begins in the first column.
fn first_line(text: &[u8]) -> Result<(), String> {
    let line = text
        .split(|&b| b == b'\n')
        .find(|line| !split::is_blank(line))
        .unwrap_or_default();
    if !line.starts_with(b" ") && !line.starts_with(b"\t") {
        return Ok(());
    }
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let quoted = skeg_value::quote::quote(line);
    Err(format!(
        "document starts with an illegal indent: {quoted}, which may cause parsing problems"
    ))
}

fn object(found: &Manifest, text: &[u8], subject: &str, options: &Options<'_>, report: &mut Report) {
    report.check(Severity::Warning, subject, name(found));
    if let Some(old) = deprecation(&found.api_version, &found.kind, options.kube_version.minor_number()) {
        report.add(Severity::Warning, subject, old.message());
    }
    report.check(Severity::Error, subject, selector(found, text));
    report.check(Severity::Error, subject, list_annotations(found, text));
}

fn name(found: &Manifest) -> Result<(), String> {
    let broken: Vec<String> = names::check(&found.kind, &found.name)
        .into_iter()
        .map(|rule| {
            format!(
                "metadata.name: Invalid value: {}: {rule}",
                skeg_value::quote::quote(found.name.as_bytes())
            )
        })
        .collect();
    let list = match broken.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    let quoted = skeg_value::quote::quote(found.name.as_bytes());
    Err(format!(
        "object name does not conform to Kubernetes naming requirements: {quoted}: {list}"
    ))
}

/// Workloads need a selector; Helm looks for the word anywhere in the file.
fn selector(found: &Manifest, text: &[u8]) -> Result<(), String> {
    let wants_one = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].contains(&found.kind.as_str());
    let contains = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
    if !wants_one || contains(b"matchLabels") || contains(b"matchExpressions") {
        return Ok(());
    }
    let quoted = skeg_value::quote::quote(found.name.as_bytes());
    Err(format!(
        "a {} must contain matchLabels or matchExpressions, and {quoted} does not",
        found.kind
    ))
}

fn list_annotations(found: &Manifest, text: &[u8]) -> Result<(), String> {
    if found.kind != "List" {
        return Ok(());
    }
    let value = skeg_value::yaml::decode(text).map_err(|error| format!("unable to parse YAML: {error}"))?;
    let field = |value: &Value, key: &str| value.as_map().and_then(|map| map.get(key.as_bytes()));
    let Some(Value::List(items)) = field(&value, "items") else {
        return Ok(());
    };
    let kept = |item: &Value| {
        let annotations = field(item, "metadata").and_then(|metadata| field(&metadata, "annotations"));
        annotations.is_some_and(|annotations| field(&annotations, "helm.sh/resource-policy").is_some())
    };
    if items.iter().any(kept) {
        return Err("annotation 'helm.sh/resource-policy' within List objects are ignored".to_owned());
    }
    Ok(())
}
