//! `validate [NAME] CHART`: checks manifests against the schemas of Kubernetes.

use skeg_kinds::pod_security::Level;

use super::values;
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::cli::value::CustomKind;
use crate::error::CommandError;
use crate::ops::validate::{self, Format, ValidateOptions};
use crate::output::Output;
use crate::output::quote::go_quote;

/// The command.
pub static VALIDATE: Command = Command {
    name: "validate",
    arguments: "[NAME] [CHART]",
    short: "check what a chart renders to against Kubernetes' schemas",
    long: "\
Renders a chart and checks every object against the schemas of Kubernetes: unknown and
missing fields, wrong types, words, quantities and names, keys that are set twice, APIs
that are deprecated, gone or not there yet. The schemas of Kubernetes 1.20 to 1.37 are
part of the program; nothing is fetched.

A chart can be checked for several versions at once, and manifests can be checked
without a chart:

    $ {program} validate --kube-version 1.28,1.33,1.37 ./web
    $ {program} validate --manifests deploy/ --manifests more.yaml

Each finding tells the line of the template and the values behind it. The command fails
if there is an error, with --strict also if there is a warning.",
    flags: &[FLAGS, values::FLAGS],
    args: ArgsRule::AtMost(2),
    extra: true,
    run: Some(run),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::string_slice(
        "api-versions",
        "API to add to .Capabilities.APIVersions, such as batch/v1 (can be repeated)",
    )
    .short('a'),
    Flag::string_array(
        "crds",
        "file or folder with custom resource definitions beside those of the chart (can be repeated)",
    ),
    Flag::bool("ignore-missing-schemas", "say nothing of kinds without a schema"),
    Flag::string_slice(
        "kube-version",
        "Kubernetes version to render and check for, such as 1.33 (can be repeated)",
    ),
    Flag::string_array(
        "manifests",
        "file or folder with manifests to check instead of a chart, or - for standard input (can be repeated)",
    ),
    Flag::custom(
        "output",
        &FORMAT,
        "form of the report: text, json, sarif, junit or github",
    )
    .default("text")
    .short('o'),
    Flag::custom(
        "pod-security",
        &LEVEL,
        "level of the Pod Security Standards that every pod must pass: baseline or restricted",
    ),
    Flag::string_slice(
        "reject",
        "kind to refuse, as Kind or group/version/Kind (can be repeated)",
    ),
    Flag::string_slice(
        "skip",
        "kind to leave out, as Kind or group/version/Kind (can be repeated)",
    ),
    Flag::bool(
        "skip-schema-validation",
        "do not check the values against the chart's values.schema.json",
    ),
    Flag::bool("strict", "fail on warnings too"),
];

/// What `--output` takes.
static FORMAT: CustomKind = CustomKind {
    type_name: "format",
    many: false,
    settle: None,
    read: |text, _, _| match format(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "invalid format {}; there are text, json, sarif, junit and github",
            go_quote(text)
        )),
    },
};

/// What `--pod-security` takes.
static LEVEL: CustomKind = CustomKind {
    type_name: "level",
    many: false,
    settle: None,
    read: |text, _, _| match Level::parse(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "invalid level {}; there are baseline and restricted",
            go_quote(text)
        )),
    },
};

fn format(text: &str) -> Option<Format> {
    Some(match text {
        "text" => Format::Text,
        "json" => Format::Json,
        "sarif" => Format::Sarif,
        "junit" => Format::Junit,
        "github" => Format::Github,
        _ => return None,
    })
}

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = ValidateOptions {
        args: invocation.args().to_vec(),
        values: values::options(invocation),
        manifests: invocation.list("manifests"),
        kube_versions: invocation.list("kube-version"),
        api_versions: invocation.list("api-versions"),
        strict: invocation.bool("strict"),
        ignore_missing_schemas: invocation.bool("ignore-missing-schemas"),
        crds: invocation.list("crds"),
        skip: invocation.list("skip"),
        reject: invocation.list("reject"),
        pod_security: Level::parse(&invocation.text("pod-security")),
        skip_schema_validation: invocation.bool("skip-schema-validation"),
        format: format(&invocation.text("output")).unwrap_or_default(),
    };
    validate::run(&options, &invocation.settings, out)
}
