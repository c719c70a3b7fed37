//! [`Store`]: where the records of releases are, and the way there.

use std::future::Future;
use std::rc::Rc;

use skeg_cluster::ApiError;
use skeg_cluster::storage::{Driver, Memory, Sql, Storage, StorageError};
use skeg_funcs::dates::moment::LocalZone;
use skeg_funcs::world::World;
use skeg_release::record::{Record, history, storage_key};

use crate::error::CommandError;
use crate::ops::release_name;
use crate::ops::session::Session;
use crate::output::Output;
use crate::output::log::Level;
use crate::settings::Settings;
use crate::world::Machine;

/// The records of a namespace and the connection to their cluster. Opening one sends nothing, but to a database.
pub struct Store {
    /// The connection. Nothing of it is used by the memory driver.
    pub session: Rc<Session>,
    /// The records.
    pub storage: Storage,
    /// `HELM_DRIVER=memory`: there is no cluster, and no object of a release is ever looked for.
    pub is_memory: bool,
}

impl Store {
    /// The store that `HELM_DRIVER` names, in the namespace of the settings.
    ///
    /// # Errors
    /// Helm's message for a configuration or data that cannot be used.
    pub fn open(settings: &Settings) -> Result<Store, CommandError> {
        Store::open_in(settings, &settings.namespace())
    }

    /// As [`Store::open`], in another namespace.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_in(settings: &Settings, namespace: &str) -> Result<Store, CommandError> {
        let give_up = |error: StorageError| CommandError::logged(Level::Info, error.to_string(), Vec::new());
        let driver = Driver::of(&settings.env.text("HELM_DRIVER")).map_err(give_up)?;
        let session = Session::connect(settings)?;
        let storage = match driver {
            Driver::Objects(kind) => Storage::objects(session.client().clone(), kind, namespace),
            Driver::Memory => {
                let files = settings.env.text("HELM_MEMORY_DRIVER_DATA");
                Storage::Memory(Memory::read(namespace, &files).map_err(give_up)?)
            }
            Driver::Sql => {
                let connection = settings.env.text("HELM_DRIVER_SQL_CONNECTION_STRING");
                let variable = |name: &str| settings.env.get(name);
                let opened = session.block_on(Sql::open(&connection, namespace, &variable));
                Storage::Sql(opened.map_err(give_up)?)
            }
        };
        Ok(Store {
            session: Rc::new(session),
            storage,
            is_memory: driver == Driver::Memory,
        })
    }

    /// Waits for an answer of the storage. Helm asks for the cluster's version before anything else; where the records are in
    /// the cluster, it is only asked for to tell a cluster that is out of reach from one that refuses.
    ///
    /// # Errors
    /// `kubernetes cluster unreachable: …`, or the storage's own message.
    pub fn ask<T>(&self, answer: impl Future<Output = Result<T, StorageError>>) -> Result<T, CommandError> {
        if matches!(self.storage, Storage::Sql(_)) {
            self.reach()?;
        }
        self.session.block_on(answer).map_err(|error| {
            let refused = error.api().is_none_or(|api| api.is_forbidden() || api.is_not_found());
            match if refused { Ok(()) } else { self.reach() } {
                Err(unreachable) => unreachable,
                Ok(()) => CommandError::new(error.to_string()),
            }
        })
    }

    /// Makes sure that there is a cluster, where one is needed.
    ///
    /// # Errors
    /// `kubernetes cluster unreachable: …`.
    pub fn reach(&self) -> Result<(), CommandError> {
        if self.is_memory {
            return Ok(());
        }
        self.session.reach().map(|_| ())
    }

    /// A revision of a release; the newest for a revision below 1.
    ///
    /// # Errors
    /// `releaseContent: Release name is invalid: …`, `release: not found`, or that the records cannot be read.
    pub fn record(&self, name: &str, revision: i64, out: &mut Output) -> Result<Record, CommandError> {
        if !is_name(name) {
            self.reach()?;
            return Err(CommandError::new(format!(
                "releaseContent: Release name is invalid: {name}"
            )));
        }
        if revision > 0 {
            let key = storage_key(name, revision);
            out.log(Level::Debug, "getting release", &[("key", &key)]);
            return self.ask(self.storage.get(name, revision));
        }
        out.log(Level::Debug, "getting last revision", &[("name", name)]);
        out.log(Level::Debug, "getting release history", &[("name", name)]);
        let record = self.ask(async {
            match self.storage.newest(name).await {
                // The newest one that can be read, then, as in Helm.
                Err(StorageError::Undecodable { .. }) => {
                    let history = self.storage.history(name, true).await?;
                    let newest = history::newest(&history).ok_or(StorageError::NotFound)?;
                    self.storage.get(name, newest.version).await
                }
                answer => answer,
            }
        });
        self.log_skipped("failed to decode release", out);
        record
    }

    /// Logs which stored objects were passed over because they hold no record.
    pub(super) fn log_skipped(&self, text: &str, out: &mut Output) {
        let Storage::Objects(objects) = &self.storage else {
            return;
        };
        for (key, error) in objects.take_skipped() {
            out.log(Level::Debug, text, &[("key", &key), ("error", &error.to_string())]);
        }
    }
}

/// Whether a release may have this name.
pub fn is_name(name: &str) -> bool {
    release_name::check(name).is_ok()
}

/// The zone of the machine.
pub fn local_zone(settings: &Settings) -> LocalZone {
    LocalZone::of(&Machine::new(settings.time_zone()).local_zone())
}

/// Whether the API server refused, as opposed to being out of reach.
pub(super) fn is_refusal(error: &ApiError) -> bool {
    error.code().is_some()
}
