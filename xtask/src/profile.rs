//! How often usual commands go which way through the crates that render, for the compiler to lay them out by.
//!
//! `.cargo/rustc` has those crates compiled by the profile when the program is released: what is often called is inlined,
//! what never runs is kept small and out of the way. A function that has changed since the profile was made is compiled
//! without it, so it needs making anew only now and then.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{process, usual};

/// The profile.
const PROFILE: &str = "crates/skeg/render.profdata";
/// Tells `.cargo/rustc` to have calls counted, and where the counts are to go.
const COUNT_TO: &str = "SKEG_PROFILE_TO";
/// Versions of the tool that are looked for, beside one without a version; older ones can't read the counts.
const VERSIONS: std::ops::RangeInclusive<u32> = 19..=22;

/// Larger charts and other values than the usual commands have.
const MORE: [&str; 18] = [
    "template web FOLDER/web --set ingress.enabled=true,autoscaling.enabled=true",
    "template plue charts/plue/infra/helm/plue -f charts/plue/infra/helm/plue/values-production.yaml",
    "template plue charts/plue/infra/helm/plue -f charts/plue/infra/helm/plue/values-staging.yaml",
    "template clipper charts/clipper/helm/charts/clipper",
    "template clipper charts/clipper/helm/charts/clipper -f charts/clipper/helm/charts/clipper/examples/values-production.yaml",
    "template clipper charts/clipper/helm/charts/clipper -f charts/clipper/helm/charts/clipper/examples/values-staging.yaml",
    "template csv charts/csv-analyst-chat/helm/csv-analyst-chat",
    "template inferno charts/inferno/helm/inferno -f charts/inferno/helm/inferno/values-prod.yaml",
    "template inferno charts/inferno/helm/inferno -f charts/inferno/helm/inferno/values-dev.yaml",
    "template monkeytown charts/monkeytown/helm/monkeytown -f charts/monkeytown/helm/monkeytown/values-prod.yaml",
    "template monkeytown charts/monkeytown/helm/monkeytown -f charts/monkeytown/helm/monkeytown/values-dev.yaml",
    "lint charts/plue/infra/helm/plue",
    "lint charts/clipper/helm/charts/clipper",
    "show all charts/inferno/helm/inferno",
    "show values charts/clipper/helm/charts/clipper",
    "package charts/clipper/helm/charts/clipper -d FOLDER",
    "template crds FOLDER/crds --include-crds",
    "template large FOLDER/large",
];

/// Builds the program with counters, plays usual commands and writes down how often what was run.
///
/// # Errors
/// A build or a command that fails, and the want of `llvm-profdata`.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err("profile takes no arguments".to_owned());
    }
    let tool = tool()?;
    let folder = std::env::temp_dir().join(format!("skeg-profile-{}", std::process::id()));
    let made = make(&tool, &folder);
    let _ = fs::remove_dir_all(&folder);
    made?;
    let size = fs::metadata(PROFILE).map_err(|e| format!("{PROFILE}: {e}"))?.len();
    println!("{PROFILE}: {size} bytes");
    Ok(())
}

/// LLVM's tool for profiles.
fn tool() -> Result<String, String> {
    let names = VERSIONS.map(|version| format!("llvm-profdata-{version}"));
    let answers = |name: &String| {
        let asked = Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        asked.is_ok_and(|status| status.success())
    };
    names
        .chain(["llvm-profdata".to_owned()])
        .find(answers)
        .ok_or_else(|| "there is no llvm-profdata; Debian's package llvm-19 has one".to_owned())
}

