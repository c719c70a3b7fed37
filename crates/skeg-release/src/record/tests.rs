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
    let expected = record.head();
    assert_eq!((head.chart, head.info), (expected.chart, expected.info));
    // The chart, read and stored again, is the same text.
    let again = StoredChart::of(&record.chart.chart().unwrap()).unwrap();
    assert_eq!(again.metadata_json(), record.chart.metadata_json());
}

/// What Helm 4.3.1 wrote back after it had read the odd records of `odd_records`, times left out.
#[test]
fn odd_records_are_written_as_helm_does() {
    for (read, written) in [
        (
            r#"{"name":"e1","info":{"status":"deployed","deleted":"","rollback_revision":0,"notes":"","foo":1},"config":{},"hooks":[{"name":"","kind":"X","weight":0,"events":[],"last_run":{}},{}],"version":1,"namespace":"default","manifest":""}"#,
            r#"{"name":"e1","info":{"status":"deployed"},"hooks":[{"kind":"X","last_run":{"phase":""}},{"last_run":{"phase":""}}],"version":1,"namespace":"default"}"#,
        ),
        (
            r#"{"name":"e2","info":{"status":"wobbly"},"chart":null,"version":1,"namespace":"default","apply_method":"zzz","hooks":[],"config":null}"#,
            r#"{"name":"e2","info":{"status":"wobbly"},"version":1,"namespace":"default","apply_method":"zzz"}"#,
        ),
        (
            r#"{"name":"e3","info":null,"hooks":null,"manifest":null,"version":1}"#,
            r#"{"name":"e3","info":{},"version":1}"#,
        ),
    ] {
        let record = Record::from_json(read.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(record.to_json()).unwrap(), written);
    }
}

/// spec 2.2: the form of the text says whether it is compressed; line ends in base64 do not matter.
#[test]
fn plain_json_and_broken_lines_are_read() {
    use base64::Engine;
    let plain = base64::prelude::BASE64_STANDARD.encode(MINI);
    let record = Record::decode(plain.as_bytes()).unwrap();
    assert_eq!(Head::decode(plain.as_bytes()).unwrap().chart.name, "mini");
    let packed = record.encode().unwrap();
    let broken: String = packed
        .chars()
        .enumerate()
        .flat_map(|(at, c)| (at % 76 == 75).then_some('\n').into_iter().chain([c]))
        .collect();
    assert_eq!(Record::decode(broken.as_bytes()).unwrap(), record);
    assert_eq!(Head::decode(broken.as_bytes()).unwrap().chart.version, "0.1.0");
}

