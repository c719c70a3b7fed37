//! Lists of which a part is shown.

use skeg_cluster::Request;
use skeg_cluster::request::content;
use skeg_cluster::storage::{Kind, Storage, Which};
use skeg_release::record::{Head, Status};

use crate::drivers::record;
use crate::place::{now, with_place};

fn names(heads: &[Head]) -> Vec<&str> {
    heads.iter().map(|head| head.name.as_str()).collect()
}

/// lifecycle spec 3.5: a part of a list is the same part of the whole list, wherever it lies; where a record that is shown says
/// something else than its name and labels, nobody relies on them.
#[test]
fn a_part_of_a_list() {
    with_place("window", async |place| {
        for kind in [Kind::Secrets, Kind::ConfigMaps] {
            let storage = place.storage(kind);
            for name in ["a", "a-b", "b", "c", "d"] {
                for (version, status) in [(1, Status::Superseded), (2, Status::Deployed), (3, Status::Superseded)] {
                    // A death may leave a superseded revision as the newest one.
                    if version < 3 || name == "c" {
                        let mut record = record(name, &place.namespace, version, status);
                        storage.create(&mut record, now()).await.unwrap();
                    }
                }
            }
            let mut whole = storage.list(false, Which::Newest).await.unwrap();
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

            let plural = if kind == Kind::Secrets { "secrets" } else { "configmaps" };
            let path = format!(
                "/api/v1/namespaces/{}/{plural}/sh.helm.release.v1.d.v2",
                place.namespace
            );
            let edit = async |patch: &str| {
                let request = Request::patch(&path).body(content::MERGE, patch.as_bytes().to_vec());
                place.client.send(request).await.unwrap();
            };
            // Out of sight it does not matter.
            for (patch, shown, hidden) in [
                (r#"{"metadata":{"labels":{"status":"failed"}}}"#, false, true),
                (r#"{"metadata":{"labels":{"status":"lost"}}}"#, false, false),
                (
                    r#"{"metadata":{"labels":{"status":"deployed"}},"data":{"release":"bm8="}}"#,
                    false,
                    true,
                ),
            ] {
                edit(patch).await;
                assert_eq!(part(&storage, 0, 5, false).await.is_some(), shown, "{patch}");
                assert_eq!(part(&storage, 0, 2, false).await.is_some(), hidden, "{patch}");
            }
        }
    });
}
