//! The drivers, and Helm on what they wrote.

use std::collections::BTreeMap;

use skeg_cluster::Request;
use skeg_cluster::storage::{Kind, Storage, StorageError, Which};
use skeg_release::record::{ApplyMethod, RawJson, Record, Status, StoredChart};

use crate::place::{Place, now, with_place};

pub(crate) const CHART: &[(&str, &str)] = &[
    (
        "Chart.yaml",
        "apiVersion: v2\nname: demo\nversion: 0.1.0\nappVersion: '1.0'\n",
    ),
    ("values.yaml", "replicas: 1\n"),
    (
        "templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-a'}\ndata: {r: '{{ .Release.Revision }}'}\n",
    ),
    (
        "templates/hook.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: '{{ .Release.Name }}-h'\n  annotations: {helm.sh/hook: post-install, helm.sh/hook-weight: '3'}\n",
    ),
    ("templates/NOTES.txt", "Hi {{ .Release.Name }}\n"),
];

/// The drivers of objects: what `HELM_DRIVER` calls them, and we.
pub(crate) fn drivers() -> [(&'static str, Kind); 2] {
    [("secret", Kind::Secrets), ("configmap", Kind::ConfigMaps)]
}

pub(crate) fn record(name: &str, namespace: &str, version: i64, status: Status) -> Record {
    let mut record = Record {
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        version,
        chart: StoredChart::parse(
            r#"{"metadata":{"name":"demo","version":"0.1.0","apiVersion":"v2"},"lock":null,"templates":[{"name":"templates/a.yaml","data":"YTogMQo="}],"values":{"a":1},"schema":null,"schemamodtime":"0001-01-01T00:00:00Z","files":null}"#,
        )
        .unwrap(),
        config: Some(RawJson::parse(r#"{"b":2}"#).unwrap()),
        manifest: format!("---\n# Source: demo/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}-a\n"),
        apply_method: Some(ApplyMethod::ServerSide),
        ..Record::default()
    };
    record.info.first_deployed = now();
    record.info.last_deployed = now();
    record.info.description = "Install complete".to_owned();
    record.info.status = status;
    record
}

/// spec 2.2, 2.3: what Helm stored is read whole and would be written with the same bytes.
#[test]
fn helm_writes_and_skeg_reads() {
    with_place("reads", async |place| {
        if !place.has_helm() {
            return;
        }
        let chart = place.chart("demo", CHART);
        for (driver, kind) in drivers() {
            let storage = place.storage(kind);
            let name = format!("r-{driver}");
            place.helm_ok(driver, &["install", &name, &chart, "--set", "x=<1>", "-l", "team=red"]);
            place.helm_ok(driver, &["upgrade", &name, &chart, "--description", "second"]);
            let history = storage.history(&name, true).await.unwrap();
            let shown: Vec<_> = history
                .iter()
                .map(|head| {
                    (
                        head.version,
                        head.info.status.as_str(),
                        head.info.description.as_str(),
                        head.chart.app_version.as_str(),
                    )
                })
                .collect();
            assert_eq!(
                shown,
                [
                    (1, "superseded", "Install complete", "1.0"),
                    (2, "deployed", "second", "1.0")
                ]
            );
            assert_eq!(history[0].namespace, place.namespace);
            for head in &history {
                let record = storage.get(&name, head.version).await.unwrap();
                assert_eq!(record.head(), *head);
                assert_eq!(record.labels["team"], "red");
                assert_eq!(record.hooks[0].weight, 3);
                assert!(record.is_server_side());
                let bytes = stored_json(place, kind, &record).await;
                assert_eq!(String::from_utf8(record.to_json()).unwrap(), bytes);
            }
            let outline = storage.outline(&name).await.unwrap();
            let labels: Vec<_> = outline
                .iter()
                .map(|head| (head.version, head.info.status.clone()))
                .collect();
            assert_eq!(labels, [(1, Status::Superseded), (2, Status::Deployed)]);
            assert_eq!(storage.newest(&name).await.unwrap().version, 2);
            assert_eq!(storage.deployed(&name).await.unwrap().version, 2);
            let list = storage.list(false, Which::Newest, true).await.unwrap();
            assert_eq!(list, [history[1].clone()]);
            let everywhere = storage.list(true, Which::All, true).await.unwrap();
            assert!(history.iter().all(|head| everywhere.contains(head)));
            place.helm_ok(driver, &["uninstall", &name]);
            assert_eq!(storage.history(&name, true).await.unwrap(), []);
        }
    });
}

/// What lies in the object, inflated.
async fn stored_json(place: &Place, kind: Kind, record: &Record) -> String {
    let path = place.object_path(kind, &record.name, record.version);
    let object = place.client.get(&path).await.unwrap();
    let text = object["data"]["release"].as_str().unwrap().to_owned();
    let program = match kind {
        Kind::ConfigMaps => "base64 -d | gunzip",
        _ => "base64 -d | base64 -d | gunzip",
    };
    use std::io::Write;
    let mut child = std::process::Command::new("sh")
        .args(["-c", program])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

/// What skeg stored is a release for Helm: it lists, shows, upgrades, rolls back and uninstalls it.
#[test]
fn skeg_writes_and_helm_goes_on() {
    with_place("writes", async |place| {
        if !place.has_helm() {
            return;
        }
        let chart = place.chart("demo", CHART);
        for (driver, kind) in drivers().into_iter().chain([("secret", Kind::MultiSecrets)]) {
            let storage = place.storage(kind);
            let mut first = record("w", &place.namespace, 1, Status::PendingInstall);
            first.labels = BTreeMap::from([("team".to_owned(), "red".to_owned())]);
            storage.create(&mut first, now()).await.unwrap();
            assert_eq!(first.labels["createdAt"], "1795266573");
            first.info.status = Status::Deployed;
            storage.update(&mut first, now()).await.unwrap();
            assert_eq!(
                (first.labels.get("createdAt"), first.labels["status"].as_str()),
                (None, "deployed")
            );
            assert_eq!(storage.get("w", 1).await.unwrap(), first);
            assert!(place.helm_ok(driver, &["list"]).contains("deployed"));
            assert!(
                place
                    .helm_ok(driver, &["list", "-l", "team=red"])
                    .contains("demo-0.1.0")
            );
            assert_eq!(
                place.helm_ok(driver, &["get", "values", "w", "-o", "json"]),
                "{\"b\":2}\n"
            );
            assert!(
                place
                    .helm_ok(driver, &["status", "w"])
                    .contains("LAST DEPLOYED: Sat Nov 21")
            );
            place.helm_ok(driver, &["upgrade", "w", &chart, "--reuse-values"]);
            assert!(matches!(
                storage.update(&mut first, now()).await,
                Err(StorageError::Changed(_))
            ));
            let second = storage.get("w", 2).await.unwrap();
            assert_eq!(
                (second.config.as_ref().unwrap().as_str(), second.labels["team"].as_str()),
                (r#"{"b":2}"#, "red")
            );
            place.helm_ok(driver, &["rollback", "w", "1"]);
            let third = storage.newest("w").await.unwrap();
            assert_eq!(
                (third.version, third.info.rollback_revision, &third.chart),
                (3, 1, &first.chart)
            );
            place.helm_ok(driver, &["uninstall", "w"]);
            assert!(storage.newest("w").await.unwrap_err().is_not_found());
        }
    });
}

/// Compare-and-swap, and the errors of each step.
#[test]
fn a_record_is_not_written_over_another_ones_change() {
    with_place("swap", async |place| {
        for kind in [Kind::Secrets, Kind::ConfigMaps, Kind::MultiSecrets] {
            let storage = place.storage(kind);
            let name = format!("s-{kind:?}").to_lowercase();
            assert!(storage.get(&name, 1).await.unwrap_err().is_not_found());
            let mut mine = record(&name, &place.namespace, 1, Status::Deployed);
            assert!(storage.update(&mut mine, now()).await.unwrap_err().is_not_found());
            storage.create(&mut mine, now()).await.unwrap();
            let again = storage.create(&mut mine.clone(), now()).await;
            assert_eq!(again.unwrap_err().to_string(), "release: already exists");
            let mut other = storage.get(&name, 1).await.unwrap();
            other.info.description = "theirs".to_owned();
            storage.update(&mut other, now()).await.unwrap();
            assert!(matches!(
                storage.update(&mut mine, now()).await,
                Err(StorageError::Changed(_))
            ));
            assert_eq!(storage.get(&name, 1).await.unwrap().info.description, "theirs");
            // Without a storage version the last one wins, as with Helm.
            mine.storage_version = None;
            storage.update(&mut mine, now()).await.unwrap();
            storage.update(&mut mine, now()).await.unwrap();
            storage.delete(&name, 1).await.unwrap();
            assert!(storage.delete(&name, 1).await.unwrap_err().is_not_found());
        }
    });
}

/// spec 2.5.
#[test]
fn the_oldest_revisions_go() {
    with_place("prune", async |place| {
        let storage = place.storage(Kind::Secrets);
        for version in 1..=5 {
            let status = if version == 2 { Status::Deployed } else { Status::Failed };
            let mut next = record("p", &place.namespace, version, status);
            storage.create_pruned(&mut next, now(), 3).await.unwrap();
        }
        let kept: Vec<i64> = storage
            .outline("p")
            .await
            .unwrap()
            .iter()
            .map(|head| head.version)
            .collect();
        assert_eq!(kept, [2, 4, 5]);
    });
}

/// Objects that hold no record are passed over; a release of nothing else says so.
#[test]
fn strangers_are_passed_over() {
    with_place("strangers", async |place| {
        let storage = place.storage(Kind::Secrets);
        let mut good = record("good", &place.namespace, 1, Status::Deployed);
        storage.create(&mut good, now()).await.unwrap();
        let object = serde_json::json!({
            "apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "data": {"release": "bm90IGEgcmVjb3Jk"},
            "metadata": {"name": "sh.helm.release.v1.bad.v1",
                "labels": {"name": "bad", "owner": "helm", "status": "deployed", "version": "1"}},
        });
        let path = format!("/api/v1/namespaces/{}/secrets", place.namespace);
        place.client.send(Request::post(path).json(&object)).await.unwrap();
        let names: Vec<String> = storage
            .list(false, Which::Newest, true)
            .await
            .unwrap()
            .into_iter()
            .map(|head| head.name)
            .collect();
        assert_eq!(names, ["good"]);
        let Storage::Objects(objects) = &storage else {
            unreachable!()
        };
        assert_eq!(objects.take_skipped().len(), 1);
        let error = storage.history("bad", true).await.unwrap_err();
        assert_eq!(error.to_string(), "no revision for release \"bad\"");
        let error = storage.get("bad", 1).await.unwrap_err().to_string();
        assert!(
            error.starts_with("get: failed to decode data \"sh.helm.release.v1.bad.v1\": "),
            "{error}"
        );
    });
}

/// Text that does not compress.
fn noise(bytes: usize) -> String {
    let mut state = 88_172_645_463_325_252_u64;
    let mut text = String::with_capacity(bytes);
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!("{state:016x}"));
    }
    text
}

/// A record that no single Secret holds.
fn large(place: &Place, version: i64) -> Record {
    let mut large = record("big", &place.namespace, version, Status::PendingInstall);
    let files: Vec<String> = [("a.bin", 1_200_000), ("b.bin", 2_500_000)]
        .map(|(name, bytes)| format!(r#"{{"name":"{name}","data":"{}"}}"#, noise(bytes)))
        .into();
    let chart = large
        .chart
        .as_json()
        .replace(r#""files":null"#, &format!(r#""files":[{}]"#, files.join(",")));
    large.chart = StoredChart::parse(&chart).unwrap();
    large
}

/// spec 2.6: the limit is known before anything is changed; several Secrets hold what one cannot.
#[test]
fn a_large_record_is_refused_or_divided() {
    with_place("large", async |place| {
        let mut large = large(place, 1);
        for kind in [Kind::Secrets, Kind::ConfigMaps] {
            let error = place.storage(kind).check_size(&large).unwrap_err().to_string();
            assert!(error.contains("more than the 1 MiB"), "{error}");
            assert!(error.contains("Largest parts: b.bin (1.8 MiB, "), "{error}");
            assert!(error.contains("HELM_DRIVER=multisecrets"), "{error}");
            assert!(place.storage(kind).create(&mut large, now()).await.is_err());
        }
        let storage = place.storage(Kind::MultiSecrets);
        storage.check_size(&large).unwrap();
        storage.create(&mut large, now()).await.unwrap();
        assert_eq!(storage.get("big", 1).await.unwrap(), large);
        let parts = secrets(place).await;
        assert!(parts.len() > 3, "{parts:?}");
        large.info.status = Status::Deployed;
        storage.update(&mut large, now()).await.unwrap();
        assert_eq!(secrets(place).await.len(), parts.len());
        // Any driver of Secrets reads and deletes it.
        let plain = place.storage(Kind::Secrets);
        assert_eq!(plain.get("big", 1).await.unwrap(), large);
        let list = plain.list(false, Which::Newest, true).await.unwrap();
        assert_eq!(list, [large.head()]);
        if place.has_helm() {
            let list = place.helm_ok("secret", &["list"]);
            assert!(list.contains("demo-0.1.0") && list.lines().count() == 2, "{list}");
            assert!(place.helm_ok("secret", &["get", "manifest", "big"]).contains("big-a"));
        }
        // A missing part is named.
        let name = parts.iter().find(|name| name.ends_with(".p2")).unwrap().clone();
        let name = secrets(place)
            .await
            .into_iter()
            .find(|part| part.ends_with(".p2") || *part == name)
            .unwrap();
        let path = format!("/api/v1/namespaces/{}/secrets/{name}", place.namespace);
        place.client.send(Request::delete(path)).await.unwrap();
        let error = storage.get("big", 1).await.unwrap_err().to_string();
        assert!(error.contains(&name), "{error}");
        plain.delete("big", 1).await.unwrap();
        assert_eq!(secrets(place).await, Vec::<String>::new());
        // A manifest that is too large by itself.
        large.manifest = noise(3_000_000);
        large.storage_version = None;
        storage.create(&mut large, now()).await.unwrap();
        assert_eq!(plain.get("big", 1).await.unwrap(), large);
        assert_eq!(plain.history("big", true).await.unwrap(), [large.head()]);
        storage.delete("big", 1).await.unwrap();
        assert_eq!(secrets(place).await, Vec::<String>::new());
    });
}

/// A process that dies between the parts of a record and its first Secret leaves parts; so does one that dies while it deletes.
#[test]
fn parts_of_no_record_go() {
    with_place("strays", async |place| {
        let storage = place.storage(Kind::MultiSecrets);
        storage.create(&mut large(place, 1), now()).await.unwrap();
        let first = secrets(place).await;
        storage.create(&mut large(place, 2), now()).await.unwrap();
        forget_first(place, 2).await;
        assert!(secrets(place).await.len() > first.len());
        // The next operation looks whether there are any.
        storage.tidy("big").await.unwrap();
        assert_eq!(secrets(place).await, first);
        storage.get("big", 1).await.unwrap();
        // Another release's are left alone, also where the name begins alike.
        storage.tidy("bi").await.unwrap();
        assert_eq!(secrets(place).await, first);
        // The same revision again: what is left of its first attempt goes with the first change of it.
        storage.create(&mut large(place, 2), now()).await.unwrap();
        forget_first(place, 2).await;
        let mut second = large(place, 2);
        second.info.description = "again".to_owned();
        storage.create(&mut second, now()).await.unwrap();
        let both = secrets(place).await.len();
        storage.update(&mut second, now()).await.unwrap();
        assert!(secrets(place).await.len() < both);
        // An uninstallation, by any driver of Secrets, leaves nothing, whatever was there before.
        storage.create(&mut large(place, 3), now()).await.unwrap();
        forget_first(place, 3).await;
        place.storage(Kind::Secrets).delete_all("big", &[1, 2]).await.unwrap();
        assert_eq!(secrets(place).await, Vec::<String>::new());
    });
}

/// Deletes the first Secret of a record only.
async fn forget_first(place: &Place, version: i64) {
    let path = place.object_path(Kind::Secrets, "big", version);
    place.client.send(Request::delete(path)).await.unwrap();
}

async fn secrets(place: &Place) -> Vec<String> {
    let list = place
        .client
        .get(&format!("/api/v1/namespaces/{}/secrets", place.namespace))
        .await
        .unwrap();
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| item["metadata"]["name"].as_str().unwrap().to_owned())
        .collect()
}
