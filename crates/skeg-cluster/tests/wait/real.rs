//! Waits on a real control plane. What Helm says of the same objects was taken from Helm 4.3.1 on the same control plane.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use skeg_cluster::cancel::{self, Cancel};
use skeg_cluster::progress::Silent;
use skeg_cluster::request::Request;
use skeg_cluster::wait::{self, End, Options, Rules, Strategy, Target};

use crate::place::{Place, eventually, impatient, options, ready, workload};
use crate::users::{client, kubeconfig};

/// Under Helm's rules the text is Helm's: (kind, life of its pods, what is said; nothing where it becomes ready).
#[tokio::test]
async fn helm_rules_say_what_helm_says() {
    let Some(place) = Place::new("helm").await else { return };
    let cases = [
        ("Deployment", "", ""),
        ("Deployment", "slow", ""),
        ("Deployment", "hang", ""),
        ("Deployment", "crash-loop", "InProgress, message: Available: 0/1"),
        ("Deployment", "image-pull", "InProgress, message: Available: 0/1"),
        ("Deployment", "never-ready", "InProgress, message: Available: 0/1"),
        ("StatefulSet", "crash-loop", "Failed, message: 1 pods have failed"),
        ("StatefulSet", "image-pull", "InProgress, message: Ready: 0/1"),
        ("StatefulSet", "", ""),
        ("DaemonSet", "never-ready", "InProgress, message: Available: 0/3"),
        ("DaemonSet", "", ""),
        ("ReplicaSet", "crash-loop", "Failed, message: 1 pods have failed"),
        ("ReplicaSet", "never-ready", "InProgress, message: Available: 0/1"),
        ("Job", "", ""),
        ("Job", "hang", "InProgress, message: Job in progress"),
        ("Job", "fail", "Failed, message: Job Failed. failed: 1/1"),
        ("Pod", "fail", ""),
        (
            "Pod",
            "never-ready",
            "InProgress, message: Pod is running but is not Ready",
        ),
        ("Pod", "crash-loop", "Failed, message: Containers in CrashLoop state: c"),
    ];
    let options = Options {
        wait_for_jobs: true,
        ..options(Rules::Helm, 5)
    };
    let (place, options) = (&place, &options);
    let runs = cases.map(|(kind, life, said)| async move {
        let name = format!("{}-{life}", kind.to_lowercase());
        let name = name.trim_end_matches('-');
        let target = place.apply(workload(kind, name, life)).await;
        let mut expected = String::new();
        if !said.is_empty() {
            expected = format!("resource {kind}/{}/{name} not ready. status: {said}", place.namespace);
        }
        if said.starts_with("InProgress") {
            expected.push_str("\ncontext deadline exceeded");
        }
        let answer = eventually(&expected, || {
            ready(&place.admin, std::slice::from_ref(&target), options)
        })
        .await;
        answer
            .err()
            .map(|answer| format!("{kind} {life}: {answer:?}, expected {expected:?}"))
    });
    let wrong: Vec<String> = futures_util::future::join_all(runs)
        .await
        .into_iter()
        .flatten()
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Several objects are told in the order of the targets, and Helm goes on while one may still become ready.
#[tokio::test]
async fn objects_are_told_in_order_and_the_own_rules_fail_fast() {
    let Some(place) = Place::new("order").await else { return };
    let mut targets = Vec::new();
    for (kind, name, life) in [
        ("Pod", "p", "crash-loop"),
        ("Deployment", "zz", "never-ready"),
        ("Deployment", "aa", "never-ready"),
    ] {
        targets.push(place.apply(workload(kind, name, life)).await);
    }
    let n = &place.namespace;
    let expected = format!(
        "resource Pod/{n}/p not ready. status: Failed, message: Containers in CrashLoop state: c\n\
         resource Deployment/{n}/zz not ready. status: InProgress, message: Available: 0/1\n\
         resource Deployment/{n}/aa not ready. status: InProgress, message: Available: 0/1\n\
         context deadline exceeded"
    );
    let answer = eventually(&expected, || async {
        ready(&place.admin, &targets, &options(Rules::Helm, 5)).await
    })
    .await;
    assert_eq!(answer, Ok(()), "{expected}");
    let begun = Instant::now();
    let error = ready(
        &place.admin,
        &targets,
        &Options {
            patience: impatient(),
            ..options(Rules::Skeg, 240)
        },
    )
    .await
    .unwrap_err();
    assert_eq!(error.end, End::Failed);
    assert!(begun.elapsed() < Duration::from_secs(45), "{:?}", begun.elapsed());
    place.leave().await;
}

/// Hopeless pods end a wait under skeg's rules, with the reason in the error and more in the diagnosis:
/// (life, in the error, in the diagnosis).
#[tokio::test]
async fn own_rules_give_up_and_say_why() {
    let Some(place) = Place::new("stuck").await else { return };
    let cases = [
        ("image-pull", "ImagePullBackOff", "container c: ImagePullBackOff"),
        ("crash-loop", "CrashLoopBackOff", "log c: "),
    ];
    for (life, in_error, in_diagnosis) in cases {
        for kind in ["Deployment", "StatefulSet"] {
            let target = place
                .apply(workload(kind, &format!("{}-{life}", kind.to_lowercase()), life))
                .await;
            let error = ready(
                &place.admin,
                &[target],
                &Options {
                    patience: impatient(),
                    ..options(Rules::Skeg, 240)
                },
            )
            .await
            .unwrap_err();
            assert_eq!(error.end, End::Failed, "{kind} {life}: {error}");
            assert!(error.to_string().contains(in_error), "{error}");
            assert!(
                error.diagnosis.to_string().contains(in_diagnosis),
                "{}",
                error.diagnosis
            );
        }
    }
    place.leave().await;
}

/// Gaps of Helm's that skeg's rules close: a failed pod, a load balancer without an address, and a deadline that names the pods.
#[tokio::test]
async fn gaps_are_closed() {
    let Some(place) = Place::new("gaps").await else { return };
    let pod = place.apply(workload("Pod", "failed", "fail")).await;
    let error = ready(&place.admin, &[pod], &options(Rules::Skeg, 180))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("status: Failed, message: Pod has failed"),
        "{error}"
    );
    let service = |annotations: Value, name: &str| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "annotations": annotations},
            "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}})
    };
    let pending = place
        .apply(service(json!({"skeg.test/load-balancer": "pending"}), "pending"))
        .await;
    let error = ready(&place.admin, std::slice::from_ref(&pending), &options(Rules::Skeg, 10))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("LoadBalancer has no address yet\ncontext deadline exceeded"),
        "{error}"
    );
    ready(&place.admin, &[pending], &options(Rules::Helm, 60))
        .await
        .expect("Helm asks for no address");
    let served = place.apply(service(json!({}), "served")).await;
    ready(&place.admin, &[served], &options(Rules::Skeg, 180))
        .await
        .expect("an address");
    let never = place.apply(workload("Deployment", "never", "never-ready")).await;
    let error = ready(&place.admin, &[never], &options(Rules::Skeg, 40))
        .await
        .unwrap_err();
    let told = error.diagnosis.to_string();
    assert!(
        told.contains("Pod never-") && told.contains("container c: running, but not ready"),
        "{told}"
    );
    place.leave().await;
}

