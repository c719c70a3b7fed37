//! XC-26, XC-32, XC-45, LIB-01, LIB-02: archives, vendored dependencies, sizes, copies of template text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use skeg_testkit::charts::Chart;
use skeg_testkit::scratch::{self, Scratch};
use skeg_testkit::sweep::{chosen, each_chart};
use skeg_testkit::{CHARTS, Json, object, programs};

/// The archive that `skeg package` makes of a chart.
fn package(chart: &Chart, folder: &Scratch) -> PathBuf {
    let target = folder.path().to_string_lossy().into_owned();
    let source = chart.path().to_string_lossy().into_owned();
    let _ = programs::run_skeg(&["package", &source, "--destination", &target]).ok();
    scratch::entries(folder.path()).pop().expect("an archive")
}

fn list(archive: &Path) -> Vec<String> {
    let path = archive.to_string_lossy().into_owned();
    let answer = programs::run(Path::new("/usr/bin/env"), &["tar", "tzf", &path], Path::new("/")).ok();
    answer.stdout.lines().map(str::to_owned).collect()
}

// XC-26
#[test]
fn xc_26_an_archive_renders_like_its_folder() {
    each_chart(|chart, findings| {
        let folder = Scratch::new();
        let archive = package(chart, &folder);
        for name in list(&archive) {
            let inner = name.split_once('/').map_or("", |(_, rest)| rest);
            let unwanted = ["tests/", "examples/", "ci/"]
                .iter()
                .any(|folder| inner.starts_with(folder));
            findings.check(!unwanted, chart.name, format!("{name} is in the archive"));
        }
        for (profile, _) in chart.profiles {
            let path = archive.to_string_lossy().into_owned();
            let mut args = vec![
                "template".to_owned(),
                chart.release.to_owned(),
                path,
                "--namespace".into(),
                "demo".into(),
            ];
            for file in chart.values_files(profile) {
                args.extend(["--values".to_owned(), file.to_string_lossy().into_owned()]);
            }
            let packed = programs::run_skeg(&args);
            let plain = chart.render(profile).skeg();
            let same = packed.succeeded() && packed.stdout == plain.stdout;
            findings.check(
                same,
                format!("{} ({profile})", chart.name),
                format!("the archive renders otherwise {}", packed.stderr),
            );
        }
    });
}

// XC-45: what is stored of a release fits into a Secret. The timing is a row of `cargo xtask bench`.
#[test]
fn xc_45_a_release_is_small() {
    each_chart(|chart, findings| {
        let folder = Scratch::new();
        let archive = package(chart, &folder).metadata().map(|m| m.len()).unwrap_or_default();
        for (profile, _) in chart.profiles {
            let text = folder.write("manifest", &chart.render(profile).skeg().stdout);
            let _ = programs::run(
                Path::new("/usr/bin/env"),
                &["gzip", "-kf", &text.to_string_lossy()],
                folder.path(),
            )
            .ok();
            let manifest = folder
                .path()
                .join("manifest.gz")
                .metadata()
                .map(|m| m.len())
                .unwrap_or_default();
            let size = archive + manifest;
            findings.check(
                size < 256 * 1024,
                format!("{} ({profile})", chart.name),
                format!("{size} bytes"),
            );
        }
    });
}

/// What Chart.yaml says.
fn metadata(chart: &Chart) -> Json {
    object::decode_one(&scratch::read(&chart.path().join("Chart.yaml"))).expect("YAML")
}

