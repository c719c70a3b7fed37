//! [`Chart`]: a loaded chart with its subcharts.

use skeg_value::Map;

use crate::files::ChartFile;
use crate::lock::Lock;
use crate::metadata::Metadata;

/// A loaded chart. Files are shared bytes; default values are a map of the chart's own.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// What Chart.yaml (and, for old charts, requirements.yaml) says.
    pub metadata: Metadata,
    /// What Chart.lock or requirements.lock says.
    pub lock: Option<Lock>,
    /// The default values, as read from values.yaml.
    pub values: Map,
    /// values.yaml itself.
    pub values_file: Option<ChartFile>,
    /// values.schema.json.
    pub schema: Option<ChartFile>,
    /// Chart.yaml itself.
    pub metadata_file: Option<ChartFile>,
    /// Chart.lock itself.
    pub lock_file: Option<ChartFile>,
    /// Files below `templates/`.
    pub templates: Vec<ChartFile>,
    /// All other files, `crds/` included.
    pub files: Vec<ChartFile>,
    /// The charts found below `charts/`; after processing, those that are enabled, under their aliases.
    pub dependencies: Vec<Chart>,
}

impl Chart {
    /// The chart's name (after processing: its alias).
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Whether it is a library chart, whose templates are only lent to others.
    pub fn is_library(&self) -> bool {
        self.metadata.chart_type == "library"
    }

    /// The chart's own custom resource definitions: files below `crds/` with a YAML or JSON ending, in file order.
    ///
    /// # Source
    /// spec/rendering.md 4.5.
    pub fn own_crds(&self) -> impl Iterator<Item = &ChartFile> {
        self.files.iter().filter(|file| {
            let name = file.name.to_ascii_lowercase();
            file.name.starts_with("crds/") && [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending))
        })
    }

    /// All custom resource definitions with the chart path of each: the chart's own, then its subcharts'.
    pub fn crds(&self) -> Vec<(String, &ChartFile)> {
        let mut found = Vec::new();
        self.collect_crds(self.name(), &mut found);
        found
    }

    fn collect_crds<'c>(&'c self, path: &str, found: &mut Vec<(String, &'c ChartFile)>) {
        found.extend(self.own_crds().map(|file| (format!("{path}/{}", file.name), file)));
        for dependency in &self.dependencies {
            dependency.collect_crds(&format!("{path}/charts/{}", dependency.name()), found);
        }
    }
}
