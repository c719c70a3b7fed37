//! Completes charts and versions from what is known of repositories: their list, and their cached indexes.

use skeg_value::Value;
use skeg_value::semver::Version;

use crate::cli::complete::{Completions, directive};
use crate::cli::invocation::Invocation;
use crate::settings::Settings;
use crate::settings::paths::join;
use crate::settings::yaml_file::{self, text_of};

/// What a chart's reference may begin with, beside the name of a repository or a path.
const SCHEMES: [&str; 4] = [
    "oci://\tChart OCI prefix",
    "https://\tChart URL prefix",
    "http://\tChart URL prefix",
    "file://\tChart local URL prefix",
];

/// Completes the reference of a chart: a repository's name, then the charts in it; the beginning of a URL; with
/// `files`, also a path.
///
/// # Source
/// lifecycle spec 1.7.
pub fn complete_charts(invocation: &Invocation, word: &str, files: bool) -> Completions {
    let mut completions = Completions::files();
    for (name, url) in repositories(&invocation.settings) {
        if word.starts_with(&format!("{name}/")) {
            let charts = charts_of(&invocation.settings, &name);
            completions
                .candidates
                .extend(charts.into_iter().map(|chart| format!("{name}/{chart}")));
            completions.directive &= !directive::NO_SPACE;
            break;
        } else if name.starts_with(word) {
            completions.candidates.push(format!("{name}/\t{url}"));
            completions.directive |= directive::NO_SPACE;
        }
    }
    for scheme in SCHEMES {
        if scheme.starts_with(word) {
            completions.candidates.push(scheme.to_owned());
            completions.directive |= directive::NO_SPACE;
        }
    }
    if files && !completions.candidates.is_empty() && !word.is_empty() {
        completions.candidates.extend(files_here(word));
    }
    if files && word.is_empty() {
        completions
            .candidates
            .push("./\tRelative path prefix to local chart".to_owned());
        completions
            .candidates
            .push("/\tAbsolute path prefix to local chart".to_owned());
    }
    if !files {
        completions.directive |= directive::NO_FILES;
    }
    completions
}

/// Completes the version of `REPOSITORY/CHART`, the newest one first.
pub fn complete_versions(invocation: &Invocation, chart_ref: &str) -> Completions {
    let mut parts = chart_ref.split('/');
    let (Some(repository), Some(chart), None) = (parts.next(), parts.next(), parts.next()) else {
        return Completions::none();
    };
    let mut versions: Vec<(Version, String)> = Vec::new();
    for entry in index_entries(&invocation.settings, repository, chart) {
        let Value::Map(entry) = entry else { continue };
        let field = |key: &str| entry.get(key.as_bytes()).as_ref().and_then(text_of).unwrap_or_default();
        let Ok(version) = Version::parse(&field("version")) else {
            continue;
        };
        let app = match field("appVersion") {
            app if app.is_empty() => app,
            app => format!("App: {app}, "),
        };
        let created = long_date(&field("created")).unwrap_or_else(|| "January 1, 0001".to_owned());
        let deprecated = if matches!(entry.get(b"deprecated"), Some(Value::Bool(true))) {
            "(deprecated)"
        } else {
            ""
        };
        versions.push((
            version,
            format!("{}\t{app}Created: {created} {deprecated}", field("version")),
        ));
    }
    versions.sort_by(|(a, _), (b, _)| b.compare(a));
    Completions::words(versions.into_iter().map(|(_, candidate)| candidate))
}

/// Names and addresses of the repositories, in the order of their file.
fn repositories(settings: &Settings) -> Vec<(String, String)> {
    let Ok(Some(Value::Map(file))) = yaml_file::read(&settings.repository_config) else {
        return Vec::new();
    };
    let Some(Value::List(entries)) = file.get(b"repositories") else {
        return Vec::new();
    };
    let pair = |entry: &Value| match entry {
        Value::Map(entry) => {
            let field = |key: &str| entry.get(key.as_bytes()).as_ref().and_then(text_of).unwrap_or_default();
            Some((field("name"), field("url")))
        }
        _ => None,
    };
    entries.iter().filter_map(pair).collect()
}

/// The names of a repository's charts: from the short list beside the index, else from the index.
fn charts_of(settings: &Settings, repository: &str) -> Vec<String> {
    let list = join(&[&settings.repository_cache, &format!("{repository}-charts.txt")]);
    match std::fs::read_to_string(list) {
        Ok(text) => text.lines().map(str::to_owned).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match index(settings, repository) {
            Some(Value::Map(entries)) => entries.snapshot().iter().map(|(name, _)| name.to_string()).collect(),
            _ => Vec::new(),
        },
        Err(_) => Vec::new(),
    }
}

fn index(settings: &Settings, repository: &str) -> Option<Value> {
    let path = join(&[&settings.repository_cache, &format!("{repository}-index.yaml")]);
    match yaml_file::read(&path) {
        Ok(Some(Value::Map(index))) => index.get(b"entries"),
        _ => None,
    }
}

fn index_entries(settings: &Settings, repository: &str, chart: &str) -> Vec<Value> {
    match index(settings, repository) {
        Some(Value::Map(entries)) => match entries.get(chart.as_bytes()) {
            Some(Value::List(versions)) => versions.as_slice().to_vec(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What is in the current folder under a name that begins so.
fn files_here(word: &str) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(".") else {
        return Vec::new();
    };
    let names = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(word)).collect();
    names.sort_unstable();
    names
}

/// `November 21, 2026` of `2026-11-21T…`.
fn long_date(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = text.get(..10)?.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some(format!("{month} {}, {year}", day.parse::<u8>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_out() {
        assert_eq!(
            long_date("2026-11-21T04:05:06.7Z").as_deref(),
            Some("November 21, 2026")
        );
        assert_eq!(long_date("2016-01-02T").as_deref(), Some("January 2, 2016"));
        for bad in ["", "2026", "2026-13-01", "2026-00-01", "yesterday!"] {
            assert_eq!(long_date(bad), None, "{bad:?}");
        }
    }
}
