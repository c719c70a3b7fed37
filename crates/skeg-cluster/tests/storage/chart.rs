//! Charts as Helm stores them.

use skeg_chart::process;
use skeg_cluster::storage::Kind;
use skeg_release::record::StoredChart;
use skeg_value::yaml;

use crate::place::with_place;

/// A name, the files of a chart, and the values given.
type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], &'c str);

/// spec 2.3: the chart in a record has the same bytes, whoever loaded it.
#[test]
fn a_chart_is_stored_with_helms_bytes() {
    with_place("charts", async |place| {
        if !place.has_helm() {
            return;
        }
        let subchart: &[(&str, &str)] = &[
            ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
            (
                "charts/sub/values.yaml",
                "enabled: true\nexports: {data: {imported: 1}, x: {z: 2}}\n",
            ),
            (
                "charts/sub/templates/a.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-sub'}\n",
            ),
        ];
        let full: Vec<(&str, &str)> = [
            ("Chart.yaml", FULL),
            ("Chart.lock", LOCK),
            ("values.yaml", VALUES),
            ("values.schema.json", "{\"type\": \"object\"}\n"),
            (
                "templates/a.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-a'}\ndata: {x: \"<é&>\"}\n",
            ),
            ("templates/_h.tpl", "{{/* nothing */}}"),
            ("templates/NOTES.txt", "notes\n"),
            ("crds/README", "none"),
            ("README.md", "# full\n"),
            (".helmignore", "*.bak\n"),
            ("x.bak", ""),
            ("empty.txt", ""),
            ("ci/values.yaml", "x: 1\n"),
        ]
        .into_iter()
        .chain(subchart.iter().copied())
        .collect();
        let minimal = &[("Chart.yaml", "apiVersion: v1\nname: minimal\nversion: 0.1.0\n")];
        let cases: [Case<'_>; 8] = [
            ("full", &full, ""),
            (
                "full-sub-values",
                &full,
                "subby: {z: [1, null], exports: {x: {more: 1}}}\na: null\ns: x\n",
            ),
            ("full-disabled", &full, "subby: {enabled: false}\n"),
            ("minimal", minimal, ""),
            ("minimal-values", minimal, "a: 1\n"),
            (
                "empty-files",
                &[
                    (
                        "Chart.yaml",
                        "apiVersion: v2\nname: e\nversion: 0.1.0\nannotations: {}\nkeywords: []\n",
                    ),
                    ("values.yaml", ""),
                    ("values.schema.json", "{}"),
                    ("Chart.lock", "digest: x\n"),
                ],
                "",
            ),
            (
                "library-user",
                &[
                    (
                        "Chart.yaml",
                        "apiVersion: v2\nname: u\nversion: 0.1.0\ndependencies: [{name: lib, version: '*', repository: ''}]\n",
                    ),
                    (
                        "charts/lib/Chart.yaml",
                        "apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n",
                    ),
                    ("charts/lib/values.yaml", "l: 1\n"),
                ],
                "global: {g: 1}\n",
            ),
            (
                "requirements",
                &[
                    ("Chart.yaml", "name: r\nversion: 0.1.0\napiVersion: v1\n"),
                    (
                        "requirements.yaml",
                        "dependencies: [{name: sub, version: 0.1.0, repository: 'https://x.example'}]\n",
                    ),
                    ("charts/sub/Chart.yaml", "name: sub\nversion: 0.1.0\napiVersion: v1\n"),
                ],
                "",
            ),
        ];
        for (name, files, values) in cases {
            let folder = place.chart(name, files);
            let values_file = place.chart(&format!("{name}.values"), &[("v.yaml", values)]) + "/v.yaml";
            let archive = place.helm_ok("secret", &["package", &folder, "-d", &format!("{folder}.out")]);
            let archive = archive.trim().rsplit(": ").next().unwrap().to_owned();
            for (form, path) in [("d", &folder), ("a", &archive)] {
                let release = format!("{name}-{form}");
                place.helm_ok("secret", &["install", &release, path, "-f", &values_file]);
                let stored = place.storage(Kind::Secrets).get(&release, 1).await.unwrap();
                place.helm_ok("secret", &["uninstall", &release]);

                let mut log = Vec::new();
                let mut chart = skeg_fetch::load::load(path.as_ref()).unwrap().chart;
                let given = yaml::decode(values.as_bytes()).unwrap();
                let given = given.as_map().cloned().unwrap_or_default();
                process::process(&mut chart, &given, &mut log).unwrap();
                let ours = StoredChart::of(&chart).unwrap();
                assert_eq!(ours.as_json(), stored.chart.as_json(), "{release}");
                assert_eq!(ours.head(), stored.chart.head());
                let read = stored.chart.chart().unwrap();
                assert_eq!(read.templates.len(), chart.templates.len());
                assert_eq!(
                    StoredChart::of(&read).unwrap().metadata_json(),
                    stored.chart.metadata_json(),
                    "{release}"
                );
            }
        }
    });
}

const FULL: &str = r#"apiVersion: v2
name: full
version: 1.2.3+build.5
kubeVersion: ">=1.20.0-0"
description: "A <full> & chart é 😀 \u2028"
type: application
keywords: [b, a]
home: https://x.example/?a=1&b=2
sources: [https://s.example]
dependencies:
  - name: sub
    version: 0.1.0
    repository: file://charts/sub
    condition: subby.enabled
    tags: [t1, t2]
    import-values:
      - data
      - child: exports.x
        parent: here
    alias: subby
maintainers:
  - name: M
    email: m@x.example
    url: https://m.example
  - name: "N"
icon: https://x.example/i.png
appVersion: "1.0"
deprecated: true
annotations:
  z: "1"
  a: "<b>"
"#;

const LOCK: &str = r#"dependencies:
- name: sub
  repository: file://charts/sub
  version: 0.1.0
digest: sha256:6cf41ad6c97056c8a35b0b4382a6681bfca5c2b3cb6c80a4f0a9ffeaea9a8d59
generated: "2026-11-21T13:09:05.554152900Z"
"#;

const VALUES: &str = r#"a: 1
big: 12345678901234567890
f: 1.5
e: 1e30
small: 1e-9
s: "<a&b>\u2028 é\t\u007f\u0001"
nothing: null
l: [1, {x: 1}, null, []]
m: {}
int: 100000000000000000000000
t: true
"#;
