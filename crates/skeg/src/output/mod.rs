//! Where a command's words go: standard output for what was asked for, standard error for everything else.
//!
//! [`Output`] is handed down to each operation. Standard output is buffered, and flushed before anything is written to
//! standard error, so that both read in the right order on one terminal. A reader that closes the pipe is not an error:
//! what follows is dropped and [`Output::finish`] reports it to the caller.

pub mod diagnostics;
pub mod json;
pub mod live;
pub mod log;
pub mod quote;
pub mod release;
pub mod resources;
pub mod table;

use std::io::{self, IsTerminal, Write};

use log::Level;

/// When something is shown or coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// When the stream is a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which form failures take on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiagnosticStyle {
    /// [`DiagnosticStyle::Full`] when stderr is a terminal, else [`DiagnosticStyle::Short`].
    #[default]
    Auto,
    /// Helm's message only.
    Short,
    /// Helm's message, and below it the places in the files with carets and hints.
    Full,
    /// One JSON object a failure.
    Json,
}

/// The two streams of a command, and how they look.
pub struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    buffer: Vec<u8>,
    failure: Option<io::Error>,
    /// Whether DEBUG log lines are shown (`--debug`, `HELM_DEBUG`).
    pub debug: bool,
    /// Whether to colour (`--color`, `HELM_COLOR`, `NO_COLOR`).
    pub color: When,
    /// The form of failures (`--diagnostics`).
    pub diagnostics: DiagnosticStyle,
    /// How waits are shown (`SKEG_PROGRESS`).
    pub progress: live::Progress,
    out_is_terminal: bool,
    err_is_terminal: bool,
    is_of_process: bool,
}

/// Standard output goes out in pieces of about this many bytes.
const FLUSH_AT: usize = 64 * 1024;

impl Output {
    /// The streams of the process.
    pub fn of_process() -> Self {
        Output {
            is_of_process: true,
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
            ..Output::to(Box::new(io::stdout()), Box::new(io::stderr()))
        }
    }

    /// Other streams, for tests and for use as a library. Neither counts as a terminal.
    pub fn to(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Output {
            out,
            err,
            buffer: Vec::new(),
            failure: None,
            debug: false,
            color: When::Auto,
            diagnostics: DiagnosticStyle::Auto,
            progress: live::Progress::None,
            out_is_terminal: false,
            err_is_terminal: false,
            is_of_process: false,
        }
    }

    /// Drops what an operation no longer needs; but not where the process ends with the operation and the system takes
    /// all memory back at once, faster than any destructor.
    pub fn retire<T>(&self, value: T) {
        if self.is_of_process {
            std::mem::forget(value);
        }
    }

    /// Writes to standard output, as it is.
    pub fn print(&mut self, text: impl AsRef<[u8]>) {
        let text = text.as_ref();
        if self.buffer.len() + text.len() < FLUSH_AT {
            self.buffer.extend_from_slice(text);
            return;
        }
        self.flush();
        // What is large goes out as it is, without a copy.
        if self.failure.is_none() {
            let written = self.out.write_all(text).and_then(|()| self.out.flush());
            self.note(written);
        }
    }

    /// Writes a line to standard output.
    pub fn line(&mut self, text: impl AsRef<[u8]>) {
        self.print(text);
        self.print(b"\n");
    }

    /// Writes to standard error, as it is.
    pub fn eprint(&mut self, text: impl AsRef<[u8]>) {
        self.flush();
        let written = self.err.write_all(text.as_ref()).and_then(|()| self.err.flush());
        self.note(written);
    }

    /// Writes a line to standard error.
    pub fn eline(&mut self, text: &str) {
        let mut line = String::with_capacity(text.len() + 1);
        line.push_str(text);
        line.push('\n');
        self.eprint(line);
    }

    /// Writes a log line to standard error; one of level DEBUG only when asked for.
    pub fn log(&mut self, level: Level, text: &str, attributes: &[(&str, &str)]) {
        if level > Level::Debug || self.debug {
            let line = log::line(level, text, attributes);
            self.eprint(line);
        }
    }

    /// Whether standard output is to be coloured.
    pub fn colors_out(&self) -> bool {
        self.color == When::Always || (self.color == When::Auto && self.out_is_terminal)
    }

    /// Whether standard error is to be coloured.
    pub fn colors_err(&self) -> bool {
        self.color == When::Always || (self.color == When::Auto && self.err_is_terminal)
    }

    /// The form of failures, [`DiagnosticStyle::Auto`] resolved.
    pub fn diagnostic_style(&self) -> DiagnosticStyle {
        match self.diagnostics {
            DiagnosticStyle::Auto if self.err_is_terminal => DiagnosticStyle::Full,
            DiagnosticStyle::Auto => DiagnosticStyle::Short,
            chosen => chosen,
        }
    }

    /// Whether standard error is a terminal.
    pub fn err_is_terminal(&self) -> bool {
        self.err_is_terminal
    }

    /// Sends what is waiting to standard output.
    pub fn flush(&mut self) {
        if self.buffer.is_empty() {
            return;
        }
        let written = match self.failure {
            None => self.out.write_all(&self.buffer).and_then(|()| self.out.flush()),
            Some(_) => Ok(()),
        };
        self.buffer.clear();
        self.note(written);
    }

    /// Sends what is waiting and tells whether everything could be written.
    ///
    /// # Errors
    /// The first failed write; kind [`io::ErrorKind::BrokenPipe`] when the reader went away.
    pub fn finish(&mut self) -> io::Result<()> {
        self.flush();
        self.failure.take().map_or(Ok(()), Err)
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.failure.get_or_insert(error);
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.print(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Output::flush(self);
        Ok(())
    }
}
