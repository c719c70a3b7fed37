//! Reading paths.
//!
//! A hand-written reader over the bytes; positions in messages count from 0 in bytes, as the original's do.

use std::rc::Rc;

use skeg_value::comparison::Comparison;
use skeg_value::quote::quote;
use skeg_value::regex::Pattern;
use skeg_value::{Str, Value};

use super::filter::{Filter, Regex, Term};
use super::{Slice, Step};

/// Reads a whole path.
pub(super) fn path(text: &str) -> Result<Vec<Step>, String> {
    let mut reader = Reader {
        text,
        at: 0,
        filters: 0,
    };
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let is_rooted = reader.eat("$");
    let steps = reader.steps(!is_rooted)?;
    if reader.at < text.len() {
        return Err(reader.complain("invalid path syntax"));
    }
    Ok(steps)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// How many filters are open.
    filters: usize,
}

/// Nested filters deeper than this are refused.
const DEEPEST: usize = 64;

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, word: &str) -> bool {
        let is_there = self.rest().starts_with(word);
        if is_there {
            self.at += word.len();
        }
        is_there
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Whether a word is next, blanks aside.
    fn eat_spaced(&mut self, word: &str) -> bool {
        let before = self.at;
        self.skip_blanks();
        let is_there = self.eat(word);
        if is_there {
            self.skip_blanks();
        } else {
            self.at = before;
        }
        is_there
    }

    fn complain(&self, what: &str) -> String {
        let before = &self.text[..self.at];
        let context: String = {
            let chars: Vec<char> = before.chars().collect();
            chars[chars.len().saturating_sub(20)..].iter().collect()
        };
        format!(
            "{what} at position {}, following {}",
            self.at,
            quote(context.as_bytes())
        )
    }

    /// Steps up to the end of the path, or of the term of a filter. `plain`: whether a name may come first, undotted.
    fn steps(&mut self, plain: bool) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        let mut first = plain;
        while let Some(next) = self.peek() {
            if self.filters > 0 && matches!(next, ')' | ' ' | '&' | '|' | '=' | '!' | '>' | '<' | ',') {
                break;
            }
            if next == '~' {
                return Err(self.complain("invalid path syntax"));
            }
            let done = self.step(first, &mut steps)?;
            first = false;
            if done {
                if self.at < self.text.len() {
                    return Err(self.complain("property name operator may only be used on last child in path"));
                }
                break;
            }
        }
        Ok(steps)
    }

    /// One step; whether it must be the last one.
    fn step(&mut self, first: bool, steps: &mut Vec<Step>) -> Result<bool, String> {
        if self.eat("..") {
            steps.push(Step::Descend);
            let name = self.take_until(&['.', '[']);
            return match name {
                "" if self.rest().starts_with('[') => Ok(false),
                "" => Err(self.complain("child name or array access or filter missing after recursive descent")),
                "*" => {
                    steps.push(Step::All);
                    Ok(false)
                }
                name => {
                    steps.push(Step::Children(vec![unescape(name)]));
                    Ok(false)
                }
            };
        }
        if self.eat(".") {
            return self.child(&['.', '[', ')', ' ', '&', '|', '=', '!', '>', '<', '~'], steps);
        }
        if self.rest().starts_with('[') {
            return self.bracket(steps);
        }
        if first {
            return self.child(&['.', '[', ']', ')', ' ', '&', '|', '=', '!', '>', '<', '~'], steps);
        }
        match self.peek() {
            Some(other) if " &|=!><".contains(other) => Err(self.complain(&format!("invalid character {other:?}"))),
            _ => Err(self.complain("invalid path syntax")),
        }
    }

    fn child(&mut self, stops: &[char], steps: &mut Vec<Step>) -> Result<bool, String> {
        let name = self.take_until(stops);
        if name.is_empty() {
            return Err(self.complain("child name missing"));
        }
        if self.eat("~") {
            steps.push(Step::Names(vec![unescape(name)]));
            return Ok(true);
        }
        steps.push(match name {
            "*" => Step::All,
            name => Step::Children(vec![unescape(name)]),
        });
        Ok(false)
    }

    fn take_until(&mut self, stops: &[char]) -> &'t str {
        let rest = self.rest();
        let end = rest.find(stops).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// What stands in brackets: names, subscripts or a filter.
    fn bracket(&mut self, steps: &mut Vec<Step>) -> Result<bool, String> {
        if self.eat("[?(") {
            if self.filters >= DEEPEST {
                return Err(self.complain("filters are nested too deeply"));
            }
            let after_descent = matches!(steps.last(), Some(Step::Descend));
            self.filters += 1;
            self.skip_blanks();
            if self.rest().starts_with(")]") {
                return Err(self.complain("missing filter"));
            }
            let filter = self.any_of()?;
            self.skip_blanks();
            if !self.eat(")]") {
                let what = if self.rest().is_empty() {
                    "missing end of filter"
                } else {
                    "invalid filter expression"
                };
                return Err(self.complain(what));
            }
            self.filters -= 1;
            steps.push(Step::Filter { filter, after_descent });
            return Ok(false);
        }
        let start = self.at;
        self.at += 1;
        self.skip_blanks();
        if self.rest().starts_with(['\'', '"']) {
            let names = self.names()?;
            if self.eat("~") {
                steps.push(Step::Names(names));
                return Ok(true);
            }
            steps.push(Step::Children(names));
            return Ok(false);
        }
        self.at = start + 1;
        let Some(length) = self.rest().find(']') else {
            self.at = self.text.len();
            return Err(self.complain("unmatched ["));
        };
        let inside = &self.rest()[..length];
        self.at += length + 1;
        if inside.is_empty() {
            return Err(format!("subscript missing from [] before position {}", self.at));
        }
        let slices = slices(inside)
            .map_err(|reason| format!("invalid array index [{inside}] before position {}: {reason}", self.at))?;
        if self.eat("~") {
            if slices != [Slice::All] {
                return Err(self.complain("property name operator can only be used on map nodes"));
            }
            steps.push(Step::AllNames);
            return Ok(true);
        }
        steps.push(Step::Elements(slices));
        Ok(false)
    }

    /// Quoted names, divided by commas, and the closing bracket.
    fn names(&mut self) -> Result<Vec<Str>, String> {
        let mut names = Vec::new();
        loop {
            self.skip_blanks();
            let Some(quote) = self.peek().filter(|c| matches!(c, '\'' | '"')) else {
                return Err(self.complain(r#"missing "'" or '"'"#));
            };
            self.at += 1;
            names.push(self.quoted(quote)?);
            if !self.eat_spaced(",") {
                break;
            }
        }
        self.skip_blanks();
        if self.eat("]") {
            Ok(names)
        } else {
            Err(self.complain(r#"missing "]" or ",""#))
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Str, String> {
        let start = self.at;
        loop {
            match self.peek() {
                None => {
                    let shown = if quote == '"' { "'\"'" } else { "\"'\"" };
                    return Err(self.complain(&format!("unmatched {shown}")));
                }
                Some('\\') => {
                    let escaped = self.rest()[1..].chars().next();
                    if escaped != Some('\\') && escaped != Some(quote) {
                        return Err(self.complain(&format!("unsupported escape sequence inside {quote}{quote}")));
                    }
                    self.at += 2;
                }
                Some(c) if c == quote => {
                    let name = unescape(&self.text[start..self.at]);
                    self.at += 1;
                    return Ok(name);
                }
                Some(c) => self.at += c.len_utf8(),
            }
        }
    }

    fn any_of(&mut self) -> Result<Filter, String> {
        let mut filter = self.all_of()?;
        while self.eat_spaced("||") {
            filter = Filter::Or(Box::new(filter), Box::new(self.all_of()?));
        }
        Ok(filter)
    }

    fn all_of(&mut self) -> Result<Filter, String> {
        let mut filter = self.condition()?;
        while self.eat_spaced("&&") {
            filter = Filter::And(Box::new(filter), Box::new(self.condition()?));
        }
        Ok(filter)
    }

    fn condition(&mut self) -> Result<Filter, String> {
        self.skip_blanks();
        if self.rest().starts_with('!') && !self.rest().starts_with("!=") {
            self.at += 1;
            return self.nested(|reader| Ok(Filter::Not(Box::new(reader.condition()?))));
        }
        if self.eat("(") {
            let inner = self.nested(Self::any_of)?;
            self.skip_blanks();
            if !self.eat(")") {
                return Err(self.complain("missing end of filter"));
            }
            return Ok(inner);
        }
        let left = self.term()?;
        self.skip_blanks();
        if self.eat("=~") {
            return self.matches(left);
        }
        let Some((sign, comparison)) = Comparison::at_start(self.rest()) else {
            return Ok(match left {
                Term::Literal(Value::Bool(value)) => Filter::Constant(value),
                Term::Literal(_) => Filter::Constant(false),
                path => Filter::Exists(path),
            });
        };
        self.eat(sign);
        let is_order = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        self.skip_blanks();
        // Only single quotes make a text that has no order; so it is in the original.
        let is_text = matches!(left, Term::Literal(Value::String(_))) || self.rest().starts_with('\'');
        if is_order && is_text {
            return Err(self.complain(&format!("strings cannot be compared using {sign}")));
        }
        let right = self.term()?;
        Ok(Filter::Compare(left, comparison, right))
    }

    /// Reads something inside of something, not too deep.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Filter, String>) -> Result<Filter, String> {
        if self.filters >= DEEPEST {
            return Err(self.complain("filters are nested too deeply"));
        }
        self.filters += 1;
        let filter = read(self)?;
        self.filters -= 1;
        Ok(filter)
    }

    fn term(&mut self) -> Result<Term, String> {
        self.skip_blanks();
        if self.eat("@") {
            return Ok(Term::Here(self.term_steps()?));
        }
        if self.eat("$") {
            return Ok(Term::Root(self.term_steps()?));
        }
        for (word, value) in [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ] {
            if self.eat(word) {
                return Ok(Term::Literal(value));
            }
        }
        match self.peek() {
            Some(quote @ ('\'' | '"')) => {
                let rest = &self.rest()[1..];
                let Some(end) = rest.find(quote) else {
                    return Err(self.complain(&format!("unmatched string delimiter {quote}")));
                };
                self.at += end + 2;
                Ok(Term::Literal(Value::from(&rest[..end])))
            }
            Some(c) if c.is_ascii_digit() || c == '.' || c == '-' => {
                let rest = self.rest();
                let end = rest
                    .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | 'e' | 'E' | '-'))
                    .unwrap_or(rest.len());
                let text = &rest[..end];
                self.at += end;
                if let Ok(int) = text.parse::<i64>() {
                    return Ok(Term::Literal(Value::int(int)));
                }
                match text.parse::<f64>() {
                    Ok(float) => Ok(Term::Literal(Value::Float(float))),
                    Err(_) => Err(self.complain(&format!("invalid number {text:?}"))),
                }
            }
            None => Err(self.complain("missing end of filter")),
            Some(_)
                if ["==", "!=", "&&", "||", ">", "<"]
                    .iter()
                    .any(|sign| self.rest().starts_with(sign)) =>
            {
                Err(self.complain("missing first operand for binary operator"))
            }
            Some(_) => Err(self.complain("invalid filter term")),
        }
    }

    fn term_steps(&mut self) -> Result<Rc<[Step]>, String> {
        Ok(self.steps(false)?.into())
    }

    fn matches(&mut self, left: Term) -> Result<Filter, String> {
        if matches!(left, Term::Literal(_)) {
            return Err(self.complain("literal cannot be matched using =~"));
        }
        self.skip_blanks();
        if !self.eat("/") {
            return Err(self.complain("regular expression does not start with /"));
        }
        let mut pattern = String::new();
        loop {
            match self.peek() {
                None => return Err(self.complain("unmatched regular expression delimiter /")),
                Some('/') => break,
                Some('\\') => {
                    let escaped = self.rest()[1..].chars().next();
                    self.at += 1 + escaped.map_or(0, char::len_utf8);
                    if escaped != Some('/') {
                        pattern.push('\\');
                    }
                    pattern.extend(escaped);
                }
                Some(c) => {
                    self.at += c.len_utf8();
                    pattern.push(c);
                }
            }
        }
        self.at += 1;
        let compiled = Pattern::new(pattern.as_bytes())
            .map_err(|reason| self.complain(&format!("invalid regular expression: {reason}")))?;
        Ok(Filter::Matches(left, Rc::new(Regex(compiled))))
    }
}

/// A name without its escapes: a backslash stands for the character after it.
fn unescape(name: &str) -> Str {
    if !name.contains('\\') {
        return Str::from(name);
    }
    let mut text = String::with_capacity(name.len());
    let mut escaped = false;
    for c in name.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            text.push(c);
        }
    }
    Str::from(text)
}

