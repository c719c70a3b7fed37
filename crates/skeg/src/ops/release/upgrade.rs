//! `upgrade`: a further revision of a release, or with `--install` its first.
//!
//! # Source
//! spec/lifecycle.md 3.2.

use std::rc::Rc;

use skeg_chart::Chart;
use skeg_chart::values::coalesce::complete;
use skeg_chart::values::{Nulls, Sources, coalesce};
use skeg_cluster::operation::{self, Guard, Recovery, Upgrade, recover};
use skeg_cluster::progress::{Level, Observer, Silent};
use skeg_release::record::{Head, Info, RawJson, Record, Status, history, labels};
use skeg_value::{Map, Value};

use super::Store;
use super::definitions;
use super::install::{
    self, DRY_RUN_COMPLETE, Draft, InstallOptions, check_labels, discovery, method, refuse_contradictions,
    tell_cancelled,
};
use super::located::{Surroundings, located};
use super::operate::{self, Failed, context, ended, failed, guarded, now};
use super::options::{ReleaseOptions, ValueReuse};
use super::prepare::{Loading, load_chart};
use crate::error::CommandError;
use crate::ops::lookup::ClusterWorld;
use crate::ops::session::Console;
use crate::ops::{load, release_name};
use crate::output::Output;
use crate::output::json::Format;
use crate::settings::Settings;
use crate::world::Machine;

/// What is upgraded.
#[derive(Clone, Debug, Default)]
pub struct UpgradeOptions {
    /// The release.
    pub name: String,
    /// The chart.
    pub chart: String,
    /// `--install`.
    pub install: bool,
    /// What installs have as well.
    pub release: ReleaseOptions,
}

/// Upgrades and prints the release.
///
/// # Errors
/// Helm's message: with `UPGRADE FAILED: ` before it where the upgrade itself failed.
pub fn run(options: &UpgradeOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let wanted = &options.release;
    check_labels(wanted)?;
    let store = Store::open(settings)?;
    if options.install
        && let Some(replace) = needs_install(&store, options)?
    {
        if wanted.output == Format::Table {
            out.line(format!("Release {:?} does not exist. Installing it now.", options.name));
        }
        return install(options, replace, settings, out);
    }
    if wanted.hide_secret && !wanted.dry_run.is_dry() {
        return Err(CommandError::new("hiding Kubernetes secrets requires a dry-run mode"));
    }
    let sources = load::sources(&wanted.values)?;
    let given = load::merge(&sources)?;
    let loading = load_chart(&options.chart, wanted, settings, out)?;
    let record = perform(options, &store, loading, &sources, given, settings, out)
        .map_err(|error| error.prefixed("UPGRADE FAILED: "))?;
    if wanted.output == Format::Table {
        out.line(format!("Release {:?} has been upgraded. Happy Helming!", options.name));
    }
    operate::print(&record, wanted, settings, out)
}

fn install(options: &UpgradeOptions, replace: bool, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let options = InstallOptions {
        args: vec![options.name.clone(), options.chart.clone()],
        replace,
        release: options.release.clone(),
        ..InstallOptions::default()
    };
    let record = install::perform(&options, settings, out)?;
    operate::print(&record, &options.release, settings, out)
}

/// Whether there is nothing to upgrade; and if so, whether a name is taken again.
fn needs_install(store: &Store, options: &UpgradeOptions) -> Result<Option<bool>, CommandError> {
    store.reach()?;
    let history = store.ask(store.storage.history(&options.name, true))?;
    Ok(match history::newest(&history) {
        None => Some(false),
        Some(newest) if newest.info.status == Status::Uninstalled => Some(true),
        Some(_) => None,
    })
}

fn perform(
    options: &UpgradeOptions,
    store: &Store,
    loading: Loading,
    sources: &Sources,
    given: Map,
    settings: &Settings,
    out: &mut Output,
) -> Result<Record, CommandError> {
    let name = options.name.as_str();
    let session = &store.session;
    store.reach()?;
    if release_name::check(name).is_err() {
        return Err(CommandError::new(format!("release name is invalid: {name}")));
    }
    let namespace = settings.namespace();
    let dry = options.release.dry_run.is_dry();
    let guard = if dry {
        Guard::none()
    } else {
        guarded(
            store,
            &namespace,
            name,
            "upgrade",
            options.release.lock_timeout,
            settings,
            &Console::new(out),
        )?
    };
    let result = locked(
        options, store, &guard, loading, sources, given, &namespace, settings, out,
    );
    let result = ended(store, guard, result);
    session.print_warnings(out);
    result
}

