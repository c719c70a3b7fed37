//! Instructions: text, actions, branches, loops, templates calling templates.
//!
//! # Source
//! spec/rendering.md 1.4, 1.5, 1.11.

use skeg_value::{Span, Value};

use super::items::{Items, NoItems};
use super::slot::{Slot, Static, is_true};
use super::{At, Evaluated, Executor, MOST_TEMPLATES};
use crate::print;
use crate::program::{Instruction, NO_NODE, NodeId, NodeKind, Pipe};
use crate::set::Located;
use crate::tracer::Tracer;

/// A control structure being run, and what its end restores.
enum Scope {
    /// `if`, or the `else` of anything: the number of variables before it.
    Plain {
        variables: usize,
    },
    /// `with`: the dot before it, too.
    With {
        variables: usize,
        dot: Slot,
    },
    Loop(Box<Loop>),
}

struct Loop {
    /// The number of variables before it, and with those of its header.
    variables: usize,
    with_header: usize,
    dot: Slot,
    /// Where its [`Instruction::Next`] is.
    next: u32,
    pipe: NodeId,
    items: Items,
}

/// A template that waits for one that it called.
struct Caller {
    template: Located,
    resume: usize,
    base: usize,
    dot: Slot,
}

/// Why stepping through a body stopped.
enum Leave {
    End,
    Call(Located, Slot),
}

