//! Expressions back as text, as error messages show them: single spaces, literals as written.

use crate::program::{NO_NODE, NodeId, NodeKind, Program};

/// What is still to be written; kept on a stack, so that nested parentheses don't recurse.
enum Piece<'a> {
    Node(NodeId),
    /// A node that stands in parentheses if it is a pipe.
    Word(NodeId),
    Fields(&'a [u32]),
    Text(&'static str),
    Name(u32),
}

/// The node as Go prints it.
pub(crate) fn show(file: &Program, node: NodeId) -> String {
    let mut out = Vec::new();
    let mut stack = vec![Piece::Node(node)];
    while let Some(piece) = stack.pop() {
        match piece {
            Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
            Piece::Name(id) => out.extend_from_slice(file.name_at(id).as_bytes()),
            Piece::Fields(names) => {
                for &name in names {
                    out.push(b'.');
                    out.extend_from_slice(file.name_at(name).as_bytes());
                }
            }
            Piece::Word(id) if matches!(file.node(id).kind, NodeKind::Pipe(_)) => {
                out.push(b'(');
                stack.push(Piece::Text(")"));
                stack.push(Piece::Node(id));
            }
            Piece::Word(id) | Piece::Node(id) => show_node(file, id, &mut out, &mut stack),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn show_node<'a>(file: &'a Program, id: NodeId, out: &mut Vec<u8>, stack: &mut Vec<Piece<'a>>) {
    let node = file.node(id);
    match node.kind {
        NodeKind::Dot => out.push(b'.'),
        NodeKind::Nil => out.extend_from_slice(b"nil"),
        NodeKind::Bool(b) => out.extend_from_slice(if b { b"true" } else { b"false" }),
        NodeKind::Number(_) | NodeKind::String(_) => {
            out.extend_from_slice(&file.text[node.start as usize..node.end as usize]);
        }
        NodeKind::Field(names) => stack.push(Piece::Fields(file.list(names))),
        NodeKind::Variable(name, names) => {
            stack.push(Piece::Fields(file.list(names)));
            stack.push(Piece::Name(name));
        }
        NodeKind::Chain(term, names) => {
            stack.push(Piece::Fields(file.list(names)));
            stack.push(Piece::Word(term));
        }
        NodeKind::Function(index) => out.extend_from_slice(file.callees[index as usize].name().as_bytes()),
        NodeKind::Pipe(index) => {
            let pipe = file.pipes[index as usize];
            push_separated(stack, file.list(pipe.commands), " | ", Piece::Node);
            let variables = file.list(pipe.variables);
            if !variables.is_empty() {
                stack.push(Piece::Text(if pipe.assigns { " = " } else { " := " }));
                push_separated(stack, variables, ", ", Piece::Name);
            }
        }
        NodeKind::Command(words) => push_separated(stack, file.list(words), " ", Piece::Word),
        NodeKind::Template(name, pipe) => {
            out.extend_from_slice(b"{{template ");
            skeg_value::quote::append_quoted(out, &file.strings[name as usize]);
            stack.push(Piece::Text("}}"));
            if pipe != NO_NODE {
                out.push(b' ');
                stack.push(Piece::Node(pipe));
            }
        }
    }
}

/// Puts the items on the stack so that they come off in order.
fn push_separated<'a>(
    stack: &mut Vec<Piece<'a>>,
    items: &[u32],
    separator: &'static str,
    piece: impl Fn(u32) -> Piece<'a>,
) {
    for (position, &item) in items.iter().enumerate().rev() {
        stack.push(piece(item));
        if position > 0 {
            stack.push(Piece::Text(separator));
        }
    }
}
