//! Playing a workflow once: its script with `helm` first in PATH, in a folder and a namespace of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use regex::Regex;

use super::SOURCE;
use super::build::link;
use super::workflow::Workflow;
use crate::lifecycle::api::Api;
use crate::lifecycle::fresh_number;
use crate::lifecycle::mask::Mask;
use crate::lifecycle::play::{copy, is_log, make_namespace};
use crate::lifecycle::snapshot::{self, Snapshot};

/// No workflow takes longer unless it hangs.
const LONGEST: Duration = Duration::from_secs(420);

/// For how many seconds a program that ct called stays after it has spoken: ct throws away what it has not read by then.
const REST: &str = "0.2";

/// What no two runs of a client share, beside what is so for every run of Helm; masked first, since numbers look like other things.
const PATTERNS: &[(&str, &str)] = &[
    (
        r"(kustomize-helm-|ct-previous-revision|helmfile|chartify)\d+",
        "${1}NUMBER",
    ),
    (r"-values-[0-9a-f]{6,10}\b", "-values-HASH"),
    (r"\(\d+ bytes\)", "(N bytes)"),
    (r"\b\d+(\.\d+)?m?s\b", "DURATION"),
    (r"\b[0-9a-f]{40}\b", "COMMIT"),
    (r"HEAD is now at [0-9a-f]{7}", "HEAD is now at COMMIT"),
];

/// Releases and namespaces to which ct gives names by chance.
const NAMES_OF_CT: &[(&str, &str)] = &[(r"-[a-z0-9]{10}\b", "-SUFFIX")];

type Patterns = LazyLock<Vec<(Regex, &'static str)>>;

static FOR_ALL: Patterns = LazyLock::new(|| compiled(PATTERNS));
static FOR_CT: Patterns = LazyLock::new(|| compiled(NAMES_OF_CT));
static BLANKS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(" {2,}").ok());

fn compiled(patterns: &'static [(&str, &str)]) -> Vec<(Regex, &'static str)> {
    let compile = |(pattern, with): &(&str, &'static str)| Some((Regex::new(pattern).ok()?, *with));
    patterns.iter().filter_map(compile).collect()
}

/// Which program is called `helm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The real Helm.
    Helm,
    /// The program on trial.
    Trial,
}

/// The control plane, if there is one, and the programs.
#[derive(Debug)]
pub(super) struct World {
    state: Option<PathBuf>,
    root: PathBuf,
    programs: PathBuf,
    keep: bool,
}

/// A workflow played once, masked.
#[derive(Debug)]
pub(super) struct Trace {
    /// What the script printed: each command line with its outputs and exit status.
    pub(super) transcript: String,
    /// What the client called and what it was answered, in order of text: clients call concurrently.
    pub(super) calls: String,
    /// Objects and records of the namespace in the end; nothing without a cluster.
    pub(super) end: Snapshot,
}

impl World {
    /// Makes the folders: the program of each side linked as `helm`.
    ///
    /// # Errors
    /// Where a program is missing or a folder cannot be made.
    pub(super) fn new(state: Option<PathBuf>, programs: PathBuf, trial: &Path, keep: bool) -> Result<Self, String> {
        let root = std::env::temp_dir().join(format!("skeg-clients-{}", std::process::id()));
        let kubectl = crate::reference::cache()?.join("kubectl/kubectl");
        for (side, program) in [(Side::Helm, &*crate::reference::helm()?), (Side::Trial, trial)] {
            let linked = root.join(format!("linked-{side:?}"));
            fs::create_dir_all(&linked).map_err(|e| format!("{}: {e}", linked.display()))?;
            let program = fs::canonicalize(program).map_err(|e| format!("{}: {e}", program.display()))?;
            link(&program, &linked.join("helm"))?;
            link(&kubectl, &linked.join("kubectl"))?;
        }
        Ok(Self {
            state,
            root,
            programs,
            keep,
        })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !self.keep {
            // Left-over folders in /tmp harm nobody.
            drop(fs::remove_dir_all(&self.root));
        }
    }
}

