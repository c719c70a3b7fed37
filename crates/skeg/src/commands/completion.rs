//! `completion bash|zsh|fish|powershell`: prints the script that completes command lines in a shell.

use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::no_arguments;
use crate::cli::completion::{Shell, script};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::output::Output;

/// The commands.
pub static COMPLETION: Command = Command {
    name: "completion",
    short: "print a script that completes command lines",
    long: "\
Prints a script for a shell, with which the TAB key completes commands, flags, charts
and versions.",
    args: ArgsRule::None,
    subcommands: &[&BASH, &ZSH, &FISH, &POWERSHELL],
    ..Command::BASE
};

static FLAGS: &[Flag] = &[Flag::bool(
    "no-descriptions",
    "complete without saying what the candidates mean",
)];

/// What the four have in common.
const SHELL: Command = Command {
    flags: &[FLAGS],
    args: ArgsRule::None,
    complete: Some(no_arguments),
    ..Command::BASE
};

static BASH: Command = Command {
    name: "bash",
    short: "print the script for bash",
    long: "\
Prints the script that completes command lines in bash. For the running shell:

    source <({program} completion bash)

For every shell, on Linux and on macOS with Homebrew's bash-completion:

    {program} completion bash > /etc/bash_completion.d/{program}
    {program} completion bash > $(brew --prefix)/etc/bash_completion.d/{program}",
    run: Some(|invocation, out| run(Shell::Bash, invocation, out)),
    ..SHELL
};

static ZSH: Command = Command {
    name: "zsh",
    short: "print the script for zsh",
    long: "\
Prints the script that completes command lines in zsh. For the running shell:

    source <({program} completion zsh)

For every shell:

    {program} completion zsh > \"${fpath[1]}/_{program}\"",
    run: Some(|invocation, out| run(Shell::Zsh, invocation, out)),
    ..SHELL
};

static FISH: Command = Command {
    name: "fish",
    short: "print the script for fish",
    long: "\
Prints the script that completes command lines in fish. For the running shell:

    {program} completion fish | source

For every shell:

    {program} completion fish > ~/.config/fish/completions/{program}.fish",
    run: Some(|invocation, out| run(Shell::Fish, invocation, out)),
    ..SHELL
};

static POWERSHELL: Command = Command {
    name: "powershell",
    short: "print the script for PowerShell",
    long: "\
Prints the script that completes command lines in PowerShell. For the running shell:

    {program} completion powershell | Out-String | Invoke-Expression

For every shell, add the script to the file that $PROFILE names.",
    run: Some(|invocation, out| run(Shell::PowerShell, invocation, out)),
    ..SHELL
};

fn run(shell: Shell, invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    out.print(script(shell, &invocation.program, !invocation.bool("no-descriptions")));
    Ok(())
}
