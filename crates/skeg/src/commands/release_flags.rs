//! The flags that commands which change releases share, and how they are read.
//!
//! # Source
//! lifecycle spec 1.2.

use std::time::Duration;

use super::template::{POST_RENDERER, POST_RENDERER_ARGS, WAIT};
use super::{chart_ref, values};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::post_render::PostRenderer;
use crate::ops::release::options::{DryRun, ReleaseOptions, Strategy, ValueReuse};
use crate::output::Output;
use crate::output::json::Format;
use crate::output::log::Level;
use crate::output::quote::go_quote;
use crate::settings::parse_bool;

/// `--dry-run` of commands that change something otherwise.
pub const DRY_RUN: Flag = Flag::string(
    "dry-run",
    "change nothing: 'client' asks the cluster as little as possible, 'server' asks it for all that is needed to know",
)
.default("none")
.alone("unset");

/// `--wait`.
pub const WAIT_FLAG: Flag = Flag::custom(
    "wait",
    &WAIT,
    "what to wait for: everything that is sent (watcher, or legacy by Helm 3's rules), part after part in the order that \
     the chart gives (ordered), or hooks only (hookOnly); alone, watcher",
)
.default("hookOnly")
.alone("watcher");

/// `--wait-for-jobs`.
pub const WAIT_FOR_JOBS: Flag = Flag::bool("wait-for-jobs", "with --wait: wait for Jobs to complete too");

/// `--timeout`.
pub const TIMEOUT: Flag = Flag::duration("timeout", "5m0s", "how long a single hook, or the waiting, may take");

/// `--lock-timeout`.
pub const LOCK_TIMEOUT: Flag = Flag::duration(
    "lock-timeout",
    "0s",
    "how long to wait for another operation on the release; it takes seconds to know whether one is alive",
)
.extra();

/// `--force-pending`.
pub const FORCE_PENDING: Flag = Flag::bool(
    "force-pending",
    "go on over a revision that says that another operation is under way, although nothing tells who is at work",
)
.extra();

/// `--history-max`.
pub const HISTORY_MAX: Flag = Flag::int("history-max", "10", "revisions to keep; 0 for all")
    .computed(|settings| settings.max_history.to_string());

/// `--crds`.
pub const CRDS: Flag = Flag::string(
    "crds",
    "what to do with the chart's custom resource definitions: 'skip' them, 'install' them as Helm does, 'upgrade' those \
     that exist where that is safe, or 'force' all changes",
)
.extra();

/// What `install` and `upgrade` have in common, the values and the chart's place not included.
pub static COMMON: &[Flag] = &[
    Flag::bool(
        "create-namespace",
        "make the namespace if it is missing; an upgrade only with --install",
    ),
    Flag::bool(
        "dependency-update",
        "fetch dependencies that charts/ lacks before rendering",
    ),
    Flag::string(
        "description",
        "description of the revision, instead of one that says how it went",
    ),
    chart_ref::DEVEL,
    // Nothing depends on it: Helm asks the server for its OpenAPI document to learn whether the server checks fields, and this keeps it
    // from asking. Servers have checked them for years, in either case, so skeg never asks. See docs/compatibility.md.
    Flag::bool(
        "disable-openapi-validation",
        "do not check the manifests against the API server's OpenAPI schema",
    ),
    DRY_RUN,
    Flag::bool(
        "enable-dns",
        "let getHostByName ask the network; it gives an empty text otherwise",
    ),
    Flag::bool(
        "force-conflicts",
        "with server-side apply: take over fields that others manage",
    ),
    Flag::bool(
        "force-replace",
        "replace objects instead of patching them; not with server-side apply",
    ),
    Flag::bool("hide-notes", "leave the notes out of the output"),
    Flag::bool(
        "hide-secret",
        "with --dry-run: leave the contents of Secrets out of the output",
    ),
    Flag::string_to_string(
        "labels",
        "labels of the stored revision, as key=value[,key=value]; an upgrade keeps those before it, 'null' removes one",
    )
    .short('l'),
    Flag::bool("no-hooks", "run no hooks"),
    crate::output::json::OUTPUT,
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
    Flag::bool("render-subchart-notes", "show the notes of subcharts too"),
    Flag::bool("skip-crds", "leave the chart's custom resource definitions alone"),
    Flag::bool(
        "skip-schema-validation",
        "do not check the values against the chart's values.schema.json",
    ),
    Flag::bool(
        "take-ownership",
        "adopt objects that belong to no release or to another one",
    ),
    TIMEOUT,
    WAIT_FLAG,
    WAIT_FOR_JOBS,
    LOCK_TIMEOUT,
    CRDS,
    Flag::bool("atomic", "").deprecated("use --rollback-on-failure instead"),
    Flag::bool("force", "").deprecated("use --force-replace instead"),
];

