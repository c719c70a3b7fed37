//! Runs skeg in this process and catches what it says.

use skeg::output::Output;
use skeg::settings::environment::Environment;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// What a command line is answered with.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: u8,
}

/// A stream that can be looked at afterwards.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no writer panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no writer panics").clone()).expect("the output is UTF-8")
    }
}

/// What skeg says to a command line, in the environment of record.py.
pub(crate) fn answer(env: &[(String, String)], words: &[String]) -> Answer {
    let fixed = [("HOME", "/home/u"), ("KUBECONFIG", "/nonexistent"), ("PATH", "")];
    let env = Environment::fixed(
        fixed
            .into_iter()
            .chain(env.iter().map(|(k, v)| (k.as_str(), v.as_str()))),
    );
    let (stdout, stderr) = (Shared::default(), Shared::default());
    let mut out = Output::to(Box::new(stdout.clone()), Box::new(stderr.clone()));
    let status = skeg::run(words.to_vec(), &env, &mut out);
    Answer {
        stdout: stdout.text(),
        stderr: stderr.text(),
        status,
    }
}
