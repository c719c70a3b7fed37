//! XC-20: every object of every profile fits the schemas of every promised Kubernetes, and those of custom resources.

use skeg_testkit::charts::{Chart, NEWEST};
use skeg_testkit::render::Render;
use skeg_testkit::sweep::{Findings, each_chart, variants};
use skeg_testkit::{programs, scratch};

/// The minors that a chart promises and is checked with.
fn promised(chart: &Chart) -> Vec<String> {
    let old = [20, 22, 25].into_iter().filter(|minor| *minor >= chart.oldest);
    old.chain(28..=NEWEST).map(|minor| format!("1.{minor}")).collect()
}

fn judge(render: &Render, versions: &[String], place: &str, findings: &mut Findings) {
    let answer = render.validate(versions);
    findings.check(answer.succeeded(), place, format!("{}{}", answer.stdout, answer.stderr));
}

// XC-20
#[test]
fn xc_20_every_profile_fits_every_promised_kubernetes() {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            judge(
                &chart.render(profile),
                &promised(chart),
                &format!("{} ({profile})", chart.name),
                findings,
            );
        }
    });
}

// XC-20: documented flags and switches turned over, on the oldest and the newest.
#[test]
fn xc_20_every_variant_fits_the_oldest_and_newest_kubernetes() {
    each_chart(|chart, findings| {
        let versions = [chart.oldest, NEWEST].map(|minor| format!("1.{minor}"));
        for (place, render) in variants(chart) {
            // What the chart refuses has no objects.
            if render.skeg().succeeded() {
                judge(&render, &versions, &place, findings);
            }
        }
    });
}

// XC-20: with operators there, custom resources are rendered; they fit their definitions.
#[test]
fn xc_20_custom_resources_fit_their_definitions() {
    let apis = [
        "monitoring.coreos.com/v1",
        "cert-manager.io/v1",
        "external-secrets.io/v1",
        "autoscaling.k8s.io/v1",
    ];
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            let render = apis.iter().fold(chart.render(profile), |render, api| render.api(api));
            judge(
                &render,
                &[format!("1.{NEWEST}")],
                &format!("{} ({profile})", chart.name),
                findings,
            );
        }
    });
}

// XC-20, XC-42: manifests beside the charts.
#[test]
fn xc_20_raw_manifests_fit_too() {
    let charts = programs::repository().join("charts");
    for folder in ["plue/infra/k8s", "monkeytown/deploy"] {
        let folder = charts.join(folder);
        let files = scratch::files(&folder);
        assert!(!files.is_empty(), "{}: empty", folder.display());
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.ends_with(".yaml") || name == "kustomization.yaml" {
                continue;
            }
            let answer = programs::run_skeg(&[
                "validate",
                "--strict",
                // Rendered for a cluster of today: `sleep` hooks are there from 1.30 on.
                "--kube-version=1.30,1.33,1.37",
                "--crds=charts/testdata/crds",
                "--manifests",
                &file.to_string_lossy(),
            ]);
            assert!(
                answer.succeeded(),
                "{}: {}{}",
                file.display(),
                answer.stdout,
                answer.stderr
            );
        }
    }
}
