//! The program as a process: streams, status, and the script for bash.

use std::process::{Command, Stdio};

const SKEG: &str = env!("CARGO_BIN_EXE_skeg");

fn skeg(args: &[&str]) -> Command {
    let mut command = Command::new(SKEG);
    command
        .args(args)
        .env_clear()
        .env("HOME", "/home/u")
        .env("KUBECONFIG", "/nonexistent")
        .stdin(Stdio::null());
    command
}

#[test]
fn answers_go_to_stdout_and_failures_to_stderr() {
    let output = skeg(&["version", "--short"]).output().expect("skeg starts");
    assert_eq!(
        (output.stdout.as_slice(), output.stderr.as_slice()),
        (&b"v4.3.1+gc0d08d0\n"[..], &b""[..])
    );
    assert_eq!(output.status.code(), Some(0));
    let output = skeg(&["create"]).output().expect("skeg starts");
    let expected = "Error: \"skeg create\" requires 1 argument\n\nUsage:  skeg create NAME [flags]\n";
    assert_eq!(
        (output.stdout.as_slice(), output.stderr.as_slice()),
        (&b""[..], expected.as_bytes())
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_path_it_was_started_by_is_told_to_plugins() {
    let output = skeg(&["env", "HELM_BIN"]).output().expect("skeg starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{SKEG}\n"));
}

/// Helm dies of SIGPIPE without a word; a shell sees status 141.
#[test]
fn a_reader_that_went_away_is_no_failure_to_talk_about() {
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    drop(reader);
    let output = skeg(&["help"])
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .expect("skeg starts");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(141), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("Linux has /dev/full");
    let output = skeg(&["version"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("skeg starts");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "Error: writing the output: no space left on device\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

/// What bash would put in place of the last word of `line`, after cutting it into words as bash does.
#[cfg(unix)]
fn complete_in_bash(line: &str) -> Vec<String> {
    let script = skeg(&["completion", "bash"]).output().expect("skeg starts").stdout;
    let cut = line.replace('=', " = ").replace(':', " : ").replacen("skeg", SKEG, 1);
    let mut words: Vec<&str> = cut.split_whitespace().collect();
    if line.ends_with(' ') {
        words.push("");
    }
    let typed = line.replacen("skeg", SKEG, 1);
    let drive = "source /dev/stdin; line=$1; shift; COMP_LINE=$line COMP_POINT=${#line} COMP_TYPE=9\n\
                 COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _skeg_complete; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", drive, "bash", &typed])
        .args(&words)
        .env("HOME", "/home/u");
    let mut bash = bash
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("there is a bash");
    std::io::Write::write_all(&mut bash.stdin.take().expect("stdin is a pipe"), &script)
        .expect("bash reads the script");
    let output = bash.wait_with_output().expect("bash ends");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(unix)]
#[test]
fn bash_is_given_what_replaces_the_piece_it_cut_out() {
    let cases: [(&str, &[&str]); 9] = [
        ("skeg sho", &["show"]),
        ("skeg show ", &["all", "chart", "crds", "readme", "values"]),
        ("skeg template --dry", &["--dry-run"]),
        ("skeg docs --type=m", &["man", "markdown"]),
        ("skeg docs --type=", &["bash", "man", "markdown"]),
        ("skeg docs --type ma", &["man", "markdown"]),
        ("skeg show chart oci", &["oci://"]),
        ("skeg show chart oci:", &["//"]),
        ("skeg version ", &[]),
    ];
    for (line, expected) in cases {
        assert_eq!(complete_in_bash(line), expected, "{line:?}");
    }
}
