//! The compiled form of a template file: what the parser makes and the executor runs.
//!
//! A file holds the templates it defines. The body of each is a flat list of [`Instruction`]s with jumps; expressions
//! are trees in one arena of [`Node`]s per file, function calls resolved to table entries and names interned. Nothing
//! in it belongs to a thread, so a parsed file can be shared.

use std::sync::Arc;

use skeg_value::Str;

use crate::functions::Callee;
use crate::parse::number::Number;

/// A template text after parsing: itself and the templates that it defines. Shareable between threads and sets; clones
/// share the program.
#[derive(Clone, Debug)]
pub struct ParsedFile {
    name: Arc<str>,
    /// The name of the file's own template: the same.
    own: Str,
    program: Arc<Program>,
}

impl ParsedFile {
    pub(crate) fn new(name: Arc<str>, program: Program) -> ParsedFile {
        ParsedFile {
            own: Str::from(&*name),
            name,
            program: Arc::new(program),
        }
    }

    /// The name it was parsed under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same program under another name: as if the text had been parsed under it. None where the text defines a template
    /// of that name itself, so that it has to be parsed again to say what becomes of the two.
    pub fn renamed(&self, name: &str) -> Option<ParsedFile> {
        let program = &self.program;
        let is_taken =
            |(index, template): (usize, &Template)| index != program.main && *template.name == *name.as_bytes();
        if program.templates.iter().enumerate().any(is_taken) {
            return None;
        }
        Some(ParsedFile {
            name: Arc::from(name),
            own: Str::from(name),
            program: Arc::clone(program),
        })
    }

    /// The text it was parsed from.
    pub fn text(&self) -> &Arc<[u8]> {
        &self.program.text
    }

    /// The names of the templates that it defines, its own included.
    pub fn template_names(&self) -> impl Iterator<Item = &Str> {
        (0..self.program.templates.len()).map(|index| self.template_name(index))
    }

    pub(crate) fn template_name(&self, index: usize) -> &Str {
        if index == self.program.main {
            return &self.own;
        }
        &self.program.templates[index].name
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }
}

/// What a text was parsed to, whatever name it goes by.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) text: Arc<[u8]>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) pipes: Vec<Pipe>,
    /// Lists of node, name and variable numbers, which [`Ids`] point into.
    pub(crate) ids: Vec<u32>,
    /// Names of fields and variables (these with their `$`).
    pub(crate) names: Vec<Box<str>>,
    pub(crate) strings: Vec<Str>,
    pub(crate) numbers: Vec<Number>,
    pub(crate) callees: Vec<Callee>,
    /// The templates, each name once; the file's own is among them, under the name that the text was first parsed under:
    /// [`ParsedFile::template_name`] tells the one that counts.
    pub(crate) templates: Vec<Template>,
    /// The place of the file's own template.
    pub(crate) main: usize,
    /// Whether `$` itself is declared or assigned somewhere, so that it can't be taken for the data.
    pub(crate) redefines_dollar: bool,
}

impl Program {
    /// Gives back the memory that was reserved and not needed.
    pub(crate) fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
        self.pipes.shrink_to_fit();
        self.ids.shrink_to_fit();
        self.strings.shrink_to_fit();
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn list(&self, ids: Ids) -> &[u32] {
        &self.ids[ids.start as usize..][..ids.length as usize]
    }

    pub(crate) fn name_at(&self, id: u32) -> &str {
        &self.names[id as usize]
    }

    /// The pipe behind a node that is one.
    pub(crate) fn pipe(&self, id: NodeId) -> &Pipe {
        match self.node(id).kind {
            NodeKind::Pipe(index) => &self.pipes[index as usize],
            // Only pipes are ever looked up here: the parser puts nothing else into these places.
            _ => &EMPTY_PIPE,
        }
    }
}

/// A named template.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) name: Str,
    pub(crate) code: Box<[Instruction]>,
    /// Whether there is nothing but white space in it: then it doesn't replace another.
    pub(crate) blank: bool,
}

/// The place of a node in its program.
pub(crate) type NodeId = u32;

/// A slice of [`Program::ids`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ids {
    pub(crate) start: u32,
    pub(crate) length: u32,
}

/// An expression, or what an error can be located at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// The byte that Go's error messages point at.
    pub(crate) position: u32,
    /// The bytes of the source that it spans.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum NodeKind {
    Dot,
    Nil,
    Bool(bool),
    Number(u32),
    String(u32),
    /// `.a.b`: names.
    Field(Ids),
    /// `$x.a.b`: the variable's name and those of the fields.
    Variable(u32, Ids),
    /// `(pipe).a.b` or `function.a.b`.
    Chain(NodeId, Ids),
    Function(u32),
    Pipe(u32),
    /// Its words.
    Command(Ids),
    /// `template "name" pipe`: string and pipe, [`NO_NODE`] where there is none.
    Template(u32, NodeId),
}

/// Stands for a missing node.
pub(crate) const NO_NODE: NodeId = NodeId::MAX;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pipe {
    /// The names of the variables it declares or assigns.
    pub(crate) variables: Ids,
    pub(crate) assigns: bool,
    pub(crate) commands: Ids,
    /// Where the pipe is nothing but a dot, field chain or variable: that; else [`NO_NODE`].
    pub(crate) sole_operand: NodeId,
}

static EMPTY_PIPE: Pipe = Pipe {
    variables: Ids { start: 0, length: 0 },
    assigns: false,
    commands: Ids { start: 0, length: 0 },
    sole_operand: NO_NODE,
};

/// A step of a template body. Jump targets are places in the same body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instruction {
    /// Copies source bytes to the output.
    Text {
        start: u32,
        end: u32,
    },
    /// Evaluates a pipe and prints its value, unless it declares variables.
    Action(NodeId),
    /// Opens a scope; jumps where the pipe's value is false.
    If {
        pipe: NodeId,
        otherwise: u32,
    },
    /// The same; sets the dot where it is true.
    With {
        pipe: NodeId,
        otherwise: u32,
    },
    /// Opens a loop over the pipe's value, whose [`Instruction::Next`] is at `next`; jumps where it is empty.
    Range {
        pipe: NodeId,
        next: u32,
        otherwise: u32,
    },
    /// Goes back to `body` with the next item, or closes the scope and jumps to `end`.
    Next {
        body: u32,
        end: u32,
    },
    Jump(u32),
    /// Closes the scope that `If`, `With` or an empty `Range` opened.
    Close,
    Break,
    Continue,
    /// Runs another template.
    Call(NodeId),
}
