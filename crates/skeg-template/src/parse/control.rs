//! Actions with keywords: `if`, `range`, `define` and so on.

use super::{Body, Parsed, Parser, quoted, unquote::unquote};
use crate::lex::{Kind, Token};
use crate::program::{Instruction, NO_NODE, NodeId, NodeKind};
use skeg_value::Str;

/// A control structure that waits for its `end`.
pub(super) enum Open {
    Branch(Branch),
    /// The body of a `define`; the body around it is on the parser's stack.
    Define,
    /// The body of a `block`: the node that calls it.
    Block(NodeId),
}

/// An open `if`, `with` or `range`.
#[derive(Clone, Copy)]
pub(super) struct Branch {
    keyword: Kind,
    /// Where its opening instruction is.
    at: usize,
    /// The jump over the `else` part, where that was reached.
    jump: Option<usize>,
    /// How many variables were in scope before.
    variables: usize,
    /// Whether it came with an `else`, so that one `end` closes it and the structure around it.
    chained: bool,
}

impl Parser<'_> {
    /// Reads an action; its opening delimiter is behind.
    pub(super) fn action(&mut self, delimiter: Token) -> Parsed<()> {
        let token = self.next_non_space();
        if token.kind == Kind::Define && self.body.open.is_empty() && self.outer.is_empty() {
            return self.define();
        }
        self.body.action = Some(delimiter.start);
        match token.kind {
            // These open a body of their own or stay open, and Go notes the end of an action only behind it.
            Kind::Block => return self.block(),
            Kind::If | Kind::With | Kind::Range => return self.branch(token.kind, false),
            Kind::Else => return self.otherwise(),
            Kind::End => return self.end(),
            Kind::Break | Kind::Continue => self.leave_loop(token.kind)?,
            Kind::Template => self.call()?,
            _ => {
                self.back(token);
                let pipe = self.pipeline("command", Kind::RightDelim)?;
                self.body.blank = false;
                self.emit(Instruction::Action(pipe));
            }
        }
        self.body.action = None;
        Ok(())
    }

    fn leave_loop(&mut self, keyword: Kind) -> Parsed<()> {
        let shown = if keyword == Kind::Break {
            "{{break}}"
        } else {
            "{{continue}}"
        };
        self.expect(Kind::RightDelim, shown)?;
        if self.body.range_depth == 0 {
            return self.fail(format!("{shown} outside {{{{range}}}}"));
        }
        self.emit(if keyword == Kind::Break {
            Instruction::Break
        } else {
            Instruction::Continue
        });
        Ok(())
    }

    fn branch(&mut self, keyword: Kind, chained: bool) -> Parsed<()> {
        let variables = self.body.variables.len();
        let context = match keyword {
            Kind::If => "if",
            Kind::With => "with",
            _ => "range",
        };
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        self.body.blank = false;
        let at = self.emit(match keyword {
            Kind::If => Instruction::If { pipe, otherwise: 0 },
            Kind::With => Instruction::With { pipe, otherwise: 0 },
            _ => Instruction::Range {
                pipe,
                next: 0,
                otherwise: 0,
            },
        });
        if keyword == Kind::Range {
            self.body.range_depth += 1;
        }
        self.body.open.push(Open::Branch(Branch {
            keyword,
            at,
            jump: None,
            variables,
            chained,
        }));
        Ok(())
    }

    fn otherwise(&mut self) -> Parsed<()> {
        let peeked = self.peek_non_space();
        let chain = matches!(peeked.kind, Kind::If | Kind::With);
        if !chain {
            self.expect(Kind::RightDelim, "else")?;
        }
        match self.body.open.last().map(|open| match open {
            Open::Branch(branch) => Ok(*branch),
            Open::Define => Err("define clause"),
            Open::Block(_) => Err("block clause"),
        }) {
            None => self.fail("unexpected {{else}}"),
            Some(Err(context)) => self.misplaced("{{else}}", context),
            Some(Ok(Branch { jump: Some(_), .. })) => self.fail("expected end; found {{else}}"),
            Some(Ok(mut branch)) => {
                self.start_else(&mut branch);
                self.body.open.pop();
                self.body.open.push(Open::Branch(branch));
                // `else` ends its action for Go; a keyword left over is then found misplaced in the text.
                self.body.action = None;
                if chain && peeked.kind == branch.keyword {
                    self.next_non_space();
                    return self.branch(branch.keyword, true);
                }
                Ok(())
            }
        }
    }

    /// In a `define` or `block`, `else` has no business. The line is that of the body that Go's parser is in then.
    fn misplaced(&mut self, what: &str, context: &str) -> Parsed<()> {
        if context == "block clause"
            && let Some(outer) = self.outer.last()
        {
            self.body.last = outer.last;
        }
        self.fail(format!("unexpected {what} in {context}"))
    }

    /// Ends the first part of a branch and makes its opening instruction point behind it.
    fn start_else(&mut self, branch: &mut Branch) {
        if branch.keyword == Kind::Range {
            self.body.range_depth -= 1;
            let next = self.emit(Instruction::Next {
                body: branch.at as u32 + 1,
                end: 0,
            });
            branch.jump = Some(next);
        } else {
            branch.jump = Some(self.emit(Instruction::Jump(0)));
        }
        self.set_otherwise(branch.at, branch.jump.unwrap_or(0) as u32, self.here());
    }

    fn set_otherwise(&mut self, at: usize, next_at: u32, target: u32) {
        match &mut self.body.code[at] {
            Instruction::If { otherwise, .. } | Instruction::With { otherwise, .. } => *otherwise = target,
            Instruction::Range { next, otherwise, .. } => {
                *next = next_at;
                *otherwise = target;
            }
            _ => {}
        }
    }

    /// `{{end}}`: closes the innermost structure, and those that an `else` chained it to.
    fn end(&mut self) -> Parsed<()> {
        self.expect(Kind::RightDelim, "end")?;
        loop {
            match self.body.open.pop() {
                None => return self.fail("unexpected {{end}}"),
                Some(Open::Branch(branch)) => {
                    self.close_branch(branch);
                    if !branch.chained {
                        self.body.action = None;
                        return Ok(());
                    }
                }
                Some(Open::Define) => {
                    self.finish_body()?;
                    self.resume_outer();
                    return Ok(());
                }
                Some(Open::Block(call)) => {
                    self.finish_body()?;
                    self.resume_outer();
                    self.body.blank = false;
                    self.emit(Instruction::Call(call));
                    self.body.action = None;
                    return Ok(());
                }
            }
        }
    }

    fn resume_outer(&mut self) {
        if let Some(outer) = self.outer.pop() {
            self.body = outer;
        }
    }

    fn close_branch(&mut self, mut branch: Branch) {
        let had_else = branch.jump.is_some();
        if !had_else && branch.keyword == Kind::Range {
            self.start_else(&mut branch);
        } else if !had_else {
            let here = self.here();
            self.set_otherwise(branch.at, 0, here);
        }
        let close = self.here();
        // The end of a loop has closed its scope already.
        match branch.jump.map(|at| &mut self.body.code[at]) {
            Some(Instruction::Jump(target)) => *target = close,
            Some(Instruction::Next { end, .. }) => *end = close + 1,
            _ => {}
        }
        self.emit(Instruction::Close);
        self.body.variables.truncate(branch.variables);
    }

    /// `{{define "name"}}`: what follows belongs to a body of its own.
    fn define(&mut self) -> Parsed<()> {
        let context = "define clause";
        // The new body reads its own tokens, and none have been read ahead.
        let token = self.body.last;
        self.enter(Str::default(), token, Open::Define);
        let name = self.next_non_space();
        if !matches!(name.kind, Kind::String | Kind::RawString) {
            return self.unexpected(name, context);
        }
        self.body.name = self.literal(name)?;
        self.expect(Kind::RightDelim, context)?;
        Ok(())
    }

    fn enter(&mut self, name: Str, last: Token, open: Open) {
        let outer = std::mem::replace(&mut self.body, Body::new(name, last));
        self.outer.push(outer);
        self.body.open.push(open);
    }

    /// `{{block "name" pipe}}`: calls the template that it defines.
    fn block(&mut self) -> Parsed<()> {
        let context = "block clause";
        let (token, name) = self.template_name(context)?;
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let string = self.string_id(name.clone());
        let call = self.node(NodeKind::Template(string, pipe), token.start, token.start, token.end);
        let last = self.body.last;
        self.enter(name, last, Open::Block(call));
        Ok(())
    }

    /// `{{template "name" pipe}}`.
    fn call(&mut self) -> Parsed<()> {
        let context = "template clause";
        let (token, name) = self.template_name(context)?;
        let next = self.next_non_space();
        let pipe = if next.kind == Kind::RightDelim {
            NO_NODE
        } else {
            self.back(next);
            self.pipeline(context, Kind::RightDelim)?
        };
        let string = self.string_id(name.clone());
        let call = self.node(NodeKind::Template(string, pipe), token.start, token.start, token.end);
        self.body.blank = false;
        self.emit(Instruction::Call(call));
        Ok(())
    }

    fn template_name(&mut self, context: &str) -> Parsed<(Token, Str)> {
        let token = self.next_non_space();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return self.unexpected(token, context);
        }
        Ok((token, self.literal(token)?))
    }

    /// The text that a string token means.
    pub(super) fn literal(&mut self, token: Token) -> Parsed<Str> {
        match unquote(self.source(token)) {
            Some(text) => Ok(Str::from(&*text)),
            None => self.fail("invalid syntax"),
        }
    }

    pub(super) fn undefined_variable<T>(&mut self, name: &[u8]) -> Parsed<T> {
        let name = quoted(name);
        self.fail(format!("undefined variable {name}"))
    }
}
