//! Pages of records as they come: both forms tell the same, and what is cut off or wrong is an error.

use super::*;
use crate::protobuf::tests::{answer, bytes};

fn read(item: Item<'_>) -> Option<(String, String, Vec<u8>)> {
    let label = item.metadata.labels.get("status").cloned().unwrap_or_default();
    Some((item.metadata.name.clone(), label, item.text(true).ok()?.into_owned()))
}

fn secret(name: &str, text: &[u8]) -> Vec<u8> {
    let label = [bytes(1, b"status"), bytes(2, b"deployed")].concat();
    let metadata = [bytes(1, name.as_bytes()), bytes(6, b"7"), bytes(11, &label)].concat();
    let data = [bytes(1, b"release"), bytes(2, text)].concat();
    [bytes(1, &metadata), bytes(2, &data), bytes(3, b"helm.sh/release.v1")].concat()
}

/// Both forms tell the same, piece by piece; an answer that was cut off counts for nothing once it begins again.
#[test]
fn both_forms_tell_the_same() {
    let json = br#"{"metadata":{"continue":"next"},"items":[
        {"metadata":{"name":"a","resourceVersion":"7","labels":{"status":"deployed"}},"data":{"release":"b25l"}},
        {"metadata":{"name":"b","resourceVersion":"7","labels":{"status":"deployed"}},"data":{"release":"dHdv"}}]}"#;
    let metadata = [bytes(2, b"9"), bytes(3, b"next")].concat();
    let list = [
        bytes(1, &metadata),
        bytes(2, &secret("a", b"one")),
        bytes(2, &secret("b", b"two")),
    ]
    .concat();
    let expected = ["a", "b"].map(|name| {
        let text = if name == "a" { "one" } else { "two" };
        (name.to_owned(), "deployed".to_owned(), text.as_bytes().to_vec())
    });
    for text in [json.to_vec(), answer(&list)] {
        for size in [1, 5, 100, text.len()] {
            let mut pages = Pages::new(&read);
            for cut in [0, text.len() / 2, text.len() - 40] {
                pages.begin();
                pages.take(&text[..cut]).unwrap();
            }
            for _ in 0..2 {
                pages.begin();
                for piece in text.chunks(size) {
                    pages.take(piece).unwrap();
                }
                assert_eq!(pages.turn().unwrap(), "next");
            }
            assert_eq!(
                pages.found(),
                [expected.clone(), expected.clone()].concat(),
                "pieces of {size}"
            );
        }
    }
}

/// What ends too early, or is nothing that was asked for, is an error and not an empty list.
#[test]
fn half_an_answer_is_none() {
    for text in [
        &b""[..],
        b"<html>",
        b"k8s",
        &answer(&bytes(2, &secret("a", b"one")))[..40],
    ] {
        let mut pages = Pages::new(&read);
        pages.begin();
        let taken = pages.take(text);
        assert!(
            taken.and_then(|()| pages.turn()).is_err(),
            "{}",
            String::from_utf8_lossy(text)
        );
    }
    let mut pages = Pages::new(&read);
    pages.begin();
    pages.take(&answer(b"")).unwrap();
    assert_eq!(pages.turn().unwrap(), "", "a list of nothing");
}
