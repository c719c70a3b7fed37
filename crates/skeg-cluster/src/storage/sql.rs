//! Records in a PostgreSQL database that Helm may use at the same time.
//!
//! The tables, their migrations and the book that is kept of those are Helm's; a row's `xmin` is the storage version.
//!
//! # Source
//! spec/lifecycle.md 2.7; statements that Helm 4.3.1 sends.

use std::collections::BTreeMap;

use skeg_release::record::{Head, Record, RecordError, Time, labels, parse_storage_key, storage_key};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::Which;
use super::address::Address;
use super::error::StorageError;

/// Records of all namespaces in one database.
pub struct Sql {
    client: Client,
    namespace: String,
}

/// So much of a record's text is asked for where its head is wanted; a multiple of four.
const BEGINNING: i32 = 8 << 10;

/// A row's columns. The first parameter is how much of the text is wanted.
const COLUMNS: &str = "r.key, r.namespace, r.xmin::text AS row_version, left(r.body, $1) AS body, r.status, \
     (SELECT coalesce(json_object_agg(l.key, l.value), '{}')::text FROM custom_labels_v1 l \
      WHERE l.releaseKey = r.key AND l.releaseNamespace = r.namespace) AS own_labels";

const OWNER: &str = "helm";

impl Sql {
    /// Connects, and makes or completes the tables where that is still to do.
    ///
    /// `connection`: an address `postgresql://…` or `key=value` pairs; `env` gives what they leave open (`PGHOST`,
    /// `PGPASSWORD`, …). Without `sslmode`, TLS is required, but any certificate will do, as with Helm.
    ///
    /// # Errors
    /// [`StorageError::Sql`]: an address that cannot be read, a server that cannot be reached or says no.
    pub async fn open(
        connection: &str,
        namespace: &str,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Sql, StorageError> {
        let failed = |reason: String| StorageError::Sql {
            doing: "unable to instantiate SQL driver",
            reason,
        };
        let address = Address::parse(connection, env).map_err(failed)?;
        let client = address.connect().await.map_err(failed)?;
        let sql = Sql {
            client,
            namespace: namespace.to_owned(),
        };
        sql.migrate().await.map_err(|error| failed(reason(&error)))?;
        Ok(sql)
    }

    async fn migrate(&self) -> Result<(), tokio_postgres::Error> {
        let applied = match self.client.query("SELECT id FROM gorp_migrations", &[]).await {
            Ok(rows) => rows.iter().map(|row| row.get(0)).collect::<Vec<String>>(),
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Vec::new(),
            Err(error) => return Err(error),
        };
        if MIGRATIONS.iter().all(|(id, _)| applied.iter().any(|done| done == id)) {
            return Ok(());
        }
        // Two first commands at the same time: the second waits, and finds all done.
        let mut script = "BEGIN; SELECT pg_advisory_xact_lock(7305804402);".to_owned();
        script.push_str(
            "CREATE TABLE IF NOT EXISTS gorp_migrations (id text NOT NULL PRIMARY KEY, applied_at timestamp with time zone);",
        );
        for (id, statements) in MIGRATIONS {
            script.push_str(&format!(
                "DO $migration$ BEGIN IF NOT EXISTS (SELECT 1 FROM gorp_migrations WHERE id = '{id}') THEN {statements} \
                 INSERT INTO gorp_migrations (id, applied_at) VALUES ('{id}', now()); END IF; END $migration$;"
            ));
        }
        script.push_str("COMMIT;");
        self.client.batch_execute(&script).await
    }

    pub(super) async fn list(&self, all_namespaces: bool, which: Which) -> Result<Vec<Head>, StorageError> {
        let (distinct, order) = match which {
            Which::All => ("", ""),
            Which::Newest => (
                "DISTINCT ON (r.namespace, r.name)",
                "ORDER BY r.namespace, r.name, r.version DESC",
            ),
        };
        let statement = format!(
            "SELECT {distinct} {COLUMNS} FROM releases_v1 r WHERE r.owner = $2 AND ($3 OR r.namespace = $4) {order}"
        );
        let rows = self
            .query(
                "list: failed to list",
                &statement,
                &[&BEGINNING, &OWNER, &all_namespaces, &self.namespace],
            )
            .await?;
        self.heads(&rows).await
    }

    pub(super) async fn history(&self, name: &str) -> Result<Vec<Head>, StorageError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM releases_v1 r WHERE r.name = $2 AND r.owner = $3 AND r.namespace = $4 ORDER BY r.version"
        );
        let rows = self
            .query(
                "query: failed to query with labels",
                &statement,
                &[&BEGINNING, &name, &OWNER, &self.namespace],
            )
            .await?;
        let heads = self.heads(&rows).await?;
        if heads.is_empty() && !rows.is_empty() {
            return Err(StorageError::NoneReadable(name.to_owned()));
        }
        Ok(heads)
    }

    /// The heads of rows; those that hold no record are left out.
    async fn heads(&self, rows: &[Row]) -> Result<Vec<Head>, StorageError> {
        let mut heads = Vec::with_capacity(rows.len());
        for row in rows {
            let (key, namespace): (&str, &str) = (row.get("key"), row.get("namespace"));
            let Some((_, version)) = parse_storage_key(key) else {
                continue;
            };
            let found = match Head::beginning(row.get::<_, &str>("body").as_bytes()) {
                Some(head) => head,
                None => match self.whole(key, namespace).await? {
                    Some(record) => record.head(),
                    None => continue,
                },
            };
            heads.push(Head {
                labels: labels_of(row, &found.name, version),
                namespace: namespace.to_owned(),
                version,
                storage_version: Some(row.get("row_version")),
                ..found
            });
        }
        Ok(heads)
    }

    /// A record whose beginning is unlike Helm's; none if nobody can read it.
    async fn whole(&self, key: &str, namespace: &str) -> Result<Option<Record>, StorageError> {
        let statement = "SELECT body FROM releases_v1 WHERE key = $1 AND namespace = $2";
        let rows = self.query("get: failed to get", statement, &[&key, &namespace]).await?;
        let body = rows.first().map(|row| row.get::<_, String>("body"));
        Ok(body.and_then(|body| Record::decode(body.as_bytes()).ok()))
    }

    pub(super) async fn get(&self, name: &str, revision: i64) -> Result<Record, StorageError> {
        let key = storage_key(name, revision);
        let statement = format!("SELECT {COLUMNS} FROM releases_v1 r WHERE r.key = $2 AND r.namespace = $3");
        let rows = self
            .query("get: failed to get", &statement, &[&i32::MAX, &key, &self.namespace])
            .await?;
        let row = rows.first().ok_or(StorageError::NotFound)?;
        let record = Record::decode(row.get::<_, &str>("body").as_bytes());
        let mut record = record.map_err(|source| StorageError::Undecodable { key, source })?;
        record.labels = labels_of(row, name, revision);
        record.storage_version = Some(row.get("row_version"));
        Ok(record)
    }

    pub(super) async fn create(&self, record: &mut Record, now: Time) -> Result<(), StorageError> {
        let row = StoredRow::of(record, now)?;
        let own = labels::custom(&record.labels);
        let (keys, values): (Vec<&String>, Vec<&String>) = own.iter().unzip();
        // One statement, so that no half of it is ever seen.
        let statement = "WITH r AS (INSERT INTO releases_v1 \
             (key, type, body, name, namespace, version, status, owner, createdAt) \
             VALUES ($1, 'helm.sh/release.v1', $2, $3, $4, $5, $6, $7, $8) RETURNING key, namespace, xmin::text AS row_version), \
             l AS (INSERT INTO custom_labels_v1 (releaseKey, releaseNamespace, key, value) \
             SELECT r.key, r.namespace, own.key, own.value FROM r, unnest($9::text[], $10::text[]) AS own(key, value)) \
             SELECT row_version FROM r";
        let parameters: [&(dyn ToSql + Sync); 10] = [
            &row.key,
            &row.body,
            &record.name,
            &self.namespace,
            &row.version,
            &record.info.status.as_str(),
            &OWNER,
            &row.seconds,
            &keys,
            &values,
        ];
        let stored = match self.client.query_one(statement, &parameters).await {
            Ok(stored) => stored,
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => return Err(StorageError::AlreadyExists),
            Err(error) => return Err(sql_error("create: failed to create", &error)),
        };
        record.storage_version = Some(stored.get("row_version"));
        record.labels = own;
        Ok(())
    }

    /// Like Helm, leaves the user's labels as they were stored.
    pub(super) async fn update(&self, record: &mut Record, now: Time) -> Result<(), StorageError> {
        let row = StoredRow::of(record, now)?;
        let statement = "UPDATE releases_v1 SET body = $1, name = $2, version = $3, status = $4, owner = $5, modifiedAt = $6 \
             WHERE key = $7 AND namespace = $8 AND ($9::text IS NULL OR xmin::text = $9) RETURNING xmin::text AS row_version";
        let parameters: [&(dyn ToSql + Sync); 9] = [
            &row.body,
            &record.name,
            &row.version,
            &record.info.status.as_str(),
            &OWNER,
            &row.seconds,
            &row.key,
            &self.namespace,
            &record.storage_version,
        ];
        let stored = self.query("update: failed to update", statement, &parameters).await?;
        if let Some(stored) = stored.first() {
            record.storage_version = Some(stored.get("row_version"));
            return Ok(());
        }
        let statement = "SELECT 1 FROM releases_v1 WHERE key = $1 AND namespace = $2";
        let others = self
            .query("update: failed to update", statement, &[&row.key, &self.namespace])
            .await?;
        Err(match others.is_empty() {
            true => StorageError::NotFound,
            false => StorageError::Changed(row.key),
        })
    }

    pub(super) async fn delete(&self, name: &str, revision: i64) -> Result<(), StorageError> {
        let statement = "WITH gone AS (DELETE FROM releases_v1 WHERE key = $1 AND namespace = $2 RETURNING key, namespace), \
             l AS (DELETE FROM custom_labels_v1 c USING gone \
             WHERE c.releaseKey = gone.key AND c.releaseNamespace = gone.namespace) SELECT key FROM gone";
        let key = storage_key(name, revision);
        let gone = self
            .query("delete: failed to delete", statement, &[&key, &self.namespace])
            .await?;
        match gone.is_empty() {
            true => Err(StorageError::NotFound),
            false => Ok(()),
        }
    }

    async fn query(
        &self,
        doing: &'static str,
        statement: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StorageError> {
        self.client
            .query(statement, parameters)
            .await
            .map_err(|error| sql_error(doing, &error))
    }
}

