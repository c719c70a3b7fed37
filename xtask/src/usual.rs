//! What is usually asked of skeg: the commands that the program is laid out for.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::process;

/// Commands without a cluster, those first that are to be quick above all. `FOLDER` is where [`charts`] has been.
pub(crate) const OFFLINE: [&str; 13] = [
    "version --short",
    "template web FOLDER/web",
    "template shop examples/shop",
    "template plue charts/plue/infra/helm/plue",
    "template clipper charts/clipper/helm/charts/clipper -f charts/clipper/helm/charts/values-production.yaml",
    "template keys FOLDER/keys",
    "lint examples/shop",
    "show chart examples/shop",
    "show values examples/shop",
    "dependency list charts/plue/infra/helm/plue",
    "package examples/shop -d FOLDER",
    "unittest charts/plue/infra/helm/plue",
    "validate examples/shop",
];

/// A chart with keys and hashes, beside the one that `create` makes.
const KEYS: [(&str, &str); 2] = [
    ("Chart.yaml", "apiVersion: v2\nname: keys\nversion: 1.0.0\n"),
    (
        "templates/keys.yaml",
        "a: {{ genCA \"a\" 1 | toYaml | quote }}\nb: {{ sha256sum \"b\" }}\nc: {{ htpasswd \"c\" \"d\" }}\n",
    ),
];

/// Makes the charts `web` (as `create` makes it) and `keys` in a folder.
///
/// # Errors
/// What `create` and the file system say.
pub(crate) fn charts(program: &Path, folder: &Path) -> Result<(), String> {
    for (path, text) in KEYS {
        let path = folder.join("keys").join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|e| format!("{}: {e}", path.display()))?;
    }
    process::succeed(
        Command::new(program)
            .arg("create")
            .arg(folder.join("web"))
            .stdout(Stdio::null()),
    )
}
