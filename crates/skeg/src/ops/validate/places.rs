//! Where findings stand: in the file itself, or in the template that rendered it, with the values behind.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

use skeg_chart::values::{Origin, origin};
use skeg_render::provenance::{Provenance, Read, Recorder};
use skeg_value::yaml::{Tree, TreeEntry};
use skeg_value::{Map, Sources, Span, Value};

use super::chart::RenderedChart;
use super::input::Unit;

/// A place in a file, for people: lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    /// One past the last column, on the same line.
    pub(super) end_column: usize,
}

impl Place {
    /// The place of bytes of a text.
    pub(super) fn of(file: &str, text: &[u8], bytes: Range<usize>) -> Self {
        let start = bytes.start.min(text.len());
        let first = text[..start].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let rest = &text[start..bytes.end.clamp(start, text.len())];
        let rest = rest.split(|&b| b == b'\n').next().unwrap_or_default();
        let count = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().count();
        let column = count(&text[first..start]) + 1;
        Place {
            file: file.to_owned(),
            line: text[..start].iter().filter(|&&b| b == b'\n').count() + 1,
            column,
            end_column: column + count(rest).max(1),
        }
    }
}

/// A value that a template read where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ValueUse {
    /// What the chart calls it: `.Values.image.tag`.
    pub(super) expression: String,
    /// What it was, in a few words; none for maps and lists.
    pub(super) value: Option<String>,
    /// Where it was set.
    pub(super) set: Option<Setting>,
}

/// What set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// A values file.
    File(Place),
    /// A flag as it would be typed.
    Flag(String),
}

/// All that is known of where some bytes come from.
#[derive(Clone, Debug)]
pub(super) struct Located {
    pub(super) place: Place,
    /// What included the template, innermost first.
    pub(super) trail: Vec<Place>,
    pub(super) values: Vec<ValueUse>,
}

/// Looks places up; renders a second time for it at most once a version.
pub(super) struct Places<'c> {
    chart: Option<&'c RenderedChart>,
    recorded: HashMap<usize, Option<(Recorder, Map)>>,
    /// Values visited in search of maps and lists, for all findings together.
    visited: Cell<usize>,
}

impl<'c> Places<'c> {
    pub(super) fn new(chart: Option<&'c RenderedChart>) -> Self {
        Places {
            chart,
            recorded: HashMap::new(),
            visited: Cell::new(0),
        }
    }

    /// Where bytes of a unit come from.
    pub(super) fn find(&mut self, unit: &Unit, bytes: Range<usize>) -> Located {
        let plain = |place| Located {
            place,
            trail: Vec::new(),
            values: Vec::new(),
        };
        let (Some(chart), Some(template), Some(&version)) = (self.chart, &unit.template, unit.versions.first()) else {
            return plain(unit.place(bytes));
        };
        let visited = &self.visited;
        let recorded = self.recorded.entry(version).or_insert_with(|| chart.record(version));
        let found = recorded.as_ref().and_then(|(recorder, values)| {
            let provenance = recorder.provenance(template, &unit.text, bytes.clone())?;
            let place = |span: Span| in_sources(chart, recorder.sources(), span);
            let blame = Blame {
                chart,
                recorder,
                values,
                section: section(template),
                visited,
            };
            Some(Located {
                place: place(provenance.span)?,
                trail: provenance.trail.iter().filter_map(|span| place(*span)).collect(),
                values: blame.values(&provenance, &unit.text, bytes.start),
            })
        });
        // The file is right even where the line cannot be told.
        found.unwrap_or_else(|| plain(Place::of(&unit.shown, b"", 0..0)))
    }
}

fn in_sources(chart: &RenderedChart, sources: &Sources, span: Span) -> Option<Place> {
    let file = sources.get(span.file)?;
    let shown = chart.shown(&file.name);
    Some(Place::of(&shown, &file.text, span.start as usize..span.end as usize))
}

/// Finds the values behind rendered bytes.
struct Blame<'a> {
    chart: &'a RenderedChart,
    recorder: &'a Recorder,
    /// The values that the recorded render read.
    values: &'a Map,
    /// The keys under which the template's chart finds its own values.
    section: Vec<String>,
    visited: &'a Cell<usize>,
}

