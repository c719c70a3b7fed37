//! The user's values brought together with the defaults of a chart and its subcharts.
//!
//! # Source
//! spec/rendering.md 5.2.

use skeg_value::{Map, MapType, Str, Value};

use super::print::{not_a_table, plain};
use crate::chart::Chart;
use crate::error::ChartError;
use crate::log::LogLine;

/// What a null among the higher values means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// It deletes the default below it: for rendering.
    Delete,
    /// The same, but nulls among the defaults stay: where no chart is involved.
    DeleteGiven,
    /// It stays a null: while dependencies are processed.
    Keep,
}

/// The key whose values every subchart sees.
const GLOBAL: &[u8] = b"global";

/// Completes `values` with the defaults of the chart and of all its subcharts. The result shares nothing with either.
///
/// # Errors
/// `type mismatch on sub: …` where the section of a subchart is not a map.
pub fn coalesce(chart: &Chart, values: &Map, nulls: Nulls, log: &mut Vec<LogLine>) -> Result<Map, ChartError> {
    let values = values.deep_clone();
    let mut coalescing = Coalescing {
        nulls,
        log,
        last: false,
        shares: false,
    };
    coalescing.chart(chart, &values, "")?;
    Ok(values)
}

/// The same for whoever only reads the result, or copies it before it is changed: what comes from one side alone is shared
/// with it, and only maps that both sides have a part in are made anew. Most of the values of a chart are its defaults,
/// and copies of all of them, for each chart that has dependencies, took longer than reading them.
pub(crate) fn coalesce_shared(
    chart: &Chart,
    values: &Map,
    nulls: Nulls,
    log: &mut Vec<LogLine>,
) -> Result<Map, ChartError> {
    let values = copied(values);
    own_globals(&values);
    let mut coalescing = Coalescing {
        nulls,
        log,
        last: false,
        shares: true,
    };
    coalescing.chart(chart, &values, "")?;
    Ok(values)
}

/// The same for rendering, nulls deleting what is below them, where nobody is going to ask for the chart's default values
/// again: they are moved into the result instead of being copied, and what is left of them in the chart is of no use.
///
/// # Errors
/// As [`coalesce`].
pub fn coalesce_last(chart: &mut Chart, values: &Map, log: &mut Vec<LogLine>) -> Result<Map, ChartError> {
    let values = values.deep_clone();
    let mut coalescing = Coalescing {
        nulls: Nulls::Delete,
        log,
        last: true,
        shares: false,
    };
    coalescing.chart(chart, &values, "")?;
    Ok(values)
}

struct Coalescing<'l> {
    nulls: Nulls,
    log: &'l mut Vec<LogLine>,
    /// Whether defaults may be taken from the chart.
    last: bool,
    /// Whether maps may be shared with the chart and the given values. A map that has another holder is copied before it is
    /// changed; but those below `global` are never shared with either, since the charts share them among each other, where
    /// a change is to be seen by all.
    shares: bool,
}

