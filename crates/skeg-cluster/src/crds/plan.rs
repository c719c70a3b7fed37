//! What a chart's definitions would change on the cluster. Only reads.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;
use skeg_kinds::crd::change::{self, Change, Effect};

use super::{ChartCrd, CrdError, objects};
use crate::client::Client;
use crate::error::ApiError;
use crate::request::Request;

/// A definition of a chart, beside what the cluster has under its name.
#[derive(Clone, Debug, PartialEq)]
pub struct CrdPlan {
    /// Its name.
    pub name: String,
    /// The kind it defines.
    pub kind: String,
    /// Where the chart has it.
    pub source: String,
    /// As the chart wants it.
    pub wanted: Value,
    /// As it is on the cluster; none when it is not there.
    pub installed: Option<Value>,
    /// Who wrote it there.
    pub managed: Managed,
    /// What would change.
    pub changes: Vec<Change>,
    /// How many objects of its kind there are.
    pub objects: Objects,
}

/// What a plan comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is not on the cluster.
    New,
    /// It is there, and nothing would change.
    Unchanged,
    /// It is there, and differs.
    Changed,
}

impl State {
    /// `new`, `unchanged`, `changed`.
    pub fn word(self) -> &'static str {
        match self {
            State::New => "new",
            State::Unchanged => "unchanged",
            State::Changed => "changed",
        }
    }
}

/// Who wrote a definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managed {
    /// The field managers of its `spec`, as they call themselves.
    pub managers: Vec<String>,
    /// The release that it belongs to, as `namespace/name`, where its annotations say so.
    pub release: Option<String>,
    /// The tool that keeps it in step with some other source, as its labels and annotations tell.
    pub tool: Option<&'static str>,
}

impl Managed {
    /// The field managers beside Helm and skeg: applying over their fields is a conflict.
    pub fn foreign(&self) -> impl Iterator<Item = &str> {
        let managers = self.managers.iter().map(String::as_str);
        managers.filter(|manager| !["helm", "skeg"].contains(manager))
    }

    fn read(installed: &Value) -> Managed {
        let metadata = &installed["metadata"];
        let mut managers: Vec<String> = Vec::new();
        for entry in metadata["managedFields"].as_array().into_iter().flatten() {
            let is_status = entry["subresource"] == "status";
            let fields = entry["fieldsV1"]["f:spec"].as_object();
            // Whoever only puts a certificate into the webhook's configuration does not manage the definition.
            let writes = fields.is_some_and(|fields| fields.keys().any(|key| key != "f:conversion" && key != "."));
            let manager = entry["manager"].as_str().unwrap_or_default().to_owned();
            if writes && !is_status && !managers.contains(&manager) {
                managers.push(manager);
            }
        }
        let annotation = |key: &str| metadata["annotations"][key].as_str();
        let release = annotation("meta.helm.sh/release-name").map(|name| {
            let namespace = annotation("meta.helm.sh/release-namespace").unwrap_or_default();
            format!("{namespace}/{name}")
        });
        let has = |key: &str| !metadata["annotations"][key].is_null() || !metadata["labels"][key].is_null();
        let tool = TOOLS.iter().find(|(key, _)| has(key)).map(|(_, tool)| *tool);
        Managed {
            managers,
            release,
            tool,
        }
    }
}

/// Labels and annotations of tools that would undo what others change.
const TOOLS: &[(&str, &str)] = &[
    ("argocd.argoproj.io/tracking-id", "Argo CD"),
    ("argocd.argoproj.io/instance", "Argo CD"),
    ("kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("helm.toolkit.fluxcd.io/name", "Flux"),
    ("olm.managed", "Operator Lifecycle Manager"),
    ("addonmanager.kubernetes.io/mode", "the addon manager"),
];

/// How many objects of a kind there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Objects {
    /// So many.
    Counted(u64),
    /// The user may not list them.
    Forbidden,
    /// Nobody asked, or no version of the kind is served.
    #[default]
    Unknown,
}

impl CrdPlan {
    /// What it comes to.
    pub fn state(&self) -> State {
        match (&self.installed, self.changes.is_empty()) {
            (None, _) => State::New,
            (Some(_), true) => State::Unchanged,
            (Some(_), false) => State::Changed,
        }
    }

    /// The worst of its changes.
    pub fn effect(&self) -> Effect {
        change::worst(&self.changes)
    }
}

/// Requests that may be under way at once.
const AT_ONCE: usize = 8;

/// Compares definitions with the cluster, and counts the objects of their kinds. The order is that of `crds`.
///
/// # Errors
/// A definition cannot be read, for want of rights or of a connection. Objects that cannot be counted are no error.
pub async fn plan(client: &Client, crds: &[ChartCrd]) -> Result<Vec<CrdPlan>, CrdError> {
    let plans = stream::iter(crds).map(|crd| inspect(client, crd));
    plans.buffered(AT_ONCE).try_collect().await
}

/// Compares one definition with the cluster.
///
/// # Errors
/// See [`plan`].
pub async fn inspect(client: &Client, crd: &ChartCrd) -> Result<CrdPlan, CrdError> {
    let found = client.find(&objects::path_v1(crd.name())).await;
    let installed = found.map_err(|error| CrdError::Api {
        doing: format!("cannot read the custom resource definition {}", crd.name()),
        error,
    })?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (changes, objects) = match &installed {
        Some(installed) => (change::compare(installed, &crd.object), count(client, installed).await),
        None => (Vec::new(), Objects::Unknown),
    };
    Ok(CrdPlan {
        name: crd.name().to_owned(),
        kind: text(&crd.object["spec"]["names"]["kind"]),
        source: crd.source.clone(),
        wanted: crd.object.clone(),
        managed: installed.as_ref().map(Managed::read).unwrap_or_default(),
        installed,
        changes,
        objects,
    })
}

/// One short page: the server says how many objects there are beyond it.
async fn count(client: &Client, installed: &Value) -> Objects {
    let Some(collection) = objects::collection(installed) else {
        return Objects::Unknown;
    };
    let request = Request::get(collection)
        .query("limit", "1")
        .accept(objects::METADATA_LIST);
    match client.send_json(request).await {
        Ok(list) => {
            let here = list["items"].as_array().map_or(0, Vec::len) as u64;
            Objects::Counted(here + list["metadata"]["remainingItemCount"].as_u64().unwrap_or(0))
        }
        Err(ApiError::Status(status)) if status.code == 403 => Objects::Forbidden,
        // A kind whose conversion webhook is down cannot be listed; that is no reason not to compare definitions.
        Err(_) => Objects::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn managers_are_those_of_the_definition() {
        let entry =
            |manager: &str, fields: Value| json!({"manager": manager, "operation": "Update", "fieldsV1": fields});
        let installed = json!({"metadata": {
        "annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "ops"},
        "labels": {"argocd.argoproj.io/instance": "web"},
        "managedFields": [
            entry("helm", json!({"f:spec": {"f:versions": {}}})),
            entry("kubectl-create", json!({"f:metadata": {}, "f:spec": {".": {}, "f:group": {}}})),
            entry("cainjector", json!({"f:spec": {"f:conversion": {"f:webhook": {}}}})),
            {"manager": "kube-apiserver", "subresource": "status", "fieldsV1": {"f:status": {}}},
        ]}});
        let managed = Managed::read(&installed);
        assert_eq!(managed.managers, ["helm", "kubectl-create"]);
        assert_eq!(managed.foreign().collect::<Vec<_>>(), ["kubectl-create"]);
        assert_eq!(
            (managed.release.as_deref(), managed.tool),
            (Some("ops/web"), Some("Argo CD"))
        );
    }
}
