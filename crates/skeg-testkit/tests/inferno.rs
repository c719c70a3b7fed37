//! Inferno: what its suites (`charts/inferno/helm/inferno/tests`) cannot show: tree and documents, exact sets of objects,
//! helpers called by a template of the test, policies as a whole, refusals by the schema, old Kubernetes versions.

use skeg_testkit::network::{Network, Peer, Pod};
use skeg_testkit::object::decode_one;
use skeg_testkit::programs::{repository, run, run_skeg, skeg};
use skeg_testkit::scratch::{Scratch, entries, read};
use skeg_testkit::{Chart, Json, chart, json};

const PROFILES: [&str; 4] = ["base", "dev", "staging", "prod"];

fn inferno() -> &'static Chart {
    chart("inferno")
}

fn yaml(file: &str) -> Json {
    decode_one(&read(&inferno().path().join(file))).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = entries(&inferno().path().join(folder))
        .iter()
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn inf_01_tree_ignore_file_and_documents() {
    let templates = "NOTES.txt _helpers.tpl configmap.yaml deployment.yaml hpa.yaml ingress.yaml pdb.yaml pvc.yaml \
                     rbac.yaml service.yaml servicemonitor.yaml";
    assert_eq!(names("templates").join(" "), templates);
    let chart_files = ".helmignore Chart.lock Chart.yaml README.md charts schema-open.txt templates tests values-dev.yaml \
                       values-prod-custom.yaml values-prod.yaml values-staging.yaml values.schema.json values.yaml";
    assert_eq!(names("").join(" "), chart_files);

    let ignored = read(&inferno().path().join(".helmignore"));
    let ignored: Vec<&str> = ignored.lines().collect();
    for (line, wanted) in [
        ("tests/", true),
        ("values-prod-custom.yaml", true),
        ("charts/", false),
        ("templates/", false),
    ] {
        assert_eq!(ignored.contains(&line), wanted, "{line}");
    }

    let readme = read(&inferno().path().join("README.md"));
    let guide = read(&inferno().family_root().join("docs/DEPLOYMENT_GUIDE.md"));
    assert!(
        readme.contains("](../../docs/DEPLOYMENT_GUIDE.md)"),
        "README links the guide"
    );
    assert!(
        guide.contains("](../helm/inferno/README.md)"),
        "the guide links the README"
    );
    assert!(
        readme.lines().count() > 80 && guide.lines().count() > 80,
        "both say something"
    );
    // `kubectl events --sort-by` does not exist.
    for text in [&readme, &guide] {
        assert!(text.contains("kubectl get events -n inferno-prod --sort-by"));
        assert!(!text.contains("kubectl events"));
    }
}

#[test]
fn inf_02_chart_yaml() {
    let meta = yaml("Chart.yaml");
    for (key, value) in [
        ("version", "0.8.0"),
        ("appVersion", "0.8.0"),
        ("kubeVersion", ">=1.20.0-0"),
        ("type", "application"),
    ] {
        assert_eq!(meta[key], json!(value), "{key}");
    }
    inferno()
        .render("base")
        .kube("1.19.0")
        .refused("chart requires kubeVersion");
}

/// INF-07, INF-08, INF-09, INF-10, INF-11: nine helpers, each in the library's words, called from a template of the test.
#[test]
fn inf_07_helpers_delegate_to_the_library() {
    let text = read(&inferno().path().join("templates/_helpers.tpl"));
    let table = [
        ("name", "name", "inferno"),
        ("fullname", "fullname", "release-inferno"),
        ("chart", "chart", "inferno-0.8.0"),
        ("labels", "componentLabels", ""),
        ("selectorLabels", "selectorLabels", ""),
        ("serviceAccountName", "serviceAccountName", "release-inferno"),
        ("image", "image", "ghcr.io/x/inferno:0.8.0"),
        ("port", "scalar", "8000"),
        ("namespace", "namespace", "inferno-prod"),
    ];
    assert_eq!(text.matches("{{- define \"inferno.").count(), table.len());
    let scratch = Scratch::with_copy(&inferno().path());
    let mut probe = String::from("kind: Probe\n");
    for (helper, library, wanted) in table {
        let body = text
            .split(&format!("{{{{- define \"inferno.{helper}\" -}}}}"))
            .nth(1)
            .and_then(|rest| rest.split("{{- end }}").next())
            .unwrap_or_else(|| panic!("inferno.{helper} is not defined"));
        assert!(
            body.contains(&format!("include \"platform-lib.{library}\"")),
            "inferno.{helper}: {body}"
        );
        if !wanted.is_empty() {
            probe.push_str(&format!("{helper}: {{{{ include \"inferno.{helper}\" . | quote }}}}\n"));
        }
    }
    for helper in ["labels", "selectorLabels"] {
        probe.push_str(&format!(
            "{helper}:\n  {{{{- include \"inferno.{helper}\" . | nindent 2 }}}}\n"
        ));
    }
    let file = scratch.write("inferno/templates/probe.yaml", &probe);
    let folder = scratch.path().join("inferno");
    let answer = run(
        skeg(),
        &[
            "template",
            "release",
            &folder.to_string_lossy(),
            "--namespace=inferno-prod",
            "--set=image.registry=ghcr.io/x",
            "--show-only=templates/probe.yaml",
        ],
        scratch.path(),
    )
    .ok();
    let got = decode_one(&answer.stdout).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    for (helper, _, wanted) in table {
        if !wanted.is_empty() {
            assert_eq!(got[helper], json!(wanted), "inferno.{helper}");
        }
    }
    let selector = json!({"app.kubernetes.io/name": "inferno", "app.kubernetes.io/instance": "release",
        "app.kubernetes.io/component": "server"});
    assert_eq!(got["selectorLabels"], selector);
    assert_eq!(got["labels"]["helm.sh/chart"], json!("inferno-0.8.0"));
    assert!(
        inferno().render("base").ok().find("Deployment/inferno").is_some(),
        "INF-08: release `inferno` keeps its name"
    );
}

/// INF-11: `-n inferno-prod` puts every object there.
#[test]
fn inf_11_all_objects_are_in_the_namespace() {
    for profile in PROFILES {
        for object in &inferno().render(profile).namespace("inferno-prod").ok().objects {
            assert_eq!(object.namespace(), "inferno-prod", "{profile}: {}", object.id());
        }
    }
}

const COMMON: [&str; 11] = [
    "ConfigMap/inferno-config",
    "Deployment/inferno",
    "PersistentVolumeClaim/inferno-cache",
    "PersistentVolumeClaim/inferno-models",
    "PersistentVolumeClaim/inferno-queue",
    "Role/inferno",
    "RoleBinding/inferno",
    "Secret/inferno-secrets",
    "Service/inferno",
    "Service/inferno-headless",
    "ServiceAccount/inferno",
];

#[test]
fn inf_12_inf_13_exact_objects_of_each_profile() {
    let guarded = [
        "HorizontalPodAutoscaler/inferno",
        "NetworkPolicy/inferno",
        "NetworkPolicy/inferno-default-deny",
        "PodDisruptionBudget/inferno",
        "Service/inferno-external",
    ];
    let all: Vec<&str> = COMMON.iter().chain(&guarded).copied().collect();
    inferno().render("dev").ok().has_exactly(&COMMON);
    for profile in ["staging", "prod"] {
        inferno().render(profile).ok().has_exactly(&all);
    }
    inferno()
        .render("staging")
        .ok()
        .object("Service/inferno-external")
        .is(".spec.type", json!("NodePort"));
}

#[test]
fn inf_26_the_external_service_never_exposes_metrics() {
    for profile in PROFILES {
        let rendered = inferno().render(profile).set("service.external.enabled=true").ok();
        let service = rendered.object("Service/inferno-external");
        service.is(".spec.ports[*].targetPort", json!([8000]));
    }
}

#[test]
fn inf_27_inf_64_external_addresses_by_index() {
    let rendered = inferno()
        .render("prod")
        .set("service.external.externalIPs[0]=10.0.0.1")
        .set("service.external.externalIPs[1]=10.0.0.2")
        .ok();
    rendered
        .object("Service/inferno-external")
        .is(".spec.externalIPs", json!(["10.0.0.1", "10.0.0.2"]));
}

#[test]
fn inf_28_ninety_three_variables_all_strings() {
    for profile in PROFILES {
        let rendered = inferno().render(profile).ok();
        let data = rendered.object("ConfigMap/inferno-config").map(".data");
        assert_eq!(data.len(), 93, "{profile}");
        assert!(data.values().all(Json::is_string), "{profile}");
    }
}

/// INF-39, INF-40, INF-41: rules read as a network plugin reads them.
#[test]
fn inf_39_inf_40_inf_41_who_talks_to_whom() {
    let controller = Pod::outsider("controller", "ingress-nginx", json!({"app": "nginx"}));
    let neighbour = Pod::outsider("neighbour", "demo", json!({"app": "web"})).with_port("http", "TCP", 80);
    let prometheus = Pod::outsider("prometheus", "monitoring", json!({"app": "prometheus"}));
    let stranger = Pod::outsider("stranger", "other", json!({"app": "x"})).with_port("https", "TCP", 443);
    let internet = Peer::address("192.0.2.7");

    // Who comes in: peer, port, standard, strict (prod, with its external Service).
    let incoming = [
        (Peer::Pod(&controller), 8000, true, true),
        (Peer::Pod(&controller), 9090, true, false),
        (Peer::Pod(&neighbour), 8000, true, true),
        (Peer::Pod(&neighbour), 9090, true, false),
        (Peer::Pod(&prometheus), 8000, false, false),
        (Peer::Pod(&prometheus), 9090, false, true),
        (Peer::Pod(&stranger), 8000, false, false),
        (Peer::Pod(&stranger), 9090, false, false),
        (internet.clone(), 8000, false, true),
        (internet.clone(), 9090, false, false),
    ];
    // Who is reached.
    let outgoing = [
        (Peer::address("198.51.100.1"), 443, true, true),
        (Peer::address("198.51.100.1"), 80, false, false),
        (Peer::address("10.1.2.3"), 443, true, false),
        (Peer::address("192.168.1.1"), 443, true, false),
        (Peer::address("169.254.169.254"), 443, false, false),
        (Peer::address("fe80::1"), 443, false, false),
        (Peer::address("2001:db8::1"), 443, true, true),
        (Peer::address("fd00::1"), 443, true, false),
        (Peer::Pod(&neighbour), 80, true, false),
        (Peer::Pod(&stranger), 443, false, false),
    ];
    for strict in [false, true] {
        let network = Network::of(&inferno().render(if strict { "prod" } else { "base" }).ok());
        let server = network.pod("server");
        let check = |from: &Peer<'_>, to: &Peer<'_>, port, wanted| {
            if wanted {
                network.allowed(from, to, "TCP", port);
            } else {
                network.denied(from, to, "TCP", port);
            }
        };
        for (peer, port, standard, narrow) in &incoming {
            check(
                peer,
                &Peer::Pod(server),
                *port,
                if strict { *narrow } else { *standard },
            );
        }
        for (peer, port, standard, narrow) in &outgoing {
            check(
                &Peer::Pod(server),
                peer,
                *port,
                if strict { *narrow } else { *standard },
            );
        }
        check(&Peer::Pod(server), &Peer::Pod(server), 8000, true);
        assert!(network.resolves_names(server), "XC-14");
    }

    // INF-41: only the ranges given, only the API.
    let ranges = inferno()
        .render("staging")
        .set("service.external.loadBalancerSourceRanges={192.0.2.0/24}")
        .ok();
    let network = Network::of(&ranges);
    let server = Peer::Pod(network.pod("server"));
    network.allowed(&internet, &server, "TCP", 8000);
    network.denied(&Peer::address("203.0.113.1"), &server, "TCP", 8000);
    network.denied(&internet, &server, "TCP", 9090);
}

/// INF-44, INF-45, INF-49, INF-52: valid on old and new Kubernetes, with every optional object.
#[test]
fn inf_44_inf_45_inf_49_inf_52_valid_from_1_20_to_1_37() {
    let folder = inferno().path();
    let crds = repository().join("charts/testdata/crds");
    for profile in PROFILES {
        let mut args = vec![
            "validate".to_owned(),
            "inferno".to_owned(),
            folder.to_string_lossy().into_owned(),
            "--strict".to_owned(),
            "--kube-version=1.20,1.22,1.25,1.28,1.31,1.34,1.37".to_owned(),
            format!("--crds={}", crds.display()),
            "--set=ingress.enabled=true,vpa.enabled=true,service.external.enabled=true".to_owned(),
        ];
        if profile != "base" {
            args.push(format!(
                "--values={}",
                folder.join(format!("values-{profile}.yaml")).display()
            ));
        }
        if profile != "dev" {
            args.push("--set=monitoring.serviceMonitor.enabled=true".to_owned());
        }
        run_skeg(&args).ok();
    }
}

/// INF-44 and INF-52: what 1.20 does not know is not rendered.
#[test]
fn inf_52_nothing_newer_than_1_20_is_rendered_for_it() {
    let rendered = inferno().render("prod").kube("1.20.0").ok();
    rendered
        .object("HorizontalPodAutoscaler/inferno")
        .is(".apiVersion", json!("autoscaling/v2beta2"));
    let budget = rendered.object("PodDisruptionBudget/inferno");
    budget.is(".apiVersion", json!("policy/v1beta1"));
    budget.absent(".spec.unhealthyPodEvictionPolicy");
    rendered
        .object("Deployment/inferno")
        .absent(".spec.template.spec.containers[0].lifecycle");
    assert!(
        !rendered.text.contains("kubernetes.io/metadata.name"),
        "namespaces carry it from 1.21 on"
    );
}

/// INF-51, INF-60, INF-61, INF-63: each level wins over the one before.
#[test]
fn inf_51_precedence() {
    let threads = |profile: &str, flags: &[&str]| {
        let rendered = inferno().render(profile).flags(flags).ok();
        rendered
            .object("ConfigMap/inferno-config")
            .text(".data.INFERNO_WORKER_THREADS")
            .to_owned()
    };
    assert_eq!(threads("base", &[]), "4");
    assert_eq!(threads("prod", &[]), "8");
    assert_eq!(threads("prod-custom", &[]), "12");
    assert_eq!(
        threads("prod-custom", &["--set", "configMap.INFERNO_WORKER_THREADS=16"]),
        "16"
    );
    let scaled = inferno()
        .render("prod")
        .set("replicaCount=5")
        .set("resources.limits.cpu=4000m")
        .ok();
    scaled
        .object("HorizontalPodAutoscaler/inferno")
        .is(".spec.minReplicas", json!(5));
}

/// INF-65: the seed's command, from the folder it names.
#[test]
fn inf_65_the_documented_template_command() {
    let line = [
        "template",
        "inferno",
        "./helm/inferno",
        "-f",
        "helm/inferno/values-prod.yaml",
    ];
    let answer = run(skeg(), &line, &inferno().family_root()).ok();
    assert!(answer.stdout.contains("kind: Deployment"));
}

#[test]
fn inf_55_notes_tell_the_way_in_and_warn() {
    let table: [(&str, &[&str], &[&str]); 3] = [
        (
            "dev",
            &[
                "http://inferno.demo.svc:8000",
                "WARNING: networkPolicy.enabled is false",
            ],
            &["Metrics:", "external"],
        ),
        (
            "staging",
            &["node port", "port-forward svc/inferno 9090:9090", "ReadWriteMany"],
            &["load balancer"],
        ),
        (
            "prod",
            &[
                "load balancer",
                "Secret inferno-secrets",
                "class \"standard\"",
                "WARNING: the API is reachable from outside",
            ],
            &["node port"],
        ),
    ];
    for (profile, said, unsaid) in table {
        let notes = inferno().render(profile).notes();
        for text in said {
            assert!(notes.contains(text), "{profile}: no `{text}` in\n{notes}");
        }
        for text in unsaid {
            assert!(!notes.contains(text), "{profile}: `{text}` in\n{notes}");
        }
    }
}
