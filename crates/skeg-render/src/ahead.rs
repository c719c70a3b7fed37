//! A second thread: it reads and parses templates from the moment their files are found, and does whatever else need not
//! wait.
//!
//! In: files as a chart directory is listed ([`Ahead::offer`]), later the templates that are really needed. Out: their
//! programs, in order. What is parsed is one text at a time and does not depend on the others, so the result is that of
//! parsing them in order; which thread parsed what shows in nothing but the time.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use skeg_chart::files::{ChartFile, path_in_own_chart};
use skeg_template::{ParseError, ParsedFile};

use crate::context::Template;

/// Below this many bytes in all a second thread costs more than it saves.
const WORTH_A_THREAD: u64 = 48 * 1024;

/// Bytes that a sleeping thread is woken for.
const WORTH_WAKING: u64 = 16 * 1024;

/// Address space for deeply nested actions; only what is used takes memory.
const STACK: usize = 512 << 20;

/// The name that texts are parsed under before theirs is known: where a chart stands among its parents and what its alias
/// is comes to light later. No template can be defined under it by accident.
const NO_NAME: &str = "\0skeg: not yet named\0";

/// Templates that are being parsed while their chart is still being loaded. Clones share the work.
///
/// The second thread is started when there is enough for it to do, and ends when the last clone is dropped.
#[derive(Clone, Default)]
pub struct Ahead {
    bench: Arc<Bench>,
}

impl std::fmt::Debug for Ahead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ahead")
    }
}

/// What the threads share.
#[derive(Default)]
struct Bench {
    work: Arc<Work>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        let mut state = self.work.lock();
        state.queue.clear();
        state.is_closed = true;
        self.work.changed.notify_all();
    }
}

#[derive(Default)]
struct Work {
    state: Mutex<State>,
    changed: Condvar,
}

enum Job {
    Parse(ChartFile),
    Other(Box<dyn FnOnce() + Send>),
}

impl Job {
    /// The identity of the file to parse.
    fn identity(&self) -> Option<usize> {
        match self {
            Job::Parse(file) => Some(file.identity()),
            Job::Other(_) => None,
        }
    }
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    /// Bytes of all work that were ever queued.
    bytes: u64,
    /// Which files are being parsed.
    running: Vec<usize>,
    /// By the identity of the file, which is kept lest another gets its number.
    done: HashMap<usize, (ChartFile, Result<ParsedFile, ParseError>)>,
    /// Files whose text is that of another which is done or in the hands of a thread, with the identity of that.
    copies: HashMap<usize, (ChartFile, usize)>,
    /// Files by what their texts come to, see [`fingerprint`].
    texts: HashMap<u64, Vec<ChartFile>>,
    has_worker: bool,
    /// Whether the second thread sleeps until it is told.
    is_idle: bool,
    /// Bytes that were queued since it fell asleep.
    unseen: u64,
    is_closed: bool,
    /// Whether somebody sleeps until nothing is running.
    is_awaited: bool,
}

impl Work {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done by a panic that a later look at the state could trip over.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the next job of the queue that is `wanted`, if there is one.
    fn step(&self, mut state: MutexGuard<'_, State>, wanted: fn(&Job) -> bool) -> bool {
        let next = state.queue.iter().position(wanted);
        let file = match next.and_then(|place| state.queue.remove(place)) {
            None => return false,
            Some(Job::Parse(file)) => file,
            Some(Job::Other(act)) => {
                drop(state);
                act();
                return true;
            }
        };
        let identity = file.identity();
        state.running.push(identity);
        drop(state);
        let mut running = Running {
            work: self,
            identity,
            done: None,
        };
        if !self.is_copy(&file) {
            let parsed = ParsedFile::parse(NO_NAME, Arc::clone(file.data()), &skeg_funcs::functions());
            running.done = Some((file, parsed));
        }
        true
    }

