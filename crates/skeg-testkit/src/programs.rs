//! The programs under test and the reference, run in a clean world of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What a run gave.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The exit status; -1 for a signal.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Answer {
    /// Whether the exit status is 0.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status == 0
    }

    /// Itself, when the exit status is 0.
    ///
    /// # Panics
    /// Otherwise, with what the program said.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(
            self.succeeded(),
            "exit status {}\nstdout: {}\nstderr: {}",
            self.status,
            self.stdout,
            self.stderr
        );
        self
    }
}

/// The root of the repository: `$TESTKIT_ROOT` (a copy with a mistake in it, to see the harness find it), else this one.
#[must_use]
pub fn repository() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        if let Some(root) = std::env::var_os("TESTKIT_ROOT") {
            return PathBuf::from(root);
        }
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        crate_folder.ancestors().nth(2).unwrap_or(crate_folder).to_owned()
    })
}

/// The `skeg` to test: `$SKEG`, else the newest of `target/{release,fast,debug}/skeg`.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn skeg() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(path) = std::env::var_os("SKEG") {
            return PathBuf::from(path);
        }
        let built = ["release", "fast", "debug"].map(|profile| repository().join("target").join(profile).join("skeg"));
        built
            .into_iter()
            .filter(|path| path.is_file())
            .max_by_key(|path| path.metadata().and_then(|m| m.modified()).ok())
            .expect("no skeg: set SKEG or run `cargo build --profile fast -p skeg`")
    })
}

/// The real Helm: `$HELM`, else where `cargo xtask reference` leaves it.
///
/// # Panics
/// When there is none: the charts promise to render the same with both, so a machine without it cannot judge them.
#[must_use]
pub fn helm() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")));
        let left = cache.unwrap_or_default().join("skeg-reference/helm/helm");
        let path = std::env::var_os("HELM").map_or(left, PathBuf::from);
        assert!(
            path.is_file(),
            "{}: no such file; run `cargo xtask reference`",
            path.display()
        );
        path
    })
}

/// Runs `program args` in `folder` with an empty home, no cluster, a fixed locale and time zone.
///
/// # Panics
/// When the program cannot be started.
#[must_use]
pub fn run<S: AsRef<str>>(program: &Path, args: &[S], folder: &Path) -> Answer {
    let mut command = clean(program, folder);
    command.args(args.iter().map(AsRef::as_ref));
    finish(&mut command)
}

/// [`run`] with [`skeg`] from the repository's root.
#[must_use]
pub fn run_skeg<S: AsRef<str>>(args: &[S]) -> Answer {
    run(skeg(), args, repository())
}

/// [`run`] with [`helm`] from the repository's root.
#[must_use]
pub fn run_helm<S: AsRef<str>>(args: &[S]) -> Answer {
    run(helm(), args, repository())
}

/// A command in the clean world of [`run`]; add arguments and variables, then [`finish`] it.
#[must_use]
pub fn clean(program: &Path, folder: &Path) -> Command {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    let home = HOME.get_or_init(|| {
        // Empty and shared by all runs of this process.
        let path = std::env::temp_dir().join(format!("skeg-testkit-home-{}", std::process::id()));
        let _ = std::fs::create_dir_all(&path);
        path
    });
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("USER", "alice")
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .env("KUBECONFIG", home.join("no-kubeconfig"))
        .env("HELM_CACHE_HOME", home.join("cache"))
        .env("HELM_CONFIG_HOME", home.join("config"))
        .env("HELM_DATA_HOME", home.join("data"))
        .env("SOURCE_DATE_EPOCH", "0")
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn finish(command: &mut Command) -> Answer {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    Answer {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
