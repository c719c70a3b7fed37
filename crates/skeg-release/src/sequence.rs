//! In which order the parts of a chart are applied when it asks for one: batches, each of which has to be ready before the
//! next begins.
//!
//! In go a chart, its dependencies processed, and the objects of its manifest; out comes a [`Sequence`] of batches. Within a
//! chart, objects are put into named groups that depend on each other; among charts, subcharts depend on each other. Charts
//! and groups that do not depend on each other share batches. A chart that asks for nothing is one batch. Hooks have their
//! own order and are not seen here; applying and waiting are others' work.
//!
//! # Source
//! helm/community `hips/hip-0025.md`; Helm 4.3.1 does not have it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use skeg_chart::Chart;
use skeg_kinds::readiness::conditions::{ConditionError, Conditions};

use crate::object::{ManifestObject, annotation, to_json};

/// The group of an object.
pub const GROUP: &str = "helm.sh/resource-group";
/// The groups that have to be ready before an object: a JSON list of names. The API server takes no such key, with two
/// slashes; see [`strip`].
pub const DEPENDS_ON_GROUPS: &str = "helm.sh/depends-on/resource-groups";
/// In Chart.yaml: the subcharts that have to be ready before the chart's own objects, a JSON list of names or aliases.
pub const DEPENDS_ON_SUBCHARTS: &str = "helm.sh/depends-on/subcharts";

/// What is applied after what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequence {
    /// The batches, none of them empty. No objects: no batches.
    pub batches: Vec<Batch>,
    /// What is odd but no reason to stop, as sentences for people.
    pub warnings: Vec<String>,
}

/// What is applied together and then waited for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Its parts, in the order of charts.
    pub parts: Vec<Part>,
}

/// The objects of one group of one chart, or those of a chart that come when they come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The chart: `shop`, `shop/database` for a subchart.
    pub chart: String,
    /// The group; none for objects that are not sequenced.
    pub group: Option<String>,
    /// Places in the list of objects that was given, ascending.
    pub objects: Vec<usize>,
}

impl Batch {
    /// The places of its objects in the list that was given, ascending: Helm's order of kinds holds within a batch.
    pub fn objects(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self
            .parts
            .iter()
            .flat_map(|part| part.objects.iter().copied())
            .collect();
        all.sort_unstable();
        all
    }
}

/// A chart asks for an order that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SequenceError {
    /// Groups or subcharts wait for each other.
    #[error("{what} of chart {chart} depend on each other in a circle: {}", circle.join(" -> "))]
    Circle {
        /// `resource groups` or `subcharts`.
        what: &'static str,
        /// The chart.
        chart: String,
        /// The names; the first one is the last one too.
        circle: Vec<String>,
    },
    /// An annotation that should hold a JSON list of names holds something else.
    #[error("annotation {key} of {owner} is not a list of names such as [\"database\", \"queue\"]: {value}")]
    NoList {
        /// The annotation.
        key: &'static str,
        /// `chart shop`, or the object with its template.
        owner: String,
        /// What it holds.
        value: String,
    },
    /// An annotation that should hold conditions of readiness holds something else.
    #[error("annotation {} of {owner}: {}", error.key, error.what)]
    NoConditions {
        /// The object with its template.
        owner: String,
        /// What is wrong.
        error: ConditionError,
    },
}

/// Puts the objects of a manifest into the order that their chart asks for.
///
/// `objects` are those of the manifest, hooks left out; where an object comes from is told by the path of its template, and
/// without one it counts as the chart's own.
///
/// # Errors
/// Circles, and annotations that cannot be read. Names of groups and subcharts that do not exist are only warnings: their
/// objects come last.
pub fn sequence(chart: &Chart, objects: &[ManifestObject]) -> Result<Sequence, SequenceError> {
    let mut by_chart: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    for (place, object) in objects.iter().enumerate() {
        by_chart.entry(chart_of(&object.source)).or_default().push(place);
    }
    let mut work = Work {
        objects,
        by_chart,
        warnings: conditions(objects)?,
    };
    let mut batches = work.chart(chart, &mut Vec::new(), chart.name())?;
    // What belongs to no chart of the tree: a post-renderer may add objects.
    let rest: Vec<usize> = work.by_chart.values().flatten().copied().collect();
    if !rest.is_empty() {
        let part = Part {
            chart: chart.name().to_owned(),
            group: None,
            objects: rest,
        };
        match batches.last_mut() {
            Some(last) => last.parts.push(part),
            None => batches.push(Batch { parts: vec![part] }),
        }
    }
    Ok(Sequence {
        batches,
        warnings: work.warnings,
    })
}