    /// Whether another file has this one's text, which then will be parsed only once: a library that every subchart brings
    /// along, for one.
    fn is_copy(&self, file: &ChartFile) -> bool {
        let text = file.data();
        if text.len() < WORTH_COMPARING {
            return false;
        }
        let fingerprint = fingerprint(text);
        let mut state = self.lock();
        let alike = state.texts.entry(fingerprint).or_default();
        match alike.iter().find(|other| other.data() == text) {
            Some(original) => {
                let original = original.identity();
                state.copies.insert(file.identity(), (file.clone(), original));
                true
            }
            None => {
                alike.push(file.clone());
                false
            }
        }
    }

    /// What the second thread does.
    fn run(&self) {
        loop {
            let mut state = self.lock();
            while state.queue.is_empty() && !state.is_closed {
                state.is_idle = true;
                state.unseen = 0;
                state = self.wait(state);
            }
            state.is_idle = false;
            if !self.step(state, |_| true) {
                return;
            }
        }
    }
}

/// A file in the hands of a thread; even if that panics, nobody waits for it for ever.
struct Running<'w> {
    work: &'w Work,
    identity: usize,
    done: Option<(ChartFile, Result<ParsedFile, ParseError>)>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut state = self.work.lock();
        state.running.retain(|&running| running != self.identity);
        if let Some(done) = self.done.take() {
            state.done.insert(self.identity, done);
        }
        // A call of the kernel, so only where somebody waits.
        if state.is_awaited && state.running.is_empty() {
            self.work.changed.notify_all();
        }
    }
}

impl Ahead {
    /// Nothing parsed yet.
    pub fn new() -> Self {
        Ahead::default()
    }

    /// Tells of a file of the chart; where it is a template, of the chart or of a subchart that is a folder, it will be
    /// read and parsed soon. Mistakes in it come out when the chart is rendered.
    pub fn offer(&self, file: &ChartFile) {
        if is_template(&file.name) {
            let mut state = self.bench.work.lock();
            state.queue.push_back(Job::Parse(file.clone()));
            self.queued(state, file.size(), WORTH_WAKING);
        }
    }

    /// Has something else done by whichever thread has time, or never. Whoever needs the result has to be able to do it
    /// too; `bytes` says how much there is to do.
    pub fn also(&self, bytes: u64, act: impl FnOnce() + Send + 'static) {
        let mut state = self.bench.work.lock();
        state.queue.push_back(Job::Other(Box::new(act)));
        self.queued(state, bytes, WORTH_WAKING);
    }

    /// Starts or wakes the second thread after work was queued.
    fn queued(&self, mut state: MutexGuard<'_, State>, bytes: u64, worth_waking: u64) {
        state.bytes += bytes;
        state.unseen += bytes;
        if state.has_worker {
            if state.is_idle && state.unseen >= worth_waking {
                state.is_idle = false;
                drop(state);
                self.bench.work.changed.notify_all();
            }
        } else if state.bytes >= WORTH_A_THREAD {
            let work = Arc::clone(&self.bench.work);
            state.has_worker = thread::Builder::new()
                .stack_size(STACK)
                .spawn(move || work.run())
                .is_ok();
        }
    }

    /// The programs of these templates, in their order.
    pub(crate) fn parsed(&self, templates: &[&Template]) -> Vec<Result<ParsedFile, ParseError>> {
        let work = &self.bench.work;
        self.want(templates);
        // Whatever else is queued may never be needed.
        while work.step(work.lock(), |job| matches!(job, Job::Parse(_))) {}
        let mut state = work.lock();
        while !state.running.is_empty() {
            state.is_awaited = true;
            state = work.wait(state);
        }
        state.is_awaited = false;
        // Both hold the files, whose identities are others' once they are gone.
        let (done, copies) = (std::mem::take(&mut state.done), std::mem::take(&mut state.copies));
        state.texts.clear();
        drop(state);
        templates
            .iter()
            .map(|template| {
                let identity = template.file.identity();
                let original = copies.get(&identity).map_or(identity, |(_, original)| *original);
                named(template, done.get(&original).map(|(_, program)| program))
            })
            .collect()
    }

