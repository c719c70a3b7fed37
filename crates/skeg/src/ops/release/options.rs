//! What installs and upgrades are asked for.
//!
//! # Source
//! spec/lifecycle.md 1.2, 1.3.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ops::chart_ref::ChartPathOptions;
use crate::ops::post_render::PostRenderer;
use crate::ops::values::ValueOptions;
use crate::output::json::Format;

/// Whether anything is changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRun {
    /// It is.
    #[default]
    None,
    /// No, and as little as possible is asked of the cluster.
    Client,
    /// No, but the cluster is asked.
    Server,
}

impl DryRun {
    /// Whether nothing is changed.
    pub fn is_dry(self) -> bool {
        self != DryRun::None
    }
}

/// What is waited for after objects were sent (`--wait`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Until everything is ready, by watching.
    Watcher,
    /// Only for hooks.
    #[default]
    HookOnly,
    /// Until everything is ready, by Helm 3's rules.
    Legacy,
    /// As [`Strategy::Watcher`], group after group where the chart orders its parts (HIP-0025).
    Ordered,
}

impl Strategy {
    /// The strategy of a value of `--wait` that was checked.
    pub fn of(word: &str) -> Strategy {
        match word {
            "watcher" => Strategy::Watcher,
            "legacy" => Strategy::Legacy,
            "ordered" => Strategy::Ordered,
            _ => Strategy::HookOnly,
        }
    }
}

/// What becomes of the values of the revision before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValueReuse {
    /// `--reset-values`.
    pub reset: bool,
    /// `--reuse-values`.
    pub reuse: bool,
    /// `--reset-then-reuse-values`.
    pub reset_then_reuse: bool,
}

/// What `install` and `upgrade` share.
#[derive(Clone, Debug, Default)]
pub struct ReleaseOptions {
    /// The values given.
    pub values: ValueOptions,
    /// How the chart is found.
    pub chart: ChartPathOptions,
    /// `--dependency-update`.
    pub dependency_update: bool,
    /// `--create-namespace`.
    pub create_namespace: bool,
    /// `--description`.
    pub description: String,
    /// `--dry-run`.
    pub dry_run: DryRun,
    /// `--hide-secret`.
    pub hide_secret: bool,
    /// `--hide-notes`.
    pub hide_notes: bool,
    /// `--render-subchart-notes`.
    pub subchart_notes: bool,
    /// `--no-hooks`.
    pub no_hooks: bool,
    /// `--skip-crds`.
    pub skip_crds: bool,
    /// `--crds`: what is done about custom resource definitions.
    pub crds: String,
    /// `--skip-schema-validation`.
    pub skip_schema_validation: bool,
    /// `--enable-dns`.
    pub enable_dns: bool,
    /// `--labels`.
    pub labels: BTreeMap<String, String>,
    /// `--post-renderer`, with its arguments.
    pub post_renderer: Option<PostRenderer>,
    /// `--server-side`: true, false, or none for what the revision before did.
    pub server_side: Option<bool>,
    /// `--force-conflicts`.
    pub force_conflicts: bool,
    /// `--force-replace`.
    pub force_replace: bool,
    /// `--take-ownership`.
    pub take_ownership: bool,
    /// `--rollback-on-failure`.
    pub rollback_on_failure: bool,
    /// `--cleanup-on-fail` of an upgrade.
    pub cleanup_on_fail: bool,
    /// `--history-max` of an upgrade.
    pub history_max: i64,
    /// `--reset-values` and its kin.
    pub reuse: ValueReuse,
    /// `--wait`.
    pub wait: Strategy,
    /// Whether `--wait` was given at all.
    pub wait_given: bool,
    /// `--wait-for-jobs`.
    pub wait_for_jobs: bool,
    /// `--timeout`.
    pub timeout: Duration,
    /// `--force-pending`: go on over a revision that says that another operation is under way.
    pub force_pending: bool,
    /// `--lock-timeout`: how long to wait for another operation on the release.
    pub lock_timeout: Duration,
    /// `-o`.
    pub output: Format,
}
