//! `install [NAME] CHART`: makes a release.

use super::{chart_ref, release_flags, template, values};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::install::{self, InstallOptions};
use crate::output::Output;

/// The command.
pub static INSTALL: Command = Command {
    name: "install",
    arguments: "[NAME] [CHART]",
    short: "make a release: render a chart and create its objects",
    long: "\
Renders a chart, creates its objects in the cluster, and keeps what was rendered as
revision 1 of the release NAME. CHART is a folder, an archive, a URL, or
REPOSITORY/NAME. Without NAME, one is made with --generate-name or --name-template.

Values come from files (-f) and single settings (--set and its kin); later ones win,
settings win over files:

    $ {program} install web ./web -f production.yaml --set image.tag=1.4.2

To see what would be made, without making it:

    $ {program} install web ./web --dry-run=server

By default the command ends when the API server has taken everything. With --wait it
ends when everything is ready, or fails with the reasons when that takes longer than
--timeout; with --rollback-on-failure a failed install is removed again.",
    flags: &[
        FLAGS,
        release_flags::COMMON,
        values::FLAGS,
        chart_ref::LOCATION,
        chart_ref::CREDENTIALS,
    ],
    exclusive: &[&["force-replace", "force-conflicts"], &["force", "force-conflicts"]],
    args: ArgsRule::AtLeast(1),
    run: Some(run),
    complete: Some(template::complete),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::bool(
        "generate-name",
        "make the name of the release from the chart's; NAME is then left out",
    )
    .short('g'),
    Flag::string("name-template", "template that makes the name of the release"),
    Flag::bool(
        "replace",
        "take the name of a release of which only the history is left, or that failed",
    ),
    Flag::bool(
        "rollback-on-failure",
        "remove everything again when it fails; waits unless --wait says otherwise",
    ),
    Flag::bool("server-side", "let the API server merge the changes").default("true"),
    chart_ref::version(template::complete_version),
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let mut release = release_flags::options(invocation, out)?;
    release.server_side = Some(invocation.bool("server-side"));
    let options = InstallOptions {
        args: invocation.args().to_vec(),
        generate_name: invocation.bool("generate-name"),
        name_template: invocation.text("name-template"),
        replace: invocation.bool("replace"),
        release,
    };
    install::run(&options, &invocation.settings, out)
}
