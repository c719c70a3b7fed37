//! Keywords for arrays.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::compiled::{Additional, Id, Items};
use super::super::draft::Draft;
use super::super::node::Node;
use super::super::number::{Decimal, count};
use super::{Check, Validator};

impl Validator<'_> {
    pub(super) fn array(&mut self, check: &mut Check<'_>, items: &[Node]) {
        let schema = check.schema;
        let size = items.len() as i64;
        if let Some(want) = schema.min_items.filter(|&want| size < want) {
            self.fail(check, || format!("minItems: got {}, want {}", count(size), count(want)));
        }
        if let Some(want) = schema.max_items.filter(|&want| size > want) {
            self.fail(check, || format!("maxItems: got {}, want {}", count(size), count(want)));
        }
        if schema.unique_items
            && let Some((first, second)) = duplicates(items)
        {
            let (first, second) = (count(first as i64), count(second as i64));
            self.fail(check, || format!("items at {first} and {second} are equal"));
        }
        if schema.draft < Draft::Year2020 {
            self.items_before_2020(check, items);
        } else {
            let first = schema.prefix_items.len().min(items.len());
            self.each(check, &schema.prefix_items, items);
            if let Some(id) = schema.items_2020 {
                self.all(check, id, items, first);
            }
        }
        if let Some(id) = schema.contains {
            self.contains(check, id, items);
        }
    }

    fn items_before_2020(&mut self, check: &mut Check<'_>, items: &[Node]) {
        let schema = check.schema;
        let evaluated = match &schema.items {
            Some(Items::All(id)) => {
                self.all(check, *id, items, 0);
                items.len()
            }
            Some(Items::Each(ids)) => {
                self.each(check, ids, items);
                ids.len().min(items.len())
            }
            None => 0,
        };
        match &schema.additional_items {
            Some(Additional::Allowed(false)) if evaluated != items.len() => {
                let left = count((items.len() - evaluated) as i64);
                self.fail(check, || format!("last {left} additionalItem(s) not allowed"));
            }
            Some(Additional::Schema(id)) => self.all(check, *id, items, evaluated),
            _ => {}
        }
    }

    /// The items from a position on, against one schema.
    fn all(&mut self, check: &mut Check<'_>, id: Id, items: &[Node], from: usize) {
        for (index, item) in items.iter().enumerate().skip(from) {
            let found = self.inside(check, id, item, &index.to_string());
            check.failures.extend(found.err());
        }
    }

    /// The first items, each against its own schema.
    fn each(&mut self, check: &mut Check<'_>, ids: &[Id], items: &[Node]) {
        for (index, (item, &id)) in items.iter().zip(ids).enumerate() {
            let found = self.inside(check, id, item, &index.to_string());
            check.failures.extend(found.err());
        }
    }

    fn contains(&mut self, check: &mut Check<'_>, id: Id, items: &[Node]) {
        let schema = check.schema;
        let (mut causes, mut matched) = (Vec::new(), Vec::new());
        for (index, item) in items.iter().enumerate() {
            match self.inside(check, id, item, &index.to_string()) {
                Err(failure) => causes.push(failure),
                Ok(()) => {
                    matched.push(index.to_string());
                    if schema.draft >= Draft::Year2020 {
                        check.unevaluated.items.remove(&index);
                    }
                }
            }
        }
        let (size, positions) = (matched.len() as i64, matched.join(" "));
        match schema.min_contains {
            Some(want) if size < want => self.fail_because(check, causes, || {
                let rule = format!("min {} items required to match contains schema, but", count(want));
                if size == 0 {
                    format!("{rule} none matched")
                } else {
                    format!("{rule} matched {} items at {positions}", count(size))
                }
            }),
            None if size == 0 => self.fail_because(check, causes, || "no items match contains schema".to_owned()),
            _ => {}
        }
        if let Some(want) = schema.max_contains.filter(|&want| size > want) {
            self.fail(check, || {
                let (want, size) = (count(want), count(size));
                format!("max {want} items required to match contains schema, but matched {size} items at {positions}")
            });
        }
    }
}

/// The first two items that are equal: the second of them comes as early as possible.
fn duplicates(items: &[Node]) -> Option<(usize, usize)> {
    if items.len() <= 20 {
        return (1..items.len()).find_map(|second| {
            (0..second)
                .find(|&first| items[first].equals(&items[second]))
                .map(|first| (first, second))
        });
    }
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    for (second, item) in items.iter().enumerate() {
        let mut hasher = DefaultHasher::new();
        hash(item, &mut hasher);
        let alike = seen.entry(hasher.finish()).or_default();
        if let Some(&first) = alike.iter().find(|&&first| items[first].equals(item)) {
            return Some((first, second));
        }
        alike.push(second);
    }
    None
}

/// Equal nodes have equal hashes.
fn hash(node: &Node, hasher: &mut DefaultHasher) {
    std::mem::discriminant(node).hash(hasher);
    match node {
        Node::Null => {}
        Node::Bool(b) => b.hash(hasher),
        Node::Number(text) => Decimal::parse(text).hash(hasher),
        Node::String(text) => text.hash(hasher),
        Node::Array(items) => items.iter().for_each(|item| hash(item, hasher)),
        Node::Object(members) => members.iter().for_each(|(name, value)| {
            name.hash(hasher);
            hash(value, hasher);
        }),
    }
}
