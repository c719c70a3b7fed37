//! Rules for custom resource definitions.

use super::{Entry, Report, Subject, manifest};

const FOLDER: &str = "crds/";

pub(super) fn check(subject: &Subject, report: &mut Report) {
    match &subject.crds {
        Entry::Absent => return,
        Entry::WrongSort => return report.error(FOLDER, "not a directory"),
        Entry::Found(()) => {}
    }
    let chart = match &subject.chart {
        Ok(chart) => chart,
        Err(message) => return report.error(FOLDER, message.as_str()),
    };
    for (path, file) in chart.crds() {
        // Subcharts' definitions are named by their paths below the root chart.
        let subject = path.split_once('/').map_or(path.as_str(), |(_, rest)| rest);
        for document in manifest::documents(file.data()) {
            match document.and_then(manifest::decode) {
                Ok(None) => {}
                Ok(Some(found)) => {
                    if !found.api_version.starts_with("apiextensions.k8s.io") {
                        report.error(subject, "apiVersion is not in 'apiextensions.k8s.io'");
                    }
                    if found.kind != "CustomResourceDefinition" {
                        report.error(subject, "object kind is not 'CustomResourceDefinition'");
                    }
                }
                Err(error) => return report.error(subject, format!("unable to parse YAML: {error}")),
            }
        }
    }
}