impl<T: Tracer> Executor<'_, T> {
    /// Runs a template and those that it calls. The dot is set; `$` is not yet.
    pub(super) fn run(&mut self, template: Located, out: &mut Vec<u8>) -> Evaluated<()> {
        let mut callers: Vec<Caller> = Vec::new();
        let mut scopes = Vec::new();
        let mut current = template;
        let mut counter = 0;
        self.variables.push((0, self.dot.clone()));
        loop {
            let at = At {
                file: current.file.program(),
                name: current.file.name(),
                id: current.id,
                template: current.name(),
                missing_key: self.set.missing_key(),
            };
            match self.steps(&at, current.index, &mut counter, &mut scopes, callers.len(), out)? {
                Leave::Call(callee, data) => {
                    self.tracer.template_entered(callee.name());
                    let template = std::mem::replace(&mut current, callee);
                    let dot = std::mem::replace(&mut self.dot, data);
                    let base = std::mem::replace(&mut self.base, self.variables.len());
                    self.variables.push((0, self.dot.clone()));
                    callers.push(Caller {
                        template,
                        resume: counter,
                        base,
                        dot,
                    });
                    counter = 0;
                }
                Leave::End => {
                    let Some(caller) = callers.pop() else { return Ok(()) };
                    self.tracer.template_left(current.name());
                    self.variables.truncate(self.base);
                    self.base = caller.base;
                    self.dot = caller.dot;
                    current = caller.template;
                    counter = caller.resume;
                }
            }
        }
    }

    /// Steps through a body from `counter` on, until it ends or calls another template.
    fn steps(
        &mut self,
        at: &At<'_>,
        template: usize,
        counter: &mut usize,
        scopes: &mut Vec<Scope>,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Evaluated<Leave> {
        let code = &at.file.templates[template].code;
        while let Some(&instruction) = code.get(*counter) {
            self.tracer.step(at.id, template, *counter);
            *counter += 1;
            match instruction {
                Instruction::Text { start, end } => {
                    let from = out.len();
                    out.extend_from_slice(&at.file.text[start as usize..end as usize]);
                    self.tracer.output(
                        Span {
                            file: at.id,
                            start,
                            end,
                        },
                        from..out.len(),
                    );
                }
                Instruction::Action(pipe) => {
                    let from = out.len();
                    let Pipe {
                        variables,
                        sole_operand,
                        ..
                    } = *at.file.pipe(pipe);
                    if self.look(at, sole_operand, |value| print_plain(value, out)) != Some(true) {
                        let value = self.pipe(at, pipe)?;
                        if variables.length > 0 {
                            continue;
                        }
                        self.print(at, &value, out)?;
                    }
                    self.tracer.output(self.span(at, pipe), from..out.len());
                }
                Instruction::If { pipe, otherwise } => {
                    let variables = self.variables.len();
                    let taken = match self.look(at, at.file.pipe(pipe).sole_operand, is_true) {
                        Some(taken) => taken,
                        None => self.pipe(at, pipe)?.is_true(),
                    };
                    self.tracer.branch(self.span(at, pipe), taken);
                    scopes.push(Scope::Plain { variables });
                    if !taken {
                        *counter = otherwise as usize;
                    }
                }
                Instruction::With { pipe, otherwise } => {
                    let variables = self.variables.len();
                    let value = self.pipe(at, pipe)?;
                    let taken = value.is_true();
                    self.tracer.branch(self.span(at, pipe), taken);
                    if taken {
                        let dot = std::mem::replace(&mut self.dot, value);
                        scopes.push(Scope::With { variables, dot });
                    } else {
                        scopes.push(Scope::Plain { variables });
                        *counter = otherwise as usize;
                    }
                }
                Instruction::Range { pipe, next, otherwise } => {
                    if !self.start_loop(at, pipe, next, scopes)? {
                        *counter = otherwise as usize;
                    }
                }
                Instruction::Next { body, end } => {
                    *counter = self.turn_loop(at, body, end, scopes)? as usize;
                }
                Instruction::Jump(target) => *counter = target as usize,
                Instruction::Close => {
                    if let Some(scope) = scopes.pop() {
                        self.close(scope);
                    }
                }
                Instruction::Break | Instruction::Continue => {
                    *counter = self.leave_loop(code, instruction, scopes) as usize;
                }
                Instruction::Call(node) => {
                    let (callee, data) = self.callee(at, node, depth)?;
                    return Ok(Leave::Call(callee, data));
                }
            }
        }
        Ok(Leave::End)
    }

    fn close(&mut self, scope: Scope) {
        match scope {
            Scope::Plain { variables } => self.variables.truncate(variables),
            Scope::With { variables, dot } => {
                self.variables.truncate(variables);
                self.dot = dot;
            }
            Scope::Loop(state) => {
                self.variables.truncate(state.variables);
                self.dot = state.dot;
            }
        }
    }

    /// Evaluates what a loop goes through and prepares its first turn. False where there is nothing to go through.
    fn start_loop(&mut self, at: &At<'_>, pipe: NodeId, next: u32, scopes: &mut Vec<Scope>) -> Evaluated<bool> {
        let variables = self.variables.len();
        let value = self.pipe(at, pipe)?;
        let items = match Items::of(&value.value, at.file.pipe(pipe).variables.length as usize) {
            Ok(items) => items,
            Err(problem) => {
                let shown = String::from_utf8_lossy(&print::sprint_v(&value.value)).into_owned();
                let message = match problem {
                    NoItems::WrongType => format!("range can't iterate over {shown}"),
                    NoItems::TwoVariables => format!("can't use {shown} to iterate over more than one variable"),
                };
                let mut failure = self.failure(at, crate::error::ExecCause::Message(message));
                failure.culprit = Some(value.value);
                return Err(failure);
            }
        };
        let mut state = Loop {
            variables,
            with_header: self.variables.len(),
            dot: self.dot.clone(),
            next,
            pipe,
            items,
        };
        match state.items.next() {
            None => {
                self.tracer.branch(self.span(at, pipe), false);
                scopes.push(Scope::Plain { variables });
                Ok(false)
            }
            Some((index, element)) => {
                self.start_turn(at, pipe, index, element)?;
                scopes.push(Scope::Loop(Box::new(state)));
                Ok(true)
            }
        }
    }

    /// Goes on to the next item of the innermost loop, or behind the loop.
    fn turn_loop(&mut self, at: &At<'_>, body: u32, end: u32, scopes: &mut Vec<Scope>) -> Evaluated<u32> {
        if let Some(Scope::Loop(state)) = scopes.last_mut() {
            self.variables.truncate(state.with_header);
            if let Some((index, element)) = state.items.next() {
                let pipe = state.pipe;
                self.start_turn(at, pipe, index, element)?;
                return Ok(body);
            }
        }
        if let Some(scope) = scopes.pop() {
            self.close(scope);
        }
        Ok(end)
    }

    /// Sets dot and variables for an item.
    fn start_turn(&mut self, at: &At<'_>, pipe: NodeId, index: Slot, element: Slot) -> Evaluated<()> {
        self.tracer.branch(self.span(at, pipe), true);
        let Pipe { variables, assigns, .. } = *at.file.pipe(pipe);
        let names = at.file.list(variables);
        if !names.is_empty() {
            let mut values = [(names[0], element.clone()), (0, Slot::NOTHING)];
            if let &[first, second] = names {
                values = [(first, index), (second, element.clone())];
            }
            let first = self.variables.len().saturating_sub(names.len());
            for (position, (name, value)) in values.into_iter().take(names.len()).enumerate() {
                if assigns {
                    self.assign(at, name, value)?;
                } else if let Some(variable) = self.variables.get_mut(first + position) {
                    variable.1 = value;
                }
            }
        }
        self.dot = element;
        Ok(())
    }

    /// `break` and `continue`: closes what is open inside the innermost loop, and for `break` the loop.
    fn leave_loop(&mut self, code: &[Instruction], instruction: Instruction, scopes: &mut Vec<Scope>) -> u32 {
        while let Some(scope) = scopes.pop() {
            match scope {
                Scope::Loop(state) => {
                    let next = state.next;
                    if matches!(instruction, Instruction::Continue) {
                        scopes.push(Scope::Loop(state));
                        return next;
                    }
                    self.close(Scope::Loop(state));
                    return match code.get(next as usize) {
                        Some(Instruction::Next { end, .. }) => *end,
                        _ => next,
                    };
                }
                inner => self.close(inner),
            }
        }
        // The parser lets neither stand outside a loop.
        code.len() as u32
    }

    /// The template that a `template` or `block` calls, and its data.
    fn callee(&mut self, at: &At<'_>, node: NodeId, depth: usize) -> Evaluated<(Located, Slot)> {
        self.node = node;
        let NodeKind::Template(name, pipe) = at.file.node(node).kind else {
            return self.fail(at, "not a template call");
        };
        let name = &at.file.strings[name as usize];
        let Some(callee) = self.find(name) else {
            return self.fail(at, format!("template {} not defined", skeg_value::quote::quote(name)));
        };
        if depth >= MOST_TEMPLATES {
            return self.fail(at, format!("exceeded maximum template depth ({MOST_TEMPLATES})"));
        }
        let data = if pipe == NO_NODE {
            Slot::NOTHING
        } else {
            self.pipe(at, pipe)?
        };
        Ok((callee, data))
    }

    /// Writes the value of an action that [`print_plain`] doesn't.
    fn print(&mut self, at: &At<'_>, slot: &Slot, out: &mut Vec<u8>) -> Evaluated<()> {
        match &slot.value {
            // A struct that can be pointed at prints with the `String` method of its pointer type.
            Value::Object(object)
                if slot.known == Static::Addressable
                    && !object.is_stringer()
                    && object.method_arity("String") == Some(0) =>
            {
                match object.call_method("String", &[]) {
                    Ok(text) => print::append_v(out, &text),
                    Err(error) => return self.fail(at, error.0),
                }
            }
            value => {
                if !print_plain(value, out) {
                    print::append_v(out, value);
                }
            }
        }
        Ok(())
    }
}

/// Writes the value of an action unless it is an object, which may have methods for that. Returns whether it did.
fn print_plain(value: &Value, out: &mut Vec<u8>) -> bool {
    match value {
        Value::String(text) => out.extend_from_slice(text),
        Value::Object(_) => return false,
        // Nothing but "no value" is null here: the pipeline has unwrapped nil interfaces.
        Value::Null => out.extend_from_slice(b"<no value>"),
        value => print::append_v(out, value),
    }
    true
}
