//! The newest revisions of a long history.

use skeg_cluster::storage::{Kind, StorageError};
use skeg_release::record::{Head, Status};

use crate::drivers::record;
use crate::place::{now, with_place};
use crate::summary::{as_helm_writes, patched};

fn versions(heads: &[Head]) -> Vec<i64> {
    heads.iter().map(|head| head.version).collect()
}

/// lifecycle spec 1.6: the newest revisions are those of the whole history, whoever wrote them; where one of them cannot be
/// read, the whole history is.
#[test]
fn the_newest_of_a_history() {
    with_place("revisions", async |place| {
        for kind in [Kind::Secrets, Kind::ConfigMaps] {
            let storage = place.storage(kind);
            assert_eq!(storage.recent("r", 3).await.unwrap(), []);
            for version in 1..=12 {
                let status = if version == 12 {
                    Status::Deployed
                } else {
                    Status::Superseded
                };
                let mut record = record("r", &place.namespace, version, status);
                record.info.description = format!("the {version}th");
                storage.create(&mut record, now()).await.unwrap();
            }
            // Ten comes before two by name.
            for of_helm in [&[][..], &[11], &[2, 12], &[1, 3, 4, 5, 6, 7, 8, 9, 10]] {
                for version in of_helm {
                    as_helm_writes(place, kind, "r", *version).await;
                }
                let whole = storage.history("r", false).await.unwrap();
                assert_eq!(versions(&whole), (1..=12).collect::<Vec<_>>());
                for count in [1, 3, 11, 12, 500] {
                    let newest = storage.recent("r", count).await.unwrap();
                    assert_eq!(
                        newest,
                        whole[12_usize.saturating_sub(count)..],
                        "{kind:?} {of_helm:?} {count}"
                    );
                }
                // Nobody asks for none: it would not tell whether there is a release.
                assert_eq!(versions(&storage.recent("r", 0).await.unwrap()), [12]);
            }
            patched(place, kind, "r", 11, r#"{"data":{"release":"bm8="}}"#).await;
            let readable: Vec<i64> = (1..=12).filter(|version| *version != 11).collect();
            assert_eq!(versions(&storage.recent("r", 1).await.unwrap()), [12]);
            assert_eq!(versions(&storage.recent("r", 2).await.unwrap()), readable);
            patched(place, kind, "r", 12, r#"{"metadata":{"labels":{"version":"x"}}}"#).await;
            assert_eq!(versions(&storage.recent("r", 1).await.unwrap()), readable);
            for version in 1..=12 {
                patched(place, kind, "r", version, r#"{"data":{"release":"bm8="}}"#).await;
            }
            let error = storage.recent("r", 1).await.unwrap_err();
            assert!(matches!(error, StorageError::NoneReadable(_)), "{error}");
            for version in 1..=12 {
                storage.delete("r", version).await.unwrap();
            }
        }
    });
}
