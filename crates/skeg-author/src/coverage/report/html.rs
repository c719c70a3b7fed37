//! Coverage as one page: tables of the files, and their source with what ran and what did not. Style is in the page,
//! scripts there are none.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::coverage::model::{Branch, ChartCoverage, FileCoverage, Ratio};

const STYLE: &str = include_str!("html/style.css");

/// The document.
pub fn document(charts: &[ChartCoverage]) -> String {
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    let title = escape(&format!("Template coverage of {}", names.join(", ")));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p class=\"legend\"><span class=\"run\">run</span> <span class=\"part\">run, an arm missed</span> \
         <span class=\"miss\">not run</span></p>\n"
    );
    for (number, chart) in charts.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = table(number, chart, &mut out);
    }
    for (number, chart) in charts.iter().enumerate() {
        for (index, file) in chart.files.iter().enumerate() {
            let _ = source(&anchor(number, index), chart, file, &mut out);
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn anchor(chart: usize, file: usize) -> String {
    format!("f{chart}-{file}")
}

fn table(number: usize, chart: &ChartCoverage, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "<h2>{} <small>{}</small></h2>\n<table class=\"files\">\n\
         <tr><th>File</th><th colspan=\"2\">Lines</th><th colspan=\"2\">Branches</th></tr>",
        escape(&chart.name),
        escape(&chart.path)
    )?;
    for (index, file) in chart.files.iter().enumerate() {
        let name = format!("<a href=\"#{}\">{}</a>", anchor(number, index), escape(&file.path));
        row(&name, file.line_ratio(), file.arm_ratio(), out)?;
    }
    row("all", chart.line_ratio(), chart.arm_ratio(), out)?;
    writeln!(out, "</table>")
}

fn row(name: &str, lines: Ratio, arms: Ratio, out: &mut String) -> std::fmt::Result {
    write!(out, "<tr><td>{name}</td>")?;
    for ratio in [lines, arms] {
        if ratio.total == 0 {
            write!(out, "<td colspan=\"2\"></td>")?;
            continue;
        }
        let class = if ratio.covered == ratio.total { "full" } else { "less" };
        write!(
            out,
            "<td class=\"number\"><meter min=\"0\" max=\"{}\" value=\"{}\"></meter> {ratio} %</td>\
             <td class=\"number {class}\">{}/{}</td>",
            ratio.total, ratio.covered, ratio.covered, ratio.total
        )?;
    }
    writeln!(out, "</tr>")
}

fn source(anchor: &str, chart: &ChartCoverage, file: &FileCoverage, out: &mut String) -> std::fmt::Result {
    let (lines, arms) = (file.line_ratio(), file.arm_ratio());
    let is_full = lines.covered == lines.total && arms.covered == arms.total;
    writeln!(
        out,
        "<details id=\"{anchor}\"{}>\n<summary>{} <small>{lines} % of lines, {arms} % of branches</small></summary>",
        if is_full { "" } else { " open" },
        escape(&chart.path_of(file))
    )?;
    if let Some(error) = &file.error {
        writeln!(out, "<p class=\"miss\">{}</p>", escape(error))?;
    }
    let runs: HashMap<usize, u64> = file.lines.iter().map(|line| (line.number, line.runs)).collect();
    let mut missed: HashMap<usize, Vec<&Branch>> = HashMap::new();
    for branch in file.branches.iter().filter(|branch| branch.missed().is_some()) {
        missed.entry(branch.line).or_default().push(branch);
    }
    writeln!(out, "<table class=\"source\">")?;
    let text = String::from_utf8_lossy(&file.text);
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let branches = missed.get(&number);
        let (class, count) = match runs.get(&number) {
            None => ("", String::new()),
            Some(0) => ("miss", "0".to_owned()),
            Some(count) if branches.is_some() => ("part", count.to_string()),
            Some(count) => ("run", count.to_string()),
        };
        write!(
            out,
            "<tr class=\"{class}\"><td>{number}</td><td>{count}</td><td><pre>{}</pre>",
            escape(line)
        )?;
        for branch in branches.into_iter().flatten() {
            let words = branch.missed().unwrap_or_default();
            write!(out, "<em>{words}: {}</em>", escape(&branch.source))?;
        }
        writeln!(out, "</td></tr>")?;
    }
    writeln!(out, "</table>\n</details>")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
