//! Reading Chart.yaml and its relatives into their fields, as Go decodes JSON into structs.
//!
//! Fields match by name without regard to case, unknown fields are ignored, null leaves a field as it is; the first
//! mismatch of types, in order of keys, is the error, in Go's words.

use skeg_value::yaml;
use skeg_value::{Map, Value};

use super::{Dependency, Maintainer, Metadata};

/// Go's prefix of JSON errors that come through the YAML decoder.
const DECODING: &str = "error unmarshaling JSON: while decoding JSON: ";

/// A decoded document and the first mismatch of types found on the way.
#[derive(Debug, Default)]
pub struct Shape {
    error: Option<String>,
}

impl Shape {
    /// The first mismatch, if there was one.
    ///
    /// # Errors
    /// Go's text, `error unmarshaling JSON: while decoding JSON: ` included.
    pub fn finish(self) -> Result<(), String> {
        self.error.map_or(Ok(()), |error| Err(format!("{DECODING}{error}")))
    }

    /// Notes an error of Go's JSON decoder; the first one counts.
    pub fn fail(&mut self, error: String) {
        self.error.get_or_insert(error);
    }

    /// Notes that a value does not fit its field.
    pub fn mismatch(&mut self, value: &Value, path: &str, go_type: &str) {
        let error = yaml::mismatch(value, path, go_type).to_string();
        self.fail(error.strip_prefix(DECODING).unwrap_or(&error).to_owned());
    }

    /// A text: scalars become texts as the YAML decoder writes them for a string field.
    pub fn text(&mut self, value: &Value, path: &str, field: &mut String) {
        match yaml::scalar_text(value) {
            Some(text) => *field = text.to_string(),
            None if value.is_null() => {}
            None => self.mismatch(value, path, "string"),
        }
    }

    /// A boolean.
    pub fn boolean(&mut self, value: &Value, path: &str, field: &mut bool) {
        match value {
            Value::Null => {}
            Value::Bool(b) => *field = *b,
            other => self.mismatch(other, path, "bool"),
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, value: &Value, path: &str, field: &mut Vec<String>) {
        match value {
            Value::Null => {}
            Value::List(items) => {
                *field = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| {
                        let mut text = String::new();
                        self.text(item, &format!("{path}.{index}"), &mut text);
                        text
                    })
                    .collect();
            }
            other => self.mismatch(other, path, "[]string"),
        }
    }

    fn text_map(&mut self, value: &Value, path: &str, field: &mut Option<Vec<(String, String)>>) {
        match value {
            Value::Null => {}
            Value::Map(map) => {
                let mut entries = Vec::new();
                for (key, item) in map.borrow().iter() {
                    let mut text = String::new();
                    self.text(item, &format!("{path}.{key}"), &mut text);
                    entries.push((key.to_string(), text));
                }
                *field = Some(entries);
            }
            other => self.mismatch(other, path, "map[string]string"),
        }
    }

