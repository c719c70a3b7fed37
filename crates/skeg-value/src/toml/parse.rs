//! Reading a TOML document: headers, keys, arrays and inline tables.
//!
//! In: the text; out: a map of `int64`, `float64`, strings, booleans, [`super::TomlDateTime`] objects, lists and maps.

use super::cursor::{Cursor, shown, shown_or_end};
use super::error::{Fault, TomlError};
use super::scalar::{basic_string, raw_string, scalar};
use super::tables::{Path, Tables, shown as shown_path};
use crate::map::Map;
use crate::value::Value;

/// Arrays and inline tables inside each other. The reference has no limit but its memory.
const MAX_DEPTH: usize = 1000;

/// Reads a document.
///
/// # Errors
/// [`TomlError`] with the reference's text.
///
/// # Source
/// spec/rendering.md 2.2 (`fromToml`).
pub fn decode(text: &[u8]) -> Result<Map, TomlError> {
    let text = [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"]
        .iter()
        .find_map(|mark| text.strip_prefix(*mark))
        .unwrap_or(text);
    let mut parser = Parser {
        cursor: Cursor::new(text),
        tables: Tables::default(),
        context: Path::new(),
        key: String::new(),
        key_line: 1,
        depth: 0,
    };
    let result = if text.iter().take(6).any(|&byte| byte == 0) {
        let message = "files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8";
        Err(Fault::at(1, message))
    } else {
        parser.document()
    };
    match result {
        Ok(()) => Ok(parser.tables.root),
        Err(Fault { line, message }) => Err(TomlError {
            line,
            key: parser.last_key(),
            message,
        }),
    }
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    tables: Tables,
    /// The table that keys go to.
    context: Path,
    /// The last part of the key whose value is being read; empty between values.
    key: String,
    /// The line of the last key or header.
    key_line: usize,
    depth: usize,
}

impl Parser<'_> {
    /// How errors name the place.
    fn last_key(&self) -> String {
        match (self.key.is_empty(), self.context.is_empty()) {
            (true, _) => shown_path(&self.context),
            (false, true) => self.key.clone(),
            (false, false) => format!("{}.{}", shown_path(&self.context), self.key),
        }
    }

    /// A conflict between keys, reported for the line of the last key.
    fn conflict(&self, message: String) -> Fault {
        Fault::at(self.key_line, message)
    }

    fn document(&mut self) -> Result<(), Fault> {
        loop {
            self.cursor.skip_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'))?;
            match self.cursor.peek()? {
                None => return Ok(()),
                Some('#') => self.comment()?,
                Some('[') => {
                    self.cursor.next()?;
                    self.header()?;
                    self.end_of_line()?;
                }
                Some(_) => {
                    self.top_level_pair()?;
                    self.end_of_line()?;
                }
            }
        }
    }

    fn comment(&mut self) -> Result<(), Fault> {
        self.cursor.skip_while(|c| c != '\n' && c != '\r')
    }

    /// Nothing but a comment may follow a header or a pair.
    fn end_of_line(&mut self) -> Result<(), Fault> {
        self.cursor.skip_blanks()?;
        match self.cursor.next()? {
            None | Some('\n' | '\r') => Ok(()),
            Some('#') => self.comment(),
            other => Err(self.cursor.fault(format!(
                "expected a top-level item to end with a newline, comment, or EOF, but got {} instead",
                shown(other)
            ))),
        }
    }

    /// `[a.b]` or `[[a.b]]` after the first bracket.
    fn header(&mut self) -> Result<(), Fault> {
        let array = self.cursor.accept('[')?;
        let mut path = Path::new();
        loop {
            self.cursor.skip_blanks()?;
            match self.cursor.peek()? {
                None | Some(']') => {
                    return Err(self
                        .cursor
                        .fault("unexpected end of table name (table names cannot be empty)"));
                }
                Some('.') => {
                    return Err(self
                        .cursor
                        .fault("unexpected table separator (table names cannot be empty)"));
                }
                Some(_) => {}
            }
            let name = self.name(path.is_empty())?;
            path.push(name);
            self.cursor.skip_blanks()?;
            match self.cursor.next()? {
                Some('.') => {}
                Some(']') => break,
                other => {
                    let message = format!(
                        "expected '.' or ']' to end table name, but got {} instead",
                        shown(other)
                    );
                    return Err(self.cursor.fault(message));
                }
            }
        }
        if array && !self.cursor.accept(']')? {
            let other = self.cursor.next()?;
            let message = format!(
                "expected end of table array name delimiter ']', but got {} instead",
                shown(other)
            );
            return Err(self.cursor.fault(message));
        }
        self.open(path, array)?;
        self.tables.set_type(&self.context, false);
        Ok(())
    }

    /// One part of a key or header: bare (maybe empty, which what follows will refuse) or quoted.
    fn name(&mut self, first: bool) -> Result<String, Fault> {
        let quote = self.cursor.peek()?;
        let start = self.cursor.at();
        let name = match quote {
            Some('"') => {
                self.cursor.next()?;
                basic_string(&mut self.cursor)?
            }
            Some('\'') => {
                self.cursor.next()?;
                raw_string(&mut self.cursor)?
            }
            _ => {
                self.cursor
                    .skip_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')?;
                self.cursor.since(start).to_owned()
            }
        };
        if first {
            self.key_line = self.cursor.line();
        }
        Ok(name)
    }

    /// Opens a table; the context is set as far as the path could be followed.
    fn open(&mut self, path: Path, array: bool) -> Result<(), Fault> {
        // Until the table itself is there, errors name its parents, or what was open before if those are in conflict.
        match self.tables.open(&path, array) {
            Ok(()) => {
                self.context = path;
                Ok(())
            }
            Err(conflict) => {
                if conflict.parents_open {
                    self.context = path[..path.len() - 1].to_vec();
                }
                Err(self.conflict(conflict.message))
            }
        }
    }

    fn top_level_pair(&mut self) -> Result<(), Fault> {
        let outer = self.context.clone();
        let parents = self.key()?;
        self.open_parents(&parents)?;
        let value = self.value(false)?;
        self.assign(value)?;
        self.context = outer;
        self.key.clear();
        Ok(())
    }

    /// Reads a dotted key with its `=`; keeps the last part, gives the others.
    fn key(&mut self) -> Result<Path, Fault> {
        self.cursor.skip_blanks()?;
        match self.cursor.peek()? {
            None | Some('=') => return Err(self.cursor.fault("unexpected '=': key name appears blank")),
            Some('.') => return Err(self.cursor.fault("unexpected '.': keys cannot start with a '.'")),
            Some(_) => {}
        }
        let mut path = Path::new();
        loop {
            let name = self.name(path.is_empty())?;
            path.push(name);
            self.cursor.skip_blanks()?;
            match self.cursor.next()? {
                None => return Err(self.cursor.fault("unexpected EOF; expected key separator '='")),
                Some('=') => break,
                Some('.') => {}
                other => {
                    let message = format!("expected '.' or '=', but got {} instead", shown(other));
                    return Err(match other {
                        Some('\n') => self.cursor.fault_on_line_before(message),
                        _ => self.cursor.fault(message),
                    });
                }
            }
            self.cursor.skip_blanks()?;
            match self.cursor.peek()? {
                None | Some('=') => return Err(self.cursor.fault("unexpected '='")),
                Some('.') => return Err(self.cursor.fault("unexpected '.'")),
                Some(_) => {}
            }
        }
        self.key = path.pop().unwrap_or_default();
        Ok(path)
    }

    /// Opens the tables that the front parts of a dotted key imply.
    fn open_parents(&mut self, parents: &[String]) -> Result<(), Fault> {
        for name in parents {
            let mut path = self.context.clone();
            path.push(name.clone());
            self.tables.add_implicit(&path);
            self.open(path, false)?;
        }
        Ok(())
    }

    /// The full path of the current key.
    fn path(&self) -> Path {
        let mut path = self.context.clone();
        path.push(self.key.clone());
        path
    }

    fn assign(&mut self, value: Value) -> Result<(), Fault> {
        let is_array = matches!(value, Value::List(_));
        let path = self.path();
        self.tables
            .set(&path, value)
            .map_err(|message| self.conflict(message))?;
        self.note_type(path, is_array);
        Ok(())
    }

    /// The reference leaves out an empty last part when it notes types.
    fn note_type(&mut self, mut path: Path, is_array: bool) {
        if path.len() > 1 && path.last().is_some_and(String::is_empty) {
            path.pop();
        }
        self.tables.set_type(&path, is_array);
    }

    /// The value after `=` or inside an array. `in_array`: an inline table opens a new entry of an array of tables.
    fn value(&mut self, in_array: bool) -> Result<Value, Fault> {
        self.cursor.skip_blanks()?;
        let first = self.cursor.peek()?;
        if !matches!(first, Some('[' | '{')) {
            return scalar(&mut self.cursor);
        }
        if self.depth == MAX_DEPTH {
            return Err(self.cursor.fault(format!("exceeded max depth of {MAX_DEPTH}")));
        }
        self.depth += 1;
        self.cursor.next()?;
        let value = if first == Some('[') {
            self.array()
        } else {
            self.inline_table(in_array)
        };
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Result<Value, Fault> {
        self.note_type(self.path(), true);
        let mut items = Vec::new();
        loop {
            self.skip_lines_and_comments()?;
            match self.cursor.next()? {
                Some(',') => return Err(self.cursor.fault("unexpected comma")),
                Some(']') => return Ok(Value::from(items)),
                other => self.cursor.back(other),
            }
            items.push(self.value(true)?);
            self.skip_lines_and_comments()?;
            match self.cursor.next()? {
                Some(',') => {}
                Some(']') => return Ok(Value::from(items)),
                other => {
                    let message = format!(
                        "expected a comma (',') or array terminator (']'), but got {}",
                        shown_or_end(other)
                    );
                    return Err(self.cursor.fault(message));
                }
            }
        }
    }

    fn skip_lines_and_comments(&mut self) -> Result<(), Fault> {
        loop {
            self.cursor.skip_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'))?;
            if !self.cursor.accept('#')? {
                return Ok(());
            }
            self.comment()?;
        }
    }

    /// An inline table after its brace. Its content is kept both in the document, where conflicts are noticed, and in a
    /// map of its own, which is the value inside an array.
    fn inline_table(&mut self, in_array: bool) -> Result<Value, Fault> {
        let outer_context = self.context.clone();
        let outer_key = std::mem::take(&mut self.key);
        let mut path = outer_context.clone();
        path.push(outer_key.clone());
        self.context.clone_from(&path);
        self.tables.add_implicit(&path);
        self.open(path.clone(), in_array)?;
        let result = Map::new();
        loop {
            self.skip_lines_and_comments()?;
            match self.cursor.next()? {
                Some(',') => return Err(self.cursor.fault("unexpected comma")),
                Some('}') => break,
                other => self.cursor.back(other),
            }
            let parents = self.key()?;
            self.open_parents(&parents)?;
            let value = self.value(false)?;
            self.assign(value.clone())?;
            self.insert_at(&result, &parents, value)?;
            self.context.clone_from(&path);
            self.skip_lines_and_comments()?;
            match self.cursor.next()? {
                Some(',') => {}
                Some('}') => break,
                other => {
                    let end = shown_or_end(other);
                    let message = format!("expected a comma or an inline table terminator '}}', but got {end} instead");
                    return Err(self.cursor.fault(message));
                }
            }
        }
        self.context = outer_context;
        self.key = outer_key;
        Ok(Value::Map(result))
    }

    /// Sets the current key below the front parts of a dotted key in a map.
    fn insert_at(&self, map: &Map, parents: &[String], value: Value) -> Result<(), Fault> {
        let mut table = map.clone();
        for name in parents {
            let next = match table.get(name.as_bytes()) {
                Some(Value::Map(next)) => next,
                Some(_) => {
                    let quoted = crate::quote::quote(shown_path(&self.context).as_bytes());
                    return Err(self.conflict(format!("{quoted} is not a table")));
                }
                None => {
                    let next = Map::new();
                    table.insert(name.as_str(), next.clone());
                    next
                }
            };
            table = next;
        }
        table.insert(self.key.as_str(), value);
        Ok(())
    }
}
