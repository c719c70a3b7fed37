//! Why a YAML text was refused: Go's exact message, and where in the text it happened.

/// An error of the YAML reader. [`std::fmt::Display`] gives the whole text that Helm would print for it, for example
/// ``error converting YAML to JSON: yaml: line 3: did not find expected key``.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    message: String,
    place: Option<Place>,
}

/// Where the reader stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1-based line, counted honestly (Go's messages are sometimes one off).
    pub line: u32,
    /// Byte offset in the text that was read.
    pub offset: usize,
}

impl YamlError {
    /// An error with a complete message and no place.
    pub(super) fn new(message: impl Into<String>) -> Self {
        YamlError {
            message: message.into(),
            place: None,
        }
    }

    /// An error of the conversion step, to which Go adds its prefix.
    pub(super) fn converting(message: &str) -> Self {
        YamlError::new(format!("error converting YAML to JSON: {message}"))
    }

    /// An error of the JSON step, to which Go adds its prefixes.
    pub(super) fn unmarshaling(message: &str) -> Self {
        YamlError::new(format!("error unmarshaling JSON: while decoding JSON: {message}"))
    }

    /// The same error with words before the message, and its place moved: documents of a stream start further down.
    pub(super) fn within(mut self, prefix: &str, lines: u32, bytes: usize) -> Self {
        self.message.insert_str(0, prefix);
        if let Some(place) = &mut self.place {
            place.line += lines;
            place.offset += bytes;
        }
        self
    }

    /// The same error without the words about a conversion, for texts that go through none.
    pub(super) fn direct(mut self) -> Self {
        self.message = self.direct_message().to_owned();
        self
    }

    /// The place in the text, where one is known: scanner and parser errors have one, decode errors do not.
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// The message without the words about a conversion, for texts that go through none.
    pub fn direct_message(&self) -> &str {
        let prefix = "error converting YAML to JSON: ";
        self.message.strip_prefix(prefix).unwrap_or(&self.message)
    }

    /// The message, Go's to the byte.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Which part of the reader found fault; they print their lines differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Bytes that are no text. No line is printed.
    Reader,
    /// Tokens: the printed line is 1-based.
    Scanner,
    /// Structure: the printed line is one less than the line that an editor shows.
    Parser,
    /// Meaning (anchors, tags, keys). No line is printed.
    Decoder,
}

/// A fault found while scanning or parsing.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) stage: Stage,
    pub(super) problem: String,
    /// 0-based.
    pub(super) line: u32,
    pub(super) offset: usize,
}

/// The result of every scanning step. The fault is boxed to keep the happy path small.
pub(super) type Scan<T> = Result<T, Box<Fault>>;

impl Fault {
    #[cold]
    pub(super) fn decoder(problem: impl Into<String>) -> Box<Self> {
        Box::new(Fault {
            stage: Stage::Decoder,
            problem: problem.into(),
            line: 0,
            offset: 0,
        })
    }

    /// The same fault some bytes further.
    #[cold]
    pub(super) fn shifted(mut self: Box<Self>, bytes: usize) -> Box<Self> {
        self.offset += bytes;
        self
    }
}

impl From<Box<Fault>> for YamlError {
    fn from(fault: Box<Fault>) -> Self {
        // Go leaves the line out where it would be zero, for scanner errors too: those of the first line have none.
        let shown = match fault.stage {
            Stage::Scanner if fault.line > 0 => fault.line + 1,
            Stage::Parser => fault.line,
            _ => 0,
        };
        let message = if shown > 0 {
            format!("yaml: line {shown}: {}", fault.problem)
        } else {
            format!("yaml: {}", fault.problem)
        };
        let mut error = YamlError::converting(&message);
        if fault.stage != Stage::Decoder {
            error.place = Some(Place {
                line: fault.line + 1,
                offset: fault.offset,
            });
        }
        error
    }
}
