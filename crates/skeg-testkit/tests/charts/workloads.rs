//! XC-15 to XC-19, XC-34, XC-35, XC-28: replicas, disruptions, probes, restarts, claims.

use skeg_testkit::labels;
use skeg_testkit::sweep::{each_rendering, each_rendering_with};
use skeg_testkit::workload::{PodTemplate, pod_templates};
use skeg_testkit::{Json, Rendered, path};

// XC-15
#[test]
fn xc_15_budgets_leave_room_for_disruption() {
    each_rendering(|rendered, place, findings| {
        for budget in rendered.of_kind("PodDisruptionBudget") {
            let at = format!("{place} {}", budget.id());
            let (least, most) = (budget.get(".spec.minAvailable"), budget.get(".spec.maxUnavailable"));
            findings.check(
                least.is_some() != most.is_some(),
                &at,
                "needs one of minAvailable and maxUnavailable",
            );
            let selector = budget.get(".spec.selector").cloned().unwrap_or_default();
            let of: Vec<PodTemplate<'_>> = pod_templates(rendered)
                .into_iter()
                .filter(|pod| labels::selects(&selector, &pod.labels))
                .collect();
            findings.check(!of.is_empty(), &at, "selects no workload");
            for pod in of {
                let floor = pod.floor(rendered).unwrap_or(1);
                if let Some(least) = least.and_then(Json::as_i64) {
                    findings.check(
                        floor > least,
                        &at,
                        format!("minAvailable {least} with {floor} replicas"),
                    );
                }
                findings.check(
                    most.and_then(Json::as_i64) != Some(0),
                    &at,
                    "maxUnavailable 0 lets no node be drained",
                );
                let all = least.and_then(Json::as_str) == Some("100%");
                findings.check(!all, &at, "minAvailable 100% lets no node be drained");
            }
        }
    });
}

// XC-16
#[test]
fn xc_16_either_the_autoscaler_or_replicas() {
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered) {
            let at = format!("{place} {}", pod.owner.id());
            let stated = pod.owner.get(".spec.replicas").is_some();
            match pod.hpa(rendered) {
                Some(hpa) => {
                    findings.check(!stated, &at, "states replicas though an HPA scales it");
                    let read = |key: &str| hpa.get(key).and_then(Json::as_i64).unwrap_or(1);
                    let (least, most) = (read(".spec.minReplicas"), read(".spec.maxReplicas"));
                    findings.check(least <= most, &at, format!("HPA from {least} to {most}"));
                }
                None if matches!(pod.owner.kind(), "Deployment" | "StatefulSet") => {
                    findings.check(stated, &at, "has neither HPA nor replicas");
                }
                None => {}
            }
        }
        for hpa in rendered.of_kind("HorizontalPodAutoscaler") {
            let target = format!(
                "{}/{}",
                hpa.text(".spec.scaleTargetRef.kind"),
                hpa.text(".spec.scaleTargetRef.name")
            );
            findings.check(
                rendered.find(&target).is_some(),
                format!("{place} {}", hpa.id()),
                format!("scales {target}"),
            );
        }
    });
}

// XC-17
#[test]
fn xc_17_several_pods_are_spread() {
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered) {
            if pod.ceiling(rendered).unwrap_or(1) <= 1 {
                continue;
            }
            let at = format!("{place} {}", pod.owner.id());
            let selector = pod.owner.map(".spec.selector.matchLabels");
            for key in ["topology.kubernetes.io/zone", "kubernetes.io/hostname"] {
                let of = path::find(pod.spec, &format!(".topologySpreadConstraints[topologyKey={key}]"));
                findings.check(
                    of.len() == 1,
                    &at,
                    format!("{} spread constraints over {key}", of.len()),
                );
                for constraint in of {
                    findings.check(
                        constraint.get("maxSkew") == Some(&Json::from(1)),
                        &at,
                        "maxSkew is not 1",
                    );
                    let own = path::find(constraint, ".labelSelector.matchLabels");
                    let same = own
                        .first()
                        .is_some_and(|labels| **labels == Json::Object(selector.clone()));
                    findings.check(
                        same,
                        &at,
                        format!("constraint over {key} selects other pods than the workload"),
                    );
                }
            }
        }
    });
}

// XC-18
#[test]
fn xc_18_probes() {
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered).into_iter().filter(PodTemplate::is_long_running) {
            for container in path::find(pod.spec, ".containers[*]") {
                // PLUE-31: a container that only sleeps.
                if container.get("name").and_then(Json::as_str) == Some("pause") {
                    continue;
                }
                let at = format!("{place} {}", pod.place(container));
                for probe in ["readinessProbe", "livenessProbe"] {
                    findings.check(container.get(probe).is_some(), &at, format!("no {probe}"));
                }
                if !path::find(container, ".readinessProbe.httpGet").is_empty() {
                    findings.check(
                        container.get("startupProbe").is_some(),
                        &at,
                        "serves HTTP and has no startupProbe",
                    );
                }
                for name in ["startupProbe", "readinessProbe", "livenessProbe"] {
                    let Some(probe) = container.get(name) else { continue };
                    let seconds = |key: &str, or: i64| probe.get(key).and_then(Json::as_i64).unwrap_or(or);
                    let fits = seconds("timeoutSeconds", 1) <= seconds("periodSeconds", 10);
                    findings.check(
                        fits,
                        &at,
                        format!("{name}: timeoutSeconds is longer than periodSeconds"),
                    );
                    for action in ["httpGet", "tcpSocket"] {
                        let named = path::find(probe, &format!(".{action}.port"))
                            .iter()
                            .all(|port| port.is_string());
                        findings.check(named, &at, format!("{name}: the port is a number"));
                    }
                }
            }
        }
    });
}

