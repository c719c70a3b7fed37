//! Readiness of objects: Helm's answers as recorded from Helm itself, and the rules that are skeg's own.

use std::time::Duration;

use serde_json::{Value, json};
use skeg_kinds::readiness::{Question, Readiness, Rules, State, Strategy, completion, readiness};

fn helm() -> Question<'static> {
    Question {
        rules: Rules::Helm,
        age: Some(Duration::from_secs(1)),
        ..Question::default()
    }
}

/// Every recorded answer, with both readers (lifecycle.md section 6).
#[test]
fn helm_rules_answer_as_helm_did() {
    let mut wrong = Vec::new();
    for line in include_str!("readiness.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let [name, circumstance, state, message, legacy, object] =
            line.split('\t').collect::<Vec<_>>().try_into().expect("six columns");
        let object: Value = serde_json::from_str(object).expect("an object");
        let mut question = helm();
        match circumstance {
            "jobs" => question.wait_for_jobs = true,
            "old" => question.age = Some(Duration::from_secs(16)),
            _ => {}
        }
        let answer = readiness(&object, &question);
        let told = if answer.is_ready() { "" } else { answer.message.as_str() };
        let state_told = if answer.is_ready() {
            "Ready"
        } else {
            answer.state.as_str()
        };
        if (state_told, told) != (state, message) {
            wrong.push(format!("{name}: {state_told} {told:?}, Helm: {state} {message:?}"));
        }
        let none = [];
        let answer = readiness(
            &object,
            &Question {
                strategy: Strategy::Legacy,
                children: Some(&none),
                ..question
            },
        );
        if answer.is_ready() != (legacy == "Ready") {
            wrong.push(format!("{name} (legacy): {:?}, Helm: {legacy}", answer.state));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The gaps of lifecycle.md section 15 item 18, and what else skeg's rules see differently: (case, object, state, message).
#[test]
fn own_rules_close_the_gaps() {
    let custom =
        |status: Value| json!({"apiVersion": "a.b/v1", "kind": "C", "metadata": {"generation": 2}, "status": status});
    let pod = |status: Value| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {}, "status": status});
    let balancer = |more: Value| {
        let mut object =
            json!({"apiVersion": "v1", "kind": "Service", "spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1"}});
        object
            .as_object_mut()
            .unwrap()
            .get_mut("spec")
            .unwrap()
            .as_object_mut()
            .unwrap()
            .extend(more["spec"].as_object().cloned().unwrap_or_default());
        object["status"] = more["status"].clone();
        object
    };
    let unschedulable =
        json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}]);
    let cases = [
        (
            "a failed pod",
            pod(json!({"phase": "Failed"})),
            State::Failed,
            "Pod has failed",
        ),
        (
            "an evicted pod",
            pod(json!({"phase": "Failed", "reason": "Evicted", "message": "low on memory"})),
            State::Failed,
            "Pod has failed: Evicted: low on memory",
        ),
        (
            "unknown phase",
            pod(json!({"phase": "Unknown"})),
            State::InProgress,
            "Pod is in the Unknown phase",
        ),
        (
            "unschedulable",
            pod(json!({"phase": "Pending", "conditions": unschedulable})),
            State::InProgress,
            "Pod has not been scheduled: 0/3 nodes",
        ),
        (
            "no address",
            balancer(json!({})),
            State::InProgress,
            "LoadBalancer has no address yet",
        ),
        (
            "an address",
            balancer(json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}})),
            State::Ready,
            "",
        ),
        (
            "external addresses",
            balancer(json!({"spec": {"externalIPs": ["192.0.2.1"]}})),
            State::Ready,
            "",
        ),
        (
            "text of the same generation",
            custom(json!({"observedGeneration": "2"})),
            State::Ready,
            "",
        ),
        (
            "text of another generation",
            custom(json!({"observedGeneration": "1"})),
            State::InProgress,
            "C generation is 2, but latest observed generation is 1",
        ),
        (
            "no number at all",
            custom(json!({"observedGeneration": "abc"})),
            State::Ready,
            "",
        ),
        (
            "conditions of another shape",
            custom(json!({"conditions": "none"})),
            State::Ready,
            "",
        ),
        (
            "one condition of another shape",
            custom(json!({"conditions": ["x", {"type": "Ready", "status": "False", "message": "m"}]})),
            State::InProgress,
            "m",
        ),
        (
            "stale condition",
            custom(json!({"conditions": [{"type": "Ready", "status": "True", "observedGeneration": 1}]})),
            State::InProgress,
            "Ready condition is about an older generation",
        ),
        (
            "lost claim",
            json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "status": {"phase": "Lost"}}),
            State::Failed,
            "PVC is not Bound. phase: Lost",
        ),
        (
            "replication controller",
            json!({"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"generation": 1}, "spec": {"replicas": 2},
                "status": {"observedGeneration": 1, "replicas": 2, "availableReplicas": 1}}),
            State::InProgress,
            "Available: 1/2",
        ),
        (
            "pods that may not be made",
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "status": {"conditions": [
                {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"}]}}),
            State::InProgress,
            "Replicas: 0/1, exceeded quota",
        ),
    ];
    for (name, object, state, message) in cases {
        let answer = readiness(&object, &Question::default());
        assert_eq!(answer.state, state, "{name}: {answer:?}");
        assert!(answer.is_ready() || answer.message == message, "{name}: {answer:?}");
    }
    let silent = readiness(
        &custom(json!({})),
        &Question {
            reports_ready: true,
            ..Question::default()
        },
    );
    assert_eq!(silent.message, "no Ready condition yet: no controller has looked at it");
    assert!(
        readiness(
            &custom(json!({})),
            &Question {
                reports_ready: true,
                ..helm()
            }
        )
        .is_ready()
    );
}

/// What is being deleted is not ready, whatever its status says; what a hook must end is not ready by running.
#[test]
fn going_away_and_running_to_the_end() {
    let going =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"deletionTimestamp": "2026-11-21T00:00:00Z"}});
    let answer = readiness(&going, &helm());
    assert_eq!(
        (answer.state, answer.message.as_str()),
        (State::Terminating, "Resource scheduled for deletion")
    );
    let pod = |phase: &str| json!({"apiVersion": "v1", "kind": "Pod", "status": {"phase": phase}});
    assert!(completion(&pod("Succeeded"), &helm()).is_ready());
    assert!(completion(&pod("Failed"), &helm()).is_failed());
    assert_eq!(completion(&pod("Running"), &helm()).message, "Pod in progress");
    assert!(completion(&json!({"apiVersion": "v1", "kind": "ConfigMap"}), &helm()).is_ready());
    assert_eq!(Readiness::not_found().state, State::NotFound);
}

