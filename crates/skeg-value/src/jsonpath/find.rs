//! What a JSONPath template selects in a value.
//!
//! In: the nodes of a template and a value. Out: the results of each node, in order. Maps are walked in the order of
//! their keys (the reference takes them in any order).

use std::cmp::Ordering;

use super::JsonPathError;
use super::parse::{Filter, Node, Slice, Step};
use crate::Value;
use crate::comparison::Comparison;

/// A result, or the place where one would be.
#[derive(Clone, Debug)]
pub enum Found {
    /// What is looked at in the body of a `range` over nothing.
    Nothing,
    /// A value; null is one.
    Value(Value),
}

/// `range` inside `range`: deeper than this is refused.
const MAX_RANGES: usize = 200;

/// The results of each node.
pub(super) fn find(nodes: &[Node], value: &Value) -> Result<Vec<Vec<Found>>, JsonPathError> {
    let mut groups = Vec::new();
    Finder::default().nodes(nodes, 0, Found::Value(value.clone()), &mut groups)?;
    Ok(groups)
}

type Outcome = Result<Vec<Found>, Failure>;

/// A failure, and what was found nevertheless: a filter that asks whether something is there looks at that only.
struct Failure {
    error: JsonPathError,
    found: Vec<Found>,
}

fn fail(text: impl Into<String>, found: Vec<Found>) -> Failure {
    Failure {
        error: JsonPathError::new(text),
        found,
    }
}

#[derive(Default)]
struct Finder {
    /// `range` words not yet acted upon.
    begun: usize,
    /// Ranges that the current node is in.
    inside: usize,
    /// `end` words not yet acted upon.
    ended: usize,
    /// Where the last range ended.
    last_end: usize,
}

impl Finder {
    /// Looks at the nodes from `start` to the end of the range they are in.
    fn nodes(
        &mut self,
        nodes: &[Node],
        start: usize,
        root: Found,
        groups: &mut Vec<Vec<Found>>,
    ) -> Result<(), JsonPathError> {
        if self.inside > MAX_RANGES {
            return Err(JsonPathError::new("ranges are nested too deeply"));
        }
        let mut index = start;
        while let Some(node) = nodes.get(index) {
            let results = match node {
                Node::Text(text) => vec![Found::Value(Value::string(text.as_str()))],
                Node::Action(steps) => self.steps(steps, vec![root.clone()]).map_err(|failure| failure.error)?,
            };
            if self.ended > 0 && self.ended <= self.inside {
                self.ended -= 1;
                self.last_end = index;
                return Ok(());
            }
            if self.begun > 0 {
                self.begun -= 1;
                self.inside += 1;
                if results.is_empty() {
                    // To know where the range ends, its body is gone through once.
                    self.nodes(nodes, index + 1, Found::Nothing, &mut Vec::new())?;
                }
                for result in results {
                    let item = match result {
                        Found::Value(Value::Null) => Found::Nothing,
                        item => item,
                    };
                    self.nodes(nodes, index + 1, item, groups)?;
                }
                self.inside -= 1;
                index = self.last_end.max(index) + 1;
                continue;
            }
            groups.push(results);
            index += 1;
        }
        Ok(())
    }

    fn steps(&mut self, steps: &[Step], input: Vec<Found>) -> Outcome {
        steps.iter().try_fold(input, |found, step| self.step(step, found))
    }

    fn step(&mut self, step: &Step, input: Vec<Found>) -> Outcome {
        let each = |value: Value| Ok(input.iter().map(|_| Found::Value(value.clone())).collect());
        match step {
            Step::Text(text) => Ok(vec![Found::Value(Value::string(text.as_str()))]),
            Step::Int(number) => each(Value::int(*number)),
            Step::Float(number) => each(Value::Float(*number)),
            Step::Bool(truth) => each(Value::Bool(*truth)),
            Step::Word(word) => self.word(word, input),
            Step::Field(name) => field(name, &input),
            Step::Wildcard => Ok(input.iter().flat_map(children).collect()),
            Step::Recursive => {
                let mut found = Vec::new();
                descend(&input, &mut found);
                Ok(found)
            }
            Step::Slice(slice) => part(*slice, input),
            Step::Union(parts) => {
                let mut found = Vec::new();
                for part in parts {
                    found.append(&mut self.steps(part, input.clone())?);
                }
                Ok(found)
            }
            Step::Filter(filter) => self.filter(filter, input),
        }
    }

    fn word(&mut self, word: &str, input: Vec<Found>) -> Outcome {
        match word {
            "range" => {
                self.begun += 1;
                Ok(input)
            }
            "end" if self.inside > 0 => {
                self.ended += 1;
                Ok(Vec::new())
            }
            "end" => Err(fail("not in range, nothing to end", Vec::new())),
            word => Err(fail(format!("unrecognized identifier {word}"), input)),
        }
    }

