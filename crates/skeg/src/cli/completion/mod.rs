//! The scripts that complete command lines in shells.
//!
//! Each script asks `__complete` what may follow and hands the answer to its shell. They are plain files beside this
//! one, in which `@NAME@` is the name of the program, `@FUNCTION@` the same as part of a function's name, and
//! `@COMPLETE@` the command to ask.

use super::Program;

/// A shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// bash, from 3.2.
    Bash,
    /// zsh.
    Zsh,
    /// fish, from 3.
    Fish,
    /// PowerShell, from 5.
    PowerShell,
}

/// The script of a shell. Without `descriptions` only the candidates themselves are shown.
pub fn script(shell: Shell, program: &Program, descriptions: bool) -> String {
    let text = match shell {
        Shell::Bash => include_str!("bash.sh"),
        Shell::Zsh => include_str!("zsh.zsh"),
        Shell::Fish => include_str!("fish.fish"),
        Shell::PowerShell => include_str!("powershell.ps1"),
    };
    let complete = if descriptions { "__complete" } else { "__completeNoDesc" };
    text.replace("@NAME@", program.name()).replace("@COMPLETE@", complete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_the_program_and_the_command_to_ask() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
            for (path, name) in [("/usr/bin/skeg", "skeg"), ("helm", "helm")] {
                let with = script(shell, &Program::new(path), true);
                assert!(with.contains(name) && !with.contains("@NAME@"), "{shell:?}");
                assert!(
                    with.contains("__complete ") && !with.contains("@COMPLETE@"),
                    "{shell:?}"
                );
                assert!(
                    script(shell, &Program::new(path), false).contains("__completeNoDesc "),
                    "{shell:?}"
                );
            }
        }
    }
}
