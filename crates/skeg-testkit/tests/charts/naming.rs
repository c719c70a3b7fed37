//! XC-21, XC-22, XC-37 and LIB-03: labels, names, namespaces.

use std::collections::BTreeSet;

use skeg_testkit::sweep::{each_chart, each_rendering, each_rendering_with};
use skeg_testkit::workload::pod_template;
use skeg_testkit::{Json, Object, labels};

/// Kinds that belong to no namespace.
const CLUSTER_SCOPED: &[&str] = &[
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterSecretStore",
    "ClusterIssuer",
    "CustomResourceDefinition",
    "IngressClass",
    "Namespace",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
];

fn is_cluster_scoped(object: &Object) -> bool {
    CLUSTER_SCOPED.contains(&object.kind())
}

// XC-21
#[test]
fn xc_21_labels_of_every_object() {
    each_rendering(|rendered, place, findings| {
        for object in &rendered.objects {
            let at = format!("{place} {}", object.id());
            let own = object.map(".metadata.labels");
            let mut wanted = vec![
                "helm.sh/chart",
                "app.kubernetes.io/name",
                "app.kubernetes.io/instance",
                "app.kubernetes.io/version",
                "app.kubernetes.io/managed-by",
            ];
            if pod_template(object).is_some() {
                wanted.extend(["app.kubernetes.io/component", "app.kubernetes.io/part-of"]);
            }
            for key in wanted {
                findings.check(own.contains_key(key), &at, format!("no label {key}"));
            }
            let pods = pod_template(object).map(|pod| pod.labels).unwrap_or_default();
            for (key, value) in own.iter().chain(&pods) {
                let fine = value.as_str().is_some_and(labels::is_value);
                findings.check(fine, &at, format!("label {key}: {value} is no label value"));
            }
        }
    });
}

// XC-21
#[test]
fn xc_21_selectors_never_change() {
    const STABLE: &[&str] = &[
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/component",
    ];
    each_rendering(|rendered, place, findings| {
        for object in &rendered.objects {
            let selector = match object.kind() {
                "Deployment" | "StatefulSet" | "DaemonSet" | "PodDisruptionBudget" => ".spec.selector.matchLabels",
                "Service" => ".spec.selector",
                _ => continue,
            };
            for key in object.map(selector).keys() {
                let stable = STABLE.contains(&key.as_str());
                findings.check(stable, format!("{place} {}", object.id()), format!("selects by {key}"));
            }
            if let Some(pod) = pod_template(object) {
                let spec = object.get(".spec.selector").cloned().unwrap_or_default();
                let own = matches!(object.kind(), "Job" | "CronJob" | "Pod") || labels::selects(&spec, &pod.labels);
                findings.check(own, format!("{place} {}", object.id()), "does not select its own pods");
            }
        }
    });
}

fn names(rendered: &skeg_testkit::Rendered, place: &str, findings: &mut skeg_testkit::sweep::Findings) {
    let mut seen = BTreeSet::new();
    for object in &rendered.objects {
        let at = format!("{place} {}", object.id());
        // The API server lets roles and definitions have longer names; nothing else needs more than a label.
        let fine = if object.kind() == "CustomResourceDefinition" {
            labels::is_dns_subdomain(object.name())
        } else {
            labels::is_dns_label(object.name())
        };
        findings.check(fine, &at, "the name is no DNS-1123 label of at most 63 characters");
        let key = (
            object.kind().to_owned(),
            object.namespace().to_owned(),
            object.name().to_owned(),
        );
        findings.check(seen.insert(key), &at, "is there twice");
    }
}

// XC-22
#[test]
fn xc_22_names_are_valid_and_unique() {
    each_rendering(names);
}

// XC-22, LIB-03: the longest release name that Helm takes.
#[test]
fn xc_22_names_with_the_longest_release_name() {
    let release = "a".repeat(53);
    each_rendering_with(|render| render.release(&release), names);
}

/// Objects whose name the cluster's users write and that a value gives: MONK-23 states it and its default.
const NAMED_BY_A_VALUE: &[&str] = &["IngressClass/nginx"];

// XC-22
#[test]
fn xc_22_two_releases_share_nothing_of_the_cluster() {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            let of = |namespace: &str| {
                let rendered = chart.render(profile).namespace(namespace).attempt()?;
                let scoped = rendered.objects.iter().filter(|object| is_cluster_scoped(object));
                Ok::<_, String>(scoped.map(Object::id).collect::<BTreeSet<String>>())
            };
            match (of("one"), of("two")) {
                (Ok(one), Ok(two)) => {
                    let shared = one.intersection(&two);
                    for shared in shared.filter(|id| !NAMED_BY_A_VALUE.contains(&id.as_str())) {
                        findings.add(
                            format!("{} ({profile})", chart.name),
                            format!("{shared} is in both releases"),
                        );
                    }
                }
                (Err(why), _) | (_, Err(why)) => findings.add(chart.name, why),
            }
        }
    });
}

// XC-37
#[test]
fn xc_37_every_namespaced_object_says_where_it_is() {
    each_rendering(|rendered, place, findings| {
        for object in &rendered.objects {
            let at = format!("{place} {}", object.id());
            let stated = object
                .get(".metadata.namespace")
                .and_then(Json::as_str)
                .is_some_and(|name| !name.is_empty());
            findings.check(
                stated != is_cluster_scoped(object),
                at,
                format!("metadata.namespace is `{}`", object.namespace()),
            );
        }
    });
}