/// A list needs no more than the beginning; a record in an odd order is read whole.
#[test]
fn a_head_is_read_from_the_beginning() {
    let noise: String = (0..40_000_u64)
        .map(|at| format!("{:x}", at.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
        .collect();
    let mut record = Record::from_json(MINI.as_bytes()).unwrap();
    record.manifest = noise.clone();
    let text = record.encode().unwrap();
    let head = Head::beginning(&text.as_bytes()[..2048]).unwrap();
    assert_eq!(
        (head.chart.name.as_str(), head.info.description.as_str()),
        ("mini", "x<y")
    );
    // Notes that are longer than what is looked at first.
    record.info.notes = noise;
    let text = record.encode().unwrap();
    assert_eq!(Head::beginning(&text.as_bytes()[..2048]), None);
    assert_eq!(Head::decode(text.as_bytes()).unwrap().chart.name, "mini");
    let odd = r#"{"manifest":"x","chart":{"values":{},"metadata":{"name":"c","version":"1"}},"info":{"status":"failed"},"name":"n","version":3}"#;
    let odd = Record::from_json(odd.as_bytes()).unwrap();
    assert_eq!(Head::decode(odd.encode().unwrap().as_bytes()).unwrap().chart.name, "c");
    assert_eq!(odd.head().status(), &Status::Failed);
}

/// However much of a text there is and however long its head is: the beginning tells what the whole text tells, or nothing.
#[test]
fn a_beginning_tells_nothing_else_than_the_whole() {
    let letters = |count: usize| -> String {
        let letter = |at: usize| char::from(b'a' + (at.wrapping_mul(2_654_435_761) >> 13) as u8 % 26);
        (0..count).map(letter).collect()
    };
    let mut record = Record::from_json(MINI.as_bytes()).unwrap();
    for notes in [0, 300, 700, 701, 702, 703, 704, 1_500, 3_000, 20_000, 60_000] {
        record.info.notes = letters(notes);
        let text = record.encode().unwrap();
        let told = Head {
            namespace: String::new(),
            version: 0,
            ..record.head()
        };
        assert_eq!(Head::beginning(text.as_bytes()), Some(told.clone()), "{notes}");
        for cut in (0..text.len()).step_by(1 + text.len() / 400) {
            let head = Head::beginning(&text.as_bytes()[..cut]);
            assert!(head.is_none_or(|head| head == told), "{notes} letters, cut at {cut}");
        }
    }
    // gzip with the name of a file in front, which nobody writes here.
    use base64::Engine;
    use std::io::Write;
    let mut gzip = flate2::GzBuilder::new()
        .filename("r")
        .write(Vec::new(), flate2::Compression::fast());
    gzip.write_all(MINI.as_bytes()).unwrap();
    let text = base64::prelude::BASE64_STANDARD.encode(gzip.finish().unwrap());
    assert_eq!(Head::beginning(text.as_bytes()), None);
    assert_eq!(Head::decode(text.as_bytes()).unwrap().chart.name, "mini");
}

/// Whatever is stored under a release's name: an error, never a panic, and no more memory than there is.
#[test]
fn hostile_texts_are_errors() {
    use base64::Engine;
    use std::io::Write;
    let encode = |bytes: &[u8]| base64::prelude::BASE64_STANDARD.encode(bytes);
    let pack = |bytes: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    };
    let good = pack(MINI.as_bytes());
    let mut wrong_sum = good.clone();
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    let mut wrong_size = good.clone();
    *wrong_size.last_mut().unwrap() = 0xff;
    let mut tail = good.clone();
    tail.extend_from_slice(b"tail");
    let deep = format!(
        r#"{{"name":"x","config":{}1{}}}"#,
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let deep_hook = format!(r#"{{"name":"x","hooks":{}{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
    for (what, text, expected) in [
        ("empty", String::new(), "not the JSON of a release"),
        ("no base64", "!!".to_owned(), "not base64"),
        ("half base64", "H4s".to_owned(), "not base64"),
        ("other things", encode(b"\x00\x01\x02"), "not the JSON of a release"),
        ("only the magic", encode(b"\x1f\x8b\x08"), "not gzip"),
        ("cut off", encode(&good[..good.len() / 2]), "not gzip"),
        ("a wrong sum", encode(&wrong_sum), "not gzip"),
        ("a wrong size", encode(&wrong_size), "not gzip"),
        ("a tail", encode(&tail), "not gzip"),
        ("a list", encode(b"[]"), "not the JSON of a release"),
        ("a text", encode(b"\"x\""), "not the JSON of a release"),
        ("a wrong type", encode(br#"{"name":1}"#), "not the JSON of a release"),
        (
            "a wrong time",
            encode(br#"{"name":"x","info":{"first_deployed":"yesterday"}}"#),
            "parsing time",
        ),
        (
            "a wrong number",
            encode(br#"{"name":"x","version":1e99}"#),
            "not the JSON of a release",
        ),
        (
            "deep hooks",
            encode(&pack(deep_hook.as_bytes())),
            "not the JSON of a release",
        ),
    ] {
        let error = Record::decode(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{what}: {error}");
        let _ = Head::decode(text.as_bytes());
    }
    // Nesting in what is kept as text is looked at only when somebody asks.
    let record = Record::decode(encode(&pack(deep.as_bytes())).as_bytes()).unwrap();
    assert!(record.config.as_ref().unwrap().value().is_null());
    assert!(record.config.unwrap().object().is_null());
    assert!(StoredChart::parse("{\"metadata\":7}").unwrap().chart().is_err());
    assert_eq!(
        StoredChart::default().chart().unwrap_err().to_string(),
        "not the JSON of a release: chart: the record has none"
    );
    assert_eq!(Record::default().encode(), Err(RecordError::Incomplete));
}

/// A few kilobytes that inflate to more than any record is.
#[test]
fn a_bomb_is_not_inflated() {
    use base64::Engine;
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..=(MAX_RECORD_SIZE >> 20) {
        gzip.write_all(&zeros).unwrap();
    }
    let text = base64::prelude::BASE64_STANDARD.encode(gzip.finish().unwrap());
    assert_eq!(
        Record::decode(text.as_bytes()),
        Err(RecordError::TooLarge(MAX_RECORD_SIZE))
    );
}

#[test]
fn names_of_stored_objects_are_told_apart() {
    for (key, expected) in [
        ("sh.helm.release.v1.web.v12", Some(("web", 12))),
        ("sh.helm.release.v1.a.b.v1.v3", Some(("a.b.v1", 3))),
        ("sh.helm.release.v1.web.v", None),
        ("sh.helm.release.v1.web.v+1", None),
        ("sh.helm.release.v1.web.v1.abcdef01.p1", None),
        ("web", None),
    ] {
        assert_eq!(parse_storage_key(key), expected, "{key}");
    }
    assert_eq!(storage_key("web", 12), "sh.helm.release.v1.web.v12");
}

/// spec 3.2 step 5: labels of a new revision.
#[test]
fn labels_are_merged_over_the_last_revision() {
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    };
    let previous = map(&[
        ("name", "w"),
        ("modifiedAt", "1"),
        ("team", "red"),
        ("old", "x"),
        ("void", "null"),
    ]);
    let merged = labels::merge(&previous, &map(&[("old", "null"), ("new", "y")]));
    assert_eq!(merged, map(&[("team", "red"), ("new", "y")]));
}

mod property {
    use proptest::prelude::*;

    use super::*;

    fn time() -> impl Strategy<Value = Time> {
        prop_oneof![
            Just(Time::ZERO),
            (
                -62_000_000_000_i64..253_000_000_000,
                0..1_000_000_000_u32,
                -1439..1440_i16
            )
                .prop_map(|(seconds, nanoseconds, offset)| Time::utc(seconds, nanoseconds).with_offset_minutes(offset)),
        ]
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[ -~\u{80}-\u{2fff}\n\t<>&\"\\\\\u{0}]{0,40}", "\\PC{0,20}"]
    }

    fn hook() -> impl Strategy<Value = StoredHook> {
        (
            text(),
            text(),
            prop::collection::vec("[a-z-]{1,12}", 0..3),
            time(),
            any::<i64>(),
            "[A-Za-z]{0,9}",
        )
            .prop_map(|(name, manifest, events, started_at, weight, phase)| StoredHook {
                name,
                kind: "Job".to_owned(),
                path: "c/templates/h.yaml".to_owned(),
                manifest,
                delete_policies: events.clone(),
                events,
                last_run: HookRun {
                    started_at,
                    completed_at: started_at,
                    phase: HookPhase::of(&phase),
                },
                weight,
                output_log_policies: Vec::new(),
            })
    }

    fn record() -> impl Strategy<Value = Record> {
        let info = (time(), time(), text(), "[a-z-]{0,12}", 0..5_i64, text()).prop_map(
            |(first_deployed, deleted, description, status, rollback_revision, notes)| Info {
                first_deployed,
                last_deployed: first_deployed,
                deleted,
                description,
                status: Status::of(&status),
                rollback_revision,
                notes,
            },
        );
        let hooks = prop::collection::vec(hook(), 0..3);
        (info, text(), text(), hooks, 1..1000_i64, "[a-z]{0,4}").prop_map(
            |(info, name, manifest, hooks, version, method)| Record {
                name: format!("n{name}"),
                namespace: "default".to_owned(),
                version,
                info,
                chart: StoredChart::parse(r#"{"metadata":{"name":"c","version":"1"},"x": [1.50, "\u00e9"]}"#).unwrap(),
                config: Some(RawJson::parse(r#"{"a":{"b":1e3}}"#).unwrap()),
                manifest,
                hooks,
                apply_method: ApplyMethod::of(&method),
                ..Record::default()
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// What is stored is read back as it was, and written again with the same bytes.
        #[test]
        fn a_stored_record_reads_back_equal(record in record()) {
            let text = record.encode().unwrap();
            let read = Record::decode(text.as_bytes()).unwrap();
            prop_assert_eq!(&read, &record);
            prop_assert_eq!(read.to_json(), record.to_json());
            let head = Head::decode(text.as_bytes()).unwrap();
            let mut shown = record.info.clone();
            shown.notes.clear();
            prop_assert_eq!(&head.info, &shown);
            prop_assert_eq!(Head::of_summary(&record.summary()), Some(head));
        }

        /// No bytes make it panic.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..500_usize) {
            let _ = Record::decode(&bytes);
            let _ = Head::decode(&bytes);
            let mut text = Record::from_json(MINI.as_bytes()).unwrap().encode().unwrap().into_bytes();
            let at = at % text.len();
            text.splice(at..(at + bytes.len() / 30).min(text.len()), bytes.iter().map(|b| b"Aa0+/=\n-"[usize::from(b % 8)]).take(9));
            let _ = Record::decode(&text);
            let _ = Head::decode(&text);
        }
    }
}
