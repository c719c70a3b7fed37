//! The charts that must exist: their families, folders, profiles, and the flags their seeds document.
//!
//! A chart of this list that is not there is a failure, not something to skip.
//!
//! # Source
//! charts.md, sections 0 and 1.

use std::path::PathBuf;

use crate::programs::repository;
use crate::render::Render;

/// A values profile: its name and its values files, relative to the chart's folder. `base` has none.
pub type Profile = (&'static str, &'static [&'static str]);

/// One chart.
#[derive(Debug)]
pub struct Chart {
    /// The chart's name.
    pub name: &'static str,
    /// The family: a folder below `charts/`.
    pub family: &'static str,
    /// The chart's folder, relative to `charts/<family>`; empty for the family's folder itself.
    pub folder: &'static str,
    /// The release name that its seed uses.
    pub release: &'static str,
    /// Its profiles; none for a library chart.
    pub profiles: &'static [Profile],
    /// Sets of flags that its seed documents, each rendered with the profile named first.
    pub documented: &'static [(&'static str, &'static [&'static str])],
    /// The oldest Kubernetes minor it promises, after `1.`.
    pub oldest: u32,
}

const BASE: &[Profile] = &[("base", &[])];

/// Every chart, libraries first, dependencies before dependents.
pub const CHARTS: &[Chart] = &[
    Chart {
        name: "platform-lib",
        family: "platform-lib",
        folder: "",
        release: "lib",
        profiles: &[],
        documented: &[],
        oldest: 20,
    },
    Chart {
        name: "plue",
        family: "plue",
        folder: "infra/helm/plue",
        release: "plue",
        profiles: &[
            ("base", &[]),
            ("staging", &["values-staging.yaml"]),
            ("prod", &["values-production.yaml"]),
        ],
        documented: &[
            ("base", &["--set", "image.tag=v1.2.3"]),
            ("staging", &["--set", "image.tag=423dffc", "--namespace", "alice"]),
            ("prod", &["--set", "image.tag=v1.2.3"]),
            (
                "base",
                &[
                    "--set",
                    "autoscaling.enabled=false,ingress.enabled=false,runner.enabled=false",
                ],
            ),
            ("base", &["--set", "monitoring.enabled=false,database.host=db.internal"]),
            (
                "base",
                &["--set", "postgres.enabled=true,mtls.certManager.enabled=true"],
            ),
        ],
        oldest: 28,
    },
    Chart {
        name: "clipper-backend",
        family: "clipper",
        folder: "helm/charts/clipper-backend",
        release: "clipper-backend",
        profiles: &[("base", &[]), ("values", &["../backend/values.yaml"])],
        documented: &[("base", &["--set", "replicaCount=5"])],
        oldest: 28,
    },
    Chart {
        name: "clipper-frontend",
        family: "clipper",
        folder: "helm/charts/clipper-frontend",
        release: "clipper-frontend",
        profiles: BASE,
        documented: &[],
        oldest: 28,
    },
    Chart {
        name: "clipper-postgres",
        family: "clipper",
        folder: "helm/charts/clipper-postgres",
        release: "postgres",
        profiles: BASE,
        documented: &[("base", &["--set", "persistence.size=50Gi"])],
        oldest: 28,
    },
    Chart {
        name: "clipper-redis",
        family: "clipper",
        folder: "helm/charts/clipper-redis",
        release: "redis",
        profiles: BASE,
        documented: &[],
        oldest: 28,
    },
    Chart {
        name: "clipper-monitoring",
        family: "clipper",
        folder: "helm/charts/clipper-monitoring",
        release: "clipper-monitoring",
        profiles: BASE,
        documented: &[],
        oldest: 28,
    },
    Chart {
        name: "clipper",
        family: "clipper",
        folder: "helm/charts/clipper",
        release: "clipper",
        profiles: &[
            ("base", &[]),
            ("staging", &["examples/values-staging.yaml"]),
            ("prod", &["examples/values-production.yaml"]),
            ("values", &["../values.yaml"]),
        ],
        documented: &[
            (
                "base",
                &[
                    "--set",
                    "backend.replicaCount=5",
                    "--set",
                    "postgres.persistence.size=50Gi",
                    "--set",
                    "global.domain=example.com",
                ],
            ),
            ("base", &["--set", "clipper-backend.image.tag=v1.2.3"]),
            ("base", &["--set", "grafana.adminPassword=secure-random-password"]),
            (
                "base",
                &[
                    "--set",
                    "grafana.adminPassword=",
                    "--set",
                    "grafana.admin.existingSecret=grafana-admin-secret",
                ],
            ),
        ],
        oldest: 28,
    },
    Chart {
        name: "csv-analyst-chat",
        family: "csv-analyst-chat",
        folder: "helm/csv-analyst-chat",
        release: "csv-analyst",
        profiles: &[
            ("base", &[]),
            ("k8s-job", &["profiles/values-k8s-job.yaml"]),
            ("microsandbox", &["profiles/values-microsandbox.yaml"]),
        ],
        documented: &[(
            "base",
            &[
                "--set",
                "env.SANDBOX_PROVIDER=k8s",
                "--set",
                "env.RUNNER_IMAGE=csv-analyst-runner:dev",
            ],
        )],
        oldest: 28,
    },
    Chart {
        name: "inferno",
        family: "inferno",
        folder: "helm/inferno",
        release: "inferno",
        profiles: &[
            ("base", &[]),
            ("dev", &["values-dev.yaml"]),
            ("staging", &["values-staging.yaml"]),
            ("prod", &["values-prod.yaml"]),
            ("prod-custom", &["values-prod.yaml", "values-prod-custom.yaml"]),
        ],
        documented: &[
            (
                "prod",
                &["--set", "replicaCount=5", "--set", "resources.limits.cpu=4000m"],
            ),
            ("prod", &["--set", "replicaCount=5"]),
            ("prod", &["--set", "persistence.storageClass=fast-ssd"]),
            ("prod", &["--set", "service.external.externalIPs[0]=203.0.113.10"]),
            ("prod", &["--set", "monitoring.serviceMonitor.enabled=true"]),
        ],
        oldest: 20,
    },
    Chart {
        name: "redis",
        family: "monkeytown",
        folder: "helm/redis",
        release: "redis",
        profiles: BASE,
        documented: &[],
        oldest: 28,
    },
    Chart {
        name: "nginx-ingress",
        family: "monkeytown",
        folder: "helm/nginx-ingress",
        release: "nginx-ingress",
        profiles: BASE,
        documented: &[],
        oldest: 28,
    },
    Chart {
        name: "monkeytown",
        family: "monkeytown",
        folder: "helm/monkeytown",
        release: "monkeytown",
        profiles: &[
            ("base", &[]),
            ("dev", &["values-dev.yaml"]),
            ("staging", &["values-staging.yaml"]),
            ("prod", &["values-prod.yaml"]),
        ],
        documented: &[],
        oldest: 28,
    },
];

