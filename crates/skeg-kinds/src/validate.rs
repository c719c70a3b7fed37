//! Whether a manifest is one that a Kubernetes minor takes: fields, types, words, names, and whether the API exists.
//!
//! In: a [`Tree`] of one YAML document. Out: a [`Checked`] for each object in it (the items of a `List` count one by one),
//! with [`Finding`]s that point at bytes of the document. Where these bytes come from (a template, a file) is for the
//! caller to say.

mod enums;
pub(crate) mod formats;
mod metadata;
mod walk;

use std::ops::Range;
use std::rc::Rc;

use skeg_value::yaml::{NodeId, Tree, TreeKind, YamlError};
use skeg_value::{Severity, nearest};

use crate::crd::{self, Crds};
use crate::deprecations::{self, DEPRECATIONS};
use crate::pod_security::{self, Level};
use crate::schemas::{Pack, Served};
pub(crate) use walk::{Step, Walk, describe};

/// What to check for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The Kubernetes minor: 33 for 1.33. One of [`crate::schemas::FIRST_MINOR`] to [`crate::schemas::LAST_MINOR`].
    pub minor: u32,
    /// Whether kinds without a schema pass in silence.
    pub ignore_missing_schemas: bool,
    /// Kinds that are not checked: `Deployment` or `apps/v1/Deployment`.
    pub skip: Vec<String>,
    /// Kinds that are refused, named as in `skip`.
    pub reject: Vec<String>,
    /// The level of the Pod Security Standards that pods must pass.
    pub pod_security: Option<Level>,
}

impl Options {
    /// The usual checks for a minor.
    pub fn new(minor: u32) -> Self {
        Options {
            minor,
            ignore_missing_schemas: false,
            skip: Vec::new(),
            reject: Vec::new(),
            pod_security: None,
        }
    }
}

/// Something that is wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable machine-readable name: `unknown-field`, `wrong-type` …
    pub code: &'static str,
    /// [`Severity::Error`] for what the API server refuses, [`Severity::Warning`] for what it will refuse or what cannot
    /// be judged.
    pub severity: Severity,
    /// Where in the object, such as `spec.template.spec.containers[0].image`; empty for the object itself.
    pub path: String,
    /// The bytes of the document that it is about.
    pub span: Range<usize>,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is a schema, and the object fits it. There may be warnings.
    Valid,
    /// At least one finding is an error.
    Invalid,
    /// Nobody wanted to know.
    Skipped,
    /// There is no schema for it.
    NoSchema,
}

/// An object with what was found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// `apiVersion`, empty where it is missing.
    pub api_version: String,
    /// `kind`, empty where it is missing.
    pub kind: String,
    /// `metadata.namespace`, empty where it is missing.
    pub namespace: String,
    /// `metadata.name`, or `metadata.generateName` with a `*`, or empty.
    pub name: String,
    /// The bytes of the object in the document.
    pub span: Range<usize>,
    /// The verdict.
    pub outcome: Outcome,
    /// What was found, in the order of the text.
    pub findings: Vec<Finding>,
}

/// Checks objects for one minor.
#[derive(Clone, Debug)]
pub struct Validator {
    options: Options,
    crds: Rc<Crds>,
    pack: Pack,
}

/// What is said of an API that a minor does not serve.
const REMOVED: &str = "removed-api";

impl Validator {
    /// A validator with these options.
    pub fn new(options: Options) -> Self {
        Validator {
            options,
            crds: Rc::default(),
            pack: Pack::get(),
        }
    }

    /// The same validator, knowing these custom kinds.
    #[must_use]
    pub fn with_crds(mut self, crds: Rc<Crds>) -> Self {
        self.crds = crds;
        self
    }

    /// Checks the objects of one document given as text.
    ///
    /// # Errors
    /// A text that is not YAML.
    pub fn check_text(&self, text: &[u8]) -> Result<Vec<Checked>, YamlError> {
        Ok(self.check(&Tree::parse(text)?))
    }

    /// Checks the objects of one document; none where the document is empty or null.
    pub fn check(&self, tree: &Tree<'_>) -> Vec<Checked> {
        let mut checked = Vec::new();
        if let Some(root) = tree.root()
            && !tree.is_null(root)
        {
            self.object(tree, root, &mut checked);
        }
        checked
    }

