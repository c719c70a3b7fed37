//! XC-03: skeg and the real Helm give the same bytes, verdicts and refusals.

use skeg_testkit::render::Render;
use skeg_testkit::sweep::{Findings, each_chart, variants};

/// Where two texts part, with both lines.
fn difference(skeg: &str, helm: &str) -> String {
    let pairs = skeg.lines().zip(helm.lines()).enumerate();
    match pairs.into_iter().find(|(_, (ours, theirs))| ours != theirs) {
        Some((index, (ours, theirs))) => format!("line {}:\n  skeg: {ours}\n  helm: {theirs}", index + 1),
        None => format!("{} against {} bytes", skeg.len(), helm.len()),
    }
}

fn compare(render: &Render, findings: &mut Findings) {
    let (skeg, helm) = (render.skeg(), render.helm());
    if skeg.status != helm.status {
        let said = format!(
            "skeg exits {} ({}), helm {} ({})",
            skeg.status, skeg.stderr, helm.status, helm.stderr
        );
        findings.add(render.what(), said);
    } else if skeg.stdout != helm.stdout {
        findings.add(render.what(), difference(&skeg.stdout, &helm.stdout));
    } else if helm.status != 0 && !skeg.stderr.contains(helm.stderr.trim()) {
        findings.add(render.what(), difference(&skeg.stderr, &helm.stderr));
    }
}

// XC-03: profiles, documented flags, and each switch turned over.
#[test]
fn xc_03_every_profile_renders_to_the_same_bytes() {
    each_chart(|chart, findings| {
        for (_, render) in variants(chart) {
            compare(&render, findings);
        }
    });
}

// XC-03, XC-30: old and new clusters, with and without the APIs of operators.
#[test]
fn xc_03_for_the_oldest_and_newest_cluster_too() {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            for minor in [chart.oldest, skeg_testkit::charts::NEWEST] {
                let render = chart.render(profile).kube(&format!("1.{minor}.0"));
                let render = [
                    "monitoring.coreos.com/v1",
                    "cert-manager.io/v1",
                    "external-secrets.io/v1",
                ]
                .iter()
                .fold(render, |render, api| render.api(api));
                compare(&render, findings);
            }
        }
    });
}

// XC-03: what is refused is refused in the same words.
#[test]
fn xc_03_refusals_are_the_same() {
    each_chart(|chart, findings| {
        let (profile, _) = chart.profiles[chart.profiles.len() - 1];
        // One at a time: Helm prints the findings of a schema in another order each time.
        for wrong in ["noSuchKey: 1", "image: 7", "replicaCount: two"] {
            compare(&chart.render(profile).values(wrong), findings);
        }
        compare(
            &chart.render(profile).kube(&format!("1.{}.0", chart.oldest - 1)),
            findings,
        );
    });
}
