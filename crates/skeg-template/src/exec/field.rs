//! Field chains: `.a.b`, `$x.a`, `(pipe).a`. Methods come before struct fields, these before map keys.
//!
//! # Source
//! spec/rendering.md 1.6.

use skeg_value::{Map, MapType, Value};

use super::slot::{Slot, Static};
use super::{At, Evaluated, Executor};
use crate::error::ExecCause;
use crate::function::{Methods, Param};
use crate::program::{Ids, NO_NODE, NodeId, NodeKind};
use crate::set::MissingKey;
use crate::tracer::Tracer;

/// The parameters of an object's own method, which says for itself what it can't take.
static ANYTHING: [Param; 8] = [Param::Any; 8];

/// The arguments of the last name of a chain.
#[derive(Default)]
struct Arguments<'f> {
    words: &'f [NodeId],
    last: Option<Slot>,
}

impl Arguments<'_> {
    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.last.is_none()
    }
}

impl<T: Tracer> Executor<'_, T> {
    /// `.a.b` on the dot.
    pub(super) fn dot_chain(
        &mut self,
        at: &At<'_>,
        node: NodeId,
        names: Ids,
        words: &[NodeId],
        last: Option<Slot>,
    ) -> Evaluated {
        if words.is_empty()
            && last.is_none()
            && let Some(slot) = read_maps(at, self.methods, &self.dot, names)
        {
            self.trace_read(at, node, &slot);
            return Ok(slot);
        }
        let receiver = self.dot.clone();
        self.fields(at, node, receiver, names, Arguments { words, last })
    }

    /// `$x.a.b`; the variable is at `index`.
    pub(super) fn variable_chain(
        &mut self,
        at: &At<'_>,
        node: NodeId,
        index: usize,
        names: Ids,
        words: &[NodeId],
        last: Option<Slot>,
    ) -> Evaluated {
        let receiver = &self.variables[index].1;
        if words.is_empty()
            && last.is_none()
            && let Some(slot) = read_maps(at, self.methods, receiver, names)
        {
            self.trace_read(at, node, &slot);
            return Ok(slot);
        }
        let receiver = receiver.clone();
        self.fields(at, node, receiver, names, Arguments { words, last })
    }

    /// Lets `use_value` look at the value of a dot, variable or field chain through maps, without taking it out of
    /// there; a null is no value or a nil interface. None where the operand is something else (or [`NO_NODE`]), or has
    /// to be evaluated to find out what is wrong with it.
    pub(super) fn look<R>(&mut self, at: &At<'_>, operand: NodeId, use_value: impl FnOnce(&Value) -> R) -> Option<R> {
        if operand == NO_NODE {
            return None;
        }
        self.node = operand;
        let (receiver, names) = match at.file.node(operand).kind {
            NodeKind::Dot => (&self.dot, Ids::default()),
            NodeKind::Field(names) => (&self.dot, names),
            NodeKind::Variable(0, names) if !at.file.redefines_dollar => (&self.variables[self.base].1, names),
            NodeKind::Variable(name, names) => (&self.variables[self.variable(name)?].1, names),
            _ => return None,
        };
        let span = self.span(at, operand);
        let tracer = &mut self.tracer;
        let traced = |value: &Value| {
            tracer.read(span, (!value.is_null()).then_some(value));
            use_value(value)
        };
        if names.length == 0 {
            return Some(traced(&receiver.value));
        }
        walk_maps(at, self.methods, receiver, names, |found, ty| match found {
            Some(value) => traced(value),
            None => traced(&Slot::missing_entry(ty).value),
        })
    }

    /// `(pipe).a.b` or `function.a.b`.
    pub(super) fn chain(
        &mut self,
        at: &At<'_>,
        node: NodeId,
        term: NodeId,
        names: Ids,
        words: &[NodeId],
        last: Option<Slot>,
    ) -> Evaluated {
        self.node = node;
        let receiver = self.operand(at, term)?;
        self.fields(at, node, receiver, names, Arguments { words, last })
    }

    fn trace_read(&mut self, at: &At<'_>, node: NodeId, slot: &Slot) {
        self.tracer
            .read(self.span(at, node), (!slot.is_nothing()).then_some(&slot.value));
    }

    /// Walks a chain from a receiver, one name at a time; the last name gets the arguments.
    fn fields(&mut self, at: &At<'_>, node: NodeId, start: Slot, names: Ids, arguments: Arguments<'_>) -> Evaluated {
        let root = start.value.clone();
        let names = at.file.list(names);
        let mut receiver = start;
        let mut arguments = Some(arguments);
        for (position, &name) in names.iter().enumerate() {
            let is_last = position + 1 == names.len();
            let passed = if is_last { arguments.take() } else { None };
            receiver = match self.field(at, node, receiver, at.file.name_at(name), passed.unwrap_or_default()) {
                Ok(slot) => slot,
                Err(mut failure) => {
                    if failure.path.is_none() && matches!(failure.cause, ExecCause::Message(_)) {
                        let walked = names[..=position]
                            .iter()
                            .map(|&n| at.file.name_at(n).to_owned())
                            .collect();
                        failure.path = Some((root, walked));
                    }
                    return Err(failure);
                }
            };
        }
        self.trace_read(at, node, &receiver);
        Ok(receiver)
    }

    /// `.name` on a receiver.
    fn field(&mut self, at: &At<'_>, node: NodeId, receiver: Slot, name: &str, args: Arguments<'_>) -> Evaluated {
        if receiver.is_nothing() {
            if at.missing_key == MissingKey::Error {
                let quoted = skeg_value::quote::quote(name.as_bytes());
                return self.bad_field(at, receiver, format!("nil data; no entry for key {quoted}"));
            }
            return Ok(Slot::NOTHING);
        }
        if receiver.is_nil_interface() {
            return self.bad_field(at, receiver, format!("nil pointer evaluating interface {{}}.{name}"));
        }
        match &receiver.value {
            Value::Map(map) => {
                if let Some(method) = self.methods.method(map.ty(), name) {
                    let values = self.arguments(at, name, method.params, method.variadic, args.words, args.last)?;
                    let result = (method.run)(self, &receiver.value, &values);
                    return self.returned(at, node, name, values, result);
                }
                if !args.is_empty() {
                    return self.bad_field(at, receiver, format!("{name} is not a method but has arguments"));
                }
                let found = map.borrow().get(name.as_bytes()).cloned();
                Ok(match found {
                    Some(value) => Slot::entry(value, map.ty()),
                    None => match at.missing_key {
                        MissingKey::Zero => Slot::missing_entry(map.ty()),
                        MissingKey::Invalid => Slot::NOTHING,
                        MissingKey::Error => {
                            let quoted = skeg_value::quote::quote(name.as_bytes());
                            return self.bad_field(at, receiver, format!("map has no entry for key {quoted}"));
                        }
                    },
                })
            }
            Value::Object(_) => self.object_field(at, node, receiver, name, args),
            _ => self.no_field(at, receiver, name),
        }
    }

    fn object_field(
        &mut self,
        at: &At<'_>,
        node: NodeId,
        receiver: Slot,
        name: &str,
        args: Arguments<'_>,
    ) -> Evaluated {
        let Value::Object(object) = receiver.value.clone() else {
            return self.no_field(at, receiver, name);
        };
        if let Some(method) = self.methods.object_method(&*object, name) {
            let values = self.arguments(at, name, method.params, method.variadic, args.words, args.last)?;
            let result = (method.run)(self, &receiver.value, &values);
            return self.returned(at, node, name, values, result);
        }
        if let Some(arity) = object.method_arity(name) {
            let params = &ANYTHING[..arity.min(ANYTHING.len())];
            let values = self.arguments(at, name, params, None, args.words, args.last)?;
            let result = object.call_method(name, &values).map_err(|error| error.0.into());
            return self.returned(at, node, name, values, result);
        }
        let Some(value) = object.field(name) else {
            return self.no_field(at, receiver, name);
        };
        if !args.is_empty() {
            let message = format!("{name} has arguments but cannot be invoked as function");
            return self.bad_field(at, receiver, message);
        }
        let reachable = object.kind() == "ptr" || receiver.known == Static::Addressable;
        let mut slot = Slot::result(value);
        if reachable && slot.known == Static::Concrete {
            slot.known = Static::Addressable;
        }
        Ok(slot)
    }

    fn no_field(&self, at: &At<'_>, receiver: Slot, name: &str) -> Evaluated {
        let message = format!("can't evaluate field {name} in type {}", receiver.static_type());
        self.bad_field(at, receiver, message)
    }

    fn bad_field(&self, at: &At<'_>, receiver: Slot, message: String) -> Evaluated {
        let mut failure = self.failure(at, ExecCause::Message(message));
        failure.culprit = Some(receiver.value);
        Err(failure)
    }
}