/// The columns of a record's row.
struct StoredRow {
    key: String,
    body: String,
    version: i32,
    seconds: i32,
}

impl StoredRow {
    fn of(record: &Record, now: Time) -> Result<StoredRow, StorageError> {
        let key = record.storage_key();
        let unencodable = |source| StorageError::Unencodable {
            key: key.clone(),
            source,
        };
        Ok(StoredRow {
            body: record.encode().map_err(unencodable)?,
            version: i32::try_from(record.version).map_err(|_| unencodable(RecordError::Incomplete))?,
            // The column ends in 2038, and nobody reads it.
            seconds: i32::try_from(now.unix_seconds()).unwrap_or(i32::MAX),
            key,
        })
    }
}

/// The user's labels, and those that Helm makes of the columns.
fn labels_of(row: &Row, name: &str, version: i64) -> BTreeMap<String, String> {
    let own: &str = row.get("own_labels");
    let mut labels: BTreeMap<String, String> = serde_json::from_str(own).unwrap_or_default();
    let system = [
        ("name", name.to_owned()),
        ("owner", OWNER.to_owned()),
        ("status", row.get("status")),
        ("version", version.to_string()),
    ];
    labels.extend(system.map(|(key, value)| (key.to_owned(), value)));
    labels
}

fn sql_error(doing: &'static str, error: &tokio_postgres::Error) -> StorageError {
    StorageError::Sql {
        doing,
        reason: reason(error),
    }
}

