//! What a chart comes to with the values of a test: rendered, post-rendered, read.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use skeg_chart::values::{Nulls, coalesce};
use skeg_chart::{Capabilities, Chart, KubeVersion, process};
use skeg_release::RenderedFile;
use skeg_render::{Release, Request, Watch};
use skeg_value::json::{self, JsonStyle};
use skeg_value::{List, Map, Value, yaml};

use super::bench::Bench;
use super::job::Job;
use super::lookup::FakeWorld;
use super::suite::{ApiVersions, FakeCluster, PostRenderer};
use super::{given, message, select, split};

/// What the chart came to.
#[derive(Default)]
pub(super) struct Outcome {
    /// The templates that rendered.
    pub(super) names: Vec<String>,
    /// Documents by template name.
    pub(super) documents: BTreeMap<String, Vec<Value>>,
    /// Whether it rendered.
    pub(super) succeeded: bool,
    /// Why it did not, where that is not among the documents.
    pub(super) error: Option<String>,
    /// Whether a post-renderer has been at it.
    pub(super) post_rendered: bool,
}

/// Outcomes by everything that they depend on: many tests of a suite look at the same rendered chart.
#[derive(Default)]
pub(super) struct Outcomes(HashMap<String, Rc<Outcome>>);

/// Outcomes that are kept at once.
const KEPT: usize = 64;

impl Outcomes {
    fn keep(&mut self, key: String, outcome: &Rc<Outcome>) {
        if self.0.len() >= KEPT {
            self.0.clear();
        }
        self.0.insert(key, Rc::clone(outcome));
    }
}

