//! Playing a scenario once: its steps in a namespace of its own, with a program for each of them, and what they leave.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::api::Api;
use super::mask::Mask;
use super::scenario::{Command, Scenario, Step};
use super::snapshot::{self, Snapshot};

/// The fixture charts.
pub(crate) const CHARTS: &str = "tests/lifecycle/charts";

/// No command of a scenario takes longer unless it hangs.
const LONGEST: Duration = Duration::from_secs(300);

/// Which program does a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The real Helm.
    Helm,
    /// The program on trial.
    Trial,
}

/// The control plane and the programs.
#[derive(Debug)]
pub(crate) struct World {
    /// The folder of the control plane, with its kubeconfigs.
    pub(crate) state: PathBuf,
    /// Everything that is written lies below it.
    pub(crate) root: PathBuf,
    /// The real kubectl.
    pub(crate) kubectl: PathBuf,
    /// Whether namespaces are left.
    pub(crate) keep: bool,
    /// Whether Helm's runs of earlier are of no use.
    pub(crate) fresh: bool,
}

/// What a command answered, masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The exit status, or `signal N`.
    pub(crate) exit: String,
    /// Standard output.
    pub(crate) stdout: String,
    /// The first line of standard error that is no log line.
    pub(crate) error: String,
}

/// A scenario played once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    /// An answer for each step; none for a pause, and for kubectl where it had to succeed.
    pub(crate) answers: Vec<Option<Answer>>,
    /// What is left in the end.
    pub(crate) end: Snapshot,
}

impl World {
    /// Makes the folders and links both programs under the name `helm`.
    ///
    /// # Errors
    /// Where a program is missing or a folder cannot be made.
    pub(crate) fn new(state: &Path, trial: &Path) -> Result<Self, String> {
        let root = std::env::temp_dir().join(format!("skeg-lifecycle-{}", std::process::id()));
        let world = Self {
            state: state.to_path_buf(),
            root,
            kubectl: crate::reference::cache()?.join("kubectl/kubectl"),
            keep: false,
            fresh: false,
        };
        for (tool, program) in [(Tool::Helm, &*crate::reference::helm()?), (Tool::Trial, trial)] {
            let link = world.program(tool);
            let told = |e| format!("{}: {e}", link.display());
            fs::create_dir_all(link.parent().unwrap_or(&link)).map_err(told)?;
            let program = fs::canonicalize(program).map_err(|e| format!("{}: {e}", program.display()))?;
            symlink(program, &link).map_err(told)?;
        }
        Ok(world)
    }

    /// The path under which a program is called: `helm` for both, since names are part of messages.
    pub(crate) fn program(&self, tool: Tool) -> PathBuf {
        let folder = match tool {
            Tool::Helm => "bin-helm",
            Tool::Trial => "bin-trial",
        };
        self.root.join(folder).join("helm")
    }

    /// The kubeconfig of a user.
    pub(crate) fn kubeconfig(&self, user: &str) -> PathBuf {
        self.state.join(format!("{user}.kubeconfig"))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // Left-over folders in /tmp harm nobody.
        drop(fs::remove_dir_all(&self.root));
    }
}

/// Plays `scenario` in the new namespace `namespace`; `tool` says who does the step with that index. `worker` has homes of its
/// own, so that two at a time do not share caches.
///
/// # Errors
/// What is wrong with the scenario or the control plane; that a tool fails is none.
pub(crate) fn play(
    world: &World,
    scenario: &Scenario,
    namespace: &str,
    worker: usize,
    mut tool: impl FnMut(usize, &Command) -> Tool,
) -> Result<Trace, String> {
    let api = Api::new(&world.kubeconfig("admin"))?;
    let folder = world.root.join(namespace);
    let mask = Mask {
        namespace: namespace.to_owned(),
        folder: folder.display().to_string(),
    };
    copy(Path::new(CHARTS), &folder)?;
    write(&folder, scenario, namespace)?;
    if !scenario.has_no_namespace {
        make_namespace(&api, namespace)?;
    }
    let mut answers = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        let answer = match step {
            Step::Sleep(time) => {
                std::thread::sleep(*time);
                None
            }
            Step::Kubectl { args, may_fail } => {
                let mut all = vec!["--namespace".to_owned(), namespace.to_owned()];
                all.extend(args.iter().map(|arg| arg.replace("NAMESPACE", namespace)));
                let command = Command {
                    args: all,
                    ..Command::default()
                };
                let home = world.root.join(format!("home-{worker}-kubectl"));
                let answer = run(world, &api, &world.kubectl, &command, &home, &mask)?;
                if !may_fail && answer.exit != "0" {
                    return Err(format!("step {}: `{}`: {}", index + 1, step.text(), answer.error));
                }
                may_fail.then_some(answer)
            }
            Step::Tool(command) => {
                let mut command = command.clone();
                for arg in &mut command.args {
                    *arg = arg.replace("NAMESPACE", namespace);
                }
                let tool = tool(index, &command);
                let home = world.root.join(format!("home-{worker}-{tool:?}"));
                Some(run(world, &api, &world.program(tool), &command, &home, &mask)?)
            }
        };
        answers.push(answer);
    }
    let end = snapshot::take(&api, &mask, &scenario.also)?;
    if !world.keep {
        clean(&api, scenario, namespace)?;
        fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    Ok(Trace { answers, end })
}

