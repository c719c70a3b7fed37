//! The skeg engine as a library: operations, settings and output; and the command line on top of them.
//!
//! - [`ops`]: what the commands do, each a function of an options struct, the [`settings`] and an [`output`].
//! - [`commands`]: the tree of commands, with their flags and words.
//! - [`plugins`]: programs of the user that add commands, or that manifests go through.
//! - [`cli`]: how command lines are read, explained and completed.
//! - [`error`]: how commands fail.
//!
//! [`run`] is the whole program but for the process around it.

pub mod cli;
pub mod commands;
pub mod error;
pub mod jsonpath;
pub mod ops;
pub mod output;
pub mod plugins;
pub mod settings;
pub mod world;

use cli::Program;
use output::Output;
use settings::environment::Environment;

/// Runs a command line, the first word being the program's path, and gives the exit status.
pub fn run(words: Vec<String>, env: &Environment, out: &mut Output) -> u8 {
    let mut words = words.into_iter();
    let program = Program::new(words.next().unwrap_or_else(|| "skeg".to_owned()));
    let args: Vec<String> = words.collect();
    cli::run(&commands::ROOT, &args, program, env, out)
}