fn make(tool: &str, folder: &Path) -> Result<(), String> {
    let counts = folder.join("counts");
    fs::create_dir_all(&counts).map_err(|e| format!("{}: {e}", counts.display()))?;
    let program = counting(&counts)?;
    usual::charts(&program, folder)?;
    large(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for command in usual::OFFLINE.into_iter().chain(MORE) {
        play(&program, command, folder)?;
    }
    process::succeed(Command::new(tool).args(["merge", "-o", PROFILE]).arg(&counts))
}

/// Builds the program with counters, in a folder of its own: Cargo does not see that it differs.
fn counting(counts: &Path) -> Result<PathBuf, String> {
    let target = process::release("counting");
    process::succeed(
        Command::new("cargo")
            .args(["build", "--release", "--quiet", "--package", "skeg", "--target-dir"])
            .arg(&target)
            .env(COUNT_TO, counts),
    )?;
    Ok(target.join("release/skeg"))
}

fn play(program: &Path, command: &str, folder: &Path) -> Result<(), String> {
    let words = command.replace("FOLDER", &folder.to_string_lossy());
    let output = Command::new(program)
        .args(words.split(' '))
        .env("KUBECONFIG", "/nonexistent")
        .env("HOME", folder)
        .stdout(Stdio::null())
        .output()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("skeg {command}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// Makes charts of sizes that no chart of this repository has: many templates and values, and long definitions.
fn large(folder: &Path) -> std::io::Result<()> {
    let numbered = |text: &str, count: usize| -> String {
        let each = |number: usize| text.replace("NUMBER", &number.to_string());
        (0..count).map(each).collect()
    };
    let root = folder.join("large");
    fs::create_dir_all(root.join("templates"))?;
    fs::write(root.join("Chart.yaml"), CHART.replace("NAME", "large"))?;
    fs::write(root.join("values.yaml"), numbered(VALUES, 400))?;
    fs::write(root.join("templates/_helpers.tpl"), HELPERS)?;
    for number in 0..150 {
        let template = TEMPLATE.replace("NUMBER", &number.to_string());
        fs::write(root.join(format!("templates/part{number}.yaml")), template)?;
    }
    let root = folder.join("crds");
    fs::create_dir_all(root.join("crds"))?;
    fs::write(root.join("Chart.yaml"), CHART.replace("NAME", "crds"))?;
    fs::write(
        root.join("crds/things.yaml"),
        format!("{DEFINITION}{}", numbered(FIELD, 600)),
    )
}

const CHART: &str = "apiVersion: v2\nname: NAME\nversion: 1.0.0\nappVersion: \"1.0\"\n";

const VALUES: &str = r#"
# The part NUMBER.
partNUMBER:
  enabled: true
  image:
    repository: registry.example/part
    tag: "1.NUMBER"
  args: [--port, "80NUMBER"]
  env:
    - name: LEVEL
      value: info
    - name: URL
      value: 'http://host:80/path'
  resources: {}
  annotations:
    example.com/a: b
  text: |
    a line
    and another
"#;

const HELPERS: &str = r#"
{{- define "large.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name | trunc 63 | trimSuffix "-" }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}
"#;

const TEMPLATE: &str = r#"
{{- $part := .Values.partNUMBER }}
{{- if $part.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-NUMBER
  labels:
    {{- include "large.labels" . | nindent 4 }}
  {{- with $part.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  replicas: {{ default 1 $part.replicas }}
  selector:
    matchLabels:
      {{- include "large.labels" . | nindent 6 }}
  template:
    spec:
      containers:
        - name: main
          image: "{{ $part.image.repository }}:{{ $part.image.tag | default .Chart.AppVersion }}"
          args:
            {{- range $part.args }}
            - {{ . | quote }}
            {{- end }}
          env:
            {{- toYaml $part.env | nindent 12 }}
          resources:
            {{- toYaml $part.resources | nindent 12 }}
          command: [{{ tpl "{{ .Release.Name }}" . }}]
{{- end }}
"#;

const DEFINITION: &str = r"---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.com
spec:
  group: example.com
  names:
    kind: Thing
    plural: things
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
";

const FIELD: &str = r"                fieldNUMBER:
                  description: |-
                    What the field is for, and
                    what it does.
                  type: object
                  properties:
                    name:
                      description: 'The name: of something'
                      type: string
                    weight:
                      format: int32
                      minimum: 1
                      type: integer
                  required:
                  - name
                  - weight
";