impl Job<'_> {
    /// Renders and reads what was rendered, or finds what an earlier test made of the same input.
    ///
    /// # Errors
    /// What keeps the asserts from being asked at all.
    pub(super) fn outcome<W: Watch>(&self, bench: &mut Bench<'_>, watch: &mut W) -> Result<Rc<Outcome>, String> {
        let values = self.values(bench)?;
        let key = self.key(&values);
        if let Some(kept) = key.as_ref().and_then(|key| bench.outcomes.0.get(key)) {
            return Ok(Rc::clone(kept));
        }
        let outcome = Rc::new(self.make(bench, &values, watch)?);
        if let Some(key) = key {
            bench.outcomes.keep(key, &outcome);
        }
        Ok(outcome)
    }

    /// Everything that the outcome depends on, as a text; none where programs or a fake cluster have a say.
    fn key(&self, values: &Map) -> Option<String> {
        let (own, shared) = (&self.test.given, &self.suite.given);
        let is_plain = own.cluster.objects.is_empty() && shared.cluster.objects.is_empty();
        if !is_plain || self.post_renderer().is_some() {
            return None;
        }
        let mut text = Vec::new();
        json::encode(&Value::Map(values.clone()), &mut text, JsonStyle::Compact, false).ok()?;
        let suite = (
            &self.file.route,
            &self.suite.templates,
            &self.suite.exclude_templates,
            self.suite.include_crds,
        );
        Some(format!(
            "{:?}{:?}{:?}{:?}{:?}{:?}{}",
            suite,
            (&own.release, &shared.release),
            self.capabilities(),
            (&own.chart_version, &shared.chart_version),
            (&own.app_version, &shared.app_version),
            self.is_failure_expected(),
            String::from_utf8_lossy(&text)
        ))
    }

    /// Whether an assert wants the chart not to render.
    fn is_failure_expected(&self) -> bool {
        self.test.asserts.iter().any(|assert| !assert.kind.wants_success)
    }

    fn make<W: Watch>(&self, bench: &mut Bench<'_>, values: &Map, watch: &mut W) -> Result<Outcome, String> {
        let mut chart = bench.chart.clone();
        let (files, mut outcome) = match self.render(bench, &mut chart, values, watch) {
            Ok(files) => (
                files,
                Outcome {
                    succeeded: true,
                    ..Outcome::default()
                },
            ),
            Err(failure) => self.failed(failure),
        };
        bench.outside.rendered(&files);
        outcome.names = files.iter().map(|(name, _)| name.clone()).collect();
        let processed = match self.post_renderer().filter(|_| outcome.succeeded) {
            Some(renderer) => {
                outcome.post_rendered = true;
                post_render(files, renderer, bench)?
            }
            None => files,
        };
        if self.suite.include_crds {
            for (name, file) in chart.crds() {
                outcome.documents.insert(name.clone(), documents(&name, file.data())?);
            }
        }
        for (name, text) in processed {
            let name = if name.starts_with(chart.name()) {
                name
            } else {
                format!("{}/{name}", chart.name())
            };
            if !outcome.succeeded {
                outcome.documents.insert(name, vec![raw(&text)]);
                continue;
            }
            match extension(&name) {
                ".yaml" | ".yml" | ".tpl" => {
                    let found = documents(&name, text.as_bytes())?;
                    outcome.documents.insert(name, found);
                }
                ".txt" => {
                    outcome.documents.insert(name, vec![raw(&text)]);
                }
                _ => {}
            }
        }
        Ok(outcome)
    }

    /// The user's values: files of suite, command line and test, then `set` of suite and test.
    fn values(&self, bench: &mut Bench<'_>) -> Result<Map, String> {
        let route = &self.file.route;
        let values = Map::new();
        let files = self.suite.given.values.iter();
        let files = files.chain(&bench.options.values).chain(&self.test.given.values);
        for name in files.cloned().collect::<Vec<String>>() {
            let path = if name.starts_with('/') {
                name.clone()
            } else {
                beside(&self.file.path, &name)
            };
            let file = bench
                .values_file(&path)
                .map_err(|reason| format!("failed to read values file {name}: {reason}"))?;
            given::overlay(&values, &given::scoped(route, file));
        }
        for (path, value, place) in self.suite.given.set.iter().chain(&self.test.given.set) {
            let built = given::at_path(path, value)
                .map_err(|reason| given::located(&self.file.path, *place, &format!("set `{path}`: {reason}")))?;
            given::overlay(&values, &given::scoped(route, built));
        }
        Ok(given::as_read_map(&values))
    }

    /// Runs the templates that the suite is about.
    fn render<W: Watch>(
        &self,
        bench: &mut Bench<'_>,
        chart: &mut Chart,
        values: &Map,
        watch: &mut W,
    ) -> Result<Vec<(String, String)>, Failed> {
        let release = self.release()?;
        let mut log = Vec::new();
        process::process(chart, values, &mut log).map_err(|error| Failed::new(error.to_string()))?;
        let coalesced =
            coalesce(chart, values, Nulls::Delete, &mut log).map_err(|error| Failed::new(error.to_string()))?;
        if !bench.options.skip_schema_validation {
            bench.outside.check_schemas(chart, &coalesced).map_err(Failed::new)?;
        }
        self.rename_versions(chart);
        let capabilities = self.capabilities();
        let request = Request {
            chart,
            values: &coalesced,
            release: &release,
            capabilities: &capabilities,
            world: self.world(bench),
            enable_dns: false,
            lint: false,
            ahead: skeg_render::Ahead::new(),
        };
        let rendered = bench
            .programs
            .render(&request, &|name| self.scope.has(name), watch)
            .map_err(|failure| Failed {
                old_text: failure.error.helm3_text(),
                text: failure.error.to_string(),
            })?;
        let text = |file: RenderedFile| (file.name, String::from_utf8_lossy(&file.text).into_owned());
        Ok(rendered.files.into_iter().chain(rendered.notes).map(text).collect())
    }

    fn release(&self) -> Result<Release, Failed> {
        let (own, shared) = (&self.test.given.release, &self.suite.given.release);
        let name = or(&own.name, &shared.name);
        if !name.is_empty() && !is_release_name(name) {
            return Err(Failed::new(BAD_NAME.to_owned()));
        }
        let upgrade = own.upgrade || shared.upgrade;
        Ok(Release {
            name: or(name, "RELEASE-NAME").to_owned(),
            namespace: or(or(&own.namespace, &shared.namespace), "NAMESPACE").to_owned(),
            is_upgrade: upgrade,
            is_install: !upgrade,
            revision: if own.revision == 0 {
                shared.revision
            } else {
                own.revision
            },
        })
    }

    /// Kubernetes' version as given; no API versions but those given.
    fn capabilities(&self) -> Capabilities {
        let (own, shared) = (&self.test.given.capabilities, &self.suite.given.capabilities);
        let default = KubeVersion::default();
        let major = or(or(&own.major, &shared.major), &default.major).to_owned();
        let minor = or(or(&own.minor, &shared.minor), &default.minor).to_owned();
        let version = format!("v{major}.{minor}.0");
        let list = |given: &ApiVersions| match given {
            ApiVersions::List(list) => list.clone(),
            ApiVersions::Unset | ApiVersions::Null => Vec::new(),
        };
        let mut api_versions = list(&own.api_versions);
        if !matches!(own.api_versions, ApiVersions::Null) {
            api_versions.extend(list(&shared.api_versions));
        }
        Capabilities {
            kube_version: KubeVersion {
                normalised: version.clone(),
                version,
                major,
                minor,
            },
            api_versions,
        }
    }

    /// Puts the versions that the test wants into the chart and its direct subcharts.
    fn rename_versions(&self, chart: &mut Chart) {
        let (own, shared) = (&self.test.given, &self.suite.given);
        let version = or(&own.chart_version, &shared.chart_version);
        let app_version = or(&own.app_version, &shared.app_version);
        let rename = |chart: &mut Chart| {
            if !version.is_empty() {
                chart.metadata.version = version.to_owned();
            }
            if !app_version.is_empty() {
                chart.metadata.app_version = app_version.to_owned();
            }
        };
        rename(chart);
        chart.dependencies.iter_mut().for_each(rename);
    }

    fn world(&self, bench: &Bench<'_>) -> Rc<dyn skeg_funcs::world::World> {
        let world = bench.outside.world();
        let (own, shared) = (&self.test.given.cluster, &self.suite.given.cluster);
        if own.objects.is_empty() && shared.objects.is_empty() {
            return world;
        }
        let cluster = FakeCluster {
            kinds: own.kinds.iter().chain(&shared.kinds).cloned().collect(),
            objects: own.objects.iter().chain(&shared.objects).cloned().collect(),
        };
        Rc::new(FakeWorld { world, cluster })
    }

    fn post_renderer(&self) -> Option<&PostRenderer> {
        let own = self.test.given.post_renderer.as_ref();
        own.or(self.suite.given.post_renderer.as_ref())
    }

    /// What a failure leaves to look at: for tests that expect one, its message in place of the template's output.
    fn failed(&self, failure: Failed) -> (Vec<(String, String)>, Outcome) {
        let read = if self.is_failure_expected() && failure.is_of_template() {
            message::template_and_message(&failure.old_text)
        } else {
            None
        };
        let Some((template, said)) = read else {
            let outcome = Outcome {
                error: Some(failure.text),
                ..Outcome::default()
            };
            return (Vec::new(), outcome);
        };
        let is_partial = template.rsplit('/').next().is_some_and(|base| base.starts_with('_'));
        let files = if is_partial {
            let entries = if self.suite.templates.is_empty() {
                vec!["**".to_owned()]
            } else {
                self.suite.templates.clone()
            };
            let name = |entry: &String| select::template_name(&self.file.route, entry);
            entries.iter().map(|entry| (name(entry), said.clone())).collect()
        } else {
            vec![(template, said)]
        };
        (files, Outcome::default())
    }
}

