//! Manifests and hooks in the order in which Helm prints and installs them.
//!
//! # Source
//! spec/rendering.md 6.1 rules 2 to 6.

use skeg_kinds::order::{install_rank, uninstall_rank};

use crate::document::{Document, DocumentError, RenderedFile};
use crate::hook::Hook;

/// Which order of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Namespaces first.
    Install,
    /// Namespaces last.
    Uninstall,
}

/// The documents of a release, in order.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    /// What is installed.
    pub manifests: Vec<Document>,
    /// What runs at events.
    pub hooks: Vec<Hook>,
    /// The annotations of documents that were dropped because they name an unknown hook event.
    pub unknown_hooks: Vec<String>,
}

/// Splits the rendered files, reads every document's head, tells hooks from manifests and sorts both by kind.
///
/// Blank files and files whose base name starts with `_` are left out. Documents of equal kind keep the order of file
/// paths, then of their places in the file.
///
/// # Errors
/// The first document, in path order, that does not parse.
pub fn sort(files: &[RenderedFile], order: Order) -> Result<Sorted, DocumentError> {
    let mut by_path: Vec<usize> = (0..files.len()).collect();
    by_path.sort_by(|&a, &b| files[a].name.cmp(&files[b].name));
    let mut sorted = Sorted::default();
    for index in by_path {
        let file = &files[index];
        if base_name(&file.name).starts_with('_') {
            continue;
        }
        for (range, head) in file.pieces() {
            let range = range.clone();
            let document = match head {
                Ok(head) => Document {
                    file: index,
                    range,
                    head: head.clone(),
                },
                Err(message) => {
                    return Err(DocumentError {
                        file: file.name.clone(),
                        message: message.clone(),
                        range,
                        unknown_hooks: sorted.unknown_hooks,
                    });
                }
            };
            match Hook::of(&document) {
                Ok(Some(hook)) => sorted.hooks.push(hook),
                Ok(None) => sorted.manifests.push(document),
                Err(annotation) => sorted.unknown_hooks.push(annotation),
            }
        }
    }
    let rank = match order {
        Order::Install => install_rank,
        Order::Uninstall => uninstall_rank,
    };
    sorted.manifests.sort_by(|a, b| rank(&a.kind()).cmp(&rank(&b.kind())));
    sorted
        .hooks
        .sort_by(|a, b| rank(&a.document.kind()).cmp(&rank(&b.document.kind())));
    Ok(sorted)
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