/// Plays a workflow.
///
/// # Errors
/// What is wrong with the workflow or the control plane; that a client fails is none.
pub(super) fn play(world: &World, workflow: &Workflow, side: Side) -> Result<Trace, String> {
    let namespace = fresh_number();
    let folder = world.root.join(format!("{}-{side:?}", workflow.name.replace('/', "-")));
    let mask = Masks {
        common: Mask {
            namespace: namespace.clone(),
            folder: folder.display().to_string(),
        },
        client: workflow.client.clone(),
    };
    copy(&Path::new(SOURCE).join("charts"), &folder.join("charts"))?;
    for name in ["home", "tmp", "calls"] {
        fs::create_dir_all(world.hidden(&folder, name)).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let api = match (&world.state, workflow.needs_cluster) {
        (Some(state), true) => Some(Api::new(&state.join("admin.kubeconfig"))?),
        (None, true) => return Err("it needs a control plane".to_owned()),
        _ => None,
    };
    if let Some(api) = &api {
        make_namespace(api, &namespace)?;
    }
    let transcript = run(world, workflow, side, &folder, &namespace)?;
    let end = match &api {
        Some(api) => {
            let end = snapshot::take(api, &mask.common, &[])?;
            if !world.keep {
                api.delete(&format!("/api/v1/namespaces/{namespace}"))?;
            }
            end
        }
        None => Snapshot::default(),
    };
    Ok(Trace {
        transcript: mask.transcript(&transcript),
        calls: calls(&world.hidden(&folder, "calls"), &mask)?,
        end: Snapshot {
            objects: in_order(&mask, &end.objects),
            records: in_order(&mask, &end.records),
        },
    })
}

impl World {
    /// A folder beside that of the run.
    fn hidden(&self, folder: &Path, name: &str) -> PathBuf {
        folder.with_extension(name)
    }
}

/// Runs the script; yields what it printed.
fn run(world: &World, workflow: &Workflow, side: Side, folder: &Path, namespace: &str) -> Result<String, String> {
    let told = |e| format!("{}: {e}", workflow.script.display());
    let path = |path: PathBuf| path.display().to_string();
    let absolute = |file: &Path| std::path::absolute(file).map_err(told);
    let output = folder.with_extension("output");
    let file = fs::File::create(&output).map_err(told)?;
    let kubeconfig = match (&world.state, workflow.needs_cluster) {
        (Some(state), true) => state.join("admin.kubeconfig"),
        _ => folder.join("no-kubeconfig"),
    };
    let mut child = Command::new("bash")
        .args(["-euo", "pipefail"])
        .arg(absolute(&workflow.script)?)
        .current_dir(folder)
        .env_clear()
        .env(
            "PATH",
            format!(
                "{}:{}:/usr/local/bin:/usr/bin:/bin",
                path(absolute(&Path::new(SOURCE).join("bin"))?),
                path(world.programs.clone())
            ),
        )
        .env("HOME", world.hidden(folder, "home"))
        .env("TMPDIR", world.hidden(folder, "tmp"))
        .env("BASH_ENV", absolute(&Path::new(SOURCE).join("workflow.bash"))?)
        .env("SKEG_CALLS", world.hidden(folder, "calls"))
        .env("SKEG_REST", if workflow.client == "ct" { REST } else { "0" })
        .env("SKEG_PLUGINS", absolute(&Path::new(SOURCE).join("plugins"))?)
        .env("SKEG_LINKED", world.root.join(format!("linked-{side:?}")))
        .env("KUBECONFIG", kubeconfig)
        .env("NAMESPACE", namespace)
        .env("USER", "judge")
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(file.try_clone().map_err(told)?)
        .stderr(file)
        .spawn()
        .map_err(told)?;
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(told)? {
            break status;
        }
        if begun.elapsed() > LONGEST {
            child.kill().map_err(told)?;
            child.wait().map_err(told)?;
            return Err(format!("it did not end after {LONGEST:?}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let transcript = super::text_of(&output)?;
    if !status.success() {
        let lines: Vec<&str> = transcript.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(12)..).unwrap_or_default();
        return Err(format!("the script ended with {status}:\n{}", tail.join("\n")));
    }
    Ok(transcript)
}

/// The recorded calls as texts: command line, exit status, standard output, and the first line of standard error that is no log.
fn calls(folder: &Path, mask: &Masks) -> Result<String, String> {
    let told = |e| format!("{}: {e}", folder.display());
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.extension().is_none_or(|extension| extension != "args") {
            continue;
        }
        let part = |extension: &str| super::text_of(&path.with_extension(extension));
        let (args, code, out, error) = (part("args")?, part("code")?, part("out")?, part("err")?);
        let error = error.lines().find(|line| !is_log(line)).unwrap_or_default();
        let text = format!(
            "$ helm {}\n{}{}= {}",
            mask.text(args.trim_end()),
            mask.text(&mask.common.output(&out)),
            match error {
                "" => String::new(),
                error => format!("! {}\n", mask.text(error)),
            },
            code,
        );
        *all.entry(text).or_default() += 1;
    }
    Ok(all.into_iter().map(|(text, count)| text.repeat(count)).collect())
}

/// The objects or records of a snapshot, masked and in order of text: ct gives its releases names by chance.
fn in_order(mask: &Masks, text: &str) -> String {
    let mut objects: Vec<String> = Vec::new();
    let mut last = "";
    for line in text.lines() {
        let head = line.split(' ').next().unwrap_or_default();
        if head != last {
            objects.push(String::new());
            last = head;
        }
        if let Some(object) = objects.last_mut() {
            object.push_str(&mask.text(line));
            object.push('\n');
        }
    }
    objects.sort();
    objects.concat()
}

/// What differs between two runs of a workflow.
struct Masks {
    common: Mask,
    client: String,
}

impl Masks {
    /// A text without what differs between runs.
    fn text(&self, text: &str) -> String {
        let replace = |text: String, patterns: &Patterns| {
            patterns.iter().fold(text, |text, (pattern, with)| {
                pattern.replace_all(&text, *with).into_owned()
            })
        };
        let text = self.common.text(&replace(text.to_owned(), &FOR_ALL));
        match &*self.client {
            "ct" => replace(text, &FOR_CT),
            _ => text,
        }
    }

    /// What the script printed without log lines, of which skeg writes others: on standard error, and on standard output where ct
    /// hands on what the programs that it calls say on either. helmfile works on releases at the same time: what it tells on
    /// standard error is in order of text, and tables have no columns.
    fn transcript(&self, text: &str) -> String {
        let mut lines: Vec<String> = Vec::new();
        let mut first_error = None;
        for line in self.text(text).lines() {
            let error = line.strip_prefix("! ");
            if is_log(error.unwrap_or(line).trim_start()) {
                continue;
            }
            if error.is_none() || self.client != "helmfile" {
                first_error = None;
                lines.push(line.to_owned());
                continue;
            }
            let line = match &*BLANKS {
                Some(blanks) => blanks.replace_all(line, " ").into_owned(),
                None => line.to_owned(),
            };
            let first = *first_error.get_or_insert(lines.len());
            lines.push(line);
            lines[first..].sort();
        }
        lines.join("\n")
    }
}
