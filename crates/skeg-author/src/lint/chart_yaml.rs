//! Rules for Chart.yaml.

use skeg_chart::{Maintainer, Metadata};
use skeg_value::semver::{Constraint, Version};
use skeg_value::{Value, yaml};

use super::addresses::{is_email, is_request_url, is_url};
use super::{Entry, Report, Severity, Subject};

const FILE: &str = "Chart.yaml";

pub(super) fn check(subject: &Subject, report: &mut Report) {
    let text = match &subject.chart_yaml {
        Entry::Found(text) => text,
        Entry::WrongSort => return report.error(FILE, "should be a file, not a directory"),
        Entry::Absent => {
            return report.error(
                FILE,
                format!(
                    "unable to parse YAML\n\topen {}/{FILE}: no such file or directory",
                    subject.path
                ),
            );
        }
    };
    let metadata = match Metadata::decode_as(text, "v2.Metadata") {
        Ok(metadata) => metadata,
        Err(error) => return report.error(FILE, format!("unable to parse YAML\n\t{error}")),
    };
    if let Err(error) = Metadata::check_strict(text) {
        report.add(
            Severity::Warning,
            FILE,
            format!("failed to strictly parse chart metadata file\n\t{error}"),
        );
    }
    let plain = yaml::decode(text).unwrap_or_default();
    for outcome in [
        name(&metadata),
        api_version(&metadata),
        is_text(&plain, "version"),
        version(&metadata),
        is_text(&plain, "appVersion"),
        maintainers(&metadata),
        sources(&metadata),
    ] {
        report.check(Severity::Error, FILE, outcome);
    }
    if metadata.icon.is_empty() {
        report.add(Severity::Info, FILE, "icon is recommended");
    } else if !is_request_url(&metadata.icon) {
        report.error(FILE, format!("invalid icon URL '{}'", metadata.icon));
    }
    let only_v2 = |what: &str, they: &str| {
        format!(
            "{what} not valid in {they}apiVersion '{}'. {} valid in apiVersion 'v2'",
            metadata.api_version,
            if they.is_empty() { "It is" } else { "They are" }
        )
    };
    if !metadata.chart_type.is_empty() && metadata.api_version != "v2" {
        report.error(FILE, only_v2("chart type is", ""));
    }
    if !metadata.dependencies.is_empty() && metadata.api_version != "v2" {
        report.error(FILE, only_v2("dependencies are", "the Chart file with "));
    }
    if Version::parse_strict(&metadata.version).is_err() {
        report.add(
            Severity::Warning,
            FILE,
            format!("version '{}' is not a valid SemVerV2", metadata.version),
        );
    }
}

fn name(metadata: &Metadata) -> Result<(), String> {
    match metadata.name.as_str() {
        "" => Err("name is required".to_owned()),
        name if name.contains('/') => Err(format!("chart name {name:?} is invalid")),
        _ => Ok(()),
    }
}

fn api_version(metadata: &Metadata) -> Result<(), String> {
    match metadata.api_version.as_str() {
        "v1" | "v2" => Ok(()),
        "" => Err(r#"apiVersion is required. The value must be either "v1" or "v2""#.to_owned()),
        other => Err(format!(
            r#"apiVersion '{other}' is not valid. The value must be either "v1" or "v2""#
        )),
    }
}

fn is_text(plain: &Value, key: &str) -> Result<(), String> {
    match plain.as_map().and_then(|map| map.get(key.as_bytes())) {
        None | Some(Value::String(_)) => Ok(()),
        Some(other) => Err(format!(
            "{key} should be of type string but it's of type {}",
            other.type_name()
        )),
    }
}

fn version(metadata: &Metadata) -> Result<(), String> {
    if metadata.version.is_empty() {
        return Err("version is required".to_owned());
    }
    let Ok(version) = Version::parse(&metadata.version) else {
        return Err(format!("version '{}' is not a valid SemVer", metadata.version));
    };
    match Constraint::parse(">0.0.0-0").map(|constraint| constraint.validate(&version)) {
        Ok(Err(reasons)) => Err(format!("version {}", reasons.into_iter().next().unwrap_or_default())),
        _ => Ok(()),
    }
}

fn maintainers(metadata: &Metadata) -> Result<(), String> {
    metadata.maintainers.iter().try_for_each(|maintainer| match maintainer {
        None => Err("a maintainer entry is empty".to_owned()),
        Some(Maintainer { name, .. }) if name.is_empty() => Err("each maintainer requires a name".to_owned()),
        Some(Maintainer { name, email, .. }) if !email.is_empty() && !is_email(email) => {
            Err(format!("invalid email '{email}' for maintainer '{name}'"))
        }
        Some(Maintainer { name, url, .. }) if !url.is_empty() && !is_url(url) => {
            Err(format!("invalid url '{url}' for maintainer '{name}'"))
        }
        Some(_) => Ok(()),
    })
}

fn sources(metadata: &Metadata) -> Result<(), String> {
    match metadata.sources.iter().find(|source| !is_request_url(source)) {
        Some(source) => Err(format!("invalid source URL '{source}'")),
        None => Ok(()),
    }
}
