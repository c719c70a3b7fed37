//! Asserts on collections: `contains`, `isSubset`, `lengthEqual`.

use skeg_value::{List, Map, Value};

use super::{At, Check, Context, Outcome, Verdict, Words, each_document, each_value, error, shown};
use crate::unittest::parse::assert::Params;
use crate::unittest::path::Path;

/// `contains`.
pub(super) struct Contains {
    path: Path,
    content: Value,
    count: Option<i64>,
    any: bool,
}

impl Contains {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Contains {
            path: params.path("path"),
            content: params.value("content"),
            count: params.int("count"),
            any: params.bool("any"),
        })
    }

    fn wrong(&self, actual: &Value, at: At, negative: bool) -> Vec<String> {
        let expected = shown(&Value::List(List::new(vec![self.content.clone()])));
        Words::at(at)
            .path(&self.path)
            .expected(negative, "to contain", &expected)
            .section("Actual", &shown(actual))
            .0
    }

    fn fits(&self, element: &Value) -> bool {
        match (element, &self.content) {
            (Value::Map(element), Value::Map(content)) if self.any => is_subset(element, content),
            _ => element.deep_equal(&self.content),
        }
    }

    fn one(&self, actual: &Value, at: At, negative: bool) -> Outcome {
        let Value::List(list) = actual else {
            let message = format!("expect '{}' to be an array, got:\n{}", self.path.text(), shown(actual));
            return Err(error(at, &message));
        };
        let found = list.iter().filter(|element| self.fits(element)).count();
        let Some(count) = self.count else {
            return if (found > 0) == negative {
                Err(self.wrong(actual, at, negative))
            } else {
                Ok(())
            };
        };
        if (found > 0 && found as i64 == count) != negative {
            return Ok(());
        }
        if found == 0 {
            return Err(self.wrong(actual, at, negative));
        }
        let message = format!(
            "expect count {count} in '{}' to be in array, got {found}:\n{}",
            self.path.text(),
            shown(actual)
        );
        Err(error(at, &message))
    }
}

impl Check for Contains {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.wrong(&Value::from("no manifest found"), At::document(0), false);
        each_value(context, &self.path, "", nothing, |actual, at, context| {
            self.one(actual, at, context.negative)
        })
    }
}

/// Whether a map has all entries of another.
fn is_subset(map: &Map, content: &Map) -> bool {
    content
        .borrow()
        .iter()
        .all(|(key, wanted)| map.get(key).unwrap_or_default().deep_equal(wanted))
}

/// `isSubset`.
pub(super) struct Subset {
    path: Path,
    content: Value,
}

impl Subset {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Subset {
            path: params.path("path"),
            content: params.value("content"),
        })
    }

    fn wrong(&self, actual: &Value, at: At, negative: bool) -> Vec<String> {
        Words::at(at)
            .path(&self.path)
            .expected(negative, "to contain", &shown(&self.content))
            .section("Actual", &shown(actual))
            .0
    }
}

impl Check for Subset {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.wrong(&Value::from("no manifest found"), At::default(), false);
        each_value(context, &self.path, "", nothing, |actual, at, context| {
            let (Value::Map(map), Value::Map(content)) = (actual, &self.content) else {
                let message = format!("expect '{}' to be an object, got:\n{}", self.path.text(), shown(actual));
                return Err(error(at, &message));
            };
            if is_subset(map, content) == context.negative {
                Err(self.wrong(actual, at, context.negative))
            } else {
                Ok(())
            }
        })
    }
}

/// `lengthEqual`.
pub(super) struct Length {
    path: Path,
    paths: Vec<Path>,
    count: Option<i64>,
}

impl Length {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Length {
            path: params.path("path"),
            paths: params.texts("paths").iter().map(|path| Path::new(path)).collect(),
            count: params.int("count"),
        })
    }

    fn wrong(path: &str, count: &str, actual: &str, at: At, negative: bool) -> Vec<String> {
        Words::at(at)
            .path(&Path::new(path))
            .expected(negative, "to match count", count)
            .section("Actual", actual)
            .0
    }

    /// The length of the list at one path, which must be the wanted one if there is one.
    fn length(&self, path: &Path, document: &Value, at: At, negative: bool) -> Result<usize, Vec<String>> {
        let found = path.find(document).map_err(|reason| error(at, reason))?;
        if found.is_empty() && !negative {
            // The original fails without a word here.
            return Err(error(at, &format!("unknown path {}", path.text())));
        }
        let mut length = 0;
        for (index, value) in found.iter().enumerate() {
            let list = value.as_list();
            let Some(count) = self.count else {
                let at = At {
                    value: Some(index),
                    ..at
                };
                length = list
                    .ok_or_else(|| error(at, &format!("{} is not array", path.text())))?
                    .len();
                continue;
            };
            length = list.map_or(0, List::len);
            if (length as i64 == count) == negative {
                let (count, length) = (count.to_string(), length.to_string());
                return Err(Self::wrong(path.text(), &count, &length, at, negative));
            }
        }
        Ok(length)
    }

    fn lengths(&self, document: &Value, at: At, negative: bool) -> Outcome {
        let mut wrong = Vec::new();
        let mut lengths = Vec::new();
        for path in &self.paths {
            match self.length(path, document, at, negative) {
                Ok(length) => lengths.push((path.text(), length)),
                Err(mut lines) => wrong.append(&mut lines),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        lengths.sort_unstable();
        let Some(&(_, first)) = lengths.first() else {
            return Err(error(at, "'path' or 'paths' must be set"));
        };
        for &(path, length) in &lengths[1..] {
            if (length == first) == negative {
                return Err(Self::wrong(path, "-1", &length.to_string(), at, negative));
            }
        }
        Ok(())
    }
}

impl Check for Length {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let is_single = !self.path.text().is_empty();
        let refusal = if is_single && self.count.is_none_or(|count| count < 0) {
            Some("'count' field must be set if 'path' is used")
        } else if is_single && !self.paths.is_empty() {
            Some("'paths' couldn't be used with 'path'")
        } else {
            None
        };
        if let Some(message) = refusal {
            return Verdict {
                passed: false,
                info: error(At::default(), message),
            };
        }
        let nothing = || Self::wrong("", "", "no manifest found", At::default(), false);
        each_document(context, nothing, |document, at, context| {
            if is_single {
                self.length(&self.path, document, at, context.negative).map(|_| ())
            } else {
                self.lengths(document, at, context.negative)
            }
        })
    }
}
