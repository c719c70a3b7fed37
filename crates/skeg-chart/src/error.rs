//! Why a chart or its values were refused, in Helm's words.

/// A chart that cannot be used. `Display` is Helm's message after `Error: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// A file of the chart that does not parse: `cannot load values.yaml: …`.
    #[error("cannot load {file}: {reason}")]
    BadFile {
        /// The file's name in the chart.
        file: String,
        /// The decoder's message.
        reason: String,
    },
    /// The chart has no Chart.yaml.
    #[error("Chart.yaml file is missing")]
    NoMetadata,
    /// Chart.yaml breaks a rule.
    #[error("validation: {0}")]
    Invalid(String),
    /// An `apiVersion` that no Helm knows.
    #[error("unsupported chart version")]
    UnsupportedVersion,
    /// A subchart that cannot be loaded.
    #[error("error unpacking subchart {entry} in {parent}: {reason}")]
    Subchart {
        /// The entry below `charts/`.
        entry: String,
        /// The chart that holds it.
        parent: String,
        /// What is wrong with it.
        reason: Box<ChartError>,
    },
    /// An archive that cannot be read. For a chart that it was asked for Helm says no more than this; for `detail` see
    /// [`ChartError::in_full`].
    #[error("unable to load chart archive")]
    Archive {
        /// What is wrong with the archive.
        detail: String,
    },
    /// An archive without Chart.yaml.
    #[error("unable to detect chart version, no Chart.yaml found")]
    UndetectableArchive,
    /// Values or dependencies that do not fit; Helm's whole text.
    #[error("{0}")]
    Values(String),
}

impl ChartError {
    /// The error with what is wrong with an archive in its message: for subcharts and lint, where Helm does say it.
    #[must_use]
    pub fn in_full(self) -> ChartError {
        match self {
            ChartError::Archive { detail } => ChartError::Values(detail),
            other => other,
        }
    }
}
