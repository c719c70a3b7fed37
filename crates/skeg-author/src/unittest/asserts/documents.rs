//! Asserts on whole documents: `isKind`, `isAPIVersion`, `hasDocuments`, `containsDocument`.

use skeg_value::Value;

use super::{At, Check, Context, Verdict, Words, each_document, shown};
use crate::unittest::parse::assert::Params;

/// Reads `isKind`.
pub(super) const KIND: fn(&mut Params<'_, '_>) -> Box<dyn Check> = |params| Field::read("kind", params);
/// Reads `isAPIVersion`.
pub(super) const API_VERSION: fn(&mut Params<'_, '_>) -> Box<dyn Check> = |params| Field::read("apiVersion", params);

/// `isKind` and `isAPIVersion`.
struct Field {
    key: &'static str,
    of: String,
}

impl Field {
    fn read(key: &'static str, params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Field {
            key,
            of: params.text("of"),
        })
    }

    fn wrong(&self, actual: &Value, at: At, negative: bool) -> Vec<String> {
        let words = Words::at(at).expected(negative, &format!("to be {}", self.key), &self.of);
        if negative {
            return words.0;
        }
        words.section("Actual", &shown(actual)).0
    }
}

impl Check for Field {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.wrong(&Value::from("no manifest found"), At::default(), false);
        each_document(context, nothing, |document, at, context| {
            let actual = field(document, self.key).unwrap_or_default();
            let is_it = actual
                .as_string()
                .is_some_and(|text| text.as_bytes() == self.of.as_bytes());
            if is_it == context.negative {
                Err(self.wrong(&actual, at, context.negative))
            } else {
                Ok(())
            }
        })
    }
}

fn field(document: &Value, key: &str) -> Option<Value> {
    document.as_map().and_then(|map| map.get(key.as_bytes()))
}

/// `hasDocuments`.
pub(super) struct HasDocuments {
    count: i64,
    filter_aware: bool,
}

impl HasDocuments {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(HasDocuments {
            count: params.int("count").unwrap_or(0),
            filter_aware: params.bool("filterAware"),
        })
    }
}

impl Check for HasDocuments {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let documents = if self.filter_aware { context.chosen } else { context.all };
        let passed = (documents.len() as i64 == self.count) != context.negative;
        let mut info = Vec::new();
        if !passed {
            let count = self.count.to_string();
            let mut words = Words::at(At::default()).expected(context.negative, "documents count to be", &count);
            if !context.negative {
                words = words.section("Actual", &documents.len().to_string());
            }
            info = words.0;
        }
        Verdict { passed, info }
    }
}

/// `containsDocument`.
pub(super) struct ContainsDocument {
    kind: String,
    api_version: String,
    name: String,
    namespace: String,
    any: bool,
}

impl ContainsDocument {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(ContainsDocument {
            kind: params.text("kind"),
            api_version: params.text("apiVersion"),
            name: params.text("name"),
            namespace: params.text("namespace"),
            any: params.bool("any"),
        })
    }

    /// Kind and version count only where the document has them as text.
    fn fits(&self, document: &Value) -> bool {
        let agrees = |key: &str, wanted: &str| match field(document, key) {
            Some(Value::String(text)) => text.as_bytes() == wanted.as_bytes(),
            _ => true,
        };
        let metadata = field(document, "metadata").unwrap_or_default();
        let is_named = |key: &str, wanted: &str| {
            wanted.is_empty()
                || field(&metadata, key).is_some_and(|found| found.as_str().is_some_and(|text| text == wanted))
        };
        agrees("kind", &self.kind)
            && agrees("apiVersion", &self.api_version)
            && is_named("name", &self.name)
            && is_named("namespace", &self.namespace)
    }

    fn wrong(&self, index: usize, negative: bool) -> Vec<String> {
        let mut wanted = format!("Kind = {}, apiVersion = {}", self.kind, self.api_version);
        for (word, text) in [("Name", &self.name), ("Namespace", &self.namespace)] {
            if !text.is_empty() {
                wanted.push_str(&format!(", {word} = {text}"));
            }
        }
        Words::at(At::document(index))
            .expected(negative, "to contain document", &wanted)
            .0
    }
}

impl Check for ContainsDocument {
    /// With `any`, or negated without it, the first document that is as wanted decides, as in the original.
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let mut verdict = Verdict {
            passed: true,
            info: Vec::new(),
        };
        for (index, document) in context.chosen.iter().enumerate() {
            if self.fits(document) == context.negative {
                verdict.passed = false;
                verdict.info.extend(self.wrong(index, context.negative));
                if context.fail_fast {
                    break;
                }
            } else if self.any != context.negative {
                return Verdict {
                    passed: true,
                    info: Vec::new(),
                };
            }
        }
        if context.chosen.is_empty() && !context.negative {
            verdict = Verdict {
                passed: false,
                info: self.wrong(0, false),
            };
        }
        verdict
    }
}
