//! The `skeg` program: [`skeg::run`] with the arguments, environment and streams of the process.

use std::panic;
use std::process::exit;
use std::thread;

use skeg::output::Output;
use skeg::settings::environment::Environment;

#[global_allocator]
static HEAP: skeg_heap::Heap = skeg_heap::Heap;

/// Charts may nest templates and values deeply, as in Go, whose stacks grow to a gigabyte. This is address space:
/// memory is only taken for what is used.
const STACK_SIZE: usize = 1 << 30;

/// The exit status of a crashed Go program, and so of a crashed Helm.
const CRASHED: i32 = 2;

fn main() {
    skeg_heap::keep_one_arena();
    // Panics don't unwind in the release program; they still end with a status instead of a core dump.
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |crash| {
        report(crash);
        exit(CRASHED);
    }));
    // The thread ends the process itself: taking it down first would cost as much as a short command.
    let command = || -> u8 {
        let words = std::env::args_os()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        exit(skeg::run(words, &Environment::of_process(), &mut Output::of_process()).into())
    };
    let code = match thread::Builder::new().stack_size(STACK_SIZE).spawn(command) {
        Ok(running) => running.join().unwrap_or(CRASHED as u8),
        // Where address space is limited, the stack of the process has to do.
        Err(_) => command(),
    };
    exit(code.into());
}
