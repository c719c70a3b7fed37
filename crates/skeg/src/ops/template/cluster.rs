//! `template --dry-run=server`: the cluster is asked for its version, its kinds, and what `lookup` wants; and everything that
//! an install would find wrong before it changes anything is found wrong here.
//!
//! # Source
//! spec/lifecycle.md 3.7.

use std::rc::Rc;

use skeg_chart::Capabilities;
use skeg_cluster::apply::Built;
use skeg_funcs::world::World;
use skeg_render::{Rendered, print};

use crate::error::CommandError;
use crate::ops::lookup::ClusterWorld;
use crate::ops::release::Store;
use crate::ops::release::operate::{context, failed};
use crate::ops::session::Console;
use crate::output::Output;
use crate::output::log::Level;
use crate::settings::Settings;
use crate::world::Machine;

/// The cluster that is asked.
pub(super) struct Cluster {
    store: Store,
}

impl Cluster {
    /// Makes sure that it answers.
    pub(super) fn reach(settings: &Settings, out: &mut Output) -> Result<Cluster, CommandError> {
        let store = Store::open(settings)?;
        store.reach().map_err(|error| {
            let error = error.prefixed("cluster reachability check failed: ");
            out.log(Level::Error, error.message(), &[]);
            error
        })?;
        Ok(Cluster { store })
    }

    /// What it can do; `--kube-version` and `--api-versions` have no say in it.
    pub(super) fn capabilities(&self, made_up: Capabilities) -> Result<Capabilities, CommandError> {
        if self.store.is_memory {
            return Ok(made_up);
        }
        self.store.session.capabilities()
    }

    /// The world with its objects.
    pub(super) fn world(&self, machine: Machine) -> Rc<dyn World> {
        Rc::new(ClusterWorld::new(machine, Rc::clone(&self.store.session)))
    }

    /// Checks that all kinds exist, and that no object is somebody else's.
    pub(super) fn validate(
        &self,
        name: &str,
        rendered: &Rendered,
        settings: &Settings,
        out: &mut Output,
    ) -> Result<(), CommandError> {
        let mut manifest = Vec::new();
        for document in &rendered.documents.manifests {
            let file = &rendered.files[document.file].name;
            print::append(&mut manifest, file, document.text(&rendered.files));
        }
        let manifest = String::from_utf8_lossy(&manifest);
        let session = &self.store.session;
        let discovery = session
            .discovery()
            .map_err(|error| CommandError::new(format!("could not get apiVersions from Kubernetes: {error}")))?;
        let namespace = settings.namespace();
        let console = Console::new(out);
        let context = context(&self.store, &discovery, &console, &namespace);
        let work = async {
            let objects = context.objects(&manifest).map_err(|error| {
                error.map(|text| format!("unable to build kubernetes objects from release manifest: {text}"))
            })?;
            let objects: Vec<&Built> = objects.iter().collect();
            context
                .check_owned(name, &objects)
                .await
                .map_err(|error| error.map(|text| format!("unable to continue with install: {text}")))
        };
        session.block_on(work).map_err(failed)
    }
}
