//! Summaries of records: lists read them instead of the records, and nobody can tell the difference.

use serde_json::Value;
use skeg_cluster::Request;
use skeg_cluster::request::content;
use skeg_cluster::storage::{Kind, Which};
use skeg_release::record::{Head, Status};

use crate::drivers::{CHART, drivers, record};
use crate::place::{Place, now, with_place};

/// Changes the object of a record by hand.
pub(crate) async fn patched(place: &Place, kind: Kind, name: &str, version: i64, patch: &str) {
    let request =
        Request::patch(place.object_path(kind, name, version)).body(content::MERGE, patch.as_bytes().to_vec());
    place.client.send(request).await.unwrap();
}

/// Makes the object of a record what Helm would have written.
pub(crate) async fn as_helm_writes(place: &Place, kind: Kind, name: &str, version: i64) {
    patched(place, kind, name, version, r#"{"metadata":{"annotations":null}}"#).await;
}

async fn annotations(place: &Place, kind: Kind, name: &str, version: i64) -> Value {
    let request = Request::get(place.object_path(kind, name, version));
    place.client.send_json(request).await.unwrap()["metadata"]["annotations"].clone()
}

/// Lists and histories are the same with summaries, with some of them, and with none, when every record is read.
#[test]
fn summaries_tell_what_records_tell() {
    with_place("summaries", async |place| {
        for kind in [Kind::Secrets, Kind::ConfigMaps] {
            let storage = place.storage(kind);
            let mut expected = Vec::new();
            for (version, status) in [
                (1, Status::Superseded),
                (2, Status::Failed),
                (3, Status::Superseded),
                (4, Status::Deployed),
            ] {
                let mut record = record("r", &place.namespace, version, status);
                record.info.description = format!("<revision> \"{version}\" é\n");
                record.info.notes = "thanks".to_owned();
                record.info.rollback_revision = version - 1;
                storage.create(&mut record, now()).await.unwrap();
                expected.push(record.head());
            }
            assert!(annotations(place, kind, "r", 4).await["skeg.dev/summary"].is_string());
            for bare in [&[][..], &[2], &[4], &[1, 3]] {
                for version in bare {
                    as_helm_writes(place, kind, "r", *version).await;
                }
                let told = |heads: Vec<Head>| -> Vec<Head> {
                    let plain = |head: Head| Head {
                        storage_version: None,
                        ..head
                    };
                    let mut heads: Vec<Head> = heads.into_iter().map(plain).collect();
                    heads.sort_by_key(|head| head.version);
                    heads
                };
                let expected = told(expected.clone());
                assert_eq!(told(storage.history("r", true).await.unwrap()), expected, "{bare:?}");
                assert_eq!(
                    told(storage.list(false, Which::All, true).await.unwrap()),
                    expected,
                    "{bare:?}"
                );
                let newest = told(storage.list(false, Which::Newest, true).await.unwrap());
                assert_eq!(newest, expected[3..], "{bare:?}");
            }
            for version in 1..=4 {
                storage.delete("r", version).await.unwrap();
            }
        }
    });
}

/// What would be too much for an annotation stays in the record, and is listed all the same.
#[test]
fn long_stories_are_read_from_the_record() {
    with_place("stories", async |place| {
        let storage = place.storage(Kind::Secrets);
        let mut long = record("r", &place.namespace, 1, Status::Failed);
        long.info.description = "no ".repeat(100_000);
        storage.create(&mut long, now()).await.unwrap();
        assert_eq!(annotations(place, Kind::Secrets, "r", 1).await, Value::Null);
        assert_eq!(storage.history("r", true).await.unwrap(), [long.head()]);
        // The next write may be told in a few words again.
        long.info.description = "no".to_owned();
        storage.update(&mut long, now()).await.unwrap();
        assert!(annotations(place, Kind::Secrets, "r", 1).await["skeg.dev/summary"].is_string());
        assert_eq!(storage.history("r", true).await.unwrap(), [long.head()]);
    });
}

/// Helm writes an object anew: a summary never tells of a record that is no more.
#[test]
fn a_summary_goes_with_its_record() {
    with_place("stale", async |place| {
        if !place.has_helm() {
            return;
        }
        let chart = place.chart("demo", CHART);
        for (driver, kind) in drivers() {
            let storage = place.storage(kind);
            let mut first = record("r", &place.namespace, 1, Status::Deployed);
            storage.create(&mut first, now()).await.unwrap();
            place.helm_ok(driver, &["upgrade", "r", &chart]);
            for version in [1, 2] {
                assert_eq!(
                    annotations(place, kind, "r", version).await,
                    Value::Null,
                    "{driver} {version}"
                );
            }
            let states: Vec<Status> = storage
                .history("r", true)
                .await
                .unwrap()
                .into_iter()
                .map(|head| head.info.status)
                .collect();
            assert_eq!(states, [Status::Superseded, Status::Deployed]);
            place.helm_ok(driver, &["uninstall", "r"]);
        }
    });
}
