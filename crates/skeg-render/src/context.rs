//! The data that templates see: one map per chart, shared by all its templates.
//!
//! # Source
//! spec/rendering.md 1.1, 2.3.

use std::rc::Rc;
use std::sync::Arc;

use skeg_chart::Chart;
use skeg_chart::files::ChartFile;
use skeg_funcs::objects;
use skeg_value::{Map, MapType, Value};

use crate::request::Request;

/// One file below `templates/`, ready to be parsed and run.
pub(crate) struct Template {
    /// `<chart path>/<file path>`, its name in the template set.
    pub(crate) name: String,
    /// Where its text comes from.
    pub(crate) file: ChartFile,
    /// The context of its chart.
    pub(crate) context: Map,
    /// `<chart path>/templates`.
    pub(crate) base_path: Rc<str>,
}

impl Template {
    /// Whether it only lends definitions: its base name begins with `_`.
    pub(crate) fn is_partial(&self) -> bool {
        is_partial(&self.name)
    }

    /// Its text.
    pub(crate) fn text(&self) -> &Arc<[u8]> {
        self.file.data()
    }
}

fn is_partial(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|base| base.starts_with('_'))
}

/// All templates of the chart and its subcharts, with their contexts, in Helm's order of parsing and execution: the
/// deepest paths first, within one depth in reverse order of names.
pub(crate) fn templates(request: &Request<'_>) -> Vec<Template> {
    let release = Map::new();
    release.insert("Name", request.release.name.as_str());
    release.insert("Namespace", request.release.namespace.as_str());
    release.insert("IsUpgrade", request.release.is_upgrade);
    release.insert("IsInstall", request.release.is_install);
    release.insert("Revision", Value::int(request.release.revision));
    release.insert("Service", "Helm");
    let capabilities = objects::capabilities(kube_version(request), &request.capabilities.api_versions);
    let mut builder = Builder {
        release,
        capabilities,
        templates: Vec::new(),
    };
    builder.chart(request.chart, request.values, None);
    // Names are compared more often than there are any, so each is counted once.
    let mut templates: Vec<(usize, Template)> = builder
        .templates
        .into_iter()
        .map(|template| (depth(&template.name), template))
        .collect();
    templates.sort_by(|(a, first), (b, second)| b.cmp(a).then_with(|| second.name.cmp(&first.name)));
    templates.into_iter().map(|(_, template)| template).collect()
}

fn depth(name: &str) -> usize {
    name.bytes().filter(|&b| b == b'/').count()
}

struct Builder {
    release: Map,
    capabilities: Value,
    templates: Vec<Template>,
}

impl Builder {
    /// Adds a chart's templates; `parent` is the path of the chart above, none for the root.
    fn chart(&mut self, chart: &Chart, values: &Map, parent: Option<&str>) -> Map {
        let path = match parent {
            None => chart.name().to_owned(),
            Some(parent) => format!("{parent}/charts/{}", chart.name()),
        };
        let subcharts = Map::new();
        let context = Map::new().with_type(MapType::Values);
        context.insert("Chart", chart.metadata.to_template_value(parent.is_none()));
        context.insert("Files", files(chart));
        context.insert("Release", self.release.clone());
        context.insert("Capabilities", self.capabilities.clone());
        context.insert("Values", values.with_type(MapType::Values));
        context.insert("Subcharts", subcharts.clone());
        for subchart in &chart.dependencies {
            // A name with a dot cannot be found by path in Helm, so such a subchart sees no values.
            let section = match values.get(subchart.name().as_bytes()) {
                Some(Value::Map(section)) if !subchart.name().contains('.') => section,
                _ => Map::new(),
            };
            let below = self.chart(subchart, &section, Some(&path));
            subcharts.insert(subchart.name(), below.with_type(MapType::Any));
        }
        let base_path: Rc<str> = format!("{path}/templates").into();
        for file in &chart.templates {
            if !chart.is_library() || is_partial(&file.name) {
                self.templates.push(Template {
                    name: format!("{path}/{}", file.name),
                    file: file.clone(),
                    context: context.clone(),
                    base_path: Rc::clone(&base_path),
                });
            }
        }
        context
    }
}

fn files(chart: &Chart) -> Map {
    let files = chart.files.clone();
    Map::files_later(move || {
        files
            .iter()
            .map(|file| (file.name.as_ref().into(), Value::Bytes(Arc::clone(file.data()).into())))
            .collect()
    })
}

fn kube_version(request: &Request<'_>) -> objects::KubeVersionParts {
    let version = &request.capabilities.kube_version;
    objects::KubeVersionParts {
        version: version.version.clone(),
        normalised: version.normalised.clone(),
        major: version.major.clone(),
        minor: version.minor.clone(),
    }
}
