//! JSONPath templates read into nodes.
//!
//! In: the text of a template. Out: what stands outside of braces as [`Node::Text`], each pair of braces as one
//! [`Node::Action`]. The grammar is that of Kubernetes, with its quirks: an expression ends where the next one begins,
//! `[…]` is read as a text first and understood second, so unions and filters are templates of their own.

use super::JsonPathError;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Printed as it is.
    Text(String),
    /// What stands in one pair of braces.
    Action(Vec<Step>),
}

/// One step of an action: what is found so far goes in, what is found next comes out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// A quoted text.
    Text(String),
    /// `range` and `end`; any other word is an error once it is reached.
    Word(String),
    /// `.name`, `['name']`.
    Field(String),
    /// `.*`.
    Wildcard,
    /// `..`.
    Recursive,
    /// `[from:to:step]`.
    Slice(Slice),
    /// `[a,b]`.
    Union(Vec<Vec<Step>>),
    /// `[?(left operator right)]`.
    Filter(Box<Filter>),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// `true`, `false`.
    Bool(bool),
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Slice {
    /// The first index; negative ones count from the end.
    pub(super) from: Option<i64>,
    /// The index after the last.
    pub(super) to: Option<i64>,
    /// Whether `to` was made from `from`, for a single index.
    pub(super) single: bool,
    /// Every how many.
    pub(super) step: Option<i64>,
}

/// Which items of a list are wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter {
    /// What is found in the item.
    pub(super) left: Vec<Step>,
    /// How it compares, as it was written; none to ask only whether it is there.
    pub(super) comparison: Option<(String, Vec<Step>)>,
}

/// Templates nest by unions and filters only, which are shorter each time; deeper than this is refused.
const MAX_NESTING: usize = 32;

/// Reads a template.
pub(super) fn template(text: &str) -> Result<Vec<Node>, JsonPathError> {
    read(text, 0)
}

fn read(text: &str, depth: usize) -> Result<Vec<Node>, JsonPathError> {
    if depth > MAX_NESTING {
        return Err(JsonPathError::new("expressions are nested too deeply"));
    }
    let mut nodes = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            nodes.push(Node::Text(rest[..open].to_owned()));
        }
        let mut action = Reader {
            text: rest,
            at: open + 1,
            steps: Vec::new(),
            depth,
        };
        action.action()?;
        rest = &rest[action.at..];
        nodes.push(Node::Action(action.steps));
    }
    if !rest.is_empty() {
        nodes.push(Node::Text(rest.to_owned()));
    }
    Ok(nodes)
}

/// The steps of a text that stands for the inside of one pair of braces.
fn inner(text: &str, depth: usize) -> Result<Vec<Step>, JsonPathError> {
    match read(&format!("{{{text}}}"), depth + 1)?.into_iter().next() {
        Some(Node::Action(steps)) => Ok(steps),
        _ => Ok(Vec::new()),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// Where the next character is, in bytes.
    at: usize,
    steps: Vec<Step>,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Reads up to and with the closing brace.
    fn action(&mut self) -> Result<(), JsonPathError> {
        loop {
            if let Some(inside) = self.rest().strip_prefix("[?(") {
                self.at = self.text.len() - inside.len();
                self.filter()?;
                continue;
            }
            if self.rest().starts_with("..") {
                self.recursive()?;
                continue;
            }
            let start = self.at;
            match self.next() {
                Some('}') => return Ok(()),
                None | Some('\n' | '\r') => return Err(JsonPathError::new("unclosed action")),
                Some(' ' | '@' | '$') => {}
                Some('[') => self.brackets()?,
                Some(quote @ ('"' | '\'')) => self.quoted(start, quote)?,
                Some('.') => self.field(),
                Some(c) if c == '+' || c == '-' || c.is_numeric() => self.number(start)?,
                Some(c) if c == '_' || c.is_alphabetic() => self.word(start),
                Some(c) => {
                    let code = u32::from(c);
                    let shown = if c.is_control() {
                        String::new()
                    } else {
                        format!(" '{c}'")
                    };
                    return Err(JsonPathError::new(format!(
                        "unrecognized character in action: U+{code:04X}{shown}"
                    )));
                }
            }
        }
    }

    fn recursive(&mut self) -> Result<(), JsonPathError> {
        if self.steps.last() == Some(&Step::Recursive) {
            return Err(JsonPathError::new("invalid multiple recursive descent"));
        }
        self.at += 2;
        self.steps.push(Step::Recursive);
        if self.rest().starts_with(|c: char| c == '_' || c.is_alphanumeric()) {
            self.field();
        }
        Ok(())
    }

    /// Moves to the next character that ends a name; `\` takes away the meaning of the one after it.
    fn name(&mut self) -> &'t str {
        let start = self.at;
        while let Some(c) = self.rest().chars().next() {
            if ends_name(c) {
                break;
            }
            self.at += c.len_utf8();
            if c == '\\' {
                self.next();
            }
        }
        &self.text[start..self.at]
    }

    fn field(&mut self) {
        let name = self.name();
        self.steps.push(if name == "*" {
            Step::Wildcard
        } else {
            Step::Field(name.replace('\\', ""))
        });
    }

    fn word(&mut self, start: usize) {
        while let Some(c) = self.rest().chars().next().filter(|c| !ends_name(*c)) {
            self.at += c.len_utf8();
        }
        self.steps.push(match &self.text[start..self.at] {
            "true" => Step::Bool(true),
            "false" => Step::Bool(false),
            word => Step::Word(word.to_owned()),
        });
    }

    fn number(&mut self, start: usize) -> Result<(), JsonPathError> {
        while let Some(c) = self.rest().chars().next().filter(|c| *c == '.' || c.is_numeric()) {
            self.at += c.len_utf8();
        }
        let text = &self.text[start..self.at];
        let step = match (text.parse(), text.parse()) {
            (Ok(whole), _) => Step::Int(whole),
            (_, Ok(number)) => Step::Float(number),
            _ => return Err(JsonPathError::new(format!("cannot parse number {text}"))),
        };
        self.steps.push(step);
        Ok(())
    }

    fn quoted(&mut self, start: usize, quote: char) -> Result<(), JsonPathError> {
        let mut before = quote;
        loop {
            match self.next() {
                None | Some('\n') => return Err(JsonPathError::new("unterminated quoted string")),
                Some(c) if c == quote && before != '\\' => break,
                Some(c) => before = c,
            }
        }
        let text = &self.text[start..self.at];
        let value = unquote(&text[1..text.len() - 1], quote)
            .ok_or_else(|| JsonPathError::new(format!("unquote string {text} error invalid syntax")))?;
        self.steps.push(Step::Text(value));
        Ok(())
    }

    /// What follows `[`.
    fn brackets(&mut self) -> Result<(), JsonPathError> {
        let rest = self.rest();
        let end = rest.find([']', '\n']).filter(|end| rest[*end..].starts_with(']'));
        let Some(end) = end else {
            return Err(JsonPathError::new("unterminated array"));
        };
        self.at += end + 1;
        let text = if &rest[..end] == "*" { ":" } else { &rest[..end] };
        if text.contains(',') {
            let parts = text
                .split(',')
                .map(|part| inner(&format!("[{}]", part.trim_matches(' ')), self.depth));
            self.steps.push(Step::Union(parts.collect::<Result<_, _>>()?));
            return Ok(());
        }
        let key = text
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''))
            .filter(|key| !key.contains('\''));
        if let Some(key) = key {
            self.steps.extend(inner(&format!(".{key}"), self.depth)?);
            return Ok(());
        }
        self.steps.push(Step::Slice(slice(text)?));
        Ok(())
    }

    /// What follows `[?(`.
    fn filter(&mut self) -> Result<(), JsonPathError> {
        let start = self.at;
        let (mut quote, mut is_closed, mut before) = (None, false, '(');
        loop {
            let Some(c) = self.next().filter(|c| *c != '\n') else {
                return Err(JsonPathError::new("unterminated filter"));
            };
            match (c, quote) {
                ('"' | '\'', None) => quote = Some(c),
                ('"' | '\'', Some(quote)) if c == quote && before != '\\' => is_closed = true,
                (')', quote) if quote.is_some() == is_closed => break,
                _ => {}
            }
            before = c;
        }
        let text = &self.text[start..self.at - 1];
        if self.next() != Some(']') {
            return Err(JsonPathError::new("unclosed array expect ]"));
        }
        let filter = match comparison(text) {
            None => Filter {
                left: inner(text, self.depth)?,
                comparison: None,
            },
            Some((left, operator, right)) => Filter {
                left: inner(left, self.depth)?,
                comparison: Some((operator.to_owned(), inner(right, self.depth)?)),
            },
        };
        self.steps.push(Step::Filter(Box::new(filter)));
        Ok(())
    }
}