/// A chart out of a record, which holds no subcharts: those that the templates of its objects lie in are put back, by name alone.
///
/// What the chart itself says of the order of its subcharts is in the record, and what objects say; what subcharts say of theirs is
/// not.
#[must_use]
pub fn with_subcharts(mut chart: Chart, objects: &[ManifestObject]) -> Chart {
    for object in objects {
        let mut place = &mut chart;
        for name in chart_of(&object.source) {
            let at = place.dependencies.iter().position(|subchart| subchart.name() == name);
            let at = at.unwrap_or_else(|| {
                let mut subchart = Chart::default();
                subchart.metadata.name = name.to_owned();
                place.dependencies.push(subchart);
                place.dependencies.len() - 1
            });
            place = &mut place.dependencies[at];
        }
    }
    chart
}

/// Reads the conditions of readiness of all objects. Yields warnings about those that do not count.
fn conditions(objects: &[ManifestObject]) -> Result<Vec<String>, SequenceError> {
    let mut warnings = Vec::new();
    for item in objects {
        let owner = || format!("{} ({})", item.key(), item.source);
        Conditions::of(&item.object).map_err(|error| SequenceError::NoConditions { owner: owner(), error })?;
        if let Some(key) = Conditions::alone(&item.object) {
            warnings.push(format!(
                "{} has {key} without its counterpart; its kind decides whether it is ready",
                owner()
            ));
        }
    }
    Ok(warnings)
}

/// Takes out of an object what the API server would refuse, before it is sent.
pub fn strip(object: &mut Value) {
    let Some(annotations) = object["metadata"]["annotations"].as_object_mut() else {
        return;
    };
    if annotations.remove(DEPENDS_ON_GROUPS).is_some() && annotations.is_empty() {
        object["metadata"]
            .as_object_mut()
            .map(|metadata| metadata.remove("annotations"));
    }
}

/// The subcharts on the way from the root to the chart of a template: `shop/charts/db/templates/a.yaml` is `[db]`'s.
fn chart_of(source: &str) -> Vec<&str> {
    let mut segments = source.split('/').skip(1);
    let mut path = Vec::new();
    while segments.next() == Some("charts") {
        match segments.next() {
            Some(name) => path.push(name),
            None => break,
        }
    }
    path
}

/// Names with the names each depends on.
type Edges = BTreeMap<String, BTreeSet<String>>;

struct Work<'a> {
    objects: &'a [ManifestObject],
    /// Places by chart, without those that are dealt with.
    by_chart: BTreeMap<Vec<&'a str>, Vec<usize>>,
    warnings: Vec<String>,
}

impl<'a> Work<'a> {
    /// The batches of a chart with its subcharts. `path` leads to it, `shown` names it.
    fn chart(&mut self, chart: &'a Chart, path: &mut Vec<&'a str>, shown: &str) -> Result<Vec<Batch>, SequenceError> {
        let own_objects = self.by_chart.remove(path).unwrap_or_default();
        let own = self.groups(shown, own_objects)?;
        let (edges, is_ordered) = self.subcharts(chart, shown)?;
        let levels = levels(&edges, "subcharts", shown)?;
        let mut subcharts: Vec<Batch> = Vec::new();
        for level in levels {
            let mut together: Vec<Batch> = Vec::new();
            for name in level {
                if let Some(subchart) = chart.dependencies.iter().find(|found| found.name() == name) {
                    path.push(subchart.name());
                    let batches = self.chart(subchart, path, &format!("{shown}/{name}"))?;
                    path.pop();
                    together = side_by_side(together, batches);
                }
            }
            subcharts.extend(together);
        }
        if is_ordered {
            subcharts.extend(own);
            return Ok(subcharts);
        }
        Ok(side_by_side(own, subcharts))
    }