/// The newest Kubernetes minor that every chart promises, after `1.`.
pub const NEWEST: u32 = 37;

/// The chart of a name.
///
/// # Panics
/// When the list has none.
#[must_use]
#[track_caller]
pub fn chart(name: &str) -> &'static Chart {
    match CHARTS.iter().find(|chart| chart.name == name) {
        Some(chart) => chart,
        None => panic!("no chart `{name}` in charts::CHARTS"),
    }
}

/// The charts that can be installed.
pub fn applications() -> impl Iterator<Item = &'static Chart> {
    CHARTS.iter().filter(|chart| !chart.profiles.is_empty())
}

/// Every application chart with each of its profiles.
pub fn renderings() -> impl Iterator<Item = (&'static Chart, &'static str)> {
    applications().flat_map(|chart| chart.profiles.iter().map(move |profile| (chart, profile.0)))
}

impl Chart {
    /// The family's root.
    #[must_use]
    pub fn family_root(&self) -> PathBuf {
        repository().join("charts").join(self.family)
    }

    /// The chart's folder.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.family_root().join(self.folder)
    }

    /// The values files of a profile.
    ///
    /// # Panics
    /// When the chart has no such profile.
    #[must_use]
    #[track_caller]
    pub fn values_files(&self, profile: &str) -> Vec<PathBuf> {
        match self.profiles.iter().find(|known| known.0 == profile) {
            Some((_, files)) => files.iter().map(|file| self.path().join(file)).collect(),
            None => panic!("{} has no profile `{profile}`", self.name),
        }
    }

    /// Begins a rendering of a profile.
    #[must_use]
    #[track_caller]
    pub fn render(&'static self, profile: &str) -> Render {
        Render::new(self, profile)
    }

    /// Whether the profile is one of a real environment, where a mutable tag is forbidden (XC-11).
    #[must_use]
    pub fn is_guarded(profile: &str) -> bool {
        matches!(profile, "staging" | "prod" | "prod-custom")
    }
}
