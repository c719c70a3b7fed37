//! XC-20: every object of every profile fits the schemas of every promised Kubernetes, and those of custom resources.

use skeg_testkit::charts::NEWEST;
use skeg_testkit::sweep::each_chart;
use skeg_testkit::{programs, scratch};

// XC-20
#[test]
fn xc_20_every_profile_fits_every_promised_kubernetes() {
    each_chart(|chart, findings| {
        let old = [20, 22, 25].into_iter().filter(|minor| *minor >= chart.oldest);
        let versions: Vec<String> = old.chain(28..=NEWEST).map(|minor| format!("1.{minor}")).collect();
        for (profile, _) in chart.profiles {
            let mut args = vec!["validate".to_owned(), "--strict".to_owned(), chart.release.to_owned()];
            args.push(chart.path().to_string_lossy().into_owned());
            args.push(format!("--kube-version={}", versions.join(",")));
            args.push("--crds=charts/testdata/crds".to_owned());
            for file in chart.values_files(profile) {
                args.extend(["--values".to_owned(), file.to_string_lossy().into_owned()]);
            }
            let answer = programs::run_skeg(&args);
            let said = format!("{}{}", answer.stdout, answer.stderr);
            findings.check(answer.succeeded(), format!("{} ({profile})", chart.name), said);
        }
    });
}

// XC-20: with operators there, custom resources are rendered; they fit their definitions.
#[test]
fn xc_20_custom_resources_fit_their_definitions() {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            let mut args = vec!["validate".to_owned(), "--strict".to_owned(), chart.release.to_owned()];
            args.push(chart.path().to_string_lossy().into_owned());
            args.push(format!("--kube-version=1.{NEWEST}"));
            args.push("--crds=charts/testdata/crds".to_owned());
            for api in [
                "monitoring.coreos.com/v1",
                "cert-manager.io/v1",
                "external-secrets.io/v1",
                "autoscaling.k8s.io/v1",
            ] {
                args.push(format!("--api-versions={api}"));
            }
            for file in chart.values_files(profile) {
                args.extend(["--values".to_owned(), file.to_string_lossy().into_owned()]);
            }
            let answer = programs::run_skeg(&args);
            let said = format!("{}{}", answer.stdout, answer.stderr);
            findings.check(answer.succeeded(), format!("{} ({profile})", chart.name), said);
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
