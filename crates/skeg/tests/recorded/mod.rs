//! Reads files of recorded command lines and answers; record.py says how they look.

use crate::answer::Answer;

/// A command line and the answer to it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) line: String,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) words: Vec<String>,
    pub(crate) answer: Answer,
}

/// The cases of a file.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let mut words = split(command);
            let first = words
                .iter()
                .position(|word| !word.contains('='))
                .expect("a case names the program");
            let env = words.drain(..first).map(|word| {
                let (name, value) = word.split_once('=').expect("a variable has a value");
                (name.to_owned(), value.to_owned())
            });
            let env = env.collect();
            cases.push(Case {
                line: line.to_owned(),
                env,
                words,
                answer: Answer::default(),
            });
            continue;
        }
        let Some((mark, rest)) = line.split_at_checked(2) else {
            continue;
        };
        let Some(case) = cases.last_mut() else { continue };
        let into = match mark {
            "| " => &mut case.answer.stdout,
            "! " => &mut case.answer.stderr,
            "= " => {
                case.answer.status = rest.parse().expect("a status is a number");
                continue;
            }
            _ => panic!("what is {line:?}?"),
        };
        match rest.strip_suffix('\\') {
            Some(last) => into.push_str(last),
            None => *into = format!("{into}{rest}\n"),
        }
    }
    cases
}

/// Splits at blanks; single quotes hold a word together, and `\'` outside of them is a quote.
fn split(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '\\' if !quoted => word.get_or_insert_default().extend(letters.next()),
            ' ' if !quoted => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}
