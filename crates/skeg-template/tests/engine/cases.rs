//! Replays what Go's text/template said to some 900 templates (see `../cases/README.md`).

use skeg_value::{Value, quote};

use crate::host::{data, render};

/// The template that a line of a case file stands for. The engine itself reads the Go literal, whose reading has tests
/// of its own.
fn template(line: &str) -> Vec<u8> {
    if !line.starts_with('"') {
        return line.as_bytes().to_vec();
    }
    render(format!("{{{{{line}}}}}").as_bytes(), &Value::Null).expect("a case that starts with a quote is a literal")
}

fn answer(line: &str) -> String {
    match render(&template(line), &data()) {
        Ok(out) => format!("= {}", quote::quote(&out)),
        Err(text) => format!("! {}", text.replace('\n', "⏎")),
    }
}

/// Checks all cases of a file, at least so many.
fn replay(file: &str, text: &str, least: usize) {
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    while let (Some(line), Some(expected)) = (lines.next(), lines.next()) {
        count += 1;
        let got = answer(line);
        if got != expected {
            wrong.push(format!("{line}\n  Go:  {expected}\n  we:  {got}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{file}: {} of {count} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= least, "{file}: only {count} cases");
}

macro_rules! replays {
    ($($name:ident: $least:literal),* $(,)?) => {$(
        #[test]
        fn $name() {
            let file = concat!(stringify!($name), ".case");
            replay(file, include_str!(concat!("../cases/", stringify!($name), ".case")), $least);
        }
    )*};
}

replays! {
    lexing: 70,
    pipelines: 65,
    variables: 40,
    control: 110,
    fields: 130,
    builtins: 115,
    printf: 250,
}
