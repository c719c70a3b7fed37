//! From tokens to events: the grammar of YAML 1.1 as a machine with a stack of states, one event a call.

mod flow;
mod quick;
mod tag;

use super::error::{Fault, Scan, Stage};
use super::input::Pages;
use super::scalar::{Scalar, Style};
use super::scanner::{Kind, Scanner, Token};
pub(super) use tag::Tag;

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Say {
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    Alias,
    Scalar,
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) say: Say,
    pub(super) tag: Tag,
    /// Whether the node had no explicit tag and was not quoted, so that its text decides what it is.
    pub(super) plain: bool,
    /// 0-based line on which the node begins, with its anchor and tag.
    pub(super) line: u32,
    /// The bytes of the node, or of the start of a collection, without anchor and tag.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The bytes of the name of the node's anchor, or of the one that an alias means.
    pub(super) anchor: Option<(u32, u32)>,
    pub(super) scalar: Scalar,
}

impl Event {
    /// The name of the anchor.
    pub(super) fn anchor_name<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        self.anchor.map(|(start, end)| &text[start as usize..end as usize])
    }

    /// Whether the scalar is the key `<<` that merges maps.
    #[inline]
    pub(super) fn is_merge_key(&self, text: &[u8]) -> bool {
        self.say == Say::Scalar
            && (self.plain || matches!(self.tag, Tag::Bang | Tag::Merge))
            && match self.scalar.verbatim(text) {
                Some(key) => key == b"<<",
                None => self.scalar.text(text, &mut Vec::new()) == b"<<",
            }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    ImplicitDocument,
    DocumentContent,
    DocumentEnd,
    Done,
    BlockNode,
    BlockSequenceEntry {
        first: bool,
    },
    IndentlessSequenceEntry,
    BlockMappingKey {
        first: bool,
    },
    BlockMappingValue,
    /// Behind the colon of a key.
    BlockMappingContent,
    FlowSequenceEntry {
        first: bool,
    },
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingKey {
        first: bool,
    },
    FlowMappingValue,
    FlowMappingNoValue,
}

/// Where a node stands, which decides what may begin it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Block,
    /// As a key or value in a block mapping, where a sequence need not be indented.
    BlockOrIndentless,
    Flow,
}

/// The parser of the first document of a text.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    scanner: Scanner<'t>,
    state: State,
    states: Vec<State>,
    /// What the handles of tags stand for, beyond the standard ones.
    handles: Vec<(Vec<u8>, Vec<u8>)>,
    /// Line and end of the `:` or `-` read last: where an empty node stands.
    indicator: (u32, u32),
    /// Whether steps are taken without tokens where that is possible, see `quick`.
    is_quick: bool,
}

