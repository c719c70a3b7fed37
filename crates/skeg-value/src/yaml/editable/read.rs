//! Reading: the parser's events make the tree; the text between the events has the comments, anchors and tags.

use super::super::error::{Fault, Scan, YamlError};
use super::super::input::Input;
use super::super::parser::{Event, Parser, Say};
use super::super::scalar::Style;
use super::super::sized;
use super::{Comment, Content, DEEPEST, Document, Entry, Item, Node};

/// What precedes a comment on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnLine {
    /// Nothing.
    Fresh,
    /// Only the dashes of list items.
    Dash,
    /// Something else.
    Token,
}

/// A comment that nobody has taken yet.
struct Pending {
    comment: Comment,
    column: usize,
    place: OnLine,
}

struct Reader<'t> {
    parser: Parser<'t>,
    text: &'t [u8],
    /// How far the text between events was looked at.
    at: usize,
    on_line: OnLine,
    /// Line breaks since the last thing that was no white space.
    breaks: usize,
    pending: Vec<Pending>,
    /// Anchor and tag of the event that is next.
    properties: Vec<u8>,
    next: Option<Event>,
}

pub(super) fn document(bytes: &[u8]) -> Result<Option<Document>, YamlError> {
    sized(bytes)?;
    let input = Input::new(bytes);
    let mut reader = Reader {
        parser: Parser::new(&input.text, input.pages),
        text: &input.text,
        at: 0,
        on_line: OnLine::Fresh,
        breaks: 0,
        pending: Vec::new(),
        properties: Vec::new(),
        next: None,
    };
    reader.document().map_err(|fault| YamlError::from(fault).direct())
}

