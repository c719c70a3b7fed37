//! Reading an object's fields, strictly or leniently as the rules want it.
//!
//! Helm's reader gives up on the whole object where a field has the wrong type; skeg's own rules pass over such a field.

use serde_json::Value;

use super::{Readiness, Rules, State};

/// A field has a type that the rules cannot bear.
#[derive(Debug)]
pub(super) struct Malformed;

/// An object and the rules under which it is read.
pub(super) struct Fields<'a> {
    pub(super) object: &'a Value,
    pub(super) rules: Rules,
}

/// One of an object's `status.conditions`. Fields that are absent are empty.
pub(super) struct Condition<'a> {
    pub(super) kind: &'a str,
    pub(super) status: &'a str,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
    pub(super) observed: Option<i64>,
}

impl<'a> Fields<'a> {
    /// API group (empty for the core group) and kind.
    pub(super) fn group_kind(&self) -> (&'a str, &'a str) {
        let text = |key| self.object.get(key).and_then(Value::as_str).unwrap_or_default();
        (
            text("apiVersion").split_once('/').map_or("", |(group, _)| group),
            text("kind"),
        )
    }

    /// The answer for an object that is being deleted.
    pub(super) fn going(&self) -> Option<Readiness> {
        self.present("/metadata/deletionTimestamp")
            .map(|_| Readiness::new(State::Terminating, "Resource scheduled for deletion"))
    }

    fn strict(&self) -> bool {
        self.rules == Rules::Helm
    }

    fn present(&self, pointer: &str) -> Option<&'a Value> {
        self.object.pointer(pointer).filter(|value| !value.is_null())
    }

    /// The text at `pointer`, empty where there is none.
    pub(super) fn text(&self, pointer: &str) -> &'a str {
        self.present(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The number at `pointer`, or `default` where there is none.
    pub(super) fn count(&self, pointer: &str, default: i64) -> i64 {
        self.present(pointer).and_then(Value::as_i64).unwrap_or(default)
    }

    /// The elements of the list at `pointer`.
    pub(super) fn list(&self, pointer: &str) -> &'a [Value] {
        self.present(pointer)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn generation(&self) -> Result<Option<i64>, Malformed> {
        self.whole_number("/metadata/generation")
    }

    pub(super) fn observed_generation(&self) -> Result<Option<i64>, Malformed> {
        self.whole_number("/status/observedGeneration")
    }

    /// Argo's Rollouts write the number as text, so skeg's own rules read it (Helm never finds such an object ready).
    fn whole_number(&self, pointer: &str) -> Result<Option<i64>, Malformed> {
        let Some(value) = self.present(pointer) else {
            return Ok(None);
        };
        match value.as_i64() {
            Some(number) => Ok(Some(number)),
            None if self.strict() => Err(Malformed),
            None => Ok(value.as_str().and_then(|text| text.parse().ok())),
        }
    }

    /// The conditions, in the order of the object.
    pub(super) fn conditions(&self) -> Result<Vec<Condition<'a>>, Malformed> {
        let Some(conditions) = self.present("/status/conditions") else {
            return Ok(Vec::new());
        };
        match conditions.as_array() {
            None if self.strict() => Err(Malformed),
            None => Ok(Vec::new()),
            Some(conditions) if self.strict() => conditions
                .iter()
                .map(|entry| Condition::read(entry).ok_or(Malformed))
                .collect(),
            Some(conditions) => Ok(conditions.iter().filter_map(Condition::read).collect()),
        }
    }

    /// The condition of that type, the first if there are several.
    pub(super) fn condition(&self, kind: &str) -> Result<Option<Condition<'a>>, Malformed> {
        Ok(self.conditions()?.into_iter().find(|condition| condition.kind == kind))
    }
}

impl<'a> Condition<'a> {
    fn read(entry: &'a Value) -> Option<Self> {
        let entry = entry.as_object()?;
        let text = |key| match entry.get(key) {
            None | Some(Value::Null) => Some(""),
            Some(value) => value.as_str(),
        };
        Some(Condition {
            kind: text("type")?,
            status: text("status")?,
            reason: text("reason")?,
            message: text("message")?,
            observed: entry.get("observedGeneration").and_then(Value::as_i64),
        })
    }
}
