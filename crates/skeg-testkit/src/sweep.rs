//! One rule over every chart and profile, with all that breaks it in one message.
//!
//! `FAMILY=plue cargo test -p skeg-testkit --test charts` looks at one family only.

use crate::charts::{self, Chart};
use crate::render::{Render, Rendered};

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

/// Looks at every rendering of every chart; one that fails is a finding.
#[track_caller]
pub fn each_rendering(look: impl FnMut(&Rendered, &str, &mut Findings)) {
    each_rendering_with(|render| render, look);
}

/// [`each_rendering`] with changed renderings: another version of Kubernetes, another release name.
#[track_caller]
pub fn each_rendering_with(change: impl Fn(Render) -> Render, mut look: impl FnMut(&Rendered, &str, &mut Findings)) {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            let place = format!("{} ({profile})", chart.name);
            match change(chart.render(profile)).attempt() {
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