/// The value that a chain through maps leads to, a copy of it.
fn read_maps(at: &At<'_>, methods: &dyn Methods, receiver: &Slot, names: Ids) -> Option<Slot> {
    walk_maps(at, methods, receiver, names, |found, ty| match found {
        Some(value) => Slot::entry(value.clone(), ty),
        None => Slot::missing_entry(ty),
    })
}

/// The quick way through maps without methods, which is what nearly all chains are. None where something else is met:
/// the slow way then finds out what. `use_value` gets what the last map has for the last name.
fn walk_maps<R>(
    at: &At<'_>,
    methods: &dyn Methods,
    receiver: &Slot,
    names: Ids,
    use_value: impl FnOnce(Option<&Value>, MapType) -> R,
) -> Option<R> {
    if at.missing_key != MissingKey::Zero {
        return None;
    }
    let Value::Map(first) = &receiver.value else {
        return None;
    };
    let (&last, before) = at.file.list(names).split_last()?;
    let mut below: Map;
    let mut map = first;
    for &name in before {
        let name = at.file.name_at(name);
        if has_method(methods, map, name) {
            return None;
        }
        let next = match map.borrow().get(name.as_bytes()) {
            Some(Value::Map(next)) => next.clone(),
            _ => return None,
        };
        below = next;
        map = &below;
    }
    let name = at.file.name_at(last);
    if has_method(methods, map, name) {
        return None;
    }
    Some(use_value(map.borrow().get(name.as_bytes()), map.ty()))
}

fn has_method(methods: &dyn Methods, map: &Map, name: &str) -> bool {
    !matches!(map.ty(), MapType::Any | MapType::String) && methods.method(map.ty(), name).is_some()
}
