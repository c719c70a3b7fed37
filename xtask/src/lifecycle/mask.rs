//! Taking out of texts and objects what no two runs share: times, ages, UIDs, generated names, addresses, the namespace.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// Field managers of the control plane: what they write depends on when one looks.
const CONTROLLERS: &[&str] = &["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];

/// Annotations that controllers write.
const CONTROLLERS_ANNOTATIONS: &[&str] = &[
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "volume.kubernetes.io/selected-node",
    "volume.kubernetes.io/storage-provisioner",
    "volume.beta.kubernetes.io/storage-provisioner",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
];

/// Patterns and what stands for them.
const PATTERNS: &[(&str, &str)] = &[
    // A time that never was is not any time.
    (r"0001-01-01T00:00:00Z", "NEVER"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "TIME"),
    (
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} [A-Z]+( m=[+-][\d.]+)?",
        "TIME",
    ),
    (
        r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d \d{4}",
        "TIME",
    ),
    (r"/[^ ]*/skeg-lifecycle-\d+/home-\d+-[A-Za-z]+", "/HOME"),
    (r#"((modified|created)At"?[=:] ?"?)\d{10}"#, "${1}UNIX"),
    (r":3[0-2]\d{3}/", ":PORT/"),
    (r#"(resourceVersion"?: ?)"?\d+"?"#, "${1}VERSION"),
    (r"10\.96\.\d{1,3}\.\d{1,3}", "ADDRESS"),
    (r"\b10\.0\.0\.\d{1,3}\b", "POD"),
    (r"127\.0\.0\.1:\d+", "SERVER"),
    // Where the scheduler puts a pod.
    (r"\bnode-[123]\b", "NODE"),
    (r"(topology\.kubernetes\.io/zone: )test-[abc]\b", "${1}ZONE"),
    // Who works on a release, as a Lease tells it.
    (r"\S+@\S+ \(process \d+, ", "SOMEBODY (process N, "),
    // Names of pods of Deployments, and of other controllers.
    (r"-[0-9a-f]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b", "-HASH-RANDOM"),
    (r"-[bcdfghjklmnpqrstvwxz2456789]{5}\b", "-RANDOM"),
    // `--generate-name`.
    (r"-1[78]\d{8}\b", "-UNIX"),
];

static COMPILED: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let compile = |(pattern, with): &(&str, &'static str)| Some((Regex::new(pattern).ok()?, *with));
    PATTERNS.iter().filter_map(compile).collect()
});

static CELL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\d+([smhd]\d*)*$|^\d+/\d+$|^<unknown>$|^<none>$").ok());

/// What differs between two runs of a scenario.
#[derive(Clone, Debug)]
pub(crate) struct Mask {
    /// The namespace of the run.
    pub(crate) namespace: String,
    /// The folder in which the steps ran.
    pub(crate) folder: String,
}

impl Mask {
    /// A text without what differs between runs; spaces that fill up a column with times are one.
    pub(crate) fn text(&self, text: &str) -> String {
        let text = text
            .replace(&self.namespace, "NAMESPACE")
            .replace(&self.folder, "/FOLDER");
        let mut lines = Vec::new();
        for line in text.split('\n') {
            let masked = COMPILED.iter().fold(line.to_owned(), |line, (pattern, with)| {
                pattern.replace_all(&line, *with).into_owned()
            });
            let is_padded = masked.contains("TIME") || masked.contains("UPDATED") || masked.contains("RANDOM");
            lines.push(if is_padded { squeezed(&masked) } else { masked });
        }
        lines.join("\n")
    }

    /// The standard output of a command: JSON as an object, tables of live objects in order of kind without their numbers.
    pub(crate) fn output(&self, text: &str) -> String {
        if text.starts_with(['{', '['])
            && let Ok(mut value) = serde_json::from_str::<Value>(text)
        {
            self.value(&mut value);
            return format!("{:#}\n", value);
        }
        resources(&self.text(text))
    }

    /// Masks all strings and times of any JSON.
    pub(crate) fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(map) => {
                if map.contains_key("kind") && map.get("metadata").is_some_and(Value::is_object) {
                    object(map);
                }
                map.values_mut().for_each(|item| self.value(item));
                for key in ["modifiedAt", "createdAt"] {
                    map.entry(key).and_modify(|time| *time = Value::from("UNIX"));
                }
                // Names of the namespace occur as keys too, in managed fields.
                let keys: Vec<String> = map
                    .keys()
                    .filter(|key| key.contains(&self.namespace))
                    .cloned()
                    .collect();
                for key in keys {
                    if let Some(item) = map.remove(&key) {
                        map.insert(self.text(&key), item);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Runs of blanks as one blank, none at the end.
fn squeezed(line: &str) -> String {
    let mut text = String::new();
    for word in line.split([' ', '\t']).filter(|word| !word.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// Heads of tables that several kinds have in common. Helm prints one only if the table before has another, and the order of its tables
/// changes with every run, so that eight runs of it printed 26 heads six times and 27 heads twice.
const SHARED_HEADS: &[&str] = &[
    "NAME AGE",
    "NAME CREATED AT",
    "NAME DESIRED CURRENT READY AGE",
    "NAME READY STATUS RESTARTS AGE",
];

/// The section `RESOURCES:` with its tables in order; Helm prints them in an order that changes with every run.
fn resources(text: &str) -> String {
    let Some((before, rest)) = text.split_once("RESOURCES:\n") else {
        return text.to_owned();
    };
    let mut tables: Vec<String> = Vec::new();
    let mut lines = rest.lines().peekable();
    while lines
        .peek()
        .is_some_and(|line| line.starts_with("==>") || line.is_empty())
    {
        let head = lines.next().unwrap_or_default();
        if head.is_empty() {
            continue;
        }
        let mut table = format!("{head}\n");
        while let Some(line) = lines.next_if(|line| !line.is_empty()) {
            let cells: Vec<&str> = line.split_whitespace().map(cell).collect();
            let row = cells.join(" ");
            if !SHARED_HEADS.contains(&row.as_str()) {
                table.push_str(&format!("{row}\n"));
            }
        }
        tables.push(table);
    }
    tables.sort();
    let rest: Vec<&str> = lines.collect();
    format!("{before}RESOURCES:\n{}{}\n", tables.concat(), rest.join("\n"))
}

/// A cell of a table: ages and numbers change while one looks.
fn cell(word: &str) -> &str {
    match &*CELL {
        Some(pattern) if pattern.is_match(word) => "N",
        _ => word,
    }
}

/// Masks a live object: what the API server and controllers add.
fn object(map: &mut Map<String, Value>) {
    map.remove("status");
    if let Some(Value::Object(metadata)) = map.get_mut("metadata") {
        self::metadata(metadata);
    }
    let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(Value::Object(spec)) = map.get_mut("spec") else {
        return;
    };
    match kind.as_str() {
        "Service" => {
            for key in ["clusterIP", "clusterIPs"] {
                if spec.get(key).is_some_and(|value| value.as_str() != Some("None")) {
                    spec.insert(key.to_owned(), Value::from("ADDRESS"));
                }
            }
            spec.remove("healthCheckNodePort");
            for port in spec
                .get_mut("ports")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                if let Some(node_port) = port.get_mut("nodePort") {
                    *node_port = Value::from("PORT");
                }
            }
        }
        "PersistentVolumeClaim" => drop(spec.remove("volumeName")),
        "Pod" => {
            spec.remove("nodeName");
            // The volume of the service account's token has a random name, here and where it is mounted.
            let is_ours = |item: &Value| {
                !item["name"]
                    .as_str()
                    .unwrap_or_default()
                    .starts_with("kube-api-access-")
            };
            if let Some(Value::Array(volumes)) = spec.get_mut("volumes") {
                volumes.retain(is_ours);
            }
            for list in ["containers", "initContainers"] {
                for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                    if let Some(mounts) = container.get_mut("volumeMounts").and_then(Value::as_array_mut) {
                        mounts.retain(is_ours);
                    }
                }
            }
        }
        _ => {}
    }
}

fn metadata(metadata: &mut Map<String, Value>) {
    for key in ["uid", "resourceVersion", "creationTimestamp", "selfLink"] {
        metadata.remove(key);
    }
    if metadata.remove("deletionTimestamp").is_some() {
        metadata.remove("deletionGracePeriodSeconds");
        metadata.insert("isBeingDeleted".to_owned(), Value::Bool(true));
    }
    if let Some(prefix) = metadata.get("generateName").and_then(Value::as_str).map(str::to_owned) {
        metadata.insert("name".to_owned(), Value::from(format!("{prefix}RANDOM")));
    }
    // The node of a pod is any.
    if let Some(Value::Object(labels)) = metadata.get_mut("labels") {
        labels.retain(|key, _| !key.starts_with("topology.kubernetes.io/"));
    }
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.retain(|key, _| !CONTROLLERS_ANNOTATIONS.contains(&key.as_str()));
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    if let Some(Value::Array(entries)) = metadata.remove("managedFields") {
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        let mut owners = Map::new();
        for entry in entries.iter().filter(|e| !CONTROLLERS.contains(&&*text(e, "manager"))) {
            let parts = ["manager", "operation", "apiVersion", "subresource"].map(|key| text(entry, key));
            owners.insert(parts.join(" ").trim_end().to_owned(), entry["fieldsV1"].clone());
        }
        metadata.insert("managedFields".to_owned(), Value::Object(owners));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask() -> Mask {
        Mask {
            namespace: "n1-helm".to_owned(),
            folder: "/tmp/x".to_owned(),
        }
    }

    #[test]
    fn times_and_names_are_masked() {
        let table = [
            ("LAST DEPLOYED: Sat Nov 21 05:12:46 2026", "LAST DEPLOYED: TIME"),
            (
                "r\tn1-helm \t1 \t2026-11-21 04:27:56.959101087 +0000 UTC\tdeployed",
                "r NAMESPACE 1 TIME deployed",
            ),
            ("app-1763700000", "app-UNIX"),
            ("pod/r-web-5d4f8c7b9d-x2x4z is", "pod/r-web-HASH-RANDOM is"),
            ("deployedAt: \"2026-11-21T04:27:56Z\"", "deployedAt: \"TIME\""),
            ("open /tmp/x/a.yaml", "open /FOLDER/a.yaml"),
        ];
        for (text, want) in table {
            assert_eq!(mask().text(text), want);
        }
    }

    #[test]
    fn tables_of_live_objects_are_in_order() {
        let text = "A: 1\nRESOURCES:\n==> v1/Service\nNAME  TYPE  AGE\nr  NodePort  5s\n\n==> v1/Role\nNAME   CREATED AT\nr   now\n\n==> v1/ConfigMap\nNAME  DATA  AGE\nr  1  2m3s\n\n\nNOTES:\nx\n";
        let want = "A: 1\nRESOURCES:\n==> v1/ConfigMap\nNAME DATA AGE\nr N N\n==> v1/Role\nr now\n==> v1/Service\nNAME TYPE AGE\nr NodePort N\nNOTES:\nx\n";
        assert_eq!(mask().output(text), want);
    }
}
