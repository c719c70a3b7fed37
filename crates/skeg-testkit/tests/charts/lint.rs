//! XC-04: every chart and profile is lint-clean, with skeg and with Helm.

use skeg_testkit::scratch::Scratch;
use skeg_testkit::sweep::each_chart;
use skeg_testkit::{CHARTS, programs};

#[test]
fn xc_04_lint_says_nothing_at_all() {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            // With subcharts, Helm holds the values files of the umbrella against each subchart alone, whose closed schema
            // refuses them; the profiles' values for subcharts are judged by the umbrella's own run.
            let runs = [&["--strict"][..], &["--strict", "--with-subcharts"]];
            for flags in &runs[..if *profile == "base" { 2 } else { 1 }] {
                let render = chart.render(profile).flags(flags);
                for (who, answer) in [("skeg", render.lint()), ("helm", render.helm_lint())] {
                    let said = format!("{}{}", answer.stdout, answer.stderr);
                    let clean =
                        answer.succeeded() && !["[INFO]", "[WARNING]", "[ERROR]"].iter().any(|w| said.contains(w));
                    findings.check(clean, format!("{who} lint {} ({profile}) {flags:?}", chart.name), &said);
                }
            }
        }
    });
}

#[test]
fn xc_04_every_chart_says_where_it_comes_from() {
    for chart in CHARTS.iter().filter(|chart| skeg_testkit::sweep::chosen(chart)) {
        let text = skeg_testkit::scratch::read(&chart.path().join("Chart.yaml"));
        for key in ["icon:", "home:", "sources:", "maintainers:", "keywords:"] {
            assert!(
                text.lines().any(|line| line.starts_with(key)),
                "{}: no {key} in Chart.yaml",
                chart.name
            );
        }
        assert!(
            chart
                .path()
                .join("templates")
                .read_dir()
                .is_ok_and(|mut d| d.next().is_some())
        );
    }
}

// XC-43: what CI runs fails when a chart is broken.
#[test]
fn xc_43_ci_lists_the_checks_and_a_broken_chart_fails_them() {
    let script = skeg_testkit::scratch::read(&programs::repository().join("test.sh"));
    assert!(
        script.contains("cargo xtask charts check"),
        "test.sh runs the checks of the charts"
    );
    let copy = Scratch::with_copy(&skeg_testkit::chart("plue").path());
    let chart = copy.path().join("plue");
    copy.write(
        "plue/templates/broken.yaml",
        "a: {{ .Values.image.tag | nosuchfunction }}\n",
    );
    let chart = chart.to_string_lossy().into_owned();
    for command in [["lint", "--strict", &chart], ["template", "x", &chart]] {
        assert!(
            !programs::run_skeg(&command).succeeded(),
            "{command:?} accepts a broken chart"
        );
    }
}
