//! What templates rendered, through a post-renderer plugin.

use skeg_release::post_render;
use skeg_render::{Failure, Rendered, render};

use crate::error::CommandError;
use crate::output::Output;
use crate::plugins::manifest::{Plugin, PluginType};
use crate::plugins::{find, run};
use crate::settings::Settings;

/// A post-renderer that was asked for and found.
#[derive(Clone, Debug)]
pub struct PostRenderer {
    plugin: Plugin,
    args: Vec<String>,
}

impl PostRenderer {
    /// The plugin of `--post-renderer` with the arguments of `--post-renderer-args`; none for an empty name.
    ///
    /// # Errors
    /// There is no such plugin, told as a mistake in the flag.
    pub fn find(
        name: &str,
        args: &[String],
        settings: &Settings,
        out: &mut Output,
    ) -> Result<Option<PostRenderer>, CommandError> {
        if name.is_empty() {
            return Ok(None);
        }
        let plugin = find::named(PluginType::PostRenderer, name, settings, out).map_err(|why| {
            let name = crate::output::quote::go_quote(name);
            CommandError::new(format!("invalid argument {name} for \"--post-renderer\" flag: {why}"))
        })?;
        let args = args.to_vec();
        Ok(Some(PostRenderer { plugin, args }))
    }

    /// Hands the files to the plugin, hooks and all, and sorts what comes back. Notes stay as they are.
    ///
    /// # Errors
    /// Helm's text when the files cannot be read as objects, or the plugin fails or prints nothing; what it said on
    /// standard error goes to ours then. What it printed that is no YAML of objects fails as rendered files do.
    pub fn apply(
        &self,
        mut rendered: Rendered,
        settings: &Settings,
        out: &mut Output,
    ) -> Result<Rendered, PostRenderError> {
        let input = post_render::merge(&rendered.files)
            .map_err(|why| PostRenderError::Message(format!("error merging manifests: {why}")))?;
        let output = self
            .run(&input, settings, out)
            .map_err(|why| PostRenderError::Message(format!("error while running post render on files: {why}")))?;
        rendered.files = post_render::divide(&output)
            .map_err(|why| PostRenderError::Message(format!("error while parsing post rendered output: {why}")))?;
        render::order(rendered).map_err(PostRenderError::Documents)
    }

    fn run(&self, input: &[u8], settings: &Settings, out: &mut Output) -> Result<Vec<u8>, String> {
        let name = crate::output::quote::go_quote(&self.plugin.name);
        let failed = |why: String| format!("failed to invoke post-renderer plugin {name}: {why}");
        let prepared = run::prepare(&self.plugin, &self.args, &[], &settings.env).map_err(failed)?;
        let printed = prepared.capture(input, out).map_err(failed)?;
        if let Some(why) = printed.failure {
            // Helm keeps this to itself, and the user in the dark.
            out.eprint(&printed.err);
            return Err(failed(why));
        }
        if printed.out.trim_ascii().is_empty() {
            return Err(format!("post-renderer {name} produced empty output"));
        }
        Ok(printed.out)
    }
}

/// Why manifests did not get through.
#[derive(Debug)]
pub enum PostRenderError {
    /// Helm's text.
    Message(String),
    /// What came back is not the YAML of Kubernetes objects.
    Documents(Box<Failure>),
}
