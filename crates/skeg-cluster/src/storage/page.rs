//! Lists of stored objects, read while they come: each object is made into what is wanted of it, and forgotten.
//!
//! # Source
//! Kubernetes API concepts, "Alternate representations of resources", "Kubernetes Protobuf encoding".

use super::wire::{Item, Page};
use crate::client::Sink;
use crate::protobuf::{self, Field, Inflow, Malformed};

/// What is made of the objects of a list, page after page.
pub(super) struct Pages<'r, T> {
    read: &'r dyn Fn(Item<'_>) -> Option<T>,
    found: Vec<T>,
    /// So many were found on the pages before this one.
    before: usize,
    /// Where the next page begins; empty after the last.
    token: String,
    form: Form,
}

/// In which form a page comes: its first byte tells.
enum Form {
    Unknown,
    /// Read at the end.
    Json(Vec<u8>),
    Protobuf(Inflow),
}

/// The fields of a list's message, the same for all kinds.
const LIST_METADATA: u64 = 1;
const LIST_ITEMS: u64 = 2;
const LIST_CONTINUE: u64 = 3;

impl<'r, T> Pages<'r, T> {
    /// Nothing found yet.
    pub(super) fn new(read: &'r dyn Fn(Item<'_>) -> Option<T>) -> Self {
        Pages {
            read,
            found: Vec::new(),
            before: 0,
            token: String::new(),
            form: Form::Unknown,
        }
    }

    /// Ends a page that has come in full; gives where the next one begins, nothing after the last.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn turn(&mut self) -> Result<String, String> {
        match std::mem::replace(&mut self.form, Form::Unknown) {
            Form::Protobuf(inflow) => inflow.end().map_err(|error| error.to_string())?,
            form => {
                let text = match form {
                    Form::Json(text) => text,
                    _ => Vec::new(),
                };
                let page: Page<'_> =
                    serde_json::from_slice(&text).map_err(|error| format!("the answer is no list: {error}"))?;
                self.found
                    .extend(page.items.into_iter().flatten().filter_map(self.read));
                self.token = page.metadata.token;
            }
        }
        self.before = self.found.len();
        Ok(std::mem::take(&mut self.token))
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.before = 0;
    }

    /// What was found.
    pub(super) fn found(self) -> Vec<T> {
        self.found
    }
}

impl<T> Sink for Pages<'_, T> {
    fn begin(&mut self) {
        self.found.truncate(self.before);
        self.token.clear();
        self.form = Form::Unknown;
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), String> {
        if piece.is_empty() {
            return Ok(());
        }
        if let Form::Unknown = self.form {
            self.form = match protobuf::is_protobuf(piece) {
                true => Form::Protobuf(Inflow::default()),
                false => Form::Json(Vec::new()),
            };
        }
        match &mut self.form {
            Form::Json(text) => text.extend_from_slice(piece),
            Form::Protobuf(inflow) => {
                let (found, token, read) = (&mut self.found, &mut self.token, self.read);
                let taken = inflow.take(piece, &mut |number, message| {
                    match number {
                        LIST_METADATA => *token = continuation(message)?,
                        LIST_ITEMS => found.extend(read(Item::of_message(message)?)),
                        _ => {}
                    }
                    Ok(())
                });
                taken.map_err(|error| error.to_string())?;
            }
            Form::Unknown => {}
        }
        Ok(())
    }
}

fn continuation(metadata: &[u8]) -> Result<String, Malformed> {
    let mut token = String::new();
    for field in protobuf::fields(metadata) {
        if let (LIST_CONTINUE, text @ Field::Bytes(_)) = field? {
            token = text.text();
        }
    }
    Ok(token)
}

#[cfg(test)]
mod tests;
