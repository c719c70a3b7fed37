//! Records of releases in the cluster, in memory or in a database: one [`Storage`] over the drivers of `HELM_DRIVER`.
//!
//! In: records; out: records, or their [`Head`]s where that is enough. Which revision comes next or goes is the business of
//! [`skeg_release::record::history`].
//!
//! # Source
//! spec/lifecycle.md 2.1, 2.2, 2.5 to 2.7.

mod address;
mod error;
mod lists;
mod memory;
mod objects;
mod page;
mod parts;
mod query;
mod revisions;
mod sql;
mod summary;
mod tls;
mod window;
mod wire;

use skeg_release::record::history;
use skeg_release::record::{Head, Record, Time};

pub use error::{StorageError, TooLarge};
pub use memory::Memory;
pub use objects::{Kind, Objects};
pub use sql::Sql;
pub use window::LARGEST_WINDOW;

use crate::client::Client;

/// Where records are stored. All methods but [`Storage::list`] look at one namespace, that of the connection.
pub enum Storage {
    /// Secrets or ConfigMaps.
    Objects(Objects),
    /// This process.
    Memory(Memory),
    /// A database.
    Sql(Sql),
}

/// What `HELM_DRIVER` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// Secrets or ConfigMaps.
    Objects(Kind),
    /// `memory`.
    Memory,
    /// `sql`.
    Sql,
}

impl Driver {
    /// The driver of this name; an empty one means Secrets. Case counts.
    ///
    /// # Errors
    /// [`StorageError::UnknownDriver`].
    pub fn of(name: &str) -> Result<Driver, StorageError> {
        Ok(match name {
            "" | "secret" | "secrets" => Driver::Objects(Kind::Secrets),
            "configmap" | "configmaps" => Driver::Objects(Kind::ConfigMaps),
            "multisecret" | "multisecrets" => Driver::Objects(Kind::MultiSecrets),
            "memory" => Driver::Memory,
            "sql" => Driver::Sql,
            other => return Err(StorageError::UnknownDriver(other.to_owned())),
        })
    }
}

/// Which records a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The newest revision of each release.
    Newest,
    /// All revisions.
    All,
}

impl Storage {
    /// Records in Secrets or ConfigMaps of a namespace.
    pub fn objects(client: Client, kind: Kind, namespace: &str) -> Storage {
        Storage::Objects(Objects::new(client, kind, namespace))
    }

    /// The heads of the releases of this namespace, or of all, in no order. Labels and storage versions may be missing
    /// without `with_labels`. Stored objects that hold no record are passed over.
    ///
    /// # Errors
    /// [`StorageError::Api`], [`StorageError::Sql`].
    pub async fn list(&self, all_namespaces: bool, which: Which, with_labels: bool) -> Result<Vec<Head>, StorageError> {
        match self {
            Storage::Objects(objects) => objects.list(all_namespaces, which, with_labels).await,
            Storage::Memory(memory) => Ok(memory.list(all_namespaces, which)),
            Storage::Sql(sql) => sql.list(all_namespaces, which).await,
        }
    }

    /// As [`Storage::list`] with [`Which::Newest`], but only those that `choose` takes, in its order, at most `room` of them.
    /// It is told what names and labels of the stored objects tell: name, namespace, revision, state; labels only
    /// `with_labels`.
    ///
    /// None where that is no help: another driver, more than [`LARGEST_WINDOW`], records that say something else than their
    /// names and labels or cannot be read.
    ///
    /// # Errors
    /// As [`Storage::list`].
    pub async fn window(
        &self,
        all_namespaces: bool,
        room: usize,
        with_labels: bool,
        choose: &dyn Fn(Vec<Head>) -> Vec<Head>,
    ) -> Result<Option<Vec<Head>>, StorageError> {
        match self {
            Storage::Objects(objects) if room <= LARGEST_WINDOW => {
                objects.window(all_namespaces, room, with_labels, choose).await
            }
            _ => Ok(None),
        }
    }

    /// The heads of a release's revisions, oldest first; empty if there are none. Labels and storage versions may be
    /// missing without `with_labels`. Objects that hold no record are passed over.
    ///
    /// # Errors
    /// [`StorageError::Api`], [`StorageError::Sql`]; [`StorageError::NoneReadable`].
    pub async fn history(&self, name: &str, with_labels: bool) -> Result<Vec<Head>, StorageError> {
        match self {
            Storage::Objects(objects) => objects.history(name, usize::MAX, with_labels).await,
            Storage::Memory(memory) => Ok(memory.history(name)),
            Storage::Sql(sql) => sql.history(name).await,
        }
    }

    /// As [`Storage::history`] without labels, but revisions that are older than the `count` newest may be missing.
    ///
    /// # Errors
    /// As [`Storage::history`].
    pub async fn recent(&self, name: &str, count: usize) -> Result<Vec<Head>, StorageError> {
        match self {
            Storage::Objects(objects) => objects.history(name, count.max(1), false).await,
            _ => self.history(name, false).await,
        }
    }

    /// As [`Storage::history`], but only what labels tell: revision, state, labels, storage version. Costs a fraction of it.
    ///
    /// # Errors
    /// As [`Storage::history`].
    pub async fn outline(&self, name: &str) -> Result<Vec<Head>, StorageError> {
        match self {
            Storage::Objects(objects) => objects.outline(name).await,
            Storage::Memory(memory) => Ok(memory.history(name)),
            Storage::Sql(sql) => sql.history(name).await,
        }
    }