    /// A list of structs, null entries kept as none.
    fn structs<T: Default>(
        &mut self,
        value: &Value,
        path: &str,
        go_type: &str,
        field: &mut Vec<Option<T>>,
        read: fn(&mut Shape, &Map, &str, &mut T),
    ) {
        let Value::List(items) = value else {
            if !value.is_null() {
                self.mismatch(value, path, &format!("[]*{go_type}"));
            }
            return;
        };
        field.clear();
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}.{index}");
            match item {
                Value::Null => field.push(None),
                Value::Map(map) => {
                    let mut entry = T::default();
                    read(self, map, &path, &mut entry);
                    field.push(Some(entry));
                }
                other => {
                    self.mismatch(other, &path, go_type);
                    field.push(Some(T::default()));
                }
            }
        }
    }

    /// The entries of a `dependencies` field.
    pub fn dependencies(&mut self, value: &Value, path: &str, field: &mut Vec<Option<Dependency>>) {
        self.structs(value, path, "v2.Dependency", field, |shape, map, path, entry| {
            for (key, value) in map.snapshot() {
                let at = |name: &str| format!("{path}.{name}");
                match key.to_string().to_lowercase().as_str() {
                    "name" => shape.text(&value, &at("name"), &mut entry.name),
                    "version" => shape.text(&value, &at("version"), &mut entry.version),
                    "repository" => shape.text(&value, &at("repository"), &mut entry.repository),
                    "condition" => shape.text(&value, &at("condition"), &mut entry.condition),
                    "tags" => shape.texts(&value, &at("tags"), &mut entry.tags),
                    "enabled" => shape.boolean(&value, &at("enabled"), &mut entry.enabled),
                    "import-values" => match &value {
                        Value::Null => {}
                        Value::List(items) => entry.import_values = items.iter().map(as_json).collect(),
                        other => shape.mismatch(other, &at("import-values"), "[]interface {}"),
                    },
                    "alias" => shape.text(&value, &at("alias"), &mut entry.alias),
                    "depends-on" => {
                        if let Value::List(items) = &value {
                            let name = |item: &Value| match item {
                                Value::String(name) => Some(name.to_string()),
                                _ => None,
                            };
                            entry.depends_on = items.iter().filter_map(name).collect();
                        }
                    }
                    _ => {}
                }
            }
        });
    }

    fn maintainers(&mut self, value: &Value, path: &str, field: &mut Vec<Option<Maintainer>>) {
        self.structs(value, path, "v2.Maintainer", field, |shape, map, path, entry| {
            for (key, value) in map.snapshot() {
                let at = |name: &str| format!("{path}.{name}");
                match key.to_string().to_lowercase().as_str() {
                    "name" => shape.text(&value, &at("name"), &mut entry.name),
                    "email" => shape.text(&value, &at("email"), &mut entry.email),
                    "url" => shape.text(&value, &at("url"), &mut entry.url),
                    _ => {}
                }
            }
        });
    }
}

/// What Go's JSON calls the kind of a value.
fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Float(_) => "number",
        Value::List(_) => "array",
        Value::Map(_) | Value::Object(_) => "object",
        Value::String(_) | Value::Bytes(_) => "string",
    }
}

/// Numbers as JSON decodes them into `interface {}`.
fn as_json(value: &Value) -> Value {
    match value {
        Value::Int(int) => Value::Float(int.value as f64),
        Value::List(items) => items.iter().map(as_json).collect::<skeg_value::List>().into(),
        Value::Map(map) => map
            .borrow()
            .iter()
            .map(|(k, v)| (k.clone(), as_json(v)))
            .collect::<Map>()
            .into(),
        other => other.clone(),
    }
}

/// The document as a map; none for null or an empty document.
///
/// # Errors
/// Go's text for a document that is neither.
pub(crate) fn document(text: &[u8], go_type: &str) -> Result<Option<Map>, String> {
    match yaml::decode_typed(text).map_err(|error| error.to_string())? {
        Value::Null => Ok(None),
        Value::Map(map) => Ok(Some(map)),
        other => Err(format!(
            "{DECODING}json: cannot unmarshal {} into Go value of type {go_type}",
            json_kind(&other)
        )),
    }
}

/// Infinite numbers can become texts, but not JSON.
fn supported(value: &Value) -> Result<(), String> {
    yaml::first_unsupported(value).map_or(Ok(()), |error| Err(error.to_string()))
}

impl Metadata {
    /// Reads Chart.yaml.
    ///
    /// # Errors
    /// The YAML decoder's or Go's JSON decoder's text. What was understood is dropped: Helm uses none of it.
    pub fn decode(text: &[u8]) -> Result<Metadata, String> {
        Metadata::decode_as(text, "loader.chartBase")
    }

    /// As [`Metadata::decode`], with the Go type that is named when the document is not a map (`v2.Metadata` in lint).
    ///
    /// # Errors
    /// As [`Metadata::decode`].
    pub fn decode_as(text: &[u8], go_type: &str) -> Result<Metadata, String> {
        let mut metadata = Metadata::default();
        if let Some(map) = document(text, go_type)? {
            metadata.read(&map)?;
        }
        Ok(metadata)
    }

