//! A template's failure taken apart: which template, and what it said.

use std::cell::RefCell;
use std::rc::Rc;

use skeg_value::Str;
use skeg_value::regex::{Groups, compiled};

/// Go's syntax: all repetitions are lazy, `.` takes line breaks, `^` and `$` are lines' ends.
const SHAPE: &str = r"(?msU)^(?:.+: |.+ \()(?:(.+):\d+:\d+).+(?:.+>)*: (.+)$";

/// The template and the message of `execution error at (x.yaml:1:3): message` and
/// `template: x.yaml:1:3: executing …: message`; none for other texts. Of a text with several lines all but the first
/// are the message.
pub(super) fn template_and_message(text: &str) -> Option<(String, String)> {
    let pattern = compiled(&Str::from(SHAPE)).ok()?;
    let first: Rc<RefCell<Option<Groups>>> = Rc::default();
    pattern.replace_all(text.as_bytes(), true, |_, groups| {
        first.borrow_mut().get_or_insert_with(|| groups.clone());
    });
    let groups = first.borrow_mut().take()?;
    let group = |number: usize| groups.get(number).cloned().flatten().map(|range| &text[range]);
    let said = match text.split_once('\n') {
        Some((_, rest)) => rest,
        None => group(2)?,
    };
    Some((group(1)?.to_owned(), said.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::template_and_message;

    #[test]
    fn failures_name_template_and_message() {
        for (text, expected) in [
            (
                "execution error at (c/templates/a.yaml:3:4): `x` must be set: see README",
                Some(("c/templates/a.yaml", "`x` must be set: see README")),
            ),
            (
                "template: c/templates/a.yaml:1:2: executing \"c/templates/a.yaml\" at <.Values.a.b>: nil pointer \
                 evaluating interface {}.b",
                Some(("c/templates/a.yaml", "nil pointer evaluating interface {}.b")),
            ),
            (
                "execution error at (c/templates/a.yaml:3:4): one\ntwo\nthree",
                Some(("c/templates/a.yaml", "two\nthree")),
            ),
            ("parse error at (c/templates/a.yaml:3): unexpected EOF", None),
        ] {
            let got = template_and_message(text);
            let got = got.as_ref().map(|(a, b)| (a.as_str(), b.as_str()));
            assert_eq!(got, expected, "{text}");
        }
    }
}