/// A user without `watch` is served by lists, one who may only `get` by reads, one who may not even that is told at once.
#[tokio::test]
async fn rights_that_are_lacking() {
    let Some(place) = Place::new("rights").await else {
        return;
    };
    let Some(no_watch) = kubeconfig("NO_WATCH") else { return };
    let target = place.apply(workload("Deployment", "slow", "slow")).await;
    ready(
        &client(no_watch, "").await,
        std::slice::from_ref(&target),
        &options(Rules::Skeg, 180),
    )
    .await
    .expect("without watch");
    let getter = place.as_restricted(json!([{"apiGroups": ["apps"], "resources": ["deployments"], "resourceNames": ["slow-2"], "verbs": ["get"]}])).await;
    let second = place.apply(workload("Deployment", "slow-2", "slow")).await;
    ready(&getter, &[second], &options(Rules::Skeg, 180))
        .await
        .expect("with get alone");
    let error = ready(&getter, &[target], &options(Rules::Skeg, 180)).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("status: Failed, message: cannot be read: deployments.apps \"slow\" is forbidden"),
        "{error}"
    );
    place.leave().await;
}

/// Deletion: what is kept is named with what keeps it; another object of the same name is not the one that was meant.
#[tokio::test]
async fn gone_is_gone() {
    let Some(place) = Place::new("gone").await else { return };
    let map = |finalizers: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "finalizers": finalizers}});
    let target = place.apply(map(json!(["skeg.test/keep"]))).await;
    place.delete(&target).await;
    let deleted = |seconds| {
        let (place, target) = (&place, &target);
        async move {
            wait::wait_deleted(
                &place.admin,
                std::slice::from_ref(target),
                &options(Rules::Helm, seconds),
                &Silent,
                &Cancel::never(),
            )
            .await
        }
    };
    let error = deleted(8).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "resource ConfigMap/{}/kept still exists. status: Terminating, message: Resource scheduled for deletion\ncontext deadline exceeded",
            place.namespace
        )
    );
    assert!(
        error
            .diagnosis
            .to_string()
            .contains("kept by finalizers: skeg.test/keep"),
        "{}",
        error.diagnosis
    );
    let release = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        place.apply(map(json!([]))).await;
    };
    let (waited, ()) = tokio::join!(deleted(90), release);
    waited.expect("gone");
    place.apply(map(json!([]))).await;
    deleted(90).await.expect("another object of the name");
    place.leave().await;
}

