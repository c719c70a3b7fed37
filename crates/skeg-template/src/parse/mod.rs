//! The parser: template text in, [`ParsedFile`] out.
//!
//! Control structures and nested parentheses are kept on stacks of its own, so that no depth of nesting overflows the
//! thread's. Bodies become flat instructions as they are read; this file deals with tokens and texts, [`control`] with
//! `if` and its like, [`pipeline`] with expressions.
//!
//! # Source
//! spec/rendering.md 1.2–1.5; the message texts are Go's.

mod control;
pub(crate) mod number;
mod pipeline;
pub(crate) mod unquote;

use std::sync::Arc;

use skeg_value::{FileId, Span, Str};

use crate::error::ParseError;
use crate::functions::Functions;
use crate::hash::Numbers;
use crate::lex::{Kind, Lexer, Token};
use crate::print;
use crate::program::{Ids, Instruction, Node, NodeId, NodeKind, ParsedFile, Program, Template};

use control::Open;
use pipeline::OpenPipe;

/// The most parentheses inside each other.
const MOST_PARENTHESES: usize = 10_000;

impl ParsedFile {
    /// Parses a text as the template `name`.
    ///
    /// # Errors
    /// The first mistake, in Go's words.
    ///
    /// # Source
    /// spec/rendering.md 1.2–1.5, 1.12.
    pub fn parse(name: &str, text: impl Into<Arc<[u8]>>, functions: &Functions) -> Result<ParsedFile, ParseError> {
        let text: Arc<[u8]> = text.into();
        let mut parser = Parser::new(name, text, functions);
        match parser.file() {
            Ok(()) => {
                parser.file.shrink();
                Ok(ParsedFile::new(parser.name, parser.file))
            }
            Err(Stop) => Err(parser.into_error()),
        }
    }
}

/// What an action needs, with room to spare: growing an arena copies it, what is too much is given back at the end.
const NODES_PER_ACTION: usize = 8;
const PIPES_PER_ACTION: usize = 2;
const IDS_PER_ACTION: usize = 8;

/// Parsing ended; the words are in the parser.
pub(super) struct Stop;

pub(super) type Parsed<T> = Result<T, Stop>;

/// What is particular to one template body: Go parses each `define` and `block` with a parser of its own.
struct Body {
    name: Str,
    code: Vec<Instruction>,
    blank: bool,
    /// Names in scope, by number; `$` first.
    variables: Vec<u32>,
    range_depth: usize,
    /// Where the action being read starts, if one is.
    action: Option<usize>,
    /// Tokens read ahead, the next one last.
    ahead: Vec<Token>,
    /// The token that was lexed last for this body, which tells the line of errors.
    last: Token,
    /// The open control structures.
    open: Vec<Open>,
}

impl Body {
    fn new(name: Str, at: Token) -> Body {
        Body {
            name,
            code: Vec::new(),
            blank: true,
            variables: vec![0],
            range_depth: 0,
            action: None,
            ahead: Vec::new(),
            last: at,
            open: Vec::new(),
        }
    }
}

struct Parser<'a> {
    lexer: Lexer,
    functions: &'a Functions,
    name: Arc<str>,
    file: Program,
    /// The body being read.
    body: Body,
    /// The bodies around it.
    outer: Vec<Body>,
    name_ids: Numbers,
    callee_ids: Numbers,
    /// The pipelines being read, the innermost last.
    pipes: Vec<OpenPipe>,
    /// Words of the commands being read, the innermost last.
    words: Vec<NodeId>,
    /// Commands of the pipes being read.
    commands: Vec<NodeId>,
    /// Variables of the pipes being read.
    declared: Vec<u32>,
    message: String,
}

impl<'a> Parser<'a> {
    fn new(name: &str, text: Arc<[u8]>, functions: &'a Functions) -> Self {
        let start = Token {
            kind: Kind::Eof,
            start: 0,
            end: 0,
        };
        let lexer = Lexer::new(Arc::clone(&text));
        let actions = lexer.count_delimiters();
        let file = Program {
            text,
            nodes: Vec::with_capacity(actions * NODES_PER_ACTION),
            pipes: Vec::with_capacity(actions * PIPES_PER_ACTION),
            ids: Vec::with_capacity(actions * IDS_PER_ACTION),
            names: Vec::new(),
            strings: Vec::new(),
            numbers: Vec::new(),
            callees: Vec::new(),
            templates: Vec::new(),
            main: 0,
            redefines_dollar: false,
        };
        let mut parser = Parser {
            lexer,
            functions,
            name: Arc::from(name),
            file,
            body: Body::new(Str::from(name), start),
            outer: Vec::new(),
            name_ids: Numbers::default(),
            callee_ids: Numbers::default(),
            pipes: Vec::new(),
            words: Vec::new(),
            commands: Vec::new(),
            declared: Vec::new(),
            message: String::new(),
        };
        parser.new_name("$");
        parser
    }

    /// Reads the whole file.
    fn file(&mut self) -> Parsed<()> {
        loop {
            let token = self.next_non_space();
            match token.kind {
                Kind::Eof if self.outer.is_empty() && self.body.open.is_empty() => break,
                Kind::Eof => return self.fail("unexpected EOF"),
                Kind::Text => self.text(token),
                Kind::LeftDelim => self.action(token)?,
                _ => return self.unexpected(token, "input"),
            }
        }
        let name = self.body.name.clone();
        self.finish_body()?;
        self.file.main = self.file.templates.iter().position(|t| t.name == name).unwrap_or(0);
        Ok(())
    }

