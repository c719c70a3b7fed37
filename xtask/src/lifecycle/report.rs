//! Telling how scenarios came out.

use serde_json::json;

use super::compare::Difference;

/// How many lines of one difference are shown.
const SHOWN: usize = 24;

/// How a scenario came out.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Its name.
    pub(crate) name: String,
    /// How long all its runs took together.
    pub(crate) seconds: f64,
    /// Its steps as they stand in the file.
    pub(crate) steps: Vec<String>,
    /// What differs, or why it could not be played.
    pub(crate) differences: Result<Vec<Difference>, String>,
}

impl Outcome {
    /// `same`, `better` (only named differences), `DIFFERS` or `BROKEN` (it could not be played).
    pub(crate) fn verdict(&self) -> &'static str {
        match &self.differences {
            Err(_) => "BROKEN",
            Ok(all) if all.is_empty() => "same",
            Ok(all) if all.iter().all(|difference| difference.reason.is_some()) => "better",
            Ok(_) => "DIFFERS",
        }
    }

    /// Whether it differs in what nobody has named, or could not be played.
    pub(crate) fn is_bad(&self) -> bool {
        matches!(self.verdict(), "DIFFERS" | "BROKEN")
    }
}

/// One line when a scenario has been played, and what differs: a run of half an hour that is interrupted has not been in vain.
pub(crate) fn progress(outcome: &Outcome) {
    eprintln!("{:8} {:6.1} s  {}", outcome.verdict(), outcome.seconds, outcome.name);
    eprint!("{}", details(outcome));
}

/// The list of differences that nobody has mended or named as better yet.
const OPEN: &str = "tests/lifecycle/open.txt";

/// Prints the sum, and fails at a difference that is not in the list of open ones.
///
/// # Errors
/// How many scenarios differ that were equal before, or a list that cannot be read.
pub(crate) fn print_new(outcomes: &[Outcome]) -> Result<(), String> {
    let list = std::fs::read_to_string(OPEN).map_err(|e| format!("{OPEN}: {e}"))?;
    let open: Vec<&str> = list
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let (known, new): (Vec<&Outcome>, Vec<&Outcome>) = outcomes
        .iter()
        .filter(|outcome| outcome.is_bad())
        .partition(|outcome| open.iter().any(|name| outcome.name.contains(name)));
    eprintln!(
        "{} played, {} as Helm or named as better, {} open differences ({OPEN}), {} new ones",
        outcomes.len(),
        outcomes.len() - known.len() - new.len(),
        known.len(),
        new.len(),
    );
    match new.as_slice() {
        [] => Ok(()),
        new => {
            let names: Vec<&str> = new.iter().map(|outcome| outcome.name.as_str()).collect();
            Err(format!(
                "scenarios that differ from Helm and did not before: {}",
                names.join(", ")
            ))
        }
    }
}

/// Prints the report as JSON where that is wanted, and the sum.
///
/// # Errors
/// How many scenarios differ or could not be played.
pub(crate) fn print(outcomes: &[Outcome], as_json: bool) -> Result<(), String> {
    if as_json {
        let all: Vec<_> = outcomes.iter().map(json_of).collect();
        println!("{:#}", json!(all));
    }
    let count = |verdict: &str| outcomes.iter().filter(|outcome| outcome.verdict() == verdict).count();
    let (differ, broken) = (count("DIFFERS"), count("BROKEN"));
    eprintln!(
        "{} played: {} same, {} better, {differ} differ, {broken} broken",
        outcomes.len(),
        count("same"),
        count("better"),
    );
    match differ + broken {
        0 => Ok(()),
        bad => Err(format!("{bad} scenarios differ from Helm")),
    }
}

/// What differs in a scenario, as lines that `better` can be written from.
fn details(outcome: &Outcome) -> String {
    let all = match &outcome.differences {
        Err(why) => return format!("    {why}\n"),
        Ok(all) => all,
    };
    let mut text = String::new();
    for difference in all {
        let place = match difference.step {
            0 => "end".to_owned(),
            step => step.to_string(),
        };
        let facet = difference.facet;
        if let Some(reason) = &difference.reason {
            text.push_str(&format!("    {place} {facet}: {reason}\n"));
            continue;
        }
        let step = outcome.steps.get(difference.step.wrapping_sub(1));
        let step = step.map(|step| format!("  ({step})")).unwrap_or_default();
        text.push_str(&format!("    {place} {facet}{step}\n"));
        for line in difference.lines.iter().take(SHOWN) {
            text.push_str(&format!("      {}\n", shortened(line)));
        }
        if difference.lines.len() > SHOWN {
            text.push_str(&format!("      … {} more\n", difference.lines.len() - SHOWN));
        }
    }
    text
}

fn shortened(line: &str) -> String {
    let mut text: String = line.chars().take(400).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    text
}

fn json_of(outcome: &Outcome) -> serde_json::Value {
    let differences = outcome.differences.iter().flatten().map(|difference| {
        json!({"step": difference.step, "facet": difference.facet, "lines": difference.lines, "reason": difference.reason})
    });
    json!({
        "name": outcome.name,
        "verdict": outcome.verdict(),
        "seconds": outcome.seconds,
        "steps": outcome.steps,
        "differences": differences.collect::<Vec<_>>(),
        "error": outcome.differences.as_ref().err(),
    })
}
