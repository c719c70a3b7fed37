//! Where things are kept: the cache, configuration and data folders, and the cleaning of paths.
//!
//! In: environment variables. Out: paths as text, in the form Go's `filepath.Join` gives them, since they are printed.

use std::io::ErrorKind;

use super::environment::Environment;

/// One of the three folders that everything is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// Can be thrown away: repository indexes, downloaded charts.
    Cache,
    /// Written by hand or by `repo` and `registry`: repositories, credentials.
    Config,
    /// Plugins and starter charts.
    Data,
}

impl Home {
    /// The folder: its `HELM_*_HOME` variable, else the XDG variable with `/helm`, else the system's usual place.
    ///
    /// # Source
    /// lifecycle spec 1.4.
    pub fn path(self, env: &Environment) -> String {
        let (own, xdg) = match self {
            Home::Cache => ("HELM_CACHE_HOME", "XDG_CACHE_HOME"),
            Home::Config => ("HELM_CONFIG_HOME", "XDG_CONFIG_HOME"),
            Home::Data => ("HELM_DATA_HOME", "XDG_DATA_HOME"),
        };
        if env.is_set(own) {
            return join(&[&env.text(own)]);
        }
        let base = if env.is_set(xdg) {
            env.text(xdg)
        } else {
            self.system_default(env)
        };
        join(&[&base, "helm"])
    }

    fn system_default(self, env: &Environment) -> String {
        if cfg!(target_os = "windows") {
            return env.text(if self == Home::Cache { "TEMP" } else { "APPDATA" });
        }
        let home = env.text("HOME");
        let below = match (self, cfg!(target_os = "macos")) {
            (Home::Cache, true) => "Library/Caches",
            (Home::Config, true) => "Library/Preferences",
            (Home::Data, true) => "Library",
            (Home::Cache, false) => ".cache",
            (Home::Config, false) => ".config",
            (Home::Data, false) => ".local/share",
        };
        join(&[&home, below])
    }
}

/// The keyring that signatures are checked with unless `--keyring` says otherwise.
///
/// `pubring.gpg` in `GNUPGHOME` or `~/.gnupg`; where it is absent, `pubring.kbx` there; where that is absent too,
/// `pubring.gpg` again.
pub fn default_keyring(env: &Environment) -> String {
    let folder = env
        .get("GNUPGHOME")
        .unwrap_or_else(|| join(&[&env.text("HOME"), ".gnupg"]));
    let legacy = join(&[&folder, "pubring.gpg"]);
    let keybox = join(&[&folder, "pubring.kbx"]);
    if !absent(&legacy) || absent(&keybox) {
        legacy
    } else {
        keybox
    }
}

fn absent(path: &str) -> bool {
    std::fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// The parts that are not empty, with `/` between them, cleaned; empty when all are.
///
/// # Source
/// Go `filepath.Join` on Unix.
pub fn join(parts: &[&str]) -> String {
    let mut joined = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !joined.is_empty() {
            joined.push('/');
        }
        joined.push_str(part);
    }
    if joined.is_empty() { joined } else { clean(&joined) }
}

/// The shortest path that means the same by its letters alone: no `.`, no `//`, no `x/..`; `.` for nothing.
///
/// # Source
/// Go `filepath.Clean` on Unix.
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_and_join_follow_go() {
        let cases = [
            ("", "."),
            ("/", "/"),
            ("//a//b/", "/a/b"),
            ("./a/../b", "b"),
            ("../../x", "../../x"),
            ("/../x", "/x"),
            ("a/..", "."),
            ("a/../..", ".."),
        ];
        for (path, expected) in cases {
            assert_eq!(clean(path), expected, "{path:?}");
        }
        assert_eq!(join(&["", ""]), "");
        assert_eq!(join(&["", "b"]), "b");
        assert_eq!(join(&["a/", "/b"]), "a/b");
    }

    /// lifecycle spec 1.4
    #[cfg(target_os = "linux")]
    #[test]
    fn folders_come_from_helm_then_xdg_then_home() {
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[("HOME", "/h")], "/h/.cache/helm"),
            (&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x//y")], "/x/y/helm"),
            (
                &[("HOME", "/h"), ("XDG_CACHE_HOME", "/x"), ("HELM_CACHE_HOME", "/c/")],
                "/c",
            ),
            (&[("HOME", "/h"), ("HELM_CACHE_HOME", "")], "/h/.cache/helm"),
            (&[], ".cache/helm"),
        ];
        for (variables, expected) in cases {
            assert_eq!(
                Home::Cache.path(&Environment::fixed(variables.iter().copied())),
                expected,
                "{variables:?}"
            );
        }
        assert_eq!(
            Home::Data.path(&Environment::fixed([("HOME", "/h")])),
            "/h/.local/share/helm"
        );
        assert_eq!(
            Home::Config.path(&Environment::fixed([("HOME", "/h")])),
            "/h/.config/helm"
        );
    }
}
