//! `upgrade RELEASE CHART`: makes a further revision of a release.

use super::{chart_ref, release_flags, releases, repositories, values};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::options::ValueReuse;
use crate::ops::release::upgrade::{self, UpgradeOptions};
use crate::output::Output;

/// The command.
pub static UPGRADE: Command = Command {
    name: "upgrade",
    arguments: "[RELEASE] [CHART]",
    short: "change a release to another chart or other values",
    long: "\
Renders a chart and changes the objects of a release to what was rendered: new ones
are created, others changed, those that the chart has no longer are deleted. What was
rendered is kept as the next revision.

With --install a release that is not there is made, and one whose last operation was
cut off is taken up where that stopped:

    $ {program} upgrade --install web ./web -f production.yaml --wait

Which values count when nothing is said: those given now, over the chart's defaults;
if none are given, those of the revision before. --reset-values uses the chart's
defaults, --reset-then-reuse-values those of the new chart with the old revision's own
values over them, --reuse-values the old revision's values with its chart's defaults.",
    flags: &[
        FLAGS,
        release_flags::COMMON,
        values::FLAGS,
        chart_ref::LOCATION,
        chart_ref::CREDENTIALS,
    ],
    exclusive: &[&["force-replace", "force-conflicts"], &["force", "force-conflicts"]],
    args: ArgsRule::Exactly(2),
    run: Some(run),
    complete: Some(complete),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::bool("cleanup-on-fail", "delete what this upgrade created when it fails"),
    release_flags::HISTORY_MAX,
    Flag::bool("install", "make the release if it is not there").short('i'),
    Flag::bool(
        "reset-then-reuse-values",
        "take the new chart's defaults, the old revision's own values, and what is given now",
    ),
    Flag::bool("reset-values", "forget the values of the revision before"),
    Flag::bool(
        "reuse-values",
        "take the values of the revision before, its chart's defaults included, and what is given now",
    ),
    Flag::bool(
        "rollback-on-failure",
        "go back to the last good revision when it fails; waits unless --wait says otherwise",
    ),
    Flag::string(
        "server-side",
        "whether the API server merges the changes: true, false, or auto for what the revision before did",
    )
    .default("auto"),
    release_flags::FORCE_PENDING,
    chart_ref::version(complete_version),
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let mut release = release_flags::options(invocation, out)?;
    release.server_side = release_flags::server_side(invocation)?;
    release.cleanup_on_fail = invocation.bool("cleanup-on-fail");
    release.history_max = invocation.int("history-max");
    release.force_pending = invocation.bool("force-pending");
    release.reuse = ValueReuse {
        reset: invocation.bool("reset-values"),
        reuse: invocation.bool("reuse-values"),
        reset_then_reuse: invocation.bool("reset-then-reuse-values"),
    };
    let options = UpgradeOptions {
        name: invocation.args()[0].clone(),
        chart: invocation.args()[1].clone(),
        install: invocation.bool("install"),
        release,
    };
    upgrade::run(&options, &invocation.settings, out)
}

fn complete(invocation: &Invocation, word: &str) -> Completions {
    match invocation.args().len() {
        0 => releases::complete_name(invocation, word),
        1 => repositories::complete_charts(invocation, word, true),
        _ => Completions::no_more_arguments(),
    }
}

fn complete_version(invocation: &Invocation, _: &str) -> Completions {
    match invocation.args() {
        [_, chart] => repositories::complete_versions(invocation, chart),
        _ => Completions::none(),
    }
}
