//! Pipelines, commands and operands.
//!
//! A parenthesis opens a pipeline inside an operand of another; the open ones are on a stack.

use super::number::Number;
use super::{MOST_PARENTHESES, Parsed, Parser, quoted};
use crate::lex::{Kind, Token};
use crate::program::{Ids, NO_NODE, NodeId, NodeKind, Pipe};

/// A pipeline being read.
pub(super) struct OpenPipe {
    context: &'static str,
    /// The token that closes it.
    end: Kind,
    start: usize,
    assigns: bool,
    /// Where its variables, commands and the words of its command begin on the parser's stacks.
    declared: usize,
    commands: usize,
    words: usize,
    /// Where the command being read starts.
    command: usize,
}

/// What to read next.
enum Step {
    Command,
    Operand,
    /// After an operand, where there was one.
    AfterOperand(Option<NodeId>),
}

impl Parser<'_> {
    /// Reads a pipeline up to and with the closing token.
    pub(super) fn pipeline(&mut self, context: &'static str, end: Kind) -> Parsed<NodeId> {
        let base = self.pipes.len();
        self.open_pipe(context, end)?;
        let mut step = Step::Command;
        loop {
            step = match step {
                Step::Command => {
                    // The stack is only emptied by the return below.
                    let Some(pipe) = self.pipes.last() else {
                        return self.fail("unexpected EOF");
                    };
                    let (context, end) = (pipe.context, pipe.end);
                    let token = self.next_non_space();
                    if token.kind == end {
                        let node = self.close_pipe(token)?;
                        if self.pipes.len() == base {
                            return Ok(node);
                        }
                        Step::AfterOperand(Some(self.with_fields(node)?))
                    } else if starts_operand(token.kind) {
                        self.back(token);
                        self.open_command(token.start);
                        Step::Operand
                    } else {
                        return self.unexpected(token, context);
                    }
                }
                Step::Operand => {
                    let token = self.next_non_space();
                    if token.kind == Kind::LeftParen {
                        // The pipeline of the action itself is not in parentheses.
                        if self.pipes.len() - base > MOST_PARENTHESES {
                            return self.fail("max expression depth exceeded");
                        }
                        self.open_pipe("parenthesized pipeline", Kind::RightParen)?;
                        Step::Command
                    } else if let Some(term) = self.term(token)? {
                        Step::AfterOperand(Some(self.with_fields(term)?))
                    } else {
                        self.back(token);
                        Step::AfterOperand(None)
                    }
                }
                Step::AfterOperand(node) => {
                    self.words.extend(node);
                    let token = self.next();
                    match token.kind {
                        // As Go: what follows the space is looked at as an operand, which may not be there.
                        Kind::Space => Step::Operand,
                        Kind::RightDelim | Kind::RightParen => {
                            self.back(token);
                            self.close_command()?;
                            Step::Command
                        }
                        Kind::Pipe => {
                            self.close_command()?;
                            Step::Command
                        }
                        _ => return self.unexpected(token, "operand"),
                    }
                }
            }
        }
    }

    /// Starts a pipeline: variables that it declares or assigns are read.
    fn open_pipe(&mut self, context: &'static str, end: Kind) -> Parsed<()> {
        let start = self.peek_non_space().start;
        let declared = self.declared.len();
        let mut assigns = false;
        while self.peek_non_space().kind == Kind::Variable {
            let variable = self.next_non_space();
            let after = self.peek();
            let next = self.peek_non_space();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    assigns = next.kind == Kind::Assign;
                    self.next_non_space();
                    self.declare(variable);
                    break;
                }
                Kind::Char if self.source(next) == b"," => {
                    self.next_non_space();
                    self.declare(variable);
                    if context != "range" || self.declared.len() - declared > 1 {
                        return self.fail(format!("too many declarations in {context}"));
                    }
                    let kind = self.peek_non_space().kind;
                    if !matches!(kind, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
                        return self.fail("range can only initialize variables");
                    }
                }
                _ => {
                    // No declaration: the variable is an operand. The space behind it matters to the command.
                    if after.kind == Kind::Space {
                        self.back(after);
                    }
                    self.back(variable);
                    break;
                }
            }
        }
        self.pipes.push(OpenPipe {
            context,
            end,
            start,
            assigns,
            declared,
            commands: self.commands.len(),
            words: self.words.len(),
            command: start,
        });
        Ok(())
    }

    fn open_command(&mut self, start: usize) {
        let words = self.words.len();
        if let Some(pipe) = self.pipes.last_mut() {
            pipe.command = start;
            pipe.words = words;
        }
    }

    fn declare(&mut self, variable: Token) {
        let id = self.token_name(variable.start, variable.end);
        self.file.redefines_dollar |= id == 0;
        self.declared.push(id);
        self.body.variables.push(id);
    }

    fn close_command(&mut self) -> Parsed<()> {
        let Some(&OpenPipe { words, command, .. }) = self.pipes.last() else {
            return Ok(());
        };
        if self.words.len() == words {
            return self.fail("empty command");
        }
        let end = self
            .words
            .last()
            .map_or(command, |&last| self.file.node(last).end as usize);
        let list = Self::list(&mut self.file.ids, &mut self.words, words);
        let node = self.node(NodeKind::Command(list), command, command, end);
        self.commands.push(node);
        Ok(())
    }

    fn close_pipe(&mut self, closing: Token) -> Parsed<NodeId> {
        let Some(pipe) = self.pipes.pop() else {
            return self.fail("unexpected EOF");
        };
        if self.commands.len() == pipe.commands {
            return self.fail(format!("missing value for {}", pipe.context));
        }
        for stage in pipe.commands + 1..self.commands.len() {
            let first = match self.file.node(self.commands[stage]).kind {
                NodeKind::Command(words) => self.file.list(words)[0],
                _ => continue,
            };
            let kind = self.file.node(first).kind;
            let literal = matches!(
                kind,
                NodeKind::Bool(_) | NodeKind::Dot | NodeKind::Nil | NodeKind::Number(_) | NodeKind::String(_)
            );
            if literal {
                let stage = stage - pipe.commands + 1;
                return self.fail(format!("non executable command in pipeline stage {stage}"));
            }
        }
        let variables = Self::list(&mut self.file.ids, &mut self.declared, pipe.declared);
        let commands = Self::list(&mut self.file.ids, &mut self.commands, pipe.commands);
        let sole_operand = self.sole_operand(variables, commands);
        self.file.pipes.push(Pipe {
            variables,
            assigns: pipe.assigns,
            commands,
            sole_operand,
        });
        let index = self.file.pipes.len() as u32 - 1;
        Ok(self.node(NodeKind::Pipe(index), pipe.start, pipe.start, closing.start))
    }

    /// The operand of a pipe that is nothing but a dot, field chain or variable.
    fn sole_operand(&self, variables: Ids, commands: Ids) -> NodeId {
        let (&[], &[command]) = (self.file.list(variables), self.file.list(commands)) else {
            return NO_NODE;
        };
        let NodeKind::Command(words) = self.file.node(command).kind else {
            return NO_NODE;
        };
        match *self.file.list(words) {
            [word] => match self.file.node(word).kind {
                NodeKind::Dot | NodeKind::Field(_) | NodeKind::Variable(..) => word,
                _ => NO_NODE,
            },
            _ => NO_NODE,
        }
    }

    /// A literal, name or variable; none where the token is no term.
    fn term(&mut self, token: Token) -> Parsed<Option<NodeId>> {
        let kind = match token.kind {
            Kind::Identifier => self.function(token)?,
            Kind::Dot => NodeKind::Dot,
            Kind::Nil => NodeKind::Nil,
            Kind::Variable => {
                let id = self.token_name(token.start, token.end);
                if !self.body.variables.contains(&id) {
                    let name = self.source(token).to_vec();
                    return self.undefined_variable(&name);
                }
                NodeKind::Variable(id, Ids::default())
            }
            Kind::Field => {
                let name = self.token_name(token.start + 1, token.end);
                NodeKind::Field(self.names(&[name]))
            }
            Kind::Bool => NodeKind::Bool(self.source(token) == b"true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => {
                match Number::parse(self.source(token), token.kind) {
                    Ok(number) => self.file.numbers.push(number),
                    Err(message) => return self.fail(message),
                }
                NodeKind::Number(self.file.numbers.len() as u32 - 1)
            }
            Kind::String | Kind::RawString => {
                let text = self.literal(token)?;
                NodeKind::String(self.string_id(text))
            }
            _ => return Ok(None),
        };
        Ok(Some(self.node(kind, token.start, token.start, token.end)))
    }

    fn function(&mut self, token: Token) -> Parsed<NodeKind> {
        let text = &self.file.text[token.start..token.end];
        let callees = &self.file.callees;
        if let Some(id) = self.callee_ids.get(text, |id| callees[id as usize].name().as_bytes()) {
            return Ok(NodeKind::Function(id));
        }
        let name = std::str::from_utf8(text).unwrap_or_default();
        let Some(callee) = self.functions.resolve(name) else {
            let name = quoted(self.source(token));
            return self.fail(format!("function {name} not defined"));
        };
        let id = self.callee_ids.add(text, |id| callees[id as usize].name().as_bytes());
        self.file.callees.push(callee);
        Ok(NodeKind::Function(id))
    }

    fn names(&mut self, names: &[u32]) -> Ids {
        let start = self.file.ids.len() as u32;
        self.file.ids.extend_from_slice(names);
        Ids {
            start,
            length: names.len() as u32,
        }
    }

    /// Adds the `.name`s that follow a term to it.
    fn with_fields(&mut self, term: NodeId) -> Parsed<NodeId> {
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(term);
        }
        let node = *self.file.node(term);
        let start = self.file.ids.len() as u32;
        if let NodeKind::Field(ids) = node.kind {
            let from = ids.start as usize;
            self.file.ids.extend_from_within(from..from + ids.length as usize);
        }
        let mut end = first.end;
        while self.peek().kind == Kind::Field {
            let token = self.next();
            end = token.end;
            let name = self.token_name(token.start + 1, token.end);
            self.file.ids.push(name);
        }
        let ids = Ids {
            start,
            length: self.file.ids.len() as u32 - start,
        };
        let kind = match node.kind {
            NodeKind::Field(_) => NodeKind::Field(ids),
            NodeKind::Variable(name, _) => NodeKind::Variable(name, ids),
            NodeKind::Bool(_) | NodeKind::String(_) | NodeKind::Number(_) | NodeKind::Nil | NodeKind::Dot => {
                let shown = quoted(&self.file.text[node.start as usize..node.end as usize]);
                return self.fail(format!("unexpected . after term {shown}"));
            }
            _ => NodeKind::Chain(term, ids),
        };
        // A pipe starts behind its parenthesis.
        let start = node.start - u32::from(matches!(node.kind, NodeKind::Pipe(_)));
        Ok(self.node(kind, first.start, start as usize, end))
    }
}

/// Whether a command may start with this token.
fn starts_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Bool
            | Kind::CharConstant
            | Kind::Complex
            | Kind::Dot
            | Kind::Field
            | Kind::Identifier
            | Kind::Number
            | Kind::Nil
            | Kind::RawString
            | Kind::String
            | Kind::Variable
            | Kind::LeftParen
    )
}
