//! `crds diff`: what a chart would change about definitions, judged and as a unified diff.

use similar::TextDiff;
use skeg_cluster::crds::{CrdPlan, State, plan};
use skeg_kinds::crd::change::Effect;

use super::source::{ReadyChart, without_additions};
use super::{ChartOptions, paint};
use crate::error::CommandError;
use crate::ops::session::Session;
use crate::output::{Output, json};
use crate::settings::Settings;

/// Prints for each definition that differs what its changes do, and a unified diff from the cluster's to the chart's.
/// Nothing is printed where nothing differs.
///
/// # Errors
/// The chart cannot be read; the cluster cannot be asked.
pub fn diff(options: &ChartOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let chart = ReadyChart::load(options, out)?;
    let session = Session::connect(settings)?;
    session.reach()?;
    let mut crds = chart.crds()?;
    crds.extend(chart.rendered(&session, settings, out));
    let plans = session.block_on(plan(session.client(), &crds));
    let color = out.colors_out();
    for plan in plans.map_err(|error| CommandError::new(error.to_string()))? {
        if plan.state() != State::Unchanged {
            out.print(judged(&plan, color));
            out.print(unified(&plan, color)?);
        }
    }
    Ok(())
}

/// The changes by effect, worst first, each reason once.
fn judged(plan: &CrdPlan, color: bool) -> String {
    let mut text = match plan.state() {
        State::New => format!("{} ({}): new\n", plan.name, plan.source),
        _ => {
            let effect = paint(plan.effect(), plan.effect().word(), color);
            format!("{} ({}): {effect}\n", plan.name, plan.source)
        }
    };
    for effect in [Effect::LosesData, Effect::NeedsMigration, Effect::Safe] {
        let mut told: Vec<&str> = Vec::new();
        for change in plan.changes.iter().filter(|change| change.effect == effect) {
            let refused = if change.refused {
                ", refused by the API server"
            } else {
                ""
            };
            text.push_str(&format!(
                "  {}{refused}: {change}\n",
                paint(effect, effect.word(), color)
            ));
            if let Some(remedy) = &change.remedy
                && !told.contains(&change.why.as_str())
            {
                text.push_str(&format!("    {}\n    to do: {remedy}\n", change.why));
                told.push(&change.why);
            }
        }
    }
    text
}

fn unified(plan: &CrdPlan, color: bool) -> Result<String, CommandError> {
    let yaml = |object: &serde_json::Value| -> Result<String, CommandError> {
        let text = json::yaml_of(&json::plain(object))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    };
    let old = match &plan.installed {
        Some(installed) => yaml(&without_additions(installed, &plan.wanted))?,
        None => String::new(),
    };
    let new = yaml(&plan.wanted)?;
    let before = match &plan.installed {
        Some(_) => format!("cluster/{}", plan.name),
        None => "/dev/null".to_owned(),
    };
    let diff = TextDiff::from_lines(&old, &new);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(&before, &plan.source)
        .to_string();
    if !color {
        return Ok(text);
    }
    let painted = text.lines().map(|line| match line.as_bytes().first() {
        _ if line.starts_with("---") || line.starts_with("+++") => format!("\x1b[1m{line}\x1b[0m\n"),
        Some(b'@') => format!("\x1b[36m{line}\x1b[0m\n"),
        Some(b'-') => format!("\x1b[31m{line}\x1b[0m\n"),
        Some(b'+') => format!("\x1b[32m{line}\x1b[0m\n"),
        _ => format!("{line}\n"),
    });
    Ok(painted.collect())
}
