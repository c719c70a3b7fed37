//! Writing: the layout of go-yaml v3 with kyaml's settings, no limit to the width of lines.

use super::super::emit::{KeptStyle, Place, Scanned, Writer};
use super::super::scalar::Style;
use super::{Comment, Content, Document, Entry, Node};

/// The longest key that is written without `? `.
const SIMPLE_KEY: usize = 128;

/// What comes before a node on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing.
    Start,
    /// `key:`.
    Colon,
    /// `-`, or `?` and `:` of an explicit key.
    Indicator,
}

pub(super) fn document(document: &Document, out: &mut Vec<u8>) {
    let mut writer = Writer::new(out);
    for comment in &document.head {
        if comment.blank_before && writer.out.len() > writer.line_start {
            writer.out.push(b'\n');
        }
        writer.out.extend_from_slice(&comment.text);
        writer.out.push(b'\n');
    }
    if document.blank_after_head {
        writer.out.push(b'\n');
    }
    writer.line_start = writer.out.len();
    node(&mut writer, &document.root, 0, After::Start);
    for comment in &document.foot {
        writer.line(0);
        if comment.blank_before {
            writer.line(0);
        }
        writer.out.extend_from_slice(&comment.text);
    }
    writer.finish();
}

/// Writes a node. `column`: where the collection begins that it is in; a collection in it begins two further right, or
/// where it stands at the start.
fn node(writer: &mut Writer<'_>, node: &Node, column: usize, after: After) {
    let is_block = match &node.content {
        Content::List { items, flow } => !*flow && !items.is_empty(),
        Content::Map { entries, flow } => !*flow && !entries.is_empty(),
        _ => false,
    };
    if is_block {
        if !node.properties.is_empty() {
            space(writer, after);
            writer.out.extend_from_slice(&node.properties);
        }
        // With an anchor or a tag on the line, the collection begins on the next one.
        let inline = node.properties.is_empty() && after != After::Colon;
        block(writer, node, column, after, inline);
        return;
    }
    let is_nothing = matches!(&node.content, Content::Scalar { text, style: Style::Plain } if text.is_empty());
    if !(is_nothing && node.properties.is_empty()) {
        space(writer, after);
        inline(
            writer,
            node,
            column + if after == After::Start { 0 } else { 2 },
            false,
            false,
        );
    }
    line_comment(writer, &node.line);
}

fn space(writer: &mut Writer<'_>, after: After) {
    if after != After::Start {
        writer.out.push(b' ');
    }
}

fn line_comment(writer: &mut Writer<'_>, text: &[u8]) {
    // What follows the text of a block would belong to it.
    if !text.is_empty() && !writer.after_break {
        writer.out.push(b' ');
        writer.out.extend_from_slice(text);
    }
}

fn comments(writer: &mut Writer<'_>, comments: &[Comment], column: usize, first_of_all: bool) {
    for (index, comment) in comments.iter().enumerate() {
        if comment.blank_before && (index > 0 || first_of_all) {
            writer.out.push(b'\n');
        }
        if index > 0 {
            writer.out.resize(writer.out.len() + column, b' ');
        }
        writer.out.extend_from_slice(&comment.text);
        writer.out.push(b'\n');
    }
    if !comments.is_empty() {
        writer.line_start = writer.out.len();
        writer.out.resize(writer.out.len() + column, b' ');
    }
}

fn foot(writer: &mut Writer<'_>, comments: &[Comment], column: usize) {
    for (index, comment) in comments.iter().enumerate() {
        writer.line(0);
        if comment.blank_before && index > 0 {
            writer.line(0);
        }
        writer.out.resize(writer.out.len() + column, b' ');
        writer.out.extend_from_slice(&comment.text);
    }
}

fn block(writer: &mut Writer<'_>, node: &Node, column: usize, after: After, inline: bool) {
    match &node.content {
        Content::Map { entries, .. } => {
            let column = if after == After::Start { column } else { column + 2 };
            for (index, entry) in entries.iter().enumerate() {
                begin(writer, index == 0 && inline, column, after);
                comments(writer, &entry.head, column, false);
                write_entry(writer, entry, column);
            }
            foot(writer, &node.foot, column);
        }
        Content::List { items, .. } => {
            // In a map a list is not indented.
            let column = if after == After::Indicator { column + 2 } else { column };
            for (index, item) in items.iter().enumerate() {
                begin(writer, index == 0 && inline, column, after);
                comments(writer, &item.head, column, false);
                writer.out.push(b'-');
                if item.after_dash.is_empty() {
                    self::node(writer, &item.node, column, After::Indicator);
                } else {
                    line_comment(writer, &item.after_dash);
                    writer.line(column + 2);
                    self::node(writer, &item.node, column + 2, After::Start);
                }
            }
            foot(writer, &node.foot, column);
        }
        Content::Scalar { .. } | Content::Alias(_) => {}
    }
}

fn begin(writer: &mut Writer<'_>, inline: bool, column: usize, after: After) {
    if !inline {
        writer.line(column);
    } else if after == After::Indicator {
        writer.out.push(b' ');
    }
}