/// Makes a namespace and waits until pods can be made in it.
///
/// # Errors
/// Where the control plane does not do its part.
pub(crate) fn make_namespace(api: &Api, namespace: &str) -> Result<(), String> {
    api.create("/api/v1/namespaces", &json!({"metadata": {"name": namespace}}))?;
    let begun = Instant::now();
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/default");
    while api.get(&path)?.is_none() {
        if begun.elapsed() > Duration::from_secs(20) {
            return Err(format!("{namespace}: no default service account after 20 s"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Removes what the scenario made outside its namespace, and the namespace without waiting for its end.
fn clean(api: &Api, scenario: &Scenario, namespace: &str) -> Result<(), String> {
    for path in scenario
        .also
        .iter()
        .filter(|path| !path.contains("/namespaces/NAMESPACE/"))
    {
        let is_object = path.rsplit('/').next().is_some_and(|name| name.contains("NAMESPACE"));
        if is_object {
            api.delete(&path.replace("NAMESPACE", namespace))?;
        }
    }
    api.delete(&format!("/api/v1/namespaces/{namespace}"))?;
    for name in &scenario.crds {
        let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}");
        let begun = Instant::now();
        api.delete(&path)?;
        while api.get(&path)?.is_some() {
            if begun.elapsed() > Duration::from_secs(30) {
                return Err(format!("{name}: still there 30 s after its deletion"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

/// Runs a command line in the folder of the run.
fn run(
    world: &World,
    api: &Api,
    program: &Path,
    command: &Command,
    home: &Path,
    mask: &Mask,
) -> Result<Answer, String> {
    let told = |e| format!("{}: {e}", program.display());
    fs::create_dir_all(home).map_err(told)?;
    let outputs = ["out", "err"].map(|name| PathBuf::from(format!("{}.{name}", mask.folder)));
    let (out, err) = (
        File::create(&outputs[0]).map_err(told)?,
        File::create(&outputs[1]).map_err(told)?,
    );
    let mut child = Process::new(program)
        .args(&command.args)
        .current_dir(&mask.folder)
        .env_clear()
        .env("HOME", home)
        .env("USER", "judge")
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .env(
            "KUBECONFIG",
            world.kubeconfig(command.user.as_deref().unwrap_or("admin")),
        )
        .env("HELM_NAMESPACE", &mask.namespace)
        .envs(command.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .spawn()
        .map_err(told)?;
    let begun = Instant::now();
    let mut kill = command.kill.clone();
    let mut awaited = kill.as_mut().and_then(|kill| kill.path.take());
    let mut counted = begun;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(told)? {
            break status;
        }
        if let Some(path) = &awaited
            && api.get(&path.replace("NAMESPACE", &mask.namespace))?.is_some()
        {
            (awaited, counted) = (None, Instant::now());
        }
        if let Some(kill) = kill.take_if(|kill| awaited.is_none() && counted.elapsed() >= kill.after) {
            drop(
                Process::new("kill")
                    .args([format!("-{}", kill.signal), child.id().to_string()])
                    .status(),
            );
        }
        if begun.elapsed() > LONGEST {
            child.kill().map_err(told)?;
            child.wait().map_err(told)?;
            return Err(format!("`{}` did not end after {LONGEST:?}", command.args.join(" ")));
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let read = |path: &Path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (stdout, stderr) = (read(&outputs[0]).map_err(told)?, read(&outputs[1]).map_err(told)?);
    for path in outputs {
        fs::remove_file(path).map_err(told)?;
    }
    if let Some(crash) = stderr.lines().find(|line| line.contains(PANICKED)) {
        return Err(format!("`{}`: {crash}", command.args.join(" ")));
    }
    let error = stderr.lines().find(|line| !is_log(line)).unwrap_or_default();
    Ok(Answer {
        exit: exit(status),
        stdout: mask.output(&stdout),
        error: mask.text(error),
    })
}

/// What a crash of a program in Rust says.
pub(crate) const PANICKED: &str = "panicked at";

fn exit(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => code.to_string(),
        (None, signal) => format!("signal {}", signal.unwrap_or_default()),
    }
}

/// Whether a line of standard error is a log line: Helm's own, or one of its Kubernetes library (`W1121 05:12:46…`).
pub(crate) fn is_log(line: &str) -> bool {
    let mut bytes = line.bytes();
    let is_level = bytes.next().is_some_and(|b| b"IWEF".contains(&b));
    line.starts_with("level=") || (is_level && bytes.by_ref().take(4).filter(u8::is_ascii_digit).count() == 4)
}

/// Copies a folder of charts.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let told = |e| format!("{}: {e}", from.display());
    fs::create_dir_all(to).map_err(|e| format!("{}: {e}", to.display()))?;
    for entry in fs::read_dir(from).map_err(told)? {
        let entry = entry.map_err(told)?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(told)?;
        }
    }
    Ok(())
}

fn write(folder: &Path, scenario: &Scenario, namespace: &str) -> Result<(), String> {
    for (path, content) in &scenario.files {
        let path = folder.join(path);
        let told = |e| format!("{}: {e}", path.display());
        fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(told)?;
        fs::write(&path, content.replace("NAMESPACE", namespace)).map_err(told)?;
    }
    for (path, bytes) in &scenario.noise {
        let path = folder.join(path);
        fs::write(&path, noise(*bytes)).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// Always the same bytes, that do not compress.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut noise = Vec::with_capacity(bytes + 8);
    while noise.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        noise.extend_from_slice(&state.to_le_bytes());
    }
    noise.truncate(bytes);
    noise
}
