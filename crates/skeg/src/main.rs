//! The `skeg` program: [`skeg::run`] with the arguments, environment and streams of the process.

use std::process::ExitCode;
use std::thread;

use skeg::output::Output;
use skeg::settings::environment::Environment;

/// Charts may nest templates and values deeply, as in Go, whose stacks grow to a gigabyte. This is address space:
/// memory is only taken for what is used.
const STACK_SIZE: usize = 1 << 30;

fn main() -> ExitCode {
    let command = || {
        let words = std::env::args_os()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        skeg::run(words, &Environment::of_process(), &mut Output::of_process())
    };
    // Where address space is limited, the stack of the process has to do.
    let code = match thread::Builder::new().stack_size(STACK_SIZE).spawn(command) {
        // After a panic, whose message is printed already, the status is that of a crashed Go program.
        Ok(running) => running.join().unwrap_or(2),
        Err(_) => command(),
    };
    ExitCode::from(code)
}
