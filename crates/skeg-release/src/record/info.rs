//! What a record says of its release: when, in which state, in which words.

use serde::Deserialize;
use serde::de::Deserializer;

use super::json::{ObjectWriter, null_is_default};
use super::time::Time;

/// The state of one revision of a release.
///
/// # Source
/// spec/lifecycle.md 2.4.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the state of its name")]
pub enum Status {
    #[default]
    Unknown,
    Deployed,
    Uninstalled,
    Superseded,
    Failed,
    Uninstalling,
    PendingInstall,
    PendingUpgrade,
    PendingRollback,
    /// A word that Helm does not use, or none.
    Other(Box<str>),
}

impl Status {
    /// The state with this word.
    pub fn of(word: &str) -> Status {
        match word {
            "unknown" => Status::Unknown,
            "deployed" => Status::Deployed,
            "uninstalled" => Status::Uninstalled,
            "superseded" => Status::Superseded,
            "failed" => Status::Failed,
            "uninstalling" => Status::Uninstalling,
            "pending-install" => Status::PendingInstall,
            "pending-upgrade" => Status::PendingUpgrade,
            "pending-rollback" => Status::PendingRollback,
            other => Status::Other(other.into()),
        }
    }

    /// Its word: `deployed`, `pending-install`, …
    pub fn as_str(&self) -> &str {
        match self {
            Status::Unknown => "unknown",
            Status::Deployed => "deployed",
            Status::Uninstalled => "uninstalled",
            Status::Superseded => "superseded",
            Status::Failed => "failed",
            Status::Uninstalling => "uninstalling",
            Status::PendingInstall => "pending-install",
            Status::PendingUpgrade => "pending-upgrade",
            Status::PendingRollback => "pending-rollback",
            Status::Other(word) => word,
        }
    }

    /// Whether an operation was under way when the record was written: install, upgrade or rollback.
    pub fn is_pending(&self) -> bool {
        matches!(
            self,
            Status::PendingInstall | Status::PendingUpgrade | Status::PendingRollback
        )
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Status, D::Error> {
    let word: String = null_is_default(deserializer)?;
    Ok(Status::of(&word))
}

fn no_status() -> Status {
    Status::of("")
}

/// The `info` of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Info {
    /// When the first revision of the release was made.
    #[serde(default)]
    pub first_deployed: Time,
    /// When this revision was made.
    #[serde(default)]
    pub last_deployed: Time,
    /// When it was uninstalled; zero if it was not.
    #[serde(default)]
    pub deleted: Time,
    /// A sentence on what became of it.
    #[serde(default, deserialize_with = "null_is_default")]
    pub description: String,
    /// Its state.
    #[serde(default = "no_status", deserialize_with = "status")]
    pub status: Status,
    /// The revision that was rolled back to; 0 if none was.
    #[serde(default, deserialize_with = "null_is_default")]
    pub rollback_revision: i64,
    /// The rendered NOTES.txt.
    #[serde(default, deserialize_with = "null_is_default")]
    pub notes: String,
}

impl Info {
    /// The same with empty notes.
    pub(super) fn without_notes(&self) -> Info {
        Info {
            description: self.description.clone(),
            status: self.status.clone(),
            notes: String::new(),
            ..*self
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::begin(out);
        for (key, time) in [
            ("first_deployed", self.first_deployed),
            ("last_deployed", self.last_deployed),
            ("deleted", self.deleted),
        ] {
            if !time.is_zero() {
                object.text(key, &time.to_string());
            }
        }
        object.text_if("description", &self.description);
        object.text_if("status", self.status.as_str());
        object.number_if("rollback_revision", self.rollback_revision);
        object.text_if("notes", &self.notes);
        object.end();
    }
}

/// How the objects of a revision were sent to the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ApplyMethod {
    /// `ssa`: server-side apply.
    ServerSide,
    /// `csa`: patches computed by the client.
    ClientSide,
    /// Any other word.
    Other(Box<str>),
}

impl ApplyMethod {
    /// The method with this word; none for an empty one.
    pub fn of(word: &str) -> Option<ApplyMethod> {
        match word {
            "" => None,
            "ssa" => Some(ApplyMethod::ServerSide),
            "csa" => Some(ApplyMethod::ClientSide),
            other => Some(ApplyMethod::Other(other.into())),
        }
    }

    /// Its word.
    pub fn as_str(&self) -> &str {
        match self {
            ApplyMethod::ServerSide => "ssa",
            ApplyMethod::ClientSide => "csa",
            ApplyMethod::Other(word) => word,
        }
    }
}
