//! Where rendered bytes come from: the line of the template, the includes in between, the values that were read.
//!
//! Rendering pays nothing for this: who wants to know renders once more with a [`Recorder`] (which keeps what the tracer
//! sees) and asks it. The answer is exact for text that stands in a template; for what an action wrote it is the action,
//! and, where the action printed what an `include` gave (indented or not), the place within the included template.

use std::ops::Range;
use std::sync::Arc;

use skeg_template::{ParsedFile, Tracer};
use skeg_value::{Sources, Span, Value};

use crate::programs::Watch;

/// What an action read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The expression: `.Values.image.tag`.
    pub span: Span,
    /// What it was; none where there was nothing.
    pub value: Option<Value>,
}

/// The origin of some rendered bytes.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// The text or action in a template that wrote the first of them.
    pub span: Span,
    /// The actions that included that template, innermost first.
    pub trail: Vec<Span>,
    /// What the actions read that wrote any of the bytes.
    pub reads: Vec<Read>,
    /// The bytes of the file that the outermost of these actions wrote in one go, where they stand in the text as it was
    /// given.
    pub printed: Option<Range<usize>>,
}

/// A piece of output and what wrote it.
#[derive(Debug)]
struct Piece {
    span: Span,
    bytes: Range<usize>,
    reads: Vec<Read>,
    /// Runs that the action may have printed: [`Recorder::runs`] from here on …
    first_run: usize,
    /// … to here.
    last_run: usize,
}

#[derive(Debug, Default)]
struct Run {
    name: String,
    pieces: Vec<Piece>,
    reads: Vec<Read>,
    /// The number of runs that had ended when this one began.
    first_run: usize,
    /// What it gave, for runs that a function asked for.
    text: Vec<u8>,
}

/// Records a render.
#[derive(Debug, Default)]
pub struct Recorder {
    sources: Sources,
    open: Vec<Run>,
    /// Runs that a function asked for, in the order of their ends.
    runs: Vec<Run>,
    /// The run that ended last, until its text is known.
    ended: Option<Run>,
    /// The templates that were asked for.
    files: Vec<Run>,
    /// Bytes kept so far.
    kept: usize,
}

/// Bytes of included text and numbers of values that are kept at most; what comes later has coarser answers.
const MOST_KEPT: usize = 256 << 20;

impl Watch for Recorder {
    fn render_begins(&mut self, files: &[Arc<ParsedFile>]) {
        let mut sources = Sources::default();
        for file in files {
            sources.add(file.name(), Arc::clone(file.text()));
        }
        *self = Recorder {
            sources,
            ..Recorder::default()
        };
    }
}

impl Tracer for Recorder {
    fn read(&mut self, span: Span, value: Option<&Value>) {
        if let Some(run) = self.open.last_mut()
            && run.reads.len() < MOST_READS
        {
            run.reads.push(Read {
                span,
                value: value.cloned(),
            });
        }
    }

    fn output(&mut self, span: Span, bytes: Range<usize>) {
        let last_run = self.runs.len();
        let Some(run) = self.open.last_mut() else { return };
        // What was read by conditions and assignments before belongs to no output.
        let inside =
            |read: &Read| read.span.file == span.file && read.span.start >= span.start && read.span.end <= span.end;
        let mut reads = std::mem::take(&mut run.reads);
        reads.retain(inside);
        if !bytes.is_empty() {
            run.pieces.push(Piece {
                span,
                bytes,
                reads,
                first_run: run.first_run,
                last_run,
            });
        }
    }

    fn run_entered(&mut self, name: &[u8], _outermost: bool) {
        self.open.push(Run {
            name: String::from_utf8_lossy(name).into_owned(),
            first_run: self.runs.len(),
            ..Run::default()
        });
    }

    fn run_left(&mut self, _succeeded: bool) {
        let Some(run) = self.open.pop() else { return };
        if self.open.is_empty() {
            self.files.push(run);
        } else {
            self.ended = Some(run);
        }
    }

    fn run_output(&mut self, text: &[u8]) {
        let Some(mut run) = self.ended.take() else { return };
        self.kept += text.len();
        if self.kept < MOST_KEPT {
            run.text = text.to_vec();
            self.runs.push(run);
        }
    }
}

/// Reads kept between two outputs.
const MOST_READS: usize = 10_000;

/// What a null leaves in the output, and what is removed from it afterwards.
const NO_VALUE: &[u8] = b"<no value>";

