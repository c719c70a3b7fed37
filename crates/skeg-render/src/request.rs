//! What a render is asked for.

use std::rc::Rc;

use skeg_chart::{Capabilities, Chart};
use skeg_funcs::world::World;
use skeg_value::Map;

use crate::ahead::Ahead;

/// The release that templates see as `.Release`.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// The namespace it is for.
    pub namespace: String,
    /// Whether it is an upgrade (or rollback) instead of an installation.
    pub is_upgrade: bool,
    /// Whether it is an installation; lint has neither.
    pub is_install: bool,
    /// The number of the revision.
    pub revision: i64,
}

/// All that rendering depends on.
pub struct Request<'r> {
    /// The chart, its dependencies processed.
    pub chart: &'r Chart,
    /// The chart's values, coalesced. Templates may change them.
    pub values: &'r Map,
    /// The release.
    pub release: &'r Release,
    /// What the cluster can do.
    pub capabilities: &'r Capabilities,
    /// Clock, entropy, network, cluster.
    pub world: Rc<dyn World>,
    /// Whether `getHostByName` may ask the network.
    pub enable_dns: bool,
    /// Whether `required` and `fail` only leave notes, as in lint.
    pub lint: bool,
    /// Templates that were offered for parsing while the chart was being loaded; a fresh one where none were.
    pub ahead: Ahead,
}
