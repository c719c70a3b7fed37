//! Makes a finding small: whatever can be left out while the two programs still differ is left out.

use crate::case::Case;

/// Tries that a finding is worth, two program runs each.
const TRIES: usize = 400;

/// The smallest case found that `differs` still holds for.
pub(super) fn shrink(case: Case, differs: impl Fn(&Case) -> bool) -> Case {
    let mut state = State {
        case,
        differs,
        left: TRIES,
    };
    state.files();
    state.flags();
    // Charts without metadata of their own fail in ways that hide the finding.
    let is_text = |state: &State<_>, index: usize| !state.case.files[index].0.ends_with("Chart.yaml");
    for index in (0..state.case.files.len())
        .rev()
        .filter(|index| is_text(&state, *index))
        .collect::<Vec<_>>()
    {
        state.pieces(index, |text| text.split_inclusive('\n').map(str::to_owned).collect());
    }
    for index in (0..state.case.files.len())
        .rev()
        .filter(|index| is_text(&state, *index))
        .collect::<Vec<_>>()
    {
        state.pieces(index, words);
    }
    state.case
}

struct State<F: Fn(&Case) -> bool> {
    case: Case,
    differs: F,
    left: usize,
}

impl<F: Fn(&Case) -> bool> State<F> {
    /// Takes the smaller case if it is still a finding.
    fn take(&mut self, smaller: Case) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let holds = (self.differs)(&smaller);
        if holds {
            self.case = smaller;
        }
        holds
    }

    fn files(&mut self) {
        for index in (0..self.case.files.len()).rev() {
            if self.case.files[index].0 != "c/Chart.yaml" {
                let mut smaller = self.case.clone();
                smaller.files.remove(index);
                self.take(smaller);
            }
        }
    }

    /// Words of the command line after `template r c`, single and with the one that follows.
    fn flags(&mut self) {
        let mut index = 3;
        while index < self.case.runs[0].len() {
            let taken = [2, 1].into_iter().any(|count| {
                let mut smaller = self.case.clone();
                let end = (index + count).min(smaller.runs[0].len());
                smaller.runs[0].drain(index..end);
                self.take(smaller)
            });
            if !taken {
                index += 1;
            }
        }
    }

    /// Drops runs of a file's pieces, long runs first.
    fn pieces(&mut self, file: usize, split: impl Fn(&str) -> Vec<String>) {
        let mut pieces = split(&self.case.files[file].1);
        let mut length = pieces.len().div_ceil(2);
        while length > 0 {
            let mut start = 0;
            while start < pieces.len() && self.left > 0 {
                let mut rest = pieces.clone();
                rest.drain(start..(start + length).min(rest.len()));
                let mut smaller = self.case.clone();
                smaller.files[file].1 = rest.concat();
                if self.take(smaller) {
                    pieces = rest;
                } else {
                    start += length;
                }
            }
            length = if length == 1 { 0 } else { length.div_ceil(2) };
        }
    }
}

/// Words with the space after them; a quoted text or a group in parentheses is one word.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for c in text.chars() {
        let word = words.last_mut().expect("there is always a last word");
        word.push(c);
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ' ' | '\n' if !quoted && depth == 0 => words.push(String::new()),
            _ => {}
        }
    }
    words
}
