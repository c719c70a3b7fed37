//! Asserts on single values: `equal`, `exists`, `isNullOrEmpty`, `isType`, `matchRegex`.

use std::rc::Rc;

use skeg_value::regex::{Pattern, Subject};
use skeg_value::{List, Map, Str, Value};

use super::{At, Check, Context, Outcome, Verdict, Words, each_document, each_value, error, shown, uniform};
use crate::unittest::diff::diff;
use crate::unittest::parse::assert::Params;
use crate::unittest::path::Path;

/// `equal`.
pub(super) struct Equal {
    path: Path,
    value: Value,
    decode: bool,
}

impl Equal {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Equal {
            path: params.path("path"),
            value: params.value("value"),
            decode: params.bool("decodeBase64"),
        })
    }

    fn differs(&self, actual: &Value, at: At, negative: bool) -> Vec<String> {
        let expected = shown(&self.value);
        let words = Words::at(at).path(&self.path).expected(negative, "to equal", &expected);
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

impl Check for Equal {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.differs(&Value::from("no manifest found"), At::default(), false);
        each_value(context, &self.path, "", nothing, |actual, at, context| {
            let actual = match actual {
                Value::String(text) => Value::String(uniform(&decoded(text, self.decode, at)?)),
                other => normal(other),
            };
            if self.value.deep_equal(&actual) == context.negative {
                Err(self.differs(&actual, at, context.negative))
            } else {
                Ok(())
            }
        })
    }
}

/// The value with all its texts made uniform.
fn normal(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(uniform(text)),
        Value::List(list) => Value::List(List::new(list.iter().map(normal).collect())),
        Value::Map(map) => Value::Map(
            map.borrow()
                .iter()
                .map(|(key, value)| (key.clone(), normal(value)))
                .collect::<Map>(),
        ),
        other => other.clone(),
    }
}

/// A text, decoded if that is asked for.
fn decoded(text: &Str, decode: bool, at: At) -> Result<Str, Vec<String>> {
    if !decode {
        return Ok(text.clone());
    }
    let wrong = || {
        error(
            at,
            &format!("unable to decode base64 expected content {}", text.to_str_lossy()),
        )
    };
    skeg_funcs::encoding::decode64(text).map(Str::from).map_err(|_| wrong())
}

/// `exists`.
pub(super) struct Exists {
    path: Path,
}

impl Exists {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Exists {
            path: params.path("path"),
        })
    }

    fn wrong(&self, at: At, negative: bool) -> Vec<String> {
        let not = if negative { "NOT " } else { "" };
        let mut words = Words::at(at);
        words
            .0
            .push(format!("Path:\t{} expected to {not}exists", self.path.text()));
        words.0
    }
}

impl Check for Exists {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.wrong(At::default(), false);
        each_document(context, nothing, |document, at, context| {
            match self.path.find(document) {
                Err(reason) => Err(error(at, reason)),
                Ok(found) if found.is_empty() != context.negative => Err(self.wrong(at, context.negative)),
                Ok(_) => Ok(()),
            }
        })
    }
}

/// `isNullOrEmpty`.
pub(super) struct Empty {
    path: Path,
}

impl Empty {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Empty {
            path: params.path("path"),
        })
    }

    fn wrong(&self, actual: &Value, at: At, negative: bool) -> Vec<String> {
        Words::at(at)
            .path(&self.path)
            .expected(negative, "to be null or empty, got", &shown(actual))
            .0
    }
}

impl Check for Empty {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.wrong(&Value::from("no manifest found"), At::default(), false);
        each_value(context, &self.path, "", nothing, |actual, at, context| {
            if actual.is_true() == context.negative {
                Ok(())
            } else {
                Err(self.wrong(actual, at, context.negative))
            }
        })
    }
}

/// `isType`.
pub(super) struct IsType {
    path: Path,
    wanted: String,
}

impl IsType {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(IsType {
            path: params.path("path"),
            wanted: params.text("type"),
        })
    }

    fn wrong(&self, actual: &str, at: At, negative: bool) -> Vec<String> {
        Words::at(at)
            .path(&self.path)
            .expected(negative, "to be of type", &self.wanted)
            .section("Actual", actual)
            .0
    }
}

impl Check for IsType {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.wrong("no manifest found", At::default(), false);
        each_value(context, &self.path, "", nothing, |actual, at, context| {
            let actual = match actual {
                Value::Null => String::new(),
                other => other.type_name(),
            };
            if (actual == self.wanted) == context.negative {
                Err(self.wrong(&actual, at, context.negative))
            } else {
                Ok(())
            }
        })
    }
}

/// `matchRegex`.
pub(super) struct MatchRegex {
    path: Path,
    pattern: Regex,
    decode: bool,
}

impl MatchRegex {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(MatchRegex {
            path: params.path("path"),
            pattern: Regex::new(&params.text("pattern")),
            decode: params.bool("decodeBase64"),
        })
    }

    fn wrong(&self, actual: &str, at: At, negative: bool) -> Vec<String> {
        Words::at(at)
            .path(&self.path)
            .expected(negative, "to match", &self.pattern.text)
            .section("Actual", actual)
            .0
    }

    fn one(&self, pattern: &Pattern, actual: &Value, at: At, negative: bool) -> Outcome {
        let Value::String(text) = actual else {
            let message = format!("expect '{}' to be a string, got:\n{}", self.path.text(), shown(actual));
            return Err(error(at, &message));
        };
        let text = decoded(text, self.decode, at)?;
        if pattern.is_match(&Subject::new(&text)) == negative {
            return Err(self.wrong(&text.to_str_lossy(), at, negative));
        }
        Ok(())
    }
}

impl Check for MatchRegex {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        if let Err(info) = self.pattern.filled() {
            return Verdict { passed: false, info };
        }
        let nothing = || self.wrong("no manifest found", At::default(), false);
        let pattern = match self.pattern.compiled() {
            Ok(pattern) => pattern,
            Err(info) => return each_document(context, nothing, |_, _, _| Err(info.clone())),
        };
        each_value(context, &self.path, "", nothing, |actual, at, context| {
            self.one(&pattern, actual, at, context.negative)
        })
    }
}

/// A regular expression that a suite gave.
pub(super) struct Regex {
    pub(super) text: String,
    compiled: Result<Rc<Pattern>, String>,
}

impl Regex {
    pub(super) fn new(text: &str) -> Self {
        Regex {
            text: text.to_owned(),
            compiled: skeg_value::regex::compiled(&Str::from(text)),
        }
    }

    /// Whether there is a pattern at all.
    ///
    /// # Errors
    /// What to say where there is none.
    pub(super) fn filled(&self) -> Outcome {
        if self.text.is_empty() {
            return Err(error(At::default(), "expected field 'pattern' to be filled"));
        }
        Ok(())
    }

    /// The compiled pattern.
    ///
    /// # Errors
    /// What to say where it is wrong.
    pub(super) fn compiled(&self) -> Result<Rc<Pattern>, Vec<String>> {
        self.compiled.clone().map_err(|reason| error(At::default(), &reason))
    }

    /// Whether the pattern matches.
    ///
    /// # Errors
    /// Why it is no pattern.
    pub(super) fn is_match(&self, text: &str) -> Result<bool, &str> {
        match &self.compiled {
            Ok(pattern) => Ok(pattern.is_match(&Subject::new(text.as_bytes()))),
            Err(reason) => Err(reason),
        }
    }
}
