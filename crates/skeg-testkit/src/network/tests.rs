//! The cases of the Kubernetes documentation, "Network Policies", and of the API reference.

use serde_json::json;

use super::{Network, Peer, Pod, contains};
use crate::{Json, object};

/// A network of one policy in namespace `default` with this `spec`.
fn with(spec: Json) -> Network {
    let document = json!({"kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": spec}).to_string();
    let mut network = Network::default().with_namespace("myproject", json!({"project": "myproject"}));
    network.add(&object::decode(&document).expect("YAML"), "default");
    network
}

fn db() -> Pod {
    Pod::outsider("db", "default", json!({"role": "db"})).with_port("redis", "TCP", 6379)
}

fn front(namespace: &str) -> Pod {
    Pod::outsider("front", namespace, json!({"role": "frontend"}))
}

/// The documentation's first example: database pods take 6379 from a block without a part of it, from a project's
/// namespaces and from front ends, and may talk to another block on 5978.
fn documented() -> Network {
    with(json!({
        "podSelector": {"matchLabels": {"role": "db"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{
            "from": [
                {"ipBlock": {"cidr": "172.17.0.0/16", "except": ["172.17.1.0/24"]}},
                {"namespaceSelector": {"matchLabels": {"project": "myproject"}}},
                {"podSelector": {"matchLabels": {"role": "frontend"}}},
            ],
            "ports": [{"protocol": "TCP", "port": 6379}],
        }],
        "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/24"}}], "ports": [{"port": 5978}]}],
    }))
}

#[test]
fn the_documented_example() {
    let network = documented();
    let (db, near, far) = (db(), front("default"), front("other"));
    let project = Pod::outsider("any", "myproject", json!({}));
    let cases = [
        ("block", Peer::address("172.17.0.9"), 6379, true),
        ("exception", Peer::address("172.17.1.9"), 6379, false),
        ("other address", Peer::address("8.8.8.8"), 6379, false),
        ("front end here", Peer::Pod(&near), 6379, true),
        ("front end elsewhere", Peer::Pod(&far), 6379, false),
        ("project namespace", Peer::Pod(&project), 6379, true),
        ("other port", Peer::Pod(&near), 6380, false),
    ];
    for (name, from, port, wanted) in cases {
        assert_eq!(network.lets(&from, &Peer::Pod(&db), "TCP", port), wanted, "from {name}");
    }
    let out = |to: &str, protocol: &str, port| network.lets(&Peer::Pod(&db), &Peer::address(to), protocol, port);
    assert!(out("10.0.0.77", "TCP", 5978));
    assert!(!out("10.0.1.77", "TCP", 5978));
    assert!(!out("10.0.0.77", "UDP", 5978));
    // A pod that no policy selects is not isolated.
    assert!(network.lets(&Peer::Pod(&near), &Peer::Pod(&far), "TCP", 1));
}

#[test]
fn default_policies_of_the_documentation() {
    let (db, front) = (db(), front("default"));
    // spec, into db, out of db
    let cases = [
        (json!({"podSelector": {}, "policyTypes": ["Ingress"]}), false, true),
        (
            json!({"podSelector": {}, "ingress": [{}], "policyTypes": ["Ingress"]}),
            true,
            true,
        ),
        (json!({"podSelector": {}, "policyTypes": ["Egress"]}), true, false),
        (
            json!({"podSelector": {}, "egress": [{}], "policyTypes": ["Egress"]}),
            true,
            true,
        ),
        (
            json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
            false,
            false,
        ),
        // Without types: ingress always, egress when there are rules.
        (json!({"podSelector": {}}), false, true),
        (
            json!({"podSelector": {}, "egress": [{"ports": [{"port": 1}]}]}),
            false,
            false,
        ),
        // An empty list of peers or ports is all of them.
        (
            json!({"podSelector": {}, "ingress": [{"from": [], "ports": []}]}),
            true,
            true,
        ),
    ];
    for (spec, into, out) in cases {
        let network = with(spec.clone());
        let elsewhere = Peer::address("192.0.2.1");
        assert_eq!(
            network.lets(&elsewhere, &Peer::Pod(&db), "TCP", 6379),
            into,
            "into: {spec}"
        );
        assert_eq!(
            network.lets(&Peer::Pod(&db), &elsewhere, "TCP", 6379),
            out,
            "out: {spec}"
        );
    }
    // Both ends must agree: front may not send, though db would take it.
    let network = with(json!({"podSelector": {"matchLabels": {"role": "frontend"}}, "policyTypes": ["Egress"]}));
    assert!(!network.lets(&Peer::Pod(&front), &Peer::Pod(&db), "TCP", 6379));
}

#[test]
fn selectors_of_namespace_and_pod() {
    let (db, here, there) = (db(), front("default"), front("myproject"));
    let namespace = json!({"matchLabels": {"project": "myproject"}});
    let pod = json!({"matchLabels": {"role": "frontend"}});
    // peer, front end here, front end in the project, other pod in the project
    let cases = [
        (
            json!({"namespaceSelector": namespace, "podSelector": pod}),
            false,
            true,
            false,
        ),
        (json!({"namespaceSelector": namespace}), false, true, true),
        (json!({"namespaceSelector": {}}), true, true, true),
        (json!({"podSelector": {}}), true, false, false),
        (
            json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}}}),
            true,
            false,
            false,
        ),
    ];
    let other = Pod::outsider("other", "myproject", json!({}));
    for (peer, near, far, any) in cases {
        let network = with(json!({"podSelector": {}, "ingress": [{"from": [peer]}]}));
        for (from, wanted) in [(&here, near), (&there, far), (&other, any)] {
            let lets = network.lets(&Peer::Pod(from), &Peer::Pod(&db), "TCP", 6379);
            assert_eq!(lets, wanted, "{peer} from {}/{}", from.namespace, from.name);
        }
    }
}

#[test]
fn ports_by_name_number_range_and_protocol() {
    let db = db();
    let cases = [
        (json!({"port": "redis"}), "TCP", 6379, true),
        (json!({"port": "redis"}), "TCP", 6380, false),
        (json!({"port": "other"}), "TCP", 6379, false),
        (json!({"port": 32000, "endPort": 32768}), "TCP", 32500, true),
        (json!({"port": 32000, "endPort": 32768}), "TCP", 32769, false),
        (json!({"protocol": "UDP"}), "UDP", 53, true),
        (json!({"protocol": "UDP"}), "TCP", 53, false),
    ];
    for (rule, protocol, port, wanted) in cases {
        let network = with(json!({"podSelector": {}, "ingress": [{"ports": [rule]}]}));
        let lets = network.lets(&Peer::address("192.0.2.1"), &Peer::Pod(&db), protocol, port);
        assert_eq!(lets, wanted, "{rule} {protocol} {port}");
    }
}

#[test]
fn address_blocks() {
    for (cidr, address, wanted) in [
        ("0.0.0.0/0", "1.2.3.4", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("::/0", "2001:db8::1", true),
        ("10.0.0.0/8", "10.255.0.1", true),
        ("10.0.0.0/8", "11.0.0.1", false),
        ("169.254.169.254/32", "169.254.169.254", true),
        ("169.254.169.254/32", "169.254.169.253", false),
    ] {
        assert_eq!(
            contains(cidr, address.parse().expect("an address")),
            wanted,
            "{address} in {cidr}"
        );
    }
}
