//! How releases are shown: layout recorded from Helm 4.3.1.

use skeg_release::record::{Info, RawJson, Status};

use super::*;

fn record() -> Record {
    let text = r#"{"name":"alpha","info":{"first_deployed":"2026-11-21T04:27:56.959101087Z","last_deployed":"2026-11-21T04:27:56.959101087+01:00","description":"Install complete","status":"deployed","notes":"  Hi <a>\n"},
        "chart":{"metadata":{"name":"demo","version":"0.1.0","apiVersion":"v2","appVersion":"1.0"},"values":{"replicas":1,"z":{"a":"<b>&"}}},
        "config":{"replicas":2},"manifest":"---\n# Source: demo/templates/a.yaml\nkind: ConfigMap\n",
        "hooks":[{"name":"t","kind":"Pod","path":"demo/templates/t.yaml","manifest":"kind: Pod\n","events":["test"],"last_run":{"started_at":"2026-11-21T04:27:56.9Z","phase":"Running"}},
                 {"name":"u","path":"demo/templates/u.yaml","events":["test"],"last_run":{"phase":""}}],
        "version":1,"namespace":"default"}"#;
    Record::from_json(text.as_bytes()).expect("a record")
}

fn view(record: &Record) -> View<'_> {
    View {
        record,
        resources: None,
        chart: false,
        everything: false,
        hide_notes: false,
        color: false,
        zone: LocalZone::of("UTC"),
    }
}

fn text(view: &View<'_>) -> String {
    String::from_utf8(view.text().expect("a text")).expect("UTF-8")
}

/// Recorded from `status` and `get all` of Helm 4.3.1.
#[test]
fn the_block_of_a_release() {
    let record = record();
    let resources = Resources {
        sections: vec![Section {
            name: "v1/X".to_owned(),
            objects: Vec::new(),
        }],
    };
    let head = "\
NAME: alpha
LAST DEPLOYED: Sat Nov 21 04:27:56 2026
NAMESPACE: default
STATUS: deployed
REVISION: 1
";
    let tests = "\
TEST SUITE:     t
Last Started:   Sat Nov 21 04:27:56 2026
Last Completed: Mon Jan  1 00:00:00 0001
Phase:          Running
";
    let shown = text(&View {
        resources: Some(&resources),
        ..view(&record)
    });
    let expected = format!("{head}DESCRIPTION: Install complete\nRESOURCES:\n==> v1/X\n\n\n{tests}NOTES:\nHi <a>\n");
    assert_eq!(shown, expected);
    let all = text(&View {
        chart: true,
        everything: true,
        ..view(&record)
    });
    let expected = format!(
        "{head}CHART: demo\nVERSION: 0.1.0\nAPP_VERSION: 1.0\nDESCRIPTION: Install complete\n{tests}\
         USER-SUPPLIED VALUES:\nreplicas: 2\n\nCOMPUTED VALUES:\nreplicas: 2\nz:\n  a: <b>&\n\n\
         HOOKS:\n---\n# Source: demo/templates/t.yaml\nkind: Pod\n\n---\n# Source: demo/templates/u.yaml\n\n\
         MANIFEST:\n---\n# Source: demo/templates/a.yaml\nkind: ConfigMap\n\nNOTES:\nHi <a>\n"
    );
    assert_eq!(all, expected);
}

/// A record with next to nothing in it: Helm 4.3.1 prints the same, or falls over (`get all` without a chart).
#[test]
fn what_is_missing_is_left_out() {
    let record = Record {
        name: "bare".to_owned(),
        namespace: "default".to_owned(),
        version: 1,
        info: Info {
            status: Status::Failed,
            description: "Dry run Complete".to_owned(),
            ..Info::default()
        },
        config: RawJson::parse("{}").ok(),
        manifest: "m\n".to_owned(),
        ..Record::default()
    };
    let shown = text(&View {
        color: true,
        ..view(&record)
    });
    let expected = "NAME: bare\nNAMESPACE: \u{1b}[36mdefault\u{1b}[0m\nSTATUS: \u{1b}[31mfailed\u{1b}[0m\nREVISION: 1\n\
                    DESCRIPTION: Dry run Complete\nTEST SUITE: None\nHOOKS:\nMANIFEST:\nm\n\n";
    assert_eq!(shown, expected);
    let all = text(&View {
        everything: true,
        ..view(&record)
    });
    assert!(
        all.contains("USER-SUPPLIED VALUES:\n{}\n\nCOMPUTED VALUES:\n{}\n\nHOOKS:"),
        "{all}"
    );
}

/// lifecycle spec 1.6: `status -o json` has no chart but resources, `install -o json` the other way round.
#[test]
fn json_of_a_release() {
    let record = record();
    let resources = Resources {
        sections: ["v1/B", "v1/A"]
            .map(|name| Section {
                name: name.to_owned(),
                objects: vec![serde_json::json!({"kind": "<"})],
            })
            .to_vec(),
    };
    let status = json_text(&record, false, Some(&resources));
    assert!(
        status.contains(
            r#""notes":"  Hi \u003ca\u003e\n","resources":{"v1/A":[{"kind":"\u003c"}],"v1/B":[{"kind":"\u003c"}]}},"config":{"#
        ),
        "{status}"
    );
    assert!(!status.contains("\"chart\""));
    let install = json_text(&record, true, None);
    assert_eq!(install.as_bytes(), record.to_json());
    let yaml = view(&record).write(Format::Yaml, false, None).expect("YAML");
    assert!(
        yaml.starts_with(b"config:\n  replicas: 2\nhooks:\n"),
        "{}",
        String::from_utf8_lossy(&yaml)
    );
}
