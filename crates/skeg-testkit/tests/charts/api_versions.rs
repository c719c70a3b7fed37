//! XC-29, XC-30, XC-31, XC-36: which APIs objects use, on which cluster.

use skeg_testkit::charts::NEWEST;
use skeg_testkit::sweep::{each_chart, each_rendering, each_rendering_with};
use skeg_testkit::{Json, object, programs, scratch};

/// Words of the past.
const GONE: &[&str] = &[
    "PodSecurityPolicy",
    "kubernetes.io/ingress.class",
    "seccomp.security.alpha.kubernetes.io",
    "beta.kubernetes.io",
    "extensions/v1beta1",
];

/// What each kind's API version is, by the cluster's minor.
fn wanted(kind: &str, minor: u32) -> Option<&'static str> {
    Some(match kind {
        "HorizontalPodAutoscaler" if minor < 23 => "autoscaling/v2beta2",
        "HorizontalPodAutoscaler" => "autoscaling/v2",
        "PodDisruptionBudget" if minor < 21 => "policy/v1beta1",
        "PodDisruptionBudget" => "policy/v1",
        "CronJob" => "batch/v1",
        "Ingress" | "NetworkPolicy" => "networking.k8s.io/v1",
        "RuntimeClass" => "node.k8s.io/v1",
        _ => return None,
    })
}

// XC-30
#[test]
fn xc_30_api_versions_follow_the_cluster() {
    each_chart(|chart, findings| {
        for minor in [20, 22, 23, 28, 31, NEWEST]
            .into_iter()
            .filter(|minor| *minor >= chart.oldest)
        {
            for (profile, _) in chart.profiles {
                let place = format!("{} ({profile}) on 1.{minor}", chart.name);
                match chart.render(profile).kube(&format!("1.{minor}.0")).attempt() {
                    Ok(rendered) => {
                        for object in &rendered.objects {
                            let right =
                                wanted(object.kind(), minor).is_none_or(|version| object.api_version() == version);
                            findings.check(right, format!("{place} {}", object.id()), object.api_version());
                        }
                    }
                    Err(why) => findings.add(place, why),
                }
            }
        }
    });
}

// XC-30
#[test]
fn xc_30_nothing_of_the_past() {
    each_rendering(|rendered, place, findings| {
        for word in GONE {
            findings.check(!rendered.text.contains(word), place, format!("says {word}"));
        }
    });
}

// XC-31
#[test]
fn xc_31_older_clusters_are_refused() {
    each_chart(|chart, findings| {
        let render = chart.render("base").kube(&format!("1.{}.0", chart.oldest - 1));
        let answer = render.skeg();
        let refused =
            !answer.succeeded() && answer.stdout.is_empty() && answer.stderr.contains("chart requires kubeVersion");
        findings.check(refused, render.what(), &answer.stderr);
    });
}

/// Kinds that come with an operator, and the charts that name one as a prerequisite.
const OPERATORS: &[(&str, &[&str])] = &[
    ("ServiceMonitor", &[]),
    ("PodMonitor", &[]),
    ("PrometheusRule", &[]),
    ("VerticalPodAutoscaler", &[]),
    ("Certificate", &[]),
    ("Issuer", &[]),
    ("ExternalSecret", &["plue"]),
];

// XC-29
#[test]
fn xc_29_without_operators_nothing_needs_them() {
    each_chart(|chart, findings| match chart.render("base").attempt() {
        Ok(rendered) => {
            for (kind, prerequisite_of) in OPERATORS {
                let there = rendered.of_kind(kind).next().is_some();
                let fine = !there || prerequisite_of.contains(&chart.name);
                findings.check(
                    fine,
                    chart.name,
                    format!("renders a {kind} on a cluster without that API"),
                );
            }
        }
        Err(why) => findings.add(chart.name, why),
    });
}

// XC-29: with the APIs there, every profile still renders, and what it adds has the API's version.
#[test]
fn xc_29_with_operators_the_served_version_is_used() {
    let apis = [
        "monitoring.coreos.com/v1",
        "cert-manager.io/v1",
        "external-secrets.io/v1",
        "autoscaling.k8s.io/v1",
    ];
    each_rendering_with(
        |render| apis.iter().fold(render, |render, api| render.api(api)),
        |rendered, place, findings| {
            for object in &rendered.objects {
                if OPERATORS.iter().any(|(kind, _)| *kind == object.kind()) {
                    let served = apis.contains(&object.api_version());
                    findings.check(served, format!("{place} {}", object.id()), object.api_version());
                }
            }
        },
    );
}

// XC-36
#[test]
fn xc_36_the_definitions_of_custom_resources_are_structural() {
    let folder = programs::repository().join("charts/testdata/crds");
    let mut there = Vec::new();
    for file in scratch::files(&folder) {
        for crd in object::decode(&scratch::read(&file)).unwrap_or_else(|e| panic!("{}: {e}", file.display())) {
            assert_eq!(crd.kind(), "CustomResourceDefinition", "{}", file.display());
            assert_eq!(crd.api_version(), "apiextensions.k8s.io/v1", "{}", file.display());
            let (group, plural) = (crd.text(".spec.group"), crd.text(".spec.names.plural"));
            assert_eq!(crd.name(), format!("{plural}.{group}"), "{}", file.display());
            let schema = crd.get(".spec.versions[0].schema.openAPIV3Schema").expect("a schema");
            structural(schema, crd.name());
            there.push(format!("{}/{}", group, crd.text(".spec.names.kind")));
        }
    }
    for wanted in [
        "monitoring.coreos.com/ServiceMonitor",
        "monitoring.coreos.com/PodMonitor",
        "external-secrets.io/ExternalSecret",
        "external-secrets.io/ClusterSecretStore",
        "cert-manager.io/Certificate",
        "cert-manager.io/Issuer",
        "autoscaling.k8s.io/VerticalPodAutoscaler",
    ] {
        assert!(there.iter().any(|kind| kind == wanted), "no {wanted} among {there:?}");
    }
}

/// Every node of a structural schema states its type, unless it keeps what it does not know or takes integers or strings.
fn structural(schema: &Json, place: &str) {
    let free = ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string"];
    let typed = schema.get("type").is_some() || free.iter().any(|key| schema.get(*key) == Some(&Json::Bool(true)));
    assert!(typed, "{place}: no type");
    for (key, child) in schema.get("properties").and_then(Json::as_object).into_iter().flatten() {
        structural(child, &format!("{place}.{key}"));
    }
    for key in ["items", "additionalProperties"] {
        if let Some(child) = schema.get(key).filter(|child| child.is_object()) {
            structural(child, &format!("{place}.{key}"));
        }
    }
}