/// What the server said, in the form of Helm's library; else the chain of causes.
pub(super) fn reason(error: &tokio_postgres::Error) -> String {
    if let Some(answer) = error.as_db_error() {
        return format!("pq: {} ({})", answer.message(), answer.code().code());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = inner.source();
    }
    text
}

/// Helm's migrations, in their order.
const MIGRATIONS: [(&str, &str); 2] = [
    (
        "custom_labels",
        "CREATE TABLE custom_labels_v1 (releaseKey VARCHAR(64), releaseNamespace VARCHAR(67), key VARCHAR(317), \
         value VARCHAR(63)); \
         CREATE INDEX ON custom_labels_v1 (releaseKey, releaseNamespace); \
         GRANT ALL ON custom_labels_v1 TO PUBLIC; \
         ALTER TABLE custom_labels_v1 ENABLE ROW LEVEL SECURITY;",
    ),
    (
        "init",
        "CREATE TABLE releases_v1 (key VARCHAR(90), type VARCHAR(64) NOT NULL, body TEXT NOT NULL, \
         name VARCHAR(64) NOT NULL, namespace VARCHAR(64) NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, \
         owner TEXT NOT NULL, createdAt INTEGER NOT NULL, modifiedAt INTEGER NOT NULL DEFAULT 0, \
         PRIMARY KEY(key, namespace)); \
         CREATE INDEX ON releases_v1 (key, namespace); CREATE INDEX ON releases_v1 (version); \
         CREATE INDEX ON releases_v1 (status); CREATE INDEX ON releases_v1 (owner); \
         CREATE INDEX ON releases_v1 (createdAt); CREATE INDEX ON releases_v1 (modifiedAt); \
         GRANT ALL ON releases_v1 TO PUBLIC; \
         ALTER TABLE releases_v1 ENABLE ROW LEVEL SECURITY;",
    ),
];