impl Reader<'_> {
    fn document(&mut self) -> Scan<Option<Document>> {
        if self.take()?.say == Say::StreamEnd {
            return Ok(None);
        }
        let first = *self.peek()?;
        let is_empty = first.say == Say::Scalar && first.start == first.end && first.anchor.is_none() && first.plain;
        let head = self.take_all();
        let blank_after_head = !head.is_empty() && self.breaks_before(first.start as usize) > 1;
        let root = self.node(1, None)?;
        self.peek()?;
        let foot = self.take_all();
        if is_empty {
            return Ok(None);
        }
        Ok(Some(Document {
            root,
            head,
            blank_after_head,
            foot,
        }))
    }

    /// How many line breaks there are between something and this offset.
    fn breaks_before(&self, offset: usize) -> usize {
        let before = &self.text[..offset];
        let blank = before.len() - before.trim_ascii_end().len();
        before[before.len() - blank..].iter().filter(|&&b| b == b'\n').count()
    }

    fn column(&self, offset: u32) -> usize {
        let before = &self.text[..offset as usize];
        before.len() - before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1)
    }

    /// The next event; what stands before it has been looked at.
    fn peek(&mut self) -> Scan<&Event> {
        if self.next.is_none() {
            let event = self.parser.next_event()?;
            self.between(event.start as usize);
            match event.say {
                Say::Scalar if event.start == event.end => {}
                Say::Scalar | Say::Alias => self.passed(event.end as usize, is_block(&event)),
                Say::MappingStart | Say::SequenceStart if self.is_flow(&event) => {
                    self.passed(event.start as usize + 1, false);
                }
                Say::MappingEnd | Say::SequenceEnd
                    if matches!(self.text.get(event.start as usize), Some(b'}' | b']')) && event.end > event.start =>
                {
                    self.passed(event.start as usize + 1, false);
                }
                _ => {}
            }
            self.next = Some(event);
        }
        Ok(self.next.as_ref().expect("it was just put there"))
    }

    fn take(&mut self) -> Scan<Event> {
        self.peek()?;
        Ok(self.next.take().expect("peeking leaves one"))
    }

    fn is_flow(&self, event: &Event) -> bool {
        event.end > event.start && matches!(self.text.get(event.start as usize), Some(b'{' | b'['))
    }

    /// A token went by.
    fn passed(&mut self, end: usize, is_block: bool) {
        self.at = self.at.max(end);
        self.on_line = OnLine::Token;
        self.breaks = 0;
        if is_block {
            self.breaks = self.breaks_before(self.at);
            if self.breaks > 0 {
                self.on_line = OnLine::Fresh;
            }
        }
    }

    /// Looks at what stands before an event: white space, comments, indicators, anchors and tags.
    fn between(&mut self, end: usize) {
        while self.at < end {
            let rest = &self.text[self.at..end];
            let after_blank = self.at == 0 || self.text[self.at - 1].is_ascii_whitespace();
            let length = match rest[0] {
                b'\n' => {
                    self.on_line = OnLine::Fresh;
                    self.breaks += 1;
                    1
                }
                b'#' if after_blank => {
                    let length = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                    // Blanks at its end belong to a comment, but not half a line break.
                    let text = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
                    self.pending.push(Pending {
                        column: self.column(self.at as u32),
                        comment: Comment {
                            text: text.to_vec(),
                            blank_before: self.breaks > 1,
                        },
                        place: self.on_line,
                    });
                    self.breaks = 0;
                    length
                }
                b'&' | b'!' => {
                    let is_end = |b: u8| b.is_ascii_whitespace() || b",[]{}".contains(&b);
                    let length = if rest.starts_with(b"!<") {
                        rest.iter().position(|&b| b == b'>').map(|at| at + 1)
                    } else {
                        rest.iter().position(|&b| is_end(b))
                    }
                    .unwrap_or(rest.len());
                    if !self.properties.is_empty() {
                        self.properties.push(b' ');
                    }
                    self.properties.extend_from_slice(&rest[..length]);
                    self.on_line = OnLine::Token;
                    self.breaks = 0;
                    length
                }
                byte => {
                    if byte == b'-' && self.on_line != OnLine::Token {
                        self.on_line = OnLine::Dash;
                        self.breaks = 0;
                    } else if !byte.is_ascii_whitespace() {
                        self.on_line = OnLine::Token;
                        self.breaks = 0;
                    }
                    1
                }
            };
            self.at += length;
        }
    }

    fn take_all(&mut self) -> Vec<Comment> {
        self.pending.drain(..).map(|pending| pending.comment).collect()
    }

    /// The comment on the line of what went by last.
    fn take_line(&mut self, place: OnLine) -> Vec<u8> {
        match self.pending.first() {
            Some(first) if first.place == place => self.pending.remove(0).comment.text,
            _ => Vec::new(),
        }
    }

    /// The comments that end a collection at this column.
    fn take_foot(&mut self, column: usize, offset: usize) -> Vec<Comment> {
        let is_last = self.text[offset.min(self.text.len())..].trim_ascii().is_empty();
        if is_last && self.pending.first().is_some_and(|first| first.comment.blank_before) {
            return Vec::new();
        }
        let count = self
            .pending
            .iter()
            .take_while(|pending| pending.column >= column)
            .count();
        self.pending.drain(..count).map(|pending| pending.comment).collect()
    }

    /// Reads a node. `parent`: the column of the block map that it is a value in.
    fn node(&mut self, depth: usize, parent: Option<usize>) -> Scan<Node> {
        if depth > DEEPEST {
            return Err(Fault::decoder("exceeded max depth"));
        }
        let event = self.take()?;
        let properties = std::mem::take(&mut self.properties);
        let mut node = match event.say {
            Say::Alias => Node::new(Content::Alias(
                event.anchor_name(self.text).unwrap_or_default().to_vec(),
            )),
            Say::SequenceStart => self.list(&event, depth, parent)?,
            Say::MappingStart => self.map(&event, depth)?,
            _ => Node::new(Content::Scalar {
                text: event.scalar.text(self.text, &mut Vec::new()).to_vec(),
                style: event.scalar.style,
            }),
        };
        node.properties = properties;
        Ok(node)
    }

    fn list(&mut self, start: &Event, depth: usize, parent: Option<usize>) -> Scan<Node> {
        let flow = self.is_flow(start);
        let column = self.column(start.start);
        let mut items = Vec::new();
        loop {
            let next = *self.peek()?;
            if next.say == Say::SequenceEnd {
                self.take()?;
                let mut node = Node::new(Content::List { items, flow });
                if !flow {
                    // A list in a map may stand in the column of its key: a comment there is about the next key.
                    let column = column + usize::from(parent == Some(column));
                    node.foot = self.take_foot(column, next.start as usize);
                }
                return Ok(node);
            }
            let mut item = Item {
                head: Vec::new(),
                after_dash: Vec::new(),
                node: Node::empty_map(),
            };
            if !flow {
                let dash = self.pending.iter().position(|pending| pending.place == OnLine::Dash);
                let before = dash.unwrap_or(if is_inline(&next, self) {
                    self.pending.len()
                } else {
                    self.before_dash()
                });
                item.head = self.pending.drain(..before).map(|pending| pending.comment).collect();
                item.after_dash = self.take_line(OnLine::Dash);
            }
            item.node = self.node(depth + 1, None)?;
            self.finish_line(&mut item.node, flow, &mut item.head)?;
            items.push(item);
        }
    }

    /// How many of the pending comments stand above the dash of the item that comes now.
    fn before_dash(&self) -> usize {
        // Comments below the dash belong to what is in the item: they stand further right than its dash. Where that is,
        // only the comments can tell, as the dash is no event: those in the column of the first one go with it.
        let Some(first) = self.pending.first() else { return 0 };
        self.pending
            .iter()
            .take_while(|pending| pending.column <= first.column)
            .count()
    }

    fn map(&mut self, start: &Event, depth: usize) -> Scan<Node> {
        let flow = self.is_flow(start);
        let column = self.column(start.start);
        let mut entries = Vec::new();
        loop {
            let next = *self.peek()?;
            if next.say == Say::MappingEnd {
                self.take()?;
                let mut node = Node::new(Content::Map { entries, flow });
                if !flow {
                    node.foot = self.take_foot(column, next.start as usize);
                }
                return Ok(node);
            }
            let mut head = if flow { Vec::new() } else { self.take_all() };
            let key = self.node(depth + 1, None)?;
            let value = *self.peek()?;
            let mut after_colon = Vec::new();
            if !flow {
                after_colon = self.take_line(OnLine::Token);
                if is_inline(&value, self) {
                    head.append(&mut self.take_all());
                }
            }
            let mut value = self.node(depth + 1, (!flow).then_some(column))?;
            self.finish_line(&mut value, flow, &mut head)?;
            entries.push(Entry {
                head,
                key,
                after_colon,
                value,
            });
        }
    }

    /// Gives a node that was read the comment on its line; those inside brackets go above it.
    fn finish_line(&mut self, node: &mut Node, in_flow: bool, head: &mut Vec<Comment>) -> Scan<()> {
        if in_flow {
            return Ok(());
        }
        match &node.content {
            Content::List { flow: true, .. } | Content::Map { flow: true, .. } => {
                head.append(&mut self.take_all());
            }
            Content::List { .. } | Content::Map { .. } => return Ok(()),
            Content::Scalar { .. } | Content::Alias(_) => {}
        }
        self.peek()?;
        node.line = self.take_line(OnLine::Token);
        Ok(())
    }
}

/// Whether the node that begins here is neither missing nor a block collection, whose entries take the comments before them.
fn is_inline(event: &Event, reader: &Reader<'_>) -> bool {
    match event.say {
        Say::Scalar => event.start != event.end,
        Say::Alias => true,
        _ => reader.is_flow(event),
    }
}

fn is_block(event: &Event) -> bool {
    event.say == Say::Scalar && matches!(event.scalar.style, Style::Literal | Style::Folded)
}