// XC-32, LIB-02
#[test]
fn xc_32_dependencies_are_local_and_vendored() {
    each_chart(|chart, findings| {
        let metadata = metadata(chart);
        let dependencies = metadata
            .get("dependencies")
            .and_then(Json::as_array)
            .cloned()
            .unwrap_or_default();
        let library = dependencies.iter().find(|d| d["name"] == "platform-lib");
        let range = library.map(|d| d["version"].clone()).unwrap_or_default();
        findings.check(
            range == "^1.0.0",
            chart.name,
            format!("platform-lib in version {range}, not ^1.0.0"),
        );
        findings.check(chart.path().join("Chart.lock").is_file(), chart.name, "no Chart.lock");
        let packed = scratch::entries(&chart.path().join("charts"));
        for dependency in &dependencies {
            let name = dependency["name"].as_str().unwrap_or_default();
            let repository = dependency["repository"].as_str().unwrap_or_default();
            findings.check(
                repository.starts_with("file://"),
                chart.name,
                format!("{name} from {repository}"),
            );
            let there = packed.iter().any(|path| {
                let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let rest = file.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
                rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.ends_with(".tgz"))
            });
            findings.check(there, chart.name, format!("no archive of {name} in charts/"));
        }
        findings.check(
            packed.len() == dependencies.len(),
            chart.name,
            format!("charts/ holds {} files", packed.len()),
        );
    });
}

/// Files of an archive with their content, the folder's name left out.
fn content(archive: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = Scratch::new();
    let (archive, target) = (
        archive.to_string_lossy().into_owned(),
        folder.path().to_string_lossy().into_owned(),
    );
    let _ = programs::run(
        Path::new("/usr/bin/env"),
        &["tar", "xzf", &archive, "-C", &target],
        Path::new("/"),
    )
    .ok();
    let files = scratch::files(folder.path()).into_iter();
    files
        .filter_map(|path| {
            let inner: PathBuf = path.strip_prefix(folder.path()).ok()?.components().skip(1).collect();
            Some((inner, std::fs::read(&path).ok()?))
        })
        .collect()
}

/// A command in a network namespace of its own, which has no route to anywhere. A system that lets nobody make one runs it
/// plainly; that repositories are `file://` is asserted by itself.
fn without_network(program: &Path) -> Command {
    const NAMESPACE: &[&str] = &["--net", "--map-root-user"];
    let possible = Command::new("unshare").args(NAMESPACE).arg("true").output();
    if possible.is_ok_and(|answer| answer.status.success()) {
        let mut run = Command::new("unshare");
        run.args(NAMESPACE).arg(program);
        run
    } else {
        Command::new(program)
    }
}

