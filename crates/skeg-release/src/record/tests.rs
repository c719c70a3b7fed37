//! Records as Helm 4.3.1 wrote them, and hostile ones.

use super::*;

/// A record that Helm wrote, as JSON.
const MINI: &str = r##"{"name":"m1","info":{"first_deployed":"2026-11-21T13:09:05.822053901Z","last_deployed":"2026-11-21T13:09:05.822053901Z","description":"x\u003cy","status":"deployed"},"chart":{"metadata":{"name":"mini","version":"0.1.0","apiVersion":"v1"},"lock":null,"templates":[{"name":"templates/a.yaml","data":"YXBpVmVyc2lvbjogdjEKa2luZDogQ29uZmlnTWFwCm1ldGFkYXRhOiB7bmFtZTogbX0K","modtime":"2026-11-21T13:09:05.567701476Z"}],"values":null,"schema":null,"schemamodtime":"0001-01-01T00:00:00Z","files":null,"modtime":"2026-11-21T13:09:05.567701476Z"},"manifest":"---\n# Source: mini/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n\n","version":1,"namespace":"default","apply_method":"ssa"}"##;

#[test]
fn a_record_of_helm_is_written_with_the_same_bytes() {
    let record = Record::from_json(MINI.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(record.to_json()).unwrap(), MINI);
    let text = record.encode().unwrap();
    assert_eq!(Record::decode(text.as_bytes()).unwrap(), record);
    let head = Head::decode(text.as_bytes()).unwrap();
    assert_eq!((&head.chart, &head.info), (&record.chart.head(), &record.info));
    // The chart, read and stored again, is the same text.
    let again = StoredChart::of(&record.chart.chart().unwrap()).unwrap();
    assert_eq!(again.metadata_json(), record.chart.metadata_json());
}
