//! `crds upgrade CHART`: brings a chart's definitions onto the cluster.

use std::time::Duration;

use skeg_kinds::crd::change::Effect;

use super::{VERSION, chart, complete};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::cli::value::CustomKind;
use crate::commands::{chart_ref, values};
use crate::error::CommandError;
use crate::ops::crds::{self, UpgradeOptions};
use crate::output::Output;
use crate::output::json::{Format, OUTPUT};
use crate::output::quote::go_quote;

/// The command.
pub(super) static UPGRADE: Command = Command {
    name: "upgrade",
    aliases: &["up"],
    arguments: "CHART",
    short: "bring the custom resource definitions of a chart onto the cluster",
    long: "\
Creates and changes the custom resource definitions below crds/ of a chart and of its
enabled subcharts, and waits until the API server offers them.

First every change is judged and the API server is asked whether it would take all
definitions; if a change is not safe or one would be refused, nothing is changed and the
command fails, naming each change, why it is a problem and what to do. What you have
prepared for can then be allowed, for all definitions or for one:

    $ {program} crds upgrade ./operator --allow needs-migration
    $ {program} crds upgrade ./operator --allow backups.vault.example.com=loses-data

When objects are to be stored in another version, --migrate-storage writes every object
again and strikes old versions off status.storedVersions; a version that the chart no
longer has can be given up in the same step.

A definition that another tool has written belongs to that tool; --force-conflicts takes
it over.",
    flags: &[
        FLAGS,
        VERSION,
        values::FLAGS,
        chart_ref::LOCATION,
        chart_ref::CREDENTIALS,
    ],
    args: ArgsRule::Exactly(1),
    extra: true,
    complete: Some(complete),
    run: Some(run),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::custom(
        "allow",
        &ALLOW,
        "what changes may do: needs-migration, loses-data, or DEFINITION=EFFECT (can be repeated)",
    ),
    Flag::bool(
        "dry-run",
        "judge the changes and ask the API server, but change nothing",
    ),
    Flag::bool("force-conflicts", "take over definitions that other tools have written"),
    Flag::bool(
        "migrate-storage",
        "write objects again that are stored in old versions, and give those versions up",
    ),
    OUTPUT,
    Flag::duration(
        "timeout",
        "1m0s",
        "how long the API server may take to offer the definitions",
    ),
];

/// What `--allow` takes.
static ALLOW: CustomKind = CustomKind {
    type_name: "effect",
    many: true,
    settle: None,
    read: |text, _, _| match allowed(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "invalid effect {}; there are safe, needs-migration and loses-data, for one definition as NAME=EFFECT",
            go_quote(text)
        )),
    },
};

fn allowed(text: &str) -> Option<(Option<String>, Effect)> {
    match text.rsplit_once('=') {
        None => Some((None, Effect::parse(text)?)),
        Some((name, effect)) => Some((
            Some(name.to_owned()).filter(|name| !name.is_empty()),
            Effect::parse(effect)?,
        )),
    }
}

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = UpgradeOptions {
        chart: chart(invocation),
        allow: invocation
            .list("allow")
            .iter()
            .filter_map(|text| allowed(text))
            .collect(),
        migrate_storage: invocation.bool("migrate-storage"),
        force_conflicts: invocation.bool("force-conflicts"),
        dry_run: invocation.bool("dry-run"),
        timeout: Duration::from_nanos(u64::try_from(invocation.int("timeout")).unwrap_or(0)),
        format: Format::of(&invocation.text("output")).unwrap_or_default(),
    };
    crds::upgrade(&options, &invocation.settings, out)
}