    /// The subcharts with what each depends on, and whether the chart asks for any order of them.
    fn subcharts(&mut self, chart: &Chart, shown: &str) -> Result<(Edges, bool), SequenceError> {
        let mut edges: Edges = chart
            .dependencies
            .iter()
            .map(|subchart| (subchart.name().to_owned(), BTreeSet::new()))
            .collect();
        let annotations = chart.metadata.annotations.as_deref().unwrap_or_default();
        let before_own = annotations.iter().find(|(key, _)| key == DEPENDS_ON_SUBCHARTS);
        let before_own = match before_own {
            Some((_, value)) => names(DEPENDS_ON_SUBCHARTS, value, || format!("chart {shown}"))?,
            None => Vec::new(),
        };
        let mut is_ordered = !before_own.is_empty();
        let known = declared_names(chart);
        // What is switched off is not waited for; what was never there is worth a word.
        let is_unknown = |name: &str| known.as_ref().is_some_and(|known| !known.contains(name));
        for name in before_own
            .iter()
            .filter(|name| !edges.contains_key(*name) && is_unknown(name))
        {
            let text = format!("chart {shown} depends on subchart {name}, which it does not have");
            self.warnings.push(text);
        }
        for dependency in chart.metadata.declared() {
            let name = dependency.alias_or_name();
            for wanted in &dependency.depends_on {
                is_ordered = true;
                if edges.contains_key(wanted) {
                    if let Some(own) = edges.get_mut(name) {
                        own.insert(wanted.clone());
                    }
                } else if is_unknown(wanted) {
                    self.warnings.push(format!(
                        "subchart {name} of chart {shown} depends on subchart {wanted}, which is not among the dependencies"
                    ));
                }
            }
        }
        Ok((edges, is_ordered))
    }

    /// The batches of a chart's own objects: its groups in order, then what is not sequenced.
    fn groups(&mut self, shown: &str, places: Vec<usize>) -> Result<Vec<Batch>, SequenceError> {
        let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut edges = Edges::new();
        let mut last: Vec<usize> = Vec::new();
        for place in places {
            let item = &self.objects[place];
            let owner = || format!("{} ({})", item.key(), item.source);
            let wanted = match &item.object["metadata"]["annotations"][DEPENDS_ON_GROUPS] {
                Value::Null => Vec::new(),
                Value::String(text) => names(DEPENDS_ON_GROUPS, text, owner)?,
                other => names(DEPENDS_ON_GROUPS, &other.to_string(), owner)?,
            };
            match annotation(&item.object, GROUP)
                .map(str::trim)
                .filter(|group| !group.is_empty())
            {
                Some(group) => {
                    members.entry(group.to_owned()).or_default().push(place);
                    edges.entry(group.to_owned()).or_default().extend(wanted);
                }
                // Coming last it comes after every group; but a group that does not exist is worth a word.
                None => {
                    if !wanted.is_empty() {
                        let text = format!(
                            "{} depends on resource groups but is in none; it is applied last",
                            owner()
                        );
                        self.warnings.push(text);
                    }
                    last.push(place);
                }
            }
        }
        let late = self.unsequenced(shown, &mut edges);
        let mut part = |group: String| {
            members.remove(&group).map(|objects| Part {
                chart: shown.to_owned(),
                group: Some(group),
                objects,
            })
        };
        let mut batches: Vec<Batch> = Vec::new();
        for level in levels(&edges, "resource groups", shown)? {
            let parts: Vec<Part> = level.into_iter().filter_map(&mut part).collect();
            batches.push(Batch { parts });
        }
        // Groups that miss something come later, but still after the groups they depend on that are there.
        let mut later: Vec<Batch> = Vec::new();
        for level in levels(&late, "resource groups", shown)? {
            let parts: Vec<Part> = level.into_iter().filter_map(&mut part).collect();
            later.push(Batch { parts });
        }
        last.extend(members.into_values().flatten());
        last.sort_unstable();
        let rest = Batch {
            parts: vec![Part {
                chart: shown.to_owned(),
                group: None,
                objects: last,
            }],
        };
        if !rest.objects().is_empty() {
            later = side_by_side(later, vec![rest]);
        }
        batches.extend(later);
        Ok(batches)
    }

