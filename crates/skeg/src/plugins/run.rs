//! Starts a plugin's program: which one, with which arguments and variables, and what its end means.

use std::io::{ErrorKind, Write};
use std::process::{Command, ExitStatus, Stdio};

use super::expand::expand;
use super::manifest::Plugin;
use crate::error::{CommandError, go_text};
use crate::output::Output;
use crate::output::log::Level;
use crate::output::quote::go_quote;
use crate::settings::environment::Environment;

/// A program ready to be started.
#[derive(Clone, Debug)]
pub struct Prepared {
    plugin: String,
    program: String,
    args: Vec<String>,
    variables: Vec<(String, String)>,
    /// The variables of the process that starts it; none: those of this one.
    base: Option<Vec<(String, String)>>,
}

/// What the program of a plugin printed.
#[derive(Clone, Debug)]
pub struct Captured {
    /// Its standard output.
    pub out: Vec<u8>,
    /// Its standard error.
    pub err: Vec<u8>,
    /// Whether it succeeded.
    pub failure: Option<String>,
}

/// Chooses the program of a plugin for this machine and replaces the variables in its command line. `variables` go on
/// top of the environment, as do the plugin's name and folder; `extra` follows the plugin's own arguments.
///
/// # Errors
/// There is no program for this machine.
pub fn prepare(
    plugin: &Plugin,
    extra: &[String],
    variables: &[(String, String)],
    env: &Environment,
) -> Result<Prepared, String> {
    let no_command = || "failed to prepare plugin command: no plugin command is applicable".to_owned();
    let command = plugin.command_for(go_os(), go_arch()).ok_or_else(no_command)?;
    let mut variables = variables.to_vec();
    variables.push(("HELM_PLUGIN_NAME".to_owned(), plugin.name.clone()));
    variables.push(("HELM_PLUGIN_DIR".to_owned(), plugin.folder.clone()));
    let value = |name: &str| {
        let own = variables.iter().rev().find(|(key, _)| key == name);
        own.map_or_else(|| env.text(name), |(_, value)| value.clone())
    };
    // No shell: the command is cut at single spaces and quotes stay what they are.
    let mut words = command.command.split(' ').map(|word| expand(word, value));
    let program = words.next().filter(|word| !word.is_empty()).ok_or_else(no_command)?;
    let mut args: Vec<String> = words.collect();
    args.extend(command.args.iter().map(|arg| expand(arg, value)));
    args.extend(extra.iter().cloned());
    Ok(Prepared {
        plugin: plugin.name.clone(),
        program,
        args,
        variables,
        base: env.fixed_variables(),
    })
}

impl Prepared {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        if let Some(base) = &self.base {
            command.env_clear().envs(base.iter().map(|(key, value)| (key, value)));
        }
        command.envs(self.variables.iter().map(|(key, value)| (key, value)));
        command
    }

    fn log(&self, out: &mut Output) {
        let line = std::iter::once(&self.program).chain(&self.args);
        let line: Vec<&str> = line.map(String::as_str).collect();
        out.log(
            Level::Debug,
            "executing plugin command",
            &[("pluginName", &self.plugin), ("command", &line.join(" "))],
        );
    }

    fn exited(&self) -> String {
        format!("plugin {} exited with error", go_quote(&self.plugin))
    }

    fn not_started(&self, error: &std::io::Error) -> String {
        if error.kind() == ErrorKind::NotFound && !self.program.contains('/') {
            return format!("exec: {}: executable file not found in $PATH", go_quote(&self.program));
        }
        format!("fork/exec {}: {}", self.program, go_text(error))
    }

    /// Runs it with the streams of this process.
    ///
    /// # Errors
    /// It could not be started, or it failed: then its exit status is the command's.
    pub fn run(&self, out: &mut Output) -> Result<(), CommandError> {
        self.log(out);
        out.flush();
        let status = self.command().status();
        let status = status.map_err(|error| CommandError::new(self.not_started(&error)))?;
        if status.success() {
            return Ok(());
        }
        let mut error = CommandError::new(self.exited());
        error.code = exit_code(status);
        Err(error)
    }

    /// Runs it with this as its standard input, and gives what it printed.
    ///
    /// # Errors
    /// It could not be started.
    pub fn capture(&self, input: &[u8], out: &mut Output) -> Result<Captured, String> {
        self.log(out);
        let mut command = self.command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| self.not_started(&error))?;
        let stdin = child.stdin.take();
        let finished = std::thread::scope(|scope| {
            // It may print before it has read everything, or not read at all.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        });
        let output = finished.map_err(|error| format!("reading what {} prints: {}", self.program, go_text(&error)))?;
        Ok(Captured {
            out: output.stdout,
            err: output.stderr,
            failure: (!output.status.success()).then(|| self.exited()),
        })
    }
}

/// The exit status to end with: the program's, or 255 where a signal ended it, as Go's -1.
fn exit_code(status: ExitStatus) -> u8 {
    status
        .code()
        .and_then(|code| u8::try_from(code & 0xff).ok())
        .unwrap_or(255)
}

/// This machine's operating system in Go's names.
fn go_os() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

/// This machine's architecture in Go's names.
fn go_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "powerpc64" => "ppc64le",
        other => other,
    }
}