#[cold]
fn unexpected<T>(problem: &str, token: Token) -> Scan<T> {
    let (line, offset) = (token.line, token.start as usize);
    Err(Box::new(Fault {
        stage: Stage::Parser,
        problem: problem.to_owned(),
        line,
        offset,
    }))
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t [u8], pages: Option<Pages>) -> Self {
        // What is read page by page needs every character asked for.
        let is_quick = pages.is_none();
        let scanner = Scanner::new(text, pages);
        Parser {
            scanner,
            state: State::ImplicitDocument,
            states: Vec::new(),
            handles: Vec::new(),
            indicator: (0, 0),
            is_quick,
        }
    }

    /// The text.
    pub(super) fn text(&self) -> &'t [u8] {
        self.scanner.text()
    }

    #[inline(always)]
    fn peek(&mut self) -> Scan<Token> {
        self.scanner.peek().copied()
    }

    #[inline(always)]
    fn peek_kind(&mut self) -> Scan<Kind> {
        Ok(self.scanner.peek()?.kind)
    }

    /// Skips a token and shows the kind of the next one.
    #[inline(always)]
    fn skip_to_kind(&mut self) -> Scan<Kind> {
        self.scanner.skip();
        self.peek_kind()
    }

    #[inline(always)]
    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::Done);
    }

    #[inline(always)]
    fn event(say: Say, token: Token) -> Event {
        Event {
            say,
            tag: Tag::None,
            plain: true,
            line: token.line,
            start: token.start,
            end: token.end,
            anchor: None,
            scalar: Scalar::EMPTY,
        }
    }

    /// A scalar that is not there, at the start or at the end of a token.
    #[inline(always)]
    fn empty(&mut self, line: u32, at: u32, next: State) -> Scan<Event> {
        self.state = next;
        Ok(Event {
            say: Say::Scalar,
            tag: Tag::None,
            plain: true,
            line,
            start: at,
            end: at,
            anchor: None,
            scalar: Scalar::EMPTY,
        })
    }

    /// The next event. After [`Say::DocumentEnd`] or [`Say::StreamEnd`] nothing follows.
    #[inline(never)]
    pub(super) fn next_event(&mut self) -> Scan<Event> {
        match self.state {
            State::BlockMappingKey { first } => match self.quick_key(first)? {
                Some(event) => Ok(event),
                None => self.block_mapping_key(first),
            },
            State::BlockMappingContent => self.block_mapping_content(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::BlockSequenceEntry { first } => match self.quick_entry(first)? {
                Some(event) => Ok(event),
                None => self.block_sequence_entry(first),
            },
            State::IndentlessSequenceEntry => match self.quick_indentless_entry()? {
                Some(event) => Ok(event),
                None => self.indentless_sequence_entry(),
            },
            State::FlowSequenceEntry { first } => self.flow_sequence_entry(first),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                let token = self.peek()?;
                self.state = State::FlowSequenceEntry { first: false };
                Ok(Self::event(
                    Say::MappingEnd,
                    Token {
                        end: token.start,
                        ..token
                    },
                ))
            }
            State::FlowMappingKey { first } => self.flow_mapping_key(first),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingNoValue => {
                let token = self.peek()?;
                self.empty(token.line, token.start, State::FlowMappingKey { first: false })
            }
            State::BlockNode => self.node(Context::Block),
            State::ImplicitDocument => self.document_start(),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => {
                let token = self.peek()?;
                self.state = State::Done;
                Ok(Self::event(Say::DocumentEnd, token))
            }
            State::Done => {
                let end = self.text().len() as u32;
                let kind = Kind::StreamEnd;
                Ok(Self::event(
                    Say::StreamEnd,
                    Token {
                        kind,
                        line: 0,
                        start: end,
                        end,
                        scalar: Scalar::EMPTY,
                    },
                ))
            }
        }
    }

    fn document_start(&mut self) -> Scan<Event> {
        self.scanner.open()?;
        let token = self.peek()?;
        match token.kind {
            Kind::StreamEnd => {
                self.state = State::Done;
                return Ok(Self::event(Say::StreamEnd, token));
            }
            Kind::VersionDirective | Kind::TagDirective | Kind::DocumentStart => {
                self.directives()?;
                let token = self.peek()?;
                if token.kind != Kind::DocumentStart {
                    return unexpected("did not find expected <document start>", token);
                }
                self.scanner.skip();
                self.state = State::DocumentContent;
            }
            _ => self.state = State::BlockNode,
        }
        self.states.push(State::DocumentEnd);
        Ok(Self::event(Say::DocumentStart, token))
    }

    fn document_content(&mut self) -> Scan<Event> {
        let token = self.peek()?;
        match token.kind {
            Kind::VersionDirective | Kind::TagDirective | Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd => {
                self.pop_state();
                let next = self.state;
                self.empty(token.line, token.start, next)
            }
            _ => self.node(Context::Block),
        }
    }

    /// Parses the start of a node: an alias, a scalar, or the start of a collection.
    #[inline(always)]
    fn node(&mut self, context: Context) -> Scan<Event> {
        let token = self.scanner.peek()?;
        if token.kind == Kind::Scalar {
            // By far the most common case: no anchor, no tag.
            let plain = token.scalar.style == Style::Plain;
            let event = Event {
                say: Say::Scalar,
                tag: Tag::None,
                plain,
                line: token.line,
                start: token.start,
                end: token.end,
                anchor: None,
                scalar: token.scalar,
            };
            self.pop_state();
            self.scanner.skip();
            return Ok(event);
        }
        self.node_with_properties(context)
    }

    #[inline(never)]
    fn node_with_properties(&mut self, context: Context) -> Scan<Event> {
        let mut token = self.peek()?;
        if token.kind == Kind::Alias {
            self.pop_state();
            self.scanner.skip();
            return Ok(Event {
                anchor: Some((token.start + 1, token.end)),
                ..Self::event(Say::Alias, token)
            });
        }
        let first = token;
        let mut anchor = None;
        let mut tag_token = None;
        for _ in 0..2 {
            match token.kind {
                Kind::Anchor if anchor.is_none() => anchor = Some((token.start + 1, token.end)),
                Kind::Tag if tag_token.is_none() => tag_token = Some(token),
                _ => break,
            }
            self.scanner.skip();
            token = self.peek()?;
        }
        let tag = match tag_token {
            Some(token) => self.tag(token)?,
            None => Tag::None,
        };
        let mut event = Event {
            anchor,
            tag,
            line: first.line,
            ..Self::event(Say::Scalar, token)
        };
        let block = context != Context::Flow;
        match token.kind {
            Kind::Scalar => {
                event.plain = tag == Tag::None && token.scalar.style == Style::Plain;
                event.scalar = token.scalar;
                self.pop_state();
                self.scanner.skip();
            }
            Kind::BlockEntry if context == Context::BlockOrIndentless => {
                event.say = Say::SequenceStart;
                self.state = State::IndentlessSequenceEntry;
            }
            Kind::FlowSequenceStart => {
                event.say = Say::SequenceStart;
                self.state = State::FlowSequenceEntry { first: true };
            }
            Kind::FlowMappingStart => {
                event.say = Say::MappingStart;
                self.state = State::FlowMappingKey { first: true };
            }
            Kind::BlockSequenceStart if block => {
                event.say = Say::SequenceStart;
                self.state = State::BlockSequenceEntry { first: true };
            }
            Kind::BlockMappingStart if block => {
                event.say = Say::MappingStart;
                self.state = State::BlockMappingKey { first: true };
            }
            _ if anchor.is_some() || tag != Tag::None => {
                // An anchor or a tag with nothing behind it.
                event.plain = tag == Tag::None;
                event.start = first.start;
                event.end = first.end;
                self.pop_state();
            }
            _ => return unexpected("did not find expected node content", token),
        }
        Ok(event)
    }

    fn block_sequence_entry(&mut self, first: bool) -> Scan<Event> {
        if first {
            self.peek()?;
            self.scanner.skip();
        }
        let token = self.peek()?;
        match token.kind {
            Kind::BlockEntry => {
                self.scanner.skip();
                self.indicator = (token.line, token.end);
                self.block_sequence_content()
            }
            Kind::BlockEnd => {
                self.pop_state();
                self.scanner.skip();
                Ok(Self::event(Say::SequenceEnd, token))
            }
            _ => unexpected("did not find expected '-' indicator", token),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Scan<Event> {
        let token = self.peek()?;
        if token.kind != Kind::BlockEntry {
            self.pop_state();
            return Ok(Self::event(
                Say::SequenceEnd,
                Token {
                    end: token.start,
                    ..token
                },
            ));
        }
        self.scanner.skip();
        self.indicator = (token.line, token.end);
        self.indentless_sequence_content()
    }

    #[inline(always)]
    fn block_mapping_key(&mut self, first: bool) -> Scan<Event> {
        if first {
            self.scanner.peek()?;
            self.scanner.skip();
        }
        let token = self.peek()?;
        match token.kind {
            Kind::Key => match self.skip_to_kind()? {
                Kind::Key | Kind::Value | Kind::BlockEnd => self.empty(token.line, token.end, State::BlockMappingValue),
                _ => {
                    self.states.push(State::BlockMappingValue);
                    self.node(Context::BlockOrIndentless)
                }
            },
            Kind::BlockEnd => {
                self.pop_state();
                self.scanner.skip();
                Ok(Self::event(Say::MappingEnd, token))
            }
            _ => unexpected("did not find expected key", token),
        }
    }

    #[inline(always)]
    fn block_mapping_value(&mut self) -> Scan<Event> {
        let token = self.peek()?;
        let next = State::BlockMappingKey { first: false };
        if token.kind != Kind::Value {
            return self.empty(token.line, token.start, next);
        }
        self.scanner.skip();
        self.indicator = (token.line, token.end);
        self.block_mapping_content()
    }

    /// What stands behind the `-` of a sequence that is indented.
    fn block_sequence_content(&mut self) -> Scan<Event> {
        let next = State::BlockSequenceEntry { first: false };
        if let Some(event) = self.quick_content(next)? {
            return Ok(event);
        }
        match self.peek_kind()? {
            Kind::BlockEntry | Kind::BlockEnd => self.missing(next),
            _ => {
                self.states.push(next);
                self.node(Context::Block)
            }
        }
    }

    /// What stands behind the `-` of a sequence that is not indented.
    fn indentless_sequence_content(&mut self) -> Scan<Event> {
        let next = State::IndentlessSequenceEntry;
        if let Some(event) = self.quick_content(next)? {
            return Ok(event);
        }
        match self.peek_kind()? {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => self.missing(next),
            _ => {
                self.states.push(next);
                self.node(Context::Block)
            }
        }
    }

    /// What stands behind the colon of a key.
    fn block_mapping_content(&mut self) -> Scan<Event> {
        let next = State::BlockMappingKey { first: false };
        if let Some(event) = self.quick_content(next)? {
            return Ok(event);
        }
        match self.peek_kind()? {
            Kind::Key | Kind::Value | Kind::BlockEnd => self.missing(next),
            _ => {
                self.states.push(next);
                self.node(Context::BlockOrIndentless)
            }
        }
    }

    /// The node that is not there, behind the `:` or `-` read last.
    #[inline(always)]
    fn missing(&mut self, next: State) -> Scan<Event> {
        let (line, at) = self.indicator;
        self.empty(line, at, next)
    }
}
