//! Chart, values and capabilities in; rendered documents in Helm's order out.
//!
//! # Source
//! spec/rendering.md 1.1, 1.11, 6.1.

use std::rc::Rc;
use std::sync::Arc;

use skeg_chart::LogLine;
use skeg_funcs::flow::without_no_value;
use skeg_funcs::host::{Host, Note};
use skeg_funcs::objects::HelmMethods;
use skeg_release::{Order, RenderedFile, Sorted, sort};
use skeg_template::{Executor, NoTrace, TemplateSet, Tracer};
use skeg_value::{FileId, Map, Str, Value};

use crate::ahead::Ahead;
use crate::context::{self, Template};
use crate::error::RenderError;
use crate::request::Request;

/// What a chart rendered to.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The output of every template that is not a partial and not notes, in the order of execution.
    pub files: Vec<RenderedFile>,
    /// The output of the notes (`…NOTES.txt`) of the chart and its subcharts, in the order of execution.
    pub notes: Vec<RenderedFile>,
    /// The documents of [`Rendered::files`], sorted.
    pub documents: Sorted,
    /// What Helm says on the way.
    pub log: Vec<LogLine>,
    /// Programs and data of the run: whoever drops the result drops them, or lets the process end with them.
    remains: Remains,
}

/// What a run leaves behind.
#[derive(Clone, Default)]
struct Remains(#[expect(dead_code, reason = "held to be dropped, not read")] Option<Rc<(Vec<Template>, TemplateSet)>>);

impl std::fmt::Debug for Remains {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Remains")
    }
}

/// A failed render with what was rendered before it failed: for `--debug` and diagnostics.
#[derive(Debug)]
pub struct Failure {
    /// Why.
    pub error: RenderError,
    /// The files that were rendered.
    pub files: Vec<RenderedFile>,
    /// What Helm says on the way.
    pub log: Vec<LogLine>,
    /// The texts that spans of the error point into.
    pub sources: skeg_value::Sources,
}

/// Renders the chart and sorts its documents.
///
/// # Errors
/// A template that does not parse or stops, or output that is not YAML.
pub fn render(request: &Request<'_>) -> Result<Rendered, Box<Failure>> {
    order(run(request, NoTrace, Some(&request.ahead))?)
}

/// Sorts the documents of rendered files anew, when somebody changed the files.
///
/// # Errors
/// A file that is not YAML.
pub fn order(mut rendered: Rendered) -> Result<Rendered, Box<Failure>> {
    match sort(&rendered.files, Order::Install) {
        Ok(documents) => {
            rendered
                .log
                .extend(documents.unknown_hooks.iter().map(|hooks| skipped(hooks)));
            rendered.documents = documents;
            Ok(rendered)
        }
        Err(error) => {
            rendered
                .log
                .extend(error.unknown_hooks.iter().map(|hooks| skipped(hooks)));
            Err(Box::new(Failure {
                error: error.into(),
                files: rendered.files,
                log: rendered.log,
                sources: skeg_value::Sources::default(),
            }))
        }
    }
}

/// What Helm says of a document whose hook annotation it does not know.
fn skipped(hooks: &str) -> LogLine {
    LogLine::info("skipping unknown hooks", &[("hookTypes", hooks)])
}

/// Runs all templates without looking at what they print.
///
/// # Errors
/// A template that does not parse or stops.
pub fn render_files<T: Tracer>(request: &Request<'_>, tracer: T) -> Result<Rendered, Box<Failure>> {
    run(request, tracer, None)
}

/// Runs all templates. What they print is going to be read where `read_ahead` is there to do it.
fn run<T: Tracer>(request: &Request<'_>, tracer: T, read_ahead: Option<&Ahead>) -> Result<Rendered, Box<Failure>> {
    let templates = context::templates(request);
    let mut rendered = Rendered::default();
    let (set, mistakes) = parsed(request, &templates);
    if let Some(mistake) = mistakes.into_iter().next() {
        return Err(failure(mistake, rendered, &templates));
    }
    let mut host = Host::new(Rc::clone(&request.world));
    host.enable_dns = request.enable_dns;
    host.lint = request.lint;
    let outcome = execute(&templates, &set, &mut host, tracer, read_ahead, &mut rendered);
    rendered.log.extend(host.notes.into_iter().map(note));
    match outcome {
        Ok(()) => {
            rendered.remains = Remains(Some(Rc::new((templates, set))));
            Ok(rendered)
        }
        Err(error) => Err(failure(error, rendered, &templates)),
    }
}

