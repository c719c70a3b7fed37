//! Coverage for people: a table of the files, and below each what no suite reached.

use crate::coverage::model::{ChartCoverage, FileCoverage, Ratio};

/// Prints with or without colours.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    /// Whether to colour.
    pub colors: bool,
}

const GREEN: &str = "32";
const YELLOW: &str = "33";
const RED: &str = "31";
const BOLD: &str = "1";
const FAINT: &str = "2";

/// The share of a file in per mille below which it is red.
const POOR: usize = 800;

impl Printer {
    fn paint(self, code: &str, text: &str) -> String {
        if self.colors && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// All charts.
    pub fn charts(self, charts: &[ChartCoverage]) -> String {
        charts.iter().map(|chart| self.chart(chart)).collect()
    }

    fn chart(self, chart: &ChartCoverage) -> String {
        let mut out = format!(
            "\n### Coverage [ {} ] {}\n\n",
            self.paint(BOLD, &chart.name),
            self.paint(FAINT, &chart.path)
        );
        let heading = format!("{:>19}  {:>19}  FILE\n", "LINES", "BRANCHES");
        out.push_str(&self.paint(FAINT, &heading));
        for file in &chart.files {
            out.push_str(&self.row(file.line_ratio(), file.arm_ratio(), &file.path));
            self.missed(file, &mut out);
        }
        out.push_str(&self.row(chart.line_ratio(), chart.arm_ratio(), &self.paint(BOLD, "all")));
        out
    }

    fn row(self, lines: Ratio, arms: Ratio, name: &str) -> String {
        format!("{}  {}  {name}\n", self.ratio(lines), self.ratio(arms))
    }

    /// `100.0 %   12/12`, 19 columns wide.
    fn ratio(self, ratio: Ratio) -> String {
        if ratio.total == 0 {
            return format!("{:>19}", "-");
        }
        let text = format!("{ratio:>5} % {:>11}", format!("{}/{}", ratio.covered, ratio.total));
        let color = match ratio.per_mille() {
            1000 => GREEN,
            POOR.. => YELLOW,
            _ => RED,
        };
        self.paint(color, &text)
    }

    /// What no suite reached, a line each.
    fn missed(self, file: &FileCoverage, out: &mut String) {
        if let Some(error) = &file.error {
            out.push_str(&self.detail("-", error));
            return;
        }
        let mut missed: Vec<(usize, String, String)> = Vec::new();
        for (first, last) in file.missed_lines() {
            let place = if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            };
            missed.push((first, place, "not run".to_owned()));
        }
        for branch in &file.branches {
            if let Some(words) = branch.missed() {
                let told = format!("{words}: {}", shortened(&branch.source));
                missed.push((branch.line, branch.line.to_string(), told));
            }
        }
        missed.sort_by_key(|(line, ..)| *line);
        for (_, place, told) in missed {
            out.push_str(&self.detail(&place, &told));
        }
    }

    fn detail(self, place: &str, told: &str) -> String {
        format!("{:>42}{}  {told}\n", "", self.paint(YELLOW, &format!("{place:>9}")))
    }
}

/// Characters of an action that are shown.
const SHOWN: usize = 72;

fn shortened(source: &str) -> String {
    match source.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &source[..end]),
        None => source.to_owned(),
    }
}
