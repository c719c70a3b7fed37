//! Pipelines, commands, operands and constants.
//!
//! # Source
//! spec/rendering.md 1.3, 1.4, 1.6.

use skeg_value::{Int, IntType, MapType, Value};

use super::slot::Slot;
use super::{At, Evaluated, Executor};
use crate::function::Param;
use crate::print::Complex;
use crate::program::{NO_NODE, NodeId, NodeKind, Pipe};
use crate::show::show;
use crate::tracer::Tracer;

impl<T: Tracer> Executor<'_, T> {
    /// The value of a pipeline; variables that it declares are added to those in scope.
    pub(super) fn pipe(&mut self, at: &At<'_>, id: NodeId) -> Evaluated {
        self.node = id;
        if self.stack_is_used_up() {
            return self.fail(at, "exceeded maximum nesting of expressions");
        }
        let Pipe {
            variables,
            assigns,
            commands,
            ..
        } = *at.file.pipe(id);
        // There is at least one command.
        let (&first, further) = at.file.list(commands).split_first().unwrap_or((&NO_NODE, &[]));
        let mut value = self.command(at, first, None)?.unwrapped();
        for &command in further {
            value = self.command(at, command, Some(value))?.unwrapped();
        }
        if variables.length == 0 {
            return Ok(value);
        }
        for &name in at.file.list(variables) {
            if assigns {
                self.assign(at, name, value.clone())?;
            } else {
                self.variables.push((name, value.clone()));
            }
        }
        Ok(value)
    }

    /// Gives the innermost variable of a name another value.
    pub(super) fn assign(&mut self, at: &At<'_>, name: u32, value: Slot) -> Evaluated<()> {
        match self.variable(name) {
            Some(index) => {
                self.variables[index].1 = value;
                Ok(())
            }
            None => self.fail(at, format!("undefined variable: {}", at.file.name_at(name))),
        }
    }

    /// Where the innermost variable of a name is.
    pub(super) fn variable(&self, name: u32) -> Option<usize> {
        self.variables[self.base..]
            .iter()
            .rposition(|(id, _)| *id == name)
            .map(|index| self.base + index)
    }

    /// Where the variable of a name is, `$` by the short way where it always means the data.
    fn variable_or_fail(&self, at: &At<'_>, name: u32) -> Evaluated<usize> {
        if name == 0 && !at.file.redefines_dollar {
            return Ok(self.base);
        }
        match self.variable(name) {
            Some(index) => Ok(index),
            None => self.fail(at, format!("undefined variable: {}", at.file.name_at(name))),
        }
    }

    /// The value of a command. `last` is the value of the stage before, which becomes the last argument.
    fn command(&mut self, at: &At<'_>, id: NodeId, last: Option<Slot>) -> Evaluated {
        let NodeKind::Command(words) = at.file.node(id).kind else {
            return self.fail(at, "not a command");
        };
        let words = at.file.list(words);
        let (first, args) = (words[0], &words[1..]);
        match at.file.node(first).kind {
            NodeKind::Field(names) => {
                self.node = first;
                self.dot_chain(at, first, names, args, last)
            }
            NodeKind::Chain(term, names) => self.chain(at, first, term, names, args, last),
            NodeKind::Function(callee) => self.function(at, first, id, callee, args, last),
            NodeKind::Pipe(_) => {
                self.takes_no_arguments(at, first, args, last.as_ref())?;
                self.pipe(at, first)
            }
            NodeKind::Variable(name, names) => {
                self.node = first;
                let index = self.variable_or_fail(at, name)?;
                if names.length == 0 {
                    self.takes_no_arguments(at, first, args, last.as_ref())?;
                    return Ok(self.read_variable(at, first, index));
                }
                self.variable_chain(at, first, index, names, args, last)
            }
            _ => {
                self.node = first;
                self.takes_no_arguments(at, first, args, last.as_ref())?;
                if matches!(at.file.node(first).kind, NodeKind::Nil) {
                    return self.fail(at, "nil is not a command");
                }
                self.operand(at, first)
            }
        }
    }

    fn takes_no_arguments(&self, at: &At<'_>, word: NodeId, args: &[u32], last: Option<&Slot>) -> Evaluated<()> {
        if args.is_empty() && last.is_none() {
            return Ok(());
        }
        let shown = show(at.file, word);
        self.fail(at, format!("can't give argument to non-function {shown}"))
    }

    fn read_variable(&mut self, at: &At<'_>, node: NodeId, index: usize) -> Slot {
        let slot = self.variables[index].1.clone();
        self.tracer
            .read(self.span(at, node), (!slot.is_nothing()).then_some(&slot.value));
        slot
    }

    /// The value of a word that is no command with arguments: as an argument, or at the start of a field chain.
    pub(super) fn operand(&mut self, at: &At<'_>, id: NodeId) -> Evaluated {
        self.node = id;
        match at.file.node(id).kind {
            NodeKind::Dot => {
                let slot = self.dot.clone();
                self.tracer
                    .read(self.span(at, id), (!slot.is_nothing()).then_some(&slot.value));
                Ok(slot)
            }
            NodeKind::Nil => Ok(Slot::NOTHING),
            NodeKind::Field(names) => self.dot_chain(at, id, names, &[], None),
            NodeKind::Variable(name, names) => {
                let index = self.variable_or_fail(at, name)?;
                if names.length == 0 {
                    return Ok(self.read_variable(at, id, index));
                }
                self.variable_chain(at, id, index, names, &[], None)
            }
            NodeKind::Pipe(_) => self.pipe(at, id),
            NodeKind::Function(callee) => self.function(at, id, id, callee, &[], None),
            NodeKind::Chain(term, names) => self.chain(at, id, term, names, &[], None),
            NodeKind::Bool(b) => Ok(Slot::concrete(Value::Bool(b))),
            NodeKind::String(text) => Ok(Slot::concrete(Value::String(at.file.strings[text as usize].clone()))),
            NodeKind::Number(_) => self.constant(at, id),
            NodeKind::Command(_) | NodeKind::Template(..) => self.fail(at, "not an operand"),
        }
    }

    /// A number where nothing asks for a type: its form decides.
    fn constant(&mut self, at: &At<'_>, id: NodeId) -> Evaluated {
        let NodeKind::Number(index) = at.file.node(id).kind else {
            return self.fail(at, "not a number");
        };
        let number = at.file.numbers[index as usize];
        if let Some(Complex { re, im }) = number.complex {
            return Ok(Slot::concrete(Value::Object(std::rc::Rc::new(Complex { re, im }))));
        }
        match (number.float, number.int) {
            (Some(float), _) if number.prefers_float => Ok(Slot::concrete(Value::Float(float))),
            (_, Some(int)) => Ok(Slot::concrete(Value::int(int))),
            _ => self.fail(at, format!("{} overflows int", show(at.file, id))),
        }
    }

    /// The value of an argument for a parameter of this type.
    pub(super) fn argument(&mut self, at: &At<'_>, id: NodeId, param: Param) -> Evaluated<Value> {
        self.node = id;
        match (at.file.node(id).kind, param) {
            (NodeKind::String(text), Param::Any | Param::String) => {
                Ok(Value::String(at.file.strings[text as usize].clone()))
            }
            (NodeKind::Nil, _) => match param.nil_value() {
                Some(nil) => Ok(nil),
                None => self.fail(at, format!("cannot assign nil to {}", param.type_name())),
            },
            (NodeKind::Bool(_) | NodeKind::Number(_), Param::Any) => self.operand(at, id).map(|slot| slot.value),
            (NodeKind::Bool(_) | NodeKind::String(_) | NodeKind::Number(_), _) => self.literal(at, id, param),
            _ => match self.look(at, id, |value| suits(value, param).then(|| value.clone())) {
                Some(Some(value)) => Ok(value),
                _ => {
                    let slot = self.operand(at, id)?;
                    self.checked(at, slot, param)
                }
            },
        }
    }

    /// A literal as a value of the parameter's type.
    fn literal(&self, at: &At<'_>, id: NodeId, param: Param) -> Evaluated<Value> {
        let kind = at.file.node(id).kind;
        let number = match kind {
            NodeKind::Number(index) => at.file.numbers[index as usize],
            _ => Default::default(),
        };
        let (value, wanted) = match (param, kind) {
            (Param::String, NodeKind::String(text)) => {
                return Ok(Value::String(at.file.strings[text as usize].clone()));
            }
            (Param::Bool, NodeKind::Bool(b)) => return Ok(Value::Bool(b)),
            (Param::String, _) => (None, "string"),
            (Param::Bool, _) => (None, "bool"),
            (Param::Int, _) => (number.int.map(Value::int), "integer"),
            (Param::Int64, _) => (number.int.map(Value::int64), "integer"),
            (Param::Uint32, _) => (number.int.filter(|&int| int >= 0).map(uint32), "unsigned integer"),
            (Param::Float, _) => (number.float.map(Value::Float), "float"),
            (Param::Any | Param::List(_) | Param::Map | Param::Object(_), _) => {
                let (shown, name) = (show(at.file, id), param.type_name());
                return self.fail(at, format!("can't handle {shown} for arg of type {name}"));
            }
        };
        match value {
            Some(value) => Ok(value),
            None => self.fail(at, format!("expected {wanted}; found {}", show(at.file, id))),
        }
    }

    /// A value that is to be passed for a parameter of this type, converted where Go's assignment does.
    pub(super) fn checked(&self, at: &At<'_>, slot: Slot, param: Param) -> Evaluated<Value> {
        if slot.is_nothing() {
            return match param.nil_value() {
                Some(nil) => Ok(nil),
                None => self.fail(at, format!("invalid value; expected {}", param.type_name())),
            };
        }
        match (param, &slot.value) {
            (param, value) if suits(value, param) => Ok(slot.value),
            // The named type is assignable to the unnamed one, and loses its name on the way.
            (Param::Map, Value::Map(map)) if map.ty() == MapType::Values => Ok(Value::Map(map.with_type(MapType::Any))),
            _ => self.wrong_type(at, &slot, param),
        }
    }

    fn wrong_type<V>(&self, at: &At<'_>, slot: &Slot, param: Param) -> Evaluated<V> {
        let got = if slot.is_nil_interface() {
            "interface {}".to_owned()
        } else {
            slot.value.type_name()
        };
        let message = format!("wrong type for value; expected {}; got {got}", param.type_name());
        let mut failure = self.failure(at, crate::error::ExecCause::Message(message));
        failure.culprit = Some(slot.value.clone());
        Err(failure)
    }
}

/// A literal for a `uint32`: what does not fit loses its upper bits, as in Go.
fn uint32(number: i64) -> Value {
    Value::Int(Int {
        value: number & 0xffff_ffff,
        ty: IntType::Uint32,
    })
}

/// Whether a value can be passed for a parameter of this type as it is.
fn suits(value: &Value, param: Param) -> bool {
    match (param, value) {
        (Param::Any, _)
        | (Param::String, Value::String(_))
        | (Param::Bool, Value::Bool(_))
        | (Param::Float, Value::Float(_)) => true,
        (Param::Int, Value::Int(int)) => int.ty == IntType::Int,
        (Param::Int64, Value::Int(int)) => int.ty == IntType::Int64,
        (Param::Uint32, Value::Int(int)) => int.ty == IntType::Uint32,
        (Param::List(ty), Value::List(list)) => list.ty() == ty,
        (Param::Map, Value::Map(map)) => map.ty() == MapType::Any,
        (Param::Object(name), Value::Object(object)) => fits(object.type_name(), name),
        _ => false,
    }
}

/// Whether an object's type is the wanted one, or a pointer to it.
fn fits(name: &str, wanted: &str) -> bool {
    name == wanted || name.strip_prefix('*') == Some(wanted)
}
