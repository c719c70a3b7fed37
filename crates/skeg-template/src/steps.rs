//! The steps of a parsed text that a run can reach: what coverage is counted in.
//!
//! [`Tracer::step`](crate::Tracer::step) names a step by its template and place; [`ParsedFile::steps`] tells where it
//! stands in the text and what it is. What only moves the executor around (`else`, `end`, `break`, `continue`) is no
//! step.

use std::ops::Range;

use crate::program::{Instruction, NodeId, ParsedFile, Program};

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Text that is copied to the output.
    Text,
    /// An action that prints, or sets variables.
    Action,
    /// `if` or `else if`.
    If,
    /// `with` or `else with`.
    With,
    /// `range`.
    Range,
    /// `template` or `block`.
    Call,
}

impl StepKind {
    /// Whether it has two ways to go on.
    pub fn is_branch(self) -> bool {
        matches!(self, StepKind::If | StepKind::With | StepKind::Range)
    }
}

/// A step of a template's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The place of its template among [`ParsedFile::template_names`].
    pub template: usize,
    /// Its place in the body: below the template's [`ParsedFile::body_lengths`].
    pub index: usize,
    /// What it does.
    pub kind: StepKind,
    /// The bytes of the text, or of the action from its `{{` to the end of its pipe.
    pub span: Range<usize>,
    /// Where its pipe starts: the start of the span that [`Tracer::branch`](crate::Tracer::branch) is given. The start of
    /// `span` for text, that of the name for a template call.
    pub pipe_start: usize,
}

impl ParsedFile {
    /// All steps of all templates, each template's in the order of its text.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        let program = self.program();
        program.templates.iter().enumerate().flat_map(move |(template, body)| {
            let steps = body.code.iter().enumerate();
            steps.filter_map(move |(index, instruction)| program.step(template, index, *instruction))
        })
    }

    /// For each of [`ParsedFile::template_names`], a number that the places of its steps are below.
    pub fn body_lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.program().templates.iter().map(|template| template.code.len())
    }

    /// The place of the text's own template among [`ParsedFile::template_names`]: what stands outside every `define`.
    pub fn main_template(&self) -> usize {
        self.program().main
    }
}

impl Program {
    fn step(&self, template: usize, index: usize, instruction: Instruction) -> Option<Step> {
        let (kind, node) = match instruction {
            Instruction::Text { start, end } => {
                return Some(Step {
                    template,
                    index,
                    kind: StepKind::Text,
                    span: start as usize..end as usize,
                    pipe_start: start as usize,
                });
            }
            Instruction::Action(pipe) => (StepKind::Action, pipe),
            Instruction::If { pipe, .. } => (StepKind::If, pipe),
            Instruction::With { pipe, .. } => (StepKind::With, pipe),
            Instruction::Range { pipe, .. } => (StepKind::Range, pipe),
            Instruction::Call(node) => (StepKind::Call, node),
            Instruction::Next { .. }
            | Instruction::Jump(_)
            | Instruction::Close
            | Instruction::Break
            | Instruction::Continue => return None,
        };
        let (pipe_start, end) = self.extent(node);
        // Between the delimiter and the pipe stand only keywords and white space.
        let start = memchr::memmem::rfind(&self.text[..pipe_start], b"{{").unwrap_or(pipe_start);
        Some(Step {
            template,
            index,
            kind,
            span: start..end,
            pipe_start,
        })
    }

    fn extent(&self, node: NodeId) -> (usize, usize) {
        let node = self.node(node);
        let (start, end) = (node.start as usize, node.end as usize);
        let text = self.text[start..end].trim_ascii_end();
        // A pipe's node reaches to the closing delimiter; no expression ends with a lone minus.
        let text = match text.strip_suffix(b"-") {
            Some(before) if before.ends_with(b" ") || before.ends_with(b"\n") => before.trim_ascii_end(),
            _ => text,
        };
        (start, start + text.len())
    }
}
