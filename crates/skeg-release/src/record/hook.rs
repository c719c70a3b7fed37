//! Hooks as records hold them.

use serde::Deserialize;
use serde::de::Deserializer;

use super::json::{ObjectWriter, append_list, null_is_default};
use super::time::Time;
use crate::document::RenderedFile;
use crate::hook::Hook;

/// How the last run of a hook ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the phase of its name")]
pub enum HookPhase {
    /// It never ran.
    #[default]
    Never,
    Unknown,
    Running,
    Succeeded,
    Failed,
    /// A word that Helm does not use.
    Other(Box<str>),
}

impl HookPhase {
    /// The phase with this word; empty means that it never ran.
    pub fn of(word: &str) -> HookPhase {
        match word {
            "" => HookPhase::Never,
            "Unknown" => HookPhase::Unknown,
            "Running" => HookPhase::Running,
            "Succeeded" => HookPhase::Succeeded,
            "Failed" => HookPhase::Failed,
            other => HookPhase::Other(other.into()),
        }
    }

    /// Its word.
    pub fn as_str(&self) -> &str {
        match self {
            HookPhase::Never => "",
            HookPhase::Unknown => "Unknown",
            HookPhase::Running => "Running",
            HookPhase::Succeeded => "Succeeded",
            HookPhase::Failed => "Failed",
            HookPhase::Other(word) => word,
        }
    }
}

fn phase<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HookPhase, D::Error> {
    let word: String = null_is_default(deserializer)?;
    Ok(HookPhase::of(&word))
}

/// The last run of a hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct HookRun {
    /// When it began; zero if it never did.
    #[serde(default)]
    pub started_at: Time,
    /// When it ended; zero if it did not.
    #[serde(default)]
    pub completed_at: Time,
    /// How.
    #[serde(default, deserialize_with = "phase")]
    pub phase: HookPhase,
}

/// One hook of a record. Events and policies are words, as the annotations have them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct StoredHook {
    /// `metadata.name` of its object.
    #[serde(default, deserialize_with = "null_is_default")]
    pub name: String,
    /// `kind` of its object.
    #[serde(default, deserialize_with = "null_is_default")]
    pub kind: String,
    /// The template it comes from, with the chart's name: `demo/templates/hook.yaml`.
    #[serde(default, deserialize_with = "null_is_default")]
    pub path: String,
    /// The rendered object, without `---` and `# Source:`.
    #[serde(default, deserialize_with = "null_is_default")]
    pub manifest: String,
    /// When it runs: `pre-install`, `test`, …
    #[serde(default, deserialize_with = "null_is_default")]
    pub events: Vec<String>,
    /// Its last run.
    #[serde(default, deserialize_with = "null_is_default")]
    pub last_run: HookRun,
    /// Hooks of one event run in ascending order of it.
    #[serde(default, deserialize_with = "null_is_default")]
    pub weight: i64,
    /// When its object is deleted: `before-hook-creation`, …
    #[serde(default, deserialize_with = "null_is_default")]
    pub delete_policies: Vec<String>,
    /// When its log is shown: `hook-failed`, …
    #[serde(default, deserialize_with = "null_is_default")]
    pub output_log_policies: Vec<String>,
}

impl StoredHook {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::begin(out);
        object.text_if("name", &self.name);
        object.text_if("kind", &self.kind);
        object.text_if("path", &self.path);
        object.text_if("manifest", &self.manifest);
        object.texts_if("events", &self.events);
        let mut run = ObjectWriter::begin(object.key("last_run"));
        for (key, time) in [
            ("started_at", self.last_run.started_at),
            ("completed_at", self.last_run.completed_at),
        ] {
            if !time.is_zero() {
                run.text(key, &time.to_string());
            }
        }
        run.text("phase", self.last_run.phase.as_str());
        run.end();
        object.number_if("weight", self.weight);
        object.texts_if("delete_policies", &self.delete_policies);
        object.texts_if("output_log_policies", &self.output_log_policies);
        object.end();
    }
}

/// All hooks of a record, as a JSON list.
pub(super) fn write_all(hooks: &[StoredHook], out: &mut Vec<u8>) {
    append_list(hooks, out, StoredHook::write);
}

impl StoredHook {
    /// A hook that was just rendered and never ran; `files` are the ones that were sorted.
    pub fn of(hook: &Hook, files: &[RenderedFile]) -> StoredHook {
        let document = &hook.document;
        StoredHook {
            name: document
                .head
                .metadata
                .as_ref()
                .map_or_else(String::new, |m| m.name.to_string()),
            kind: document.kind().into_owned(),
            path: files[document.file].name.clone(),
            manifest: String::from_utf8_lossy(document.text(files)).into_owned(),
            events: hook.events.iter().map(|event| event.as_str().to_owned()).collect(),
            last_run: HookRun::default(),
            weight: hook.weight,
            delete_policies: hook.delete_policies.clone(),
            output_log_policies: hook.output_log_policies.clone(),
        }
    }
}
