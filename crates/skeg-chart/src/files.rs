//! The files of a chart as they were found: names and bytes.

use std::sync::Arc;
use std::time::SystemTime;

/// Helm's limit on the total size of a chart's files, in bytes; a chart must stay below it.
pub const MAX_CHART_SIZE: u64 = 104_857_600;

/// One file. Bytes are shared: cloning copies nothing.
#[derive(Clone, Debug)]
pub struct ChartFile {
    /// Path relative to the chart, `/` between components.
    pub name: Arc<str>,
    /// The contents, without a byte order mark at the start.
    pub data: Arc<[u8]>,
    /// When it was changed, where that is known.
    pub modified: Option<SystemTime>,
}

impl ChartFile {
    /// A file; a UTF-8 byte order mark at the start of its contents is dropped, as Helm does.
    pub fn new(name: impl Into<Arc<str>>, data: impl Into<Arc<[u8]>>, modified: Option<SystemTime>) -> Self {
        let data = data.into();
        let data = data
            .strip_prefix(b"\xEF\xBB\xBF")
            .map_or_else(|| Arc::clone(&data), Arc::from);
        ChartFile {
            name: name.into(),
            data,
            modified,
        }
    }

    /// The same file under another name.
    pub fn renamed(&self, name: &str) -> Self {
        ChartFile {
            name: name.into(),
            data: Arc::clone(&self.data),
            modified: self.modified,
        }
    }
}
