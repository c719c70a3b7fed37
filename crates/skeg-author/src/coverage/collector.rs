//! Counting: how often each step of each template ran.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use skeg_chart::{Chart, ChartFile};
use skeg_render::Watch;
use skeg_template::{Functions, ParsedFile, Step, Tracer};
use skeg_value::{FileId, Span};

use super::model::{ChartCoverage, FileCoverage};

/// Watches the renders of one chart on one thread.
#[derive(Debug, Default)]
pub struct Collector {
    counted: Vec<Counted>,
    /// Places in `counted`, by the address of the parsed file (which `counted` keeps alive).
    known: HashMap<usize, usize>,
    /// Places in `counted` of the files of the render that runs, by file id.
    running: Vec<usize>,
}

/// What ran of one parsed file.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) file: Arc<ParsedFile>,
    /// Where the counts of each template begin in `steps`.
    offsets: Vec<usize>,
    steps: Vec<u64>,
    /// Where the pipes of branches start, ascending; how often the branch was not taken, and taken.
    branches: Vec<(usize, [u64; 2])>,
}

impl Counted {
    fn new(file: &Arc<ParsedFile>) -> Counted {
        let mut offsets = Vec::new();
        let mut length = 0;
        for body in file.body_lengths() {
            offsets.push(length);
            length += body;
        }
        let mut branches: Vec<(usize, [u64; 2])> = file
            .steps()
            .filter(|step| step.kind.is_branch())
            .map(|step| (step.pipe_start, [0, 0]))
            .collect();
        branches.sort_unstable();
        Counted {
            file: Arc::clone(file),
            offsets,
            steps: vec![0; length],
            branches,
        }
    }

    /// How often a step ran.
    pub(super) fn runs(&self, step: &Step) -> u64 {
        let at = self.offsets.get(step.template).map(|offset| offset + step.index);
        at.and_then(|at| self.steps.get(at)).copied().unwrap_or(0)
    }

    /// How often a branch was not taken, and taken.
    pub(super) fn arms(&self, step: &Step) -> [u64; 2] {
        let at = self.branches.binary_search_by_key(&step.pipe_start, |branch| branch.0);
        at.map_or([0, 0], |at| self.branches[at].1)
    }

    /// Adds the counts of another parse of the same text.
    pub(super) fn add(&mut self, other: &Counted) {
        if self.file.text() != other.file.text() {
            return;
        }
        for (count, more) in self.steps.iter_mut().zip(&other.steps) {
            *count += more;
        }
        for ((_, arms), (_, more)) in self.branches.iter_mut().zip(&other.branches) {
            arms[0] += more[0];
            arms[1] += more[1];
        }
    }
}

impl Watch for Collector {
    fn render_begins(&mut self, files: &[Arc<ParsedFile>]) {
        self.running.clear();
        for file in files {
            let next = self.counted.len();
            let place = *self.known.entry(Arc::as_ptr(file).addr()).or_insert(next);
            if place == next {
                self.counted.push(Counted::new(file));
            }
            self.running.push(place);
        }
    }
}

impl Tracer for Collector {
    fn step(&mut self, file: FileId, template: usize, index: usize) {
        // Texts that `tpl` ran come after the files of the chart, and belong to no template.
        let Some(&place) = self.running.get(file.0 as usize) else {
            return;
        };
        let counted = &mut self.counted[place];
        if let Some(count) = counted.steps.get_mut(counted.offsets[template] + index) {
            *count += 1;
        }
    }

    fn branch(&mut self, span: Span, taken: bool) {
        let Some(&place) = self.running.get(span.file.0 as usize) else {
            return;
        };
        let branches = &mut self.counted[place].branches;
        if let Ok(at) = branches.binary_search_by_key(&(span.start as usize), |branch| branch.0) {
            branches[at].1[usize::from(taken)] += 1;
        }
    }
}

/// The counts of a chart, of all threads.
#[derive(Debug, Default)]
pub struct Counts {
    /// By the name of the template, `chart/templates/a.yaml`.
    files: BTreeMap<String, Counted>,
}

