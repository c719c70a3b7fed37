//! Chart.yaml: its fields, its rules, and the forms in which templates and files see it.
//!
//! # Source
//! spec/rendering.md 2.3, 3.1, 4.2.

mod decode;
pub(crate) use decode::document;
mod encode;
mod validate;

pub use decode::Shape;

use skeg_value::Value;

/// What Chart.yaml says. Absent texts are empty, absent lists are empty; `annotations` tells absent from empty.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// `apiVersion`; `v1` where the file has none.
    pub api_version: String,
    /// `name`; after processing, the alias.
    pub name: String,
    /// `version`, a semantic version.
    pub version: String,
    /// `kubeVersion`: a constraint.
    pub kube_version: String,
    /// `description`.
    pub description: String,
    /// `type`: empty, `application` or `library`.
    pub chart_type: String,
    /// `keywords`.
    pub keywords: Vec<String>,
    /// `home`: the project's address.
    pub home: String,
    /// `sources`: addresses of source code.
    pub sources: Vec<String>,
    /// `dependencies`; a null entry is none.
    pub dependencies: Vec<Option<Dependency>>,
    /// `maintainers`; a null entry is none.
    pub maintainers: Vec<Option<Maintainer>>,
    /// `icon`: address of a picture.
    pub icon: String,
    /// `appVersion`.
    pub app_version: String,
    /// `deprecated`.
    pub deprecated: bool,
    /// `annotations`, sorted by key.
    pub annotations: Option<Vec<(String, String)>>,
    /// `condition`.
    pub condition: String,
    /// `tags`.
    pub tags: String,
}

/// One entry of `maintainers`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maintainer {
    /// `name`.
    pub name: String,
    /// `email`.
    pub email: String,
    /// `url`.
    pub url: String,
}

/// One entry of `dependencies`.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// `name` of the chart.
    pub name: String,
    /// `version`: a constraint.
    pub version: String,
    /// `repository`: where it comes from.
    pub repository: String,
    /// `condition`: comma list of value paths.
    pub condition: String,
    /// `tags`.
    pub tags: Vec<String>,
    /// `enabled`; set while dependencies are processed.
    pub enabled: bool,
    /// `import-values`: texts and `{child, parent}` maps.
    pub import_values: Vec<Value>,
    /// `alias`: another name under which the chart is used.
    pub alias: String,
    /// `depends-on`: dependencies that have to be ready before this one (HIP-0025). Helm 4.3.1 does not read it, so it is
    /// written into records only, and what is no list of texts is passed over.
    pub depends_on: Vec<String>,
}

impl Dependency {
    /// The name under which the chart is used.
    pub fn alias_or_name(&self) -> &str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }
}

impl Metadata {
    /// The declared dependencies.
    pub fn declared(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().flatten()
    }
}
