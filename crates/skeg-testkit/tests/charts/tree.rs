//! XC-01: the trees that the specification draws.

use std::os::unix::fs::PermissionsExt;

use skeg_testkit::charts::applications;
use skeg_testkit::sweep::chosen;
use skeg_testkit::{CHARTS, programs};

/// Paths below `charts/`, one family after the other. A trailing slash is a folder.
///
/// # Source
/// charts.md, section 1 and the sections "Tree" of each platform.
const TREE: &[(&str, &[&str])] = &[
    ("platform-lib", &["Chart.yaml", "templates/"]),
    (
        "plue",
        &[
            "infra/helm/README.md",
            "infra/helm/plue/Chart.yaml",
            "infra/helm/plue/values.yaml",
            "infra/helm/plue/values-staging.yaml",
            "infra/helm/plue/values-production.yaml",
            "infra/helm/plue/dashboards/plue-overview.json",
            "infra/helm/plue/dashboards/plue-workflows.json",
            "infra/helm/plue/dashboards/plue-runners.json",
            "infra/helm/plue/templates/deployment.yaml",
            "infra/helm/plue/templates/service.yaml",
            "infra/helm/plue/templates/ingress.yaml",
            "infra/helm/plue/templates/configmap.yaml",
            "infra/helm/plue/templates/secrets.yaml",
            "infra/helm/plue/templates/serviceaccount.yaml",
            "infra/helm/plue/templates/hpa.yaml",
            "infra/helm/plue/templates/_helpers.tpl",
            "infra/helm/plue/templates/NOTES.txt",
            "infra/helm/plue/templates/runner.yaml",
            "infra/helm/plue/templates/warm-pool.yaml",
            "infra/helm/plue/templates/image-preload.yaml",
            "infra/helm/plue/templates/networkpolicy.yaml",
            "infra/helm/plue/templates/pdb.yaml",
            "infra/helm/plue/templates/servicemonitor.yaml",
            "infra/helm/plue/templates/podmonitor.yaml",
            "infra/helm/plue/templates/dashboards.yaml",
            "infra/helm/plue/templates/mtls.yaml",
            "infra/helm/plue/templates/postgres.yaml",
            "infra/k8s/README.md",
            "infra/k8s/gvisor-runtimeclass.yaml",
            "infra/k8s/warm-pool.yaml",
            "infra/k8s/external-secrets/README.md",
            "infra/k8s/external-secrets/cluster-secret-store.yaml",
            "infra/k8s/external-secrets/external-secret.yaml",
            "scripts/deploy-staging.sh",
        ],
    ),
    (
        "clipper",
        &[
            "CONTRIBUTING.md",
            "LICENSE",
            "monitoring/dashboards/",
            "helm/charts/README.md",
            "helm/charts/values.yaml",
            "helm/charts/values-production.yaml",
            "helm/charts/backend/values.yaml",
            "helm/charts/clipper/Chart.yaml",
            "helm/charts/clipper/values.yaml",
            "helm/charts/clipper/values.schema.json",
            "helm/charts/clipper/examples/values-production.yaml",
            "helm/charts/clipper/examples/values-staging.yaml",
            "helm/charts/clipper/templates/_helpers.tpl",
            "helm/charts/clipper/templates/backend.yaml",
            "helm/charts/clipper/templates/frontend.yaml",
            "helm/charts/clipper/templates/postgres.yaml",
            "helm/charts/clipper/templates/redis.yaml",
            "helm/charts/clipper/templates/monitoring.yaml",
            "helm/charts/clipper/templates/certificate.yaml",
            "helm/charts/clipper/templates/NOTES.txt",
            "helm/charts/clipper-backend/templates/_helpers.tpl",
            "helm/charts/clipper-backend/templates/deployment.yaml",
            "helm/charts/clipper-backend/templates/service.yaml",
            "helm/charts/clipper-backend/templates/ingress.yaml",
            "helm/charts/clipper-backend/templates/configmap.yaml",
            "helm/charts/clipper-backend/templates/secret.yaml",
            "helm/charts/clipper-backend/templates/serviceaccount.yaml",
            "helm/charts/clipper-backend/templates/hpa.yaml",
            "helm/charts/clipper-backend/templates/pdb.yaml",
            "helm/charts/clipper-backend/templates/networkpolicy.yaml",
            "helm/charts/clipper-backend/templates/servicemonitor.yaml",
            "helm/charts/clipper-backend/templates/NOTES.txt",
            "helm/charts/clipper-frontend/templates/_helpers.tpl",
            "helm/charts/clipper-frontend/templates/deployment.yaml",
            "helm/charts/clipper-frontend/templates/service.yaml",
            "helm/charts/clipper-frontend/templates/ingress.yaml",
            "helm/charts/clipper-frontend/templates/configmap.yaml",
            "helm/charts/clipper-frontend/templates/serviceaccount.yaml",
            "helm/charts/clipper-frontend/templates/hpa.yaml",
            "helm/charts/clipper-frontend/templates/pdb.yaml",
            "helm/charts/clipper-frontend/templates/networkpolicy.yaml",
            "helm/charts/clipper-frontend/templates/NOTES.txt",
            "helm/charts/clipper-postgres/templates/_helpers.tpl",
            "helm/charts/clipper-postgres/templates/statefulset.yaml",
            "helm/charts/clipper-postgres/templates/service.yaml",
            "helm/charts/clipper-postgres/templates/configmap.yaml",
            "helm/charts/clipper-postgres/templates/pvc.yaml",
            "helm/charts/clipper-postgres/templates/serviceaccount.yaml",
            "helm/charts/clipper-postgres/templates/networkpolicy.yaml",
            "helm/charts/clipper-postgres/templates/NOTES.txt",
            "helm/charts/clipper-redis/templates/_helpers.tpl",
            "helm/charts/clipper-redis/templates/statefulset.yaml",
            "helm/charts/clipper-redis/templates/service.yaml",
            "helm/charts/clipper-redis/templates/configmap.yaml",
            "helm/charts/clipper-redis/templates/pvc.yaml",
            "helm/charts/clipper-redis/templates/serviceaccount.yaml",
            "helm/charts/clipper-redis/templates/networkpolicy.yaml",
            "helm/charts/clipper-redis/templates/NOTES.txt",
            "helm/charts/clipper-monitoring/dashboards/",
            "helm/charts/clipper-monitoring/templates/_helpers.tpl",
            "helm/charts/clipper-monitoring/templates/grafana.yaml",
            "helm/charts/clipper-monitoring/templates/datasources.yaml",
            "helm/charts/clipper-monitoring/templates/dashboards.yaml",
            "helm/charts/clipper-monitoring/templates/serviceaccount.yaml",
            "helm/charts/clipper-monitoring/templates/networkpolicy.yaml",
            "helm/charts/clipper-monitoring/templates/NOTES.txt",
        ],
    ),
    (
        "csv-analyst-chat",
        &[
            "Makefile",
            "agent-server/Dockerfile.k8s",
            "agent-server/stub/",
            "runner/Dockerfile.k8s",
            "datasets/",
            "scripts/k8s-smoke.sh",
            "docs/runbooks/K8S_HELM_DOCKER_RUNBOOK.md",
            "docs/runbooks/K8S_HELM_PROFILE_CONTEXTS.md",
            ".github/workflows/helm-ci.yml",
            "helm/csv-analyst-chat/Chart.yaml",
            "helm/csv-analyst-chat/values.yaml",
            "helm/csv-analyst-chat/values.schema.json",
            "helm/csv-analyst-chat/profiles/values-k8s-job.yaml",
            "helm/csv-analyst-chat/profiles/values-microsandbox.yaml",
            "helm/csv-analyst-chat/templates/_helpers.tpl",
            "helm/csv-analyst-chat/templates/deployment.yaml",
            "helm/csv-analyst-chat/templates/service.yaml",
            "helm/csv-analyst-chat/templates/ingress.yaml",
            "helm/csv-analyst-chat/templates/serviceaccount.yaml",
            "helm/csv-analyst-chat/templates/secret-env.yaml",
            "helm/csv-analyst-chat/templates/role.yaml",
            "helm/csv-analyst-chat/templates/rolebinding.yaml",
            "helm/csv-analyst-chat/templates/pvc.yaml",
            "helm/csv-analyst-chat/templates/networkpolicy.yaml",
            "helm/csv-analyst-chat/templates/NOTES.txt",
        ],
    ),
    (
        "inferno",
        &[
            "docs/DEPLOYMENT_GUIDE.md",
            "helm/inferno/Chart.yaml",
            "helm/inferno/values.yaml",
            "helm/inferno/values-dev.yaml",
            "helm/inferno/values-staging.yaml",
            "helm/inferno/values-prod.yaml",
            "helm/inferno/values-prod-custom.yaml",
            "helm/inferno/.helmignore",
            "helm/inferno/README.md",
            "helm/inferno/templates/NOTES.txt",
            "helm/inferno/templates/_helpers.tpl",
            "helm/inferno/templates/deployment.yaml",
            "helm/inferno/templates/service.yaml",
            "helm/inferno/templates/configmap.yaml",
            "helm/inferno/templates/pvc.yaml",
            "helm/inferno/templates/rbac.yaml",
            "helm/inferno/templates/hpa.yaml",
            "helm/inferno/templates/pdb.yaml",
        ],
    ),
    (
        "monkeytown",
        &[
            ".github/workflows/helm-deploy.yml",
            ".monkeytown/architecture/infrastructure.md",
            "deploy/",
            "terraform/",
            "infrastructure/Dockerfile",
            "helm/README.md",
            "helm/redis/",
            "helm/nginx-ingress/",
            "helm/monkeytown/Chart.yaml",
            "helm/monkeytown/values.yaml",
            "helm/monkeytown/values-dev.yaml",
            "helm/monkeytown/values-staging.yaml",
            "helm/monkeytown/values-prod.yaml",
            "helm/monkeytown/charts/",
            "helm/monkeytown/templates/_helpers.tpl",
            "helm/monkeytown/templates/namespace.yaml",
            "helm/monkeytown/templates/deployment-web.yaml",
            "helm/monkeytown/templates/deployment-event-stream.yaml",
            "helm/monkeytown/templates/deployment-redis.yaml",
            "helm/monkeytown/templates/service.yaml",
            "helm/monkeytown/templates/ingress.yaml",
            "helm/monkeytown/templates/configmap.yaml",
            "helm/monkeytown/templates/secret.yaml",
            "helm/monkeytown/templates/pvc.yaml",
            "helm/monkeytown/templates/hpa.yaml",
            "helm/monkeytown/templates/pdb.yaml",
        ],
    ),
];

