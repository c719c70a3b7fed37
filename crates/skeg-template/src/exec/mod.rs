//! The executor: runs templates of a set on data and appends what they write to a buffer.
//!
//! [`Executor`] keeps the state of a run; [`run`] steps through instructions, [`eval`] evaluates pipelines, [`field`]
//! walks field chains, [`call`] calls functions and methods. `{{template}}` doesn't recurse on the thread's stack;
//! functions that run templates do ([`Context::execute`]), within a budget.

mod call;
mod eval;
mod field;
mod items;
mod run;
pub(crate) mod slot;

use std::any::Any;
use std::sync::Arc;

use skeg_value::{FileId, Span, Str, Value};

use crate::error::{ExecCause, ExecError};
use crate::function::{CallError, Context, Methods};
use crate::hash::NameMap;
use crate::program::{NodeId, ParsedFile, Program};
use crate::set::{Located, MissingKey, TemplateSet};
use crate::show::show;
use crate::tracer::{NoTrace, Tracer};

use slot::Slot;

/// Go's limit on templates that call templates with `{{template}}`.
const MOST_TEMPLATES: usize = 100_000;

/// The most runs inside each other. Charts get nowhere near; a text that runs itself for ever ends here, before its
/// error has a hundred thousand links.
const MOST_RUNS: usize = 20_000;

/// How much of the thread's stack nested parentheses and nested runs may use unless
/// [`Executor::set_stack_budget`] says otherwise. A run inside another takes 2 to 4 KiB, so that the thousand and more
/// that charts may have need some megabytes; the program runs templates on a thread with 1 GiB.
const DEFAULT_STACK_BUDGET: usize = 768 << 20;

/// The error type inside the executor: boxed, because results are passed through every expression.
pub(crate) type Failure = Box<ExecError>;
pub(crate) type Evaluated<V = Slot> = Result<V, Failure>;

/// Runs templates of a set.
///
/// One executor can run many templates after each other; parsed texts ([`Context::execute_text`]) and buffers are
/// kept between them.
pub struct Executor<'a, T: Tracer = NoTrace> {
    set: &'a TemplateSet,
    methods: &'a dyn Methods,
    host: &'a mut dyn Any,
    tracer: T,
    /// Texts parsed by [`Context::execute_text`] that are running, the innermost last. They hide the set.
    overlays: Vec<(Arc<ParsedFile>, FileId)>,
    /// All such texts by name and text.
    texts: NameMap<Str, Parsed>,
    /// The same in the order of their file ids, which come after those of the set.
    extra_files: Vec<Arc<ParsedFile>>,
    dot: Slot,
    /// Variables in scope: number of the name in the file, value. `$` of the running template is at `base`.
    variables: Vec<(u32, Slot)>,
    base: usize,
    /// The node that an error would be located at.
    node: NodeId,
    /// How many runs are inside each other.
    runs: usize,
    /// Where on the thread's stack the outermost run began.
    stack_start: usize,
    stack_budget: usize,
    buffers: Vec<Vec<u8>>,
    value_lists: Vec<Vec<Value>>,
    slot_lists: Vec<Vec<Slot>>,
}

/// A text that was parsed during the run, under its name.
struct Parsed {
    name: String,
    file: Arc<ParsedFile>,
    id: FileId,
}

/// The template that is being evaluated, for looking up nodes and for errors.
pub(crate) struct At<'f> {
    pub(crate) file: &'f Program,
    /// The name of the file.
    pub(crate) name: &'f str,
    pub(crate) id: FileId,
    pub(crate) template: &'f Str,
    pub(crate) missing_key: MissingKey,
}

impl<'a, T: Tracer> Executor<'a, T> {
    /// An executor for this set. `methods` knows the methods of named types, `host` is what functions find behind
    /// [`Context::host`], `tracer` watches ([`NoTrace`] for nobody).
    pub fn new(set: &'a TemplateSet, methods: &'a dyn Methods, host: &'a mut dyn Any, tracer: T) -> Self {
        Executor {
            set,
            methods,
            host,
            tracer,
            overlays: Vec::new(),
            texts: NameMap::default(),
            extra_files: Vec::new(),
            dot: Slot::NOTHING,
            variables: Vec::new(),
            base: 0,
            node: 0,
            runs: 0,
            stack_start: 0,
            stack_budget: DEFAULT_STACK_BUDGET,
            buffers: Vec::new(),
            value_lists: Vec::new(),
            slot_lists: Vec::new(),
        }
    }

    /// Sets how many bytes of the thread's stack a run may use for parentheses and runs inside each other. What needs
    /// more fails with an error; without this, a thread with less than 1 GiB of stack could be overrun by templates
    /// that nest without end. Leave a margin for functions: half of the stack is a good choice.
    pub fn set_stack_budget(&mut self, bytes: usize) {
        self.stack_budget = bytes;
    }

    /// The tracer.
    pub fn tracer(&mut self) -> &mut T {
        &mut self.tracer
    }

    /// The text that a span's file id stands for: one of the set, or one that was parsed during a run.
    pub fn source(&self, id: FileId) -> Option<&Arc<ParsedFile>> {
        let index = id.0 as usize;
        match index.checked_sub(self.set.files().len()) {
            None => self.set.files().get(index),
            Some(extra) => self.extra_files.get(extra),
        }
    }

    /// Runs a template on data and appends what it writes to `out`. After an error `out` holds what was written so
    /// far.
    ///
    /// # Errors
    /// What went wrong, with its location; also where there is no such template.
    pub fn execute(&mut self, name: &str, data: &Value, out: &mut Vec<u8>) -> Result<(), Box<ExecError>> {
        let Some(template) = self.find(name.as_bytes()) else {
            return Err(self.no_template(name.as_bytes()));
        };
        self.run_apart(template, data, out)
    }

