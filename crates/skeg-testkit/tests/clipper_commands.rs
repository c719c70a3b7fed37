//! Clipper's documented commands in their own folder, its archives, and values of older releases.

use std::path::{Path, PathBuf};

use skeg_testkit::object::decode_one;
use skeg_testkit::programs::{self, helm, run, run_skeg, skeg};
use skeg_testkit::scratch::{self, Scratch, read};
use skeg_testkit::{Json, chart, json};

const CHARTS: [&str; 6] = [
    "clipper-backend",
    "clipper-frontend",
    "clipper-postgres",
    "clipper-redis",
    "clipper-monitoring",
    "clipper",
];

fn charts() -> PathBuf {
    chart("clipper").family_root().join("helm/charts")
}

fn yaml(path: &Path) -> Json {
    decode_one(&read(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn clip_46_archives_hold_dependencies_and_no_examples() {
    let folder = Scratch::new();
    let target = folder.path().to_string_lossy().into_owned();
    let _ = run_skeg(&[
        "package",
        &charts().join("clipper").to_string_lossy(),
        "--destination",
        &target,
    ])
    .ok();
    let archive = folder.path().join("clipper-1.0.0.tgz").to_string_lossy().into_owned();
    let listed = run(Path::new("/usr/bin/env"), &["tar", "tzf", &archive], Path::new("/"))
        .ok()
        .stdout;
    assert!(
        !listed.contains("clipper/examples/") && !listed.contains("clipper/tests/"),
        "{listed}"
    );
    for name in ["backend", "frontend", "postgres", "redis", "monitoring"] {
        assert!(
            listed.contains(&format!("clipper/charts/clipper-{name}")),
            "{name}: {listed}"
        );
    }
    assert!(listed.contains("clipper/templates/backend.yaml"));
}

#[test]
fn clip_47_older_clusters_are_refused() {
    for name in CHARTS {
        assert_eq!(
            yaml(&charts().join(name).join("Chart.yaml"))["kubeVersion"],
            json!(">=1.28.0-0"),
            "{name}"
        );
        chart(name)
            .render("base")
            .kube("1.27.0")
            .refused("chart requires kubeVersion: >=1.28.0-0");
        let lint = chart(name).render("base").flags(&["--kube-version", "1.27.0"]).lint();
        assert!(lint.succeeded(), "{name}: lint does not look at it, as in Helm");
    }
}

/// Keys that a component cannot do without; every other one may be missing from the values of an older release.
fn is_needed(path: &str) -> bool {
    let needed = [
        "global",
        "global.domain",
        "renderInParent",
        "grafana",
        "secrets",
        "secrets.existingSecret",
        "persistence.size",
        "podDisruptionBudget.maxUnavailable",
    ];
    let path = path.strip_prefix("grafana.").unwrap_or(path);
    needed.contains(&path) || path.starts_with("image") && !path.contains("Pull") || path.starts_with("resources")
}

fn paths(values: &Json, at: &str, found: &mut Vec<String>) {
    for (key, value) in values.as_object().into_iter().flatten() {
        let key = key.replace('.', "\\.");
        let path = if at.is_empty() { key } else { format!("{at}.{key}") };
        paths(value, &path, found);
        found.push(path);
    }
}

// CLIP-48: what `--reuse-values` may lack, offline: each key set to null, alone and below the umbrella.
#[test]
fn clip_48_values_of_older_releases_are_borne() {
    for name in &CHARTS[..5] {
        let mut all = Vec::new();
        paths(&yaml(&charts().join(name).join("values.yaml")), "", &mut all);
        assert!(all.len() > 60, "{name}");
        for path in all.iter().filter(|path| !is_needed(path)) {
            let alone = chart(name).render("base").set(&format!("{path}=null")).attempt();
            assert!(alone.is_ok(), "{}", alone.err().unwrap_or_default());
        }
        // Below the umbrella the same templates run; maps and lists are enough to show that the layers meet.
        for path in all
            .iter()
            .filter(|path| !is_needed(path) && !path.contains('.') && !path.starts_with("global"))
        {
            let below = chart("clipper")
                .render("base")
                .set(&format!("{name}.{path}=null"))
                .attempt();
            assert!(below.is_ok(), "{}", below.err().unwrap_or_default());
        }
    }
}

#[test]
fn clip_56_the_file_of_the_documented_upgrade_is_the_production_example() {
    assert_eq!(
        read(&charts().join("values-production.yaml")),
        read(&charts().join("clipper/examples/values-production.yaml"))
    );
}

// CLIP-61: the documented commands, from their folder.
#[test]
fn clip_61_lint_is_silent() {
    for name in CHARTS {
        for program in [skeg(), helm()] {
            for flags in [&["lint"][..], &["lint", "--strict"]] {
                let args: Vec<String> = flags
                    .iter()
                    .map(|f| (*f).to_owned())
                    .chain([format!("./{name}")])
                    .collect();
                let answer = run(program, &args, &charts()).ok();
                assert!(
                    !answer.stdout.contains("[INFO]") && !answer.stdout.contains("[WARNING]"),
                    "{}",
                    answer.stdout
                );
            }
        }
    }
}

#[test]
fn clip_62_the_documented_templates_render_the_same_as_with_helm() {
    for command in [
        "template clipper ./clipper -f values.yaml",
        "template backend ./clipper-backend -f backend/values.yaml",
    ] {
        let args: Vec<&str> = command.split(' ').collect();
        let (ours, theirs) = (run(skeg(), &args, &charts()).ok(), run(helm(), &args, &charts()).ok());
        assert_eq!(ours.stdout, theirs.stdout, "{command}");
        assert!(ours.stdout.contains("kind: Deployment"));
    }
}

#[test]
fn clip_63_each_chart_packs_into_the_current_folder_and_renders_from_there() {
    let folder = Scratch::with_copy(&charts());
    let cwd = folder.path().join("charts");
    for name in [
        "clipper-backend",
        "clipper-frontend",
        "clipper-postgres",
        "clipper-redis",
        "clipper",
    ] {
        let _ = run(skeg(), &["package", &format!("./{name}")], &cwd).ok();
        let archive = format!("{name}-1.0.0.tgz");
        assert!(cwd.join(&archive).is_file(), "{archive}");
        let packed = run(skeg(), &["template", "clipper", &archive], &cwd).ok().stdout;
        assert_eq!(
            packed,
            run(skeg(), &["template", "clipper", name], &cwd).ok().stdout,
            "{name}"
        );
    }
}

#[test]
fn clip_64_dependencies_update_without_a_network() {
    // The whole family tree and the library, since dependencies are relative paths.
    let folder = Scratch::new();
    for tree in ["clipper", "platform-lib"] {
        scratch::copy(
            &programs::repository().join("charts").join(tree),
            &folder.path().join(tree),
        );
    }
    let cwd = folder.path().join("clipper/helm/charts/clipper");
    let before = yaml(&cwd.join("Chart.lock"));
    let _ = run(skeg(), &["dependency", "update"], &cwd).ok();
    assert_eq!(yaml(&cwd.join("Chart.lock"))["digest"], before["digest"]);
    for name in [
        "clipper-backend",
        "clipper-frontend",
        "clipper-postgres",
        "clipper-redis",
        "clipper-monitoring",
        "platform-lib",
    ] {
        assert!(cwd.join(format!("charts/{name}-1.0.0.tgz")).is_file(), "{name}");
    }
}
