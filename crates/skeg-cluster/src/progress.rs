//! What an operation tells while it runs. The caller draws it: as log lines, as a tree, or not at all.

use crate::wait::tree::Tree;

/// How loud a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Only with `--debug`.
    Debug,
    /// Worth knowing.
    Info,
    /// Something is odd, but the operation goes on.
    Warn,
    /// Something failed; the operation may go on.
    Error,
}

/// Who listens to an operation. Every method may be called at any time between two awaits; none may block.
pub trait Observer {
    /// A log line: its text and further `key=value` pairs, as Helm logs them.
    fn log(&self, level: Level, text: &str, attributes: &[(&str, &str)]);

    /// What a container of a hook or a test said, whole lines.
    fn container_log(&self, pod: &str, container: &str, text: &[u8]) {
        let _ = (pod, container, text);
    }

    /// How a wait stands: at every change, and once a second.
    fn waiting(&self, tree: &Tree) {
        let _ = tree;
    }

    /// A wait is over, so that its picture is not drawn any more.
    fn waited(&self) {}
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn log(&self, _: Level, _: &str, _: &[(&str, &str)]) {}
}
