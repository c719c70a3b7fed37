//! [`Record`]: one revision of a release, as Helm stores it.
//!
//! [`Record::decode`] reads the text of a stored object, [`Record::encode`] writes it; [`Head`] is what lists need, read from
//! the beginning of the text alone. [`history`] has the rules of a release's revisions. Where records are stored is no matter
//! of this crate.
//!
//! # Source
//! spec/lifecycle.md 2.

mod beginning;
mod chart;
mod codec;
mod error;
mod head;
pub mod history;
mod hook;
mod info;
mod json;
pub mod labels;
mod time;

use std::collections::BTreeMap;

pub use chart::{ChartHead, PartSize, StoredChart};
pub use error::{MAX_RECORD_SIZE, RecordError};
pub use head::Head;
pub use hook::{HookPhase, HookRun, StoredHook};
pub use info::{ApplyMethod, Info, Status};
pub use json::RawJson;
pub use time::Time;

/// One revision of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The release's name.
    pub name: String,
    /// The namespace it is stored in.
    pub namespace: String,
    /// The revision, from 1.
    pub version: i64,
    /// When, in which state, in which words.
    pub info: Info,
    /// The chart.
    pub chart: StoredChart,
    /// The values that the user gave; none and an empty map are stored alike. Make one with [`RawJson::of`].
    pub config: Option<RawJson>,
    /// The rendered objects, hooks excluded, each with `---` and `# Source:` before it.
    pub manifest: String,
    /// The hooks.
    pub hooks: Vec<StoredHook>,
    /// How the objects were sent; none in records of Helm 3, which means by the client.
    pub apply_method: Option<ApplyMethod>,
    /// Labels of the stored object, the system's own included. Not in the encoded text.
    pub labels: BTreeMap<String, String>,
    /// `resourceVersion` of the stored object, for compare-and-swap. Not in the encoded text.
    pub storage_version: Option<String>,
}

/// The name of the object that stores a revision: `sh.helm.release.v1.NAME.vREVISION`.
pub fn storage_key(name: &str, revision: i64) -> String {
    format!("sh.helm.release.v1.{name}.v{revision}")
}

/// Name and revision of a stored object's name; none where it is of another form.
pub fn parse_storage_key(key: &str) -> Option<(&str, i64)> {
    let (name, revision) = key.strip_prefix("sh.helm.release.v1.")?.rsplit_once(".v")?;
    let is_number = revision.bytes().all(|b| b.is_ascii_digit());
    Some((name, revision.parse().ok().filter(|_| is_number)?))
}

impl Record {
    /// The name of the object that stores it.
    pub fn storage_key(&self) -> String {
        storage_key(&self.name, self.version)
    }

    /// The sizes of its parts, those that take most of the stored object first.
    pub fn sizes(&self) -> Vec<PartSize> {
        let mut sizes = self.chart.sizes();
        sizes.push(PartSize::of("manifest", self.manifest.len(), &self.manifest));
        let hooks: String = self.hooks.iter().map(|hook| hook.manifest.as_str()).collect();
        sizes.push(PartSize::of("hooks", hooks.len(), &hooks));
        sizes.push(PartSize::of("notes", self.info.notes.len(), &self.info.notes));
        if let Some(config) = &self.config {
            sizes.push(PartSize::of(
                "user-supplied values",
                config.as_str().len(),
                config.as_str(),
            ));
        }
        sizes.retain(|part| part.bytes > 0);
        sizes.sort_by(|a, b| b.stored_bytes.cmp(&a.stored_bytes).then_with(|| a.name.cmp(&b.name)));
        sizes
    }

    /// Whether its objects were sent by server-side apply.
    pub fn is_server_side(&self) -> bool {
        self.apply_method == Some(ApplyMethod::ServerSide)
    }
}

#[cfg(test)]
mod tests;
