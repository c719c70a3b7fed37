//! One rule over every chart and profile, with all that breaks it in one message.
//!
//! `FAMILY=plue cargo test -p skeg-testkit --test charts` looks at one family only.

use crate::charts::{self, Chart};
use crate::render::{Render, Rendered};
use crate::{Json, object, schema};

/// What breaks a rule, in order of finding.
#[derive(Debug, Default)]
pub struct Findings {
    lines: Vec<String>,
}

impl Findings {
    /// Nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes what is wrong at a place.
    pub fn add(&mut self, place: impl AsRef<str>, what: impl AsRef<str>) {
        self.lines
            .push(format!("{}: {}", place.as_ref(), what.as_ref().trim_end()));
    }

    /// Notes what is wrong unless `holds`.
    pub fn check(&mut self, holds: bool, place: impl AsRef<str>, what: impl AsRef<str>) {
        if !holds {
            self.add(place, what);
        }
    }

    /// Fails the test when anything was noted.
    ///
    /// # Panics
    /// With all findings, equal ones once.
    #[track_caller]
    pub fn none(mut self) {
        let mut seen = std::collections::HashSet::new();
        self.lines.retain(|line| seen.insert(line.clone()));
        assert!(
            self.lines.is_empty(),
            "{} findings\n{}",
            self.lines.len(),
            self.lines.join("\n")
        );
    }
}

/// Looks at every application chart (of `$FAMILY`, if set).
#[track_caller]
pub fn each_chart(mut look: impl FnMut(&'static Chart, &mut Findings)) {
    let mut findings = Findings::new();
    for chart in charts::applications().filter(|chart| chosen(chart)) {
        if chart.path().join("Chart.yaml").is_file() {
            look(chart, &mut findings);
        } else {
            findings.add(
                chart.name,
                format!("there is no chart in charts/{}/{}", chart.family, chart.folder),
            );
        }
    }
    findings.none();
}

/// Looks at every rendering of every chart: each profile, the flags that seeds document, and each switch of the values
/// turned over alone. A profile or documented command that fails is a finding; a switch may be refused with a sentence.
#[track_caller]
pub fn each_rendering(mut look: impl FnMut(&Rendered, &str, &mut Findings)) {
    each_chart(|chart, findings| {
        for (place, render) in variants(chart) {
            match render.shared() {
                Ok(rendered) => look(&rendered, &place, findings),
                Err(why) if place.contains(SWITCH) && is_sentence(&why) => {}
                Err(why) => findings.add(place, why),
            }
        }
    });
}

/// What a place says before a switch that is turned over.
const SWITCH: &str = " switch ";

/// Every profile, documented command and switch of a chart, with what to call it: `name (profile) …`.
#[must_use]
pub fn variants(chart: &'static Chart) -> Vec<(String, Render)> {
    let mut all = Vec::new();
    for (profile, _) in chart.profiles {
        all.push((format!("{} ({profile})", chart.name), chart.render(profile)));
    }
    for (profile, flags) in chart.documented {
        let place = format!("{} ({profile}) {}", chart.name, flags.join(" "));
        all.push((place, chart.render(profile).flags(flags)));
    }
    for assignment in switches(chart) {
        let place = format!("{} (base){SWITCH}{assignment}", chart.name);
        all.push((place, chart.render("base").set(&assignment)));
    }
    all
}

/// `key=value` for each true or false of values.yaml, turned over. What hardens or probes pods, gives them accounts or keeps
/// data is left as it is: whoever turns it over means to lose it.
fn switches(chart: &Chart) -> Vec<String> {
    const KEPT: &[&str] = &[
        "securitycontext",
        "token",
        "retain",
        "requireimmutabletag",
        "privilege",
        "rbac.",
        "serviceaccount.create",
        "liveness",
        "readiness",
        "startup",
    ];
    let text = std::fs::read_to_string(chart.path().join("values.yaml")).unwrap_or_default();
    let values = object::decode_one(&text).unwrap_or_default();
    let mut found = Vec::new();
    for keys in schema::key_paths(&values) {
        let value = keys.iter().try_fold(&values, |at, key| at.get(key));
        let path = keys.join(".");
        let lower = path.to_lowercase();
        // A key with a dot in it is one of a label or a file, not a switch.
        let plain = !keys.iter().any(|key| key.contains('.')) && !KEPT.iter().any(|word| lower.contains(word));
        if let Some(Json::Bool(on)) = value.filter(|_| plain) {
            found.push(format!("{path}={}", !on));
        }
    }
    found
}

/// Whether a refusal is one that the chart's author wrote: by `fail`, or by the schema.
fn is_sentence(why: &str) -> bool {
    let written = why.contains("execution error at (") || why.contains("values don't meet the specifications");
    written && !why.contains("nil pointer")
}

/// The profile in a place's name.
#[must_use]
pub fn profile(place: &str) -> &str {
    let inner = place.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inner.map_or("", |(profile, _)| profile)
}

/// Looks at every profile with a changed rendering: another version of Kubernetes, another release name.
#[track_caller]
pub fn each_rendering_with(change: impl Fn(Render) -> Render, mut look: impl FnMut(&Rendered, &str, &mut Findings)) {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            let place = format!("{} ({profile})", chart.name);
            match change(chart.render(profile)).shared() {
                Ok(rendered) => look(&rendered, &place, findings),
                Err(why) => findings.add(place, why),
            }
        }
    });
}

/// Whether the chart is of `$FAMILY`, or none is set.
#[must_use]
pub fn chosen(chart: &Chart) -> bool {
    std::env::var("FAMILY").map_or(true, |family| family == chart.family)
}