/// Hooks end well or are named: (kind, life, strategy, what is said).
#[tokio::test]
async fn hooks_run_to_their_end() {
    let Some(place) = Place::new("hooks").await else { return };
    let (n, never) = (place.namespace.clone(), Cancel::never());
    let cases = [
        ("Job", "", Strategy::Watcher, String::new()),
        ("Pod", "", Strategy::Watcher, String::new()),
        ("ConfigMap", "", Strategy::Watcher, String::new()),
        (
            "Job",
            "fail",
            Strategy::Watcher,
            format!("resource Job/{n}/h4 not ready. status: Failed, message: Job Failed. failed: 1/1"),
        ),
        (
            "Pod",
            "fail",
            Strategy::Watcher,
            format!("resource Pod/{n}/h5 not ready. status: Failed, message: pod h5 failed"),
        ),
        (
            "Pod",
            "hang",
            Strategy::Watcher,
            format!(
                "resource Pod/{n}/h6 not ready. status: InProgress, message: Pod in progress\ncontext deadline exceeded"
            ),
        ),
        (
            "Job",
            "fail",
            Strategy::Legacy,
            "job h7 failed: BackoffLimitExceeded".into(),
        ),
        ("Pod", "fail", Strategy::Legacy, "pod h8 failed".into()),
        (
            "Pod",
            "hang",
            Strategy::Legacy,
            "timed out waiting for the condition".into(),
        ),
    ];
    for (number, (kind, life, strategy, said)) in (1..).zip(cases) {
        let name = format!("h{number}");
        let object = match kind {
            "ConfigMap" => json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}),
            _ => workload(kind, &name, life),
        };
        let target = place.apply(object).await;
        // What never ends needs no long wait to be believed.
        let options = Options {
            strategy,
            ..options(Rules::Helm, if life == "hang" { 5 } else { 60 })
        };
        let one = [target];
        let answer = eventually(&said, || {
            wait::wait_complete(&place.admin, &one, &options, &Silent, &never)
        })
        .await;
        assert_eq!(answer, Ok(()), "{kind} {life}: {said}");
    }
    place.leave().await;
}

