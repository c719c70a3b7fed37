//! `docs`: writes the manual of every command into a folder.

use std::fs;

use crate::cli::Program;
use crate::cli::command::CommandPath;
use crate::cli::completion::{Shell, script};
use crate::cli::docs::{documented, file_stem, man_page, markdown};
use crate::commands::ROOT;
use crate::error::CommandError;
use crate::output::Output;
use crate::output::quote::go_quote;
use crate::settings::Settings;
use crate::settings::paths::join;

/// What `docs` was asked for.
#[derive(Clone, Debug, Default)]
pub struct DocsOptions {
    /// `--dir`: an existing folder.
    pub folder: String,
    /// `--type`: `markdown`, `man` or `bash`.
    pub kind: String,
    /// `--generate-headers`: begin Markdown files with their title.
    pub headers: bool,
}

/// Writes the files. `defaults` are the settings whose values are shown as the defaults of flags.
///
/// # Errors
/// An unknown kind, or a file that cannot be written.
pub fn run(options: &DocsOptions, program: &Program, defaults: &Settings, _: &mut Output) -> Result<(), CommandError> {
    let root = CommandPath::root(&ROOT);
    match options.kind.as_str() {
        "markdown" | "mdown" | "md" => {
            for path in documented(&root, program) {
                let stem = file_stem(&path, program, "_");
                let header = if options.headers { header(&stem) } else { String::new() };
                write(
                    options,
                    &format!("{stem}.md"),
                    header + &markdown(&path, program, defaults),
                )?;
            }
        }
        "man" => {
            for path in documented(&root, program) {
                let name = format!("{}.1", file_stem(&path, program, "-"));
                write(options, &name, man_page(&path, program, defaults))?;
            }
        }
        "bash" => write(options, "completions.bash", script(Shell::Bash, program, true))?,
        other => {
            let quoted = go_quote(other);
            return Err(CommandError::new(format!(
                "unknown doc type {quoted}. Try 'markdown' or 'man'"
            )));
        }
    }
    Ok(())
}

/// The title of a Markdown file, for site generators: its words with capitals.
fn header(stem: &str) -> String {
    let words: Vec<String> = stem
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect())
                .unwrap_or_default()
        })
        .collect();
    format!("---\ntitle: {}\n---\n\n", go_quote(&words.join(" ")))
}

fn write(options: &DocsOptions, name: &str, text: String) -> Result<(), CommandError> {
    let path = join(&[&options.folder, name]);
    fs::write(&path, text).map_err(|error| CommandError::new(format!("open {path}: {}", crate::error::go_text(&error))))
}
