//! The custom resource definitions of a chart that is installed or upgraded.
//!
//! # Source
//! spec/lifecycle.md 3.1 step 4; docs/crds.md.

use std::time::{Duration, Instant};

use skeg_cluster::crds::{self, Mode};

use super::Store;
use super::install::Draft;
use super::options::ReleaseOptions;
use super::prepare::Loading;
use crate::error::CommandError;
use crate::ops::session::Console;
use crate::output::Output;

/// How long the server's list of kinds may take to have an established definition.
const OFFERED_WITHIN: Duration = Duration::from_secs(15);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// What is done without `--crds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Default {
    /// As Helm installs: everything is applied, what exists included.
    Install,
    /// As Helm upgrades: nothing.
    LeaveAlone,
}

/// Brings the definitions onto the cluster, if that is wanted, and forgets what was known of its kinds then.
///
/// # Errors
/// A definition that is refused; one whose change is not safe, before anything is changed.
pub(super) fn bring(
    store: &Store,
    loading: &Loading,
    options: &ReleaseOptions,
    default: Default,
    draft: &Draft<'_>,
    out: &mut Output,
) -> Result<(), CommandError> {
    if options.skip_crds || options.dry_run.is_dry() || store.is_memory {
        return Ok(());
    }
    let mode = Mode::parse(&options.crds);
    if mode.is_none() && default == Default::LeaveAlone {
        return Ok(());
    }
    let files = loading.crds()?;
    if files.is_empty() {
        return Ok(());
    }
    let session = &store.session;
    let console = Console::new(out);
    let refused = |error: crds::CrdError| CommandError::new(error.to_string());
    match mode {
        None => {
            let how = crds::InstallOptions {
                server_side: draft.server_side,
                force_conflicts: options.force_conflicts,
                namespace: draft.namespace.to_owned(),
                ..crds::InstallOptions::default()
            };
            let work = crds::install(session.client(), None, &files, &how, &console, session.cancel());
            session.run(work).map_err(refused)?;
        }
        Some(mode) => {
            let Some(mut how) = mode.options() else { return Ok(()) };
            how.force_conflicts |= options.force_conflicts;
            let definitions = crds::definitions(&files).map_err(refused)?;
            let work = crds::upgrade(session.client(), &definitions, &how, &console, session.cancel());
            session.run(work).map_err(refused)?;
        }
    }
    session.forget_discovery();
    offered(store, &files);
    Ok(())
}

/// Waits until the server's list of kinds has those of the definitions: it is made anew a moment after they are established.
/// What is still missing then is told by whoever needs it.
fn offered(store: &Store, files: &[crds::CrdFile]) {
    let Ok(definitions) = crds::definitions(files) else {
        return;
    };
    let mut wanted = Vec::new();
    for definition in &definitions {
        let spec = &definition.object["spec"];
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let served = |version: &&serde_json::Value| version["served"] == true;
        for version in spec["versions"].as_array().into_iter().flatten().filter(served) {
            let api_version = format!("{}/{}", text(&spec["group"]), text(&version["name"]));
            wanted.push((api_version, text(&spec["names"]["kind"])));
        }
    }
    let began = Instant::now();
    while began.elapsed() < OFFERED_WITHIN && !store.session.cancel().is_cancelled() {
        let Ok(discovery) = store.session.discovery() else {
            return;
        };
        if wanted
            .iter()
            .all(|(api_version, kind)| discovery.resource(api_version, kind).is_ok())
        {
            return;
        }
        store.session.forget_discovery();
        // A timer can only be made inside of the runtime.
        store.session.block_on(async { tokio::time::sleep(LOOK).await });
    }
}
