//! `version`: the Helm that this program stands in for.

use std::any::Any;
use std::rc::Rc;

use skeg_template::{Executor, Functions, Method, Methods, NoTrace, TemplateSet};
use skeg_value::{MapType, Object, Str, Value};

use crate::error::CommandError;
use crate::output::Output;

/// How the version is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// Everything, in the form of a Go struct.
    Full,
    /// Version and commit: `v4.3.1+gc0d08d0`.
    Short,
    /// By a Go template.
    Template(&'a str),
}

/// What is known of the Helm whose behaviour this program has. Under whichever name it runs it answers as that Helm
/// does, since tools read the answer to know what they may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildInfo {
    /// The release of Helm.
    pub version: &'static str,
    /// The commit it was built from.
    pub git_commit: &'static str,
    /// Whether that was all it was built from.
    pub git_tree_state: &'static str,
    /// The compiler it was built with.
    pub go_version: &'static str,
    /// The Kubernetes version it is made for.
    pub kube_client_version: &'static str,
}

/// Helm 4.3.1.
pub const BUILD_INFO: BuildInfo = BuildInfo {
    version: "v4.3.1",
    git_commit: "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff",
    git_tree_state: "clean",
    go_version: "go1.27.2",
    kube_client_version: "v1.37",
};

impl BuildInfo {
    /// Names and values, in order.
    pub fn fields(&self) -> [(&'static str, &'static str); 5] {
        [
            ("Version", self.version),
            ("GitCommit", self.git_commit),
            ("GitTreeState", self.git_tree_state),
            ("GoVersion", self.go_version),
            ("KubeClientVersion", self.kube_client_version),
        ]
    }

    /// The Go struct in source form, as `%#v` prints it.
    pub fn go_source(&self) -> String {
        let fields: Vec<String> = self
            .fields()
            .iter()
            .map(|(name, value)| format!("{name}:\"{value}\""))
            .collect();
        format!("version.BuildInfo{{{}}}", fields.join(", "))
    }

    /// Version and the first seven characters of the commit.
    pub fn short(&self) -> String {
        format!("{}+g{}", self.version, &self.git_commit[..7])
    }
}

/// Prints the version.
///
/// # Errors
/// The template cannot be read or fails, in Go's words; what it printed before that stays printed.
pub fn run(form: Form<'_>, out: &mut Output) -> Result<(), CommandError> {
    match form {
        Form::Full => out.line(BUILD_INFO.go_source()),
        Form::Short => out.line(BUILD_INFO.short()),
        Form::Template(text) => return print_template(text, out),
    }
    Ok(())
}

fn print_template(text: &str, out: &mut Output) -> Result<(), CommandError> {
    let mut set = TemplateSet::new(&Functions::default());
    set.set_root_name("_");
    set.add("_", text.as_bytes())
        .map_err(|error| CommandError::new(error.to_string()))?;
    let data = Value::Object(Rc::new(BUILD_INFO));
    let (mut host, mut printed) = ((), Vec::new());
    let result = Executor::new(&set, &NoMethods, &mut host, NoTrace).execute("_", &data, &mut printed);
    out.print(printed);
    result.map_err(|error| CommandError::new(error.to_string()))
}

/// Maps with methods are Helm's, and a version has none.
struct NoMethods;

impl Methods for NoMethods {
    fn method(&self, _: MapType, _: &str) -> Option<&'static Method> {
        None
    }
}

impl Object for BuildInfo {
    fn type_name(&self) -> &str {
        "version.BuildInfo"
    }

    fn field(&self, name: &str) -> Option<Value> {
        let (_, value) = self.fields().into_iter().find(|(field, _)| *field == name)?;
        Some(Value::from(value))
    }

    fn print(&self) -> String {
        format!("{{{}}}", self.fields().map(|(_, value)| value).join(" "))
    }

    fn to_json(&self) -> Value {
        Value::Map(
            self.fields()
                .into_iter()
                .map(|(name, value)| (Str::from(name), Value::from(value)))
                .collect(),
        )
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
