//! The files of `tests/clients/workflows/CLIENT`: bash scripts that use a client as its documentation says.
//!
//! Comments at the head and the end tell what the harness has to know:
//!
//! ```text
//! # cluster                          a namespace is made for it on the control plane, and compared in the end
//! # better transcript: REASON        a difference that is wanted: of `transcript`, `calls`, `objects` or `records`,
//! #-a line with Helm                 exactly these lines
//! #+a line with skeg …               with ` …` at its end, one or more that begin so
//! ```

use std::path::PathBuf;

use super::SOURCE;
use crate::lifecycle::scenario::Better;

/// One workflow.
#[derive(Clone, Debug)]
pub(super) struct Workflow {
    /// `CLIENT/NAME`.
    pub(super) name: String,
    /// Which client it uses.
    pub(super) client: String,
    /// The script.
    pub(super) script: PathBuf,
    /// It needs a namespace on a control plane.
    pub(super) needs_cluster: bool,
    /// Differences that are wanted.
    pub(super) better: Vec<Better>,
}

/// The workflows of a client, in order of name.
///
/// # Errors
/// A folder or file that cannot be read, or a difference that is not told as above.
pub(super) fn read(client: &str) -> Result<Vec<Workflow>, String> {
    let folder = PathBuf::from(SOURCE).join("workflows").join(client);
    let told = |e| format!("{}: {e}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.extension().is_some_and(|e| e == "sh") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(|path| workflow(client, path)).collect()
}

fn workflow(client: &str, path: PathBuf) -> Result<Workflow, String> {
    let text = super::text_of(&path)?;
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let better = better(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(Workflow {
        name: format!("{client}/{stem}"),
        client: client.to_owned(),
        script: path,
        needs_cluster: text.lines().any(|line| line == "# cluster"),
        better,
    })
}

/// The wanted differences at the end of a script.
fn better(text: &str) -> Result<Vec<Better>, String> {
    let mut all: Vec<Better> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("# better ") {
            let (facet, reason) = head
                .split_once(": ")
                .ok_or("a difference has no reason: `# better FACET: REASON`")?;
            all.push(Better {
                step: 0,
                facet: facet.to_owned(),
                reason: reason.to_owned(),
                lines: Vec::new(),
            });
        } else if let (Some(difference), Some(last)) = (line.strip_prefix('#'), all.last_mut())
            && difference.starts_with(['-', '+'])
        {
            last.lines.push(difference.to_owned());
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wanted_differences_are_read() {
        let all = better("true\n# better calls: clearer\n#-a\n#+b\n# a comment\n").unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((&*all[0].facet, &*all[0].reason), ("calls", "clearer"));
        assert_eq!(all[0].lines, ["-a", "+b"]);
        assert!(better("# better calls\n").is_err());
    }
}