impl Coalescing<'_> {
    fn warn(&mut self, text: String) {
        self.log.push(LogLine::info(text, &[]));
    }

    fn chart(&mut self, chart: &Chart, values: &Map, prefix: &str) -> Result<(), ChartError> {
        self.defaults(chart, values, prefix);
        let prefix = join(prefix, chart.name());
        for subchart in &chart.dependencies {
            let key = subchart.name().as_bytes();
            let section = match self.own(values, key) {
                None => {
                    let section = Map::new();
                    values.insert(key, section.clone());
                    section
                }
                Some(Value::Map(section)) => section,
                Some(other) => {
                    let text = format!("type mismatch on {}: {}", subchart.name(), not_a_table(&other));
                    return Err(ChartError::Values(text));
                }
            };
            if self.shares {
                own_globals(&section);
            }
            self.globals(&section, values, &prefix);
            self.chart(subchart, &section, &prefix)?;
        }
        Ok(())
    }

    /// A chart's own defaults below its values.
    fn defaults(&mut self, chart: &Chart, values: &Map, prefix: &str) {
        let prefix = join(prefix, chart.name());
        if self.last {
            take_defaults(&chart.values, values);
        }
        for (key, default) in chart.values.snapshot() {
            let is_global = *key == *GLOBAL;
            let own = if is_global {
                values.get(&key)
            } else {
                self.own(values, &key)
            };
            match own {
                None => self.adopt(values, key, &default, self.nulls, !is_global),
                Some(Value::Null) => {
                    if self.nulls == Nulls::Delete {
                        values.remove(&key);
                    }
                }
                Some(Value::Map(own)) => match &default {
                    Value::Map(default) => {
                        // The section of a subchart meets its defaults later: until then nulls must live.
                        let is_section = chart.dependencies.iter().any(|sub| sub.name().as_bytes() == &*key);
                        let nulls = if is_section { Nulls::Keep } else { self.nulls };
                        self.tables(&own, default, &join(&prefix, &key.to_str_lossy()), nulls, !is_global);
                    }
                    Value::Null => {}
                    _ => self.warn(format!("warning: skipped value for {prefix}.{key}: Not a table.")),
                },
                Some(_) => {}
            }
        }
    }

    /// A default for which there is no higher value: a copy (unless it `may_share`), without nulls where those delete.
    fn adopt(&self, values: &Map, key: Str, default: &Value, nulls: Nulls, may_share: bool) {
        let shares = self.shares && may_share;
        if shares && (nulls != Nulls::Delete || !has_nulls(default)) {
            values.insert(key, default.clone());
        } else if nulls != Nulls::Delete {
            values.insert(key, default.deep_clone());
        } else if let Some(default) = without_nulls(default) {
            values.insert(key, default);
        }
    }

    /// The value of a key. A map that something else holds too is copied first, so that it may be changed.
    fn own(&self, values: &Map, key: &[u8]) -> Option<Value> {
        if self.shares
            && let Some(Value::Map(map)) = values.borrow_mut().get_mut(key)
            && map.is_shared()
        {
            *map = copied(map);
        }
        values.get(key)
    }

    /// Lower values below higher ones, map by map. Maps below the lower ones may be shared, and those below the higher may
    /// be, where it is so said.
    fn tables(&mut self, higher: &Map, lower: &Map, prefix: &str, nulls: Nulls, may_share: bool) {
        for (key, value) in lower.snapshot() {
            let full = || join(prefix, &key.to_str_lossy());
            let own = match &value {
                Value::Map(_) if may_share => self.own(higher, &key),
                _ => higher.get(&key),
            };
            match (own, &value) {
                (None, _) => self.adopt(higher, key, &value, nulls, may_share),
                (Some(Value::Null), Value::Null) => {}
                (Some(Value::Null), _) if nulls != Nulls::Keep => {
                    higher.remove(&key);
                }
                // A null that stays hides what is below it.
                (Some(Value::Null), _) => {}
                (Some(Value::Map(own)), Value::Map(below)) => {
                    let full = full();
                    self.tables(&own, below, &full, nulls, may_share);
                }
                (Some(_), Value::Map(_)) => {
                    // What deletes has lost its own nulls before it is merged.
                    let below = if nulls == Nulls::Delete {
                        without_nulls(&value)
                    } else {
                        None
                    };
                    self.cannot_overwrite(&full(), below.as_ref().unwrap_or(&value));
                }
                (Some(Value::Map(_)), below) if !below.is_null() => self.ignoring(&full(), below),
                _ => {}
            }
        }
    }

    fn cannot_overwrite(&mut self, path: &str, table: &Value) {
        let text = plain(table);
        self.warn(format!(
            "warning: cannot overwrite table with non table for {path} ({text})"
        ));
    }

    fn ignoring(&mut self, path: &str, value: &Value) {
        let text = plain(value);
        self.warn(format!(
            "warning: destination for {path} is a table. Ignoring non-table value ({text})"
        ));
    }

    /// The parent's globals over those of a subchart's section, which always has some afterwards.
    fn globals(&mut self, section: &Map, parent: &Map, prefix: &str) {
        let own = match section.get(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(own)) => own,
            Some(_) => {
                return self.warn("warning: skipping globals because destination global is not a table.".to_owned());
            }
        };
        let given = match parent.get(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(given)) => given,
            Some(_) => return self.warn("warning: skipping globals because source global is not a table.".to_owned()),
        };
        for (key, value) in given.snapshot() {
            match (&value, own.get(&key)) {
                (Value::Map(given), None) => {
                    own.insert(key, shallow(given));
                }
                (Value::Map(given), Some(Value::Map(below))) => {
                    let merged = shallow(given);
                    self.tables(&merged, &below, &join(prefix, &key.to_str_lossy()), Nulls::Keep, false);
                    own.insert(key, merged);
                }
                (Value::Map(_), Some(_)) => {
                    self.warn(format!(
                        "Conflict: cannot merge map onto non-map for {:?}. Skipping.",
                        key.to_str_lossy()
                    ));
                }
                (_, Some(Value::Map(_))) => self.warn(format!("key {key} is table. Skipping")),
                _ => {
                    own.insert(key, value.clone());
                }
            }
        }
        section.insert(GLOBAL, own);
    }
}

/// A map of one's own whose members are shared. Helm copies globals no deeper: what a subchart's defaults add to a map
/// inside of a global map, its parent and the subcharts after it see too.
fn shallow(map: &Map) -> Map {
    Map::from_entries(map.borrow().clone())
}

/// The same, of the same type.
fn copied(map: &Map) -> Map {
    shallow(map).with_type(map.ty())
}

/// Makes the globals of a chart's values a copy of their own.
fn own_globals(values: &Map) {
    if let Some(Value::Map(globals)) = values.borrow_mut().get_mut(GLOBAL) {
        *globals = globals.deep_clone();
    }
}

