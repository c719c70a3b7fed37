//! What the kubeconfig says about contexts: enough to know the namespace and to complete `--kube-context`.
//!
//! Connecting is the business of the cluster crate; rendering needs no more than the namespace.

use std::collections::BTreeMap;
use std::path::Path;

use skeg_value::{Map, Value};

use super::Settings;
use super::paths::join;
use crate::settings::yaml_file::{self, text_of};

/// A context of a kubeconfig.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The name of its cluster.
    pub cluster: String,
    /// Its namespace; empty when it has none.
    pub namespace: String,
}

/// The merged kubeconfig, as far as contexts go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KubeConfig {
    /// `current-context`; empty when there is none.
    pub current_context: String,
    /// The contexts, by name.
    pub contexts: BTreeMap<String, Context>,
}

/// Where a pod finds its own namespace.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The namespace of the context in use, else that of the pod, else `default`.
///
/// # Source
/// client-go's deferred loading of client configuration: a kubeconfig that cannot be read, or a context that does not
/// exist, means `default`.
pub fn namespace(settings: &Settings) -> String {
    let default = || "default".to_owned();
    let Some(config) = load(settings) else { return default() };
    let name = match settings.kube_context.as_str() {
        "" => config.current_context.as_str(),
        name => name,
    };
    match config.contexts.get(name) {
        None if !name.is_empty() => default(),
        Some(context) if !context.namespace.is_empty() => context.namespace.clone(),
        _ => pod_namespace(settings).unwrap_or_else(default),
    }
}

fn pod_namespace(settings: &Settings) -> Option<String> {
    let env = &settings.env;
    let in_pod = env.is_set("KUBERNETES_SERVICE_HOST")
        && env.is_set("KUBERNETES_SERVICE_PORT")
        && Path::new(SERVICE_ACCOUNT).join("token").is_file();
    if !in_pod {
        return None;
    }
    if env.is_set("POD_NAMESPACE") {
        return Some(env.text("POD_NAMESPACE"));
    }
    let text = std::fs::read_to_string(Path::new(SERVICE_ACCOUNT).join("namespace")).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Reads and merges the kubeconfig files: `--kubeconfig`, else those in `KUBECONFIG`, else `~/.kube/config`. Of two
/// files that say the same thing, the first one counts.
///
/// Gives none when a file that exists cannot be read, or when the file of `--kubeconfig` does not exist; other missing
/// files count as empty.
pub fn load(settings: &Settings) -> Option<KubeConfig> {
    let env = &settings.env;
    let list = env.text("KUBECONFIG");
    let explicit = !settings.kube_config.is_empty();
    let paths: Vec<String> = if explicit {
        vec![settings.kube_config.clone()]
    } else if list.is_empty() {
        vec![join(&[&env.text("HOME"), ".kube/config"])]
    } else {
        let separator = if cfg!(windows) { ';' } else { ':' };
        list.split(separator)
            .filter(|path| !path.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut merged = KubeConfig::default();
    for path in paths {
        match yaml_file::read(&path) {
            Ok(Some(value)) => merge(&mut merged, parse(&value)?),
            Ok(None) if explicit => return None,
            Ok(None) => {}
            Err(_) => return None,
        }
    }
    Some(merged)
}

fn merge(into: &mut KubeConfig, from: KubeConfig) {
    if into.current_context.is_empty() {
        into.current_context = from.current_context;
    }
    for (name, context) in from.contexts {
        into.contexts.entry(name).or_insert(context);
    }
}

fn parse(value: &Value) -> Option<KubeConfig> {
    let map = match value {
        Value::Null => return Some(KubeConfig::default()),
        Value::Map(map) => map,
        _ => return None,
    };
    let mut config = KubeConfig {
        current_context: field(map, "current-context")?,
        ..KubeConfig::default()
    };
    let entries = match map.get(b"contexts") {
        None | Some(Value::Null) => return Some(config),
        Some(Value::List(entries)) => entries,
        Some(_) => return None,
    };
    for entry in entries.iter() {
        let Value::Map(entry) = entry else { return None };
        let name = field(entry, "name")?;
        let context = match entry.get(b"context") {
            None | Some(Value::Null) => Context::default(),
            Some(Value::Map(context)) => Context {
                cluster: field(&context, "cluster")?,
                namespace: field(&context, "namespace")?,
            },
            Some(_) => return None,
        };
        config.contexts.entry(name).or_insert(context);
    }
    Some(config)
}

/// A text field: empty when it is absent, none when it is no text.
fn field(map: &Map, key: &str) -> Option<String> {
    match map.get(key.as_bytes()) {
        None | Some(Value::Null) => Some(String::new()),
        Some(value) => text_of(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::environment::Environment;

    const ONE: &str = "\
apiVersion: v1
kind: Config
current-context: a
contexts:
- name: a
  context: {cluster: ca, user: u, namespace: team}
- name: b
  context: {cluster: cb}
";

    fn settings(folder: &Path, variables: &[(&str, &str)]) -> Settings {
        let home = folder.to_str().expect("a temporary path is text").to_owned();
        let variables = variables.iter().copied().chain([("HOME", home.as_str())]);
        Settings::from_environment(&Environment::fixed(variables))
    }

    /// Recorded from Helm 4.3.1 with `helm env HELM_NAMESPACE`.
    #[test]
    fn the_namespace_is_the_contexts() {
        let folder = std::env::temp_dir().join(format!("skeg-kubeconfig-{}", std::process::id()));
        std::fs::create_dir_all(folder.join(".kube")).expect("a temporary folder can be made");
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("a temporary file can be written");
            path.to_str().expect("a temporary path is text").to_owned()
        };
        let one = write(".kube/config", ONE);
        let two = write(
            "two",
            "current-context: c\ncontexts: [{name: a, context: {namespace: x}}, {name: c, context: {namespace: see}}]\n",
        );
        let bad = write("bad", "contexts: 7\n");
        let number = write(
            "number",
            "current-context: a\ncontexts: [{name: a, context: {namespace: 5}}]\n",
        );
        let both = format!("{two}:/nonexistent:{one}");
        let cases: [(&[(&str, &str)], &str); 10] = [
            (&[], "team"),
            (&[("HELM_NAMESPACE", "mine")], "mine"),
            (&[("HELM_KUBECONTEXT", "b")], "default"),
            (&[("HELM_KUBECONTEXT", "nope")], "default"),
            (&[("KUBECONFIG", "/nonexistent")], "default"),
            (&[("KUBECONFIG", &bad)], "default"),
            (&[("KUBECONFIG", &number)], "default"),
            (&[("KUBECONFIG", &two)], "see"),
            (&[("KUBECONFIG", &both)], "see"),
            (&[("KUBECONFIG", &both), ("HELM_KUBECONTEXT", "a")], "x"),
        ];
        for (variables, expected) in cases {
            assert_eq!(settings(&folder, variables).namespace(), expected, "{variables:?}");
        }
        std::fs::remove_dir_all(&folder).expect("the temporary folder can be removed");
    }
}
