//! Pods as workloads describe them: pod templates, their containers, how many there may be.

use serde_json::Map;

use crate::labels::{self, Labels};
use crate::object::Object;
use crate::render::Rendered;
use crate::{Json, path};

/// A pod template and the object it is in.
#[derive(Clone, Debug)]
pub struct PodTemplate<'a> {
    /// The workload (Deployment, StatefulSet, DaemonSet, Job, CronJob, …) or the Pod itself.
    pub owner: &'a Object,
    /// `metadata.labels` of the pods.
    pub labels: Labels,
    /// `metadata.annotations` of the pods.
    pub annotations: Map<String, Json>,
    /// The pod's `spec`.
    pub spec: &'a Json,
}

/// Where each kind keeps its pod template.
const TEMPLATES: &[(&str, &str)] = &[
    ("Deployment", ".spec.template"),
    ("StatefulSet", ".spec.template"),
    ("DaemonSet", ".spec.template"),
    ("ReplicaSet", ".spec.template"),
    ("ReplicationController", ".spec.template"),
    ("Job", ".spec.template"),
    ("CronJob", ".spec.jobTemplate.spec.template"),
    ("PodTemplate", ".template"),
    ("Pod", ""),
];

/// Every pod template of a rendering.
#[must_use]
pub fn pod_templates(rendered: &Rendered) -> Vec<PodTemplate<'_>> {
    rendered.objects.iter().filter_map(pod_template).collect()
}

/// The pod template of an object, if its kind has one.
#[must_use]
pub fn pod_template(owner: &Object) -> Option<PodTemplate<'_>> {
    let (_, at) = TEMPLATES.iter().find(|(kind, _)| *kind == owner.kind())?;
    let template = if at.is_empty() { &owner.json } else { owner.get(at)? };
    let map = |at: &str| {
        path::find(template, at)
            .first()
            .and_then(|v| v.as_object())
            .cloned()
            .unwrap_or_default()
    };
    Some(PodTemplate {
        owner,
        labels: map(".metadata.labels"),
        annotations: map(".metadata.annotations"),
        spec: template.get("spec")?,
    })
}

impl<'a> PodTemplate<'a> {
    /// All containers with what kind they are: `containers`, `initContainers`, `ephemeralContainers`.
    #[must_use]
    pub fn containers(&self) -> Vec<(&'static str, &'a Json)> {
        let lists = ["initContainers", "containers", "ephemeralContainers"];
        let of = |list: &'static str| {
            let items = self.spec.get(list).and_then(Json::as_array);
            items.into_iter().flatten().map(move |container| (list, container))
        };
        lists.into_iter().flat_map(of).collect()
    }

    /// `Kind/name` of the owner, and the container's name.
    #[must_use]
    pub fn place(&self, container: &Json) -> String {
        let name = container.get("name").and_then(Json::as_str).unwrap_or("?");
        format!("{} container {name}", self.owner.id())
    }

    /// Whether its containers run until they are stopped: not those of Jobs and CronJobs.
    #[must_use]
    pub fn is_long_running(&self) -> bool {
        !matches!(self.owner.kind(), "Job" | "CronJob")
    }

    /// The HPA that scales the owner, if one is rendered.
    #[must_use]
    pub fn hpa<'r>(&self, rendered: &'r Rendered) -> Option<&'r Object> {
        rendered.of_kind("HorizontalPodAutoscaler").find(|hpa| {
            hpa.text(".spec.scaleTargetRef.kind") == self.owner.kind()
                && hpa.text(".spec.scaleTargetRef.name") == self.owner.name()
        })
    }

    /// The least number of pods: `minReplicas` of its HPA, else `replicas` (1 when not stated). `None` for kinds without
    /// replicas.
    #[must_use]
    pub fn floor(&self, rendered: &Rendered) -> Option<i64> {
        self.count(rendered, ".spec.minReplicas")
    }

    /// The largest number of pods: `maxReplicas` of its HPA, else `replicas`.
    #[must_use]
    pub fn ceiling(&self, rendered: &Rendered) -> Option<i64> {
        self.count(rendered, ".spec.maxReplicas")
    }

    fn count(&self, rendered: &Rendered, of_hpa: &str) -> Option<i64> {
        if !matches!(self.owner.kind(), "Deployment" | "StatefulSet" | "ReplicaSet") {
            return None;
        }
        let stated = match self.hpa(rendered) {
            Some(hpa) => hpa.get(of_hpa),
            None => self.owner.get(".spec.replicas"),
        };
        Some(stated.and_then(Json::as_i64).unwrap_or(1))
    }

    /// Whether a Service of the rendering selects the pods.
    #[must_use]
    pub fn has_service(&self, rendered: &Rendered) -> bool {
        rendered.of_kind("Service").any(|service| {
            let selector = service.map(".spec.selector");
            !selector.is_empty() && labels::selects(&serde_json::json!({"matchLabels": selector}), &self.labels)
        })
    }

    /// The names of volumes' sources of a kind: `configMap`, `secret`, and of `envFrom`/`env` references.
    #[must_use]
    pub fn uses(&self, kind: &str) -> Vec<String> {
        let (volume, env_from, env) = match kind {
            "ConfigMap" => ("configMap", "configMapRef", "configMapKeyRef"),
            _ => ("secret", "secretRef", "secretKeyRef"),
        };
        let mut names = Vec::new();
        let mut add = |value: Option<&Json>| names.extend(value.and_then(Json::as_str).map(str::to_owned));
        for entry in path::find(self.spec, ".volumes[*]") {
            let name = if kind == "ConfigMap" { "name" } else { "secretName" };
            add(entry.get(volume).and_then(|source| source.get(name)));
            for source in path::find(entry, ".projected.sources[*]") {
                add(source.get(volume).and_then(|source| source.get("name")));
            }
        }
        for (_, container) in self.containers() {
            for entry in path::find(container, ".envFrom[*]") {
                add(entry.get(env_from).and_then(|source| source.get("name")));
            }
            for entry in path::find(container, ".env[*].valueFrom") {
                add(entry.get(env).and_then(|source| source.get("name")));
            }
        }
        names.sort();
        names.dedup();
        names
    }
}
