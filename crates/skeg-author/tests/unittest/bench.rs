//! A chart in memory, and what suites say of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use skeg_author::unittest::results::SuiteResult;
use skeg_author::unittest::{Bench, Options, Outside, SuiteFile};
use skeg_chart::{Chart, ChartFile, load, schema};
use skeg_funcs::world::{Offline, World};
use skeg_template::NoTrace;
use skeg_value::Map;

/// Files instead of a machine.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) files: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Memory {
    pub(crate) fn with(files: &[(&str, &str)]) -> Memory {
        let memory = Memory::default();
        for (path, text) in files {
            memory
                .files
                .borrow_mut()
                .insert((*path).to_owned(), text.as_bytes().to_vec());
        }
        memory
    }

    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let files = self.files.borrow();
        files.get(path).map(|text| String::from_utf8_lossy(text).into_owned())
    }
}

impl Outside for Memory {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.files.borrow().get(path).cloned())
    }

    fn store(&self, path: &str, text: &[u8]) -> Result<(), String> {
        self.files.borrow_mut().insert(path.to_owned(), text.to_vec());
        Ok(())
    }

    /// `drop` takes the marks out, `rename` changes a name, anything else fails.
    fn post_render(&self, command: &str, _: &[String], input: &[u8]) -> Result<Vec<u8>, String> {
        let text = String::from_utf8_lossy(input).into_owned();
        match command {
            "drop" => Ok(text.replace("#### file:", "# ").into_bytes()),
            "rename" => Ok(text.replace("name: r-web", "name: renamed").into_bytes()),
            other => Err(format!("no program {other}")),
        }
    }

    fn check_schemas(&self, chart: &Chart, values: &Map) -> Result<(), String> {
        let load = &mut |url: &str| Err(format!("no {url}"));
        schema::validate_all(chart, values, load, &mut Vec::new()).map_err(|error| error.to_string())
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn world(&self) -> Rc<dyn World> {
        Rc::new(Offline)
    }
}

/// The chart that suites are about.
const CHART: &[(&str, &str)] = &[
    (
        "Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: '9'\n",
    ),
    (
        "values.yaml",
        "replicas: 2\nimage: nginx:1\nfail: ''\nports: [80, 443]\nlabels: {a: 1, b: two}\n",
    ),
    (
        "values.schema.json",
        r#"{"type": "object", "properties": {"replicas": {"type": "integer"}}}"#,
    ),
    (
        "crds/crd.yaml",
        "kind: CustomResourceDefinition\nmetadata: {name: things}\n",
    ),
    (
        "templates/_helpers.tpl",
        "{{ define \"need\" }}{{ required \"`token` is needed\" .Values.token }}{{ end }}",
    ),
    (
        "templates/web.yaml",
        r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  namespace: {{ .Release.Namespace }}
  annotations: {"a.b/c": "x", on: "yes"}
spec:
  replicas: {{ .Values.replicas }}
  share: 0.5
  whole: 2.0
  nothing: null
  empty: {}
  encoded: aGVsbG8=
  text: |
    one  
    two
  labels: {{ toJson .Values.labels }}
  ports: {{ toJson .Values.ports }}
  containers:
    - {name: a, image: {{ .Values.image | quote }}}
    - {name: b, image: "sidecar:2", ports: [1, 2]}
{{- if .Values.fail }}{{ fail .Values.fail }}{{ end }}
---
apiVersion: v1
kind: Service
metadata: {name: first, namespace: other}
---
apiVersion: v1
kind: Service
metadata: {name: second}
"#,
    ),
    (
        "templates/info.yaml",
        r#"kind: ConfigMap
data:
  version: {{ .Chart.Version }}
  app: {{ .Chart.AppVersion | quote }}
  kube: {{ .Capabilities.KubeVersion }}
  has: {{ .Capabilities.APIVersions.Has "x/v1" }}
  revision: {{ .Release.Revision }}
  upgrade: {{ .Release.IsUpgrade }}
  pod: {{ toJson (lookup "v1" "Pod" "ns" "p") }}
  pods: {{ (lookup "v1" "Pod" "" "").items | default list | len }}
{{- if .Values.useToken }}
  token: {{ include "need" . }}
{{- end }}
"#,
    ),
    ("templates/off.yaml", "{{ if false }}a: 1{{ end }}"),
    ("templates/NOTES.txt", "\nHello {{ .Release.Name }}  \nBye\n"),
];

fn chart() -> Chart {
    let files: Vec<ChartFile> = CHART
        .iter()
        .map(|(name, text)| ChartFile::new(*name, text.as_bytes(), None))
        .collect();
    load::load_files(&files, &mut Vec::new()).expect("the chart is a chart")
}

/// Runs one suite file.
pub(crate) fn run_with(suite: &str, options: &Options, memory: &Memory) -> Vec<SuiteResult> {
    let file = SuiteFile {
        path: "tests/a_test.yaml".to_owned(),
        route: "web".to_owned(),
        rendered: None,
    };
    memory
        .files
        .borrow_mut()
        .insert(file.path.clone(), suite.as_bytes().to_vec());
    Bench::new(chart(), options, memory).run(&file, &mut NoTrace)
}

/// Runs one suite file with nothing special.
pub(crate) fn run(suite: &str) -> Vec<SuiteResult> {
    run_with(suite, &Options::default(), &Memory::default())
}

/// Runs a test of `templates/web.yaml` with one assert; what is wrong, in one line.
pub(crate) fn one(assert: &str) -> Result<(), String> {
    let suite = format!(
        "templates: [web.yaml, NOTES.txt]\nrelease: {{name: r}}\ntests:\n- it: t\n  template: web.yaml\n  asserts:\n  - {assert}\n"
    );
    verdict(&run(&suite))
}

/// Whether everything passed; if not, all that was said.
pub(crate) fn verdict(results: &[SuiteResult]) -> Result<(), String> {
    if results.iter().all(|suite| suite.passed) {
        return Ok(());
    }
    let mut said = Vec::new();
    for suite in results {
        said.extend(suite.error.clone());
        for test in suite.tests.iter().filter(|test| !test.passed) {
            said.extend(test.error.clone());
            said.extend(test.asserts.iter().flat_map(|assert| assert.info.clone()));
        }
    }
    Err(said.join(" | ").replace('\t', ""))
}