// XC-19
#[test]
fn xc_19_pods_carry_checksums_of_what_they_read() {
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered) {
            for (kind, prefix) in [("ConfigMap", "checksum/config"), ("Secret", "checksum/secret")] {
                let own: Vec<String> = pod
                    .uses(kind)
                    .into_iter()
                    .filter(|name| rendered.find(&format!("{kind}/{name}")).is_some())
                    .collect();
                let sums = pod.annotations.iter().filter(|(key, _)| key.starts_with(prefix));
                let fine = sums.filter(|(_, value)| is_sha256(value)).count() > 0;
                let at = format!("{place} {}", pod.owner.id());
                findings.check(
                    own.is_empty() || fine,
                    at,
                    format!("reads {kind} {own:?} and has no {prefix}"),
                );
            }
        }
    });
}

fn is_sha256(value: &Json) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit()))
}

// XC-19: a changed setting changes the checksums of its readers and of nobody else.
#[test]
fn xc_19_only_readers_of_a_changed_setting_restart() {
    let chart = skeg_testkit::chart("plue");
    let (before, after) = (
        chart.render("base").ok(),
        chart.render("base").set("database.host=db.internal").ok(),
    );
    for (old, new) in pod_templates(&before).into_iter().zip(pod_templates(&after)) {
        let reads = old.uses("ConfigMap").iter().any(|name| name == "plue-config");
        assert_eq!(old.annotations != new.annotations, reads, "{}", old.owner.id());
    }
}

// XC-34
#[test]
fn xc_34_no_request_is_lost_while_pods_are_replaced() {
    for minor in [29, 31] {
        each_rendering_with(
            |render| render.kube(&format!("1.{minor}.0")),
            |rendered, place, findings| drained(rendered, place, minor, findings),
        );
    }
}

fn drained(rendered: &Rendered, place: &str, minor: u32, findings: &mut skeg_testkit::sweep::Findings) {
    for pod in pod_templates(rendered).into_iter().filter(PodTemplate::is_long_running) {
        let grace = pod
            .spec
            .get("terminationGracePeriodSeconds")
            .and_then(Json::as_i64)
            .unwrap_or(30);
        for container in path::find(pod.spec, ".containers[*]") {
            let at = format!("{place} on 1.{minor} {}", pod.place(container));
            let sleep = path::find(container, ".lifecycle.preStop.sleep.seconds")
                .first()
                .and_then(|s| s.as_i64());
            let http = !path::find(container, ".readinessProbe.httpGet").is_empty() && pod.has_service(rendered);
            findings.check(
                minor >= 30 || sleep.is_none(),
                &at,
                "preStop.sleep is not known before 1.30",
            );
            if http && minor >= 30 {
                let any = container
                    .get("lifecycle")
                    .is_some_and(|lifecycle| lifecycle.get("preStop").is_some());
                findings.check(any, &at, "is behind a Service and has no preStop");
            }
            findings.check(
                sleep.is_none_or(|sleep| sleep < grace),
                &at,
                "sleeps longer than it is given to stop",
            );
        }
        if pod.owner.kind() == "Deployment" && pod.has_service(rendered) {
            let strategy = pod.owner.text(".spec.strategy.type");
            let none = pod.owner.get(".spec.strategy.rollingUpdate.maxUnavailable") == Some(&Json::from(0));
            let fine = strategy == "Recreate" || none;
            findings.check(
                fine,
                format!("{place} {}", pod.owner.id()),
                "a rolling update takes pods away before it adds any",
            );
        }
    }
}

/// Claims of a rendering that one node only can mount.
fn single_node_claims(rendered: &Rendered) -> Vec<&str> {
    let claims = rendered.of_kind("PersistentVolumeClaim").filter(|claim| {
        let modes = claim.all(".spec.accessModes[*]");
        modes
            .iter()
            .all(|mode| matches!(mode.as_str(), Some("ReadWriteOnce" | "ReadWriteOncePod")))
    });
    claims.map(skeg_testkit::Object::name).collect()
}

// XC-35
#[test]
fn xc_35_a_volume_of_one_node_has_pods_on_one_node() {
    each_rendering(|rendered, place, findings| {
        let claims = single_node_claims(rendered);
        for pod in pod_templates(rendered)
            .into_iter()
            .filter(|pod| pod.owner.kind() == "Deployment")
        {
            let mounted = path::find(pod.spec, ".volumes[*].persistentVolumeClaim.claimName");
            if !mounted
                .iter()
                .any(|name| name.as_str().is_some_and(|name| claims.contains(&name)))
            {
                continue;
            }
            let at = format!("{place} {}", pod.owner.id());
            findings.check(
                pod.ceiling(rendered) == Some(1),
                &at,
                "several pods on a volume of one node",
            );
            let strategy = pod.owner.text(".spec.strategy.type");
            findings.check(
                strategy == "Recreate",
                &at,
                "a rolling update would wait for the volume for ever",
            );
        }
    });
}

// XC-28: what can be seen without a cluster.
#[test]
fn xc_28_claims_are_kept() {
    each_rendering(|rendered, place, findings| {
        for claim in rendered.of_kind("PersistentVolumeClaim") {
            let policy = claim
                .map(".metadata.annotations")
                .get("helm.sh/resource-policy")
                .cloned()
                .unwrap_or_default();
            findings.check(
                policy == "keep",
                format!("{place} {}", claim.id()),
                "is deleted with the release",
            );
        }
    });
}
