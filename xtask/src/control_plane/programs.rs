//! Programs in the background: started with a log and a file with their process ID, found again, and ended.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The programs in the order in which they are started; they are ended the other way round.
pub(super) const ORDER: &[&str] = &[
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok",
];

/// The file that marks a folder as ours: only such a folder is ever removed.
pub(super) const MARKER: &str = "skeg-control-plane";

/// How long a program may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(15);

/// Starts a program in its own process group, so that an interrupt at the terminal does not reach it.
///
/// # Errors
/// Where it cannot be started.
pub(super) fn start(state: &Path, program: &Path, args: &[String]) -> Result<(), String> {
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let log = File::create(state.join(format!("{name}.log"))).map_err(|e| format!("{name}.log: {e}"))?;
    let copy = log.try_clone().map_err(|e| format!("{name}.log: {e}"))?;
    let child = Command::new(program)
        .args(args)
        .current_dir(state)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(copy)
        .process_group(0)
        .spawn()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    fs::write(pid_file(state, &name), child.id().to_string()).map_err(|e| format!("{name}.pid: {e}"))
}

fn pid_file(state: &Path, name: &str) -> PathBuf {
    state.join(format!("{name}.pid"))
}

/// The process ID of a program of this state folder that runs now. A number that another program has got since is none:
/// every program of ours names the folder on its command line.
fn running(state: &Path, name: &str) -> Option<String> {
    let pid = fs::read_to_string(pid_file(state, name)).ok()?;
    let output = Command::new("ps")
        .args(["-ww", "-o", "stat=,args=", "-p", pid.trim()])
        .output()
        .ok()?;
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let ours = line.contains(&*state.to_string_lossy()) && !line.starts_with('Z');
    ours.then(|| pid.trim().to_owned())
}

/// Whether every program runs.
pub(super) fn alive(state: &Path) -> bool {
    ORDER.iter().all(|name| running(state, name).is_some())
}

/// The first program of those named that was started and has ended, with the end of its log.
pub(super) fn fallen(state: &Path) -> Option<String> {
    let name = ORDER
        .iter()
        .find(|name| pid_file(state, name).exists() && running(state, name).is_none())?;
    let log = fs::read_to_string(state.join(format!("{name}.log"))).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let tail = lines.get(lines.len().saturating_sub(12)..).unwrap_or_default();
    Some(format!("{name} has ended:\n{}", tail.join("\n")))
}

/// Ends every program of the folder, gently at first, and removes the folder.
///
/// # Errors
/// Where the folder is not one of ours, or a program outlives a kill.
pub(super) fn down(state: &Path) -> Result<(), String> {
    if !state.join(MARKER).is_file() {
        return Err(format!("{}: no control plane has its state there", state.display()));
    }
    stop(state)?;
    fs::remove_dir_all(state).map_err(|e| format!("{}: {e}", state.display()))
}

/// Ends every program and leaves the folder with its logs.
///
/// # Errors
/// Where a program outlives a kill.
pub(super) fn stop(state: &Path) -> Result<(), String> {
    for name in ORDER.iter().rev() {
        signal(state, name, "-TERM");
        let asked = Instant::now();
        while running(state, name).is_some() && asked.elapsed() < PATIENCE {
            sleep(Duration::from_millis(50));
        }
        signal(state, name, "-KILL");
        let asked = Instant::now();
        while let Some(pid) = running(state, name) {
            if asked.elapsed() > PATIENCE {
                return Err(format!("{name} (process {pid}) does not end"));
            }
            sleep(Duration::from_millis(50));
        }
    }
    Ok(())
}

fn signal(state: &Path, name: &str, which: &str) {
    if let Some(pid) = running(state, name) {
        // A program that has ended in between is what is wanted.
        drop(Command::new("kill").args([which, &pid]).status());
    }
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn private(path: &Path, text: &str) -> Result<(), String> {
    let told = |e| format!("{}: {e}", path.display());
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(told)?;
    file.write_all(text.as_bytes()).map_err(told)
}
