//! The files of a chart as they were found: names and bytes.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

/// Helm's limit on the total size of a chart's files, in bytes; a chart must stay below it.
pub const MAX_CHART_SIZE: u64 = 104_857_600;

/// The path of a file in its own chart, given the one in the chart that was asked for: without the `charts/<name>/` of each
/// folder of a subchart that it lies in.
pub fn path_in_own_chart(path: &str) -> &str {
    let mut own = path;
    while let Some((_, rest)) = own.strip_prefix("charts/").and_then(|rest| rest.split_once('/')) {
        own = rest;
    }
    own
}

/// One file. Bytes are shared: cloning copies nothing.
#[derive(Clone)]
pub struct ChartFile {
    /// Path relative to the chart, `/` between components.
    pub name: Arc<str>,
    /// When it was changed, where that is known.
    pub modified: Option<SystemTime>,
    contents: Contents,
}

#[derive(Clone)]
enum Contents {
    Here(Arc<[u8]>),
    Later(Arc<Later>),
}

/// Contents that are fetched when somebody first looks at them.
struct Later {
    size: u64,
    text: LazyLock<Arc<[u8]>, Fetch>,
}

type Fetch = Box<dyn FnOnce() -> Arc<[u8]> + Send>;

impl ChartFile {
    /// A file; a UTF-8 byte order mark at the start of its contents is dropped, as Helm does.
    pub fn new(name: impl Into<Arc<str>>, data: impl Into<Arc<[u8]>>, modified: Option<SystemTime>) -> Self {
        ChartFile {
            name: name.into(),
            modified,
            contents: Contents::Here(without_mark(data.into())),
        }
    }

    /// A file whose contents are fetched when they are first asked for; most files of a chart never are. `size` is what
    /// is known of their length in bytes. Whoever hands out such files has to say how a failing `read` becomes known: it
    /// gives empty contents here.
    pub fn later(
        name: impl Into<Arc<str>>,
        size: u64,
        modified: Option<SystemTime>,
        read: impl FnOnce() -> Arc<[u8]> + Send + 'static,
    ) -> Self {
        let read: Fetch = Box::new(|| without_mark(read()));
        ChartFile {
            name: name.into(),
            modified,
            contents: Contents::Later(Arc::new(Later {
                size,
                text: LazyLock::new(read),
            })),
        }
    }

    /// The contents, without a byte order mark at the start.
    pub fn data(&self) -> &Arc<[u8]> {
        match &self.contents {
            Contents::Here(data) => data,
            Contents::Later(later) => &later.text,
        }
    }

    /// About how many bytes the contents have, told without fetching them.
    pub fn size(&self) -> u64 {
        match &self.contents {
            Contents::Here(data) => data.len() as u64,
            Contents::Later(later) => later.size,
        }
    }

    /// A number that clones of this file, renamed or not, share with no other file that lives at the same time.
    pub fn identity(&self) -> usize {
        match &self.contents {
            Contents::Here(data) => data.as_ptr() as usize,
            Contents::Later(later) => Arc::as_ptr(later) as usize,
        }
    }

    /// The same file under another name.
    pub fn renamed(&self, name: &str) -> Self {
        ChartFile {
            name: name.into(),
            modified: self.modified,
            contents: self.contents.clone(),
        }
    }
}

impl fmt::Debug for ChartFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChartFile")
            .field("name", &self.name)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}

fn without_mark(data: Arc<[u8]>) -> Arc<[u8]> {
    match data.strip_prefix(b"\xEF\xBB\xBF") {
        None => data,
        Some(rest) => Arc::from(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// spec 4.1: the mark is no part of the contents, whenever they are read.
    #[test]
    fn a_byte_order_mark_is_dropped() {
        let now = ChartFile::new("a", &b"\xEF\xBB\xBFx"[..], None);
        let later = ChartFile::later("a", 4, None, || Arc::from(&b"\xEF\xBB\xBFx"[..]));
        assert_eq!((&**now.data(), &**later.data()), (&b"x"[..], &b"x"[..]));
    }

    #[test]
    fn late_contents_are_fetched_once_for_all_clones() {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let file = ChartFile::later("charts/a/b", 1, None, move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Arc::from(&b"x"[..])
        });
        let renamed = file.renamed("b");
        assert_eq!(count.load(Ordering::Relaxed), 0, "{renamed:?}");
        assert_eq!(renamed.identity(), file.identity());
        assert!(Arc::ptr_eq(file.data(), renamed.data()));
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }
}
