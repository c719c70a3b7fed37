//! What `helm template` writes to standard output, to the byte.
//!
//! # Source
//! spec/rendering.md 6.2.

use skeg_chart::Chart;
use skeg_chart::ignore::glob;
use skeg_release::{HookEvent, split};

use crate::render::Rendered;

/// Which parts are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts {
    /// Custom resource definitions first.
    pub crds: bool,
    /// No hooks at all.
    pub no_hooks: bool,
    /// No hooks that run at `test`.
    pub skip_tests: bool,
}

/// Everything that is wanted, as one text.
pub fn manifest(chart: &Chart, rendered: &Rendered, parts: Parts) -> Vec<u8> {
    let capacity = rendered.files.iter().map(|file| file.text.len() + 64).sum();
    let mut out = Vec::with_capacity(capacity);
    if parts.crds {
        for (path, file) in chart.crds() {
            append(&mut out, &path, file.data());
        }
    }
    for document in &rendered.documents.manifests {
        append(
            &mut out,
            &rendered.files[document.file].name,
            document.text(&rendered.files),
        );
    }
    trim_in_place(&mut out);
    out.push(b'\n');
    for (name, text) in hooks(rendered, parts) {
        append(&mut out, name, text);
    }
    out
}

/// The hooks that are wanted: template name and text.
pub fn hooks(rendered: &Rendered, parts: Parts) -> impl Iterator<Item = (&str, &[u8])> {
    let wanted =
        move |hook: &&skeg_release::Hook| !(parts.no_hooks || parts.skip_tests && hook.runs_at(HookEvent::Test));
    rendered.documents.hooks.iter().filter(wanted).map(|hook| {
        (
            rendered.files[hook.document.file].name.as_str(),
            hook.document.text(&rendered.files),
        )
    })
}

/// One document with its two lines of heading.
pub fn append(out: &mut Vec<u8>, name: &str, text: &[u8]) {
    out.extend_from_slice(b"---\n# Source: ");
    out.extend_from_slice(name.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(text);
    out.push(b'\n');
}

fn trim_in_place(out: &mut Vec<u8>) {
    let kept = split::trim(out);
    let (start, length) = (kept.as_ptr() as usize - out.as_ptr() as usize, kept.len());
    out.truncate(start + length);
    out.drain(..start);
}

/// The documents of a printed manifest whose template path (without the chart's name) matches one of the patterns.
///
/// # Errors
/// The first pattern that matches nothing.
pub fn show_only(manifest: &[u8], patterns: &[String]) -> Result<Vec<u8>, String> {
    let documents: Vec<&[u8]> = split::documents(manifest)
        .into_iter()
        .map(|range| &manifest[range])
        .collect();
    let mut out = Vec::new();
    for pattern in patterns {
        let mut found = false;
        for document in &documents {
            let Some(path) = source_path(document) else { continue };
            if glob(pattern.as_bytes(), path).unwrap_or(false) {
                found = true;
                out.extend_from_slice(b"---\n");
                out.extend_from_slice(document);
                out.push(b'\n');
            }
        }
        if !found {
            return Err(format!("could not find template {pattern} in chart"));
        }
    }
    Ok(out)
}

/// The path in a document's `# Source:` line, less the chart's name.
fn source_path(document: &[u8]) -> Option<&[u8]> {
    let line = document
        .split(|&b| b == b'\n')
        .find_map(|line| line.strip_prefix(b"# Source: "))?;
    let slash = line.iter().position(|&b| b == b'/')?;
    Some(&line[slash + 1..])
}
