//! Monkeytown: what is delivered beside the chart. Raw manifests, the workflow, the vendoring script, the seed's commands.

use std::path::{Path, PathBuf};

use skeg_testkit::programs::{self, run, skeg};
use skeg_testkit::scratch::{Scratch, copy, files, read};
use skeg_testkit::stubs::{Run, Stubs};
use skeg_testkit::{Json, chart, json, object};

const PROFILES: [&str; 3] = ["dev", "staging", "prod"];

fn root() -> PathBuf {
    chart("monkeytown").family_root()
}

/// A YAML file as JSON.
fn yaml(path: &Path) -> Json {
    let mut objects = object::decode(&read(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!(objects.len(), 1, "{}", path.display());
    objects.remove(0).json
}

#[test]
fn monk_34_deploy_holds_what_the_chart_renders() {
    let listed = yaml(&root().join("deploy/kustomization.yaml"));
    assert_eq!(listed["kind"], "Kustomization");
    let files: Vec<String> = PROFILES.iter().map(|name| format!("{name}/manifests.yaml")).collect();
    assert_eq!(listed["resources"], json!(files));
    for name in PROFILES {
        let file = root().join(format!("deploy/{name}/manifests.yaml"));
        let stored = object::decode(&read(&file)).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let rendered = (chart("monkeytown").render(name))
            .release(&format!("monkeytown-{name}"))
            .namespace("default")
            .ok();
        let of = |objects: &[skeg_testkit::Object]| objects.iter().map(|o| o.json.clone()).collect::<Vec<_>>();
        assert_eq!(of(&stored), of(&rendered.objects), "run `make charts-raw`");
        let path = file.to_string_lossy();
        let answer = programs::run_skeg(&[
            "validate",
            "--manifests",
            &path,
            "--strict",
            "--kube-version",
            "1.30,1.37",
        ]);
        assert!(answer.succeeded(), "{}{}", answer.stdout, answer.stderr);
    }
}

#[test]
fn monk_35_the_workflow_says_what_the_seed_says() {
    let workflow = yaml(&root().join(".github/workflows/helm-deploy.yml"));
    assert_eq!(workflow["name"], "Helm Deploy");
    // YAML 1.1 reads the key `on` as a boolean; which of both a reader takes does not matter here.
    let on = workflow
        .get("on")
        .or_else(|| workflow.get("true"))
        .cloned()
        .unwrap_or_default();
    assert_eq!(
        on["push"],
        json!({"branches": ["main"], "paths": ["helm/**", "deploy/**"]})
    );
    assert_eq!(on["workflow_dispatch"]["inputs"]["environment"]["default"], "staging");
    assert_eq!(workflow["permissions"], json!({"contents": "read"}));
    assert!(
        workflow["env"]["ENVIRONMENT"]
            .as_str()
            .is_some_and(|text| text.contains("'staging'"))
    );
    assert!(
        workflow["concurrency"]["group"]
            .as_str()
            .is_some_and(|text| text.contains("inputs.environment"))
    );
    let steps: Vec<&str> = (workflow["jobs"]["deploy"]["steps"].as_array().into_iter().flatten())
        .map(|step| step["uses"].as_str().or(step["name"].as_str()).unwrap_or_default())
        .collect();
    let wanted = [
        "actions/checkout@v4",
        "Helm lint",
        "Helm template",
        "azure/k8s-set-context@v4",
        "Helm upgrade",
    ];
    assert_eq!(steps, wanted);
}

#[test]
fn monk_35_monk_45_its_lines_run_for_every_environment() {
    let workflow = yaml(&root().join(".github/workflows/helm-deploy.yml"));
    let lines: Vec<&str> = (workflow["jobs"]["deploy"]["steps"].as_array().into_iter().flatten())
        .filter_map(|step| step["run"].as_str())
        .collect();
    for environment in PROFILES {
        let checkout = Scratch::new();
        copy(&root().join("helm"), &checkout.path().join("helm"));
        // Lint and template are the real ones, upgrade would need a cluster.
        let stubs = Stubs::new(&["helm"])
            .script("helm", "lint *", &format!("{} \"$@\" || exit $?", skeg().display()))
            .script("helm", "template *", &format!("{} \"$@\" || exit $?", skeg().display()))
            .env("ENVIRONMENT", environment);
        let runs: Vec<Run> = (lines.iter())
            .map(|line| stubs.run(checkout.path(), "bash", &["-euo", "pipefail", "-c", line]))
            .collect();
        for run in &runs {
            assert_eq!(run.answer.status, 0, "{environment}: {}", run.answer.stderr);
        }
        let values = format!("./helm/monkeytown/values-{environment}.yaml");
        assert_eq!(runs[0].lines(), ["helm lint ./helm/monkeytown"]);
        assert_eq!(
            runs[1].lines(),
            [format!("helm template monkeytown ./helm/monkeytown -f {values}")]
        );
        let upgrade = format!("helm upgrade monkeytown ./helm/monkeytown -f {values} --install --wait --atomic");
        assert_eq!(runs[2].lines(), [upgrade]);
        let made = read(&checkout.path().join("deployed-manifests.yaml"));
        assert!(
            made.contains(&format!("name: monkeytown-{environment}-web")),
            "{environment}"
        );
    }
}

#[test]
fn monk_38_vendoring_upstream_needs_to_be_asked_for() {
    let checkout = Scratch::with_copy(&root());
    let folder = checkout.path().join("monkeytown");
    let before = state(&folder);
    let stubs = Stubs::new(&["helm"]);

    let shown = stubs.run(&folder, "bash", &["scripts/vendor-upstream.sh"]);
    assert_eq!(shown.answer.status, 0, "{}", shown.answer.stderr);
    assert!(shown.calls.is_empty(), "{:?}", shown.lines());
    assert!(state(&folder) == before, "the dry run changed something");
    assert!(
        shown
            .answer
            .stdout
            .contains("repository: https://charts.bitnami.com/bitnami")
    );
    assert!(
        shown
            .answer
            .stdout
            .contains("- name: ingress-nginx\n    alias: nginx-ingress\n    version: 4.x.x")
    );

    let written = stubs.run(&folder, "bash", &["scripts/vendor-upstream.sh", "--write", "copy"]);
    assert_eq!(written.answer.status, 0, "{}", written.answer.stderr);
    assert_eq!(written.lines(), ["helm dependency update copy"]);
    let about = yaml(&folder.join("copy/Chart.yaml"));
    assert_eq!(about["dependencies"][0]["alias"], "monkeytown-redis");
    assert!(!folder.join("copy/charts").exists());
    let library = about["dependencies"][2]["repository"].as_str().unwrap_or_default();
    assert!(library.starts_with("file:///"), "{library}");
    std::fs::remove_dir_all(folder.join("copy")).unwrap_or_else(|e| panic!("{e}"));
    assert!(state(&folder) == before, "the chart itself was changed");

    assert_eq!(
        stubs
            .run(&folder, "bash", &["scripts/vendor-upstream.sh", "--wrote"])
            .answer
            .status,
        2
    );
    assert!(
        stubs
            .run(&folder, "bash", &["scripts/vendor-upstream.sh", "--help"])
            .answer
            .stdout
            .contains("--write")
    );
}

/// Every file below a folder with its bytes.
fn state(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    (files(folder).into_iter())
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            (path, bytes)
        })
        .collect()
}

#[test]
fn monk_44_lint_is_clean_by_both() {
    let args = ["lint", "--strict", "./helm/monkeytown"];
    for program in [skeg(), programs::helm()] {
        let answer = run(program, &args, &root()).ok();
        assert!(!answer.stdout.contains('['), "{}", answer.stdout);
    }
}

#[test]
fn monk_45_the_seeds_line_renders_each_environment() {
    for name in PROFILES {
        let values = format!("./helm/monkeytown/values-{name}.yaml");
        let args = ["template", "monkeytown", "./helm/monkeytown", "-f", &values];
        let ours = run(skeg(), &args, &root()).ok();
        assert_eq!(ours.stdout, run(programs::helm(), &args, &root()).ok().stdout, "{name}");
    }
}
