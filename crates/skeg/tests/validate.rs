//! `skeg validate`: what it finds, where it says it comes from, and the forms of its report.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A folder of its own, removed when dropped; commands run in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = std::env::temp_dir().join(format!("skeg-validate-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&folder)).expect("temporary folders can be made");
            fs::write(path, text).expect("temporary files can be written");
        }
        Folder(folder)
    }

    /// The status and what `skeg validate` printed, standard error after standard output.
    fn validate(&self, args: &[&str], stdin: &str) -> (i32, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_skeg"))
            .arg("validate")
            .args(args)
            .current_dir(&self.0)
            .env_clear()
            .env("HOME", &self.0)
            .env("KUBECONFIG", "/nonexistent")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("skeg starts");
        let mut input = child.stdin.take().expect("a pipe was asked for");
        // A command that does not read its input may be gone before.
        let _ = input.write_all(stdin.as_bytes());
        drop(input);
        let output = child.wait_with_output().expect("skeg ends");
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&text).into_owned(),
        )
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const METADATA: (&str, &str) = ("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.2.3\n");

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

/// A chart with a mistake of each origin: text, a value, an included text, a printed map, a value of a subchart.
fn chart(name: &str) -> Folder {
    Folder::new(
        name,
        &[
            METADATA,
            (
                "c/values.yaml",
                "size: two\nlimits:\n  cpu: 1\n  memory: 1GB\nsub:\n  key: 5\n",
            ),
            (
                "c/templates/_h.tpl",
                "{{- define \"c.port\" -}}\nname: http\nprotocol: {{ .Values.protocol | default \"TPC\" }}\n{{- end }}",
            ),
            (
                "c/templates/d.yaml",
                "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.size }}
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
        - name: c
          imagePullPolcy: x
          ports:
            - containerPort: 80
              {{- include \"c.port\" . | nindent 14 }}
          resources:
            limits:
              {{- with .Values.limits }}
              {{- toYaml . | nindent 14 }}
              {{- end }}
",
            ),
            ("c/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
            (
                "c/charts/sub/templates/m.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  key: {{ .Values.key }}\n",
            ),
        ],
    )
}

#[test]
fn findings_stand_at_the_template_with_the_values_behind() {
    let folder = chart("origins");
    let (status, text) = folder.validate(&["r", "./c", "--kube-version", "1.28,1.33"], "");
    assert_eq!(
        text,
        "\
c/charts/sub/templates/m.yaml:5:11: error: ConfigMap m: data.key must be text, not the number 5 [wrong-type]
  .Values.key is 5, set at c/values.yaml:6:8
  hint: quote it
c/templates/d.yaml:6:16: error: Deployment r: spec.replicas must be a whole number, not the text \"two\" [wrong-type]
  .Values.size is \"two\", set at c/values.yaml:1:7
c/templates/d.yaml:13:11: error: Deployment r: spec.template.spec.containers[0].imagePullPolcy is no field [unknown-field]
  hint: did you mean `imagePullPolicy`?
c/templates/_h.tpl:3:14: error: Deployment r: spec.template.spec.containers[0].ports[0].protocol must be one of SCTP, TCP, UDP, not the text \"TPC\" [bad-word]
  included from c/templates/d.yaml:16:19
  .Values.protocol is null
c/templates/d.yaml:20:19: error: Deployment r: spec.template.spec.containers[0].resources.limits.memory must be a quantity such as 250m, 1.5 or 2Gi, not the text \"1GB\" [bad-quantity]
  .Values.limits.memory is \"1GB\", set at c/values.yaml:4:11
Kubernetes 1.28, 1.33: 2 invalid; 5 errors, 0 warnings
"
    );
    assert_eq!(status, 1);
    let fixed = ["--set", "size=2,sub.key=k,limits.memory=1Gi,protocol=TCP"];
    let (status, text) = folder.validate(&[&["c"], &fixed[..]].concat(), "");
    assert!(
        text.ends_with("Kubernetes 1.37: 1 valid, 1 invalid; 1 error, 0 warnings\n"),
        "{text}"
    );
    assert_eq!(status, 1);
}

/// Nulls print a mark that is removed from the output afterwards, so that all that follows moves.
#[test]
fn lines_are_right_behind_nulls() {
    let folder = Folder::new(
        "nulls",
        &[
            METADATA,
            (
                "c/templates/m.yaml",
                "\
{{- define \"wrong\" }}
date: {}
{{- end -}}
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data:
  a: x{{ .Values.a }}
  b: z{{ .Values.b }}{{ .Values.b }}
{{- include \"wrong\" .Values }}
",
            ),
        ],
    );
    let (_, text) = folder.validate(&["c"], "");
    assert!(
        text.starts_with("c/templates/m.yaml:10:5: error: ConfigMap m: date is no field [unknown-field]\n"),
        "{text}"
    );
}

/// A finding that is there in some versions only, and templates that render differently.
#[test]
fn versions_are_told_apart() {
    let folder = Folder::new(
        "versions",
        &[
            METADATA,
            (
                "c/templates/h.yaml",
                "\
apiVersion: {{ if semverCompare \"<1.30-0\" .Capabilities.KubeVersion.Version }}batch/v1beta1{{ else }}batch/v1{{ end }}
kind: CronJob
metadata: {name: j}
spec:
  schedule: '* * * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c}]}}}}
",
            ),
        ],
    );
    let (status, text) = folder.validate(&["c", "--kube-version", "1.24", "--kube-version", "1.28,1.33"], "");
    assert_eq!(
        text,
        "\
c/templates/h.yaml:1:79: warning: CronJob j: batch/v1beta1 CronJob is deprecated since Kubernetes 1.21 and gone in 1.25 [deprecated-api]
  hint: use batch/v1 CronJob
  only in Kubernetes 1.24
c/templates/h.yaml:1:79: error: CronJob j: batch/v1beta1 CronJob is gone since Kubernetes 1.25 [removed-api]
  hint: use batch/v1 CronJob
  only in Kubernetes 1.28
Kubernetes 1.24, 1.28, 1.33: 1 valid, 1 invalid; 1 error, 1 warning
"
    );
    assert_eq!(status, 1);
    // A warning fails only a strict run.
    assert_eq!(folder.validate(&["c", "--kube-version", "1.24"], "").0, 0);
    assert_eq!(folder.validate(&["c", "--kube-version", "1.24", "--strict"], "").0, 1);
}

const CRD: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {size: {type: integer}}}
";

#[test]
fn custom_resources_follow_the_definitions_at_hand() {
    let thing = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {size: {{ .Values.size }}}\n";
    let files = [METADATA, ("c/templates/t.yaml", thing), ("crds/x/things.yaml", CRD)];
    let folder = Folder::new("crds", &files);
    let given = ["c", "--set-string", "size=big"];
    let (status, text) = folder.validate(&given, "");
    assert_eq!(
        (status, text.as_str()),
        (
            0,
            "\
c/templates/t.yaml:2:7: warning: Thing t: there is no schema for example.com/v1 Thing [no-schema]
  hint: name its CRD with --crds, or pass --ignore-missing-schemas
Kubernetes 1.37: 1 without a schema; 0 errors, 1 warning
"
        )
    );
    let (status, text) = folder.validate(&["c", "--ignore-missing-schemas", "--strict"], "");
    assert_eq!((status, text.as_str()), (0, "Kubernetes 1.37: 1 skipped\n"));
    let expected = "\
c/templates/t.yaml:4:17: error: Thing t: spec.size must be a whole number, not the text \"big\" [wrong-type]
  .Values.size is \"big\", set by --set-string size=big
Kubernetes 1.37: 1 invalid; 1 error, 0 warnings
";
    let (_, text) = folder.validate(&[&given[..], &["--crds", "crds"]].concat(), "");
    assert_eq!(text, expected);
    // In the chart's own folder of definitions they are checked themselves too.
    fs::create_dir_all(folder.0.join("c/crds")).expect("temporary folders can be made");
    let broken = CRD.replace("{type: integer}", "{type: int}");
    fs::write(folder.0.join("c/crds/things.yaml"), broken).expect("temporary files can be written");
    let (status, text) = folder.validate(&["c", "--set", "size=1"], "");
    assert_eq!(status, 1);
    assert!(
        text.starts_with(
            "c/crds/things.yaml:16:54: error: CustomResourceDefinition things.example.com: \
             spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.size: `type` must be one of"
        ),
        "{text}"
    );
}

#[test]
fn manifests_need_no_chart() {
    let folder = Folder::new(
        "manifests",
        &[
            (
                "m/b.yml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndate: {}\n",
            ),
            ("m/a.yaml", &format!("---\n{MAP}---\n# nothing\n---\n{MAP}  b: [\n")),
            ("m/x.txt", "no: manifest\n"),
            (
                "m/s/l.json",
                "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": []}",
            ),
        ],
    );
    let (status, text) = folder.validate(&["--manifests", "m"], "");
    assert_eq!(
        (status, text.as_str()),
        (
            1,
            "\
m/a.yaml:11:3: error: did not find expected key [not-yaml]
m/b.yml:4:1: error: ConfigMap b: date is no field [unknown-field]
  hint: did you mean `data`?
Kubernetes 1.37: 1 valid, 1 invalid; 2 errors, 0 warnings
"
        )
    );
    let (status, text) = folder.validate(&["--manifests", "-", "--kube-version", "v1.30.2"], MAP);
    assert_eq!((status, text.as_str()), (0, "Kubernetes 1.30: 1 valid\n"));
    for (args, expected) in [
        (
            &["--manifests", "none"][..],
            "Error: open none: no such file or directory\n",
        ),
        (&[], "Error: a chart or --manifests is required\n"),
        (
            &["c", "--manifests", "m"],
            "Error: --manifests takes the place of a chart; give one of them\n",
        ),
        (
            &["--manifests", "m", "--kube-version", "1.19"],
            "Error: no schemas of Kubernetes 1.19: there are those of 1.20 to 1.37\n",
        ),
    ] {
        assert_eq!(folder.validate(args, ""), (1, expected.to_owned()), "{args:?}");
    }
}

#[test]
fn pods_are_held_to_a_level() {
    let folder = Folder::new("pods", &[("x", "")]);
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostNetwork: true\n  containers:\n    - name: c\n";
    let (status, text) = folder.validate(&["--manifests", "-", "--pod-security", "baseline"], pod);
    assert_eq!(
        (status, text.as_str()),
        (
            1,
            "\
stdin:5:16: error: Pod p: spec.hostNetwork must not be true: pods have namespaces of their own [pod-security/host-namespaces]
Kubernetes 1.37: 1 invalid; 1 error, 0 warnings
"
        )
    );
    let (_, text) = folder.validate(&["--manifests", "-", "--pod-security", "restricted"], pod);
    assert!(text.ends_with("1 invalid; 5 errors, 0 warnings\n"), "{text}");
    let (_, text) = folder.validate(&["--manifests", "-", "--pod-security", "none"], pod);
    assert!(
        text.contains("invalid level \"none\"; there are baseline and restricted"),
        "{text}"
    );
}

#[test]
fn reports_have_five_forms() {
    let folder = Folder::new(
        "forms",
        &[("m.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a<b}\n")],
    );
    let report = |form: &str| {
        let args = ["--manifests", "m.yaml", "--kube-version", "1.33", "-o", form];
        folder.validate(&args, "").1
    };
    let words = "ConfigMap a<b: metadata.name: `a<b` is no name for a ConfigMap: a lowercase RFC 1123 subdomain must \
                 consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric \
                 character";
    assert_eq!(
        report("github"),
        format!("::error file=m.yaml,line=3,col=18,endColumn=21,title=bad-name::{words}\n")
    );
    let xml = words.replace('<', "&lt;");
    assert_eq!(
        report("junit"),
        format!(
            "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites name=\"skeg validate\" tests=\"1\" failures=\"1\">
  <testsuite name=\"Kubernetes 1.33\" tests=\"1\" failures=\"1\" skipped=\"0\">
    <testcase classname=\"m.yaml\" name=\"v1 ConfigMap a&lt;b\">
      <failure message=\"{xml}\" type=\"bad-name\">m.yaml:3:18: {xml}</failure>
    </testcase>
  </testsuite>
</testsuites>
"
        )
    );
    let message = words
        .strip_prefix("ConfigMap a<b: metadata.name: ")
        .expect("it stands there");
    let place = "{\"file\":\"m.yaml\",\"line\":3,\"column\":18,\"endColumn\":21}";
    assert_eq!(
        report("json"),
        format!(
            "{{\"kubernetesVersions\":[\"1.33\"],\
             \"summary\":{{\"valid\":0,\"invalid\":1,\"noSchema\":0,\"skipped\":0,\"errors\":1,\"warnings\":0}},\
             \"objects\":[{{\"file\":\"m.yaml\",\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"namespace\":\"\",\
             \"name\":\"a<b\",\"outcomes\":{{\"1.33\":\"invalid\"}}}}],\
             \"findings\":[{{\"code\":\"bad-name\",\"severity\":\"error\",\"message\":\"{message}\",\
             \"path\":\"metadata.name\",\"kubernetesVersions\":[\"1.33\"],\"location\":{place},\"object\":0}}]}}\n"
        )
    );
    assert_eq!(
        report("sarif"),
        format!(
            "{{\"version\":\"2.1.0\",\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\
             \"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"skeg\",\"version\":\"{}\",\"rules\":[{{\"id\":\"bad-name\"}}]}}}},\
             \"columnKind\":\"unicodeCodePoints\",\
             \"results\":[{{\"ruleId\":\"bad-name\",\"level\":\"error\",\"message\":{{\"text\":\"{words}\"}},\
             \"locations\":[{{\"physicalLocation\":{{\"artifactLocation\":{{\"uri\":\"m.yaml\"}},\
             \"region\":{{\"startLine\":3,\"startColumn\":18,\"endColumn\":21}}}}}}]}}]}}]}}\n",
            env!("CARGO_PKG_VERSION")
        )
    );
    assert!(report("xml").contains("invalid format \"xml\"; there are text, json, sarif, junit and github"));
}
