//! The passphrase of a secret key: from a file, from a pipe, or typed.
//!
//! It appears in no message and no debug output.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};

use crate::error::go_text;
use crate::output::Output;
use crate::output::quote::go_quote;

/// The longest line that is taken for a passphrase, in bytes; the rest of a longer one is left out.
const LONGEST: u64 = 4096;

/// Where passphrases come from. What a file or pipe gave is kept for the next chart.
pub struct Passphrases {
    file: String,
    known: Option<Vec<u8>>,
}

impl Passphrases {
    /// Passphrases from the first line of this file, `-` for standard input; typed where it is empty.
    pub fn new(file: &str) -> Self {
        Passphrases {
            file: file.to_owned(),
            known: None,
        }
    }

    /// Reads the file, even if no passphrase will be needed.
    ///
    /// # Errors
    /// `open FILE: …`; `EOF` where it is empty; that standard input is no pipe.
    pub fn prepare(&mut self) -> Result<(), String> {
        if self.file.is_empty() || self.known.is_some() {
            return Ok(());
        }
        let mut line = Vec::new();
        let read = if self.file == "-" {
            if !is_pipe() {
                return Err("specified reading passphrase from stdin, without input on stdin".to_owned());
            }
            first_line(io::stdin().lock(), &mut line)
        } else {
            let file = File::open(&self.file).map_err(|error| format!("open {}: {}", self.file, go_text(&error)))?;
            first_line(BufReader::new(file), &mut line)
        };
        let count = read.map_err(|error| format!("read {}: {}", self.file, go_text(&error)))?;
        if count == 0 {
            return Err("EOF".to_owned());
        }
        if line.ends_with(b"\n") {
            line.pop();
            if line.ends_with(b"\r") {
                line.pop();
            }
        }
        self.known = Some(line);
        Ok(())
    }

    /// The passphrase for the key of this owner.
    ///
    /// # Errors
    /// Where it would have to be typed and standard input is no terminal.
    pub fn get(&mut self, owner: &str, out: &mut Output) -> Result<Vec<u8>, String> {
        if let Some(known) = &self.known {
            return Ok(known.clone());
        }
        out.print(format!("Password for key {} >  ", go_quote(owner)));
        out.flush();
        if io::stdin().is_terminal() {
            // The terminal shows the end of the line, and only that.
            return rpassword::read_password()
                .map(String::into_bytes)
                .map_err(|error| go_text(&error));
        }
        out.print("\n");
        Err("inappropriate ioctl for device".to_owned())
    }
}

fn first_line(from: impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    from.take(LONGEST).read_until(b'\n', line)
}

/// Whether standard input is a pipe: what a terminal or a file gives is not taken for a passphrase.
#[cfg(unix)]
fn is_pipe() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let metadata = io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|fd| File::from(fd).metadata());
    metadata.is_ok_and(|metadata| metadata.file_type().is_fifo())
}

/// Whether standard input is a pipe: what a terminal gives is not taken for a passphrase.
#[cfg(not(unix))]
fn is_pipe() -> bool {
    !io::stdin().is_terminal()
}