    /// Queues what is needed and not there yet, and drops from the queue what is not needed.
    fn want(&self, templates: &[&Template]) {
        let mut state = self.bench.work.lock();
        let needed: HashSet<usize> = templates.iter().map(|template| template.file.identity()).collect();
        state
            .queue
            .retain(|job| job.identity().is_none_or(|file| needed.contains(&file)));
        let mut known: HashSet<usize> = state.queue.iter().filter_map(Job::identity).collect();
        known.extend(&state.running);
        known.extend(state.done.keys());
        known.extend(state.copies.keys());
        let mut bytes = 0;
        for template in templates {
            if known.insert(template.file.identity()) {
                bytes += template.file.size();
                state.queue.push_back(Job::Parse(template.file.clone()));
            }
        }
        self.queued(state, bytes, 0);
    }
}

/// Texts below this are parsed as quickly as they are compared.
const WORTH_COMPARING: usize = 512;

/// A number that depends on every byte of a text. Texts that have the same one are compared; of many that differ in little,
/// as made ones do, hardly two have.
fn fingerprint(text: &[u8]) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(ODD).rotate_left(29);
    let words = text.chunks_exact(size_of::<u64>());
    let rest = words
        .remainder()
        .iter()
        .fold(text.len() as u64, |sum, &b| mix(sum, u64::from(b)));
    words
        .filter_map(|word| word.try_into().ok().map(u64::from_le_bytes))
        .fold(rest, mix)
}

/// The program under the template's name. Errors speak of the name, so a text with a mistake is read once more.
fn named(template: &Template, program: Option<&Result<ParsedFile, ParseError>>) -> Result<ParsedFile, ParseError> {
    match program.and_then(|program| program.as_ref().ok()?.renamed(&template.name)) {
        Some(program) => Ok(program),
        None => again(template),
    }
}

fn again(template: &Template) -> Result<ParsedFile, ParseError> {
    ParsedFile::parse(&template.name, Arc::clone(template.text()), &skeg_funcs::functions())
}

/// Whether a file of a chart directory is a template, of the chart or of a subchart below `charts/`.
fn is_template(path: &str) -> bool {
    path_in_own_chart(path).starts_with("templates/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 4.2: templates stand in `templates/`, subcharts in `charts/<name>/`.
    #[test]
    fn templates_are_known_by_their_paths() {
        for (path, expected) in [
            ("templates/a.yaml", true),
            ("templates/sub/_b.tpl", true),
            ("charts/x/templates/a.yaml", true),
            ("charts/x/charts/y/templates/a.yaml", true),
            ("charts/x.tgz", false),
            ("charts/templates/a.yaml", false),
            ("files/templates/a.yaml", false),
            ("templates", false),
            ("values.yaml", false),
        ] {
            assert_eq!(is_template(path), expected, "{path}");
        }
    }
    /// A text that several files have is parsed once, and each file's program goes by its own name.
    #[test]
    fn copies_are_parsed_once() {
        let text = format!("{{{{ define \"x\" }}}}{}{{{{ end }}}}", "a".repeat(WORTH_COMPARING));
        assert_ne!(
            fingerprint(text.as_bytes()),
            fingerprint(text.replace('x', "y").as_bytes())
        );
        let file = |name: &str, text: &str| ChartFile::new(name, text.as_bytes(), None);
        let files = [
            file("templates/_a.tpl", &text),
            file("templates/_b.tpl", &text),
            file("templates/_c.tpl", &text.replace("x", "y")),
        ];
        let template = |file: &ChartFile| Template {
            name: format!("chart/{}", file.name),
            file: file.clone(),
            context: skeg_value::Map::new(),
            base_path: "chart/templates".into(),
        };
        let templates = files.each_ref().map(template);
        let ahead = Ahead::new();
        ahead.offer(&files[1]);
        let names: Vec<Vec<String>> = ahead
            .parsed(&templates.each_ref())
            .into_iter()
            .map(|program| {
                let program = program.expect("it parses");
                program.template_names().map(ToString::to_string).collect()
            })
            .collect();
        assert_eq!(names[0], ["x", "chart/templates/_a.tpl"]);
        assert_eq!(names[1], ["x", "chart/templates/_b.tpl"]);
        assert_eq!(names[2], ["y", "chart/templates/_c.tpl"]);
    }
}
