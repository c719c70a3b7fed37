//! `failedTemplate`.

use skeg_value::Value;
use skeg_value::regex::{Pattern, Subject};

use super::{At, Check, Context, Outcome, Verdict, Words, error};
use crate::unittest::parse::assert::Params;

/// `failedTemplate`.
pub(super) struct FailedTemplate {
    message: String,
    pattern: String,
}

impl FailedTemplate {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(FailedTemplate {
            message: params.text("errorMessage"),
            pattern: params.text("errorPattern"),
        })
    }

    fn wrong(&self, actual: &str, at: At, negative: bool) -> Vec<String> {
        let what = if self.pattern.is_empty() {
            "to equal"
        } else {
            "to match"
        };
        let wanted = if self.message.is_empty() {
            &self.pattern
        } else {
            &self.message
        };
        let words = Words::at(at).expected(negative, what, wanted);
        if negative {
            return words.0;
        }
        words.section("Actual", actual).0
    }

    /// Compares what was said with what was wanted; with nothing wanted everything fits.
    fn one(&self, actual: &str, at: At, negative: bool) -> Outcome {
        if !self.pattern.is_empty() {
            let matches = matches(&self.pattern, actual).map_err(|reason| error(At::default(), &reason))?;
            // Many a pattern was meant literally: brackets, dots and stars stand in messages too.
            let matches = if matches == negative && is_special(&self.pattern) {
                actual.contains(&self.pattern)
            } else {
                matches
            };
            if matches == negative {
                return Err(self.wrong(actual, at, negative));
            }
        } else if !self.message.is_empty() && (self.message == actual) == negative {
            return Err(self.wrong(actual, at, negative));
        }
        Ok(())
    }
}

/// Whether a pattern matches; one that does not compile is looked for as it stands.
fn matches(pattern: &str, text: &str) -> Result<bool, String> {
    match Pattern::new(pattern.as_bytes()) {
        Ok(compiled) => Ok(compiled.is_match(&Subject::new(text.as_bytes()))),
        Err(_) => Ok(text.contains(pattern)),
    }
}

fn is_special(pattern: &str) -> bool {
    pattern.contains(['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$'])
}

impl Check for FailedTemplate {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let of = |outcome: Outcome| match outcome {
            Ok(()) => Verdict {
                passed: true,
                info: Vec::new(),
            },
            Err(info) => Verdict { passed: false, info },
        };
        if !self.message.is_empty() && !self.pattern.is_empty() {
            let both = "single attribute 'errorMessage' or 'errorPattern' supported at the same time";
            return of(Err(error(At::default(), both)));
        }
        if let Some(reason) = context.render_error {
            return of(self.one(reason, At::default(), context.negative));
        }
        let mut verdict = Verdict {
            passed: true,
            info: Vec::new(),
        };
        for (index, document) in context.chosen.iter().enumerate() {
            let Some(Value::String(said)) = document.as_map().and_then(|map| map.get(b"raw")) else {
                continue;
            };
            if let Err(mut lines) = self.one(&said.to_str_lossy(), At::document(index), context.negative) {
                verdict.passed = false;
                verdict.info.append(&mut lines);
                if context.fail_fast {
                    break;
                }
            }
        }
        if context.chosen.is_empty() && !context.negative {
            verdict = of(Err(self.wrong("No failed document", At::default(), false)));
        }
        verdict
    }
}
