//! What tests see of the machine: files, programs, clock.

use std::cell::RefCell;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use skeg_author::unittest::Outside;
use skeg_chart::{Chart, LogLine};
use skeg_funcs::world::World;
use skeg_value::Map;

use crate::error::go_text;
use crate::ops::schemas::Schemas;
use crate::settings::Settings;
use crate::world::Machine;

/// Where `--debugPlugin` keeps what was rendered.
const KEPT: &str = ".debug";

/// The machine that the program runs on.
pub(super) struct MachineOutside<'s> {
    settings: &'s Settings,
    world: Rc<dyn World>,
    started: Instant,
    keep_rendered: bool,
    /// Compiled once for all tests of a thread.
    schemas: Schemas,
    /// What schemas say besides; of no interest to tests.
    log: RefCell<Vec<LogLine>>,
}

impl<'s> MachineOutside<'s> {
    pub(super) fn new(settings: &'s Settings, keep_rendered: bool) -> Self {
        MachineOutside {
            settings,
            world: Rc::new(Machine::new(settings.time_zone())),
            started: Instant::now(),
            keep_rendered,
            schemas: Schemas::default(),
            log: RefCell::default(),
        }
    }
}

impl Outside for MachineOutside<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match fs::read(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("open {path}: {}", go_text(&error))),
        }
    }

    fn store(&self, path: &str, text: &[u8]) -> Result<(), String> {
        let folder = Path::new(path).parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path, text))
            .map_err(|error| format!("cannot store the snapshots {path}: {}", go_text(&error)))
    }

    fn post_render(&self, command: &str, args: &[String], input: &[u8]) -> Result<Vec<u8>, String> {
        let mut running = Command::new(command)
            .args(args)
            .env("HELM_BIN", std::env::current_exe().unwrap_or_default())
            .env("HELM_DEBUG", self.settings.debug.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => format!("unable to find binary at {command}"),
                _ => format!("cannot run {command}: {}", go_text(&error)),
            })?;
        let stdin = running.stdin.take();
        let output = thread::scope(|scope| {
            // Another thread writes: the program may answer before it has read everything, or never read at all.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            running.wait_with_output()
        })
        .map_err(|error| format!("cannot run {command}: {}", go_text(&error)))?;
        if !output.status.success() {
            return Err(format!(
                "error while running command {command}. error output:\n{}: {}",
                String::from_utf8_lossy(&output.stderr),
                output
                    .status
                    .code()
                    .map_or_else(|| output.status.to_string(), |code| format!("exit status {code}"))
            ));
        }
        if output.stdout.trim_ascii().is_empty() {
            return Err(format!("post-renderer {command:?} produced empty output"));
        }
        Ok(output.stdout)
    }

    fn check_schemas(&self, chart: &Chart, values: &Map) -> Result<(), String> {
        self.schemas.check(chart, values, &mut self.log.borrow_mut())
    }

    fn rendered(&self, files: &[(String, String)]) {
        if !self.keep_rendered {
            return;
        }
        for (name, text) in files {
            let path = Path::new(KEPT).join(name);
            let folder = path.parent().unwrap_or(Path::new(KEPT)).to_owned();
            // What was rendered is kept to be looked at: that it cannot be kept is no failure of a test.
            let _ = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
        }
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn world(&self) -> Rc<dyn World> {
        Rc::clone(&self.world)
    }
}