/// Why a chart did not render.
struct Failed {
    /// Helm 4's message.
    text: String,
    /// Helm 3's, where a template stopped; empty for other failures.
    old_text: String,
}

impl Failed {
    fn new(text: String) -> Self {
        Failed {
            text,
            old_text: String::new(),
        }
    }

    fn is_of_template(&self) -> bool {
        !self.old_text.is_empty()
    }
}

const BAD_NAME: &str = "invalid release name, must match regex \
                        ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ \
                        and the length must not be longer than 53";

fn is_release_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        label.bytes().all(|b| is_plain(b) || b == b'-')
            && label.bytes().next().is_some_and(is_plain)
            && label.bytes().last().is_some_and(is_plain)
    };
    name.len() <= 53 && name.split('.').all(is_label)
}

fn or<'t>(first: &'t str, second: &'t str) -> &'t str {
    if first.is_empty() { second } else { first }
}

/// A path given relative to the folder of a file.
fn beside(file: &str, name: &str) -> String {
    match file.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}

fn extension(name: &str) -> &str {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rfind('.').map_or("", |dot| &base[dot..])
}

/// A text that is no YAML, as a document.
fn raw(text: &str) -> Value {
    let map = Map::new();
    map.insert("raw", text);
    Value::Map(map)
}

/// The documents of a template's output; empty ones do not count.
fn documents(name: &str, text: &[u8]) -> Result<Vec<Value>, String> {
    let mut found = Vec::new();
    for range in split::documents(text) {
        match yaml::decode_v3(&text[range]).map_err(|error| format!("{name}: {error}"))? {
            Value::Null => {}
            Value::Map(map) if map.is_empty() => {}
            Value::Map(map) => found.push(rounded(&Value::Map(map))),
            other => return Err(format!("{name}: a document is a {}, not a map", other.kind())),
        }
    }
    Ok(found)
}

