//! Quick steps give what the tokens give, event by event and fault by fault.

use super::super::super::input::Input;
use super::super::{Event, Parser, Say};

/// All that a document comes to: its events, and the fault at the end if there is one.
fn events(text: &[u8], is_quick: bool) -> (Vec<String>, Option<String>) {
    let input = Input::new(text);
    let mut parser = Parser::new(&input.text, input.pages.clone());
    parser.is_quick &= is_quick;
    let mut events = Vec::new();
    loop {
        match parser.next_event() {
            Ok(event) => {
                events.push(told(&event, &input.text));
                if matches!(event.say, Say::DocumentEnd | Say::StreamEnd) {
                    return (events, None);
                }
            }
            Err(fault) => return (events, Some(format!("{fault:?}"))),
        }
    }
}

fn told(event: &Event, text: &[u8]) -> String {
    let scalar = String::from_utf8_lossy(event.scalar.text(text, &mut Vec::new())).into_owned();
    let (style, verbatim) = (event.scalar.style, event.scalar.verbatim_range());
    let Event {
        say,
        tag,
        plain,
        line,
        start,
        end,
        anchor,
        ..
    } = event;
    format!("{say:?} {tag:?} {plain} {line} {start}..{end} {anchor:?} {style:?} {verbatim:?} {scalar:?}")
}

fn check(text: &str) {
    let (quick, fault) = events(text.as_bytes(), true);
    let (slow, slow_fault) = events(text.as_bytes(), false);
    assert_eq!(fault, slow_fault, "the fault of {text:?}");
    // A fault may be met before the events that precede it in the text have been told.
    let told = if fault.is_some() {
        slow.len()
    } else {
        quick.len().max(slow.len())
    };
    assert_eq!(
        quick.iter().take(told).collect::<Vec<_>>(),
        slow.iter().collect::<Vec<_>>(),
        "the events of {text:?}"
    );
}

#[test]
fn usual_lines_and_their_neighbours() {
    for text in [
        "a: b\nc: d\n",
        "a:\n  b: 1\n  c:\n    - x\n    - y: 1\n      z: 2\nd: e\n",
        "a:\n- b\n- c: 1\n  d: 2\ne: f\n",
        "a:\n- - b\n  - c\n-\n- d\n",
        "a: 'x'\nb: \"y\\n\"\n'c': d\n\"e\" : f\n\"g\": h\n'i''j': k\n",
        "a: |\n  text\n  more\nb: >-\n  folded\n\nc: d\n",
        "a: b # c\n# d\n\n  # e\nf: # g\n  h: i\n",
        "a: b\n  c\nd: e\n",
        "a: b\n # c\n  d: e\n",
        "a: b: c\n",
        "a: - b\n",
        "a : b\nc\t: d\ne:\tf\n",
        "a:\nb:\nc: ~\n",
        "a:\n  b\nc\n",
        "- a\n- b: c\n  d: e\n-\n  f: g\n- - h\n",
        "- a: b\n c: d\n",
        "a:\n    b: 1\n  c: 2\n",
        "a: b\n---\nc: d\n",
        "a: b\n...\n",
        "a: {}\nb: []\nc: [1, {d: e}]\nf: g\n",
        "a: &x b\nc: *x\n<<: {d: e}\n",
        "a: !!str 1\n? b\n: c\n",
        "a: http://b:80/c#d\ne: -f\ng: -1\nh: ?i\n",
        "a: b\u{85}c: d\n",
        "a: b \u{2028} c\n",
        "a: \u{e9}\u{20ac}\nb\u{e9}: c\n",
        "a: b\r\nc: d\r\n",
        "a: b\rc: d",
        "a: b",
        "a:",
        "a: 'b",
        "a: \"b\n  c\" \nd: e\n",
        "a: \"b\n  c\": d\n",
        "- \"a\": b\n- 'c' : d\n- 'e' f\n",
        "a: b\n\tc: d\n",
        "a:\n\t- b\n",
        "a: b\n \tc\n",
        "-\ta\n",
        "a: |\n",
        "a: |x\n",
        "a: b\n%c: d\n",
        "a: b\n--- c\n",
        "a: b\n---c: d\n",
        "a: @b\n",
        "a: `b\n",
        "a: b\n]\n",
        "a: b ]\n- c\n",
        "a:\n - b\n- c\n",
        "a:\n- b\n c: d\n",
    ] {
        check(text);
    }
    let long = format!("a: b\n{}: c\n{}: d\n", "k".repeat(1024), "k".repeat(1025));
    check(&long);
    let deep: String = (0..200).map(|depth| format!("{}a:\n", "  ".repeat(depth))).collect();
    check(&deep);
}

/// Lines put together by chance; the same ones each time.
#[test]
fn lines_by_chance() {
    const PARTS: &[&str] = &[
        "a",
        "b: ",
        "c:",
        "- ",
        "-",
        "d e",
        ":",
        ": ",
        " ",
        "  ",
        "    ",
        "\n",
        "\n",
        "\n",
        "\n  ",
        "\n    ",
        "\n- ",
        "\n  - ",
        "'q'",
        "\"r\"",
        "'s",
        "\"t\\n\"",
        "|\n",
        ">-\n",
        "#",
        " # x",
        "{}",
        "[]",
        "[u, v]",
        "{w: x}",
        "&y ",
        "*y",
        "!!str ",
        "<<: ",
        "---",
        "...",
        "%",
        "\t",
        "\r\n",
        "1.5",
        "null",
        "~",
        "? ",
        ",",
        "\u{85}",
        "\u{e9}",
        "http://h:1",
        "k: v\n",
        "  k: v\n",
        "    k: v\n",
        "  - i\n",
        "- i: j\n",
        "\nk: 'v'\n",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut below = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    for _ in 0..60_000 {
        let parts = 1 + below(24);
        let text: String = (0..parts).map(|_| PARTS[below(PARTS.len())]).collect();
        check(&text);
    }
}
