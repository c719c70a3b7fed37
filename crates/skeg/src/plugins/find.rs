//! Finds plugins: the folders with a `plugin.yaml` in the folders that `HELM_PLUGINS` lists.

use std::path::Path;

use super::manifest::{Plugin, PluginType};
use crate::error::go_text;
use crate::output::Output;
use crate::output::log::Level;
use crate::output::quote::go_quote;
use crate::settings::Settings;

/// The most bytes that a manifest may have.
const LIMIT: u64 = 4 << 20;

/// All plugins of a type, in the order of their folders. A manifest with mistakes is passed over with a log line.
///
/// # Errors
/// Two plugins have one name.
pub fn find(kind: PluginType, settings: &Settings, out: &mut Output) -> Result<Vec<Plugin>, String> {
    let mut found: Vec<Plugin> = Vec::new();
    let separator = if cfg!(windows) { ';' } else { ':' };
    for folder in settings
        .plugins_directory
        .split(separator)
        .filter(|folder| !folder.is_empty())
    {
        for plugin in load_all(folder, out) {
            if plugin.kind != kind {
                continue;
            }
            if let Some(other) = found.iter().find(|other| other.name == plugin.name) {
                return Err(format!(
                    "two plugins claim the name {} at {} and {}",
                    go_quote(&plugin.name),
                    go_quote(&other.folder),
                    go_quote(&plugin.folder)
                ));
            }
            found.push(plugin);
        }
    }
    Ok(found)
}

/// The plugin of this type and name.
///
/// # Errors
/// Helm's text when there is none, or when two have one name.
pub fn named(kind: PluginType, name: &str, settings: &Settings, out: &mut Output) -> Result<Plugin, String> {
    let missing = || format!("plugin: {{Name:{name} Type:{}}} not found", kind.name());
    let found = find(kind, settings, out)?;
    found.into_iter().find(|plugin| plugin.name == name).ok_or_else(missing)
}

/// The plugins of one folder, by the names of their folders.
fn load_all(folder: &str, out: &mut Output) -> Vec<Plugin> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| Path::new(folder).join(name).join("plugin.yaml").exists())
        .collect();
    names.sort_unstable();
    let mut plugins = Vec::new();
    for name in names {
        let path = format!("{}/{name}", folder.trim_end_matches('/'));
        match load(&path) {
            Ok(plugin) => plugins.push(plugin),
            Err(why) => {
                let error = format!("failed to load plugin {}: {why}", go_quote(&path));
                let manifest = format!("{path}/plugin.yaml");
                out.log(
                    Level::Warn,
                    "failed to load plugin (ignoring)",
                    &[("plugin_yaml", &manifest), ("error", &error)],
                );
            }
        }
    }
    plugins
}

fn load(folder: &str) -> Result<Plugin, String> {
    let path = format!("{folder}/plugin.yaml");
    let unreadable =
        |error: std::io::Error| format!("failed to read plugin at {}: {}", go_quote(&path), go_text(&error));
    if std::fs::metadata(&path).map_err(unreadable)?.len() > LIMIT {
        return Err(format!("{path} is larger than {LIMIT} bytes"));
    }
    let text = std::fs::read(&path).map_err(unreadable)?;
    Plugin::parse(&text, folder)
}
