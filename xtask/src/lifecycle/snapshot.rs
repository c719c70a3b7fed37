//! What a scenario leaves behind: its objects and its records, as lines that can be compared.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::api::Api;
use super::mask::Mask;

/// Collections of a namespace that are always compared.
const COLLECTIONS: &[&str] = &[
    "/api/v1 configmaps",
    "/api/v1 limitranges",
    "/api/v1 persistentvolumeclaims",
    "/api/v1 pods",
    "/api/v1 podtemplates",
    "/api/v1 replicationcontrollers",
    "/api/v1 resourcequotas",
    "/api/v1 secrets",
    "/api/v1 serviceaccounts",
    "/api/v1 services",
    "/apis/apps/v1 daemonsets",
    "/apis/apps/v1 deployments",
    "/apis/apps/v1 replicasets",
    "/apis/apps/v1 statefulsets",
    "/apis/autoscaling/v2 horizontalpodautoscalers",
    "/apis/batch/v1 cronjobs",
    "/apis/batch/v1 jobs",
    "/apis/coordination.k8s.io/v1 leases",
    "/apis/networking.k8s.io/v1 ingresses",
    "/apis/networking.k8s.io/v1 networkpolicies",
    "/apis/policy/v1 poddisruptionbudgets",
    "/apis/rbac.authorization.k8s.io/v1 rolebindings",
    "/apis/rbac.authorization.k8s.io/v1 roles",
];

/// How long objects that are being deleted may take to be gone.
const PATIENCE: Duration = Duration::from_secs(8);

/// What is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// A line for each field of each object, masked.
    pub(crate) objects: String,
    /// A line for each field of each record, masked.
    pub(crate) records: String,
}

/// Looks at the namespace and the further paths once nothing is being deleted any more, or patience ends.
///
/// # Errors
/// Where the API server does not answer, or a record cannot be decoded.
pub(crate) fn take(api: &Api, mask: &Mask, also: &[String]) -> Result<Snapshot, String> {
    let namespace = &mask.namespace;
    let mut paths: Vec<String> = vec![format!("/api/v1/namespaces/{namespace}")];
    paths.extend(COLLECTIONS.iter().filter_map(|collection| {
        let (group, plural) = collection.split_once(' ')?;
        Some(format!("{group}/namespaces/{namespace}/{plural}"))
    }));
    paths.extend(also.iter().map(|path| path.replace("NAMESPACE", namespace)));
    let begun = Instant::now();
    loop {
        let found = objects(api.get_all(&paths)?);
        let is_settled = !found
            .iter()
            .any(|object| object["metadata"]["deletionTimestamp"].is_string());
        if is_settled || begun.elapsed() > PATIENCE {
            return render(found, mask);
        }
        std::thread::sleep(Duration::from_millis(150));
    }
}

/// The objects of answers; items of a list get the kind that only the list names.
fn objects(answers: Vec<Option<Value>>) -> Vec<Value> {
    let mut objects = Vec::new();
    for mut answer in answers.into_iter().flatten() {
        let Some(Value::Array(items)) = answer.get_mut("items").map(Value::take) else {
            objects.push(answer);
            continue;
        };
        let kind = answer["kind"]
            .as_str()
            .unwrap_or_default()
            .trim_end_matches("List")
            .to_owned();
        for mut item in items {
            item["kind"] = Value::from(kind.clone());
            item["apiVersion"] = answer["apiVersion"].clone();
            objects.push(item);
        }
    }
    objects.retain(|object| !is_made_by_control_plane(object));
    objects
}

/// What is in every namespace, and what controllers made: it comes and goes while one looks.
fn is_made_by_control_plane(object: &Value) -> bool {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let owners = object["metadata"]["ownerReferences"].as_array();
    match object["kind"].as_str().unwrap_or_default() {
        "ConfigMap" if name == "kube-root-ca.crt" => true,
        "ServiceAccount" if name == "default" => true,
        _ => owners
            .into_iter()
            .flatten()
            .any(|owner| owner["controller"] == Value::Bool(true)),
    }
}

