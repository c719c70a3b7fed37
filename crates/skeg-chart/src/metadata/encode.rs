//! Metadata as templates see it (`.Chart`) and as it is written back to Chart.yaml.

use skeg_value::{List, Map, MapType, Value, yaml};

use super::{Dependency, Maintainer, Metadata};

fn texts(items: &[String]) -> Value {
    items
        .iter()
        .map(|text| Value::from(text.as_str()))
        .collect::<List>()
        .into()
}

fn map_of(entries: Vec<(&str, Value)>) -> Value {
    entries
        .into_iter()
        .map(|(key, value)| (key.into(), value))
        .collect::<Map>()
        .into()
}

fn text(text: &str) -> Value {
    Value::from(text)
}

impl Metadata {
    /// The `.Chart` of templates: all fields, by their Go names; absent lists are empty, absent annotations nil.
    ///
    /// `is_root`: whether it is the chart that was asked for, not a subchart.
    pub fn to_template_value(&self, is_root: bool) -> Value {
        let annotations = match &self.annotations {
            None => Map::nil(MapType::String),
            Some(entries) => {
                let map: Map = entries
                    .iter()
                    .map(|(key, value)| (key.as_str().into(), text(value)))
                    .collect();
                map.with_type(MapType::String)
            }
        };
        let maintainers: List = self
            .maintainers
            .iter()
            .flatten()
            .map(Maintainer::to_template_value)
            .collect();
        let dependencies: List = self.declared().map(Dependency::to_template_value).collect();
        map_of(vec![
            ("APIVersion", text(&self.api_version)),
            ("Annotations", annotations.into()),
            ("AppVersion", text(&self.app_version)),
            ("Condition", text(&self.condition)),
            ("Dependencies", dependencies.into()),
            ("Deprecated", self.deprecated.into()),
            ("Description", text(&self.description)),
            ("Home", text(&self.home)),
            ("Icon", text(&self.icon)),
            ("IsRoot", is_root.into()),
            ("Keywords", texts(&self.keywords)),
            ("KubeVersion", text(&self.kube_version)),
            ("Maintainers", maintainers.into()),
            ("Name", text(&self.name)),
            ("Sources", texts(&self.sources)),
            ("Tags", text(&self.tags)),
            ("Type", text(&self.chart_type)),
            ("Version", text(&self.version)),
        ])
    }

    /// Chart.yaml as `show chart` prints it and `package` writes it: sorted keys, nothing absent, a final newline.
    ///
    /// # Errors
    /// A text that YAML cannot hold.
    ///
    /// # Source
    /// spec/rendering.md 6.7, 6.8.
    pub fn to_yaml(&self) -> Result<Vec<u8>, String> {
        let mut entries: Vec<(&str, Value)> = Vec::new();
        let mut put = |key, value: &str| {
            if !value.is_empty() {
                entries.push((key, text(value)));
            }
        };
        put("apiVersion", &self.api_version);
        put("appVersion", &self.app_version);
        put("condition", &self.condition);
        put("description", &self.description);
        put("home", &self.home);
        put("icon", &self.icon);
        put("kubeVersion", &self.kube_version);
        put("name", &self.name);
        put("tags", &self.tags);
        put("type", &self.chart_type);
        put("version", &self.version);
        if self.deprecated {
            entries.push(("deprecated", true.into()));
        }
        for (key, items) in [("keywords", &self.keywords), ("sources", &self.sources)] {
            if !items.is_empty() {
                entries.push((key, texts(items)));
            }
        }
        if !self.maintainers.is_empty() {
            let items: List = self
                .maintainers
                .iter()
                .map(|m| m.as_ref().map_or(Value::Null, Maintainer::to_file_value))
                .collect();
            entries.push(("maintainers", items.into()));
        }
        if !self.dependencies.is_empty() {
            let items: List = self
                .dependencies
                .iter()
                .map(|d| d.as_ref().map_or(Value::Null, Dependency::to_file_value))
                .collect();
            entries.push(("dependencies", items.into()));
        }
        if let Some(annotations) = self.annotations.as_ref().filter(|entries| !entries.is_empty()) {
            let map: Map = annotations
                .iter()
                .map(|(key, value)| (key.as_str().into(), text(value)))
                .collect();
            entries.push(("annotations", map.into()));
        }
        let mut out = Vec::new();
        yaml::emit::encode(&map_of(entries), &mut out).map_err(|error| error.to_string())?;
        Ok(out)
    }
}

impl Maintainer {
    fn to_template_value(&self) -> Value {
        map_of(vec![
            ("Email", text(&self.email)),
            ("Name", text(&self.name)),
            ("URL", text(&self.url)),
        ])
    }

    fn to_file_value(&self) -> Value {
        let fields = [("name", &self.name), ("email", &self.email), ("url", &self.url)];
        map_of(
            fields
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(key, value)| (key, text(value)))
                .collect(),
        )
    }
}

impl Dependency {
    fn to_template_value(&self) -> Value {
        map_of(vec![
            ("Alias", text(&self.alias)),
            ("Condition", text(&self.condition)),
            ("Enabled", self.enabled.into()),
            ("ImportValues", List::new(self.import_values.clone()).into()),
            ("Name", text(&self.name)),
            ("Repository", text(&self.repository)),
            ("Tags", texts(&self.tags)),
            ("Version", text(&self.version)),
        ])
    }

    /// The entry as Chart.yaml and Chart.lock hold it: `name` and `repository` always, the rest where it says something.
    pub fn to_file_value(&self) -> Value {
        let mut entries = vec![("name", text(&self.name)), ("repository", text(&self.repository))];
        for (key, value) in [
            ("version", &self.version),
            ("condition", &self.condition),
            ("alias", &self.alias),
        ] {
            if !value.is_empty() {
                entries.push((key, text(value)));
            }
        }
        if !self.tags.is_empty() {
            entries.push(("tags", texts(&self.tags)));
        }
        if self.enabled {
            entries.push(("enabled", true.into()));
        }
        if !self.import_values.is_empty() {
            entries.push(("import-values", List::new(self.import_values.clone()).into()));
        }
        map_of(entries)
    }
}
