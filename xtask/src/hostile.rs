//! Bad input that is too large or too odd for case files: bombs, broken archives, endless templates, broken pipes.
//!
//! For each: the exit status, no panic, less than 1.5 GB of memory and 20 seconds, and Helm's first error line where
//! Helm has one that is worth having (Helm itself dies of some of these).

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::compat;

/// Most memory in bytes: of the address space besides [`STACK`], enforced by `ulimit`.
const MEMORY: u64 = 1_500_000_000;
/// Address space that the program sets aside for its stack and does not use.
const STACK: u64 = 3 << 30;
const TIME: Duration = Duration::from_secs(20);

/// One bad input.
struct Attack {
    name: &'static str,
    /// Files below the folder; the chart is `c`.
    files: Vec<(&'static str, Vec<u8>)>,
    /// The arguments.
    args: &'static [&'static str],
    status: i32,
    /// What the first error line contains; empty for no error.
    error: &'static str,
}

/// Runs every attack.
///
/// # Errors
/// The number of attacks that did harm, each of which has been printed.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let bin = match args {
        [option, path] if option == "--bin" => std::fs::canonicalize(path).map_err(|e| format!("{path}: {e}"))?,
        [] => compat::build()?,
        _ => return Err("hostile takes only --bin PATH".to_owned()),
    };
    let root = std::env::temp_dir().join(format!("skeg-hostile-{}", std::process::id()));
    let (mut passed, mut failed) = (0, 0);
    for attack in attacks()? {
        match attempt(&attack, &bin, &root) {
            Ok(()) => passed += 1,
            Err(why) => {
                failed += 1;
                println!("FAILED {}\n    {why}", attack.name);
            }
        }
    }
    match broken_pipe(&bin, &root) {
        Ok(()) => passed += 1,
        Err(why) => {
            failed += 1;
            println!("FAILED a broken pipe\n    {why}");
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} bad inputs do harm"))
    }
}

/// Writes the files into an emptied folder.
fn prepare(root: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), String> {
    let _ = std::fs::remove_dir_all(root);
    let chart = ("c/Chart.yaml", b"apiVersion: v2\nname: c\nversion: 1.2.3\n".to_vec());
    for (name, content) in std::iter::once(&chart).chain(files) {
        let path = root.join(name);
        let folder = path.parent().unwrap_or(root);
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        std::fs::write(&path, content).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// The program in the folder, held to the memory limit by the shell.
fn command(bin: &Path, root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("ulimit -v {}; exec \"$0\" \"$@\"", (MEMORY + STACK) / 1024),
        ])
        .arg(bin)
        .args(args)
        .current_dir(root)
        .env_clear()
        .env("HOME", root.join("home"))
        .env("KUBECONFIG", "/nonexistent")
        .stdin(Stdio::null());
    command
}

