//! Coverage of a chart: files, lines, branches, and how much of them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use skeg_template::{Step, StepKind};

use super::collector::Counted;

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// How many are covered.
    pub covered: usize,
    /// How many there are.
    pub total: usize,
}

impl Ratio {
    /// Tenths of a percent, rounded down: 1000 only where all are covered. All of nothing is 1000.
    pub fn per_mille(self) -> usize {
        (self.covered * 1000).checked_div(self.total).unwrap_or(1000)
    }

    /// Whether the share, not rounded, is at least so many percent.
    pub fn reaches(self, percent: f64) -> bool {
        self.total == 0 || self.covered as f64 * 100.0 >= percent * self.total as f64
    }
}

impl std::ops::Add for Ratio {
    type Output = Ratio;

    fn add(self, other: Ratio) -> Ratio {
        Ratio {
            covered: self.covered + other.covered,
            total: self.total + other.total,
        }
    }
}

impl std::iter::Sum for Ratio {
    fn sum<I: Iterator<Item = Ratio>>(ratios: I) -> Ratio {
        ratios.fold(Ratio::default(), |a, b| a + b)
    }
}

/// Percent with one decimal, rounded down: `97.1`.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.per_mille();
        f.pad(&format!("{}.{}", tenths / 10, tenths % 10))
    }
}

/// A line that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// How often its text or its actions ran: of several, the one that ran most often.
    pub runs: u64,
}

/// One way to go on at a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arm {
    /// What follows it is run: the condition is true, there is an item (each turn of a loop counts).
    Taken,
    /// What follows `else` is run, if there is one: the condition is false, there is no item.
    NotTaken,
}

/// An `if`, `else if`, `with`, `else with` or `range`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The line of its `{{`, from 1.
    pub line: usize,
    /// The column of its `{{` in bytes, from 1.
    pub column: usize,
    /// Its action without delimiters, on one line: `else if .Values.enabled`.
    pub source: String,
    /// Whether it is a loop.
    pub is_range: bool,
    /// How often its condition was asked for, be it to fail.
    pub runs: u64,
    /// How often it was taken; for a loop, the number of turns.
    pub taken: u64,
    /// How often it was not taken; none where that cannot be.
    pub not_taken: Option<u64>,
}

impl Branch {
    /// Its arms with their counts.
    pub fn arms(&self) -> impl Iterator<Item = (Arm, u64)> {
        let not_taken = self.not_taken.map(|count| (Arm::NotTaken, count));
        std::iter::once((Arm::Taken, self.taken)).chain(not_taken)
    }

    /// What was never seen, in words; none where all arms are covered.
    pub fn missed(&self) -> Option<&'static str> {
        Some(match (self.taken, self.not_taken, self.is_range) {
            (0, _, _) if self.runs == 0 => "never reached",
            (0, Some(0), _) => "never got past its condition",
            (0, _, true) => "never has an item",
            (0, _, false) => "never true",
            (_, Some(0), true) => "never empty",
            (_, Some(0), false) => "never false",
            _ => return None,
        })
    }
}

/// A template file.
#[derive(Clone, Debug)]
pub struct FileCoverage {
    /// Its path below the chart: `templates/a.yaml`, `charts/sub/templates/a.yaml`.
    pub path: String,
    /// Its text.
    pub text: Arc<[u8]>,
    /// The lines that count, ascending.
    pub lines: Vec<Line>,
    /// The branches in the order of the text.
    pub branches: Vec<Branch>,
    /// Why it is no template; then all of its lines count and none has run.
    pub error: Option<String>,
}

impl FileCoverage {
    /// Lays counts over the text. `is_partial`: whether the text outside of definitions is run only if it is included
    /// by the file's name; nobody is blamed if it never is.
    pub(super) fn new(path: String, is_partial: bool, counted: &Counted) -> FileCoverage {
        let file = &counted.file;
        let text = Arc::clone(file.text());
        let starts = Starts::of(&text);
        let mut steps: Vec<Step> = file.steps().collect();
        if is_partial {
            let is_main = |step: &Step| step.template == file.main_template();
            if !steps.iter().any(|step| is_main(step) && counted.runs(step) > 0) {
                steps.retain(|step| !is_main(step));
            }
        }
        steps.sort_by_key(|step| step.span.start);
        let mut lines: BTreeMap<usize, u64> = BTreeMap::new();
        let mut branches = Vec::new();
        for step in &steps {
            let runs = counted.runs(step);
            let mut count = |line: usize| {
                let line = lines.entry(line).or_default();
                *line = (*line).max(runs);
            };
            let (line, column) = starts.place(step.span.start);
            if step.kind != StepKind::Text {
                count(line);
            } else {
                let pieces = text[step.span.clone()].split(|&b| b == b'\n').enumerate();
                pieces
                    .filter(|(_, piece)| !piece.trim_ascii().is_empty())
                    .for_each(|(below, _)| count(line + below));
            }
            if step.kind.is_branch() {
                let source = source(&text[step.span.clone()]);
                let [not_taken, taken] = counted.arms(step);
                branches.push(Branch {
                    line,
                    column,
                    is_range: step.kind == StepKind::Range,
                    not_taken: (!is_never_empty(&source)).then_some(not_taken),
                    source,
                    runs,
                    taken,
                });
            }
        }
        FileCoverage {
            path,
            text,
            lines: lines.into_iter().map(|(number, runs)| Line { number, runs }).collect(),
            branches,
            error: None,
        }
    }