    /// One revision.
    ///
    /// # Errors
    /// [`StorageError::NotFound`]; [`StorageError::Undecodable`], [`StorageError::PartMissing`]; [`StorageError::Api`],
    /// [`StorageError::Sql`].
    pub async fn get(&self, name: &str, revision: i64) -> Result<Record, StorageError> {
        match self {
            Storage::Objects(objects) => objects.get(name, revision).await,
            Storage::Memory(memory) => memory.get(name, revision),
            Storage::Sql(sql) => sql.get(name, revision).await,
        }
    }

    /// The newest revision, of any state.
    ///
    /// # Errors
    /// As [`Storage::get`].
    pub async fn newest(&self, name: &str) -> Result<Record, StorageError> {
        let outline = self.outline(name).await?;
        let newest = history::newest(&outline).ok_or(StorageError::NotFound)?;
        self.get(name, newest.version).await
    }

    /// The newest revision that is deployed.
    ///
    /// # Errors
    /// As [`Storage::get`].
    pub async fn deployed(&self, name: &str) -> Result<Record, StorageError> {
        let outline = self.outline(name).await?;
        let deployed = history::deployed(&outline).ok_or(StorageError::NotFound)?;
        self.get(name, deployed.version).await
    }

    /// Whether the record can be stored, asked before anything is changed. Leaves room for what a record gains until the
    /// operation has ended.
    ///
    /// # Errors
    /// [`StorageError::TooLarge`]; [`StorageError::Unencodable`].
    pub fn check_size(&self, record: &Record) -> Result<(), StorageError> {
        match self {
            Storage::Objects(objects) => objects.check_size(record),
            Storage::Memory(_) | Storage::Sql(_) => Ok(()),
        }
    }

    /// Stores a new revision; `now` becomes its label `createdAt`. Its labels and storage version are those stored from
    /// then on.
    ///
    /// # Errors
    /// [`StorageError::AlreadyExists`]; [`StorageError::TooLarge`], [`StorageError::Unencodable`]; [`StorageError::Api`],
    /// [`StorageError::Sql`].
    pub async fn create(&self, record: &mut Record, now: Time) -> Result<(), StorageError> {
        match self {
            Storage::Objects(objects) => objects.create(record, now).await,
            Storage::Memory(memory) => memory.create(record),
            Storage::Sql(sql) => sql.create(record, now).await,
        }
    }

    /// As [`Storage::create`], after the oldest revisions have gone so that `history_max` are kept (0: no limit).
    ///
    /// # Errors
    /// As [`Storage::create`] and [`Storage::delete`]; nothing is stored if a revision could not be deleted.
    pub async fn create_pruned(&self, record: &mut Record, now: Time, history_max: usize) -> Result<(), StorageError> {
        if history_max > 0 {
            self.check_size(record)?;
            let outline = self.outline(&record.name).await?;
            for revision in history::to_prune(&outline, history_max) {
                match self.delete(&record.name, revision).await {
                    Err(error) if !error.is_not_found() => return Err(error),
                    _ => {}
                }
            }
        }
        self.create(record, now).await
    }

    /// Writes a revision over what was read; `now` becomes its label `modifiedAt`. With a storage version, it is only
    /// written if nobody else has written it since.
    ///
    /// # Errors
    /// [`StorageError::Changed`]: somebody has. [`StorageError::NotFound`]: it is gone. Else as [`Storage::create`].
    pub async fn update(&self, record: &mut Record, now: Time) -> Result<(), StorageError> {
        match self {
            Storage::Objects(objects) => objects.update(record, now).await,
            Storage::Memory(memory) => memory.update(record),
            Storage::Sql(sql) => sql.update(record, now).await,
        }
    }

    /// Deletes a revision.
    ///
    /// # Errors
    /// [`StorageError::NotFound`]; [`StorageError::Api`], [`StorageError::Sql`].
    pub async fn delete(&self, name: &str, revision: i64) -> Result<(), StorageError> {
        match self {
            Storage::Objects(objects) => objects.delete(name, revision).await,
            Storage::Memory(memory) => memory.delete(name, revision),
            Storage::Sql(sql) => sql.delete(name, revision).await,
        }
    }

    /// Deletes all these revisions of a release, given in order, the newest last. What has gone already is fine.
    ///
    /// # Errors
    /// [`StorageError::Api`], [`StorageError::Sql`].
    pub async fn delete_all(&self, name: &str, revisions: &[i64]) -> Result<(), StorageError> {
        if let Storage::Objects(objects) = self {
            return objects.delete_all(name, revisions).await;
        }
        for revision in revisions {
            match self.delete(name, *revision).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Deletes what a dead operation left of records that it never came to store, or had just deleted.
    ///
    /// # Errors
    /// [`StorageError::Api`].
    pub async fn tidy(&self, name: &str) -> Result<(), StorageError> {
        match self {
            Storage::Objects(objects) if objects.is_secret() => {
                let outline = objects.outline(name).await?;
                let revisions: Vec<i64> = outline.iter().map(|head| head.version).collect();
                objects.forget_strays(name, &revisions).await
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
