//! Whether a plugin bears the name of this command.

use std::fs;
use std::path::PathBuf;

use skeg_value::yaml;

use crate::output::Output;
use crate::settings::Settings;

/// Says on standard error that the command runs and not the plugin `unittest`, where one is installed.
pub(super) fn say_which_runs(settings: &Settings, out: &mut Output) {
    if settings.env.text("HELM_NO_PLUGINS") == "1" {
        return;
    }
    if let Some(folder) = installed(settings) {
        out.eline(&format!(
            "the built-in unittest runs, not the plugin in {} (HELM_NO_PLUGINS=1 hides plugins)",
            folder.display()
        ));
    }
}

fn installed(settings: &Settings) -> Option<PathBuf> {
    let folders = std::env::split_paths(&settings.plugins_directory).collect::<Vec<PathBuf>>();
    folders.into_iter().find_map(|folder| {
        let mut plugins: Vec<PathBuf> = fs::read_dir(folder)
            .ok()?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        plugins.sort();
        plugins.into_iter().find(|plugin| {
            let manifest = fs::read(plugin.join("plugin.yaml")).ok();
            let manifest = manifest.and_then(|text| yaml::decode(&text).ok());
            let name = manifest.as_ref().and_then(|manifest| manifest.as_map()?.get(b"name"));
            name.is_some_and(|name| name.as_str() == Some("unittest"))
        })
    })
}
