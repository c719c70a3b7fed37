//! Renders a chart with a profile and flags, once per process for each combination.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use crate::charts::Chart;
use crate::object::{self, Object};
use crate::programs::{self, Answer};
use crate::scratch::Scratch;

/// A rendering to be made: `chart("plue").render("prod").set("a=b").ok()`.
#[derive(Clone, Debug)]
pub struct Render {
    chart: &'static Chart,
    release: String,
    namespace: String,
    values: Vec<PathBuf>,
    inline: Vec<String>,
    flags: Vec<String>,
}

/// What a rendering gave: the text and its objects.
#[derive(Debug)]
pub struct Rendered {
    /// What was run, for messages.
    pub what: String,
    /// The namespace of the release.
    pub namespace: String,
    /// The release's name.
    pub release: String,
    /// Standard output as it was.
    pub text: String,
    /// The documents that are not empty, in order.
    pub objects: Vec<Object>,
}

impl Render {
    #[track_caller]
    pub(crate) fn new(chart: &'static Chart, profile: &str) -> Self {
        Self {
            chart,
            release: chart.release.to_owned(),
            namespace: "demo".to_owned(),
            values: chart.values_files(profile),
            inline: Vec::new(),
            flags: Vec::new(),
        }
    }

    /// Another release name than the seed's.
    #[must_use]
    pub fn release(mut self, name: &str) -> Self {
        name.clone_into(&mut self.release);
        self
    }

    /// Another namespace than `demo`.
    #[must_use]
    pub fn namespace(mut self, name: &str) -> Self {
        name.clone_into(&mut self.namespace);
        self
    }

    /// `--set KEY=VALUE`.
    #[must_use]
    pub fn set(self, assignment: &str) -> Self {
        self.flags(&["--set", assignment])
    }

    /// `--set-string KEY=VALUE`.
    #[must_use]
    pub fn set_string(self, assignment: &str) -> Self {
        self.flags(&["--set-string", assignment])
    }

    /// `--set-json KEY=JSON`.
    #[must_use]
    pub fn set_json(self, assignment: &str) -> Self {
        self.flags(&["--set-json", assignment])
    }

    /// A values file with this YAML, after the profile's.
    #[must_use]
    pub fn values(mut self, yaml: &str) -> Self {
        self.inline.push(yaml.to_owned());
        self
    }

    /// `--kube-version`.
    #[must_use]
    pub fn kube(self, version: &str) -> Self {
        self.flags(&["--kube-version", version])
    }

    /// `--api-versions`; give it `group/version` as the charts ask.
    #[must_use]
    pub fn api(self, group_version: &str) -> Self {
        self.flags(&["--api-versions", group_version])
    }

    /// More flags as they are.
    #[must_use]
    pub fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// The arguments after the program, given the files that hold the inline values.
    fn arguments(&self, command: &str, inline: &[PathBuf]) -> Vec<String> {
        let chart = self.chart.path().to_string_lossy().into_owned();
        let mut args = match command {
            "lint" => vec!["lint".to_owned(), chart],
            _ => vec![command.to_owned(), self.release.clone(), chart],
        };
        args.extend(["--namespace".to_owned(), self.namespace.clone()]);
        for file in self.values.iter().chain(inline) {
            args.extend(["--values".to_owned(), file.to_string_lossy().into_owned()]);
        }
        args.extend(self.flags.iter().cloned());
        args
    }

