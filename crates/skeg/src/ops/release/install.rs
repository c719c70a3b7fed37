//! `install`: the first revision of a release.
//!
//! # Source
//! spec/lifecycle.md 3.1.

use std::rc::Rc;

use skeg_chart::Capabilities;
use skeg_cluster::Discovery;
use skeg_cluster::operation::{self, Guard, Installation, OperationError};
use skeg_cluster::progress::Silent;
use skeg_cluster::storage::StorageError;
use skeg_funcs::world::World;
use skeg_release::record::{ApplyMethod, Head, Info, RawJson, Record, Status, history};
use skeg_value::Value;

use super::Store;
use super::definitions;
use super::located::{Surroundings, located};
use super::operate::{self, Failed, context, ended, guarded, holder, now};
use super::options::{DryRun, ReleaseOptions};
use super::prepare::{Loading, Prepared, load_chart};
use crate::error::CommandError;
use crate::ops::lookup::ClusterWorld;
use crate::ops::session::Console;
use crate::ops::{load, release_name};
use crate::output::Output;
use crate::output::log::Level;
use crate::settings::Settings;
use crate::world::Machine;

/// What is installed.
#[derive(Clone, Debug, Default)]
pub struct InstallOptions {
    /// `[NAME] CHART`.
    pub args: Vec<String>,
    /// `--generate-name`.
    pub generate_name: bool,
    /// `--name-template`.
    pub name_template: String,
    /// `--replace`.
    pub replace: bool,
    /// What upgrades have as well.
    pub release: ReleaseOptions,
}

/// The description of what was only rehearsed.
pub const DRY_RUN_COMPLETE: &str = "Dry run complete";

/// Installs and prints the release.
///
/// # Errors
/// Helm's message, with `INSTALLATION FAILED: ` before it.
pub fn run(options: &InstallOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let record = perform(options, settings, out).map_err(|error| error.prefixed("INSTALLATION FAILED: "))?;
    operate::print(&record, &options.release, settings, out)
}

/// Installs. Gives the record as it was stored, or would have been.
///
/// # Errors
/// Helm's message.
pub fn perform(options: &InstallOptions, settings: &Settings, out: &mut Output) -> Result<Record, CommandError> {
    let wanted = &options.release;
    if wanted.hide_secret && !wanted.dry_run.is_dry() {
        return Err(CommandError::new("hiding Kubernetes secrets requires a dry-run mode"));
    }
    check_labels(wanted)?;
    let (name, chart_name) =
        release_name::name_and_chart(&options.args, options.generate_name, &options.name_template)?;
    let machine = Machine::new(settings.time_zone());
    let name = match name {
        Some(name) => name,
        None if !options.name_template.is_empty() => {
            release_name::from_template(&options.name_template, machine.clone())?
        }
        None if options.generate_name => generated(&chart_name, machine.now().0),
        None => {
            return Err(CommandError::new(
                "must either provide a name or specify --generate-name",
            ));
        }
    };
    let sources = load::sources(&wanted.values)?;
    let config = load::merge(&sources)?;
    let mut loading = load_chart(&chart_name, wanted, settings, out)?;
    let namespace = settings.namespace();
    let store = (wanted.dry_run != DryRun::Client)
        .then(|| Store::open(settings))
        .transpose()?;
    if let Some(store) = &store {
        store.reach().map_err(|error| {
            let error = error.prefixed("cluster reachability check failed: ");
            out.log(Level::Error, error.message(), &[]);
            error
        })?;
    }
    if let Err(reason) = release_name::check(&name) {
        out.log(Level::Error, "release name check failed", &[("error", &reason)]);
        return Err(CommandError::new(format!("release name check failed: {reason}")));
    }
    let server_side = wanted.server_side.unwrap_or(true);
    let draft = Draft {
        name: &name,
        namespace: &namespace,
        revision: 1,
        server_side,
    };
    loading.process(&config, out)?;
    let Some(store) = store else {
        announce_crds(&loading, out);
        let capabilities = Capabilities::default();
        let prepared = loading.render(
            &config,
            &sources,
            &draft.release(),
            &capabilities,
            Rc::new(machine),
            wanted,
            settings,
            out,
        )?;
        return draft.rehearsed(prepared, &config, wanted, Status::PendingInstall);
    };
    // The Lease keeps everybody else away from before the name is looked up until the record has come to its end.
    let guard = match wanted.dry_run {
        DryRun::None => guarded(
            &store,
            &namespace,
            &name,
            "install",
            wanted.lock_timeout,
            settings,
            &Silent,
        )?,
        _ => Guard::none(),
    };
    let outcome = locked(
        options, &store, guard, loading, &sources, &config, machine, draft, settings, out,
    );
    store.session.print_warnings(out);
    outcome
}

