//! `get all --template`: a revision as Go templates see it, `.Release`.
//!
//! # Source
//! Helm 4.3.1 by experiment: the fields of its structs, in their order; none of the functions that charts have.

use std::any::Any;
use std::rc::Rc;

use skeg_chart::{ChartFile, Metadata};
use skeg_funcs::dates::moment::LocalZone;
use skeg_release::record::{Record, StoredHook, Time};
use skeg_template::print::sprint_v;
use skeg_template::{Executor, Functions, Method, Methods, MissingKey, NoTrace, TemplateSet};
use skeg_value::{List, Map, MapType, Object, Str, Value};

use super::store::local_zone;
use crate::error::CommandError;
use crate::output::Output;
use crate::output::release::moment;
use crate::settings::Settings;

/// Prints what the template makes of the revision, without a line feed of its own.
///
/// # Errors
/// The template cannot be read or fails, in Go's words; what it printed before that stays printed.
pub(super) fn print(
    record: &Record,
    template: &str,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), CommandError> {
    let mut set = TemplateSet::new(&Functions::default());
    set.set_root_name("_");
    set.set_missing_key(MissingKey::Invalid);
    set.add("_", template.as_bytes())
        .map_err(|error| CommandError::new(error.to_string()))?;
    let data = Map::new();
    data.insert("Release", release(record, &local_zone(settings)));
    let (mut host, mut printed) = ((), Vec::new());
    let result = Executor::new(&set, &NoMethods, &mut host, NoTrace).execute("_", &Value::Map(data), &mut printed);
    out.print(printed);
    result.map_err(|error| CommandError::new(error.to_string()))
}

/// Maps with methods are those of charts' templates.
struct NoMethods;

impl Methods for NoMethods {
    fn method(&self, _: MapType, _: &str) -> Option<&'static Method> {
        None
    }
}

