//! `.Capabilities` and what is below it.

use std::any::Any;
use std::rc::Rc;

use skeg_value::{List, Map, Object, ObjectError, Str, Value};

/// The texts of a Kubernetes version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersionParts {
    /// `.Version`: as given, with a `v`.
    pub version: String,
    /// What `String` yields: numbers only, with a `v`.
    pub normalised: String,
    /// `.Major`.
    pub major: String,
    /// `.Minor`.
    pub minor: String,
}

/// The `.Capabilities` of a render.
pub fn capabilities(kube_version: KubeVersionParts, api_versions: &[String]) -> Value {
    object(Capabilities {
        kube_version: object(KubeVersion(kube_version)),
        api_versions: object(VersionSet(api_versions.to_vec())),
        helm_version: object(BuildInfo),
    })
}

fn object(object: impl Object) -> Value {
    Value::Object(Rc::new(object))
}

fn text(text: &str) -> Value {
    Value::from(text)
}

/// A map for JSON; fields keep their order in [`Object::json_fields`].
fn map_of(fields: Vec<(Str, Value)>) -> Value {
    fields.into_iter().collect::<Map>().into()
}

fn fields(pairs: &[(&str, &Value)]) -> Vec<(Str, Value)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).clone()))
        .collect()
}

#[derive(Debug)]
struct Capabilities {
    kube_version: Value,
    api_versions: Value,
    helm_version: Value,
}

impl Object for Capabilities {
    fn type_name(&self) -> &str {
        "*common.Capabilities"
    }

    fn kind(&self) -> &'static str {
        "ptr"
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "KubeVersion" => Some(self.kube_version.clone()),
            "APIVersions" => Some(self.api_versions.clone()),
            "HelmVersion" => Some(self.helm_version.clone()),
            _ => None,
        }
    }

    /// Go prints the address of the version set's memory here; nothing can depend on it.
    fn print(&self) -> String {
        "&{0xc000000000 0xc000000000 0xc000000000}".to_owned()
    }

    fn go_fields(&self) -> Option<Vec<(Str, Value)>> {
        Some(fields(&[
            ("KubeVersion", &self.kube_version),
            ("APIVersions", &self.api_versions),
            ("HelmVersion", &self.helm_version),
        ]))
    }

    fn to_json(&self) -> Value {
        map_of(self.go_fields().unwrap_or_default())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct KubeVersion(KubeVersionParts);

impl Object for KubeVersion {
    fn type_name(&self) -> &str {
        "common.KubeVersion"
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Version" => Some(text(&self.0.version)),
            "Major" => Some(text(&self.0.major)),
            "Minor" => Some(text(&self.0.minor)),
            _ => None,
        }
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        ["String", "GitVersion"].contains(&name).then_some(0)
    }

    fn call_method(&self, name: &str, _: &[Value]) -> Result<Value, ObjectError> {
        Ok(text(if name == "String" {
            &self.0.normalised
        } else {
            &self.0.version
        }))
    }

    fn print(&self) -> String {
        let KubeVersionParts {
            version,
            normalised,
            major,
            minor,
        } = &self.0;
        format!("{{{version} {normalised} {major} {minor}}}")
    }

    fn go_fields(&self) -> Option<Vec<(Str, Value)>> {
        Some(fields(&[
            ("Version", &text(&self.0.version)),
            ("Major", &text(&self.0.major)),
            ("Minor", &text(&self.0.minor)),
        ]))
    }

    fn to_json(&self) -> Value {
        map_of(self.go_fields().unwrap_or_default())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct VersionSet(Vec<String>);

impl Object for VersionSet {
    fn type_name(&self) -> &str {
        "common.VersionSet"
    }

    fn kind(&self) -> &'static str {
        "slice"
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        (name == "Has").then_some(1)
    }

    fn call_method(&self, _: &str, args: &[Value]) -> Result<Value, ObjectError> {
        match args {
            [Value::String(wanted)] => Ok(self
                .0
                .iter()
                .any(|version| version.as_bytes() == wanted.as_bytes())
                .into()),
            [Value::Null] => Err(ObjectError(
                "wrong type for value; expected string; got interface {}".to_owned(),
            )),
            [other, ..] => Err(ObjectError(format!(
                "wrong type for value; expected string; got {}",
                other.type_name()
            ))),
            [] => Err(ObjectError("wrong number of args for Has: want 1 got 0".to_owned())),
        }
    }

    fn print(&self) -> String {
        format!("[{}]", self.0.join(" "))
    }

    fn to_json(&self) -> Value {
        self.0.iter().map(|version| text(version)).collect::<List>().into()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The version of Helm that templates are told they run under.
#[derive(Debug)]
struct BuildInfo;

/// Field, JSON key and value.
const BUILD_INFO: [(&str, &str, &str); 5] = [
    ("Version", "version", "v4.3.1"),
    ("GitCommit", "git_commit", "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff"),
    ("GitTreeState", "git_tree_state", "clean"),
    ("GoVersion", "go_version", "go1.27.2"),
    ("KubeClientVersion", "kube_client_version", "v1.37"),
];

impl Object for BuildInfo {
    fn type_name(&self) -> &str {
        "version.BuildInfo"
    }

    fn field(&self, name: &str) -> Option<Value> {
        BUILD_INFO
            .iter()
            .find(|(field, ..)| *field == name)
            .map(|(.., value)| text(value))
    }

    fn print(&self) -> String {
        format!("{{{}}}", BUILD_INFO.map(|(.., value)| value).join(" "))
    }

    fn go_fields(&self) -> Option<Vec<(Str, Value)>> {
        Some(
            BUILD_INFO
                .iter()
                .map(|(field, _, value)| ((*field).into(), text(value)))
                .collect(),
        )
    }

    fn json_fields(&self) -> Option<Vec<(Str, Value)>> {
        Some(
            BUILD_INFO
                .iter()
                .map(|(_, key, value)| ((*key).into(), text(value)))
                .collect(),
        )
    }

    fn to_json(&self) -> Value {
        map_of(self.json_fields().unwrap_or_default())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
