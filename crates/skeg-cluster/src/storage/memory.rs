//! Records in this process, read from the files of `HELM_MEMORY_DRIVER_DATA`; nothing is written back.
//!
//! # Source
//! spec/lifecycle.md 2.1, 13.3; experiments with Helm 4.3.1.

mod typed;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use skeg_release::record::{Head, Record, RecordError};
use skeg_value::json::{self, JsonStyle};
use skeg_value::{Value, yaml};

use super::Which;
use super::error::StorageError;

/// Records of all namespaces; each lies in that of its own field, or in `default` where that is empty.
pub struct Memory {
    namespace: String,
    records: RefCell<Vec<Record>>,
}

impl Memory {
    /// No records.
    pub fn new(namespace: &str) -> Memory {
        Memory {
            namespace: namespace.to_owned(),
            records: RefCell::default(),
        }
    }

    /// The records of some files, whose names stand with colons between them.
    ///
    /// # Errors
    /// [`StorageError::MemoryFile`]: one cannot be read (an empty name is one too). [`StorageError::MemoryData`]: it is no
    /// YAML list of releases. [`StorageError::AlreadyExists`]: the same revision twice.
    pub fn read(namespace: &str, files: &str) -> Result<Memory, StorageError> {
        let memory = Memory::new(namespace);
        for file in files.split(':') {
            let text = std::fs::read(Path::new(file)).map_err(|error| {
                let reason = match error.kind() {
                    std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
                    std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                    std::io::ErrorKind::IsADirectory => "is a directory".to_owned(),
                    _ => error.to_string(),
                };
                StorageError::MemoryFile(file.to_owned(), reason)
            })?;
            for mut record in records(&text)? {
                // Of what it is given, Helm takes revision 0 too.
                memory.add(&mut record)?;
            }
        }
        Ok(memory)
    }

    fn own<T>(&self, name: &str, read: impl Fn(&Record) -> T) -> Vec<T> {
        let records = self.records.borrow();
        let own = records.iter().filter(|record| self.is_own(record, name));
        own.map(read).collect()
    }

    fn is_own(&self, record: &Record, name: &str) -> bool {
        namespace_of(record) == self.namespace && record.name == name
    }

    pub(super) fn list(&self, all_namespaces: bool, which: Which) -> Vec<Head> {
        let records = self.records.borrow();
        let wanted = records
            .iter()
            .filter(|record| all_namespaces || namespace_of(record) == self.namespace)
            .map(Record::head);
        if which == Which::All {
            return wanted.collect();
        }
        // By the field, as Helm does, so that revisions in `default` and in none are of two releases.
        let mut newest: BTreeMap<(String, String), Head> = BTreeMap::new();
        for head in wanted {
            let key = (head.namespace.clone(), head.name.clone());
            if newest.get(&key).is_none_or(|found| found.version < head.version) {
                newest.insert(key, head);
            }
        }
        newest.into_values().collect()
    }

    pub(super) fn history(&self, name: &str) -> Vec<Head> {
        let mut heads = self.own(name, Record::head);
        heads.sort_by_key(|head| head.version);
        heads
    }

    pub(super) fn get(&self, name: &str, revision: i64) -> Result<Record, StorageError> {
        let records = self.records.borrow();
        let mut own = records.iter().filter(|record| self.is_own(record, name));
        let found = own.find(|record| record.version == revision);
        found.cloned().ok_or(StorageError::NotFound)
    }

    pub(super) fn create(&self, record: &mut Record) -> Result<(), StorageError> {
        if record.name.is_empty() || record.version <= 0 {
            return Err(StorageError::Unencodable {
                key: record.storage_key(),
                source: RecordError::Incomplete,
            });
        }
        self.add(record)
    }

    fn add(&self, record: &mut Record) -> Result<(), StorageError> {
        let mut records = self.records.borrow_mut();
        let is_same = |other: &Record| {
            (namespace_of(other), &other.name, other.version) == (namespace_of(record), &record.name, record.version)
        };
        if records.iter().any(is_same) {
            return Err(StorageError::AlreadyExists);
        }
        record.storage_version = Some("1".to_owned());
        records.push(record.clone());
        Ok(())
    }

    pub(super) fn update(&self, record: &mut Record) -> Result<(), StorageError> {
        let mut records = self.records.borrow_mut();
        let is_same = |other: &&mut Record| {
            (namespace_of(other), &other.name, other.version) == (namespace_of(record), &record.name, record.version)
        };
        let stored = records.iter_mut().find(is_same).ok_or(StorageError::NotFound)?;
        if record.storage_version.is_some() && record.storage_version != stored.storage_version {
            return Err(StorageError::Changed(record.storage_key()));
        }
        let writes: u64 = stored
            .storage_version
            .as_deref()
            .and_then(|text| text.parse().ok())
            .unwrap_or_default();
        record.storage_version = Some((writes + 1).to_string());
        *stored = record.clone();
        Ok(())
    }

    pub(super) fn delete(&self, name: &str, revision: i64) -> Result<(), StorageError> {
        let mut records = self.records.borrow_mut();
        let at = records
            .iter()
            .position(|record| self.is_own(record, name) && record.version == revision);
        records.remove(at.ok_or(StorageError::NotFound)?);
        Ok(())
    }
}

fn namespace_of(record: &Record) -> &str {
    match record.namespace.as_str() {
        "" => "default",
        namespace => namespace,
    }
}

/// The records of a YAML list. Null entries, over which Helm falls, are an error.
fn records(text: &[u8]) -> Result<Vec<Record>, StorageError> {
    let bad = |reason: String| StorageError::MemoryData(reason);
    let value = yaml::decode_typed(text).map_err(|error| bad(format!("error converting YAML to JSON: {error}")))?;
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::List(list) => list,
        other => {
            let kind = json::kind_name(&other);
            return Err(bad(format!(
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type []*v1.Release"
            )));
        }
    };
    let mut records = Vec::new();
    for (index, item) in list.iter().enumerate() {
        typed::check_revision(item, index).map_err(bad)?;
        let item = typed::with_texts(item.clone());
        let encoded = |value: &Value| {
            let mut text = Vec::new();
            let done = json::encode(value, &mut text, JsonStyle::Compact, true);
            done.map(|()| text).map_err(|error| bad(error.to_string()))
        };
        // Go reads numbers of which it knows no type as 64-bit floats.
        let known = json::decode(&encoded(&item)?).map_err(|error| bad(error.to_string()))?;
        let text = encoded(&known)?;
        records.push(Record::from_json(&text).map_err(|error| bad(error.to_string()))?);
    }
    Ok(records)
}