/// Floats without a fraction become integers where YAML would write them so: paths see documents as written anew.
fn rounded(value: &Value) -> Value {
    match value {
        Value::Float(float) if float.fract() == 0.0 && float.abs() < 1e6 => Value::int(*float as i64),
        Value::List(list) => Value::List(List::new(list.iter().map(rounded).collect())),
        Value::Map(map) => {
            for item in map.borrow_mut().values_mut() {
                if matches!(item, Value::Float(_) | Value::List(_) | Value::Map(_)) {
                    *item = rounded(item);
                }
            }
            value.clone()
        }
        other => other.clone(),
    }
}

/// The line that tells a post-renderer's output apart, file by file.
const FILE_MARK: &str = "---\n#### file:";

/// Sends all files through a program as one text, each marked by a comment, and parts them again. Where the program
/// drops the comments, everything is one file, `manifest.yaml`.
fn post_render(
    mut files: Vec<(String, String)>,
    renderer: &PostRenderer,
    bench: &Bench<'_>,
) -> Result<Vec<(String, String)>, String> {
    files.sort();
    let mut whole = String::new();
    for (name, text) in files {
        whole.push_str(&format!("{FILE_MARK} {name}\n{}\n", text.trim()));
    }
    let output = bench
        .outside
        .post_render(&renderer.command, &renderer.args, whole.as_bytes())
        .map_err(|reason| format!("post-render failed: {reason}"))?;
    let output = String::from_utf8_lossy(&output).into_owned();
    let mut found = Vec::new();
    let mut starts: Vec<usize> = output.match_indices(FILE_MARK).map(|(at, _)| at).collect();
    starts.push(output.len());
    for pair in starts.windows(2) {
        let block = &output[pair[0] + FILE_MARK.len()..pair[1]];
        let (name, text) = block.split_once('\n').unwrap_or((block, ""));
        if let Some(name) = name.strip_prefix(' ') {
            found.push((name.to_owned(), text.to_owned()));
        }
    }
    if found.is_empty() {
        found.push(("manifest.yaml".to_owned(), output));
    }
    Ok(found)
}