fn ends_name(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\r' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}'
    )
}

/// The two sides of a comparison and what stands between them; none where a side or the operator is missing.
fn comparison(text: &str) -> Option<(&str, &str, &str)> {
    let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
    let start = text.find(is_operator).filter(|start| *start > 0)?;
    let length = text[start..].find(|c| !is_operator(c)).unwrap_or(text.len() - start);
    // With nothing behind them, the last of several signs counts as the right side.
    let length = if start + length == text.len() {
        length - 1
    } else {
        length
    };
    (length > 0).then(|| (&text[..start], &text[start..start + length], &text[start + length..]))
}

fn slice(text: &str) -> Result<Slice, JsonPathError> {
    let invalid = || JsonPathError::new(format!("invalid array index {text}"));
    let parts: Vec<&str> = text.split(':').collect();
    let is_index = |part: &str| {
        part.strip_prefix('-')
            .unwrap_or(part)
            .bytes()
            .all(|b| b.is_ascii_digit())
    };
    if parts.len() > 3 || !parts.iter().all(|part| is_index(part)) {
        return Err(invalid());
    }
    let number = |index: usize| match parts.get(index) {
        None | Some(&"") => Ok(None),
        Some(part) => part
            .parse()
            .map(Some)
            .map_err(|_| JsonPathError::new(format!("array index {part} is not a number"))),
    };
    let from: Option<i64> = number(0)?;
    let single = parts.len() == 1;
    let to = if single {
        Some(from.unwrap_or(0).saturating_add(1))
    } else {
        number(1)?
    };
    Ok(Slice {
        from,
        to,
        single,
        step: number(2)?,
    })
}

/// A quoted text without its quotes and escapes; none where an escape is not known.
fn unquote(text: &str, quote: char) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let escape = rest.next()?;
        out.push(match escape {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' => '\\',
            c if c == quote => c,
            'x' => number(&mut rest, "", 2, 16)?,
            'u' => number(&mut rest, "", 4, 16)?,
            'U' => number(&mut rest, "", 8, 16)?,
            c @ '0'..='7' => number(&mut rest, c.encode_utf8(&mut [0; 4]), 2, 8)?,
            _ => return None,
        });
    }
    Some(out)
}

/// A character from `count` more digits.
fn number(rest: &mut std::str::Chars<'_>, first: &str, count: usize, radix: u32) -> Option<char> {
    let digits: String = first.chars().chain(rest.by_ref().take(count)).collect();
    (digits.len() == first.len() + count).then(|| u32::from_str_radix(&digits, radix).ok().and_then(char::from_u32))?
}