/// Everything that is wrong with a chart, not only the first thing: all templates that do not parse; or, where all do, all
/// that stop and all whose output is not YAML.
pub fn failures(request: &Request<'_>) -> Vec<Failure> {
    let templates = context::templates(request);
    let (set, mistakes) = parsed(request, &templates);
    let mut found: Vec<Failure> = mistakes
        .into_iter()
        .map(|mistake| *failure(mistake, Rendered::default(), &templates))
        .collect();
    if !found.is_empty() {
        return found;
    }
    let mut host = Host::new(Rc::clone(&request.world));
    host.lint = request.lint;
    for template in templates.iter().filter(|template| !template.is_partial()) {
        let mut rendered = Rendered::default();
        let outcome = execute(
            std::slice::from_ref(template),
            &set,
            &mut host,
            NoTrace,
            None,
            &mut rendered,
        )
        .and_then(|()| sort(&rendered.files, Order::Install).map_err(RenderError::from));
        if let Err(error) = outcome {
            found.push(*failure(error, rendered, &templates));
        }
    }
    found
}

/// The set of the templates that parse, and what is wrong with each that does not.
fn parsed(request: &Request<'_>, templates: &[Template]) -> (TemplateSet, Vec<RenderError>) {
    let mut set = TemplateSet::shared(skeg_funcs::functions());
    let mut mistakes = Vec::new();
    let programs = request.ahead.parsed(&templates.iter().collect::<Vec<_>>());
    for (index, program) in programs.into_iter().enumerate() {
        match program {
            Ok(file) => {
                set.add_parsed(Arc::new(file));
            }
            Err(mut error) => {
                error.span.file = FileId(index as u32);
                mistakes.push(RenderError::Parse(Box::new(error)));
            }
        }
    }
    (set, mistakes)
}

pub(crate) fn execute<T: Tracer>(
    templates: &[Template],
    set: &TemplateSet,
    host: &mut Host,
    tracer: T,
    read_ahead: Option<&Ahead>,
    rendered: &mut Rendered,
) -> Result<(), RenderError> {
    let mut executor = Executor::new(set, &HelmMethods, host, tracer);
    // One for all, as many templates print nothing and none says how much it will be.
    let mut out = Vec::new();
    for template in templates.iter().filter(|template| !template.is_partial()) {
        let position = Map::new().with_type(skeg_value::MapType::Values);
        position.insert("Name", template.name.as_str());
        position.insert("BasePath", &*template.base_path);
        template.context.insert("Template", position);
        out.clear();
        executor
            .execute(&template.name, &Value::Map(template.context.clone()), &mut out)
            .map_err(RenderError::Exec)?;
        let file = RenderedFile::new(template.name.as_str(), clean(&out));
        if template.name.ends_with("NOTES.txt") {
            rendered.notes.push(file);
        } else {
            if let Some(ahead) = read_ahead {
                let file = file.clone();
                ahead.also(file.text.len() as u64, move || file.read());
            }
            rendered.files.push(file);
        }
    }
    Ok(())
}

/// The output without the marks that nulls leave.
fn clean(out: &[u8]) -> Vec<u8> {
    if skeg_funcs::flow::has_no_value(out) {
        without_no_value(Str::from(out)).to_vec()
    } else {
        out.to_vec()
    }
}

pub(crate) fn note(note: Note) -> LogLine {
    match note {
        Note::MissingValue(message) => LogLine::warn("missing required value", &[("message", &message)]),
        Note::MissingText(message) => LogLine::warn("missing required values", &[("message", &message)]),
        Note::Failed(message) => LogLine::info("funcMap fail", &[("message", &message)]),
    }
}

pub(crate) fn failure(error: RenderError, rendered: Rendered, templates: &[Template]) -> Box<Failure> {
    let mut sources = skeg_value::Sources::default();
    for template in templates {
        sources.add(template.name.as_str(), Arc::clone(template.text()));
    }
    Box::new(Failure {
        error,
        files: rendered.files,
        log: rendered.log,
        sources,
    })
}
