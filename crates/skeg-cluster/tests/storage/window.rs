//! Lists of which a part is shown.

use skeg_cluster::storage::{Kind, Storage, Which};
use skeg_release::record::{Head, Status};

use crate::drivers::record;
use crate::place::{now, with_place};
use crate::summary::{as_helm_writes, patched};

fn names(heads: &[Head]) -> Vec<&str> {
    heads.iter().map(|head| head.name.as_str()).collect()
}

/// lifecycle spec 3.5: a part of a list is the same part of the whole list, wherever it lies and whoever wrote it; where a record
/// that is shown says something else than its name and labels, nobody relies on them.
#[test]
fn a_part_of_a_list() {
    with_place("window", async |place| {
        for (kind, of_helm) in [(Kind::Secrets, true), (Kind::ConfigMaps, true), (Kind::Secrets, false)] {
            let storage = place.storage(kind);
            for name in ["a", "a-b", "b", "c", "d"] {
                for (version, status) in [(1, Status::Superseded), (2, Status::Deployed), (3, Status::Superseded)] {
                    // A death may leave a superseded revision as the newest one.
                    if version < 3 || name == "c" {
                        let mut record = record(name, &place.namespace, version, status);
                        storage.create(&mut record, now()).await.unwrap();
                        if of_helm {
                            as_helm_writes(place, kind, name, version).await;
                        }
                    }
                }
            }
            let mut whole = storage.list(false, Which::Newest, false).await.unwrap();
            whole.sort_by(|a, b| a.name.cmp(&b.name));
            assert_eq!(names(&whole), ["a", "a-b", "b", "c", "d"]);
            let part = async |storage: &Storage, skip: usize, room: usize, everywhere: bool| {
                let choose = |mut heads: Vec<Head>| {
                    heads.retain(|head| head.namespace == place.namespace);
                    heads.sort_by(|a, b| a.name.cmp(&b.name));
                    heads.into_iter().skip(skip).take(room).collect()
                };
                storage.window(everywhere, room, false, &choose).await.unwrap()
            };
            for (skip, room) in [(0, 1), (0, 2), (0, 5), (0, 500), (2, 2), (4, 1), (4, 9), (9, 1)] {
                let expected: Vec<Head> = whole.iter().skip(skip).take(room).cloned().collect();
                for everywhere in [false, true] {
                    let found = part(&storage, skip, room, everywhere).await;
                    assert_eq!(found, Some(expected.clone()), "{kind:?} {skip} {room} {everywhere}");
                }
            }
            assert_eq!(part(&storage, 0, 501, false).await, None);

            // Out of sight it does not matter.
            for (patch, shown, hidden) in [
                (r#"{"metadata":{"labels":{"status":"failed"}}}"#, false, true),
                (r#"{"metadata":{"labels":{"status":"lost"}}}"#, false, false),
                (
                    r#"{"metadata":{"labels":{"status":"deployed"}},"data":{"release":"bm8="}}"#,
                    // What was broken by hand can still be told by its summary.
                    !of_helm,
                    true,
                ),
            ] {
                patched(place, kind, "d", 2, patch).await;
                assert_eq!(part(&storage, 0, 5, false).await.is_some(), shown, "{patch}");
                assert_eq!(part(&storage, 0, 2, false).await.is_some(), hidden, "{patch}");
            }
            for version in 1..=3 {
                for name in ["a", "a-b", "b", "c", "d"] {
                    if version < 3 || name == "c" {
                        storage.delete(name, version).await.unwrap();
                    }
                }
            }
        }
    });
}