fn write_entry(writer: &mut Writer<'_>, entry: &Entry, column: usize) {
    if is_simple_key(&entry.key) {
        key(writer, &entry.key, column, false);
        writer.out.push(b':');
        if entry.after_colon.is_empty() {
            node(writer, &entry.value, column, After::Colon);
            return;
        }
        line_comment(writer, &entry.after_colon);
        let is_nothing = matches!(&entry.value.content, Content::Scalar { text, .. } if text.is_empty());
        if is_nothing && entry.value.properties.is_empty() {
            return;
        }
        let is_block = match &entry.value.content {
            Content::List { flow, .. } | Content::Map { flow, .. } => !flow,
            _ => false,
        };
        if is_block {
            block(writer, &entry.value, column, After::Colon, false);
        } else {
            writer.line(column + 2);
            node(writer, &entry.value, column + 2, After::Start);
        }
    } else {
        writer.out.push(b'?');
        node(writer, &entry.key, column, After::Indicator);
        writer.line(column);
        writer.out.push(b':');
        node(writer, &entry.value, column, After::Indicator);
    }
}

fn is_simple_key(key: &Node) -> bool {
    match &key.content {
        Content::Scalar { text, .. } => text.len() + key.properties.len() <= SIMPLE_KEY && !text.contains(&b'\n'),
        Content::Alias(_) => true,
        Content::List { .. } | Content::Map { .. } => key.is_empty(),
    }
}

fn key(writer: &mut Writer<'_>, key: &Node, column: usize, in_flow: bool) {
    let is_merge = matches!(&key.content, Content::Scalar { text, style: Style::Plain } if text == b"<<");
    if is_merge && key.properties.is_empty() {
        writer.out.extend_from_slice(b"!!merge ");
    }
    inline(writer, key, column, in_flow, true);
    if matches!(key.content, Content::Alias(_)) {
        // A colon could be part of the anchor's name.
        writer.out.push(b' ');
    }
}

/// Writes a scalar, an alias or a collection in brackets. `column`: where further lines of it begin.
fn inline(writer: &mut Writer<'_>, node: &Node, column: usize, in_flow: bool, in_key: bool) {
    writer.out.extend_from_slice(&node.properties);
    let is_nothing = matches!(&node.content, Content::Scalar { text, style: Style::Plain } if text.is_empty());
    if !node.properties.is_empty() && !is_nothing {
        writer.out.push(b' ');
    }
    match &node.content {
        Content::Alias(name) => {
            writer.out.push(b'*');
            writer.out.extend_from_slice(name);
        }
        Content::Scalar { text, style } => scalar(writer, text, *style, column, in_flow, in_key),
        Content::List { items, .. } => {
            writer.out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    writer.out.extend_from_slice(b", ");
                }
                inline(writer, &item.node, column, true, false);
            }
            writer.out.push(b']');
        }
        Content::Map { entries, .. } => {
            writer.out.push(b'{');
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    writer.out.extend_from_slice(b", ");
                }
                if is_simple_key(&entry.key) {
                    key(writer, &entry.key, column, true);
                } else {
                    writer.out.extend_from_slice(b"? ");
                    inline(writer, &entry.key, column, true, false);
                    writer.out.push(b' ');
                }
                writer.out.extend_from_slice(b": ");
                inline(writer, &entry.value, column, true, false);
            }
            writer.out.push(b'}');
        }
    }
}

fn scalar(writer: &mut Writer<'_>, text: &[u8], style: Style, column: usize, in_flow: bool, in_key: bool) {
    let wanted = match style {
        Style::Plain if text.contains(&b'\n') => KeptStyle::Literal,
        Style::Plain => KeptStyle::Plain,
        Style::SingleQuoted => KeptStyle::SingleQuoted,
        Style::DoubleQuoted => KeptStyle::DoubleQuoted,
        Style::Literal => KeptStyle::Literal,
        Style::Folded => KeptStyle::Folded,
    };
    let scanned = Scanned::new(text);
    let place = Place {
        indent: column,
        fold: false,
    };
    match scanned.kept(wanted, in_flow, in_key) {
        KeptStyle::Plain => writer.out.extend_from_slice(text),
        KeptStyle::SingleQuoted => single_quoted(writer, text, column),
        KeptStyle::DoubleQuoted => writer.double_quoted(text, place),
        KeptStyle::Literal => writer.literal(scanned, column),
        KeptStyle::Folded => folded(writer, text, column),
    }
}

/// Text in single quotes, where a line break is two.
fn single_quoted(writer: &mut Writer<'_>, text: &[u8], column: usize) {
    writer.out.push(b'\'');
    let mut after_break = false;
    for &byte in text {
        if byte == b'\n' {
            if !after_break {
                writer.out.push(b'\n');
            }
            writer.out.push(b'\n');
            after_break = true;
            continue;
        }
        if after_break {
            writer.out.resize(writer.out.len() + column, b' ');
        }
        after_break = false;
        if byte == b'\'' {
            writer.out.push(b'\'');
        }
        writer.out.push(byte);
    }
    writer.out.push(b'\'');
}

/// A folded block: a line break of the text is two, but for those after lines that begin with a blank. As in the
/// reference, the last one is two as well, as are those before lines that begin with a blank; none is where the whole
/// text begins with a blank.
fn folded(writer: &mut Writer<'_>, text: &[u8], column: usize) {
    writer.out.push(b'>');
    writer.block_hints(text);
    writer.out.push(b'\n');
    let mut after_break = true;
    let mut leading_blank = true;
    let first = text.iter().find(|&&byte| byte != b'\n');
    let doubles = first.is_some_and(|byte| !matches!(byte, b' ' | b'\t'));
    for &byte in text {
        if byte == b'\n' {
            if !after_break && !leading_blank && doubles {
                writer.out.push(b'\n');
            }
            writer.out.push(b'\n');
            after_break = true;
            continue;
        }
        if after_break {
            writer.out.resize(writer.out.len() + column, b' ');
            leading_blank = matches!(byte, b' ' | b'\t');
        }
        writer.out.push(byte);
        after_break = false;
    }
    writer.after_break = after_break;
}