#[allow(clippy::too_many_arguments, reason = "each is a different stage's result")]
fn locked(
    options: &InstallOptions,
    store: &Store,
    guard: Guard<'_>,
    loading: Loading,
    sources: &skeg_chart::values::Sources,
    config: &skeg_value::Map,
    machine: Machine,
    mut draft: Draft<'_>,
    settings: &Settings,
    out: &mut Output,
) -> Result<Record, CommandError> {
    let work = |draft: &mut Draft<'_>, out: &mut Output| {
        let mut replaced = None;
        if !options.release.dry_run.is_dry()
            && let Some(last) = available(store, &guard, draft.name, options, out)?
        {
            draft.revision = last.version + 1;
            let last = store.session.block_on(store.storage.get(&last.name, last.version));
            replaced = Some(last.map_err(storage)?);
        }
        prepared_and_installed(
            options, store, &guard, loading, sources, config, machine, draft, replaced, settings, out,
        )
    };
    let outcome = work(&mut draft, out);
    ended(store, guard, outcome)
}

#[allow(clippy::too_many_arguments, reason = "each is a different stage's result")]
fn prepared_and_installed(
    options: &InstallOptions,
    store: &Store,
    guard: &Guard<'_>,
    loading: Loading,
    sources: &skeg_chart::values::Sources,
    config: &skeg_value::Map,
    machine: Machine,
    draft: &Draft<'_>,
    replaced: Option<Record>,
    settings: &Settings,
    out: &mut Output,
) -> Result<Record, Failed> {
    let wanted = &options.release;
    let session = &store.session;
    if wanted.dry_run.is_dry() && !wanted.skip_crds {
        announce_crds(&loading, out);
    }
    definitions::bring(store, &loading, wanted, definitions::Default::Install, draft, out)?;
    let capabilities = session.capabilities()?;
    let world = Rc::new(ClusterWorld::new(machine, Rc::clone(session)));
    let release = draft.release();
    let surroundings = Surroundings {
        release: &release,
        capabilities: &capabilities,
        world: world.clone(),
        enable_dns: wanted.enable_dns,
    };
    let prepared = loading.render(config, sources, &release, &capabilities, world, wanted, settings, out)?;
    let discovery = discovery(store)?;
    let mut cluster_options = operate::options(wanted, draft.server_side);
    let order = prepared.order.clone();
    let mut record = draft.record(prepared, config, wanted)?;
    refuse_contradictions(&cluster_options)?;
    let console = Console::new(out);
    let context = context(store, &discovery, &console, draft.namespace);
    let work = async {
        let objects = context.objects(&record.manifest).map_err(|error| {
            error.map(|text| format!("unable to build kubernetes objects from release manifest: {text}"))
        })?;
        let installation = Installation {
            record: record.clone(),
            objects,
            replaced,
        };
        cluster_options.order = operate::ordered(&order, &installation.objects);
        let exists = installation.check(&context, &cluster_options).await?;
        if wanted.dry_run.is_dry() {
            return Ok(None);
        }
        if wanted.create_namespace {
            context.create_namespace().await?;
        }
        let held = guard.is_held() || store.is_memory;
        let second = if held || !wanted.create_namespace {
            None
        } else {
            // The namespace had to be made first.
            let holder = holder(settings, "install");
            Some(
                operation::guard(
                    context.client,
                    draft.namespace,
                    draft.name,
                    &holder,
                    wanted.lock_timeout,
                    context.cancel,
                    &console,
                )
                .await?,
            )
        };
        let guard = second.as_ref().unwrap_or(guard);
        let outcome = guard
            .during(operation::install(&context, installation, &exists, &cluster_options))
            .await;
        if let Some(second) = second
            && !outcome.as_ref().is_err_and(|error| error.abandoned)
        {
            second.release().await;
        }
        outcome.map(Some)
    };
    match session.run(work) {
        Ok(Some(stored)) => Ok(stored),
        Ok(None) => {
            record.info.status = Status::PendingInstall;
            record.info.description = DRY_RUN_COMPLETE.to_owned();
            Ok(record)
        }
        Err(error) => {
            tell_cancelled(&error, draft.name, &console);
            Err(located(error, &surroundings).into())
        }
    }
}

/// Helm's line for an operation that was told to stop.
pub(super) fn tell_cancelled(error: &OperationError, name: &str, console: &Console<'_>) {
    if error.to_string().contains("context canceled") {
        console.line(&format!("Release {name} has been cancelled."));
    }
}

/// Mistakes in flags, told before anything is changed.
pub(super) fn refuse_contradictions(options: &skeg_cluster::operation::Options) -> Result<(), CommandError> {
    if options.server_side && options.force_replace {
        return Err(CommandError::new(
            "invalid operation: cannot use server-side apply and force replace together",
        ));
    }
    if !options.server_side && options.force_conflicts {
        return Err(CommandError::new(
            "invalid client update option(s): forceConflicts enabled when serverSideApply disabled",
        ));
    }
    Ok(())
}