// XC-01
#[test]
fn xc_01_every_entry_of_the_trees_exists() {
    let charts = programs::repository().join("charts");
    let mut missing = Vec::new();
    for (family, paths) in TREE
        .iter()
        .filter(|(family, _)| CHARTS.iter().any(|c| c.family == *family && chosen(c)))
    {
        for path in *paths {
            let there = charts.join(family).join(path);
            // A folder counts when something is in it: Git keeps no empty ones.
            let fine = if path.ends_with('/') {
                there.read_dir().is_ok_and(|mut entries| entries.next().is_some())
            } else {
                there.is_file()
            };
            if !fine {
                missing.push(format!("{family}/{path}"));
            }
        }
    }
    assert!(missing.is_empty(), "missing:\n{}", missing.join("\n"));
}

// XC-01
#[test]
fn xc_01_what_every_chart_folder_holds() {
    let mut missing = Vec::new();
    for chart in applications().filter(|chart| chosen(chart)) {
        for name in [
            "values.schema.json",
            ".helmignore",
            "README.md",
            "tests",
            "Chart.lock",
            "charts",
            "Chart.yaml",
        ] {
            if !chart.path().join(name).exists() {
                missing.push(format!("{}: {name}", chart.name));
            }
        }
    }
    assert!(missing.is_empty(), "missing:\n{}", missing.join("\n"));
}

// XC-01: scripts can be run as they lie.
#[test]
fn xc_01_scripts_are_executable() {
    let charts = programs::repository().join("charts");
    for file in skeg_testkit::scratch::files(&charts) {
        if file.extension().is_some_and(|e| e == "sh") {
            let mode = file.metadata().expect("metadata").permissions().mode();
            assert_ne!(mode & 0o111, 0, "{} is not executable", file.display());
        }
    }
}
