//! Hooks: documents that run at an event of a release's life instead of belonging to its manifest.
//!
//! # Source
//! spec/rendering.md 6.1 rule 5.

use crate::document::Document;

/// The annotation that makes a document a hook: a comma list of events.
pub const HOOK: &str = "helm.sh/hook";
/// The annotation that orders hooks of one event.
pub const HOOK_WEIGHT: &str = "helm.sh/hook-weight";
/// The annotation that says when a hook's object is deleted.
pub const HOOK_DELETE_POLICY: &str = "helm.sh/hook-delete-policy";
/// The annotation that says when a hook's log is printed.
pub const HOOK_OUTPUT_LOG_POLICY: &str = "helm.sh/hook-output-log-policy";

/// When a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the event of its name")]
pub enum HookEvent {
    PreInstall,
    PostInstall,
    PreDelete,
    PostDelete,
    PreUpgrade,
    PostUpgrade,
    PreRollback,
    PostRollback,
    Test,
}

impl HookEvent {
    /// The event of one item of the annotation, which may have spaces around it and any case; `test-success` is the
    /// old name of `test`.
    pub fn parse(item: &str) -> Option<HookEvent> {
        Some(match item.trim().to_lowercase().as_str() {
            "pre-install" => HookEvent::PreInstall,
            "post-install" => HookEvent::PostInstall,
            "pre-delete" => HookEvent::PreDelete,
            "post-delete" => HookEvent::PostDelete,
            "pre-upgrade" => HookEvent::PreUpgrade,
            "post-upgrade" => HookEvent::PostUpgrade,
            "pre-rollback" => HookEvent::PreRollback,
            "post-rollback" => HookEvent::PostRollback,
            "test" | "test-success" => HookEvent::Test,
            _ => return None,
        })
    }

    /// Its word in annotations and records; `test` for `test-success` too.
    pub fn as_str(self) -> &'static str {
        match self {
            HookEvent::PreInstall => "pre-install",
            HookEvent::PostInstall => "post-install",
            HookEvent::PreDelete => "pre-delete",
            HookEvent::PostDelete => "post-delete",
            HookEvent::PreUpgrade => "pre-upgrade",
            HookEvent::PostUpgrade => "post-upgrade",
            HookEvent::PreRollback => "pre-rollback",
            HookEvent::PostRollback => "post-rollback",
            HookEvent::Test => "test",
        }
    }
}

/// A document that is a hook.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The document itself.
    pub document: Document,
    /// When it runs, in the order of the annotation.
    pub events: Vec<HookEvent>,
    /// Hooks of one event run in ascending order of it; 0 where the annotation is missing or no integer.
    pub weight: i64,
    /// The items of the delete policy annotation, trimmed and in lower case.
    pub delete_policies: Vec<String>,
    /// The items of the output log policy annotation, trimmed and in lower case.
    pub output_log_policies: Vec<String>,
}

impl Hook {
    /// Reads a document as a hook.
    ///
    /// `Ok(None)`: it is none.
    ///
    /// # Errors
    /// The whole annotation, where any of its items is no event that Helm knows: Helm then drops the document.
    pub fn of(document: &Document) -> Result<Option<Hook>, String> {
        let Some(annotation) = document.annotation(HOOK) else {
            return Ok(None);
        };
        let events: Option<Vec<HookEvent>> = annotation.split(',').map(HookEvent::parse).collect();
        let Some(events) = events else {
            return Err(annotation.into_owned());
        };
        Ok(Some(Hook {
            events,
            weight: document
                .annotation(HOOK_WEIGHT)
                .and_then(|text| text.parse().ok())
                .unwrap_or(0),
            delete_policies: items(document.annotation(HOOK_DELETE_POLICY).as_deref()),
            output_log_policies: items(document.annotation(HOOK_OUTPUT_LOG_POLICY).as_deref()),
            document: document.clone(),
        }))
    }

    /// Whether it runs at this event.
    pub fn runs_at(&self, event: HookEvent) -> bool {
        self.events.contains(&event)
    }
}

fn items(annotation: Option<&str>) -> Vec<String> {
    annotation.map_or_else(Vec::new, |text| {
        text.split(',').map(|item| item.trim().to_lowercase()).collect()
    })
}