/// The legacy reader looks at the newest ReplicaSet and at pods (lifecycle.md section 6): (replicas, strategy, ready, is ready).
#[test]
fn legacy_asks_the_children() {
    let template = json!({"metadata": {"labels": {"a": "b"}}, "spec": {}});
    let hashed = json!({"metadata": {"labels": {"a": "b", "pod-template-hash": "1"}}, "spec": {}});
    let rolling = |missing: Value, surge: Value| json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": missing, "maxSurge": surge}});
    let cases = [
        (4, rolling(json!("25%"), json!("25%")), 3, true),
        (4, rolling(json!("25%"), json!("25%")), 2, false),
        (3, rolling(json!("25%"), json!("25%")), 2, false),
        (3, rolling(json!("10%"), json!(0)), 2, true),
        (2, rolling(json!(2), json!(0)), 0, true),
        (1, json!({"type": "Recreate"}), 0, false),
    ];
    for (replicas, strategy, ready, expected) in cases {
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"generation": 1},
            "spec": {"replicas": replicas, "strategy": strategy, "template": template}, "status": {"observedGeneration": 1}});
        let sets = [
            json!({"spec": {"template": {"spec": {"other": 1}}}}),
            json!({"spec": {"template": hashed}, "status": {"readyReplicas": ready}}),
        ];
        let question = Question {
            strategy: Strategy::Legacy,
            children: Some(&sets),
            ..helm()
        };
        assert_eq!(
            readiness(&deployment, &question).is_ready(),
            expected,
            "{replicas} {strategy} {ready}"
        );
    }
    let set = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"generation": 1}, "status": {"observedGeneration": 1}});
    let pods = [json!({"status": {"conditions": [{"type": "Ready", "status": "False"}]}})];
    assert!(
        !readiness(
            &set,
            &Question {
                strategy: Strategy::Legacy,
                children: Some(&pods),
                ..helm()
            }
        )
        .is_ready()
    );
    let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"namespace": "n", "name": "j"}, "spec": {"backoffLimit": 0, "completions": 1}, "status": {"failed": 1}});
    let question = Question {
        strategy: Strategy::Legacy,
        wait_for_jobs: true,
        ..helm()
    };
    assert_eq!(
        readiness(&job, &question),
        Readiness {
            state: State::Failed,
            message: "job is failed: n/j".into()
        }
    );
}
