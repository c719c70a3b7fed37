//! What is wrong with a stored record.

/// The largest record that is read, in bytes after inflating. A chart has at most 100 MiB of files; in base64, with the
/// manifest and its notes, that stays below.
pub const MAX_RECORD_SIZE: u64 = 256 << 20;

/// Why a stored text is no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The outermost encoding.
    #[error("not base64: {0}")]
    Base64(String),
    /// It begins like gzip, but does not go on so.
    #[error("not gzip: {0}")]
    Gzip(String),
    /// It inflates to more than [`MAX_RECORD_SIZE`].
    #[error("more than {} MiB when inflated", .0 >> 20)]
    TooLarge(u64),
    /// No JSON, or not of a release.
    #[error("not the JSON of a release: {0}")]
    Json(String),
    /// A record that is written must have a name and a revision.
    #[error("a record needs a name and a revision")]
    Incomplete,
}