// XC-32: the archives in the tree are those of the charts beside them, and making them again needs no network.
#[test]
fn xc_32_vendored_archives_are_up_to_date() {
    let copy = Scratch::with_copy(&programs::repository().join("charts"));
    let mut stale = Vec::new();
    // CHARTS has dependencies before dependents, so an umbrella packs components that are up to date.
    let applications = CHARTS.iter().filter(|chart| !chart.profiles.is_empty());
    let shipped = applications.map(|chart| {
        (
            chart.name,
            PathBuf::from(chart.family).join(chart.folder),
            chosen(chart),
        )
    });
    // The library's own tests run on the archive in this chart.
    let fixture = (
        "platform-lib's fixture",
        PathBuf::from("platform-lib/tests/fixture"),
        true,
    );
    for (name, folder, wanted) in shipped.chain([fixture]) {
        let folder = copy.path().join("charts").join(folder);
        if !folder.is_dir() {
            stale.push(format!("{name}: not there"));
            continue;
        }
        let before: Vec<(PathBuf, _)> = scratch::entries(&folder.join("charts"))
            .into_iter()
            .map(|p| (p.clone(), content(&p)))
            .collect();
        let lock = |path: &Path| std::fs::read_to_string(path.join("Chart.lock")).unwrap_or_default();
        let digest = |text: String| {
            text.lines()
                .find(|l| l.starts_with("digest:"))
                .unwrap_or_default()
                .to_owned()
        };
        let old = digest(lock(&folder));
        for command in ["build", "update"] {
            let mut run = without_network(programs::skeg());
            run.args(["dependency", command])
                .arg(&folder)
                .env("SOURCE_DATE_EPOCH", "0")
                .env("HOME", copy.path());
            let answer = programs::finish(&mut run);
            if !answer.succeeded() {
                stale.push(format!("{}: dependency {command}: {}", name, answer.stderr));
            }
        }
        if digest(lock(&folder)) != old {
            stale.push(format!("{}: Chart.lock has another digest", name));
        }
        let after = scratch::entries(&folder.join("charts"));
        for (path, content_before) in &before {
            let archive = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let content_after = if path.is_file() { content(path) } else { BTreeMap::new() };
            let differs: Vec<String> = content_before
                .iter()
                .chain(&content_after)
                // An archive inside an archive is judged by its own chart.
                .filter(|(file, _)| file.extension().is_none_or(|e| e != "tgz"))
                .filter(|(file, _)| content_before.get(*file) != content_after.get(*file))
                .map(|(file, _)| file.display().to_string())
                .collect();
            if !differs.is_empty() && wanted {
                stale.push(format!(
                    "{}: charts/{archive} is out of date ({}); run `make charts-vendor`",
                    name,
                    differs.join(", ")
                ));
            }
        }
        if after.len() != before.len() && wanted {
            stale.push(format!(
                "{}: charts/ had {} archives, has {}",
                name,
                before.len(),
                after.len()
            ));
        }
    }
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

// LIB-01
#[test]
fn lib_01_the_library_renders_nothing_by_itself() {
    let library = skeg_testkit::chart("platform-lib");
    let metadata = metadata(library);
    for (key, value) in [
        ("apiVersion", "v2"),
        ("type", "library"),
        ("name", "platform-lib"),
        ("kubeVersion", ">=1.20.0-0"),
    ] {
        assert_eq!(metadata[key], value, "{key}");
    }
    for file in scratch::files(&library.path().join("templates")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert!(
            name.starts_with('_') && name.ends_with(".tpl"),
            "{name} is no file of definitions"
        );
    }
    let answer = programs::run_skeg(&["template", "x", &library.path().to_string_lossy()]);
    assert!(
        !answer.succeeded() && answer.stderr.contains("library charts are not installable"),
        "{}",
        answer.stderr
    );
    let user = Scratch::new();
    let chart = "apiVersion: v2\nname: user\nversion: 0.1.0\ndependencies:\n- name: platform-lib\n  version: ^1.0.0\n";
    user.write("Chart.yaml", chart);
    user.write("templates/NOTES.txt", "");
    scratch::copy(&library.path(), &user.path().join("charts/platform-lib"));
    let answer = programs::run_skeg(&["template", "x", &user.path().to_string_lossy()]).ok();
    assert_eq!(
        object::decode(&answer.stdout).expect("YAML").len(),
        0,
        "{}",
        answer.stdout
    );
}

// LIB-02
#[test]
fn lib_02_no_block_of_template_text_is_in_two_charts() {
    const BLOCK: usize = 8;
    let mut blocks: BTreeMap<Vec<String>, (String, String)> = BTreeMap::new();
    let mut twice = Vec::new();
    for chart in CHARTS {
        for file in scratch::files(&chart.path().join("templates")) {
            let text = scratch::read(&file);
            let lines = without_comments(&text);
            for window in lines.windows(BLOCK) {
                let here = (
                    chart.name.to_owned(),
                    file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                );
                match blocks.get(window) {
                    Some(there) if there.0 != here.0 => twice.push(format!("{there:?} and {here:?}: {}", window[0])),
                    Some(_) => {}
                    None => drop(blocks.insert(window.to_vec(), here)),
                }
            }
        }
    }
    assert!(twice.is_empty(), "use platform-lib instead:\n{}", twice.join("\n"));
}

/// Lines that are neither empty nor part of a comment.
fn without_comments(text: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{/*").or_else(|| rest.split_once("{{- /*")) {
        plain.push_str(before);
        rest = after
            .split_once("*/")
            .map_or("", |(_, tail)| tail.split_once("}}").map_or("", |(_, tail)| tail));
    }
    plain.push_str(rest);
    let lines = plain.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}
