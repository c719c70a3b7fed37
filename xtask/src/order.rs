//! Which functions of the program usual commands call, for the linker to put side by side.
//!
//! A program's code is brought into memory in pieces of 64 KB around what is called. Functions that are called at every
//! start lie all over the program otherwise, and nearly the half of it gets resident. `crates/skeg/build.rs` gives the list
//! to the linker; names on it that are gone do no harm, so it needs making anew only now and then.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::control_plane::Borrowed;
use crate::{process, usual};

/// The list.
const LIST: &str = "crates/skeg/hot-functions.txt";
const HEADER: &str = "# What usual commands call, one function a line. Made by `cargo xtask order`, read by build.rs beside this file.\n";

/// Usual commands on a cluster.
const ONLINE: [&str; 10] = [
    "install web FOLDER/web",
    "upgrade web FOLDER/web --install --set replicaCount=2",
    "upgrade web FOLDER/web --set replicaCount=1",
    "list",
    "list --max 0 -o json",
    "history web",
    "status web",
    "get all web",
    "rollback web 1",
    "uninstall web",
];
/// Runs usual commands under callgrind and writes down what they call.
///
/// # Errors
/// A build, valgrind or control plane that fails, a command that does.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let state = match args {
        [] => None,
        [option, state] if option == "--state" => Some(PathBuf::from(state)),
        _ => return Err("order takes only --state DIR".to_owned()),
    };
    let folder = std::env::temp_dir().join(format!("skeg-order-{}", std::process::id()));
    let listed = mapped(&folder).and_then(|(program, functions)| {
        usual::charts(&program, &folder)?;
        list(&program, &folder, &functions, state)
    });
    let _ = fs::remove_dir_all(&folder);
    let names = listed?;
    fs::write(LIST, format!("{HEADER}{}\n", names.join("\n"))).map_err(|e| format!("{LIST}: {e}"))?;
    println!("{LIST}: {} functions", names.len());
    Ok(())
}

/// Builds the release program just as it is always built, and gives it with where its functions lie. A program with names
/// would be another one: settings of the profile are part of the names.
fn mapped(folder: &Path) -> Result<(PathBuf, Functions), String> {
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let map = folder.join("map");
    process::succeed(
        Command::new("cargo")
            .args(["build", "--release", "--quiet", "--package", "skeg"])
            .env("SKEG_LINK_MAP", &map),
    )?;
    let text = fs::read_to_string(&map).map_err(|e| format!("{}: {e}", map.display()))?;
    let functions: Functions = text.lines().filter_map(function).collect();
    Ok((process::release("skeg"), functions))
}

/// Where functions begin: their ends and names.
type Functions = BTreeMap<u64, (u64, String)>;

/// The function that a line of the linker's map places: `46a480 46a480 18a 16 FILE:(.text.NAME)`.
fn function(line: &str) -> Option<(u64, (u64, String))> {
    let (_, section) = line.strip_suffix(')')?.split_once(":(.text.")?;
    let mut numbers = line.split_whitespace().map(|word| u64::from_str_radix(word, 16).ok());
    let (at, _, size) = (numbers.next()??, numbers.next(), numbers.next()??);
    let name = ["unlikely.", "hot.", "startup.", "exit."]
        .iter()
        .find_map(|prefix| section.strip_prefix(prefix))
        .unwrap_or(section);
    Some((at, (at + size, name.to_owned())))
}

fn list(program: &Path, folder: &Path, functions: &Functions, state: Option<PathBuf>) -> Result<Vec<String>, String> {
    let mut commands = Vec::new();
    for command in usual::OFFLINE {
        let called = called(program, command, folder, Path::new("/nonexistent"), functions)?;
        commands.push((command, called));
    }
    let (_borrowed, state) = match state {
        Some(state) => (None, state),
        None => {
            let plane = Borrowed::new()?;
            let state = plane.state().to_owned();
            (Some(plane), state)
        }
    };
    for command in ONLINE {
        let called = called(program, command, folder, &state.join("admin.kubeconfig"), functions)?;
        commands.push((command, called));
    }
    commands.sort_by_key(|(command, _)| place(command));
    let mut seen = HashSet::new();
    let mut names: Vec<String> = commands.into_iter().flat_map(|(_, called)| called).collect();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

/// Where the functions of a command lie. Every command starts, and those that only read records are so small that what lies
/// between their functions would be most of what they take.
fn place(command: &str) -> usize {
    match command.split(' ').next() {
        Some("version") => 0,
        Some("list" | "history" | "status" | "get") => 1,
        _ => 2,
    }
}

/// The functions that a command calls.
fn called(
    program: &Path,
    command: &str,
    folder: &Path,
    kubeconfig: &Path,
    functions: &Functions,
) -> Result<Vec<String>, String> {
    eprintln!("skeg {command}");
    let profile = folder.join("profile");
    let command = command.replace("FOLDER", &folder.to_string_lossy());
    let output = Command::new("valgrind")
        .args([
            "--quiet",
            "--tool=callgrind",
            "--dump-instr=yes",
            "--dump-line=no",
            "--compress-pos=no",
        ])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(program)
        .args(command.split(' '))
        .env("KUBECONFIG", kubeconfig)
        .env("HOME", folder)
        .stdout(Stdio::null())
        .output()
        .map_err(|e| format!("valgrind: {e}"))?;
    if !output.status.success() {
        return Err(format!("skeg {command}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let profile = fs::read(&profile).map_err(|e| format!("{}: {e}", profile.display()))?;
    let mut called = Vec::new();
    for address in String::from_utf8_lossy(&profile).lines().filter_map(address) {
        if let Some((_, (end, name))) = functions.range(..=address).next_back()
            && address < *end
            && called.last() != Some(name)
        {
            called.push(name.clone());
        }
    }
    Ok(called)
}

/// The address of an instruction in a line of a profile: `0x46a480 17`.
fn address(line: &str) -> Option<u64> {
    let digits = line.strip_prefix("0x")?.split(' ').next()?;
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_in_the_map() {
        let line = "          46a480           46a480      18a    16         /t/skeg.o:(.text._ZN4skeg3run17h1E)";
        let found = Some((0x46a480, (0x46a60a, "_ZN4skeg3run17h1E".to_owned())));
        assert_eq!(function(line), found);
        assert_eq!(function(&line.replace(".text.", ".text.unlikely.")), found);
        assert_eq!(
            function("          46a480           46a480      18a     1                 skeg::run"),
            None
        );
        assert_eq!(function("          46a480           46a480   87c493    64 .text"), None);
    }

    #[test]
    fn addresses_are_found_in_the_profile() {
        assert_eq!(address("0x46a480 17"), Some(0x46a480));
        assert_eq!(address("calls=1 0x46a480"), None);
        assert_eq!(address("fn=(12) 0x46a480"), None);
    }
}