    fn answer(&self, program: &'static std::path::Path, command: &str) -> Arc<Answer> {
        type Key = (&'static std::path::Path, Vec<String>, Vec<String>);
        static CACHE: OnceLock<Mutex<HashMap<Key, Arc<Answer>>>> = OnceLock::new();
        let cache = CACHE.get_or_init(Mutex::default);
        let key = (program, self.arguments(command, &[]), self.inline.clone());
        if let Some(known) = lock(cache).get(&key) {
            return Arc::clone(known);
        }
        let folder = Scratch::new();
        let inline: Vec<PathBuf> = (self.inline.iter().enumerate())
            .map(|(index, yaml)| folder.write(&format!("values-{index}.yaml"), yaml))
            .collect();
        let args = self.arguments(command, &inline);
        let mut answer = programs::run(program, &args, programs::repository());
        // So that two programs' messages about inline values can be compared.
        answer.stderr = answer.stderr.replace(&*folder.path().to_string_lossy(), "/VALUES");
        let answer = Arc::new(answer);
        lock(cache).insert(key, Arc::clone(&answer));
        answer
    }

    /// What `skeg template` answers, whatever it is.
    #[must_use]
    pub fn skeg(&self) -> Arc<Answer> {
        self.answer(programs::skeg(), "template")
    }

    /// What the real `helm template` answers, whatever it is.
    #[must_use]
    pub fn helm(&self) -> Arc<Answer> {
        self.answer(programs::helm(), "template")
    }

    /// What `skeg lint` answers with the same values; add `--strict` as a flag.
    #[must_use]
    pub fn lint(&self) -> Arc<Answer> {
        self.answer(programs::skeg(), "lint")
    }

    /// What the real `helm lint` answers with the same values.
    #[must_use]
    pub fn helm_lint(&self) -> Arc<Answer> {
        self.answer(programs::helm(), "lint")
    }

    /// What `skeg validate --strict` answers with the same values, for each of these versions of Kubernetes, with the
    /// definitions of `charts/testdata/crds`.
    #[must_use]
    pub fn validate(&self, versions: &[String]) -> Arc<Answer> {
        let mut with_flags = self.clone();
        let versions = format!("--kube-version={}", versions.join(","));
        let more = ["--strict", &versions, "--crds=charts/testdata/crds"];
        with_flags.flags.extend(more.map(str::to_owned));
        with_flags.answer(programs::skeg(), "validate")
    }

    /// The notes, as the real `helm install --dry-run=client` prints them (without a cluster).
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    #[track_caller]
    pub fn notes(&self) -> String {
        let mut with_flag = self.clone();
        with_flag.flags.push("--dry-run=client".to_owned());
        let answer = with_flag.answer(programs::helm(), "install");
        assert!(answer.succeeded(), "{}: {}", self.what(), answer.stderr);
        answer
            .stdout
            .split_once("\nNOTES:\n")
            .map_or(String::new(), |(_, notes)| notes.to_owned())
    }

    /// The rendered objects.
    ///
    /// # Panics
    /// When rendering fails or gives something that is no YAML.
    #[track_caller]
    pub fn ok(&self) -> Rendered {
        self.attempt().unwrap_or_else(|why| panic!("{why}"))
    }

    /// The rendered objects.
    ///
    /// # Errors
    /// The command and what it said, or the document that is no YAML.
    pub fn attempt(&self) -> Result<Rendered, String> {
        let answer = self.skeg();
        if !answer.succeeded() {
            return Err(format!("{}: {}", self.what(), answer.stderr));
        }
        Ok(Rendered {
            what: self.what(),
            namespace: self.namespace.clone(),
            release: self.release.clone(),
            objects: object::decode(&answer.stdout).map_err(|e| format!("{}: {e}", self.what()))?,
            text: answer.stdout.clone(),
        })
    }

    /// [`Render::attempt`], decoded once per process: for rules that many tests ask of the same rendering.
    ///
    /// # Errors
    /// As for [`Render::attempt`].
    pub fn shared(&self) -> Result<Arc<Rendered>, String> {
        static CACHE: OnceLock<Mutex<HashMap<String, Arc<Rendered>>>> = OnceLock::new();
        let cache = CACHE.get_or_init(Mutex::default);
        let key = self.what();
        if let Some(known) = lock(cache).get(&key) {
            return Ok(Arc::clone(known));
        }
        let rendered = Arc::new(self.attempt()?);
        lock(cache).insert(key, Arc::clone(&rendered));
        Ok(rendered)
    }

    /// Check F: rendering fails, nothing on stdout, stderr contains `sentence`.
    ///
    /// # Panics
    /// Otherwise.
    #[track_caller]
    pub fn refused(&self, sentence: &str) {
        let answer = self.skeg();
        assert!(!answer.succeeded(), "{}: rendered, expected `{sentence}`", self.what());
        assert_eq!(answer.stdout, "", "{}: a failed rendering prints nothing", self.what());
        assert!(
            answer.stderr.contains(sentence),
            "{}: expected `{sentence}` in:\n{}",
            self.what(),
            answer.stderr
        );
    }

    /// Check S: `template` and `lint` refuse the values by the schema and name `path`, written `/service/type`.
    ///
    /// # Panics
    /// Otherwise.
    #[track_caller]
    pub fn schema_refuses(&self, path: &str) {
        self.refused("values don't meet the specifications of the schema(s)");
        let named = format!("'{path}'");
        let stderr = &self.skeg().stderr;
        assert!(stderr.contains(&named), "{}: no {named} in:\n{stderr}", self.what());
        let lint = self.lint();
        assert!(!lint.succeeded(), "{}: lint accepts it", self.what());
        let said = format!("{}{}", lint.stdout, lint.stderr);
        assert!(
            said.contains("[ERROR]") && said.contains(&named),
            "{}: lint has no [ERROR] with {named}:\n{said}",
            self.what()
        );
    }

    /// The command in short form, for messages.
    #[must_use]
    pub fn what(&self) -> String {
        let root = format!("{}/", programs::repository().display());
        let mut text = format!("skeg {}", self.arguments("template", &[]).join(" ")).replace(&root, "");
        for yaml in &self.inline {
            text.push_str(&format!(" -f <<({yaml})"));
        }
        text
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A test that failed while holding the lock has left the map whole.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Rendered {
    /// The object `Kind/name`.
    ///
    /// # Panics
    /// When there is none, or more than one; the message lists what there is.
    #[must_use]
    #[track_caller]
    pub fn object(&self, id: &str) -> &Object {
        match self.find(id) {
            Some(found) => found,
            None => panic!("{}: no {id}; there are:\n  {}", self.what, self.ids().join("\n  ")),
        }
    }

    /// The object `Kind/name`, if it is there.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.id() == id)
    }

    /// The objects of a kind.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(move |object| object.kind() == kind)
    }

    /// `Kind/name` of every object, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.objects.iter().map(Object::id).collect()
    }

    /// Asserts the exact set of objects, in any order.
    ///
    /// # Panics
    /// Naming what is missing and what is too many.
    #[track_caller]
    pub fn has_exactly(&self, ids: &[&str]) {
        let there: BTreeSet<String> = self.ids().into_iter().collect();
        let wanted: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let missing: Vec<_> = wanted.difference(&there).collect();
        let extra: Vec<_> = there.difference(&wanted).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{}:\n  missing: {missing:?}\n  unexpected: {extra:?}",
            self.what
        );
    }
}
