//! Rendering the same charts many times: parsed templates are kept, and only those asked for are run.
//!
//! [`Programs`] is what a test runner or a server holds between renders. What it keeps does not depend on values.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use skeg_funcs::host::Host;
use skeg_template::{Functions, ParsedFile, TemplateSet, Tracer};
use skeg_value::FileId;

use crate::context::{self, Template};
use crate::error::RenderError;
use crate::render::{self, Failure, Rendered};
use crate::request::Request;

/// Watches renders of [`Programs`].
pub trait Watch: Tracer {
    /// A render starts: the parsed texts, in the order that file ids of spans count.
    fn render_begins(&mut self, _files: &[Arc<ParsedFile>]) {}
}

impl Watch for skeg_template::NoTrace {}

impl<W: Watch> Watch for &mut W {
    fn render_begins(&mut self, files: &[Arc<ParsedFile>]) {
        (**self).render_begins(files);
    }
}

/// Parsed templates by name.
pub struct Programs {
    functions: Arc<Functions>,
    parsed: HashMap<String, Arc<ParsedFile>>,
}

impl Default for Programs {
    fn default() -> Self {
        Programs {
            functions: skeg_funcs::functions(),
            parsed: HashMap::new(),
        }
    }
}

impl Programs {
    /// Renders those templates of a chart whose names (`<chart path>/templates/<file>`) are wanted, and the partials of
    /// all. Templates that are not wanted are not even parsed.
    ///
    /// # Errors
    /// A template that does not parse or stops.
    pub fn render<W: Watch>(
        &mut self,
        request: &Request<'_>,
        is_wanted: &dyn Fn(&str) -> bool,
        mut watch: W,
    ) -> Result<Rendered, Box<Failure>> {
        let mut templates = context::templates(request);
        templates.retain(|template| template.is_partial() || is_wanted(&template.name));
        let mut rendered = Rendered::default();
        let set = self.set(request, &templates, &mut rendered)?;
        watch.render_begins(set.files());
        let mut host = Host::new(Rc::clone(&request.world));
        host.enable_dns = request.enable_dns;
        host.lint = request.lint;
        let outcome = render::execute(&templates, &set, &mut host, watch, None, &mut rendered);
        rendered.log.extend(host.notes.into_iter().map(render::note));
        match outcome {
            Ok(()) => Ok(rendered),
            Err(error) => Err(render::failure(error, rendered, &templates)),
        }
    }

    /// The set of these templates; those that are not kept from before are parsed.
    fn set(
        &mut self,
        request: &Request<'_>,
        templates: &[Template],
        rendered: &mut Rendered,
    ) -> Result<TemplateSet, Box<Failure>> {
        let missing: Vec<&Template> = templates
            .iter()
            .filter(|template| {
                let kept = self.parsed.get(&template.name);
                kept.is_none_or(|file| !Arc::ptr_eq(file.text(), template.text()))
            })
            .collect();
        for (template, parsed) in missing.iter().zip(request.ahead.parsed(&missing)) {
            match parsed {
                Ok(file) => {
                    self.parsed.insert(template.name.clone(), Arc::new(file));
                }
                Err(mut error) => {
                    let index = templates.iter().position(|other| std::ptr::eq(other, *template));
                    error.span.file = FileId(index.unwrap_or(0) as u32);
                    let error = RenderError::Parse(Box::new(error));
                    return Err(render::failure(error, std::mem::take(rendered), templates));
                }
            }
        }
        let mut set = TemplateSet::shared(Arc::clone(&self.functions));
        for template in templates {
            if let Some(file) = self.parsed.get(&template.name) {
                set.add_parsed(Arc::clone(file));
            }
        }
        Ok(set)
    }
}
