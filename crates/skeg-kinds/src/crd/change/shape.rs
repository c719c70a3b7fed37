//! A definition as it is compared: old and new forms in one, with the API server's defaults filled in.

use serde_json::{Map, Value};

/// A definition, read where it stands.
pub(super) struct Definition<'a> {
    root: &'a Value,
    pub(super) group: &'a str,
    pub(super) scope: &'a str,
    pub(super) kind: &'a str,
    pub(super) plural: &'a str,
    pub(super) short_names: Vec<&'a str>,
    pub(super) categories: Vec<&'a str>,
    /// `None` or `Webhook`.
    pub(super) strategy: &'a str,
    /// `spec.conversion.webhook`, or null.
    pub(super) webhook: &'a Value,
    /// Whether fields without a schema are kept everywhere.
    pub(super) preserves: bool,
    pub(super) versions: Vec<Version<'a>>,
    /// The versions that objects may be stored in.
    stored: Vec<&'a str>,
}

/// A version of a definition.
pub(super) struct Version<'a> {
    pub(super) name: &'a str,
    pub(super) served: bool,
    pub(super) storage: bool,
    pub(super) deprecated: bool,
    pub(super) deprecation_warning: &'a str,
    /// `openAPIV3Schema`, or null.
    pub(super) schema: &'a Value,
    pub(super) subresources: &'a Map<String, Value>,
    /// Each column without what is empty, `JSONPath` of v1beta1 under today's name.
    pub(super) columns: Vec<Value>,
    pub(super) selectable_fields: Vec<&'a str>,
}

static NULL: Value = Value::Null;

impl<'a> Definition<'a> {
    pub(super) fn read(root: &'a Value) -> Self {
        let spec = &root["spec"];
        let is_beta = text(&root["apiVersion"]).ends_with("v1beta1");
        let versions: Vec<Version<'a>> = match spec["versions"].as_array() {
            Some(list) if !list.is_empty() => list.iter().map(|version| Version::read(version, spec)).collect(),
            _ if is_beta && spec["version"].is_string() => vec![Version {
                name: text(&spec["version"]),
                served: true,
                storage: true,
                ..Version::read(&NULL, spec)
            }],
            _ => Vec::new(),
        };
        let mut stored = texts(&root["status"]["storedVersions"]);
        if stored.is_empty() {
            stored.extend(
                versions
                    .iter()
                    .filter(|version| version.storage)
                    .map(|version| version.name),
            );
        }
        let strategy = text(&spec["conversion"]["strategy"]);
        Definition {
            root,
            group: text(&spec["group"]),
            scope: match text(&spec["scope"]) {
                "" if is_beta => "Namespaced",
                scope => scope,
            },
            kind: text(&spec["names"]["kind"]),
            plural: text(&spec["names"]["plural"]),
            short_names: texts(&spec["names"]["shortNames"]),
            categories: texts(&spec["names"]["categories"]),
            strategy: if strategy.is_empty() { "None" } else { strategy },
            webhook: &spec["conversion"]["webhook"],
            preserves: spec["preserveUnknownFields"].as_bool().unwrap_or(is_beta),
            versions,
            stored,
        }
    }

    pub(super) fn list_kind(&self) -> String {
        match text(&self.root["spec"]["names"]["listKind"]) {
            "" => format!("{}List", self.kind),
            given => given.to_owned(),
        }
    }

    pub(super) fn singular(&self) -> String {
        match text(&self.root["spec"]["names"]["singular"]) {
            "" => self.kind.to_lowercase(),
            given => given.to_owned(),
        }
    }

    pub(super) fn version(&self, name: &str) -> Option<&Version<'a>> {
        self.versions.iter().find(|version| version.name == name)
    }

    /// The version that objects are written in.
    pub(super) fn storage(&self) -> Option<&Version<'a>> {
        self.versions.iter().find(|version| version.storage)
    }

    /// Whether objects may be stored in this version.
    pub(super) fn is_stored(&self, name: &str) -> bool {
        self.stored.contains(&name)
    }

    /// The entries of `metadata.labels` or `metadata.annotations`.
    pub(super) fn metadata(&self, part: &str) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        let entries = self.root["metadata"][part].as_object();
        entries.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }
}

impl<'a> Version<'a> {
    /// `spec` is where v1beta1 keeps what all versions share.
    fn read(version: &'a Value, spec: &'a Value) -> Self {
        let or_shared = |own: &'a Value, shared: &'a Value| if own.is_null() { shared } else { own };
        let columns = or_shared(&version["additionalPrinterColumns"], &spec["additionalPrinterColumns"]);
        let selectable = version["selectableFields"].as_array().into_iter().flatten();
        Version {
            name: text(&version["name"]),
            served: version["served"].as_bool().unwrap_or(false),
            storage: version["storage"].as_bool().unwrap_or(false),
            deprecated: version["deprecated"].as_bool().unwrap_or(false),
            deprecation_warning: text(&version["deprecationWarning"]),
            schema: or_shared(
                &version["schema"]["openAPIV3Schema"],
                &spec["validation"]["openAPIV3Schema"],
            ),
            subresources: object(or_shared(&version["subresources"], &spec["subresources"])),
            columns: columns.as_array().into_iter().flatten().map(column).collect(),
            selectable_fields: selectable.map(|field| text(&field["jsonPath"])).collect(),
        }
    }
}

fn column(column: &Value) -> Value {
    let mut column = column.clone();
    if let Some(entries) = column.as_object_mut() {
        if let Some(path) = entries.remove("JSONPath") {
            entries.insert("jsonPath".to_owned(), path);
        }
        entries.retain(|_, value| *value != "" && value.as_i64() != Some(0));
    }
    column
}

/// Where two webhooks are, when they are at different places. The certificate bundle does not count: it is often put in
/// by a controller after the chart.
pub(super) fn other_webhook(old: &Value, new: &Value) -> Option<(String, String)> {
    let place = |webhook: &Value| {
        let config = &webhook["clientConfig"];
        if let Some(url) = config["url"].as_str() {
            return url.to_owned();
        }
        let service = &config["service"];
        let port = service["port"].as_u64().unwrap_or(443);
        let (namespace, name, path) = (
            text(&service["namespace"]),
            text(&service["name"]),
            text(&service["path"]),
        );
        format!("{namespace}/{name}:{port}{path}")
    };
    // A chart that says nothing about the webhook leaves the one that is there.
    if new["clientConfig"].is_null() {
        return None;
    }
    let (old, new) = (place(old), place(new));
    (old != new).then_some((old, new))
}

/// A value in one short line.
pub(super) fn brief(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 3).chain("...".chars()).collect()
}

/// A string; empty where there is none.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The strings of a list.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The entries of a map; none where it is not one.
pub(super) fn object(value: &Value) -> &Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}
