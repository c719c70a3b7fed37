//! Hooks: documents that run at an event of a release's life instead of belonging to its manifest.
//!
//! # Source
//! spec/rendering.md 6.1 rule 5.

use skeg_value::nearest;

use crate::document::{Document, RenderedFile};
use crate::record::StoredHook;

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

/// All events, in the order of a release's life.
pub const EVENTS: [HookEvent; 9] = [
    HookEvent::PreInstall,
    HookEvent::PostInstall,
    HookEvent::PreUpgrade,
    HookEvent::PostUpgrade,
    HookEvent::PreRollback,
    HookEvent::PostRollback,
    HookEvent::PreDelete,
    HookEvent::PostDelete,
    HookEvent::Test,
];

/// When a hook's object is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletePolicy {
    /// Before it is created: the object that an earlier run left.
    BeforeCreation,
    /// When all hooks of the event have succeeded, or those before the one that failed.
    Succeeded,
    /// When it has failed.
    Failed,
}

impl DeletePolicy {
    /// Its word in annotations and records.
    pub fn as_str(self) -> &'static str {
        match self {
            DeletePolicy::BeforeCreation => "before-hook-creation",
            DeletePolicy::Succeeded => "hook-succeeded",
            DeletePolicy::Failed => "hook-failed",
        }
    }
}

/// The kind whose objects are never deleted as hooks: everything of that kind would go with them.
const NEVER_DELETED: &str = "CustomResourceDefinition";

/// Where in the list the hooks of an event stand, in the order in which they run: by weight, then by name, then as listed.
/// Their kinds do not matter.
///
/// # Source
/// spec/lifecycle.md 5.
pub fn execution_order(hooks: &[StoredHook], event: HookEvent) -> Vec<usize> {
    let mut order: Vec<usize> = (0..hooks.len()).filter(|&index| hooks[index].runs_at(event)).collect();
    order.sort_by(|&a, &b| (hooks[a].weight, &hooks[a].name).cmp(&(hooks[b].weight, &hooks[b].name)));
    order
}

impl StoredHook {
    /// Whether it runs at this event.
    pub fn runs_at(&self, event: HookEvent) -> bool {
        self.events.iter().any(|word| HookEvent::parse(word) == Some(event))
    }

    /// Gives a hook without a policy the one that holds then. Helm does so when a hook runs, and stores it.
    pub fn settle_policy(&mut self) {
        if self.delete_policies.is_empty() {
            self.delete_policies
                .push(DeletePolicy::BeforeCreation.as_str().to_owned());
        }
    }

    /// Whether its object is deleted then.
    pub fn is_deleted(&self, when: DeletePolicy) -> bool {
        self.kind != NEVER_DELETED && self.delete_policies.iter().any(|policy| policy == when.as_str())
    }

    /// Whether what its containers said is shown after this end. Only Pods and Jobs have containers.
    pub fn shows_log(&self, succeeded: bool) -> bool {
        let wanted = if succeeded { "hook-succeeded" } else { "hook-failed" };
        matches!(self.kind.as_str(), "Job" | "Pod") && self.output_log_policies.iter().any(|policy| policy == wanted)
    }
}

/// A word of a hook annotation that nobody knows, and what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typo {
    /// The annotation.
    pub annotation: &'static str,
    /// The word.
    pub word: String,
    /// What it is like.
    pub meant: &'static str,
}

/// Words that are like an event or a policy without being one. Helm drops a document with an unknown event, and takes no
/// notice of an unknown policy; words that are like none, such as events of other programs, are left at that.
pub fn typos(document: &Document) -> Vec<Typo> {
    let events = EVENTS.map(HookEvent::as_str);
    let policies = [
        DeletePolicy::BeforeCreation,
        DeletePolicy::Succeeded,
        DeletePolicy::Failed,
    ]
    .map(DeletePolicy::as_str);
    let mut typos = Vec::new();
    for (annotation, known) in [
        (HOOK, &events[..]),
        (HOOK_DELETE_POLICY, &policies[..]),
        (HOOK_OUTPUT_LOG_POLICY, &policies[1..]),
    ] {
        let Some(text) = document.annotation(annotation) else {
            continue;
        };
        for word in text.split(',').map(|word| word.trim().to_lowercase()) {
            if known.contains(&word.as_str()) || word == "test-success" || WITHDRAWN.contains(&word.as_str()) {
                continue;
            }
            if let Some(meant) = meant(&word, known) {
                typos.push(Typo {
                    annotation,
                    word,
                    meant,
                });
            }
        }
    }
    typos
}

/// Events that were: charts that still name them mean them. Helm drops their documents.
const WITHDRAWN: [&str; 2] = ["crd-install", "test-failure"];

/// The known word that another one is like: few letters away, or the same but for its dashes, blanks and underscores.
fn meant(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let bare = |word: &str| word.replace(['-', '_', ' '], "");
    let same = known.iter().find(|name| bare(name) == bare(word));
    same.copied().or_else(|| {
        let name = nearest::of(word, known)?;
        known.iter().find(|one| **one == name).copied()
    })
}

/// All typos in rendered files, each with its file and what was probably meant: for operations that change a cluster, where
/// a hook that is silently left out does harm. Files that are no YAML have been refused before.
pub fn mistakes(files: &[RenderedFile]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (index, file) in files.iter().enumerate() {
        for (range, head) in file.pieces() {
            let Ok(head) = head else { continue };
            let document = Document {
                file: index,
                range: range.clone(),
                head: head.clone(),
            };
            mistakes.extend(typos(&document).iter().map(|typo| typo_text(&file.name, typo)));
        }
    }
    mistakes
}

