//! The custom resource definitions of a chart that is installed or upgraded.
//!
//! # Source
//! spec/lifecycle.md 3.1 step 4; docs/crds.md.

use skeg_cluster::crds::{self, Mode};

use super::Store;
use super::install::Draft;
use super::options::ReleaseOptions;
use super::prepare::Loading;
use crate::error::CommandError;
use crate::ops::session::Console;
use crate::output::Output;

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
    Ok(())
}
