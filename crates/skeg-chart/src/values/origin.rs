//! Where a value came from, asked after the fact: which file and line, or which flag, set it.
//!
//! Nothing is tracked while values are merged; the sources are searched again, the strongest first.
//!
//! # Source
//! spec/rendering.md 5.1 (precedence).

use std::ops::Range;

use skeg_value::set::{self, SetKind};
use skeg_value::yaml::{self, PathSegment};
use skeg_value::{Map, Str, Value};

use super::sources::{Source, Sources};
use crate::chart::Chart;

/// The place that set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A values file, the user's or a chart's.
    File {
        /// Its name.
        name: String,
        /// Its text.
        text: Str,
        /// The bytes of the value, or of its key where there is no value.
        range: Range<usize>,
    },
    /// A flag of the command line, as it would be typed.
    Flag(String),
}

/// What takes effect last comes first.
const STRONGEST_FIRST: [SetKind; 5] = [
    SetKind::Literal,
    SetKind::File,
    SetKind::String,
    SetKind::Auto,
    SetKind::Json,
];

/// The origin of the value at a path of the root chart's values; none where no source has it (computed values).
pub fn origin(chart: &Chart, sources: &Sources, path: &[String]) -> Option<Origin> {
    if path.is_empty() {
        return None;
    }
    // Globals of a parent come before those in the section of its subchart.
    let depth = path
        .iter()
        .position(|key| key == "global")
        .filter(|&depth| is_chart_path(chart, &path[..depth]));
    let hoisted = (0..depth.unwrap_or(0)).map(|outer| [&path[..outer], &path[depth.unwrap_or(0)..]].concat());
    hoisted
        .chain([path.to_vec()])
        .find_map(|path| strongest(chart, sources, &path))
}

fn is_chart_path(chart: &Chart, path: &[String]) -> bool {
    match path.split_first() {
        None => true,
        Some((key, rest)) => {
            let subchart = chart.dependencies.iter().find(|subchart| subchart.name() == key);
            subchart.is_some_and(|subchart| is_chart_path(subchart, rest))
        }
    }
}

fn strongest(chart: &Chart, sources: &Sources, path: &[String]) -> Option<Origin> {
    flag(sources, path)
        .or_else(|| user_file(sources, path))
        .or_else(|| chart_default(chart, chart.name(), path))
}

fn flag(sources: &Sources, path: &[String]) -> Option<Origin> {
    for wanted in STRONGEST_FIRST {
        for source in sources.sources.iter().rev() {
            if let Source::Set { kind, text } = source
                && *kind == wanted
                && sets(*kind, text, path)
            {
                return Some(Origin::Flag(format!("--{} {text}", kind.flag())));
            }
        }
    }
    None
}

/// Whether a flag alone gives a value at the path.
fn sets(kind: SetKind, text: &str, path: &[String]) -> bool {
    let map = Map::new();
    let read_nothing = &mut |_: &str| Ok(Str::default());
    set::parse_into(&map, kind, text, read_nothing).is_ok() && has(&map, path)
}

fn has(map: &Map, path: &[String]) -> bool {
    match path {
        [] => true,
        [key, rest @ ..] => match map.get(key.as_bytes()) {
            Some(Value::Map(inner)) => has(&inner, rest),
            Some(_) => rest.is_empty(),
            None => false,
        },
    }
}

fn user_file(sources: &Sources, path: &[String]) -> Option<Origin> {
    sources.sources.iter().rev().find_map(|source| match source {
        Source::File { name, text } => in_file(name, text, path),
        Source::Set { .. } => None,
    })
}

fn in_file(name: &str, text: &Str, path: &[String]) -> Option<Origin> {
    let segments: Vec<PathSegment<'_>> = path.iter().map(|key| PathSegment::Key(key.as_bytes())).collect();
    let location = yaml::locate(text, &segments)?;
    let range = if location.value.is_empty() {
        location.key.unwrap_or(location.value)
    } else {
        location.value
    };
    Some(Origin::File {
        name: name.to_owned(),
        text: text.clone(),
        range,
    })
}

/// A parent's defaults for a subchart are stronger than the subchart's own.
fn chart_default(chart: &Chart, shown: &str, path: &[String]) -> Option<Origin> {
    let own = chart.values_file.as_ref().and_then(|file| {
        in_file(
            &format!("{shown}/values.yaml"),
            &Str::from(std::sync::Arc::clone(file.data())),
            path,
        )
    });
    own.or_else(|| {
        let (key, rest) = path.split_first()?;
        let subchart = chart.dependencies.iter().find(|subchart| subchart.name() == key)?;
        chart_default(subchart, &format!("{shown}/charts/{key}"), rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.split('.').map(str::to_owned).collect()
    }

    /// spec 5.1: flags are stronger than files, later files than earlier ones, the user than the chart.
    #[test]
    fn the_strongest_source_is_named() {
        let file = |name: &str, text: &str| Source::File {
            name: name.to_owned(),
            text: text.into(),
        };
        let sources = Sources {
            sources: vec![
                file("one.yaml", "a: {b: 1}\nc: 1\nd: 1\n"),
                file("two.yaml", "a:\n  b: 2\nc: 2\n"),
                Source::Set {
                    kind: SetKind::Auto,
                    text: "c=3,x.y=1".to_owned(),
                },
            ],
        };
        let chart = Chart::default();
        assert_eq!(
            origin(&chart, &sources, &path("c")),
            Some(Origin::Flag("--set c=3,x.y=1".to_owned()))
        );
        let Some(Origin::File { name, text, range }) = origin(&chart, &sources, &path("a.b")) else {
            panic!("no file")
        };
        assert_eq!((name.as_str(), &text[range]), ("two.yaml", &b"2"[..]));
        let Some(Origin::File { name, .. }) = origin(&chart, &sources, &path("d")) else {
            panic!("no file")
        };
        assert_eq!(name, "one.yaml");
        assert_eq!(origin(&chart, &sources, &path("nope")), None);
    }

    /// spec 5.2: a parent's globals win over those that are set for its subchart.
    #[test]
    fn globals_come_from_the_outermost_chart_that_sets_them() {
        let file = |name: &str, text: &str| crate::files::ChartFile::new(name, text.as_bytes(), None);
        let head = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
        let files = [
            file("Chart.yaml", &head("c")),
            file("values.yaml", "global: {g: 1}\nsub: {global: {g: 2, h: 3}}\n"),
            file("charts/sub/Chart.yaml", &head("sub")),
            file("charts/sub/values.yaml", "global: {g: 4, h: 5, i: 6}\n"),
        ];
        let chart = crate::load::load_files(&files, &mut Vec::new()).unwrap();
        for (key, expected) in [
            ("g", ("c/values.yaml", "1")),
            ("h", ("c/values.yaml", "3")),
            ("i", ("c/charts/sub/values.yaml", "6")),
        ] {
            let found = origin(&chart, &Sources::default(), &path(&format!("sub.global.{key}")));
            let Some(Origin::File { name, text, range }) = found else {
                panic!("no file for {key}")
            };
            assert_eq!((&*name, &*String::from_utf8_lossy(&text[range])), expected);
        }
    }
}