    fn filter(&mut self, filter: &Filter, input: Vec<Found>) -> Outcome {
        let mut kept = Vec::new();
        for found in &input {
            let Found::Value(Value::List(list)) = found else {
                return Err(fail("only lists can be filtered", input.clone()));
            };
            for item in list.iter() {
                let item = Found::Value(item.clone());
                let left = self.steps(&filter.left, vec![item.clone()]);
                let Some((operator, right)) = &filter.comparison else {
                    if !left.unwrap_or_else(|failure| failure.found).is_empty() {
                        kept.push(item);
                    }
                    continue;
                };
                let left = left?;
                let right = if left.is_empty() {
                    Vec::new()
                } else {
                    self.steps(right, vec![item.clone()])?
                };
                match (&left[..], &right[..]) {
                    ([], _) | (_, []) => {}
                    ([left], [right]) => {
                        if compare(left, operator, right).map_err(|text| fail(text, Vec::new()))? {
                            kept.push(item);
                        }
                    }
                    _ => return Err(fail("can only compare one element at a time", Vec::new())),
                }
            }
        }
        Ok(kept)
    }
}

fn field(name: &str, input: &[Found]) -> Outcome {
    let get = |found: &Found| match found {
        Found::Value(Value::Map(map)) => map.get(name.as_bytes()).map(Found::Value),
        _ => None,
    };
    let found: Vec<Found> = input.iter().filter_map(get).collect();
    if found.is_empty() && !input.is_empty() {
        Err(fail(format!("{name} is not found"), found))
    } else {
        Ok(found)
    }
}

/// The items of a list, the values of a map.
fn children(found: &Found) -> Vec<Found> {
    match found {
        Found::Value(Value::List(list)) => list.iter().cloned().map(Found::Value).collect(),
        Found::Value(Value::Map(map)) => map
            .snapshot()
            .into_iter()
            .map(|(_, value)| Found::Value(value))
            .collect(),
        _ => Vec::new(),
    }
}

/// Everything that has children, parents first; a text that is not empty counts, its bytes being its children. Values are only as deep as the decoder lets them be.
fn descend(input: &[Found], out: &mut Vec<Found>) {
    for found in input {
        let below = children(found);
        let is_text = matches!(found, Found::Value(Value::String(text)) if !text.as_bytes().is_empty());
        if is_text || !below.is_empty() {
            out.push(found.clone());
            descend(&below, out);
        }
    }
}

fn part(slice: Slice, input: Vec<Found>) -> Outcome {
    let mut parts = Vec::new();
    for found in &input {
        let list = match found {
            Found::Value(Value::List(list)) => list,
            Found::Value(Value::Null) => continue,
            _ => return Err(fail("not an array or slice", input.clone())),
        };
        let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
        let from_end = |index: i64| if index < 0 { index + length } else { index };
        let from = from_end(slice.from.unwrap_or(0));
        let to = match slice.to {
            None => length,
            Some(0) if slice.single => length,
            Some(to) => from_end(to),
        };
        if from == to {
            return Ok(parts);
        }
        let step = slice.step.unwrap_or(1);
        if !(0..length).contains(&from) || !(0..=length).contains(&to) || from > to || step <= 0 {
            let text = format!("array index out of bounds: from {from} to {to} by {step}, length {length}");
            return Err(fail(text, input.clone()));
        }
        // All three are positive and at most the length, which is one of memory.
        let (from, to, step) = (from as usize, to as usize, usize::try_from(step).unwrap_or(usize::MAX));
        parts.extend(
            list.as_slice()[from..to]
                .iter()
                .step_by(step)
                .cloned()
                .map(Found::Value),
        );
    }
    Ok(parts)
}

/// Compares two values of one kind: whole numbers, other numbers, texts; truths are only equal or not.
fn compare(left: &Found, operator: &str, right: &Found) -> Result<bool, &'static str> {
    let (Found::Value(left), Found::Value(right)) = (left, right) else {
        return Err("invalid type for comparison");
    };
    let order = match (left, right) {
        (Value::Bool(a), Value::Bool(b)) if matches!(operator, "==" | "!=") => a.cmp(b),
        (Value::Bool(_), Value::Bool(_)) => return Err("invalid type for comparison"),
        (Value::Int(a), Value::Int(b)) => a.value.cmp(&b.value),
        (Value::String(a), Value::String(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b).unwrap_or(Ordering::Greater),
        _ => return Err("incompatible types for comparison"),
    };
    match Comparison::at_start(operator) {
        Some((sign, comparison)) if sign == operator => Ok(comparison.accepts(Some(order))),
        _ => Err("unrecognized filter operator"),
    }
}
