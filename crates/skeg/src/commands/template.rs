//! `template [NAME] CHART`: prints what a chart renders to.

use std::time::Duration;

use super::{chart_ref, repositories, values};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::cli::value::{CustomKind, FlagValue};
use crate::error::CommandError;
use crate::ops::post_render::PostRenderer;
use crate::ops::template::{self, DryRun, TemplateOptions};
use crate::output::Output;
use crate::output::log::Level;
use crate::output::quote::go_quote;
use crate::settings::{Settings, parse_bool};

/// The command.
pub static TEMPLATE: Command = Command {
    name: "template",
    arguments: "[NAME] [CHART]",
    short: "print what a chart renders to",
    long: "\
Renders a chart and prints its manifests. Nothing is installed, and no cluster is
asked unless --dry-run=server says so.

What a chart would learn from a cluster is made up: its version is the one this
program was built for or that of --kube-version, 'lookup' finds nothing, and
.Capabilities.APIVersions holds the APIs that come with that version. To a chart
that asks for further ones, name them, in one flag or in several:

    $ {program} template --api-versions cert-manager.io/v1,monitoring.coreos.com/v1 web ./web

The name of the release is NAME, or 'release-name' when only the chart is given.
CHART is a folder, an archive, a URL, or REPOSITORY/NAME.",
    flags: &[FLAGS, values::FLAGS, chart_ref::LOCATION, chart_ref::CREDENTIALS],
    exclusive: &[
        &["validate", "dry-run"],
        &["force-replace", "force-conflicts"],
        &["force", "force-conflicts"],
    ],
    args: ArgsRule::AtLeast(1),
    run: Some(run),
    complete: Some(complete),
    ..Command::BASE
};

const NO_EFFECT: &str = "this flag has no effect for 'helm template' and will be removed in Helm 5";

static FLAGS: &[Flag] = &[
    Flag::string_slice(
        "api-versions",
        "API to add to .Capabilities.APIVersions, such as batch/v1 (can be repeated)",
    )
    .short('a'),
    Flag::bool(
        "create-namespace",
        "for installing: make the namespace if it is missing",
    ),
    Flag::bool(
        "dependency-update",
        "fetch dependencies that charts/ lacks before rendering",
    ),
    Flag::string("description", "description of the release"),
    chart_ref::DEVEL,
    // Nothing depends on it: Helm asks the server for its OpenAPI document to learn whether the server checks fields, and this keeps it
    // from asking. Servers have checked them for years, in either case, so skeg never asks. See docs/compatibility.md.
    Flag::bool(
        "disable-openapi-validation",
        "do not check the manifests against the API server's OpenAPI schema",
    ),
    Flag::string(
        "dry-run",
        "what to ask the cluster: nothing (client), or its version, APIs and objects (server)",
    )
    .default("client")
    .alone("unset"),
    Flag::bool(
        "enable-dns",
        "let getHostByName ask the network; it gives an empty text otherwise",
    ),
    Flag::bool("force-conflicts", "for installing: take over fields that others manage"),
    Flag::bool(
        "force-replace",
        "for installing: replace objects instead of patching them",
    ),
    Flag::bool(
        "generate-name",
        "make the name of the release from the chart's; NAME is then left out",
    )
    .short('g'),
    Flag::bool("include-crds", "print the chart's custom resource definitions too"),
    Flag::bool(
        "is-upgrade",
        "render as for an upgrade: .Release.IsUpgrade is true, .Release.IsInstall false",
    ),
    Flag::string(
        "kube-version",
        "Kubernetes version to render for, as .Capabilities.KubeVersion",
    ),
    Flag::string_to_string("labels", "labels of the release, as key=value[,key=value]").short('l'),
    Flag::string("name-template", "template that makes the name of the release"),
    Flag::bool("no-hooks", "leave hooks out"),
    Flag::string(
        "output-dir",
        "folder to write the manifests to, a file for each template, instead of printing them",
    ),
    Flag::custom(
        "post-renderer",
        &POST_RENDERER,
        "name of a plugin of type postrenderer that the manifests go through",
    ),
    Flag::custom(
        "post-renderer-args",
        &POST_RENDERER_ARGS,
        "argument for the post-renderer (can be repeated)",
    )
    .default("[]"),
    Flag::bool(
        "release-name",
        "put the name of the release into the path below --output-dir",
    ),
    Flag::bool(
        "replace",
        "for installing: take the name of a release of which only the history is left",
    ),
    Flag::bool(
        "rollback-on-failure",
        "for installing: remove everything again when it fails",
    ),
    Flag::bool("server-side", "for installing: let the API server merge the changes").default("true"),
    Flag::string_array(
        "show-only",
        "print only what this template renders to, a path in the chart (can be repeated)",
    )
    .short('s'),
    Flag::bool(
        "skip-crds",
        "for installing: leave the chart's custom resource definitions alone",
    ),
    Flag::bool(
        "skip-schema-validation",
        "do not check the values against the chart's values.schema.json",
    ),
    Flag::bool("skip-tests", "leave test hooks out"),
    Flag::bool(
        "take-ownership",
        "for installing: adopt objects that belong to no release or to another one",
    ),
    Flag::duration("timeout", "5m0s", "how long a single operation on the cluster may take"),
    chart_ref::version(complete_version),
    Flag::custom(
        "wait",
        &WAIT,
        "for installing: what to wait for (watcher, hookOnly, legacy); alone, watcher",
    )
    .default("hookOnly")
    .alone("watcher"),
    Flag::bool(
        "wait-for-jobs",
        "for installing, with --wait: wait for Jobs to complete too",
    ),
    Flag::bool("atomic", "").deprecated("use --rollback-on-failure instead"),
    Flag::bool("force", "").deprecated("use --force-replace instead"),
    Flag::bool("hide-notes", "").deprecated(NO_EFFECT),
    Flag::bool("render-subchart-notes", "").deprecated(NO_EFFECT),
    Flag::bool("validate", "").deprecated("use '--dry-run=server' instead"),
];