impl Counts {
    /// Adds what a thread saw.
    pub fn add(&mut self, collector: Collector) {
        for counted in collector.counted {
            match self.files.get_mut(counted.file.name()) {
                Some(before) => before.add(&counted),
                None => {
                    self.files.insert(counted.file.name().to_owned(), counted);
                }
            }
        }
    }

    /// Lays the counts over the templates of the chart, those that no suite looked at included. `path`: where the chart
    /// is, as reports show it. `dependencies`: whether the templates of its dependencies are measured, too; one that is
    /// there under several aliases is one. `others`: the counts of charts that were tested together with this one: what
    /// they ran of it as their dependency is added, as long as the template is the same to the byte.
    pub fn of_chart(&self, others: &[&Counts], chart: &Chart, path: &str, dependencies: bool) -> ChartCoverage {
        let mut coverage = ChartCoverage {
            name: chart.name().to_owned(),
            path: path.to_owned(),
            files: Vec::new(),
        };
        let functions = skeg_funcs::functions();
        let at = At {
            names: vec![chart.name().to_owned()],
            folder: String::new(),
        };
        let look = Look {
            counts: self,
            others,
            functions: &functions,
            dependencies,
        };
        look.measure(chart, &at, &mut coverage.files);
        coverage.files.sort_by(|a, b| a.path.cmp(&b.path));
        coverage
    }

    /// What ran of a template where its chart is a dependency.
    fn as_dependency<'c>(&'c self, template: &ChartFile) -> impl Iterator<Item = &'c Counted> {
        let end = format!("/{}", template.name);
        let text = Arc::clone(template.data());
        self.files.iter().filter_map(move |(name, counted)| {
            let folder = name.strip_suffix(&end)?;
            (folder.contains("/charts/") && *counted.file.text() == text).then_some(counted)
        })
    }
}

/// How counts are laid over a chart.
struct Look<'c> {
    counts: &'c Counts,
    others: &'c [&'c Counts],
    functions: &'c Functions,
    dependencies: bool,
}

impl Look<'_> {
    fn measure(&self, chart: &Chart, at: &At, measured: &mut Vec<FileCoverage>) {
        for template in &chart.templates {
            let path = format!("{}{}", at.folder, template.name);
            let is_partial = template
                .name
                .rsplit('/')
                .next()
                .is_some_and(|base| base.starts_with('_'));
            if chart.is_library() && !is_partial {
                continue;
            }
            let names = at.names.iter().map(|chart| format!("{chart}/{}", template.name));
            let own = names.filter_map(|name| self.counts.files.get(&name));
            let lent = self.others.iter().flat_map(|counts| counts.as_dependency(template));
            let mut seen = own.chain(lent);
            let counted = match seen.next() {
                Some(first) => {
                    let mut sum = first.clone();
                    seen.for_each(|more| sum.add(more));
                    sum
                }
                None => match ParsedFile::parse(&path, Arc::clone(template.data()), self.functions) {
                    Ok(file) => Counted::new(&Arc::new(file)),
                    Err(error) => {
                        measured.push(FileCoverage::broken(path, template.data(), error.to_string()));
                        continue;
                    }
                },
            };
            measured.push(FileCoverage::new(path, is_partial, &counted));
        }
        if !self.dependencies {
            return;
        }
        for dependency in &chart.dependencies {
            let mut aliases: Vec<&str> = chart
                .metadata
                .declared()
                .filter(|declared| declared.name == dependency.name())
                .map(|declared| declared.alias_or_name())
                .collect();
            if aliases.is_empty() {
                aliases.push(dependency.name());
            }
            let names = at.names.iter();
            let below = At {
                names: names
                    .flat_map(|parent| aliases.iter().map(move |alias| format!("{parent}/charts/{alias}")))
                    .collect(),
                folder: format!("{}charts/{}/", at.folder, dependency.name()),
            };
            self.measure(dependency, &below, measured);
        }
    }
}

/// A chart among those above it.
struct At {
    /// Its paths in template names: one for each alias.
    names: Vec<String>,
    /// Its folder below the chart that is measured: `charts/a/`, empty for the chart itself.
    folder: String,
}