    /// Reads only `apiVersion`, which Helm looks at before it reads anything else of a chart.
    ///
    /// # Errors
    /// As [`Metadata::decode`], and `unsupported chart version` is left to the loader.
    pub fn decode_version(text: &[u8]) -> Result<String, String> {
        let mut version = String::new();
        let mut shape = Shape::default();
        if let Some(map) = document(text, "loader.chartBase")? {
            for (key, value) in map.snapshot() {
                if yaml::same_field("apiVersion", &key) {
                    shape.text(&value, ".apiVersion", &mut version);
                } else {
                    supported(&value)?;
                }
            }
        }
        shape.finish()?;
        Ok(version)
    }

    /// Looks for what Helm's strict reading of Chart.yaml refuses: repeated and unknown keys.
    ///
    /// # Errors
    /// The decoder's text.
    pub fn check_strict(text: &[u8]) -> Result<(), String> {
        let value = yaml::decode_strict_typed(text).map_err(|error| error.to_string())?;
        let Value::Map(map) = value else { return Ok(()) };
        unknown(&map, FIELDS)?;
        for (list, fields) in [
            ("maintainers", &["name", "email", "url"][..]),
            ("dependencies", DEPENDENCY_FIELDS),
        ] {
            if let Some(Value::List(items)) = map.get(list.as_bytes()) {
                items
                    .iter()
                    .filter_map(Value::as_map)
                    .try_for_each(|item| unknown(item, fields))?;
            }
        }
        Ok(())
    }

    /// Takes the `dependencies` of an old chart's requirements.yaml.
    ///
    /// # Errors
    /// As [`Metadata::decode`].
    pub fn decode_requirements(&mut self, text: &[u8]) -> Result<(), String> {
        match document(text, "v2.Metadata")? {
            Some(map) => self.read(&map),
            None => Ok(()),
        }
    }

    fn read(&mut self, map: &Map) -> Result<(), String> {
        let mut shape = Shape::default();
        for (key, value) in map.snapshot() {
            match key.to_string().to_lowercase().as_str() {
                "apiversion" => shape.text(&value, ".apiVersion", &mut self.api_version),
                "name" => shape.text(&value, ".name", &mut self.name),
                "version" => shape.text(&value, ".version", &mut self.version),
                "kubeversion" => shape.text(&value, ".kubeVersion", &mut self.kube_version),
                "description" => shape.text(&value, ".description", &mut self.description),
                "type" => shape.text(&value, ".type", &mut self.chart_type),
                "keywords" => shape.texts(&value, ".keywords", &mut self.keywords),
                "home" => shape.text(&value, ".home", &mut self.home),
                "sources" => shape.texts(&value, ".sources", &mut self.sources),
                "dependencies" => shape.dependencies(&value, ".dependencies", &mut self.dependencies),
                "maintainers" => shape.maintainers(&value, ".maintainers", &mut self.maintainers),
                "icon" => shape.text(&value, ".icon", &mut self.icon),
                "appversion" => shape.text(&value, ".appVersion", &mut self.app_version),
                "deprecated" => shape.boolean(&value, ".deprecated", &mut self.deprecated),
                "annotations" => shape.text_map(&value, ".annotations", &mut self.annotations),
                "condition" => shape.text(&value, ".condition", &mut self.condition),
                "tags" => shape.text(&value, ".tags", &mut self.tags),
                _ => supported(&value)?,
            }
        }
        shape.finish()
    }
}

/// The fields of Chart.yaml.
const FIELDS: &[&str] = &[
    "name",
    "home",
    "sources",
    "version",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
];

/// The fields of an entry of `dependencies`.
const DEPENDENCY_FIELDS: &[&str] = &[
    "name",
    "version",
    "repository",
    "condition",
    "tags",
    "enabled",
    "import-values",
    "alias",
];

/// The first key, in order, that is no field.
fn unknown(map: &Map, fields: &[&str]) -> Result<(), String> {
    match map
        .borrow()
        .keys()
        .find(|key| !fields.iter().any(|field| yaml::same_field(field, key)))
    {
        Some(key) => Err(format!(
            "{DECODING}json: unknown field {}",
            skeg_value::quote::quote(key)
        )),
        None => Ok(()),
    }
}