/// Labels that storage sets itself are refused.
pub(super) fn check_labels(options: &ReleaseOptions) -> Result<(), CommandError> {
    if options
        .labels
        .keys()
        .any(|key| skeg_release::record::labels::is_system(key))
    {
        return Err(CommandError::new(format!(
            "user supplied labels contains system reserved label name. System labels: [{}]",
            skeg_release::record::labels::SYSTEM_LABELS.join(" ")
        )));
    }
    Ok(())
}

/// The kinds of the cluster; none where there is no cluster.
pub(super) fn discovery(store: &Store) -> Result<Rc<Discovery>, CommandError> {
    if store.is_memory {
        return Ok(Rc::new(Discovery::default()));
    }
    store
        .session
        .discovery()
        .map_err(|error| CommandError::new(format!("could not get apiVersions from Kubernetes: {error}")))
}

pub(super) fn storage(error: StorageError) -> CommandError {
    CommandError::new(error.to_string())
}

/// Looks whether the name is free. Gives the revision that is replaced, if one is.
fn available(
    store: &Store,
    guard: &Guard<'_>,
    name: &str,
    options: &InstallOptions,
    out: &mut Output,
) -> Result<Option<Head>, CommandError> {
    let refused = |reason: String, out: &mut Output| {
        out.log(Level::Error, "release name check failed", &[("error", &reason)]);
        Err(CommandError::new(format!("release name check failed: {reason}")))
    };
    let history = match store.session.block_on(store.storage.history(name, true)) {
        Ok(history) => history,
        // Helm goes on as if nobody had the name.
        Err(error) => return refused(error.to_string(), out),
    };
    match history::check_name_is_free(&history, options.replace) {
        Ok(()) => Ok(history::newest(&history).cloned()),
        Err(error) => {
            let newest = history::newest(&history);
            let pending = newest.is_some_and(|head| head.info.status.is_pending());
            let refusal = refused(error.to_string(), out);
            match (pending, guard.predecessor()) {
                (true, Some(holder)) => refusal.map_err(|error| {
                    error.with_story(format!(
                        "{} was cut off; 'upgrade --install' goes on from there.",
                        holder.describe()
                    ))
                }),
                _ => refusal,
            }
        }
    }
}

/// What Helm says where it cannot know what definitions would do.
fn announce_crds(loading: &Loading, out: &mut Output) {
    if !loading.loaded.chart.crds().is_empty() {
        out.log(
            Level::Warn,
            "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.",
            &[],
        );
    }
}

/// `--generate-name`: the chart's name up to the first dot, and the time.
fn generated(chart: &str, seconds: i64) -> String {
    let base = chart.trim_end_matches('/').rsplit('/').next().unwrap_or(chart);
    let base = match base {
        "." | "" => "chart",
        base => base.split('.').next().unwrap_or(base),
    };
    format!("{base}-{seconds}")
}

/// A revision that is about to be made.
pub(super) struct Draft<'d> {
    /// The release.
    pub name: &'d str,
    /// Its namespace.
    pub namespace: &'d str,
    /// The revision.
    pub revision: i64,
    /// How objects are sent.
    pub server_side: bool,
}

impl Draft<'_> {
    /// What templates see.
    pub(super) fn release(&self) -> skeg_render::Release {
        skeg_render::Release {
            name: self.name.to_owned(),
            namespace: self.namespace.to_owned(),
            is_upgrade: false,
            is_install: true,
            // Whatever number it is stored under.
            revision: 1,
        }
    }

    /// The record to store.
    pub(super) fn record(
        &self,
        prepared: Prepared,
        config: &skeg_value::Map,
        options: &ReleaseOptions,
    ) -> Result<Record, CommandError> {
        let config = RawJson::of(&Value::Map(config.clone())).map_err(|error| CommandError::new(error.to_string()))?;
        let moment = now();
        Ok(Record {
            name: self.name.to_owned(),
            namespace: self.namespace.to_owned(),
            version: self.revision,
            info: Info {
                first_deployed: moment,
                last_deployed: moment,
                status: Status::Unknown,
                notes: prepared.notes,
                ..Info::default()
            },
            chart: prepared.chart,
            config: Some(config),
            manifest: prepared.manifest,
            hooks: prepared.hooks,
            apply_method: Some(method(self.server_side)),
            labels: options.labels.clone(),
            storage_version: None,
        })
    }

    /// The record of what was only rehearsed.
    pub(super) fn rehearsed(
        &self,
        prepared: Prepared,
        config: &skeg_value::Map,
        options: &ReleaseOptions,
        status: Status,
    ) -> Result<Record, CommandError> {
        let mut record = self.record(prepared, config, options)?;
        record.info.status = status;
        record.info.description = DRY_RUN_COMPLETE.to_owned();
        Ok(record)
    }
}

pub(super) fn method(server_side: bool) -> ApplyMethod {
    if server_side {
        ApplyMethod::ServerSide
    } else {
        ApplyMethod::ClientSide
    }
}