/// Reads what is common to both.
///
/// # Errors
/// Helm's message for a value that makes no sense.
pub fn options(invocation: &Invocation, out: &mut Output) -> Result<ReleaseOptions, CommandError> {
    let crds = crds(invocation)?;
    Ok(ReleaseOptions {
        values: values::options(invocation),
        chart: chart_ref::options(invocation),
        dependency_update: invocation.bool("dependency-update"),
        create_namespace: invocation.bool("create-namespace"),
        description: invocation.text("description"),
        dry_run: dry_run(&invocation.text("dry-run"), out)?,
        hide_secret: invocation.bool("hide-secret"),
        hide_notes: invocation.bool("hide-notes"),
        subchart_notes: invocation.bool("render-subchart-notes"),
        no_hooks: invocation.bool("no-hooks"),
        skip_crds: invocation.bool("skip-crds") || crds == "skip",
        crds,
        skip_schema_validation: invocation.bool("skip-schema-validation"),
        enable_dns: invocation.bool("enable-dns"),
        labels: invocation.map("labels"),
        post_renderer: PostRenderer::find(
            &invocation.text("post-renderer"),
            &invocation.list("post-renderer-args"),
            &invocation.settings,
            out,
        )?,
        server_side: None,
        force_conflicts: invocation.bool("force-conflicts"),
        force_replace: invocation.bool("force-replace") || invocation.bool("force"),
        take_ownership: invocation.bool("take-ownership"),
        rollback_on_failure: invocation.bool("rollback-on-failure") || invocation.bool("atomic"),
        cleanup_on_fail: false,
        history_max: 0,
        reuse: ValueReuse::default(),
        wait: wait(invocation),
        wait_given: invocation.changed("wait"),
        wait_for_jobs: invocation.bool("wait-for-jobs"),
        timeout: duration(invocation, "timeout"),
        force_pending: false,
        lock_timeout: duration(invocation, "lock-timeout"),
        output: Format::of(&invocation.text("output")).unwrap_or_default(),
    })
}

/// `--wait`, as it was checked when it was read.
pub fn wait(invocation: &Invocation) -> Strategy {
    Strategy::of(&invocation.text("wait"))
}

/// A flag that is a duration; a negative one is none.
pub fn duration(invocation: &Invocation, flag: &str) -> Duration {
    Duration::from_nanos(u64::try_from(invocation.int(flag)).unwrap_or(0))
}

fn crds(invocation: &Invocation) -> Result<String, CommandError> {
    let word = invocation.text("crds");
    match word.as_str() {
        "" | "skip" | "install" | "upgrade" | "force" => Ok(word),
        _ => Err(CommandError::new(format!(
            "invalid argument {} for \"--crds\" flag: must be skip, install, upgrade or force",
            go_quote(&word)
        ))),
    }
}

/// Reads `--server-side` of commands where it may follow the revision before.
///
/// # Errors
/// Helm's message for another word.
pub fn server_side(invocation: &Invocation) -> Result<Option<bool>, CommandError> {
    let word = invocation.text("server-side");
    match word.as_str() {
        "auto" => Ok(None),
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ => Err(CommandError::new(format!(
            "invalid/unknown release server-side apply method: {word}"
        ))),
    }
}

/// Reads `--dry-run`, whose older forms, alone or with a truth value, still work with a warning.
///
/// # Errors
/// Helm's message for another word.
pub fn dry_run(text: &str, out: &mut Output) -> Result<DryRun, CommandError> {
    let warn = |text: &str, out: &mut Output| out.log(Level::Warn, text, &[]);
    match text {
        "none" => return Ok(DryRun::None),
        "client" => return Ok(DryRun::Client),
        "server" => return Ok(DryRun::Server),
        "unset" => {
            warn(
                "--dry-run is deprecated and should be replaced with '--dry-run=client'",
                out,
            );
            return Ok(DryRun::Client);
        }
        _ => {}
    }
    let (mode, word) = match parse_bool(text) {
        Some(true) => (DryRun::Client, "client"),
        Some(false) => (DryRun::None, "none"),
        None => {
            return Err(CommandError::new(format!(
                "invalid dry-run value ({}). Must be \"none\", \"server\", or \"client\"",
                go_quote(text)
            )));
        }
    };
    warn(
        &format!("boolean '--dry-run={text}' flag is deprecated and must be replaced with '--dry-run={word}'"),
        out,
    );
    Ok(mode)
}