    /// The template of this name, as running texts and the set define it.
    fn find(&self, name: &[u8]) -> Option<Located> {
        // A blank definition doesn't replace one that came before it, so the search goes on behind it.
        let mut blank = None;
        for (file, id) in self.overlays.iter().rev() {
            if let Some(index) = file.template_names().position(|own| **own == *name) {
                let located = || Located {
                    file: Arc::clone(file),
                    id: *id,
                    index,
                };
                if !file.program().templates[index].blank {
                    return Some(located());
                }
                blank = Some(located());
            }
        }
        let own = self.set.place(name).map(|place| Located {
            file: Arc::clone(&self.set.files()[place.file as usize]),
            id: FileId(place.file),
            index: place.template as usize,
        });
        own.or(blank)
    }

    fn no_template(&self, name: &[u8]) -> Failure {
        let quoted = skeg_value::quote::quote;
        let text = format!(
            "template: no template {} associated with template {}",
            quoted(name),
            quoted(self.set.root_name())
        );
        Box::new(ExecError::bare(text))
    }

    /// Runs a template as a run of its own, leaving the state of the one that asked for it as it was.
    fn run_apart(&mut self, template: Located, data: &Value, out: &mut Vec<u8>) -> Evaluated<()> {
        if self.runs == 0 {
            self.stack_start = stack_position();
        } else if self.runs >= MOST_RUNS || self.stack_is_used_up() {
            return Err(Box::new(ExecError::bare(
                "template: exceeded maximum nesting of template runs".to_owned(),
            )));
        }
        let variables = self.variables.len();
        let base = std::mem::replace(&mut self.base, variables);
        let node = self.node;
        let dot = std::mem::replace(&mut self.dot, Slot::given(data.clone()));
        self.runs += 1;
        self.tracer.run_entered(template.name(), self.runs == 1);
        let result = self.run(template, out);
        self.tracer.run_left(result.is_ok());
        self.runs -= 1;
        self.variables.truncate(variables);
        self.base = base;
        self.node = node;
        self.dot = dot;
        result
    }

    /// Runs a template into a string.
    fn run_to_string(&mut self, template: Located, data: &Value) -> Evaluated<Str> {
        let mut buffer = self.buffers.pop().unwrap_or_default();
        let result = self.run_apart(template, data, &mut buffer);
        self.tracer.run_output(&buffer);
        let text = result.map(|()| Str::from(&buffer[..]));
        buffer.clear();
        self.buffers.push(buffer);
        text
    }

    /// The text parsed under the name, from the cache where it was seen before.
    fn parsed_text(&mut self, name: &str, text: &Str) -> Result<(Arc<ParsedFile>, FileId), CallError> {
        if let Some(known) = self.texts.get(text)
            && known.name == name
        {
            return Ok((Arc::clone(&known.file), known.id));
        }
        let bytes: &[u8] = text;
        let file = ParsedFile::parse(name, bytes, self.set.functions()).map_err(|e| CallError::Parse(e.to_string()))?;
        let file = Arc::new(file);
        let id = FileId((self.set.files().len() + self.extra_files.len()) as u32);
        self.extra_files.push(Arc::clone(&file));
        self.texts.insert(
            text.clone(),
            Parsed {
                name: name.to_owned(),
                file: Arc::clone(&file),
                id,
            },
        );
        Ok((file, id))
    }

    fn stack_is_used_up(&self) -> bool {
        self.stack_start.abs_diff(stack_position()) > self.stack_budget
    }

    fn span(&self, at: &At<'_>, node: NodeId) -> Span {
        let node = at.file.node(node);
        Span {
            file: at.id,
            start: node.start,
            end: node.end,
        }
    }

    /// An error at the current node.
    fn fail<V>(&self, at: &At<'_>, message: impl Into<String>) -> Evaluated<V> {
        Err(self.failure(at, ExecCause::Message(message.into())))
    }

    fn failure(&self, at: &At<'_>, cause: ExecCause) -> Failure {
        let position = at.file.node(self.node).position as usize;
        let before = &at.file.text[..position];
        let line_start = before
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |newline| newline + 1);
        Box::new(ExecError {
            file: at.name.to_owned(),
            line: before.iter().filter(|&&b| b == b'\n').count() + 1,
            column: position - line_start,
            template: at.template.to_str_lossy().into_owned(),
            context: show(at.file, self.node),
            span: self.span(at, self.node),
            cause,
            culprit: None,
            path: None,
        })
    }
}

/// Roughly where the thread's stack has grown to.
fn stack_position() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

impl<T: Tracer> Context for Executor<'_, T> {
    fn host(&mut self) -> &mut dyn Any {
        self.host
    }

    fn execute(&mut self, name: &Str, data: &Value) -> Result<Str, CallError> {
        let Some(template) = self.find(name) else {
            return Err(CallError::Exec(self.no_template(name)));
        };
        self.run_to_string(template, data).map_err(CallError::Exec)
    }

    fn execute_text(&mut self, name: &str, text: &Str, data: &Value) -> Result<Str, CallError> {
        let (file, id) = self.parsed_text(name, text)?;
        let template = Located {
            file: Arc::clone(&file),
            id,
            index: file.program().main,
        };
        self.overlays.push((file, id));
        let result = self.run_to_string(template, data);
        self.overlays.pop();
        result.map_err(CallError::Exec)
    }
}