impl Recorder {
    /// The templates that spans point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The origin of bytes of a rendered file. `text`: the file as it was rendered. None where the recorded render gave
    /// another text, or no such file.
    pub fn provenance(&self, file: &str, text: &[u8], bytes: Range<usize>) -> Option<Provenance> {
        let run = self.files.iter().rev().find(|run| run.name == file)?;
        let raw_length = run.pieces.last().map_or(0, |piece| piece.bytes.end);
        let (bytes, text) = if raw_length == text.len() {
            (bytes, text)
        } else {
            let start = uncleaned(run, text.len(), bytes.start)?;
            (start..start + bytes.len(), &[][..])
        };
        let mut found = Provenance {
            span: Span::default(),
            trail: Vec::new(),
            reads: Vec::new(),
            printed: None,
        };
        if !text.is_empty() {
            let piece = run.pieces.partition_point(|piece| piece.bytes.end <= bytes.start);
            found.printed = run.pieces.get(piece).map(|piece| piece.bytes.clone());
        }
        self.resolve(run, text, bytes, &mut found, 0)?;
        Some(found)
    }

    /// Finds what wrote the bytes of a run. `text`: all that the run gave, as far as it is known.
    fn resolve(&self, run: &Run, text: &[u8], bytes: Range<usize>, found: &mut Provenance, depth: usize) -> Option<()> {
        let first = run.pieces.partition_point(|piece| piece.bytes.end <= bytes.start);
        let piece = run.pieces.get(first)?;
        for piece in run.pieces[first..]
            .iter()
            .take_while(|piece| piece.bytes.start < bytes.end)
        {
            found.reads.extend(piece.reads.iter().take(8).cloned());
        }
        let within = bytes.start.saturating_sub(piece.bytes.start);
        if self.is_text(piece, text) {
            if bytes.end <= piece.bytes.end {
                // What the includes around it were given has no part in what a template says itself.
                found.reads.clear();
            }
            found.span = Span {
                start: piece.span.start + within as u32,
                end: (piece.span.start + (within + bytes.len()) as u32).min(piece.span.end),
                ..piece.span
            };
            return Some(());
        }
        if depth < MOST_INCLUDES
            && let Some(printed) = text.get(piece.bytes.clone())
            && let Some(inner) = self.runs[piece.first_run..piece.last_run]
                .iter()
                .rev()
                .find(|inner| same_lines(printed, &inner.text))
        {
            let at = counterpart(printed, &inner.text, within);
            found.trail.insert(0, piece.span);
            let end = (at + bytes.len()).min(inner.text.len()).max(at);
            if self.resolve(inner, &inner.text, at..end, found, depth + 1).is_some() {
                return Some(());
            }
            found.trail.remove(0);
        }
        // What `tpl` ran has no file of its own.
        self.sources.get(piece.span.file)?;
        found.span = piece.span;
        Some(())
    }

    /// Whether a piece is text of its template and no action.
    fn is_text(&self, piece: &Piece, text: &[u8]) -> bool {
        let source = self.sources.get(piece.span.file);
        let source = source.and_then(|file| file.text.get(piece.span.start as usize..piece.span.end as usize));
        source.is_some_and(|source| {
            source.len() == piece.bytes.len() && text.get(piece.bytes.clone()).is_none_or(|printed| printed == source)
        })
    }
}

/// Includes that are followed into each other.
const MOST_INCLUDES: usize = 50;

/// The place of a byte before the marks of nulls were removed; none where that cannot be told.
fn uncleaned(run: &Run, cleaned_length: usize, at: usize) -> Option<usize> {
    let is_mark = |piece: &Piece| {
        piece.bytes.len() == NO_VALUE.len() && piece.reads.last().is_some_and(|read| read.value.is_none())
    };
    let raw_length = run.pieces.last()?.bytes.end;
    let marks = run.pieces.iter().filter(|piece| is_mark(piece)).count();
    if raw_length != cleaned_length + marks * NO_VALUE.len() {
        return None;
    }
    let mut raw = at;
    for piece in run.pieces.iter().filter(|piece| is_mark(piece)) {
        if piece.bytes.start <= raw {
            raw += NO_VALUE.len();
        }
    }
    Some(raw)
}

/// The lines of a text that hold something, without what stands around them: offset and bytes.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut offset = 0;
    text.split_inclusive(|&b| b == b'\n').filter_map(move |line| {
        let start = offset + line.iter().take_while(|b| b.is_ascii_whitespace()).count();
        offset += line.len();
        let line = line.trim_ascii();
        (!line.is_empty()).then_some((start, line))
    })
}

/// Whether two texts are equal but for indentation and blank lines.
fn same_lines(a: &[u8], b: &[u8]) -> bool {
    let content = |text| lines(text).map(|(_, line)| line);
    !b.is_empty() && content(a).eq(content(b))
}

/// The offset in `inner` that is to its line what `at` is to its line in `printed`.
fn counterpart(printed: &[u8], inner: &[u8], at: usize) -> usize {
    let line = lines(printed).take_while(|(start, _)| *start <= at).count();
    let mut inner = lines(inner).skip(line.saturating_sub(1));
    let mut printed = lines(printed).skip(line.saturating_sub(1));
    match (printed.next(), inner.next()) {
        (Some((from, _)), Some((to, line))) => to + at.saturating_sub(from).min(line.len().saturating_sub(1)),
        _ => 0,
    }
}
