//! The command lines of the seeds, taken from their text.
//!
//! A seed is either the user's own document (`<family>.txt`, Markdown: the shell lines of its code blocks) or, where the
//! document is not at hand, the list of its verbatim commands (`<family>.commands`: shell lines, `#` comments).

use std::path::PathBuf;

use crate::programs::repository;
use crate::scratch;

/// One command of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedCommand {
    /// The family.
    pub family: String,
    /// Folder to start from, relative to the repository.
    pub cwd: String,
    /// The command, continuation lines joined.
    pub line: String,
}

/// The folder of each family that its commands are run from.
///
/// # Source
/// charts.md, section 0.
pub const STARTS: &[(&str, &str)] = &[
    ("plue", "charts/plue/infra/helm"),
    ("clipper", "charts/clipper/helm/charts"),
    ("csv-analyst-chat", "charts/csv-analyst-chat"),
    ("inferno", "charts/inferno"),
    ("monkeytown", "charts/monkeytown"),
];

/// Subcommands that need a cluster.
const CLUSTER: &[&str] = &[
    "install",
    "upgrade",
    "rollback",
    "history",
    "status",
    "list",
    "uninstall",
    "get",
    "test",
];

/// The folder of the seeds.
#[must_use]
pub fn folder() -> PathBuf {
    repository().join("charts/testdata/seeds")
}

/// The commands of a family that call `helm`, in order.
///
/// # Panics
/// When the family has no seed.
#[must_use]
pub fn commands(family: &str) -> Vec<SeedCommand> {
    let (_, start) = STARTS
        .iter()
        .find(|(name, _)| *name == family)
        .expect("a family of STARTS");
    let text = folder().join(format!("{family}.txt"));
    let lines = if text.is_file() {
        shell_lines(&scratch::read(&text))
    } else {
        joined(&scratch::read(&folder().join(format!("{family}.commands"))))
    };
    let mut cwd = (*start).to_owned();
    let mut found = Vec::new();
    for line in lines {
        if let Some(place) = line.strip_prefix("#cwd ") {
            place.trim().clone_into(&mut cwd);
        } else if let Some(below) = line.strip_prefix("cd ") {
            cwd = format!("{cwd}/{}", below.trim());
        } else if is_command(&line) {
            found.push(SeedCommand {
                family: family.to_owned(),
                cwd: cwd.clone(),
                line,
            });
        }
    }
    found
}

/// Whether a line of a shell block is a command with helm or make: `helm …`, `cd … && helm …`. A list item that speaks of
/// helm is none.
fn is_command(line: &str) -> bool {
    let last = line.rsplit("&&").next().unwrap_or_default();
    matches!(last.split_whitespace().next(), Some("helm" | "make"))
}

impl SeedCommand {
    /// Whether it needs a cluster: `helm install`, `upgrade`, `rollback` and so on, or a make target that does.
    #[must_use]
    pub fn needs_cluster(&self) -> bool {
        let words: Vec<&str> = self.line.split_whitespace().collect();
        let helm = words
            .windows(2)
            .any(|pair| pair[0] == "helm" && CLUSTER.contains(&pair[1]));
        helm || words.iter().any(|word| ["helm-install", "k8s-smoke"].contains(word))
    }
}

/// Shell lines of the fenced `bash`, `sh` and `shell` blocks of a Markdown text.
#[must_use]
pub fn shell_lines(markdown: &str) -> Vec<String> {
    let mut inside = false;
    let mut shell = String::new();
    for line in markdown.lines() {
        if let Some(info) = line.trim_start().strip_prefix("```") {
            inside = !inside && matches!(info.trim(), "bash" | "sh" | "shell" | "console");
        } else if inside && !line.starts_with("- ") {
            // A list within a block tells what a script does; it is no command.
            shell.push_str(line);
            shell.push('\n');
        }
    }
    joined(&shell)
}

/// Lines of a shell text with continuations joined by one space; empty lines left out.
#[must_use]
pub fn joined(shell: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for line in shell.lines() {
        let text = line.trim();
        let (text, continues) = match text.strip_suffix('\\') {
            Some(before) => (before.trim_end(), true),
            None => (text, false),
        };
        match found.last_mut().filter(|_| open) {
            Some(last) => {
                last.push(' ');
                last.push_str(text);
            }
            None if !text.is_empty() => found.push(text.to_owned()),
            None => {}
        }
        open = continues;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::shell_lines;

    #[test]
    fn continued_lines_are_one_command() {
        let text = "Run:\n```bash\nhelm upgrade a ./a \\\n  --set b=c \\\n  -n d\n\nhelm list\n- helm upgrade with git SHA tag\n```\n```yaml\nhelm: no\n```\n- helm upgrade\n";
        assert_eq!(shell_lines(text), ["helm upgrade a ./a --set b=c -n d", "helm list"]);
    }
}
