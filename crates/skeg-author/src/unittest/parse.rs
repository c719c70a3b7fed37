//! Suite files read: text in, suites or the list of what is wrong with them out.
//!
//! A file may hold several suites, divided by `---`. Each is read on its own, so that a mistake in one does not keep the
//! others from running. [`reader`] knows types and places, [`assert`] asserts; what keys there are stands here.

pub(crate) mod assert;
pub(crate) mod reader;

use skeg_value::yaml::{NodeId, Tree, YamlError};

use super::split;
use super::suite::{
    ApiVersions, CapabilitiesGiven, FakeCluster, FakeKind, Given, Place, PostRenderer, Problem, ReleaseGiven, Selector,
    Suite, Test,
};
use reader::Reader;

/// Reads all suites of a file.
///
/// `strict`: keys and parameters that nobody knows are mistakes. Each element is a suite, or what is wrong with it;
/// blank documents are left out.
pub(crate) fn suites(text: &[u8], strict: bool) -> Vec<Result<Suite, Vec<Problem>>> {
    split::documents(text)
        .into_iter()
        .filter_map(|range| {
            let lines = text[..range.start].iter().filter(|&&b| b == b'\n').count();
            let text = &text[range];
            match Tree::parse(text) {
                Err(error) if error.message().contains("unknown escape character") => {
                    let text = with_even_backslashes(text);
                    suite(&text, Tree::parse(&text), lines, strict)
                }
                parsed => suite(text, parsed, lines, strict),
            }
        })
        .collect()
}

/// Reads one suite; none where the text holds only comments.
fn suite(
    text: &[u8],
    parsed: Result<Tree<'_>, YamlError>,
    lines_before: usize,
    strict: bool,
) -> Option<Result<Suite, Vec<Problem>>> {
    let tree = match parsed {
        Ok(tree) => tree,
        Err(error) => {
            let place = error.place().map_or(
                Place {
                    line: lines_before + 1,
                    column: 1,
                },
                |place| Place {
                    line: lines_before + place.line as usize,
                    column: column(text, place.offset),
                },
            );
            return Some(Err(vec![Problem {
                place,
                message: error.direct_message().to_owned(),
            }]));
        }
    };
    let root = tree.root()?;
    if tree.is_null(root) {
        return None;
    }
    let mut reader = Reader::new(&tree, text, lines_before, strict);
    let suite = read_suite(&mut reader, root);
    Some(if reader.problems.is_empty() {
        Ok(suite)
    } else {
        Err(reader.problems)
    })
}

/// The text with odd runs of backslashes made even. Authors write regular expressions such as `"a\.b"`, and the original
/// reads a suite that is no YAML because of that once more in this way.
fn with_even_backslashes(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len() + 16);
    let mut run = 0;
    for &byte in text {
        if byte != b'\\' && run % 2 == 1 {
            kept.push(b'\\');
        }
        run = if byte == b'\\' { run + 1 } else { 0 };
        kept.push(byte);
    }
    if run % 2 == 1 {
        kept.push(b'\\');
    }
    kept
}

/// The column of an offset, from 1.
fn column(text: &[u8], offset: usize) -> usize {
    let before = &text[..offset.min(text.len())];
    before.iter().rev().take_while(|&&b| b != b'\n').count() + 1
}

const SUITE_KEYS: &[&str] = &[
    "suite",
    "values",
    "set",
    "templates",
    "excludeTemplates",
    "includeCrds",
    "release",
    "chart",
    "capabilities",
    "kubernetesProvider",
    "postRenderer",
    "tests",
    "snapshotId",
    "skip",
];

const TEST_KEYS: &[&str] = &[
    "it",
    "values",
    "set",
    "template",
    "templates",
    "documentIndex",
    "documentindices",
    "documentSelector",
    "release",
    "chart",
    "capabilities",
    "kubernetesProvider",
    "postRenderer",
    "asserts",
    "skip",
];