/// A subscript without its brackets.
fn slices(text: &str) -> Result<Vec<Slice>, String> {
    let members: Vec<&str> = text.split(',').collect();
    if let [only] = members.as_slice() {
        return slice(only).map(|slice| vec![slice]);
    }
    members
        .iter()
        .enumerate()
        .map(|(index, member)| {
            match slice(member) {
                Ok(Slice::All) => Err("wildcard cannot be used in union".to_owned()),
                other => other,
            }
            .map_err(|reason| format!("error in union member {index}: {reason}"))
        })
        .collect()
}

fn slice(text: &str) -> Result<Slice, String> {
    let text = text.trim();
    if text == "*" {
        return Ok(Slice::All);
    }
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 {
        return Err("malformed array index, too many colons".to_owned());
    }
    let numbers = parts
        .iter()
        .map(|part| match part.trim() {
            "" => Ok(None),
            part => part
                .parse::<i64>()
                .map(Some)
                .map_err(|_| "non-integer array index".to_owned()),
        })
        .collect::<Result<Vec<Option<i64>>, String>>()?;
    match numbers.as_slice() {
        [None] => Err("array index missing".to_owned()),
        [Some(index)] => Ok(Slice::Index(*index)),
        [_, _, Some(0)] => Err("array index step value must be non-zero".to_owned()),
        [from, to, rest @ ..] => Ok(Slice::Range {
            from: *from,
            to: *to,
            step: rest.first().copied().flatten().unwrap_or(1),
        }),
        [] => Err("array index missing".to_owned()),
    }
}
