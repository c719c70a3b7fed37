//! The files of `compat/cases`: small charts with the command lines to run on them.
//!
//! ```text
//! === name of the case
//! run: template r c --set a=1
//! --- templates/t.yaml
//! a: {{ .Values.a }}
//! ```
//!
//! A case is a folder of files: each `--- PATH` begins one, under `c/` unless PATH begins with `/`. `c/Chart.yaml` and
//! an empty `c/values.yaml` are there even if the case does not say so. `run:` lines (one or more, default
//! `template r c`) are run in that folder, split at spaces, single quotes kept together. A case file may begin with
//! files before the first `===`: they belong to every case that does not have its own.
//! Words such as `NO_COLOR=1` before a command line are variables. Where there is a file `/releases.yaml`, it holds the stored
//! releases, of the memory driver.
//! `\` at the end of a content line is dropped together with its newline. A content line that would be read as a
//! direction (`--- x`, `=== x`) is written with a `\` before it.

use std::path::Path;

/// One case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// `<file>/<name>`.
    pub(crate) name: String,
    /// The command lines.
    pub(crate) runs: Vec<Vec<String>>,
    /// Path relative to the case's folder, and contents.
    pub(crate) files: Vec<(String, String)>,
}

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.2.3\nappVersion: \"4.5\"\n";

/// Reads a case file.
///
/// # Errors
/// A line that is neither part of a file nor a direction.
pub(crate) fn read(path: &Path) -> Result<Vec<Case>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let group = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut shared: Vec<(String, String)> = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut in_file = false;
    for (number, line) in text.lines().enumerate() {
        let files = cases.last_mut().map_or(&mut shared, |case| &mut case.files);
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case {
                name: format!("{group}/{name}"),
                runs: Vec::new(),
                files: Vec::new(),
            });
            in_file = false;
        } else if let Some(path) = line.strip_prefix("--- ") {
            let path = path
                .strip_prefix('/')
                .map_or_else(|| format!("c/{path}"), str::to_owned);
            files.push((path, String::new()));
            in_file = true;
        } else if let (Some(run), false) = (line.strip_prefix("run: "), in_file) {
            let case = cases
                .last_mut()
                .ok_or_else(|| at(path, number, "`run:` before the first case"))?;
            case.runs.push(words(run));
        } else if let (Some((_, content)), true) = (files.last_mut(), in_file) {
            let line = line
                .strip_prefix('\\')
                .filter(|rest| is_direction(rest))
                .unwrap_or(line);
            content.push_str(line.strip_suffix('\\').unwrap_or(line));
            if !line.ends_with('\\') {
                content.push('\n');
            }
        } else if !line.trim().is_empty() && !line.starts_with('#') {
            return Err(at(path, number, "neither a direction nor part of a file"));
        }
    }
    for case in &mut cases {
        for (path, content) in &shared {
            if !case.files.iter().any(|(own, _)| own == path) {
                case.files.push((path.clone(), content.clone()));
            }
        }
        for (path, content) in [("c/Chart.yaml", CHART), ("c/values.yaml", "")] {
            if !case.files.iter().any(|(own, _)| own == path) {
                case.files.push((path.to_owned(), content.to_owned()));
            }
        }
        if case.runs.is_empty() {
            case.runs.push(words("template r c"));
        }
    }
    Ok(cases)
}

/// Whether a line would end the file that it stands in.
pub(crate) fn is_direction(line: &str) -> bool {
    line.starts_with("--- ") || line.starts_with("=== ")
}

fn at(path: &Path, number: usize, what: &str) -> String {
    format!("{}:{}: {what}", path.display(), number + 1)
}

/// Splits a command line at spaces; single quotes keep text together.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    let (mut word, mut quoted, mut any) = (String::new(), false, false);
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                any = true;
            }
            ' ' if !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            _ => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

impl Case {
    /// A case of the usual chart: `files` are paths in the chart with their contents.
    pub(crate) fn new(name: String, runs: Vec<Vec<String>>, files: Vec<(String, String)>) -> Case {
        let mut case = Case { name, runs, files };
        for (path, content) in [("c/Chart.yaml", CHART), ("c/values.yaml", "")] {
            if !case.files.iter().any(|(own, _)| own == path) {
                case.files.push((path.to_owned(), content.to_owned()));
            }
        }
        case
    }

    /// The case as it stands in a case file.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("=== {}\n", self.name);
        for run in &self.runs {
            let quoted = run.iter().map(|word| {
                let is_plain = !word.is_empty() && !word.contains([' ', '\'']);
                if is_plain { word.clone() } else { format!("'{word}'") }
            });
            text.push_str(&format!("run: {}\n", quoted.collect::<Vec<_>>().join(" ")));
        }
        for (path, content) in &self.files {
            let is_default =
                (path == "c/Chart.yaml" && content == CHART) || (path == "c/values.yaml" && content.is_empty());
            if is_default {
                continue;
            }
            let shown = path
                .strip_prefix("c/")
                .map_or_else(|| format!("/{path}"), str::to_owned);
            text.push_str(&format!("--- {shown}\n"));
            for line in content.split_inclusive('\n') {
                let escape = if is_direction(line) { "\\" } else { "" };
                text.push_str(&format!("{escape}{line}"));
            }
            if !content.is_empty() && !content.ends_with('\n') {
                text.push_str("\\\n");
            }
        }
        text
    }

    /// Writes the case's files below `folder`.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), String> {
        for (path, content) in &self.files {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
            }
            std::fs::write(&path, content).map_err(|e| format!("{}: {e}", path.display()))?;
        }
        Ok(())
    }
}