fn attempt(attack: &Attack, bin: &Path, root: &Path) -> Result<(), String> {
    prepare(root, &attack.files)?;
    let (out, err) = (root.join("stdout"), root.join("stderr"));
    let file = |path: &PathBuf| std::fs::File::create(path).map_err(|e| format!("{}: {e}", path.display()));
    let started = Instant::now();
    let mut child = command(bin, root, attack.args)
        .stdout(file(&out)?)
        .stderr(file(&err)?)
        .spawn()
        .map_err(|e| format!("sh: {e}"))?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        if started.elapsed() > TIME {
            child.kill().and_then(|()| child.wait()).map_err(|e| e.to_string())?;
            return Err(format!("still runs after {} s", TIME.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let stderr = std::fs::read(&err).map_err(|e| format!("{}: {e}", err.display()))?;
    let stderr = String::from_utf8_lossy(&stderr);
    let first: String = stderr
        .lines()
        .find(|line| !line.starts_with("level="))
        .unwrap_or_default()
        .chars()
        .take(2000)
        .collect();
    let shown: String = first.chars().take(300).collect();
    if stderr.contains("panicked") || stderr.contains("overflowed its stack") || status.code().is_none() {
        return Err(format!("{status}: {shown}"));
    }
    if status.code() != Some(attack.status) {
        return Err(format!("{status} instead of {}: {shown}", attack.status));
    }
    let is_expected = if attack.error.is_empty() {
        first.is_empty()
    } else {
        stderr.contains(attack.error)
    };
    if is_expected {
        Ok(())
    } else {
        Err(format!("says `{shown}` instead of `{}`", attack.error))
    }
}

/// A reader that goes away must end the program quietly.
fn broken_pipe(bin: &Path, root: &Path) -> Result<(), String> {
    let template = "a: {{ repeat 100000 \"x\" }}\n---\n".repeat(50);
    prepare(root, &[("c/templates/t.yaml", template.into_bytes())])?;
    let mut child = command(bin, root, &["template", "r", "c"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("sh: {e}"))?;
    drop(child.stdout.take());
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if stderr.contains("panicked") {
        Err(stderr.into_owned())
    } else {
        Ok(())
    }
}

const T: &str = "c/templates/t.yaml";
const V: &str = "c/values.yaml";
const TEMPLATE: &[&str] = &["template", "r", "c"];
const ARCHIVE: &[&str] = &["template", "r", "c.tgz"];

fn attacks() -> Result<Vec<Attack>, String> {
    let of = |name, path, content: Vec<u8>, args, status, error| Attack {
        name,
        files: vec![(path, content)],
        args,
        status,
        error,
    };
    let chart: &[u8] = b"apiVersion: v2\nname: c\nversion: 1.2.3\n";
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let deep = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(100_000), close.repeat(100_000)).into_bytes()
    };
    let mut found = vec![
        of(
            "an alias bomb in values",
            V,
            bomb.clone().into_bytes(),
            TEMPLATE,
            1,
            "document contains excessive aliasing",
        ),
        of(
            "an alias bomb in output",
            T,
            bomb.into_bytes(),
            TEMPLATE,
            1,
            "document contains excessive aliasing",
        ),
        of(
            "deep flow lists in values",
            V,
            deep("[", "", "]"),
            TEMPLATE,
            1,
            "exceeded max depth of 10000",
        ),
        of(
            "deep flow maps in values",
            V,
            deep("{a: ", "1", "}"),
            TEMPLATE,
            1,
            "exceeded max depth of 10000",
        ),
        of(
            "deep block lists in output",
            T,
            deep("- ", "1", ""),
            TEMPLATE,
            1,
            "exceeded max depth of 10000",
        ),
        of(
            "deep parentheses",
            T,
            [b"{{ ".to_vec(), deep("(", "1", ")"), b" }}".to_vec()].concat(),
            TEMPLATE,
            1,
            "parse error at (c/templates/t.yaml:1)",
        ),
        of(
            "an endless include",
            T,
            b"{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}".to_vec(),
            TEMPLATE,
            1,
            "rendering template has a nested reference name: r",
        ),
        of(
            "an endless template",
            T,
            b"{{ define \"r\" }}{{ template \"r\" . }}{{ end }}{{ template \"r\" . }}".to_vec(),
            TEMPLATE,
            1,
            "exceeded maximum template depth (100000)",
        ),
        of(
            "an endless tpl",
            T,
            b"{{ define \"r\" }}{{ tpl \"{{ include \\\"r\\\" . }}\" . }}{{ end }}{{ include \"r\" . }}".to_vec(),
            TEMPLATE,
            1,
            "Error: ",
        ),
        of(
            "an endless text",
            T,
            b"a: {{ repeat 9000000000 \"x\" }}".to_vec(),
            TEMPLATE,
            1,
            "Error: ",
        ),
        of(
            "an endless list",
            T,
            b"a: {{ until 900000000000 | len }}".to_vec(),
            TEMPLATE,
            1,
            "Error: ",
        ),
        of(
            "an endless sequence",
            T,
            b"a: {{ untilStep 0 900000000000 1 | len }}{{ seq 900000000000 }}".to_vec(),
            TEMPLATE,
            1,
            "Error: ",
        ),
        of(
            "an endless width",
            T,
            b"a: {{ printf \"%999999999d\" 1 | len }}".to_vec(),
            TEMPLATE,
            0,
            "",
        ),
        of(
            "a map inside itself",
            T,
            b"{{ $d := dict }}{{ $_ := set $d \"d\" $d }}a: {{ toJson $d }}".to_vec(),
            TEMPLATE,
            0,
            "",
        ),
        of(
            "invalid UTF-8 in a template",
            T,
            b"a: \"\xff\xfe\"\n".to_vec(),
            TEMPLATE,
            1,
            "invalid leading UTF-8 octet",
        ),
        of(
            "invalid UTF-8 in values",
            V,
            b"a: \xff\n".to_vec(),
            TEMPLATE,
            1,
            "invalid leading UTF-8 octet",
        ),
        of(
            "invalid UTF-8 in Chart.yaml",
            "c/Chart.yaml",
            b"name: \xff\n".to_vec(),
            TEMPLATE,
            1,
            "invalid leading UTF-8 octet",
        ),
        of(
            "NUL in values",
            V,
            b"a: \0\n".to_vec(),
            TEMPLATE,
            1,
            "control characters are not allowed",
        ),
        of(
            "a folder that cannot be written",
            T,
            b"a: 1".to_vec(),
            &["template", "r", "c", "--output-dir", "/proc/nope"],
            1,
            "mkdir /proc/nope: no such file or directory",
        ),
        of(
            "a path that leads outside",
            "c.tgz",
            packed(&[("c/Chart.yaml", chart), ("c/../../x", b"y")])?,
            ARCHIVE,
            1,
            "unable to load chart archive",
        ),
        of(
            "an absolute path",
            "c.tgz",
            packed(&[("c/Chart.yaml", chart), ("c//etc/x", b"y")])?,
            ARCHIVE,
            1,
            "unable to load chart archive",
        ),
        of(
            "files of one name",
            "c.tgz",
            packed(&[
                ("c/Chart.yaml", b"a"),
                ("c/Chart.yaml", chart),
                ("c/templates/t.yaml", b"a: 1"),
            ])?,
            ARCHIVE,
            0,
            "",
        ),
        of(
            "a file outside the folder",
            "c.tgz",
            packed(&[("Chart.yaml", chart)])?,
            ARCHIVE,
            1,
            "unable to load chart archive",
        ),
        of(
            "half an archive",
            "c.tgz",
            packed(&[("c/Chart.yaml", chart), ("c/x", &[7; 5000])])?[..60].to_vec(),
            ARCHIVE,
            1,
            "unable to load chart archive",
        ),
        of(
            "an archive of nothing",
            "c.tgz",
            vec![0x1f, 0x8b, 8],
            ARCHIVE,
            1,
            "Error: ",
        ),
        of(
            "a bomb of zeros",
            "c.tgz",
            packed(&[("c/Chart.yaml", chart), ("c/x", &vec![0; 300 << 20])])?,
            ARCHIVE,
            1,
            "Error: ",
        ),
    ];
    let mut nested = Vec::new();
    for (file, text) in [
        ("c/charts/c/Chart.yaml", chart),
        ("c/charts/c/charts/c/Chart.yaml", chart),
    ] {
        nested.push((file, text.to_vec()));
    }
    nested.push((
        "c/Chart.yaml",
        [chart, b"dependencies: [{name: c, version: 1.2.3}]\n"].concat(),
    ));
    found.push(Attack {
        name: "a chart that depends on its own name",
        files: nested,
        args: TEMPLATE,
        status: 0,
        error: "",
    });
    Ok(found)
}

/// A gzipped tar of files; names stand in it as they are.
fn packed(files: &[(&str, &[u8])]) -> Result<Vec<u8>, String> {
    let mut tar = Vec::new();
    for (name, data) in files {
        let mut header = [0u8; 512];
        let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
        put(0, name);
        put(100, "0000644\0");
        put(124, &format!("{:011o}\0", data.len()));
        put(136, "00000000000\0");
        put(148, "        ");
        put(156, "0");
        put(257, "ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        tar.extend_from_slice(&header);
        tar.extend_from_slice(data);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    gzip(tar)
}

/// The system's gzip, so that xtask needs no crates.
fn gzip(data: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut child = Command::new("gzip")
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("gzip: {e}"))?;
    let mut input = child.stdin.take().ok_or("gzip has no input")?;
    let writer = std::thread::spawn(move || input.write_all(&data));
    let output = child.wait_with_output().map_err(|e| format!("gzip: {e}"))?;
    writer
        .join()
        .map_err(|_| "gzip's writer panicked".to_owned())?
        .map_err(|e| format!("gzip: {e}"))?;
    Ok(output.stdout)
}
