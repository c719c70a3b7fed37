//! Where findings stand: in the file itself, or in the template that rendered it, with the values behind.

use std::collections::HashMap;
use std::ops::Range;

use skeg_chart::values::{Origin, origin};
use skeg_render::provenance::{Read, Recorder};
use skeg_value::{Sources, Span, Value};

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
    /// The expression that read it: `.Values.image.tag`.
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
    recorders: HashMap<usize, Option<Recorder>>,
}

impl<'c> Places<'c> {
    pub(super) fn new(chart: Option<&'c RenderedChart>) -> Self {
        Places {
            chart,
            recorders: HashMap::new(),
        }
    }

    /// Where bytes of a unit come from.
    pub(super) fn find(&mut self, unit: &Unit, bytes: Range<usize>) -> Located {
        if let (Some(chart), Some(template), Some(&version)) = (self.chart, &unit.template, unit.versions.first()) {
            let recorder = self.recorders.entry(version).or_insert_with(|| chart.record(version));
            let recorder = recorder.as_ref();
            let found = recorder.and_then(|recorder| {
                let provenance = recorder.provenance(template, &unit.text, bytes.clone())?;
                let place = |span: Span| in_sources(chart, recorder.sources(), span);
                Some(Located {
                    place: place(provenance.span)?,
                    trail: provenance.trail.iter().filter_map(|span| place(*span)).collect(),
                    values: values(chart, recorder, template, &provenance.reads),
                })
            });
            // The file is right even where the line cannot be told.
            return found.unwrap_or_else(|| Located {
                place: Place::of(&unit.shown, b"", 0..0),
                trail: Vec::new(),
                values: Vec::new(),
            });
        }
        Located {
            place: Place::of(&unit.shown, &unit.text, bytes),
            trail: Vec::new(),
            values: Vec::new(),
        }
    }
}

fn in_sources(chart: &RenderedChart, sources: &Sources, span: Span) -> Option<Place> {
    let file = sources.get(span.file)?;
    let shown = chart.shown(&file.name);
    Some(Place::of(&shown, &file.text, span.start as usize..span.end as usize))
}

/// The values among what was read, each once.
fn values(chart: &RenderedChart, recorder: &Recorder, template: &str, reads: &[Read]) -> Vec<ValueUse> {
    let mut found: Vec<ValueUse> = Vec::new();
    for read in reads {
        let Some(file) = recorder.sources().get(read.span.file) else {
            continue;
        };
        let expression = file.text.get(read.span.start as usize..read.span.end as usize);
        let expression = String::from_utf8_lossy(expression.unwrap_or_default()).into_owned();
        let Some(path) = path_of(&expression) else { continue };
        let path: Vec<String> = section(template).into_iter().chain(path).collect();
        let set = origin(&chart.chart, &chart.sources, &path).map(|origin| match origin {
            Origin::File { name, text, range } => Setting::File(Place::of(&chart.shown(&name), &text, range)),
            Origin::Flag(flag) => Setting::Flag(flag),
        });
        let used = ValueUse {
            expression,
            value: shown(read.value.as_ref()),
            set,
        };
        if !found.contains(&used) {
            found.push(used);
        }
    }
    found
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