    /// Takes out the groups that come last: those that depend on groups that are not there, and those that nothing connects
    /// with others. Yields the former with what they depend on that comes last too.
    fn unsequenced(&mut self, shown: &str, edges: &mut Edges) -> Edges {
        let wanted: BTreeSet<String> = edges.values().flatten().cloned().collect();
        let mut late = Edges::new();
        // A circle is an error even if nothing else is sequenced, so only what misses something goes in rounds.
        loop {
            let known: BTreeSet<String> = edges.keys().cloned().collect();
            let broken: Vec<(String, String)> = edges
                .iter()
                .filter_map(|(group, wanted)| {
                    let missing: Vec<&str> = wanted.difference(&known).map(String::as_str).collect();
                    (!missing.is_empty()).then(|| (group.clone(), missing.join(", ")))
                })
                .collect();
            if broken.is_empty() {
                break;
            }
            for (group, missing) in broken {
                late.insert(group.clone(), edges.remove(&group).unwrap_or_default());
                self.warnings.push(format!(
                    "resource group {group} of chart {shown} depends on {missing}, which is not there or not sequenced; it is \
                     applied last"
                ));
            }
        }
        let alone: Vec<String> = edges
            .iter()
            .filter(|(group, own)| own.is_empty() && !wanted.contains(*group))
            .map(|(group, _)| group.clone())
            .collect();
        let all = edges.len();
        for group in alone {
            edges.remove(&group);
            // A single group is nothing to be puzzled about.
            if all > 1 {
                self.warnings.push(format!(
                    "no other resource group of chart {shown} has to do with {group}; it is applied last"
                ));
            }
        }
        let names: BTreeSet<String> = late.keys().cloned().collect();
        for wanted in late.values_mut() {
            wanted.retain(|name| names.contains(name));
        }
        late
    }
}

/// The names and aliases that Chart.yaml declares, those that are switched off too, and the charts that are there; none where
/// the file is not at hand, as in a stored release.
fn declared_names(chart: &Chart) -> Option<BTreeSet<String>> {
    let file = chart.metadata_file.as_ref()?;
    let content = to_json(&String::from_utf8_lossy(file.data())).ok()?;
    let declared = content["dependencies"].as_array().into_iter().flatten();
    let names = declared.flat_map(|dependency| [&dependency["name"], &dependency["alias"]]);
    let names = names.filter_map(|name| name.as_str().map(str::to_owned));
    let there = chart.dependencies.iter().map(|subchart| subchart.name().to_owned());
    Some(names.chain(there).collect())
}

/// The names in a JSON list.
fn names(key: &'static str, text: &str, owner: impl Fn() -> String) -> Result<Vec<String>, SequenceError> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|_| SequenceError::NoList {
        key,
        owner: owner(),
        value: text.chars().take(200).collect(),
    })
}

/// Names in levels: each after all it depends on, and as early as that allows. Every name depended on is a key.
fn levels(edges: &Edges, what: &'static str, chart: &str) -> Result<Vec<Vec<String>>, SequenceError> {
    let mut left = edges.clone();
    let mut levels = Vec::new();
    while !left.is_empty() {
        let free: Vec<String> = left
            .iter()
            .filter(|(_, wanted)| wanted.iter().all(|name| !left.contains_key(name)))
            .map(|(name, _)| name.clone())
            .collect();
        if free.is_empty() {
            return Err(SequenceError::Circle {
                what,
                chart: chart.to_owned(),
                circle: circle(&left),
            });
        }
        for name in &free {
            left.remove(name);
        }
        levels.push(free);
    }
    Ok(levels)
}

/// A circle among names each of which depends on another one of them.
fn circle(left: &Edges) -> Vec<String> {
    let mut way: Vec<&String> = Vec::new();
    let mut next = left.keys().next();
    while let Some(name) = next {
        if let Some(start) = way.iter().position(|seen| *seen == name) {
            way.push(name);
            return way[start..].iter().map(|name| (*name).clone()).collect();
        }
        way.push(name);
        next = left[name].iter().find(|name| left.contains_key(*name));
    }
    Vec::new()
}

/// Two runs of batches that do not depend on each other: the first batches together, then the second ones.
fn side_by_side(mut one: Vec<Batch>, other: Vec<Batch>) -> Vec<Batch> {
    for (place, batch) in other.into_iter().enumerate() {
        match one.get_mut(place) {
            Some(beside) => beside.parts.extend(batch.parts),
            None => one.push(batch),
        }
    }
    one
}

#[cfg(test)]
mod tests;
