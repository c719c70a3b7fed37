//! Clipper's network policies, judged by who may reach whom, not by their text.

use skeg_testkit::network::{Network, Peer, Pod};
use skeg_testkit::{Rendered, chart, json};

fn ingress_controller() -> Pod {
    Pod::outsider(
        "controller",
        "ingress-nginx",
        json!({"app.kubernetes.io/name": "ingress-nginx"}),
    )
}

fn stranger(namespace: &str) -> Pod {
    Pod::outsider("stranger", namespace, json!({"app": "stranger"}))
}

fn search() -> Pod {
    Pod::outsider("opensearch", "demo", json!({"app.kubernetes.io/name": "opensearch"}))
}

fn prometheus() -> Pod {
    Pod::outsider("prometheus", "monitoring", json!({"app": "prometheus"}))
}

/// Where each component listens.
const PORTS: [(&str, u16); 5] = [
    ("backend", 8080),
    ("frontend", 8080),
    ("postgres", 5432),
    ("redis", 6379),
    ("grafana", 3000),
];

/// Connections that must work: from, to, port.
const ALLOWED: [(&str, &str, u16); 2] = [("backend", "postgres", 5432), ("backend", "redis", 6379)];

fn judge(rendered: &Rendered) {
    let net = Network::of(rendered);
    let controller = ingress_controller();
    for (from, _) in PORTS {
        for (to, port) in PORTS.into_iter().filter(|(to, _)| *to != from) {
            let (a, b) = (Peer::Pod(net.pod(from)), Peer::Pod(net.pod(to)));
            if ALLOWED.contains(&(from, to, port)) {
                net.allowed(&a, &b, "TCP", port);
            } else {
                net.denied(&a, &b, "TCP", port);
            }
        }
    }
    for (name, port) in PORTS {
        let pod = net.pod(name);
        let open = matches!(name, "backend" | "frontend" | "grafana");
        assert_eq!(
            net.lets(&Peer::Pod(&controller), &Peer::Pod(pod), "TCP", port),
            open,
            "{name}"
        );
        net.denied(&Peer::Pod(&controller), &Peer::Pod(pod), "TCP", port + 1);
        for namespace in ["demo", "default", "monitoring"] {
            net.denied(&Peer::Pod(&stranger(namespace)), &Peer::Pod(pod), "TCP", port);
        }
        net.denied(&Peer::address("203.0.113.7"), &Peer::Pod(pod), "TCP", port);
        assert!(net.resolves_names(pod), "{name}");
        let outside = net.lets(&Peer::Pod(pod), &Peer::address("203.0.113.7"), "TCP", 443);
        assert_eq!(outside, name == "backend", "{name} and HTTPS outside");
        net.denied(&Peer::Pod(pod), &Peer::address("203.0.113.7"), "TCP", 80);
        net.denied(&Peer::Pod(pod), &Peer::address("169.254.169.254"), "TCP", 443);
        net.denied(&Peer::Pod(pod), &Peer::address("169.254.169.254"), "TCP", 80);
        let searches = net.lets(&Peer::Pod(pod), &Peer::Pod(&search()), "TCP", 9200);
        assert_eq!(searches, name == "backend", "{name} and OpenSearch");
        let measures = net.lets(&Peer::Pod(pod), &Peer::Pod(&prometheus()), "TCP", 9090);
        assert_eq!(measures, name == "grafana", "{name} and Prometheus");
    }
}

// CLIP-35, CLIP-36, CLIP-37
#[test]
fn clip_36_clip_37_only_what_is_listed_gets_through() {
    for profile in ["base", "staging", "prod"] {
        judge(&chart("clipper").render(profile).ok());
    }
    judge(&chart("clipper").render("base").release("tv").ok());
}

// CLIP-35
#[test]
fn clip_35_scrapers_come_in_when_they_are_listed() {
    let rendered = chart("clipper")
        .render("base")
        .set("backend.networkPolicy.metricsFrom[0]=monitoring")
        .ok();
    let net = Network::of(&rendered);
    net.allowed(&Peer::Pod(&prometheus()), &Peer::Pod(net.pod("backend")), "TCP", 8080);
    net.denied(&Peer::Pod(&prometheus()), &Peer::Pod(net.pod("postgres")), "TCP", 5432);
}

// CLIP-36: charts installed one by one, as the Quick Start shows, find each other too.
#[test]
fn clip_36_charts_installed_alone_reach_each_other() {
    let mut net = Network::of(&chart("clipper-backend").render("base").ok());
    for name in ["clipper-postgres", "clipper-redis"] {
        let rendered = chart(name).render("base").ok();
        net.add(&rendered.objects, "demo");
    }
    net.allowed(
        &Peer::Pod(net.pod("backend")),
        &Peer::Pod(net.pod("postgres")),
        "TCP",
        5432,
    );
    net.allowed(
        &Peer::Pod(net.pod("backend")),
        &Peer::Pod(net.pod("redis")),
        "TCP",
        6379,
    );
    net.denied(
        &Peer::Pod(net.pod("redis")),
        &Peer::Pod(net.pod("postgres")),
        "TCP",
        5432,
    );
}

// CLIP-37: two releases in one namespace stay apart.
#[test]
fn clip_37_releases_do_not_reach_into_each_other() {
    let one = chart("clipper").render("base").release("one").ok();
    let two = chart("clipper").render("base").release("two").ok();
    let mut net = Network::of(&one);
    net.add(&two.objects, "demo");
    let pod = |release: &str, component: &str| {
        net.pods()
            .iter()
            .find(|pod| {
                pod.labels
                    .get("app.kubernetes.io/instance")
                    .is_some_and(|i| i == release)
                    && pod
                        .labels
                        .get("app.kubernetes.io/component")
                        .is_some_and(|c| c == component)
            })
            .unwrap_or_else(|| panic!("no {component} of {release}"))
    };
    net.allowed(
        &Peer::Pod(pod("one", "backend")),
        &Peer::Pod(pod("one", "postgres")),
        "TCP",
        5432,
    );
    net.denied(
        &Peer::Pod(pod("one", "backend")),
        &Peer::Pod(pod("two", "postgres")),
        "TCP",
        5432,
    );
}