/// What `--wait` takes.
///
/// # Source
/// lifecycle spec 1.2, WAIT.
pub static WAIT: CustomKind = CustomKind {
    type_name: "WaitStrategy",
    many: false,
    settle: None,
    read: |text, _, out| {
        let replacement = match text {
            "watcher" | "legacy" | "hookOnly" | "ordered" => return Ok(text.to_owned()),
            "true" => "watcher",
            "false" => "hookOnly",
            _ => {
                let quoted = go_quote(text);
                return Err(format!(
                    "invalid wait input {quoted}. Valid inputs are watcher, hookOnly, and legacy"
                ));
            }
        };
        let warning =
            format!("--wait={text} is deprecated (boolean value) and can be replaced with --wait={replacement}");
        out.log(Level::Warn, &warning, &[]);
        Ok(replacement.to_owned())
    },
};

/// What `--post-renderer` takes: one name. Whether there is such a plugin is seen when everything else is read.
pub static POST_RENDERER: CustomKind = CustomKind {
    type_name: "postRendererString",
    many: false,
    settle: Some(post_renderer_exists),
    read: |name, earlier, _| match earlier {
        // An empty name takes nothing back.
        Some(FlagValue::Text(earlier)) if name.is_empty() => Ok(earlier.clone()),
        Some(FlagValue::Text(earlier)) if !earlier.is_empty() => {
            Err("cannot specify --post-renderer flag more than once".to_owned())
        }
        _ => Ok(name.to_owned()),
    },
};

fn post_renderer_exists(name: &FlagValue, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    match name {
        FlagValue::Text(name) => PostRenderer::find(name, &[], settings, out).map(|_| ()),
        _ => Ok(()),
    }
}

/// What `--post-renderer-args` takes.
pub static POST_RENDERER_ARGS: CustomKind = CustomKind {
    type_name: "postRendererArgsSlice",
    many: true,
    settle: None,
    read: |text, _, _| Ok(text.to_owned()),
};

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = options(invocation, out)?;
    template::run(&options, &invocation.settings, out)
}

fn options(invocation: &Invocation, out: &mut Output) -> Result<TemplateOptions, CommandError> {
    let dry_run = dry_run(&invocation.text("dry-run"), out)?;
    Ok(TemplateOptions {
        args: invocation.args().to_vec(),
        values: values::options(invocation),
        chart: chart_ref::options(invocation),
        generate_name: invocation.bool("generate-name"),
        name_template: invocation.text("name-template"),
        description: invocation.text("description"),
        dependency_update: invocation.bool("dependency-update"),
        dry_run: if invocation.bool("validate") {
            DryRun::Server
        } else {
            dry_run
        },
        kube_version: invocation.text("kube-version"),
        api_versions: invocation.list("api-versions"),
        is_upgrade: invocation.bool("is-upgrade"),
        no_hooks: invocation.bool("no-hooks"),
        skip_tests: invocation.bool("skip-tests"),
        include_crds: invocation.bool("include-crds"),
        skip_crds: invocation.bool("skip-crds"),
        skip_schema_validation: invocation.bool("skip-schema-validation"),
        enable_dns: invocation.bool("enable-dns"),
        show_only: invocation.list("show-only"),
        output_dir: invocation.text("output-dir"),
        use_release_name: invocation.bool("release-name"),
        labels: invocation.map("labels"),
        post_renderer: PostRenderer::find(
            &invocation.text("post-renderer"),
            &invocation.list("post-renderer-args"),
            &invocation.settings,
            out,
        )?,
        timeout: Duration::from_nanos(u64::try_from(invocation.int("timeout")).unwrap_or(0)),
    })
}

/// Reads `--dry-run`, whose older forms, alone or with a truth value, still work with a warning.
///
/// # Source
/// lifecycle spec 1.2, DRYRUN.
fn dry_run(text: &str, out: &mut Output) -> Result<DryRun, CommandError> {
    let refuse = |wanted: &str| {
        Err(CommandError::new(format!(
            "invalid dry-run value ({}). Must be {wanted}",
            go_quote(text)
        )))
    };
    match text {
        "unset" => {
            out.log(
                Level::Warn,
                "--dry-run is deprecated and should be replaced with '--dry-run=client'",
                &[],
            );
            return Ok(DryRun::Client);
        }
        "client" => return Ok(DryRun::Client),
        "server" => return Ok(DryRun::Server),
        "none" => return refuse("\"server\" or \"client\""),
        _ => {}
    }
    match parse_bool(text) {
        None => refuse("\"none\", \"server\", or \"client\""),
        Some(false) => refuse("\"server\" or \"client\""),
        Some(true) => {
            let warning =
                format!("boolean '--dry-run={text}' flag is deprecated and must be replaced with '--dry-run=client'");
            out.log(Level::Warn, &warning, &[]);
            Ok(DryRun::Client)
        }
    }
}

/// The chart follows the name, unless the name is made up.
pub(super) fn complete(invocation: &Invocation, word: &str) -> Completions {
    let names = usize::from(!invocation.bool("generate-name"));
    if invocation.args().len() == names {
        return repositories::complete_charts(invocation, word, true);
    }
    Completions::none()
}

pub(super) fn complete_version(invocation: &Invocation, _: &str) -> Completions {
    let wanted = if invocation.bool("generate-name") { 1 } else { 2 };
    match invocation.args() {
        args if args.len() == wanted => repositories::complete_versions(invocation, &args[wanted - 1]),
        _ => Completions::none(),
    }
}
