//! What can go wrong with stored records.

use skeg_release::record::{PartSize, RecordError};

use crate::error::ApiError;

/// A record that could not be read or written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no such record.
    #[error("release: not found")]
    NotFound,
    /// Somebody else has made this revision already.
    #[error("release: already exists")]
    AlreadyExists,
    /// Somebody else has changed the record since it was read, so it was not written; the name of the stored object.
    #[error("somebody else has changed the record {0} in the meantime; look at the release's history before you go on")]
    Changed(String),
    /// All stored objects of the release hold something else than records.
    #[error("no revision for release {0:?}")]
    NoneReadable(String),
    /// The API server refused, or could not be asked.
    #[error("{doing}{source}")]
    Api {
        /// What was being done, in Helm's words, up to and with the colon and space: `query: failed to query with labels: `.
        doing: String,
        /// Why not.
        source: ApiError,
    },
    /// A stored object that holds no record.
    #[error("get: failed to decode data {key:?}: {source}")]
    Undecodable {
        /// The stored object.
        key: String,
        /// What is wrong with it.
        source: RecordError,
    },
    /// A record that cannot be written as it is.
    #[error("create: failed to encode release {key:?}: {source}")]
    Unencodable {
        /// The stored object.
        key: String,
        /// What is wrong with it.
        source: RecordError,
    },
    /// A part of a record that is stored in several Secrets is missing, or belongs to another one.
    #[error("the record {key} is stored in {parts} Secrets, and {missing} is missing or damaged")]
    PartMissing {
        /// The first Secret.
        key: String,
        /// How many there should be.
        parts: usize,
        /// The one that is not as it should be.
        missing: String,
    },
    /// A record that no single object can hold.
    #[error(transparent)]
    TooLarge(Box<TooLarge>),
    /// `HELM_DRIVER` names no driver.
    #[error("unknown driver {0:?}")]
    UnknownDriver(String),
    /// The file of the memory driver cannot be opened; its name, and why.
    #[error("Unable to read memory driver dataopen {0}: {1}")]
    MemoryFile(String, String),
    /// A file of the memory driver holds no list of releases.
    #[error("Unable to unmarshal memory driver data: {0}")]
    MemoryData(String),
    /// The database refused, or could not be reached; the text names no password.
    #[error("{doing}: {reason}")]
    Sql {
        /// What was being done.
        doing: &'static str,
        /// Why not.
        reason: String,
    },
}

impl StorageError {
    /// Whether there is no such record.
    pub fn is_not_found(&self) -> bool {
        matches!(self, StorageError::NotFound)
    }

    /// The API server's answer, if it was that.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            StorageError::Api { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// A record that is larger than the API server takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The release.
    pub name: String,
    /// `Secret` or `ConfigMap`.
    pub kind: &'static str,
    /// What the record takes, in bytes.
    pub bytes: usize,
    /// What the object may hold, in bytes.
    pub limit: usize,
    /// The parts, those that take most first.
    pub parts: Vec<PartSize>,
}

impl std::error::Error for TooLarge {}

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the record of release {:?} takes {}, more than the {} that a {} may hold; nothing was changed. Largest parts: ",
            self.name,
            size(self.bytes),
            size(self.limit),
            self.kind
        )?;
        for (at, part) in self.parts.iter().take(5).enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(
                f,
                "{comma}{} ({}, {} of it stored)",
                part.name,
                size(part.bytes),
                size(part.stored_bytes)
            )?;
        }
        f.write_str(
            ". Keep files out of the chart that it does not need (.helmignore), or set HELM_DRIVER=multisecrets to store \
             the record in several Secrets",
        )
    }
}

/// `1.4 MiB`, `12 KiB`, `7 B`.
fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => {
            // Rounded up, so that what is over a limit looks so.
            let tenths = (bytes * 10).div_ceil(1 << 20);
            match tenths % 10 {
                0 => format!("{} MiB", tenths / 10),
                _ => format!("{}.{} MiB", tenths / 10, tenths % 10),
            }
        }
    }
}