/// What is said of a typo in a rendered file.
fn typo_text(file: &str, typo: &Typo) -> String {
    let Typo {
        annotation,
        word,
        meant,
    } = typo;
    format!("{file}: annotation {annotation}: there is no \"{word}\"; is \"{meant}\" meant?")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Order, sort};

    fn hook(name: &str, weight: i64, events: &[&str]) -> StoredHook {
        StoredHook {
            name: name.to_owned(),
            kind: "Job".to_owned(),
            weight,
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            ..StoredHook::default()
        }
    }

    /// spec/lifecycle.md 5: weight, then name; kind and place in the record do not matter.
    #[test]
    fn hooks_run_by_weight_and_name() {
        let hooks = [
            StoredHook {
                kind: "ServiceAccount".to_owned(),
                ..hook("zz", 0, &["pre-install"])
            },
            hook("late", 5, &["pre-install", "pre-upgrade"]),
            hook("b", -1, &["test-success"]),
            hook("aa", 0, &["pre-install"]),
            hook("early", -10, &["pre-upgrade", "pre-install"]),
            hook("c", -1, &["test"]),
            hook("b", -1, &["test"]),
        ];
        for (event, expected) in [
            (HookEvent::PreInstall, vec![4, 3, 0, 1]),
            (HookEvent::PreUpgrade, vec![4, 1]),
            (HookEvent::Test, vec![2, 6, 5]),
            (HookEvent::PostDelete, vec![]),
        ] {
            assert_eq!(execution_order(&hooks, event), expected, "{event:?}");
        }
    }

    /// spec/lifecycle.md 5: the default holds only where there is no policy at all; CRDs are never deleted.
    #[test]
    fn policies_say_when_an_object_goes() {
        use DeletePolicy::{BeforeCreation, Failed, Succeeded};
        for (kind, policies, expected) in [
            ("Job", &[][..], [true, false, false]),
            ("Job", &["hook-succeeded"], [false, true, false]),
            ("Job", &["hook-failed", "before-hook-creation"], [true, false, true]),
            ("Job", &["nonsense"], [false, false, false]),
            ("CustomResourceDefinition", &["hook-succeeded"], [false, false, false]),
            ("CustomResourceDefinition", &[], [false, false, false]),
        ] {
            let mut hook = StoredHook {
                kind: kind.to_owned(),
                delete_policies: policies.iter().map(|policy| (*policy).to_owned()).collect(),
                ..StoredHook::default()
            };
            hook.settle_policy();
            assert_eq!(
                [BeforeCreation, Succeeded, Failed].map(|when| hook.is_deleted(when)),
                expected,
                "{kind} {policies:?}"
            );
        }
        for (kind, policies, succeeded, failed) in [
            ("Job", "hook-succeeded", true, false),
            ("Pod", "hook-failed", false, true),
            ("ConfigMap", "hook-failed", false, false),
        ] {
            let hook = StoredHook {
                kind: kind.to_owned(),
                output_log_policies: vec![policies.to_owned()],
                ..StoredHook::default()
            };
            assert_eq!(
                (hook.shows_log(true), hook.shows_log(false)),
                (succeeded, failed),
                "{kind} {policies}"
            );
        }
    }

    /// issue 4: a typo in a hook annotation is an error.
    #[test]
    fn typos_are_told_from_other_programs_words() {
        for (annotation, value, expected) in [
            ("hook", "pre-install, post-upgrade", None),
            ("hook", "test-success", None),
            ("hook", "crd-install", None),
            ("hook", "pre-instal", Some(("pre-instal", "pre-install"))),
            ("hook", "preinstall", Some(("preinstall", "pre-install"))),
            ("hook", "post_upgrade", Some(("post_upgrade", "post-upgrade"))),
            ("hook", "pre-install,post-instal", Some(("post-instal", "post-install"))),
            ("hook", "tests", Some(("tests", "test"))),
            ("hook", "Sync", None),
            ("hook", "my-own-event", None),
            (
                "hook-delete-policy",
                "hook-succeded",
                Some(("hook-succeded", "hook-succeeded")),
            ),
            ("hook-delete-policy", "before-hook-creation,hook-failed", None),
            (
                "hook-output-log-policy",
                "hook-fail",
                Some(("hook-fail", "hook-failed")),
            ),
        ] {
            // What is no event is no hook either; the annotation is read all the same.
            let text = format!("kind: A\nmetadata:\n  annotations:\n    helm.sh/{annotation}: {value:?}\n");
            let file = RenderedFile::new("c/templates/h.yaml", text.into_bytes());
            let head = file.pieces()[0].1.clone().expect("a document");
            let document = Document {
                file: 0,
                range: 0..1,
                head,
            };
            let found = typos(&document);
            let found = found.first().map(|typo| (typo.word.as_str(), typo.meant));
            assert_eq!(found, expected, "{annotation}: {value}");
        }
    }

    /// spec/rendering.md 6.1 rule 5: rendering goes on without the document; what was wrong with it can be asked.
    #[test]
    fn a_dropped_document_is_named() {
        let text = "kind: Job\nmetadata:\n  name: j\n  annotations:\n    helm.sh/hook: pre-instal\n";
        let files = [RenderedFile::new("c/templates/h.yaml", text.as_bytes().to_vec())];
        let sorted = sort(&files, Order::Install).expect("YAML");
        assert_eq!((sorted.hooks.len(), sorted.manifests.len()), (0, 0));
        assert_eq!(
            mistakes(&files),
            ["c/templates/h.yaml: annotation helm.sh/hook: there is no \"pre-instal\"; is \"pre-install\" meant?"]
        );
    }
}
