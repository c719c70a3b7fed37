//! Stand-ins for programs that a script calls: they record their arguments and answer what the test wants (check X).
//!
//! The folder of stubs is first on `PATH`, then a folder with `skeg` and `helm` (a link to the skeg under test), then the
//! system's own. A program that is stubbed is never run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::programs::{self, Answer};
use crate::scratch::Scratch;

/// The script behind every stub. Fields are separated by 0x1f, calls by 0x1e; a pattern is bash's.
const SCRIPT: &str = r#"#!/bin/bash
here=${BASH_SOURCE[0]%/*}
name=${BASH_SOURCE[0]##*/}
input=
for word in "$@"; do [[ $word == - || $word == --password-stdin ]] && input=$(cat); done
{ printf '%s' "$name"; (($#)) && printf '\x1f%s' "$@"; printf '\x1d%s\x1e' "$input"; } >>"$here/../calls"
for folder in "$here/../replies/$name"/*/; do
    [[ -d $folder ]] || continue
    pattern=$(<"$folder/pattern")
    # shellcheck disable=SC2053
    if [[ "$*" == $pattern ]]; then
        if [[ -f $folder/script ]]; then source "$folder/script"; fi
        cat "$folder/stdout"
        exit "$(<"$folder/status")"
    fi
done
exit 0
"#;

/// A set of stub programs.
#[derive(Debug)]
pub struct Stubs {
    folder: Scratch,
    env: Vec<(String, String)>,
    replies: usize,
}

/// One recorded call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The program, then its arguments.
    pub words: Vec<String>,
    /// What it was given on standard input, if it was told to read it (an argument `-`).
    pub input: String,
}

/// A script's run: its answer and the calls of stubs, in order.
#[derive(Clone, Debug)]
pub struct Run {
    /// Exit status and output.
    pub answer: Answer,
    /// The calls.
    pub calls: Vec<Call>,
}

impl Call {
    /// The words joined by spaces.
    #[must_use]
    pub fn line(&self) -> String {
        self.words.join(" ")
    }
}

impl Run {
    /// The calls as lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.calls.iter().map(Call::line).collect()
    }

    /// The calls of one program, as lines.
    #[must_use]
    pub fn lines_of(&self, program: &str) -> Vec<String> {
        let of = self
            .calls
            .iter()
            .filter(|call| call.words.first().is_some_and(|word| word == program));
        of.map(Call::line).collect()
    }
}

impl Stubs {
    /// Stubs that answer nothing with status 0.
    ///
    /// # Panics
    /// When they cannot be written.
    #[must_use]
    pub fn new(programs: &[&str]) -> Self {
        let folder = Scratch::new();
        for program in programs {
            let path = folder.write(&format!("stubs/{program}"), SCRIPT);
            let _ = fs::set_permissions(&path, fs::Permissions::from_mode(0o755));
        }
        let tools = folder.path().join("tools");
        fs::create_dir_all(&tools).unwrap_or_else(|e| panic!("{}: {e}", tools.display()));
        for name in ["skeg", "helm"] {
            let link = tools.join(name);
            std::os::unix::fs::symlink(programs::skeg(), &link).unwrap_or_else(|e| panic!("{}: {e}", link.display()));
        }
        Self {
            folder,
            env: Vec::new(),
            replies: 0,
        }
    }

    /// Makes `program` print `stdout` and exit with `status` when its arguments, joined by spaces, match `pattern` (bash
    /// globs). The first reply that matches counts.
    #[must_use]
    pub fn reply(self, program: &str, pattern: &str, stdout: &str, status: i32) -> Self {
        self.add(program, pattern, stdout, status, None)
    }

    /// [`Stubs::reply`] that first runs lines of bash: to wait for a signal, to start a server, to count calls.
    #[must_use]
    pub fn script(self, program: &str, pattern: &str, script: &str) -> Self {
        self.add(program, pattern, "", 0, Some(script))
    }

    fn add(mut self, program: &str, pattern: &str, stdout: &str, status: i32, script: Option<&str>) -> Self {
        let at = format!("replies/{program}/{:03}", self.replies);
        self.replies += 1;
        self.folder.write(&format!("{at}/pattern"), pattern);
        self.folder.write(&format!("{at}/stdout"), stdout);
        self.folder.write(&format!("{at}/status"), &status.to_string());
        if let Some(script) = script {
            self.folder.write(&format!("{at}/script"), script);
        }
        self
    }

    /// Sets an environment variable of the scripts.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The `PATH` of the scripts.
    #[must_use]
    pub fn path(&self) -> String {
        let at = |name: &str| self.folder.path().join(name).to_string_lossy().into_owned();
        format!("{}:{}:/usr/local/bin:/usr/bin:/bin", at("stubs"), at("tools"))
    }

    /// Runs a program (found by the stubs' `PATH`) in a folder. Calls of earlier runs are forgotten.
    ///
    /// # Panics
    /// When the program cannot be started.
    #[must_use]
    pub fn run(&self, folder: &Path, program: &str, args: &[&str]) -> Run {
        let calls = self.folder.path().join("calls");
        // There is none before the first run.
        let _ = fs::remove_file(&calls);
        // `env` looks the program up on the new PATH; `Command` would use that of this process.
        let mut command = programs::clean(&PathBuf::from("/usr/bin/env"), folder);
        command.env("PATH", self.path());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.arg(program).args(args);
        let answer = programs::finish(&mut command);
        let text = fs::read_to_string(&calls).unwrap_or_default();
        let calls = text.split_terminator('\u{1e}').map(|record| {
            let (words, input) = record.split_once('\u{1d}').unwrap_or((record, ""));
            Call {
                words: words.split('\u{1f}').map(str::to_owned).collect(),
                input: input.to_owned(),
            }
        });
        Run {
            answer,
            calls: calls.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stubs;

    #[test]
    fn calls_are_recorded_and_replies_given() {
        let stubs = Stubs::new(&["git", "kubectl"])
            .reply("git", "rev-parse*", "abc1234\n", 0)
            .reply("kubectl", "wait*", "", 3)
            .env("NAME", "a b");
        let script =
            r#"sha=$(git rev-parse --short HEAD); kubectl apply -n "$NAME" -f - <<<"tag: $sha"; kubectl wait x"#;
        let run = stubs.run(std::path::Path::new("/"), "bash", &["-c", script]);
        assert_eq!(run.answer.status, 3);
        assert_eq!(run.calls[1].words, ["kubectl", "apply", "-n", "a b", "-f", "-"]);
        assert_eq!(run.calls[1].input, "tag: abc1234");
        assert_eq!(run.lines_of("git"), ["git rev-parse --short HEAD"]);
    }
}