#[allow(clippy::too_many_arguments, reason = "each is a different stage's result")]
fn locked(
    options: &UpgradeOptions,
    store: &Store,
    guard: &Guard<'_>,
    loading: Loading,
    sources: &Sources,
    given: Map,
    namespace: &str,
    settings: &Settings,
    out: &mut Output,
) -> Result<Record, Failed> {
    let wanted = &options.release;
    let session = &store.session;
    let name = options.name.as_str();
    let mut heads = store.ask(store.storage.history(name, true))?;
    if !wanted.dry_run.is_dry() {
        let story = recovered(store, guard, &heads, options, namespace, out)?;
        if story {
            heads = store.ask(store.storage.history(name, true))?;
        }
    }
    let baseline = history::upgrade_baseline(name, &heads)
        .map_err(|error| CommandError::new(error.to_string()))?
        .version;
    let current = store.ask(store.storage.get(name, baseline))?;
    let newest = history::next_revision(&heads) - 1;
    let server_side = wanted.server_side.unwrap_or_else(|| {
        let last = if newest == current.version {
            Ok(current.is_server_side())
        } else {
            store
                .ask(store.storage.get(name, newest))
                .map(|record| record.is_server_side())
        };
        last.unwrap_or_else(|_| current.is_server_side())
    });
    let mut loading = loading;
    let config = reuse(&mut loading.loaded.chart, given, &current, wanted.reuse, out)?;
    loading.process(&config, out)?;
    let draft = Draft {
        name,
        namespace,
        revision: newest + 1,
        server_side,
    };
    definitions::bring(store, &loading, wanted, definitions::Default::LeaveAlone, &draft, out)?;
    let release = skeg_render::Release {
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        is_upgrade: true,
        is_install: false,
        revision: newest + 1,
    };
    let capabilities = session.capabilities()?;
    let machine = Machine::new(settings.time_zone());
    let world = Rc::new(ClusterWorld::new(machine, Rc::clone(session)));
    let surroundings = Surroundings {
        release: &release,
        capabilities: &capabilities,
        world: world.clone(),
        enable_dns: wanted.enable_dns,
    };
    let prepared = loading.render(&config, sources, &release, &capabilities, world, wanted, settings, out)?;
    let record = Record {
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        version: newest + 1,
        info: Info {
            first_deployed: current.info.first_deployed,
            last_deployed: now(),
            status: Status::PendingUpgrade,
            notes: prepared.notes,
            description: "Preparing upgrade".to_owned(),
            ..Info::default()
        },
        chart: prepared.chart,
        config: Some(RawJson::of(&Value::Map(config)).map_err(|error| CommandError::new(error.to_string()))?),
        manifest: prepared.manifest,
        hooks: prepared.hooks,
        apply_method: Some(method(server_side)),
        labels: labels::merge(
            history::newest(&heads).map_or(&current.labels, |head| &head.labels),
            &wanted.labels,
        ),
        storage_version: None,
    };
    let order = prepared.order;
    let mut cluster_options = operate::options(wanted, server_side);
    cluster_options.migrate = server_side && !current.is_server_side();
    refuse_contradictions(&cluster_options)?;
    let discovery = discovery(store)?;
    let console = Console::new(out);
    let context = context(store, &discovery, &console, namespace);
    let work = async {
        // Helm says this of an upgrade without the words that it puts before it elsewhere.
        let objects = context.objects(&record.manifest)?;
        let upgrade = Upgrade {
            current,
            record,
            objects,
            history: heads,
        };
        cluster_options.order = operate::ordered(&order, &upgrade.objects);
        let checked = upgrade.check(&context, &cluster_options).await?;
        if wanted.dry_run.is_dry() {
            let mut record = checked.into_record();
            record.info.description = DRY_RUN_COMPLETE.to_owned();
            return Ok(record);
        }
        guard
            .during(operation::upgrade(&context, checked, &cluster_options))
            .await
    };
    session.run(work).map_err(|error| {
        tell_cancelled(&error, name, &console);
        located(error, &surroundings).into()
    })
}

/// Takes over what a dead operation left; whether there was anything.
fn recovered(
    store: &Store,
    guard: &Guard<'_>,
    heads: &[Head],
    options: &UpgradeOptions,
    namespace: &str,
    out: &mut Output,
) -> Result<bool, CommandError> {
    let newest = history::newest(heads);
    let looks_busy =
        newest.is_some_and(|head| head.info.status.is_pending() || head.info.status == Status::Uninstalling);
    if !looks_busy && guard.predecessor().is_none() {
        return Ok(false);
    }
    let discovery = discovery(store)?;
    let context = context(store, &discovery, &Silent, namespace);
    let found = store
        .session
        .run(recover(
            &context,
            guard,
            newest,
            options.release.force_pending,
            options.install,
        ))
        .map_err(failed)?;
    match found {
        Recovery::Clean => Ok(false),
        Recovery::TakenOver(story) => {
            Console::new(out).log(Level::Warn, &story, &[]);
            Ok(true)
        }
    }
}

/// The values of the new revision.
///
/// # Source
/// spec/lifecycle.md 3.2 step 4.
fn reuse(
    chart: &mut Chart,
    given: Map,
    current: &Record,
    reuse: ValueReuse,
    out: &mut Output,
) -> Result<Map, CommandError> {
    let old = || match current.config.as_ref().map(RawJson::value) {
        Some(Value::Map(map)) => map,
        _ => Map::new(),
    };
    let mut log = Vec::new();
    if reuse.reset {
        return Ok(given);
    }
    if reuse.reuse {
        let stored = current
            .chart
            .chart()
            .map_err(|error| CommandError::new(error.to_string()))?;
        let before = coalesce(&stored, &old(), Nulls::Delete, &mut log)
            .map_err(|error| CommandError::new(format!("failed to rebuild old values: {error}")))?;
        complete(&given, &old(), &mut log);
        load::log_all(&log, out);
        chart.values = before;
        return Ok(given);
    }
    if reuse.reset_then_reuse {
        complete(&given, &old(), &mut log);
        load::log_all(&log, out);
        return Ok(given);
    }
    if given.is_empty() && !old().is_empty() {
        return Ok(old());
    }
    Ok(given)
}