    fn text(&mut self, token: Token) {
        if self.body.blank {
            self.body.blank = is_blank(&self.file.text[token.start..token.end]);
        }
        self.emit(Instruction::Text {
            start: token.start as u32,
            end: token.end as u32,
        });
    }

    /// Adds the finished body to the file's templates. Two definitions of one name are only allowed where one is
    /// blank; the other wins.
    fn finish_body(&mut self) -> Parsed<()> {
        let template = Template {
            name: self.body.name.clone(),
            code: std::mem::take(&mut self.body.code).into_boxed_slice(),
            blank: self.body.blank,
        };
        match self.file.templates.iter_mut().find(|t| t.name == template.name) {
            None => self.file.templates.push(template),
            Some(old) if old.blank => *old = template,
            Some(_) if template.blank => {}
            Some(_) => {
                let name = quoted(&template.name);
                return self.fail(format!("template: multiple definition of template {name}"));
            }
        }
        Ok(())
    }

    fn emit(&mut self, instruction: Instruction) -> usize {
        self.body.code.push(instruction);
        self.body.code.len() - 1
    }

    /// The place of the next instruction.
    fn here(&self) -> u32 {
        self.body.code.len() as u32
    }

    // Tokens.

    #[inline]
    fn next(&mut self) -> Token {
        match self.body.ahead.pop() {
            Some(token) => token,
            None => {
                let token = self.lexer.next_token();
                self.body.last = token;
                token
            }
        }
    }

    fn back(&mut self, token: Token) {
        self.body.ahead.push(token);
    }

    fn peek(&mut self) -> Token {
        let token = self.next();
        self.back(token);
        token
    }

    fn next_non_space(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Token {
        let token = self.next_non_space();
        self.back(token);
        token
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Parsed<Token> {
        let token = self.next_non_space();
        if token.kind == kind {
            Ok(token)
        } else {
            self.unexpected(token, context)
        }
    }

    fn source(&self, token: Token) -> &[u8] {
        &self.file.text[token.start..token.end]
    }

    // Errors.

    fn fail<T>(&mut self, message: impl Into<String>) -> Parsed<T> {
        self.message = message.into();
        Err(Stop)
    }

    /// Complains about a token; an error token brings its own words.
    fn unexpected<T>(&mut self, token: Token, context: &str) -> Parsed<T> {
        if token.kind != Kind::Error {
            let shown = self.show(token);
            return self.fail(format!("unexpected {shown} in {context}"));
        }
        let mut message = std::mem::take(&mut self.lexer.error);
        if let Some(action) = self.body.action {
            let (started, line) = (self.line(action), self.line(token.start));
            if started != line {
                if !message.ends_with(" action") {
                    message.push_str(" in action");
                }
                message.push_str(&format!(" started at {}:{started}", self.name));
            }
        }
        self.fail(message)
    }

    /// A token as messages show it: quoted, shortened to ten characters, keywords in angle brackets.
    fn show(&self, token: Token) -> String {
        let text = self.source(token);
        match token.kind {
            Kind::Eof => "EOF".to_owned(),
            kind if kind > Kind::Keyword => format!("<{}>", String::from_utf8_lossy(text)),
            _ if text.len() > 10 => {
                let mut end = 0;
                for _ in 0..10 {
                    end += print::decode_rune(&text[end..]).1;
                }
                quoted(&text[..end]) + "..."
            }
            _ => quoted(text),
        }
    }

    /// The 1-based line of an offset.
    fn line(&self, offset: usize) -> usize {
        self.file.text[..offset].iter().filter(|&&b| b == b'\n').count() + 1
    }

    fn into_error(self) -> ParseError {
        let Token { start, end, .. } = self.body.last;
        ParseError {
            name: self.name.to_string(),
            line: self.line(start),
            message: self.message,
            span: Span::new(FileId::default(), start, end.max(start)),
        }
    }

    // The arena.

    fn node(&mut self, kind: NodeKind, position: usize, start: usize, end: usize) -> NodeId {
        let node = Node {
            kind,
            position: position as u32,
            start: start as u32,
            end: end as u32,
        };
        self.file.nodes.push(node);
        self.file.nodes.len() as NodeId - 1
    }

    /// The number of the name that stands in the text.
    fn token_name(&mut self, start: usize, end: usize) -> u32 {
        let name = &self.file.text[start..end];
        let names = &self.file.names;
        match self.name_ids.get(name, |id| names[id as usize].as_bytes()) {
            Some(id) => id,
            None => {
                // Names come from the lexer, which only lets characters through.
                let name = String::from_utf8_lossy(name).into_owned();
                self.new_name(&name)
            }
        }
    }

    fn new_name(&mut self, name: &str) -> u32 {
        let names = &self.file.names;
        let id = self.name_ids.add(name.as_bytes(), |id| names[id as usize].as_bytes());
        self.file.names.push(name.into());
        id
    }

    fn string_id(&mut self, text: Str) -> u32 {
        self.file.strings.push(text);
        self.file.strings.len() as u32 - 1
    }

    /// Moves what lies above `base` on a stack into the file's lists.
    fn list(ids: &mut Vec<u32>, stack: &mut Vec<u32>, base: usize) -> Ids {
        let start = ids.len() as u32;
        ids.extend(stack.drain(base..));
        Ids {
            start,
            length: ids.len() as u32 - start,
        }
    }
}

/// Whether a text is white space in Go's sense, Unicode included.
fn is_blank(text: &[u8]) -> bool {
    match std::str::from_utf8(text) {
        Ok(text) => text.trim().is_empty(),
        Err(_) => false,
    }
}

/// Go's `%q`.
fn quoted(text: &[u8]) -> String {
    skeg_value::quote::quote(text)
}