/// The legacy reader: ready as the newest ReplicaSet and the pods are, and no names in the error.
#[tokio::test]
async fn legacy_names_nothing() {
    let Some(place) = Place::new("legacy").await else {
        return;
    };
    let options = Options {
        strategy: Strategy::Legacy,
        ..options(Rules::Helm, 15)
    };
    let good = [
        place.apply(workload("Deployment", "good", "")).await,
        place.apply(workload("ReplicaSet", "set", "")).await,
    ];
    assert_eq!(eventually("", || ready(&place.admin, &good, &options)).await, Ok(()));
    let bad = place.apply(workload("Deployment", "bad", "never-ready")).await;
    let error = ready(&place.admin, &[bad], &options).await.unwrap_err();
    assert_eq!(error.to_string(), "context deadline exceeded");
    place.leave().await;
}

/// Definitions become Established; a kind that shows a `Ready` column is waited for until somebody writes one.
#[tokio::test]
async fn custom_kinds() {
    let Some(place) = Place::new("custom").await else {
        return;
    };
    let group = format!("{}.test", place.namespace);
    let definition = json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": format!("things.{group}")},
        "spec": {"group": group, "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"}, "versions": [{
            "name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
            "additionalPrinterColumns": [{"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"}],
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}});
    let definition = place.apply(definition).await;
    wait::wait_established(
        &place.admin,
        std::slice::from_ref(&definition),
        &options(Rules::Helm, 20),
        &Silent,
        &Cancel::never(),
    )
    .await
    .expect("Established");
    while place
        .admin
        .find(&format!("/apis/{group}/v1/things"))
        .await
        .expect("an answer")
        .is_none()
    {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let thing = place
        .apply(json!({"apiVersion": format!("{group}/v1"), "kind": "Thing", "metadata": {"name": "t"}}))
        .await;
    let one = std::slice::from_ref(&thing);
    ready(&place.admin, one, &options(Rules::Helm, 60))
        .await
        .expect("Helm takes it for ready");
    let error = ready(&place.admin, one, &options(Rules::Skeg, 20)).await.unwrap_err();
    assert!(error.to_string().contains("no Ready condition yet"), "{error}");
    let told = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        place
            .patch_status(
                &thing,
                json!({"observedGeneration": "1", "conditions": [{"type": "Ready", "status": "True"}]}),
            )
            .await;
    };
    let (waited, ()) = tokio::join!(
        async { ready(&place.admin, one, &options(Rules::Skeg, 20)).await },
        told
    );
    waited.expect("ready, although the generation is text");
    place.delete(&definition).await;
    place.leave().await;
}

/// A cancelled wait ends at once; kinds that have nothing to become cost no request; many objects cost few.
#[tokio::test]
async fn cheap_and_cancellable() {
    let Some(place) = Place::new("cheap").await else { return };
    let map = place
        .apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}}))
        .await;
    let before = place.admin.requests();
    ready(&place.admin, &[map], &options(Rules::Skeg, 5))
        .await
        .expect("ready");
    assert_eq!(place.admin.requests(), before);

    let mut many: Vec<Target> = Vec::new();
    for number in 0..12 {
        many.push(place.apply(workload("Deployment", &format!("d{number}"), "")).await);
    }
    let before = place.admin.requests();
    ready(
        &place.admin,
        &many,
        &Options {
            poll: Duration::from_secs(5),
            ..options(Rules::Skeg, 240)
        },
    )
    .await
    .expect("ready");
    assert!(
        place.admin.requests() - before <= 3,
        "{} requests",
        place.admin.requests() - before
    );

    let hanging = place.apply(workload("Deployment", "hanging", "never-ready")).await;
    let (canceller, token) = cancel::channel();
    let begun = Instant::now();
    let options = options(Rules::Skeg, 60);
    let (waited, ()) = tokio::join!(
        wait::wait_ready(&place.admin, std::slice::from_ref(&hanging), &options, &Silent, &token),
        async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            canceller.cancel();
        }
    );
    let error = waited.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(20) && error.end == End::Cancelled);
    assert!(error.to_string().ends_with("\ncontext canceled"), "{error}");
    let path = format!("/api/v1/namespaces/{}/pods", place.namespace);
    assert!(
        place.admin.send(Request::get(path)).await.is_ok(),
        "the connection lives on"
    );
    place.leave().await;
}