    fn object(&self, tree: &Tree<'_>, node: NodeId, checked: &mut Vec<Checked>) {
        let text = |path: &[&str]| tree.at(node, path).and_then(|node| tree.str(node)).unwrap_or_default();
        let (api_version, kind) = (text(&["apiVersion"]), text(&["kind"]));
        if kind.eq_ignore_ascii_case("List")
            && let Some(items) = tree.get(node, "items")
            && matches!(tree.kind(items), TreeKind::List(_) | TreeKind::Null)
        {
            for item in tree.items(items) {
                self.object(tree, *item, checked);
            }
            return;
        }
        let mut walk = Walk::new(tree, self.pack, self.options.minor);
        let outcome = self.judge(&mut walk, node, api_version, kind);
        walk.findings.sort_by_key(|finding| finding.span.start);
        let generated = text(&["metadata", "generateName"]);
        checked.push(Checked {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: text(&["metadata", "namespace"]).to_owned(),
            name: match text(&["metadata", "name"]) {
                "" if !generated.is_empty() => format!("{generated}*"),
                name => name.to_owned(),
            },
            span: tree.span(node),
            outcome: match outcome {
                Outcome::Skipped => Outcome::Skipped,
                _ if walk.findings.iter().any(|f| f.severity == Severity::Error) => Outcome::Invalid,
                outcome => outcome,
            },
            findings: walk.findings,
        });
    }

    fn judge(&self, walk: &mut Walk<'_>, node: NodeId, api_version: &str, kind: &str) -> Outcome {
        let tree = walk.tree;
        if !matches!(tree.kind(node), TreeKind::Map(_)) {
            let message = format!("an object must be a map, not {}", describe(tree.kind(node)));
            walk.error("not-an-object", tree.span(node), message, None);
            return Outcome::Invalid;
        }
        let before = walk.findings.len();
        for (key, text, code) in [
            ("kind", kind, "missing-kind"),
            ("apiVersion", api_version, "missing-api-version"),
        ] {
            if text.is_empty() {
                let (span, message) = match tree.get(node, key) {
                    None => (start_of(tree, node), format!("`{key}` is missing")),
                    Some(value) => {
                        let found = describe(tree.kind(value));
                        (
                            tree.span(value),
                            format!("`{key}` must be text that says which, not {found}"),
                        )
                    }
                };
                walk.error(code, span, message, None);
            }
        }
        if walk.findings.len() > before {
            return Outcome::Invalid;
        }
        let is = |named: &String| match named.rsplit_once('/') {
            None => named == kind,
            Some((version, name)) => version == api_version && name == kind,
        };
        if self.options.skip.iter().any(is) {
            return Outcome::Skipped;
        }
        let head = tree.get(node, "kind").map_or(0..0, |kind| tree.span(kind));
        if self.options.reject.iter().any(is) {
            walk.error("rejected-kind", head, format!("{kind} is refused by --reject"), None);
            return Outcome::Invalid;
        }
        self.deprecated(walk, node, api_version, kind);
        let served = self.pack.kind(api_version, kind);
        match served {
            Some(served) if served.in_minor(self.options.minor) => {
                walk.repeated(node);
                walk.object(node, served.definition);
                metadata::of_object(walk, node, served, kind);
                if let Some(level) = self.options.pod_security {
                    let broken = pod_security::check(walk.tree, node, level, self.options.minor);
                    walk.findings.extend(broken);
                }
                if kind == "CustomResourceDefinition" {
                    crd::definition::check(walk, node, api_version);
                }
                Outcome::Valid
            }
            _ => {
                walk.repeated(node);
                match self.crds.kind(api_version, kind) {
                    Some(custom) if custom.served => {
                        metadata::name(walk, node, kind);
                        crd::instance::check(walk, node, custom);
                        Outcome::Valid
                    }
                    _ => self.without_schema(walk, node, api_version, kind, served),
                }
            }
        }
    }

    /// Warns of an API that is served but will not be for long.
    fn deprecated(&self, walk: &mut Walk<'_>, node: NodeId, api_version: &str, kind: &str) {
        let minor = self.options.minor;
        let Some(known) = deprecations::deprecation(api_version, kind, minor) else {
            return;
        };
        if known.gone.is_some_and(|gone| gone <= minor) {
            return;
        }
        let mut message = format!("{api_version} {kind} is deprecated since Kubernetes 1.{}", known.since);
        if let Some(gone) = known.gone {
            message.push_str(&format!(" and gone in 1.{gone}"));
        }
        let hint = known.replacement.map(|(version, kind)| format!("use {version} {kind}"));
        let span = walk.tree.get(node, "apiVersion").map_or(0..0, |at| walk.tree.span(at));
        walk.warning("deprecated-api", span, message, hint);
    }