fn read_suite(reader: &mut Reader<'_>, root: NodeId) -> Suite {
    let mut suite = Suite {
        place: reader.place(root),
        ..Suite::default()
    };
    for (key, value) in reader.entries(root, "a suite", SUITE_KEYS) {
        match key.as_str() {
            "suite" => suite.name = reader.text(value, "suite"),
            "templates" => suite.templates = reader.texts(value, "templates"),
            "excludeTemplates" => suite.exclude_templates = reader.texts(value, "excludeTemplates"),
            "includeCrds" => suite.include_crds = reader.bool(value, "includeCrds"),
            "snapshotId" => suite.snapshot_id = reader.text(value, "snapshotId"),
            "skip" => {
                for (key, value) in reader.entries(value, "skip", &["reason", "minimumVersion"]) {
                    match key.as_str() {
                        "reason" => suite.skip = reader.text(value, "skip.reason"),
                        "minimumVersion" => suite.minimum_version = reader.text(value, "skip.minimumVersion"),
                        _ => {}
                    }
                }
            }
            "tests" => {
                for item in reader.items(value, "tests") {
                    let test = read_test(reader, item);
                    suite.tests.push(test);
                }
            }
            key => read_given(reader, &mut suite.given, key, value),
        }
    }
    if suite.tests.is_empty() && reader.problems.is_empty() {
        reader.problem(root, "no tests found");
    }
    suite
}

fn read_test(reader: &mut Reader<'_>, node: NodeId) -> Test {
    let mut test = Test {
        place: reader.place(node),
        ..Test::default()
    };
    let mut template = String::new();
    let count = reader.problems.len();
    for (key, value) in reader.entries(node, "a test", TEST_KEYS) {
        match key.as_str() {
            "it" => test.name = reader.text(value, "it"),
            "template" => template = reader.text(value, "template"),
            "templates" => test.templates = reader.texts(value, "templates"),
            "documentIndex" => test.document_index = reader.optional_int(value, "documentIndex"),
            "documentSelector" => test.selector = read_selector(reader, value),
            "skip" => {
                for (key, value) in reader.entries(value, "skip", &["reason"]) {
                    if key == "reason" {
                        test.skip = reader.text(value, "skip.reason");
                    }
                }
            }
            "asserts" => {
                for item in reader.items(value, "asserts") {
                    test.asserts.extend(assert::read(reader, item));
                }
            }
            key => read_given(reader, &mut test.given, key, value),
        }
    }
    if test.templates.is_empty() && !template.is_empty() {
        test.templates = vec![template];
    }
    if test.asserts.is_empty() && reader.problems.len() == count {
        reader.problem(node, "no asserts found");
    }
    test
}

/// A key that suites and tests share.
fn read_given(reader: &mut Reader<'_>, given: &mut Given, key: &str, value: NodeId) {
    match key {
        "values" => given.values = reader.texts(value, "values"),
        "set" => {
            for (path, value) in reader.entries(value, "set", &[]) {
                let place = reader.place(value);
                let value = reader.value(value);
                given.set.push((path, value, place));
            }
        }
        "release" => given.release = read_release(reader, value),
        "capabilities" => given.capabilities = read_capabilities(reader, value),
        "chart" => {
            for (key, value) in reader.entries(value, "chart", &["version", "appVersion"]) {
                match key.as_str() {
                    "version" => given.chart_version = reader.text(value, "chart.version"),
                    "appVersion" => given.app_version = reader.text(value, "chart.appVersion"),
                    _ => {}
                }
            }
        }
        "kubernetesProvider" => given.cluster = read_cluster(reader, value),
        "postRenderer" => given.post_renderer = read_post_renderer(reader, value),
        _ => {}
    }
}

fn read_release(reader: &mut Reader<'_>, node: NodeId) -> ReleaseGiven {
    let mut release = ReleaseGiven::default();
    for (key, value) in reader.entries(node, "release", &["name", "namespace", "revision", "upgrade"]) {
        match key.as_str() {
            "name" => release.name = reader.text(value, "release.name"),
            "namespace" => release.namespace = reader.text(value, "release.namespace"),
            "revision" => release.revision = reader.optional_int(value, "release.revision").unwrap_or(0),
            "upgrade" => release.upgrade = reader.bool(value, "release.upgrade"),
            _ => {}
        }
    }
    release
}

