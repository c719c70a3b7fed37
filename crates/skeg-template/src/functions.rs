//! Which function a name in a template stands for.

use crate::builtins::Builtin;
use crate::function::Function;
use crate::hash::NameMap;

/// The functions that templates may call: the host's tables, and the language's own behind them.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    table: NameMap<&'static str, &'static Function>,
}

/// What a name was resolved to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Callee {
    Builtin(Builtin),
    Host(&'static Function),
}

impl Callee {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Callee::Builtin(builtin) => builtin.name(),
            Callee::Host(function) => function.name,
        }
    }
}

impl Functions {
    /// The functions of these tables; a later table hides an earlier one, and each hides a built-in of the same name.
    pub fn new(tables: &[&'static [Function]]) -> Self {
        Functions {
            table: tables
                .iter()
                .flat_map(|table| table.iter())
                .map(|f| (f.name, f))
                .collect(),
        }
    }

    /// The host's function of this name.
    pub fn get(&self, name: &str) -> Option<&'static Function> {
        self.table.get(name).copied()
    }

    /// Whether templates may call this name, as a host function or a built-in.
    pub fn contains(&self, name: &str) -> bool {
        self.resolve(name).is_some()
    }

    pub(crate) fn resolve(&self, name: &str) -> Option<Callee> {
        match self.table.get(name) {
            Some(function) => Some(Callee::Host(function)),
            None => Builtin::named(name).map(Callee::Builtin),
        }
    }
}