    /// Says why there is no schema.
    fn without_schema(
        &self,
        walk: &mut Walk<'_>,
        node: NodeId,
        api_version: &str,
        kind: &str,
        served: Option<Served>,
    ) -> Outcome {
        let tree = walk.tree;
        let minor = self.options.minor;
        let span = |key| tree.get(node, key).map_or(0..0, |at| tree.span(at));
        let known = DEPRECATIONS
            .iter()
            .find(|d| d.api_version == api_version && d.kind == kind);
        let gone = known.and_then(|d| d.gone).filter(|gone| *gone <= minor);
        let gone = gone.or_else(|| served.map(|served| served.last() + 1).filter(|gone| *gone <= minor));
        if let Some(gone) = gone {
            let replacement = known.and_then(|d| d.replacement);
            let hint = replacement
                .map(|(version, kind)| (version.to_owned(), kind.to_owned()))
                .or_else(|| self.elsewhere(kind, api_version))
                .map(|(version, kind)| format!("use {version} {kind}"));
            let message = format!("{api_version} {kind} is gone since Kubernetes 1.{gone}");
            walk.error(REMOVED, span("apiVersion"), message, hint);
            return Outcome::Invalid;
        }
        if let Some(served) = served {
            let message = format!("{api_version} {kind} is served from Kubernetes 1.{} on", served.first());
            walk.error("future-api", span("apiVersion"), message, None);
            return Outcome::Invalid;
        }
        if let Some(versions) = self.crds.versions(api_version, kind) {
            let message = format!("the CRD of {kind} does not serve {api_version}");
            let hint = (!versions.is_empty()).then(|| format!("it serves {}", versions.join(", ")));
            walk.error("unknown-version", span("apiVersion"), message, hint);
            return Outcome::Invalid;
        }
        if self.options.ignore_missing_schemas {
            return Outcome::Skipped;
        }
        let kinds: Vec<&str> = (self.pack.kinds())
            .filter(|served| served.api_version == api_version && served.in_minor(minor))
            .map(|served| served.kind)
            .collect();
        if !kinds.is_empty() {
            let message = format!("Kubernetes 1.{minor} has no kind {kind} in {api_version}");
            let hint = (nearest::of(kind, &kinds).map(|near| format!("did you mean {near}?"))).or_else(|| {
                self.elsewhere(kind, api_version)
                    .map(|(version, kind)| format!("use {version} {kind}"))
            });
            walk.error("unknown-kind", span("kind"), message, hint);
            return Outcome::Invalid;
        }
        let hint = match self.elsewhere(kind, api_version) {
            // A group that Kubernetes owns holds nothing but what Kubernetes serves.
            Some((version, kind)) if !api_version.contains('.') => format!("did you mean {version} {kind}?"),
            _ => "name its CRD with --crds, or pass --ignore-missing-schemas".to_owned(),
        };
        let message = format!("there is no schema for {api_version} {kind}");
        walk.warning("no-schema", span("kind"), message, Some(hint));
        Outcome::NoSchema
    }

    /// The API version under which this minor serves a kind of this name: the steadiest one of the same group, else of any.
    fn elsewhere(&self, kind: &str, api_version: &str) -> Option<(String, String)> {
        let group = |version: &str| version.rsplit_once('/').map(|(group, _)| group.to_owned());
        let wanted = group(api_version);
        (self.pack.kinds())
            .filter(|served| served.kind == kind && served.in_minor(self.options.minor))
            .min_by_key(|served| {
                let version = served.api_version.rsplit('/').next().unwrap_or_default();
                let unsteady = version.contains("alpha") || version.contains("beta");
                (group(served.api_version) != wanted, unsteady)
            })
            .map(|served| (served.api_version.to_owned(), served.kind.to_owned()))
    }
}

/// The first byte of a node, for what is missing in it.
pub(crate) fn start_of(tree: &Tree<'_>, node: NodeId) -> Range<usize> {
    match tree.entries(node).first() {
        Some(entry) => tree.key_span(entry),
        None => tree.span(node),
    }
}

#[cfg(test)]
mod tests;
