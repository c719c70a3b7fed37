//! `matchSnapshot` and `matchSnapshotRaw`.

use skeg_value::Value;

use super::values::Regex;
use super::{At, Check, Context, Verdict, Words, each_value, error, raw_text};
use crate::unittest::diff::diff;
use crate::unittest::parse::assert::Params;
use crate::unittest::path::Path;
use crate::unittest::snapshot::Comparison;

/// `matchSnapshot`.
pub(super) struct MatchSnapshot {
    path: Path,
    wanted: Option<Regex>,
    refused: Option<Regex>,
}

impl MatchSnapshot {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        let path = params.path("path");
        let mut pattern = |name: &str| {
            let text = params.pattern_of(name);
            let text = text.trim();
            (!text.is_empty()).then(|| Regex::new(text))
        };
        Box::new(MatchSnapshot {
            path,
            wanted: pattern("matchRegex"),
            refused: pattern("notMatchRegex"),
        })
    }

    /// Why the text does not fit the patterns: empty if it does, none where there are no patterns.
    fn patterns(&self, text: &str) -> Result<Option<String>, String> {
        if self.wanted.is_none() && self.refused.is_none() {
            return Ok(None);
        }
        if let Some(wanted) = &self.wanted
            && !wanted.is_match(text)?
        {
            return Ok(Some(format!("pattern '{}' not found in snapshot", wanted.text)));
        }
        if let Some(refused) = &self.refused
            && refused.is_match(text)?
        {
            return Ok(Some(format!("pattern '{}' should not be in snapshot", refused.text)));
        }
        Ok(Some(String::new()))
    }

    fn wrong(&self, compared: &Comparison, message: Option<&str>, at: At, negative: bool) -> Vec<String> {
        if let Some(message) = message.filter(|message| !message.is_empty()) {
            return Words::at(at).expected(negative, message, &compared.stored).0;
        }
        Words::at(at)
            .path(&self.path)
            .expected(
                negative,
                &format!("to match snapshot {}", compared.index),
                &difference(compared, negative),
            )
            .0
    }
}

fn difference(compared: &Comparison, negative: bool) -> String {
    if negative {
        compared.stored.clone()
    } else {
        diff(&compared.stored, &compared.present)
    }
}

impl Check for MatchSnapshot {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        if context.chosen.is_empty() {
            return Verdict {
                passed: !context.negative,
                info: Vec::new(),
            };
        }
        each_value(context, &self.path, "", Vec::new, |actual, at, context| {
            let present = super::shown(actual);
            let message = self.patterns(&present).map_err(|reason| error(at, &reason))?;
            let patterns_fit = message.as_ref().map(String::is_empty);
            let compared = context.snapshots.compare(present, patterns_fit);
            if compared.passed == context.negative {
                Err(self.wrong(&compared, message.as_deref(), at, context.negative))
            } else {
                Ok(())
            }
        })
    }
}

/// `matchSnapshotRaw`.
pub(super) struct MatchSnapshotRaw;

impl MatchSnapshotRaw {
    pub(super) fn read(_: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(MatchSnapshotRaw)
    }
}

impl Check for MatchSnapshotRaw {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let mut verdict = Verdict {
            passed: !context.chosen.is_empty() || !context.negative,
            info: Vec::new(),
        };
        for document in context.chosen {
            let present = super::shown(&Value::String(raw_text(document)));
            let compared = context.snapshots.compare(present, None);
            if compared.passed == context.negative {
                verdict.passed = false;
                let heading = format!("to match snapshot {}", compared.index);
                let lines = Words::at(At::default()).expected(
                    context.negative,
                    &heading,
                    &difference(&compared, context.negative),
                );
                verdict.info.extend(lines.0);
                if context.fail_fast {
                    break;
                }
            }
        }
        verdict
    }
}
