//! Asserts on templates that are no YAML, such as NOTES.txt: `equalRaw`, `matchRegexRaw`.

use skeg_value::Value;
use skeg_value::regex::Subject;

use super::values::Regex;
use super::{At, Check, Context, Verdict, Words, each_document, raw_text, shown};
use crate::unittest::diff::diff;
use crate::unittest::parse::assert::Params;

/// `equalRaw`.
pub(super) struct EqualRaw {
    value: String,
}

impl EqualRaw {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(EqualRaw {
            value: params.text("value"),
        })
    }

    fn wrong(&self, actual: &Value, negative: bool) -> Vec<String> {
        let expected = shown(&Value::from(self.value.as_str()));
        let words = Words::at(At::default()).expected(negative, "to equal", &expected);
        if negative {
            return words.0;
        }
        let actual = shown(actual);
        words
            .section("Actual", &actual)
            .section("Diff", &diff(&expected, &actual))
            .0
    }
}

impl Check for EqualRaw {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.wrong(&Value::from("no manifest found"), false);
        each_document(context, nothing, |document, _, context| {
            let actual = raw_text(document);
            if (actual.as_bytes() == self.value.as_bytes()) == context.negative {
                Err(self.wrong(&Value::String(actual), context.negative))
            } else {
                Ok(())
            }
        })
    }
}

/// `matchRegexRaw`.
pub(super) struct MatchRegexRaw {
    pattern: Regex,
}

impl MatchRegexRaw {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(MatchRegexRaw {
            pattern: Regex::new(&params.text("pattern")),
        })
    }

    fn wrong(&self, actual: &str, negative: bool) -> Vec<String> {
        Words::at(At::default())
            .expected(negative, "to match", &self.pattern.text)
            .section("Actual", actual)
            .0
    }
}

impl Check for MatchRegexRaw {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        if let Err(info) = self.pattern.filled() {
            return Verdict { passed: false, info };
        }
        let nothing = || self.wrong("no manifest found", false);
        each_document(context, nothing, |document, _, context| {
            let pattern = self.pattern.compiled()?;
            let actual = raw_text(document);
            if pattern.is_match(&Subject::new(&actual)) == context.negative {
                Err(self.wrong(&actual.to_str_lossy(), context.negative))
            } else {
                Ok(())
            }
        })
    }
}
