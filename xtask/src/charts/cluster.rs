//! `cargo xtask charts cluster`: the requirements that only an API server can show, tried on the real control plane.
//!
//! In: the shell functions of `tests/control-plane/cases`, one for each requirement, a program that answers to `helm`, and a
//! running or new control plane. Out: a line for each requirement, and whether all hold.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The folder of the cases.
pub(super) const CASES: &str = "tests/control-plane/cases";

/// What every case reads first.
pub(super) const SHARED: &str = "check.bash";

/// The files in their order: the first must see a cluster without custom resources, and makes them for the others.
const ORDER: &[&str] = &["all.bash"];

/// The line above a case that takes long: CI leaves it out.
const SLOW: &str = "# slow";

/// Options of the chores that want a control plane.
#[derive(Debug, Default)]
struct Options {
    tool: Option<PathBuf>,
    state: Option<PathBuf>,
    only: String,
    is_ci: bool,
}

fn options(args: &[String]) -> Result<Options, String> {
    let mut chosen = Options::default();
    let mut options = args.iter();
    while let Some(option) = options.next() {
        if option == "--ci" {
            chosen.is_ci = true;
            continue;
        }
        let value = options.next().ok_or_else(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--tool" => chosen.tool = Some(PathBuf::from(value)),
            "--state" => chosen.state = Some(std::path::absolute(value).map_err(|e| format!("{value}: {e}"))?),
            "--only" => chosen.only.clone_from(value),
            other => {
                return Err(format!(
                    "`{other}` is no option: --tool PATH, --only TEXT, --state DIR, --ci"
                ));
            }
        }
    }
    Ok(chosen)
}

/// The control plane that runs in the state folder of the options, or a new one.
fn plane(options: &Options) -> Result<(PathBuf, Option<crate::control_plane::Borrowed>), String> {
    if let Some(state) = &options.state {
        return Ok((state.clone(), None));
    }
    let plane = crate::control_plane::Borrowed::new()?;
    Ok((plane.state().to_path_buf(), Some(plane)))
}

/// Plays the seeds' command lines.
///
/// # Errors
/// An unknown option, no control plane, or command lines with another result.
pub(super) fn seeds(args: &[String]) -> Result<(), String> {
    let options = options(args)?;
    let (state, _plane) = plane(&options)?;
    let tool = options.tool.clone().map_or_else(super::skeg, Ok)?;
    super::seeds::run(&state, &tool, &options.only)
}

/// Runs the cases.
///
/// # Errors
/// An unknown option, no control plane, or cases that fail; each has been printed with the end of its output.
pub(super) fn run(args: &[String]) -> Result<(), String> {
    let options = options(args)?;
    let kubectl = crate::reference::cache()?.join("kubectl/kubectl");
    let tool = match &options.tool {
        Some(tool) => tool.clone(),
        None => crate::reference::helm()?,
    };
    let (state, _plane) = plane(&options)?;
    let bin = state.join("bin");
    // `skeg` too: a make target can be told its tool by name.
    for name in ["helm", "skeg"] {
        link(&tool, &bin.join(name))?;
    }
    link(&kubectl, &bin.join("kubectl"))?;
    let (mut failed, mut passed, mut left_out) = (0, 0, 0);
    for file in files()? {
        let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let mut chosen: Vec<&str> = functions(&text)
            .into_iter()
            .filter(|function| function.replace('_', "-").contains(&options.only))
            .collect();
        if options.is_ci {
            let before = chosen.len();
            chosen.retain(|function| !text.contains(&format!("\n{SLOW}\n{function}() {{\n")));
            left_out += before - chosen.len();
        }
        if !chosen.is_empty()
            && text.contains("\nsetup() {\n")
            && let Some(output) = case(&file, "setup", &bin, &state)?
        {
            return Err(format!("{}: setup failed\n{output}", file.display()));
        }
        for function in chosen {
            let id = function.replace('_', "-");
            let begun = Instant::now();
            let complaint = case(&file, function, &bin, &state)?;
            let seconds = begun.elapsed().as_secs_f64();
            match complaint {
                None => {
                    passed += 1;
                    println!("pass {id} ({seconds:.1} s)");
                }
                Some(output) => {
                    failed += 1;
                    println!("FAIL {id} ({seconds:.1} s)\n{output}");
                }
            }
        }
    }
    let rest = if left_out == 0 {
        String::new()
    } else {
        format!(", {left_out} slow ones left out")
    };
    println!("{passed} passed, {failed} failed{rest} with {}", tool.display());
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} cases failed"))
    }
}

/// Runs one case; the end of its output if it fails.
fn case(file: &Path, function: &str, bin: &Path, state: &Path) -> Result<Option<String>, String> {
    let home = state.join("home");
    let path = std::env::var("PATH").unwrap_or_default();
    let script = format!("exec 2>&1\n. {CASES}/{SHARED}\n. {}\n{function}\n", file.display());
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .env("HOME", &home)
        .env("KUBECONFIG", state.join("admin.kubeconfig"))
        .env("SKEG_TEST_STATE", state)
        .env("PATH", format!("{}:{path}", bin.display()))
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("bash: {e}"))?;
    if output.status.success() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines.get(lines.len().saturating_sub(15)..).unwrap_or_default();
    Ok(Some(format!("    {}", tail.join("\n    "))))
}

/// The names of the functions that are cases: capitals, an underscore, a number.
fn functions(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_suffix("() {"))
        .filter(|name| {
            name.split_once('_')
                .is_some_and(|(family, _)| family.bytes().all(|b| b.is_ascii_uppercase()))
        })
        .collect()
}

fn files() -> Result<Vec<PathBuf>, String> {
    let told = |e| format!("{CASES}: {e}");
    let mut names = Vec::new();
    for entry in fs::read_dir(CASES).map_err(told)? {
        names.push(entry.map_err(told)?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name != SHARED);
    names.sort_by_key(|name| (!ORDER.contains(&name.as_str()), name.clone()));
    Ok(names.iter().map(|name| Path::new(CASES).join(name)).collect())
}

/// Makes or renews a link to a program.
///
/// # Errors
/// A program that is not there, or a folder that cannot be written.
pub(super) fn link(target: &Path, name: &Path) -> Result<(), String> {
    let told = |e| format!("{}: {e}", name.display());
    let target = std::path::absolute(target).map_err(told)?;
    if !target.is_file() {
        return Err(format!("{}: no such program", target.display()));
    }
    fs::create_dir_all(name.parent().unwrap_or(name)).map_err(told)?;
    if name.symlink_metadata().is_ok() {
        fs::remove_file(name).map_err(told)?;
    }
    symlink(target, name).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::functions;

    #[test]
    fn cases_are_functions_in_capitals() {
        let text = "setup() {\n}\nPLUE_53() {\n  is 1 1\n}\ntag() {\n}\nXC_29() {\n}\n";
        assert_eq!(functions(text), ["PLUE_53", "XC_29"]);
    }
}
