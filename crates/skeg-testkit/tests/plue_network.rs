//! Plue: who may talk to whom, judged on the rendered policies as a whole.

use skeg_testkit::network::{Network, Peer, Pod};
use skeg_testkit::{Rendered, chart, json};

const PROFILES: [&str; 3] = ["base", "staging", "prod"];

fn controller() -> Pod {
    Pod::outsider(
        "controller",
        "ingress-nginx",
        json!({"app.kubernetes.io/name": "ingress-nginx"}),
    )
}

fn prometheus() -> Pod {
    Pod::outsider(
        "prometheus",
        "monitoring",
        json!({"app.kubernetes.io/name": "prometheus"}),
    )
}

/// Every TCP connection between the platform's parts that is let through, on the ports that matter.
fn open_connections(rendered: &Rendered) -> Vec<String> {
    let net = Network::of(rendered);
    let (controller, prometheus) = (controller(), prometheus());
    let parts = ["api", "web", "runner", "warm-pool", "image-preload", "postgres"];
    let mut ends: Vec<(String, Peer<'_>)> = parts
        .iter()
        .map(|name| ((*name).to_owned(), Peer::Pod(net.pod(name))))
        .collect();
    ends.push(("ingress".to_owned(), Peer::Pod(&controller)));
    ends.push(("monitoring".to_owned(), Peer::Pod(&prometheus)));
    ends.push(("internet".to_owned(), Peer::address("93.184.216.34")));
    ends.push(("metadata".to_owned(), Peer::address("169.254.169.254")));
    ends.push(("private".to_owned(), Peer::address("10.1.2.3")));
    let mut open = Vec::new();
    for (from, source) in &ends {
        for (to, target) in &ends {
            let ours = parts.contains(&from.as_str()) || parts.contains(&to.as_str());
            for port in [80, 443, 4000, 4443, 5173, 5432, 6443, 8080, 9090] {
                if ours && from != to && net.lets(source, target, "TCP", port) {
                    open.push(format!("{from}→{to}:{port}"));
                }
            }
        }
    }
    open
}

#[test]
fn plue_40_who_may_talk_to_whom() {
    let base = open_connections(&with_every_part("base"));
    let wanted = [
        "api→postgres:5432",
        "api→internet:443",
        "api→private:443",
        "web→api:4000",
        "runner→api:4443",
        "warm-pool→internet:443",
        "warm-pool→internet:6443",
        "warm-pool→private:443",
        "warm-pool→private:6443",
        "ingress→api:4000",
        "ingress→web:5173",
        "monitoring→api:4000",
        "monitoring→runner:9090",
    ];
    assert_eq!(base, wanted);
    for profile in PROFILES {
        let open = open_connections(&with_every_part(profile));
        for denied in [
            "runner→postgres:5432",
            "web→postgres:5432",
            "runner→web:5173",
            "web→internet:443",
            "runner→metadata:443",
        ] {
            assert!(
                !open.iter().any(|connection| connection == denied),
                "{profile}: {denied}"
            );
        }
    }
}

/// A profile with the optional parts as well: the database, and the preloading pods that staging leaves out.
fn with_every_part(profile: &str) -> Rendered {
    chart("plue")
        .render(profile)
        .set("runner.warmPool.preloadImages=true,postgres.enabled=true")
        .ok()
}

#[test]
fn plue_38_runners_on_the_internet_stay_off_the_private_network() {
    let rendered = chart("plue")
        .render("base")
        .set("networkPolicy.runner.allowInternetEgress=true,postgres.enabled=true")
        .ok();
    let open: Vec<String> = open_connections(&rendered)
        .into_iter()
        .filter(|it| it.starts_with("runner→"))
        .collect();
    assert_eq!(open, ["runner→api:4443", "runner→internet:443"]);
}

#[test]
fn plue_34_every_pod_resolves_names() {
    for profile in PROFILES {
        let rendered = chart("plue").render(profile).set("postgres.enabled=true").ok();
        let net = Network::of(&rendered);
        for pod in net.pods() {
            assert!(net.resolves_names(pod), "{profile}: {}", pod.name);
            assert!(
                net.isolating(pod, "Ingress").contains(&"plue-default-deny"),
                "{profile}: {}",
                pod.name
            );
        }
    }
}

#[test]
fn plue_39_postgres_admits_the_api_only() {
    let rendered = chart("plue").render("base").set("postgres.enabled=true").ok();
    let net = Network::of(&rendered);
    let postgres = Peer::Pod(net.pod("postgres"));
    net.allowed(&Peer::Pod(net.pod("api")), &postgres, "TCP", 5432);
    for other in ["web", "runner", "warm-pool"] {
        net.denied(&Peer::Pod(net.pod(other)), &postgres, "TCP", 5432);
    }
    net.denied(&postgres, &Peer::address("93.184.216.34"), "TCP", 443);
}

#[test]
fn plue_36_a_managed_database_is_reached_by_its_ranges() {
    let rendered = chart("plue")
        .render("base")
        .set_json(r#"database.cidrs=["10.9.0.0/24"]"#)
        .ok();
    let net = Network::of(&rendered);
    let api = Peer::Pod(net.pod("api"));
    net.allowed(&api, &Peer::address("10.9.0.7"), "TCP", 5432);
    net.denied(&api, &Peer::address("10.9.1.7"), "TCP", 5432);
    net.denied(&Peer::Pod(net.pod("runner")), &Peer::address("10.9.0.7"), "TCP", 5432);
}
