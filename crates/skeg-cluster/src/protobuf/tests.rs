//! Lists as the API server encodes them, in pieces of every size, cut at every byte and with every byte wrong.

use super::*;

/// A field of text, bytes, or a message.
pub(crate) fn bytes(number: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut length = contents.len();
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(contents);
    out
}

/// The message in an answer as an API server sends it.
pub(crate) fn answer(message: &[u8]) -> Vec<u8> {
    let kind = [bytes(1, b"v1"), bytes(2, b"List")].concat();
    [
        b"k8s\0".to_vec(),
        bytes(1, &kind),
        bytes(2, message),
        bytes(3, b""),
        bytes(4, b""),
    ]
    .concat()
}

/// Protocol Buffers, "Base 128 Varints", "Message Structure": the examples there, numbers at their limits, and what is none.
#[test]
fn numbers_and_fields() {
    for (text, expected) in [
        (&b"\x08\x96\x01"[..], Ok((1, Field::Number(150)))),
        (b"\x12\x07testing", Ok((2, Field::Bytes(b"testing")))),
        (b"\x0d\x01\x02\x03\x04", Ok((1, Field::Fixed))),
        (b"\x09\x01\x02\x03\x04\x05\x06\x07\x08", Ok((1, Field::Fixed))),
        (
            b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            Ok((1, Field::Number(u64::MAX))),
        ),
        (b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", Err(Malformed)),
        (b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", Err(Malformed)),
        (b"\x12\x08testing", Err(Malformed)),
        (b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x", Err(Malformed)),
        (b"\x0b", Err(Malformed)),
        (b"\x08", Err(Malformed)),
        (b"\x0d\x01", Err(Malformed)),
    ] {
        assert_eq!(fields(text).next(), Some(expected), "{text:x?}");
    }
    assert_eq!(fields(b"").next(), None);
    assert_eq!(
        fields(b"\x08\x01\x08").collect::<Vec<_>>(),
        [Ok((1, Field::Number(1))), Err(Malformed)]
    );
}

/// In pieces of any size: the same fields; cut off anywhere: no end.
#[test]
fn answers_come_in_pieces() {
    let message = [
        bytes(1, b"head"),
        bytes(2, &[b'x'; 300]),
        vec![0x18, 0x05],
        bytes(2, b""),
    ]
    .concat();
    let text = answer(&message);
    let expected: Vec<_> = fields(&message).map(|field| field.unwrap()).collect();
    for size in 1..=text.len() {
        let mut inflow = Inflow::default();
        let mut found = Vec::new();
        for piece in text.chunks(size) {
            let mut read = |number, contents: &[u8]| {
                found.push((number, contents.to_vec()));
                Ok(())
            };
            inflow.take(piece, &mut read).unwrap();
            assert!(inflow.waiting.len() <= 310 + size, "what is read is forgotten");
        }
        inflow.end().unwrap();
        let expected: Vec<_> = expected
            .iter()
            .map(|(number, field)| (*number, field.bytes().to_vec()))
            .collect();
        assert_eq!(found, expected, "pieces of {size}");
    }
    let whole = text.len() - 4;
    for cut in 0..whole {
        let mut inflow = Inflow::default();
        inflow.take(&text[..cut], &mut |_, _| Ok(())).unwrap();
        assert!(inflow.end().is_err(), "cut off after {cut} of {whole}");
    }
    assert_eq!(super::message(&text), Ok(&message[..]));
}

/// Whatever single byte is wrong: an error or other fields, and no more memory than the text has.
#[test]
fn broken_answers_break_nothing() {
    let entry = [bytes(1, b"key"), bytes(2, b"value")].concat();
    let text = answer(
        &[
            bytes(3, b"message"),
            bytes(5, &bytes(4, &entry)),
            vec![0x30, 0x94, 0x03],
        ]
        .concat(),
    );
    for at in 0..text.len() {
        for byte in 0..=255 {
            let mut broken = text.clone();
            broken[at] = byte;
            let _ = status(&broken);
            for size in [1, 7, broken.len()] {
                let mut inflow = Inflow::default();
                let mut read = |_, contents: &[u8]| super::entry(contents).map(|_| ());
                let taken = broken.chunks(size).try_for_each(|piece| inflow.take(piece, &mut read));
                assert!(inflow.waiting.capacity() <= 2 * broken.len() + 8, "{taken:?}");
            }
        }
    }
}

/// The fields of a Status, as JSON would have them.
#[test]
fn refusals_are_read() {
    let cause = [bytes(1, b"FieldValueInvalid"), bytes(2, b"bad"), bytes(3, b"spec.x")].concat();
    let details = [
        bytes(1, b"web"),
        bytes(2, b"apps"),
        bytes(3, b"deployments"),
        bytes(4, &cause),
        vec![0x28, 0x07],
        bytes(6, b""),
    ]
    .concat();
    let message = [
        bytes(1, b""),
        bytes(2, b"Failure"),
        bytes(3, b"no"),
        bytes(4, b"Invalid"),
        bytes(5, &details),
        vec![0x30, 0xa6, 0x03],
    ]
    .concat();
    let expected = json!({
        "kind": "Status", "status": "Failure", "message": "no", "reason": "Invalid", "code": 422,
        "details": {
            "name": "web", "group": "apps", "kind": "deployments", "retryAfterSeconds": 7,
            "causes": [{"reason": "FieldValueInvalid", "message": "bad", "field": "spec.x"}],
        },
    });
    assert_eq!(status(&answer(&message)), Ok(expected));
    assert_eq!(status(b"k8s"), Err(Malformed));
    assert_eq!(status(b"{}"), Err(Malformed));
}
