//! Rules of the house that no compiler knows: who may import whom, purity, size of files, headers.

use std::path::{Path, PathBuf};

/// Crates in the order of the house; each may import only those before it.
const ROOMS: &[&str] = &[
    "skeg-heap",
    "skeg-lanes",
    "skeg-value",
    "skeg-template",
    "skeg-funcs",
    "skeg-chart",
    "skeg-kinds",
    "skeg-release",
    "skeg-render",
    "skeg-author",
    "skeg-fetch",
    "skeg-cluster",
    "skeg",
];

/// Rooms that never touch the world.
const PURE: &[&str] = &[
    "skeg-value",
    "skeg-template",
    "skeg-funcs",
    "skeg-chart",
    "skeg-kinds",
    "skeg-release",
    "skeg-render",
    "skeg-author",
];

/// What purity forbids.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "TcpStream",
    "UdpSocket",
    "ToSocketAddrs",
    "std::process",
    "SystemTime::now",
    "Instant::now",
    "tokio",
    "reqwest",
    "hyper",
];

/// Words that the template language must not know.
const HELM_WORDS: &[&str] = &["helm", "chart", "kubernetes"];

/// Markers of unfinished work.
const UNFINISHED: &[&str] = &["todo!(", "unimplemented!(", "#[ignore"];

/// Longest source file that is not a table, in lines.
const LONGEST: usize = 900;

/// Checks all rules.
///
/// # Errors
/// The number of broken rules, each of which has been printed.
pub(crate) fn run() -> Result<(), String> {
    let mut broken = Vec::new();
    for (index, room) in ROOMS.iter().enumerate() {
        imports(room, &ROOMS[..index], &mut broken)?;
        for path in sources(&Path::new("crates").join(room).join("src")) {
            file(room, &path, &mut broken)?;
        }
    }
    for line in &broken {
        println!("{line}");
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(format!("{} rules of the house are broken", broken.len()))
    }
}

fn imports(room: &str, allowed: &[&str], broken: &mut Vec<String>) -> Result<(), String> {
    let path = format!("crates/{room}/Cargo.toml");
    let manifest = read(Path::new(&path))?;
    let section = manifest.split("[dependencies]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    for line in section.lines() {
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        if name.starts_with("skeg") && !allowed.contains(&name) {
            broken.push(format!(
                "{path}: {room} may not import {name}: imports point up the list of rooms only"
            ));
        }
    }
    Ok(())
}

fn file(room: &str, path: &Path, broken: &mut Vec<String>) -> Result<(), String> {
    let text = read(path)?;
    let shown = path.display();
    if !text.starts_with("//") {
        broken.push(format!("{shown}: begins without a header that says what it is"));
    }
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_table = code.contains("rustfmt::skip");
    if code.lines().count() > LONGEST && !is_table {
        broken.push(format!("{shown}: {} lines; split it by subject", code.lines().count()));
    }
    for (number, line) in code.lines().enumerate() {
        let plain = line.trim_start();
        let at = |what: String| format!("{shown}:{}: {what}", number + 1);
        for word in UNFINISHED.iter().filter(|word| plain.contains(**word)) {
            broken.push(at(format!("`{word}` is unfinished work")));
        }
        if plain.starts_with("//") {
            continue;
        }
        if PURE.contains(&room) {
            for word in IMPURE.iter().filter(|word| plain.contains(**word)) {
                broken.push(at(format!("`{word}` in a room that never touches the world")));
            }
        }
        if room == "skeg-template" {
            let lower = plain.to_lowercase();
            for word in HELM_WORDS.iter().filter(|word| lower.contains(**word)) {
                broken.push(at(format!("`{word}` in the template language, which knows no Helm")));
            }
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
