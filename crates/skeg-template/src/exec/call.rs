//! Calls: counting and checking arguments, built-ins, functions of the host.
//!
//! # Source
//! spec/rendering.md 1.6 (argument checking), 1.8, 1.9.

use skeg_value::Value;

use super::slot::{Slot, is_true};
use super::{At, Evaluated, Executor, Failure};
use crate::builtins::{Builtin, Style};
use crate::error::ExecCause;
use crate::function::{CallError, Param};
use crate::functions::Callee;
use crate::program::NodeId;
use crate::show::show;
use crate::tracer::Tracer;

impl<T: Tracer> Executor<'_, T> {
    /// Calls a function. `word` is its name, `command` what an error of its own is located at.
    pub(super) fn function(
        &mut self,
        at: &At<'_>,
        word: NodeId,
        command: NodeId,
        callee: u32,
        args: &[NodeId],
        last: Option<Slot>,
    ) -> Evaluated {
        self.node = word;
        match at.file.callees[callee as usize] {
            Callee::Host(function) => {
                let values = self.arguments(at, function.name, function.params, function.variadic, args, last)?;
                let result = (function.run)(self, &values);
                self.returned(at, command, function.name, values, result)
            }
            Callee::Builtin(builtin) => self.builtin(at, command, builtin, args, last),
        }
    }

    /// Evaluates and checks the arguments of a function or method. The list goes back with [`Self::returned`].
    pub(super) fn arguments(
        &mut self,
        at: &At<'_>,
        name: &str,
        params: &[Param],
        variadic: Option<Param>,
        args: &[NodeId],
        last: Option<Slot>,
    ) -> Evaluated<Vec<Value>> {
        self.check_count(at, name, params.len(), variadic.is_some(), args.len(), last.is_some())?;
        let mut values = self.value_lists.pop().unwrap_or_default();
        let param_at = |position: usize| params.get(position).copied().or(variadic).unwrap_or(Param::Any);
        for (position, &arg) in args.iter().enumerate() {
            values.push(self.argument(at, arg, param_at(position))?);
        }
        if let Some(last) = last {
            values.push(self.checked(at, last, param_at(args.len()))?);
        }
        Ok(values)
    }

    fn check_count(
        &self,
        at: &At<'_>,
        name: &str,
        fixed: usize,
        variadic: bool,
        args: usize,
        has_last: bool,
    ) -> Evaluated<()> {
        let given = args + usize::from(has_last);
        if variadic && given < fixed {
            // The value of the stage before isn't counted here, as in Go.
            return self.fail(
                at,
                format!("wrong number of args for {name}: want at least {fixed} got {args}"),
            );
        }
        if !variadic && given != fixed {
            return self.fail(at, format!("wrong number of args for {name}: want {fixed} got {given}"));
        }
        Ok(())
    }

    /// What a function gave back, as the value of the call.
    pub(super) fn returned(
        &mut self,
        at: &At<'_>,
        node: NodeId,
        name: &str,
        mut values: Vec<Value>,
        result: Result<Value, CallError>,
    ) -> Evaluated {
        match result {
            Ok(value) => {
                values.clear();
                self.value_lists.push(values);
                Ok(Slot::result(value))
            }
            Err(error) => Err(self.call_failed(at, node, name, error, values.into_iter().next())),
        }
    }

    fn call_failed(
        &mut self,
        at: &At<'_>,
        node: NodeId,
        name: &str,
        error: CallError,
        culprit: Option<Value>,
    ) -> Failure {
        self.node = node;
        let cause = ExecCause::Call {
            function: name.to_owned(),
            error: Box::new(error),
        };
        let mut failure = self.failure(at, cause);
        failure.culprit = culprit;
        failure
    }

    fn builtin(
        &mut self,
        at: &At<'_>,
        command: NodeId,
        builtin: Builtin,
        args: &[NodeId],
        last: Option<Slot>,
    ) -> Evaluated {
        let name = builtin.name();
        match builtin.style() {
            Style::Printing(run, params) => {
                let values = self.arguments(at, name, params, Some(Param::Any), args, last)?;
                let result = Ok(run(&values));
                self.returned(at, command, name, values, result)
            }
            Style::Logic { until } => {
                self.check_count(at, name, 1, true, args.len(), last.is_some())?;
                self.logic(at, until, args, last)
            }
            Style::Reflective { run, fixed, variadic } => {
                if let (Builtin::Not, &[arg], None) = (builtin, args, &last)
                    && let Some(truth) = self.look(at, arg, is_true)
                {
                    return Ok(Slot::concrete(Value::Bool(!truth)));
                }
                self.check_count(at, name, fixed, variadic, args.len(), last.is_some())?;
                let mut slots = self.slot_lists.pop().unwrap_or_default();
                for &arg in args {
                    slots.push(self.operand(at, arg)?);
                }
                slots.extend(last);
                match run(&slots) {
                    Ok(slot) => {
                        slots.clear();
                        self.slot_lists.push(slots);
                        Ok(slot)
                    }
                    Err(text) => {
                        let culprit = slots.into_iter().next().map(|slot| slot.value);
                        Err(self.call_failed(at, command, name, CallError::Message(text), culprit))
                    }
                }
            }
            Style::Call => {
                self.check_count(at, name, 1, true, args.len(), last.is_some())?;
                self.call_value(at, command, args, last)
            }
        }
    }

    /// `and` and `or`: the first operand whose truth is `until`, or the last one; what follows isn't evaluated.
    fn logic(&mut self, at: &At<'_>, until: bool, args: &[NodeId], last: Option<Slot>) -> Evaluated {
        let mut value = Slot::NOTHING;
        for (position, &arg) in args.iter().enumerate() {
            // What doesn't decide need not be taken out of its map.
            let is_last = position + 1 == args.len() && last.is_none();
            if !is_last && self.look(at, arg, is_true) == Some(!until) {
                continue;
            }
            value = self.operand(at, arg)?;
            if value.is_true() == until {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    /// `call`: no value that a template can get hold of is a function, so this only finds words for that.
    fn call_value(&mut self, at: &At<'_>, command: NodeId, args: &[NodeId], last: Option<Slot>) -> Evaluated {
        let mut first = None;
        for &arg in args {
            let slot = self.operand(at, arg)?;
            first.get_or_insert(slot);
        }
        let shown = match (args.first(), &last) {
            (Some(&arg), _) => show(at.file, arg),
            (
                None,
                Some(Slot {
                    value: Value::String(text),
                    ..
                }),
            ) => text.to_string(),
            (None, Some(slot)) if slot.is_nothing() => "<invalid Value>".to_owned(),
            (None, Some(slot)) => format!("<{} Value>", slot.value.type_name()),
            (None, None) => String::new(),
        };
        let function = first.or(last).unwrap_or(Slot::NOTHING).unwrapped();
        let text = if function.is_nothing() {
            "call of nil".to_owned()
        } else {
            format!("non-function {shown} of type {}", function.value.type_name())
        };
        Err(self.call_failed(at, command, "call", CallError::Message(text), Some(function.value)))
    }
}