/// A pointer to a Go struct.
#[derive(Debug)]
struct Struct {
    type_name: &'static str,
    fields: Vec<(&'static str, Value)>,
    /// Methods without arguments, and what they give.
    methods: Vec<(&'static str, Value)>,
}

fn pointer(type_name: &'static str, fields: Vec<(&'static str, Value)>) -> Value {
    with_methods(type_name, fields, Vec::new())
}

fn with_methods(
    type_name: &'static str,
    fields: Vec<(&'static str, Value)>,
    methods: Vec<(&'static str, Value)>,
) -> Value {
    Value::Object(Rc::new(Struct {
        type_name,
        fields,
        methods,
    }))
}

fn find(pairs: &[(&'static str, Value)], name: &str) -> Option<Value> {
    pairs
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.clone())
}

impl Object for Struct {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn kind(&self) -> &'static str {
        "ptr"
    }

    fn field(&self, name: &str) -> Option<Value> {
        find(&self.fields, name)
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        find(&self.methods, name).map(|_| 0)
    }

    fn call_method(&self, name: &str, _: &[Value]) -> Result<Value, skeg_value::ObjectError> {
        find(&self.methods, name).ok_or_else(|| skeg_value::ObjectError(format!("no method {name}")))
    }

    fn print(&self) -> String {
        let fields: Vec<String> = self
            .fields
            .iter()
            .map(|(_, value)| String::from_utf8_lossy(&sprint_v(value)).into_owned())
            .collect();
        format!("{{{}}}", fields.join(" "))
    }

    fn to_json(&self) -> Value {
        let fields = self.fields.iter();
        Value::Map(fields.map(|(name, value)| (Str::from(*name), value.clone())).collect())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::List(items.collect::<List>())
}

fn texts<S: AsRef<str>>(items: &[S]) -> Value {
    list(items.iter().map(|item| text(item.as_ref())))
}

fn release(record: &Record, zone: &LocalZone) -> Value {
    let time = |time: Time| moment(time, zone).to_value();
    let info = &record.info;
    let info = pointer(
        "*v1.Info",
        vec![
            ("FirstDeployed", time(info.first_deployed)),
            ("LastDeployed", time(info.last_deployed)),
            ("Deleted", time(info.deleted)),
            ("Description", text(&info.description)),
            ("Status", text(info.status.as_str())),
            ("RollbackRevision", Value::int(info.rollback_revision)),
            ("Notes", text(&info.notes)),
            ("Resources", Value::Map(Map::new())),
        ],
    );
    let config = record.config.as_ref().map(|config| config.value());
    let config = config.filter(|config| config.as_map().is_some());
    let labels: Map = record
        .labels
        .iter()
        .map(|(key, value)| (Str::from(key.as_str()), text(value)))
        .collect();
    let method = record.apply_method.as_ref().map_or("", |method| method.as_str());
    pointer(
        "*v1.Release",
        vec![
            ("Name", text(&record.name)),
            ("Info", info),
            ("Chart", chart(record, zone)),
            ("Config", config.unwrap_or_else(|| Value::Map(Map::new()))),
            ("Manifest", text(&record.manifest)),
            ("Hooks", list(record.hooks.iter().map(|item| hook(item, zone)))),
            ("Version", Value::int(record.version)),
            ("Namespace", text(&record.namespace)),
            ("Labels", Value::Map(labels)),
            ("ApplyMethod", text(method)),
        ],
    )
}

fn hook(hook: &StoredHook, zone: &LocalZone) -> Value {
    let time = |time: Time| moment(time, zone).to_value();
    let run = pointer(
        "v1.HookExecution",
        vec![
            ("StartedAt", time(hook.last_run.started_at)),
            ("CompletedAt", time(hook.last_run.completed_at)),
            ("Phase", text(hook.last_run.phase.as_str())),
        ],
    );
    pointer(
        "*v1.Hook",
        vec![
            ("Name", text(&hook.name)),
            ("Kind", text(&hook.kind)),
            ("Path", text(&hook.path)),
            ("Manifest", text(&hook.manifest)),
            ("Events", texts(&hook.events)),
            ("LastRun", run),
            ("Weight", Value::int(hook.weight)),
            ("DeletePolicies", texts(&hook.delete_policies)),
            ("OutputLogPolicies", texts(&hook.output_log_policies)),
        ],
    )
}

/// The chart; nil where the record has none that can be read.
fn chart(record: &Record, zone: &LocalZone) -> Value {
    let Ok(chart) = record.chart.chart() else {
        return Value::Null;
    };
    let file = |file: &ChartFile| {
        let modified = file.modified.map(Time::from).unwrap_or_default();
        pointer(
            "*common.File",
            vec![
                ("Name", text(&file.name)),
                ("Data", Value::from(Str::from(&file.data()[..]))),
                ("ModTime", moment(modified, zone).to_value()),
            ],
        )
    };
    let schema = chart.schema.as_ref();
    let lock = chart.lock.as_ref().map_or(Value::Null, |lock| {
        pointer(
            "*v2.Lock",
            vec![
                ("Generated", text(&lock.generated_text())),
                ("Digest", text(&lock.digest)),
            ],
        )
    });
    with_methods(
        "*v2.Chart",
        vec![
            ("Raw", list(std::iter::empty())),
            ("Metadata", metadata(&chart.metadata)),
            ("Lock", lock),
            ("Templates", list(chart.templates.iter().map(file))),
            ("Values", Value::Map(chart.values.clone())),
            (
                "Schema",
                schema.map_or_else(
                    || list(std::iter::empty()),
                    |file| Value::from(Str::from(&file.data()[..])),
                ),
            ),
            ("Files", list(chart.files.iter().map(file))),
        ],
        vec![
            ("Name", text(&chart.metadata.name)),
            ("AppVersion", text(&chart.metadata.app_version)),
            ("ChartFullPath", text(&chart.metadata.name)),
            ("ChartPath", text(&chart.metadata.name)),
            ("IsRoot", Value::from(true)),
        ],
    )
}

fn metadata(metadata: &Metadata) -> Value {
    let maintainers = metadata.maintainers.iter().flatten().map(|maintainer| {
        pointer(
            "*v2.Maintainer",
            vec![
                ("Name", text(&maintainer.name)),
                ("Email", text(&maintainer.email)),
                ("URL", text(&maintainer.url)),
            ],
        )
    });
    let dependencies = metadata.dependencies.iter().flatten().map(|dependency| {
        pointer(
            "*v2.Dependency",
            vec![
                ("Name", text(&dependency.name)),
                ("Version", text(&dependency.version)),
                ("Repository", text(&dependency.repository)),
                ("Condition", text(&dependency.condition)),
                ("Tags", texts(&dependency.tags)),
                ("Enabled", Value::from(dependency.enabled)),
                ("Alias", text(&dependency.alias)),
            ],
        )
    });
    let annotations: Map = metadata
        .annotations
        .iter()
        .flatten()
        .map(|(key, value)| (Str::from(key.as_str()), text(value)))
        .collect();
    pointer(
        "*v2.Metadata",
        vec![
            ("Name", text(&metadata.name)),
            ("Home", text(&metadata.home)),
            ("Sources", texts(&metadata.sources)),
            ("Version", text(&metadata.version)),
            ("Description", text(&metadata.description)),
            ("Keywords", texts(&metadata.keywords)),
            ("Maintainers", list(maintainers)),
            ("Icon", text(&metadata.icon)),
            ("APIVersion", text(&metadata.api_version)),
            ("Condition", text(&metadata.condition)),
            ("Tags", text(&metadata.tags)),
            ("AppVersion", text(&metadata.app_version)),
            ("Deprecated", Value::from(metadata.deprecated)),
            ("Annotations", Value::Map(annotations)),
            ("KubeVersion", text(&metadata.kube_version)),
            ("Dependencies", list(dependencies)),
            ("Type", text(&metadata.chart_type)),
        ],
    )
}