fn render(found: Vec<Value>, mask: &Mask) -> Result<Snapshot, String> {
    let mut objects = BTreeMap::new();
    let mut records = BTreeMap::new();
    for mut object in found {
        let metadata = &object["metadata"];
        let name = mask.text(metadata["name"].as_str().unwrap_or_default());
        let kind = object["kind"].as_str().unwrap_or_default().to_owned();
        if metadata["labels"]["owner"] == "helm" && (kind == "Secret" || kind == "ConfigMap") {
            let mut record = record(&object).map_err(|e| format!("{kind} {name}: {e}"))?;
            mask.value(&mut record);
            // Revisions in the order of their numbers.
            let (release, revision) = name.rsplit_once(".v").unwrap_or((&name, ""));
            let key = format!("{kind}/{release}.v{revision:0>4}");
            records.insert(key, lines(&format!("{kind}/{name}"), &record));
            continue;
        }
        mask.value(&mut object);
        if kind == "Namespace" {
            object.as_object_mut().map(|map| map.remove("spec"));
        }
        let mut key = format!("{kind}/{}", object["metadata"]["name"].as_str().unwrap_or_default());
        while objects.contains_key(&key) {
            key.push('+');
        }
        let text = lines(&key, &object);
        objects.insert(key, text);
    }
    Ok(Snapshot {
        objects: objects.into_values().collect(),
        records: records.into_values().collect(),
    })
}

/// A record: the labels of the object that keeps it, and the release in it.
fn record(object: &Value) -> Result<Value, String> {
    let stored = object["data"]["release"].as_str().ok_or("has no release")?;
    let mut labels = object["metadata"]["labels"].clone();
    if let Some(labels) = labels.as_object_mut() {
        for key in ["createdAt", "modifiedAt"] {
            labels.entry(key).and_modify(|value| *value = Value::from("UNIX"));
        }
    }
    let mut record = Map::new();
    record.insert("labels".to_owned(), labels);
    for key in ["type", "immutable"] {
        record.insert(key.to_owned(), object[key].clone());
    }
    let release = decoded(stored, object["kind"] == "Secret")?;
    let annotations = without_summary(object["metadata"]["annotations"].clone(), &release)?;
    record.insert("annotations".to_owned(), annotations);
    record.insert("release".to_owned(), release);
    Ok(Value::Object(record))
}

/// The annotations of a record without the summary that skeg adds for its lists. One that says something else than the record
/// is an error.
fn without_summary(mut annotations: Value, release: &Value) -> Result<Value, String> {
    let Some(summary) = annotations
        .as_object_mut()
        .and_then(|all| all.remove("skeg.dev/summary"))
    else {
        return Ok(annotations);
    };
    let told: Value =
        serde_json::from_str(summary.as_str().unwrap_or_default()).map_err(|e| format!("summary: {e}"))?;
    let fields = |of: &Value, names: &[&str]| -> Map<String, Value> {
        let field = |name: &&str| Some(((*name).to_owned(), of.get(name)?.clone()));
        names.iter().filter_map(field).collect()
    };
    let info = [
        "first_deployed",
        "last_deployed",
        "deleted",
        "description",
        "status",
        "rollback_revision",
    ];
    let expected = json!({
        "name": release["name"],
        "info": fields(&release["info"], &info),
        "chart": {"metadata": fields(&release["chart"]["metadata"], &["name", "version", "appVersion"])},
    });
    if told != expected {
        return Err(format!("its summary says {summary}"));
    }
    Ok(match annotations.as_object().is_some_and(Map::is_empty) {
        true => Value::Null,
        false => annotations,
    })
}

/// A release out of its coat.
pub(crate) fn decoded(stored: &str, is_secret: bool) -> Result<Value, String> {
    serde_json::from_str(&inflated(stored, is_secret)?).map_err(|e| format!("JSON: {e}"))
}

/// The text of a release out of its coat: base64 around gzip around JSON, and base64 once more in a Secret.
pub(crate) fn inflated(stored: &str, is_secret: bool) -> Result<String, String> {
    let decode = |bytes: &[u8]| STANDARD.decode(bytes).map_err(|e| format!("base64: {e}"));
    let inner = match is_secret {
        true => decode(stored.as_bytes())?,
        false => stored.as_bytes().to_vec(),
    };
    let mut json = String::new();
    flate2::read::GzDecoder::new(&*decode(&inner)?)
        .read_to_string(&mut json)
        .map_err(|e| format!("gzip: {e}"))?;
    Ok(json)
}

/// A line for each leaf: `ConfigMap/a .data.k = "v"`; a text of several lines takes as many.
fn lines(head: &str, value: &Value) -> String {
    let mut text = String::new();
    leaves(head, String::new(), value, &mut text);
    text
}

fn leaves(head: &str, path: String, value: &Value, text: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, item) in map {
                leaves(head, format!("{path}.{key}"), item, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                leaves(head, format!("{path}[{index}]"), item, text);
            }
        }
        Value::String(long) if long.contains('\n') => {
            for line in long.split('\n') {
                text.push_str(&format!("{head} {path} | {line}\n"));
            }
        }
        leaf => text.push_str(&format!("{head} {path} = {leaf}\n")),
    }
}