/// Whether there are nulls in a value that [`without_nulls`] would leave out.
fn has_nulls(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Map(map) => map.borrow().values().any(has_nulls),
        _ => false,
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

/// A copy of a default without its nulls, in nested maps too but not in lists; none for a null.
fn without_nulls(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Map(map) => Some(Value::Map(
            map.borrow()
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), without_nulls(value)?)))
                .collect(),
        )),
        other => Some(other.deep_clone()),
    }
}

/// The same of a default that nobody else needs: what it alone holds is moved. A map that something else holds too is
/// copied, for that may be the default of another chart (one used under two names, an imported table).
fn without_nulls_taken(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Map(map) if map.is_shared() => without_nulls(&Value::Map(map)),
        Value::Map(map) => {
            drop_nulls(&map);
            // Helm's copy is a plain map.
            Some(Value::Map(map.with_type(MapType::Any)))
        }
        other if is_alone(&other) => Some(other),
        other => Some(other.deep_clone()),
    }
}

/// Takes the nulls out of a map that nothing else holds, in place: a large file of values is not to be built twice, nor
/// written where there is nothing to change.
fn drop_nulls(map: &Map) {
    let mut has_nulls = false;
    for value in map.borrow_mut().values_mut() {
        match value {
            Value::Map(inner) if inner.ty() == MapType::Any && !inner.is_shared() => drop_nulls(inner),
            Value::List(_) if is_alone(value) => {}
            Value::Map(_) | Value::List(_) | Value::Object(_) => {
                *value = without_nulls_taken(std::mem::take(value)).unwrap_or_default();
            }
            _ => {}
        }
        has_nulls |= value.is_null();
    }
    if has_nulls {
        map.borrow_mut().retain(|_, value| !value.is_null());
    }
}

/// Whether nothing else holds a value or a part of it that could be changed through the other.
fn is_alone(value: &Value) -> bool {
    match value {
        Value::List(list) => !list.is_shared() && list.iter().all(is_alone),
        Value::Map(map) => !map.is_shared() && map.borrow().values().all(is_alone),
        Value::Object(_) => false,
        _ => true,
    }
}

/// Moves the defaults for which there is no higher value, where nothing else holds them.
fn take_defaults(defaults: &Map, values: &Map) {
    if defaults.is_shared() {
        return;
    }
    let entries = std::mem::take(&mut *defaults.borrow_mut());
    let mut values = values.borrow_mut();
    let left = entries.into_iter().filter_map(|(key, default)| {
        if values.contains_key(&key) {
            return Some((key, default));
        }
        if let Some(default) = without_nulls_taken(default) {
            values.insert(key, default);
        }
        None
    });
    *defaults.borrow_mut() = left.collect();
}

/// `higher` completed with `lower`: Helm's merge of imported values.
///
/// Maps of `lower` are not copied: what is imported into one of them later reaches both, and nulls of `higher` are left
/// in `lower`. Charts can see that, so it must be so.
pub(crate) fn merge_tables(higher: &Map, lower: &Map, log: &mut Vec<LogLine>) {
    share(
        higher,
        lower,
        "",
        &mut Coalescing {
            nulls: Nulls::Keep,
            log,
            last: false,
            shares: false,
        },
    );
}

fn share(higher: &Map, lower: &Map, prefix: &str, coalescing: &mut Coalescing<'_>) {
    if higher.ptr_eq(lower) {
        return;
    }
    for (key, _) in higher.snapshot().into_iter().filter(|(_, value)| value.is_null()) {
        lower.insert(key, Value::Null);
    }
    for (key, value) in lower.snapshot() {
        let full = || join(prefix, &key.to_str_lossy());
        match (higher.get(&key), &value) {
            (None, Value::Map(map)) if reaches(map, higher) => {
                // Helm would put the map into itself and never come to an end.
                higher.insert(key, map.deep_clone());
            }
            (None, _) => {
                higher.insert(key, value);
            }
            (Some(Value::Map(own)), Value::Map(below)) => share(&own, below, &full(), coalescing),
            (Some(_), Value::Map(_)) => coalescing.cannot_overwrite(&full(), &value),
            (Some(Value::Map(_)), below) if !below.is_null() => coalescing.ignoring(&full(), below),
            _ => {}
        }
    }
}

/// Whether a map is, or holds somewhere inside, another.
fn reaches(map: &Map, wanted: &Map) -> bool {
    map.ptr_eq(wanted)
        || map
            .borrow()
            .values()
            .any(|value| value.as_map().is_some_and(|inner| reaches(inner, wanted)))
}

/// Completes `values` with `defaults` where no chart is involved: nulls of the values delete defaults.
pub fn complete(values: &Map, defaults: &Map, log: &mut Vec<LogLine>) {
    Coalescing {
        nulls: Nulls::DeleteGiven,
        log,
        last: false,
        shares: false,
    }
    .tables(values, defaults, "", Nulls::DeleteGiven, false);
}

#[cfg(test)]
mod tests;
