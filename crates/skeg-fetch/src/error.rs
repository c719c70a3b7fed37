//! What can go wrong when charts are read or written.

use std::path::{Path, PathBuf};

/// A chart that could not be read or written; the text is Helm's where Helm has one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The operating system refused.
    #[error("{operation} {}: {message}", path.display())]
    Io {
        /// What was being done: `open`, `read`, …
        operation: &'static str,
        /// To what.
        path: PathBuf,
        /// The reason in the words of the operating system, in lower case as Go prints it.
        message: String,
    },
    /// A bad pattern in `.helmignore`.
    #[error("{message}")]
    Ignore {
        /// The ignore file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A symbolic link that leads nowhere.
    #[error("error evaluating symlink {}: lstat {}: no such file or directory", path.display(), target.display())]
    BrokenLink {
        /// The link.
        path: PathBuf,
        /// Where it points.
        target: PathBuf,
    },
    /// A pipe, socket or device.
    #[error("cannot load irregular file {} as it has file mode type bits set", path.display())]
    Irregular {
        /// The file.
        path: PathBuf,
    },
    /// The files are too large together.
    #[error("error reading {name}: chart exceeds maximum decompressed size of {limit} bytes")]
    TooLarge {
        /// The file that went over the limit.
        name: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// Folders nested without end, as circular links make them.
    #[error("{}: folders are nested too deeply; look for a symbolic link that leads in a circle", path.display())]
    TooDeep {
        /// The folder at the limit.
        path: PathBuf,
    },
    /// The chart itself is wrong.
    #[error(transparent)]
    Chart(#[from] skeg_chart::error::ChartError),
    /// Any other failure, with Helm's text.
    #[error("{0}")]
    Message(String),
}

impl FetchError {
    /// An operating system error about a path, worded as Go words it.
    pub fn io(operation: &'static str, path: &Path, error: &std::io::Error) -> Self {
        FetchError::Io {
            operation,
            path: path.to_owned(),
            message: reason(error),
        }
    }
}

/// The reason of an operating system error as Go prints it: lower case, without the code.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