impl Blame<'_> {
    /// The values among what was read, each once.
    fn values(&self, provenance: &Provenance, text: &[u8], at: usize) -> Vec<ValueUse> {
        let mut found: Vec<ValueUse> = Vec::new();
        for read in &provenance.reads {
            if let Some(used) = self.value(read, provenance, text, at)
                && !found.contains(&used)
            {
                found.push(used);
            }
        }
        found
    }

    fn value(&self, read: &Read, provenance: &Provenance, text: &[u8], at: usize) -> Option<ValueUse> {
        let mut path = self.path(read)?;
        let mut value = read.value.clone();
        // Of a whole map that was printed, what was printed here.
        if let (Some(Value::Map(_)), Some(printed)) = (&value, &provenance.printed)
            && let Some(inner) = text.get(printed.clone())
            && let Ok(tree) = Tree::parse(inner)
        {
            for key in keys_at(&tree, at.saturating_sub(printed.start)) {
                let next = value
                    .as_ref()
                    .and_then(Value::as_map)
                    .and_then(|map| map.get(key.as_bytes()));
                let Some(next) = next else { break };
                path.push(key);
                value = Some(next);
            }
        }
        let set = origin(&self.chart.chart, &self.chart.sources, &path).map(|origin| match origin {
            Origin::File { name, text, range } => Setting::File(Place::of(&self.chart.shown(&name), &text, range)),
            Origin::Flag(flag) => Setting::Flag(flag),
        });
        let own = path.strip_prefix(self.section.as_slice()).unwrap_or(&path);
        Some(ValueUse {
            expression: format!(".Values.{}", own.join(".")),
            value: shown(value.as_ref()),
            set,
        })
    }

    /// The path of what was read in the values of the root chart: as the expression says, or where the very map or list
    /// lies in the values.
    fn path(&self, read: &Read) -> Option<Vec<String>> {
        let file = self.recorder.sources().get(read.span.file)?;
        let expression = file.text.get(read.span.start as usize..read.span.end as usize)?;
        if let Some(keys) = path_of(&String::from_utf8_lossy(expression)) {
            return Some(self.section.iter().cloned().chain(keys).collect());
        }
        within(read.value.as_ref()?, self.values, &mut Vec::new(), self.visited).filter(|path| !path.is_empty())
    }
}

/// Values visited before searches for maps and lists are given up.
const MOST_VISITED: usize = 10_000_000;

/// The path of a map or list below a map, recognised by identity.
fn within(wanted: &Value, map: &Map, path: &mut Vec<String>, visited: &Cell<usize>) -> Option<Vec<String>> {
    for (key, value) in map.borrow().iter() {
        visited.set(visited.get() + 1);
        if visited.get() > MOST_VISITED || path.len() > 100 {
            return None;
        }
        path.push(key.to_string());
        let found = match (wanted, value) {
            (Value::Map(wanted), Value::Map(found)) if wanted.ptr_eq(found) => Some(path.clone()),
            (Value::List(wanted), Value::List(found)) if !wanted.is_empty() && wanted.ptr_eq(found) => {
                Some(path.clone())
            }
            (_, Value::Map(inner)) => within(wanted, inner, path, visited),
            _ => None,
        };
        path.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The keys that lead to what stands at an offset, as far as maps go.
fn keys_at(tree: &Tree<'_>, at: usize) -> Vec<String> {
    let mut keys = Vec::new();
    let mut node = tree.root();
    while let Some(entry) = node.and_then(|node| {
        let holds = |entry: &&TreeEntry| (tree.key_span(entry).start..tree.span(entry.value).end.max(1)).contains(&at);
        tree.entries(node).iter().find(holds)
    }) {
        keys.push(String::from_utf8_lossy(tree.key(entry)).into_owned());
        node = Some(entry.value);
    }
    keys
}

/// The keys of an expression that reads values, whatever they are read from: `$.Values.a.b`, `.root.Values.a.b`.
fn path_of(expression: &str) -> Option<Vec<String>> {
    let (_, keys) = expression.split_once(".Values.")?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    keys.chars()
        .all(plain)
        .then(|| keys.split('.').map(str::to_owned).collect())
}

/// The keys under which a template's chart finds its values in those of the root chart.
fn section(template: &str) -> Vec<String> {
    let mut parts = template.split('/');
    parts.next();
    let mut keys = Vec::new();
    while let (Some("charts"), Some(name)) = (parts.next(), parts.next()) {
        keys.push(name.to_owned());
    }
    keys
}

fn shown(value: Option<&Value>) -> Option<String> {
    Some(match value {
        None | Some(Value::Null) => "null".to_owned(),
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Int(int)) => int.as_i128().to_string(),
        Some(Value::Float(number)) => number.to_string(),
        Some(Value::String(text)) => {
            let text = text.to_string();
            let short: String = text.chars().take(40).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("{short:?}{more}")
        }
        Some(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_templates_name_values() {
        let keys = |text: &str| path_of(text).map(|keys| keys.join("/"));
        assert_eq!(keys(".Values.a.b").as_deref(), Some("a/b"));
        assert_eq!(keys("$.Values.a").as_deref(), Some("a"));
        assert_eq!(keys(".ctx.Values.a").as_deref(), Some("a"));
        assert_eq!(keys(".Chart.Name"), None);
        assert_eq!(section("web/templates/a.yaml"), Vec::<String>::new());
        assert_eq!(section("web/charts/db/charts/x/templates/a.yaml"), ["db", "x"]);
    }

    #[test]
    fn places_count_from_one_in_characters() {
        let place = Place::of("f", "a\nbé: cd\n".as_bytes(), 7..9);
        assert_eq!((place.line, place.column, place.end_column), (2, 5, 7));
        assert_eq!(Place::of("f", b"", 9..12).line, 1);
    }
}
