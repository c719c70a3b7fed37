//! The seam for everything that wants to watch a run: coverage, provenance, the language server.

use std::ops::Range;

use skeg_value::{FileId, Span, Value};

/// Watches a run. Each method does nothing unless it is overridden, and the executor is compiled for each tracer, so
/// that watching nothing costs nothing.
///
/// Spans are byte ranges; their file is one of [`crate::Executor::source`].
pub trait Tracer {
    /// A step of a body is about to be made, whether it then fails or not: its file, and [`crate::Step::template`] and
    /// [`crate::Step::index`]. Also told are steps that [`crate::ParsedFile::steps`] does not list.
    fn step(&mut self, _file: FileId, _template: usize, _index: usize) {}

    /// A field, variable or dot was read; `None` where there was no value.
    fn read(&mut self, _span: Span, _value: Option<&Value>) {}

    /// An action or a piece of text wrote these bytes of the current output (see [`Tracer::run_entered`]).
    fn output(&mut self, _span: Span, _bytes: Range<usize>) {}

    /// An `if`, `with` or `range`: the span of its pipe, and whether its first part is run (for each turn of a loop)
    /// rather than its `else`.
    fn branch(&mut self, _span: Span, _taken: bool) {}

    /// `{{template}}` or `{{block}}` starts a template.
    fn template_entered(&mut self, _name: &[u8]) {}

    /// That template is done.
    fn template_left(&mut self, _name: &[u8]) {}

    /// A run with an output of its own starts: the one the host asked for (`outermost`), or one that a function asked
    /// for.
    fn run_entered(&mut self, _name: &[u8], _outermost: bool) {}

    /// The run that was entered last is done.
    fn run_left(&mut self, _succeeded: bool) {}

    /// The whole text that the run gave that was left last, where a function asked for it.
    fn run_output(&mut self, _text: &[u8]) {}
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTrace;

impl Tracer for NoTrace {}

impl<T: Tracer> Tracer for &mut T {
    fn step(&mut self, file: FileId, template: usize, index: usize) {
        (**self).step(file, template, index);
    }
    fn read(&mut self, span: Span, value: Option<&Value>) {
        (**self).read(span, value);
    }
    fn output(&mut self, span: Span, bytes: Range<usize>) {
        (**self).output(span, bytes);
    }
    fn branch(&mut self, span: Span, taken: bool) {
        (**self).branch(span, taken);
    }
    fn template_entered(&mut self, name: &[u8]) {
        (**self).template_entered(name);
    }
    fn template_left(&mut self, name: &[u8]) {
        (**self).template_left(name);
    }
    fn run_entered(&mut self, name: &[u8], outermost: bool) {
        (**self).run_entered(name, outermost);
    }
    fn run_left(&mut self, succeeded: bool) {
        (**self).run_left(succeeded);
    }
    fn run_output(&mut self, text: &[u8]) {
        (**self).run_output(text);
    }
}