fn read_capabilities(reader: &mut Reader<'_>, node: NodeId) -> CapabilitiesGiven {
    let mut given = CapabilitiesGiven::default();
    for (key, value) in reader.entries(node, "capabilities", &["majorVersion", "minorVersion", "apiVersions"]) {
        match key.as_str() {
            "majorVersion" => given.major = reader.text(value, "capabilities.majorVersion"),
            "minorVersion" => given.minor = reader.text(value, "capabilities.minorVersion"),
            "apiVersions" if reader.is_null(value) => given.api_versions = ApiVersions::Null,
            "apiVersions" => given.api_versions = ApiVersions::List(reader.texts(value, "capabilities.apiVersions")),
            _ => {}
        }
    }
    given
}

fn read_cluster(reader: &mut Reader<'_>, node: NodeId) -> FakeCluster {
    let mut cluster = FakeCluster::default();
    for (key, value) in reader.entries(node, "kubernetesProvider", &["scheme", "objects"]) {
        match key.as_str() {
            "scheme" => {
                for (name, value) in reader.entries(value, "scheme", &[]) {
                    let kind = read_kind(reader, value);
                    cluster.kinds.push((name, kind));
                }
            }
            "objects" => {
                for item in reader.items(value, "objects") {
                    if reader.is_map(item) {
                        cluster.objects.push(reader.value(item));
                    } else {
                        reader.problem(item, "an object of `kubernetesProvider.objects` must be a map");
                    }
                }
            }
            _ => {}
        }
    }
    cluster
}

fn read_kind(reader: &mut Reader<'_>, node: NodeId) -> FakeKind {
    let mut kind = FakeKind::default();
    for (key, value) in reader.entries(node, "a kind of `scheme`", &["gvr", "namespaced", "should_err"]) {
        match key.as_str() {
            "gvr" => {
                for (key, value) in reader.entries(value, "gvr", &["group", "version", "resource"]) {
                    match key.as_str() {
                        "group" => kind.group = reader.text(value, "gvr.group"),
                        "version" => kind.version = reader.text(value, "gvr.version"),
                        "resource" => kind.resource = reader.text(value, "gvr.resource"),
                        _ => {}
                    }
                }
            }
            "namespaced" => kind.namespaced = reader.bool(value, "namespaced"),
            "should_err" => kind.error = reader.text(value, "should_err"),
            _ => {}
        }
    }
    kind
}

fn read_post_renderer(reader: &mut Reader<'_>, node: NodeId) -> Option<PostRenderer> {
    let mut found = PostRenderer::default();
    for (key, value) in reader.entries(node, "postRenderer", &["cmd", "args"]) {
        match key.as_str() {
            "cmd" => found.command = reader.text(value, "postRenderer.cmd"),
            "args" => found.args = reader.texts(value, "postRenderer.args"),
            _ => {}
        }
    }
    (!found.command.is_empty()).then_some(found)
}

/// `documentSelector`, of a test or an assert.
pub(crate) fn read_selector(reader: &mut Reader<'_>, node: NodeId) -> Option<Selector> {
    let (mut path, mut value, mut many, mut skip_empty) = (None, skeg_value::Value::Null, false, false);
    let keys = &["path", "value", "matchMany", "skipEmptyTemplates"];
    for (key, node) in reader.entries(node, "documentSelector", keys) {
        match key.as_str() {
            "path" => path = reader.path(node, "documentSelector.path"),
            "value" => value = reader.value(node),
            "matchMany" => many = reader.bool(node, "documentSelector.matchMany"),
            "skipEmptyTemplates" => skip_empty = reader.bool(node, "documentSelector.skipEmptyTemplates"),
            _ => {}
        }
    }
    let Some(path) = path.filter(|path| !path.text().is_empty()) else {
        reader.problem(node, "`documentSelector` needs a `path`");
        return None;
    };
    Some(Selector {
        path,
        value,
        many,
        skip_empty,
    })
}