    /// A file that does not parse.
    pub(super) fn broken(path: String, text: &Arc<[u8]>, error: String) -> FileCoverage {
        let lines = text.split(|&b| b == b'\n').enumerate();
        FileCoverage {
            path,
            text: Arc::clone(text),
            lines: lines
                .filter(|(_, line)| !line.trim_ascii().is_empty())
                .map(|(index, _)| Line {
                    number: index + 1,
                    runs: 0,
                })
                .collect(),
            branches: Vec::new(),
            error: Some(error),
        }
    }

    /// How many of its lines ran.
    pub fn line_ratio(&self) -> Ratio {
        Ratio {
            covered: self.lines.iter().filter(|line| line.runs > 0).count(),
            total: self.lines.len(),
        }
    }

    /// How many of its arms were gone through.
    pub fn arm_ratio(&self) -> Ratio {
        let arms = || self.branches.iter().flat_map(Branch::arms);
        Ratio {
            covered: arms().filter(|(_, count)| *count > 0).count(),
            total: arms().count(),
        }
    }

    /// The lines that did not run, as ranges of numbers, both ends included. Lines between two that do not count are no
    /// gap.
    pub fn missed_lines(&self) -> Vec<(usize, usize)> {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        let mut is_open = false;
        for line in &self.lines {
            if line.runs > 0 {
                is_open = false;
                continue;
            }
            match ranges.last_mut() {
                Some(range) if is_open => range.1 = line.number,
                _ => ranges.push((line.number, line.number)),
            }
            is_open = true;
        }
        ranges
    }
}

/// A chart.
#[derive(Clone, Debug)]
pub struct ChartCoverage {
    /// Its name.
    pub name: String,
    /// Where it is, as it was given.
    pub path: String,
    /// Its templates by path.
    pub files: Vec<FileCoverage>,
}

impl ChartCoverage {
    /// How many lines of all files ran.
    pub fn line_ratio(&self) -> Ratio {
        self.files.iter().map(FileCoverage::line_ratio).sum()
    }

    /// How many arms of all files were gone through.
    pub fn arm_ratio(&self) -> Ratio {
        self.files.iter().map(FileCoverage::arm_ratio).sum()
    }

    /// The path of a file of it.
    pub fn path_of(&self, file: &FileCoverage) -> String {
        format!("{}/{}", self.path.trim_end_matches('/'), file.path)
    }
}

/// Where the lines of a text start.
struct Starts(Vec<usize>);

impl Starts {
    fn of(text: &[u8]) -> Starts {
        Starts(
            std::iter::once(0)
                .chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1))
                .collect(),
        )
    }

    /// Line and column of an offset, from 1.
    fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.0.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.0.get(index));
        (line, offset - start.copied().unwrap_or(0) + 1)
    }
}

/// An action without delimiters, white space made single spaces.
fn source(action: &[u8]) -> String {
    let text = String::from_utf8_lossy(action);
    let inner = text.strip_prefix("{{").unwrap_or(&text);
    let inner = inner
        .strip_prefix("- ")
        .or_else(|| inner.strip_prefix("-\n"))
        .unwrap_or(inner);
    inner.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Whether a `range` or `with` is over a list or map that is written out, with something in it.
fn is_never_empty(source: &str) -> bool {
    let Some(pipe) = source.strip_prefix("range ").or_else(|| source.strip_prefix("with ")) else {
        return false;
    };
    let over = match pipe.split_once(":=") {
        Some((variables, over)) if variables.starts_with('$') => over.trim(),
        _ => pipe,
    };
    is_written_out(over)
}

/// Whether an expression is a list or map that is written out, or falls back to one.
fn is_written_out(expression: &str) -> bool {
    let expression = match closes_at(expression) {
        // All of it stands in parentheses.
        Some(end) if expression.starts_with('(') && end + 1 == expression.len() => &expression[1..end],
        _ => expression,
    };
    // What comes after a `|` might take everything away again.
    if has_pipe(expression) {
        return false;
    }
    match expression.split_once(' ') {
        Some(("list" | "tuple" | "dict", _)) => true,
        Some(("default", rest)) if rest.starts_with('(') => {
            closes_at(rest).is_some_and(|end| is_written_out(&rest[..=end]))
        }
        _ => false,
    }
}

/// Whether there is a `|` outside of parentheses and strings.
fn has_pipe(expression: &str) -> bool {
    depths(expression).any(|(_, byte, depth)| byte == b'|' && depth == 0)
}

/// Where the first parenthesis is closed.
fn closes_at(expression: &str) -> Option<usize> {
    depths(expression)
        .find(|(_, byte, depth)| *byte == b')' && *depth == 0)
        .map(|(at, ..)| at)
}

/// The bytes outside of strings: offset, byte, and how many parentheses are open (behind a closing one).
fn depths(expression: &str) -> impl Iterator<Item = (usize, u8, usize)> + '_ {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    expression.bytes().enumerate().filter_map(move |(at, byte)| {
        if let Some(end) = quote {
            if is_escaped {
                is_escaped = false;
            } else if byte == b'\\' && end != b'`' {
                is_escaped = true;
            } else if byte == end {
                quote = None;
            }
            return None;
        }
        match byte {
            b'"' | b'\'' | b'`' => {
                quote = Some(byte);
                return None;
            }
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        Some((at, byte, depth))
    })
}
