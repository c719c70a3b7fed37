//! XC-08, XC-33, XC-42: READMEs, notes, raw manifests.

use skeg_testkit::seeds::{self, STARTS};
use skeg_testkit::sweep::{chosen, each_chart};
use skeg_testkit::workload::pod_templates;
use skeg_testkit::{CHARTS, Json, object, programs, scratch};

// XC-08
#[test]
fn xc_08_values_tables_are_generated() {
    each_chart(|chart, findings| {
        let readme = std::fs::read_to_string(chart.path().join("README.md")).unwrap_or_default();
        let marked = readme.contains("<!-- values:begin -->") && readme.contains("<!-- values:end -->");
        findings.check(
            marked,
            chart.name,
            "README.md has no <!-- values:begin --> … <!-- values:end -->",
        );
        let answer = programs::run_skeg(&["docs", "--check", &chart.path().to_string_lossy()]);
        findings.check(
            answer.succeeded(),
            chart.name,
            format!("skeg docs --check: {}{}", answer.stdout, answer.stderr),
        );
    });
}

// XC-08
#[test]
fn xc_08_readmes_have_every_command_of_the_seed() {
    let words = |text: &str| {
        text.replace("\\\n", " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut missing = Vec::new();
    for (family, _) in STARTS
        .iter()
        .filter(|(family, _)| CHARTS.iter().any(|c| c.family == *family && chosen(c)))
    {
        let root = programs::repository().join("charts").join(family);
        let texts = scratch::files(&root)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "md"));
        let text: String = texts
            .map(|path| words(&scratch::read(&path)))
            .collect::<Vec<_>>()
            .join("\n");
        for command in seeds::commands(family) {
            if !text.contains(&words(&command.line)) {
                missing.push(format!("{family}: no README has `{}`", command.line));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

// XC-33: notes name the Secrets that pods read and the release does not make, and warn of what is unsafe.
#[test]
fn xc_33_notes_tell_what_is_expected_and_what_is_unsafe() {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            let place = format!("{} ({profile})", chart.name);
            let render = chart.render(profile);
            let notes = render.notes();
            findings.check(!notes.trim().is_empty(), &place, "no notes");
            let rendered = match render.attempt() {
                Ok(rendered) => rendered,
                Err(why) => {
                    findings.add(place, why);
                    continue;
                }
            };
            let warned = notes.lines().any(|line| line.starts_with("WARNING:"));
            for pod in pod_templates(&rendered) {
                for name in pod.uses("Secret") {
                    let made = rendered.find(&format!("Secret/{name}")).is_some();
                    findings.check(
                        made || notes.contains(&name),
                        &place,
                        format!("notes do not name Secret {name}"),
                    );
                }
                for (_, container) in pod.containers() {
                    let image = container.get("image").and_then(Json::as_str).unwrap_or_default();
                    let moving = image.ends_with(":latest");
                    findings.check(!moving || warned, &place, format!("notes do not warn of {image}"));
                }
            }
            for claim in rendered.of_kind("PersistentVolumeClaim") {
                let shared = claim
                    .all(".spec.accessModes[*]")
                    .iter()
                    .any(|mode| mode.as_str() == Some("ReadWriteMany"));
                let said = notes
                    .lines()
                    .any(|line| line.starts_with("WARNING:") && line.contains("ReadWriteMany"));
                findings.check(
                    !shared || said,
                    &place,
                    format!("notes do not warn that {} is shared", claim.id()),
                );
            }
        }
    });
}

// XC-33
#[test]
fn xc_33_notes_warn_of_a_network_without_policies() {
    each_chart(|chart, findings| {
        let values = object::decode_one(&scratch::read(&chart.path().join("values.yaml"))).unwrap_or_default();
        if values.pointer("/networkPolicy/enabled").is_none() {
            return;
        }
        let notes = chart.render("base").set("networkPolicy.enabled=false").notes();
        let said = notes
            .lines()
            .any(|line| line.starts_with("WARNING:") && line.to_lowercase().replace(" ", "").contains("networkpolic"));
        findings.check(
            said,
            chart.name,
            format!("networkPolicy.enabled=false is not warned of: {notes}"),
        );
    });
}

// XC-42
#[test]
fn xc_42_raw_manifests_are_what_the_charts_render() {
    let mut command = std::process::Command::new(env!("CARGO"));
    command
        .args(["xtask", "charts", "raw", "--check"])
        .current_dir(programs::repository());
    command.env("SKEG", programs::skeg());
    let answer = programs::finish(&mut command);
    assert!(answer.succeeded(), "{}", answer.stderr);
}
