//! What a run of templates brings along for its functions.

use std::rc::Rc;

use skeg_template::function::Context;
use skeg_value::Str;

use crate::world::World;

/// The state behind [`Context::host`]: functions reach it through [`host`].
#[derive(Debug)]
pub struct Host {
    /// Clock, entropy, network.
    pub world: Rc<dyn World>,
    /// When the run began, seconds and nanoseconds since 1970: `now` prints how long ago that was.
    pub(crate) started: (i64, u32),
    /// Whether `getHostByName` may ask the network.
    pub enable_dns: bool,
    /// Whether `required` and `fail` only leave a note, as in `lint`.
    pub lint: bool,
    /// What they noted.
    pub notes: Vec<Note>,
    /// The names of the `include`s that are under way, the innermost last.
    pub(crate) includes: Vec<Str>,
}

/// What a template complained of while it was linted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// `required` met a null: its message.
    MissingValue(String),
    /// `required` met an empty text: its message.
    MissingText(String),
    /// `fail` was called: its message.
    Failed(String),
}

impl Host {
    /// The state of a new run.
    pub fn new(world: Rc<dyn World>) -> Self {
        Host {
            started: world.now(),
            world,
            enable_dns: false,
            lint: false,
            notes: Vec::new(),
            includes: Vec::new(),
        }
    }
}

/// The host of the run that calls a function; none when functions are called by a program of its own kind.
pub(crate) fn host(context: &mut dyn Context) -> Option<&mut Host> {
    context.host().downcast_mut::<Host>()
}
