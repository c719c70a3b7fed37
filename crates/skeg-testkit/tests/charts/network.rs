//! XC-13, XC-14, XC-44: isolation, name resolution, and which ingress controller there is.

use skeg_testkit::labels;
use skeg_testkit::network::Network;
use skeg_testkit::sweep::{each_chart, each_rendering};
use skeg_testkit::{Json, object, scratch};

// XC-13
#[test]
fn xc_13_every_pod_is_isolated_both_ways() {
    each_rendering(|rendered, place, findings| {
        let network = Network::of(rendered);
        for policy in rendered.of_kind("NetworkPolicy") {
            let selector = policy.get(".spec.podSelector").cloned().unwrap_or_default();
            let empty = labels::selects(&selector, &labels::Labels::new());
            findings.check(
                !empty,
                format!("{place} {}", policy.id()),
                "selects pods that are not of this release",
            );
        }
        // Some profiles switch policies off on purpose; then there is none at all.
        if rendered.of_kind("NetworkPolicy").next().is_none() {
            let guarded = place.ends_with("(base)") || place.ends_with("(prod)");
            findings.check(
                !guarded || !has_network_switch_off(place),
                place,
                "no NetworkPolicy at all",
            );
            return;
        }
        for pod in network.pods() {
            for direction in ["Ingress", "Egress"] {
                let isolated = !network.isolating(pod, direction).is_empty();
                findings.check(
                    isolated,
                    format!("{place} {}", pod.name),
                    format!("no policy for its {direction}"),
                );
            }
        }
    });
}

/// Whether `networkPolicy.enabled` is on by default in the chart of a place `name (profile)`.
fn has_network_switch_off(place: &str) -> bool {
    let chart = skeg_testkit::chart(place.split(' ').next().unwrap_or_default());
    let values = object::decode_one(&scratch::read(&chart.path().join("values.yaml"))).unwrap_or_default();
    values.pointer("/networkPolicy/enabled") != Some(&Json::Bool(false))
}

// XC-14
#[test]
fn xc_14_pods_that_may_talk_can_resolve_names() {
    each_rendering(|rendered, place, findings| {
        let network = Network::of(rendered);
        for pod in network.pods().iter().filter(|pod| network.has_egress_rules(pod)) {
            let at = format!("{place} {}", pod.name);
            findings.check(network.resolves_names(pod), at, "has egress rules but cannot reach DNS");
        }
    });
}

/// The document with every text that speaks of nginx below `ingress` or `ingressController` speaking of traefik.
fn with_traefik(value: &Json, inside: bool) -> Option<Json> {
    match value {
        Json::String(text) if inside && text.contains("nginx") => Some(Json::String(
            text.replace("ingress-nginx", "traefik").replace("nginx", "traefik"),
        )),
        Json::Object(map) => {
            let changed = map
                .iter()
                .filter(|(key, _)| *key != "annotations")
                .filter_map(|(key, child)| {
                    let inside = inside || key.to_lowercase().contains("ingress");
                    with_traefik(child, inside).map(|child| (key.clone(), child))
                });
            let changed: serde_json::Map<String, Json> = changed.collect();
            (!changed.is_empty()).then_some(Json::Object(changed))
        }
        _ => None,
    }
}

// XC-44
#[test]
fn xc_44_another_ingress_controller_is_a_matter_of_values() {
    each_chart(|chart, findings| {
        if chart.name == "nginx-ingress" {
            return;
        }
        let values = object::decode_one(&scratch::read(&chart.path().join("values.yaml"))).unwrap_or_default();
        let Some(changed) = with_traefik(&values, false) else {
            return;
        };
        for (profile, _) in chart.profiles {
            let place = format!("{} ({profile})", chart.name);
            let rendered = match chart.render(profile).values(&changed.to_string()).attempt() {
                Ok(rendered) => rendered,
                Err(why) => {
                    findings.add(place, why);
                    continue;
                }
            };
            for kind in ["Ingress", "NetworkPolicy", "Certificate", "Issuer"] {
                for object in rendered.of_kind(kind) {
                    let spec = object.get(".spec").cloned().unwrap_or_default().to_string();
                    findings.check(
                        !spec.contains("nginx"),
                        format!("{place} {}", object.id()),
                        "still speaks of nginx",
                    );
                }
            }
        }
    });
}

// XC-44
#[test]
fn xc_44_no_snippets() {
    each_rendering(|rendered, place, findings| {
        for ingress in rendered.of_kind("Ingress") {
            for key in ingress.map(".metadata.annotations").keys() {
                let at = format!("{place} {}", ingress.id());
                findings.check(!key.ends_with("-snippet"), &at, format!("annotation {key}"));
                findings.check(
                    key != "kubernetes.io/ingress.class",
                    &at,
                    "the class is in spec.ingressClassName",
                );
            }
            findings.check(
                ingress.get(".spec.ingressClassName").is_some(),
                place,
                "no ingressClassName",
            );
        }
    });
}
