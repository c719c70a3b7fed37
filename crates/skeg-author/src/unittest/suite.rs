//! What a suite file says: suites, tests and asserts as data.
//!
//! Nothing is filled in here: what a test takes over from its suite is decided in [`super::job`].

use skeg_value::Value;

use super::asserts::Check;
use super::asserts::table::AssertType;
use super::path::Path;

/// Where something stands in a suite file; both count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in bytes.
    pub column: usize,
}

/// Something wrong with a suite file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

/// One suite: a document of a suite file.
#[derive(Default)]
pub struct Suite {
    /// Where it begins.
    pub place: Place,
    /// `suite`: the name shown in results.
    pub name: String,
    /// What it shares with its tests.
    pub given: Given,
    /// `templates`: patterns of the templates that are rendered and, unless told otherwise, examined.
    pub templates: Vec<String>,
    /// `excludeTemplates`: patterns of those that are not.
    pub exclude_templates: Vec<String>,
    /// `includeCrds`: whether files of `crds/` can be examined too.
    pub include_crds: bool,
    /// `snapshotId`: appended to the name of the snapshot file.
    pub snapshot_id: String,
    /// `skip.reason`: why the whole suite is skipped; empty to run it.
    pub skip: String,
    /// `skip.minimumVersion`: the plugin version that the suite needs; empty for none.
    pub minimum_version: String,
    /// `tests`.
    pub tests: Vec<Test>,
}

/// What both a suite and a test may say.
#[derive(Clone, Default)]
pub struct Given {
    /// `values`: files, relative to the suite file.
    pub values: Vec<String>,
    /// `set`: paths and values, in the order of the file.
    pub set: Vec<(String, Value, Place)>,
    /// `release`.
    pub release: ReleaseGiven,
    /// `capabilities`.
    pub capabilities: CapabilitiesGiven,
    /// `chart.version`; empty for the chart's own.
    pub chart_version: String,
    /// `chart.appVersion`; empty for the chart's own.
    pub app_version: String,
    /// `kubernetesProvider`: what `lookup` finds.
    pub cluster: FakeCluster,
    /// `postRenderer`.
    pub post_renderer: Option<PostRenderer>,
}

/// `release`.
#[derive(Clone, Debug, Default)]
pub struct ReleaseGiven {
    /// Empty for `RELEASE-NAME`.
    pub name: String,
    /// Empty for `NAMESPACE`.
    pub namespace: String,
    /// 0 unless given.
    pub revision: i64,
    /// Whether it is an upgrade instead of an installation.
    pub upgrade: bool,
}

/// `capabilities`.
#[derive(Clone, Debug, Default)]
pub struct CapabilitiesGiven {
    /// `majorVersion`; empty for the default.
    pub major: String,
    /// `minorVersion`; empty for the default.
    pub minor: String,
    /// `apiVersions`.
    pub api_versions: ApiVersions,
}

/// `apiVersions`: a test adds its own to those of the suite, or says that there are none at all.
#[derive(Clone, Debug, Default)]
pub enum ApiVersions {
    /// Not there.
    #[default]
    Unset,
    /// There, but null: not even those of the suite.
    Null,
    /// These.
    List(Vec<String>),
}

/// What `lookup` finds.
#[derive(Clone, Debug, Default)]
pub struct FakeCluster {
    /// `scheme`: kinds by `apiVersion/Kind`.
    pub kinds: Vec<(String, FakeKind)>,
    /// `objects`.
    pub objects: Vec<Value>,
}

/// A kind of the fake cluster.
#[derive(Clone, Debug, Default)]
pub struct FakeKind {
    /// `gvr.group`; empty for the core group.
    pub group: String,
    /// `gvr.version`.
    pub version: String,
    /// `gvr.resource`, the plural name.
    pub resource: String,
    /// `namespaced`.
    pub namespaced: bool,
    /// `should_err`: the message with which every `lookup` of the kind fails; empty for none.
    pub error: String,
}

/// A program that the manifests go through.
#[derive(Clone, Debug, Default)]
pub struct PostRenderer {
    /// `cmd`.
    pub command: String,
    /// `args`.
    pub args: Vec<String>,
}

/// One test.
#[derive(Default)]
pub struct Test {
    /// Where it begins.
    pub place: Place,
    /// `it`: its name.
    pub name: String,
    /// What it says beyond its suite.
    pub given: Given,
    /// `template` and `templates`: what its asserts examine.
    pub templates: Vec<String>,
    /// `documentIndex`: which document; none for all.
    pub document_index: Option<i64>,
    /// `documentSelector`.
    pub selector: Option<Selector>,
    /// `skip.reason`; empty to run it.
    pub skip: String,
    /// `asserts`.
    pub asserts: Vec<Assert>,
}

/// Which documents are examined, by what they hold.
#[derive(Clone)]
pub struct Selector {
    /// `path`.
    pub path: Path,
    /// `value`; null for any.
    pub value: Value,
    /// `matchMany`: whether several documents may match.
    pub many: bool,
    /// `skipEmptyTemplates`: whether it is all right if none does.
    pub skip_empty: bool,
}

/// One assert.
pub struct Assert {
    /// Where its name stands.
    pub place: Place,
    /// What it is.
    pub kind: &'static AssertType,
    /// Its parameters, ready to check.
    pub check: Box<dyn Check>,
    /// `not`.
    pub not: bool,
    /// `template`; empty for those of test or suite.
    pub template: String,
    /// `documentIndex`; none for all.
    pub document_index: Option<i64>,
    /// `documentSelector`.
    pub selector: Option<Selector>,
}
