//! The charts that a chart depends on, brought into its `charts/` folder.
//!
//! In: a chart's folder, the repositories that the user knows. Out: archives in `charts/`, and `Chart.lock`. Charts come
//! from folders (`file://…`) or are in `charts/` already; a dependency from a repository or registry is refused by name.
//!
//! # Source
//! spec/lifecycle.md 9.9.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use skeg_chart::{Chart, Dependency, Lock, LogLine, lock};
use skeg_value::semver::{Constraint, Version};
use skeg_value::yaml;

use crate::archive::{self, Times};
use crate::error::{FetchError, reason};
use crate::load;

/// A repository that the user has added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repository {
    /// The name it was added under.
    pub name: String,
    /// Its address.
    pub url: String,
}

/// What happens while dependencies are brought.
#[derive(Debug)]
pub enum Event<'e> {
    /// A text for standard output, with its line feed where it has one.
    Text(&'e str),
    /// A line for the log.
    Log(&'e LogLine),
}

/// One run over the dependencies of one chart.
pub struct Manager<'m> {
    /// The chart's folder, as it was given: it stands in messages.
    pub chart_path: &'m str,
    /// The repositories that the user has added.
    pub repositories: &'m [Repository],
    /// Whether the indexes of repositories are used as they are.
    pub skip_refresh: bool,
    /// Whether to say more.
    pub debug: bool,
    /// Which times the files in archives get.
    pub times: Times,
    /// Hears what happens.
    pub hear: &'m mut dyn FnMut(Event<'_>),
}

const OUT_OF_SYNC: &str = "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update \
                           the dependencies with 'helm dependency update'";
const OLD_OUT_OF_SYNC: &str = "the lock file (requirements.lock) is out of sync with the dependencies file \
                               (requirements.yaml). Please update the dependencies";

impl Manager<'_> {
    /// Brings the versions that the lock file names; without a lock file, does as [`Manager::update`].
    ///
    /// # Errors
    /// A chart that cannot be loaded, a lock file made for other dependencies, or a dependency that cannot be had.
    pub fn build(&mut self) -> Result<(), FetchError> {
        let chart = self.load_chart()?;
        let Some(lock) = &chart.lock else {
            return self.update_of(&chart);
        };
        let is_v1 = chart.metadata.api_version == "v1";
        let old_digest = digest(&lock::old_digest_input(&chart.metadata.dependencies));
        let mut wanted = chart.metadata.dependencies.clone();
        self.resolve_repositories(&mut wanted)?;
        if digest(&lock::digest_input(&wanted, &lock.dependencies)) != lock.digest {
            if !is_v1 {
                return Err(message(OUT_OF_SYNC));
            }
            (self.hear)(Event::Log(&LogLine::info(
                "warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash...",
                &[],
            )));
            if old_digest != lock.digest {
                return Err(message(OLD_OUT_OF_SYNC));
            }
        }
        let unknown: Vec<&str> = lock
            .dependencies
            .iter()
            .flatten()
            .map(|dependency| dependency.repository.as_str())
            .filter(|url| !url.is_empty() && !is_local(url) && !is_registry(url) && self.known(url).is_none())
            .collect();
        if !unknown.is_empty() {
            return Err(FetchError::Message(format!(
                "no repository definition for {}. Please add the missing repos via 'helm repo add'",
                unknown.join(", ")
            )));
        }
        self.refuse_remote(&lock.dependencies)?;
        self.refresh();
        let mut locked = lock.dependencies.clone();
        self.bring(&mut locked)
    }

    /// Brings the newest versions that Chart.yaml allows and writes the lock file, if it is not right already.
    ///
    /// # Errors
    /// A chart that cannot be loaded, a dependency that cannot be had or of which no version fits.
    pub fn update(&mut self) -> Result<(), FetchError> {
        let chart = self.load_chart()?;
        self.update_of(&chart)
    }

    fn update_of(&mut self, chart: &Chart) -> Result<(), FetchError> {
        if !declares_dependencies(chart) {
            return Ok(());
        }
        let mut wanted = chart.metadata.dependencies.clone();
        self.resolve_repositories(&mut wanted)?;
        self.refuse_unreachable(&wanted)?;
        self.refuse_remote(&wanted)?;
        self.refresh();
        let mut locked = self.resolve(&wanted)?;
        self.bring(&mut locked)?;
        let digest = digest(&lock::digest_input(&wanted, &locked));
        if chart.lock.as_ref().is_some_and(|old| old.digest == digest) {
            return Ok(());
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let generated = lock::timestamp(i64::try_from(now.as_secs()).unwrap_or(i64::MAX), now.subsec_nanos());
        let lock = Lock {
            generated,
            digest,
            dependencies: locked,
        };
        let name = if chart.metadata.api_version == "v1" {
            "requirements.lock"
        } else {
            "Chart.lock"
        };
        write_lock(&self.path(name), name, &lock)
    }

    fn load_chart(&mut self) -> Result<Chart, FetchError> {
        match fs::metadata(self.chart_path) {
            Err(error) => {
                return Err(FetchError::Message(format!(
                    "could not find {0}: stat {0}: {1}",
                    self.chart_path,
                    reason(&error)
                )));
            }
            Ok(metadata) if !metadata.is_dir() => return Err(message("only unpacked charts can be updated")),
            Ok(_) => {}
        }
        self.load(Path::new(self.chart_path))
    }

    fn load(&mut self, path: &Path) -> Result<Chart, FetchError> {
        let loaded = load::load_untyped(path)?;
        for line in &loaded.log {
            (self.hear)(Event::Log(line));
        }
        Ok(loaded.chart)
    }

    fn say(&mut self, text: &str) {
        (self.hear)(Event::Text(text));
    }

    fn path(&self, below: &str) -> PathBuf {
        PathBuf::from(join(self.chart_path, below))
    }

    /// The repository of this address among those that the user has added.
    fn known(&self, url: &str) -> Option<&Repository> {
        self.repositories
            .iter()
            .find(|repository| repository.url.trim_end_matches('/') == url.trim_end_matches('/'))
    }

    /// Puts addresses in the place of names, and makes sure that each dependency is of a place that exists.
    fn resolve_repositories(&mut self, dependencies: &mut [Option<Dependency>]) -> Result<(), FetchError> {
        let mut missing: Vec<String> = Vec::new();
        for dependency in dependencies.iter_mut().flatten() {
            let repository = dependency.repository.clone();
            if repository.is_empty() || is_registry(&repository) {
                continue;
            }
            if is_local(&repository) {
                self.local_path(&repository)?;
                if self.debug {
                    self.say(&format!("Repository from local path: {repository}\n"));
                }
                continue;
            }
            let name = repository
                .strip_prefix('@')
                .or_else(|| repository.strip_prefix("alias:"));
            let named = name.and_then(|name| self.repositories.iter().find(|known| known.name == name));
            if let Some(named) = named {
                dependency.repository.clone_from(&named.url);
            } else if self.known(&repository).is_none() && !is_uri(&repository) {
                missing.push(repository);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let mut text = format!(
            "no repository definition for {}. Please add them via 'helm repo add'",
            missing.join(", ")
        );
        if missing
            .iter()
            .any(|name| !name.contains("//") && !name.starts_with('@') && !name.starts_with("alias:"))
        {
            text.push_str(
                "\nNote that repositories must be URLs or aliases. For example, to refer to the \"example\"\n\
                 repository, use \"https://charts.example.com/\" or \"@example\" instead of\n\
                 \"example\". Don't forget to add the repo, too ('helm repo add').",
            );
        }
        Err(FetchError::Message(text))
    }

    /// Refuses addresses that no repository can have.
    fn refuse_unreachable(&mut self, dependencies: &[Option<Dependency>]) -> Result<(), FetchError> {
        for dependency in dependencies.iter().flatten() {
            let url = &dependency.repository;
            let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
            let is_fine =
                url.is_empty() || ["file", "http", "https", "oci"].contains(&scheme) || self.known(url).is_some();
            if !is_fine && !self.skip_refresh {
                self.say("Getting updates for unmanaged Helm repositories...\n");
                return Err(FetchError::Message(format!(
                    "could not find protocol handler for: {scheme}"
                )));
            }
        }
        Ok(())
    }

    fn refuse_remote(&self, dependencies: &[Option<Dependency>]) -> Result<(), FetchError> {
        match dependencies
            .iter()
            .flatten()
            .find(|d| !d.repository.is_empty() && !is_local(&d.repository))
        {
            None => Ok(()),
            Some(remote) => Err(FetchError::Message(format!(
                "cannot fetch {} from {}: this version of skeg takes dependencies from folders (file://) and from charts/ \
                 only; put the chart into charts/ and leave its repository out, or use file://",
                remote.name, remote.repository
            ))),
        }
    }

    /// Says that the indexes of repositories stay as they are, in the form in which a failure to fetch them is told.
    fn refresh(&mut self) {
        if self.skip_refresh || self.repositories.is_empty() {
            return;
        }
        self.say("Hang tight while we grab the latest from your chart repositories...\n");
        for repository in self.repositories {
            self.say(&format!(
                "...Unable to get an update from the {:?} chart repository ({}):\n\tthis version of skeg does not fetch \
                 indexes\n",
                repository.name, repository.url
            ));
        }
        self.say("Update Complete. ⎈Happy Helming!⎈\n");
    }

    /// The folder that `file://…` means, which must be there.
    fn local_path(&self, repository: &str) -> Result<PathBuf, FetchError> {
        let path = repository.strip_prefix("file://").unwrap_or(repository);
        let path = if path.starts_with('/') {
            join(path, "")
        } else {
            join(self.chart_path, path)
        };
        match fs::metadata(&path) {
            Ok(_) => Ok(PathBuf::from(path)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(FetchError::Message(format!("directory {path} not found")))
            }
            Err(error) => Err(FetchError::io("stat", Path::new(&path), &error)),
        }
    }

    /// The exact version of each dependency.
    fn resolve(&mut self, wanted: &[Option<Dependency>]) -> Result<Vec<Option<Dependency>>, FetchError> {
        let mut locked = Vec::with_capacity(wanted.len());
        let mut missing = Vec::new();
        for dependency in wanted.iter().flatten() {
            let constraint = constraint(dependency, '"')?;
            let version = if dependency.repository.is_empty() {
                self.local_path(&format!("charts/{}", dependency.name))?;
                dependency.version.clone()
            } else {
                let path = self.local_path(&dependency.repository)?;
                let chart = self.load(&path)?;
                if !fits(&constraint, &chart) {
                    missing.push(format!(
                        "{:?} (repository {:?}, version {:?})",
                        dependency.name, dependency.repository, dependency.version
                    ));
                    continue;
                }
                chart.metadata.version
            };
            locked.push(Some(Dependency {
                name: dependency.name.clone(),
                repository: dependency.repository.clone(),
                version,
                ..Dependency::default()
            }));
        }
        if missing.is_empty() {
            return Ok(locked);
        }
        Err(FetchError::Message(format!(
            "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in the repo, or \
             change the version constraint in Chart.yaml",
            missing.len(),
            missing.join(", ")
        )))
    }

    /// Brings the charts into a folder of their own first, so that `charts/` changes only when all are there.
    fn bring(&mut self, locked: &mut [Option<Dependency>]) -> Result<(), FetchError> {
        let charts = self.path("charts");
        match fs::metadata(&charts) {
            Ok(metadata) if !metadata.is_dir() => {
                return Err(FetchError::Message(format!(
                    "{:?} is not a directory",
                    charts.display().to_string()
                )));
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&charts)?,
            Err(error) => {
                let path = charts.display();
                let text = format!(
                    "unable to retrieve file info for '{path}': stat {path}: {}",
                    reason(&error)
                );
                return Err(FetchError::Message(text));
            }
        }
        let held = self.path(&format!("tmpcharts-{}", std::process::id()));
        make(&held)?;
        let outcome = self
            .collect(locked, &charts, &held)
            .and_then(|()| self.exchange(locked, &held, &charts));
        let _ = fs::remove_dir_all(&held);
        outcome
    }

    fn collect(&mut self, locked: &mut [Option<Dependency>], charts: &Path, held: &Path) -> Result<(), FetchError> {
        self.say(&format!("Saving {} charts\n", locked.len()));
        for dependency in locked.iter_mut().flatten() {
            let failure = if dependency.repository.is_empty() {
                self.check_vendored(dependency, charts)?
            } else {
                self.pack_local(dependency, held).err()
            };
            if let Some(error) = failure {
                self.say(&format!("Save error occurred:  {error}\n"));
                return Err(error);
            }
        }
        Ok(())
    }

    /// A chart that is in `charts/` already: whether it is of the right version.
    fn check_vendored(&mut self, dependency: &Dependency, charts: &Path) -> Result<Option<FetchError>, FetchError> {
        let name = &dependency.name;
        self.say(&format!(
            "Dependency {name} did not declare a repository. Assuming it exists in the charts directory\n"
        ));
        let path = charts.join(name);
        let chart = self
            .load(&path)
            .map_err(|error| FetchError::Message(format!("unable to load chart '{}': {error}", path.display())))?;
        let constraint = constraint(dependency, ' ')?;
        Ok((!fits(&constraint, &chart)).then(|| {
            FetchError::Message(format!(
                "dependency {name} at version {} does not satisfy the constraint {}",
                chart.metadata.version, dependency.version
            ))
        }))
    }

    /// A chart from a folder, packed into `held`; the dependency gets its version.
    fn pack_local(&mut self, dependency: &mut Dependency, held: &Path) -> Result<(), FetchError> {
        if self.debug {
            self.say(&format!(
                "Archiving {} from repo {}\n",
                dependency.name, dependency.repository
            ));
        }
        let path = self.local_path(&dependency.repository)?;
        let chart = self.load(&path)?;
        let constraint = constraint(dependency, ' ')?;
        if !fits(&constraint, &chart) {
            return Err(FetchError::Message(format!(
                "can't get a valid version for dependency {}",
                dependency.name
            )));
        }
        archive::save(&chart, held, &self.times)?;
        dependency.version = chart.metadata.version;
        Ok(())
    }

    /// Moves the archives from `held` into `charts` and removes archives there that are no longer wanted.
    fn exchange(&mut self, locked: &[Option<Dependency>], held: &Path, charts: &Path) -> Result<(), FetchError> {
        let new = files(held)?;
        let old = files(charts)?;
        for name in &new {
            if let Err(error) = fs::rename(held.join(name), charts.join(name)) {
                self.say(&format!(
                    "Unable to move {} to charts dir {error} (Skipping)",
                    held.join(name).display()
                ));
            }
        }
        self.say("Deleting outdated charts\n");
        for name in old.iter().filter(|name| !new.contains(name)) {
            let path = charts.join(name);
            let chart = match load::load_untyped(&path) {
                Ok(loaded) => loaded.chart,
                Err(error) => {
                    self.say(&format!(
                        "Could not verify {} for deletion: {error} (Skipping)\n",
                        path.display()
                    ));
                    continue;
                }
            };
            if locked
                .iter()
                .flatten()
                .any(|d| d.repository.is_empty() && d.name == chart.name())
            {
                continue;
            }
            if let Err(error) = fs::remove_file(&path) {
                self.say(&format!(
                    "Could not delete {}: {} (Skipping)",
                    path.display(),
                    reason(&error)
                ));
            }
        }
        Ok(())
    }
}

/// Whether a chart has a list of dependencies, if only an empty one: that tells "none" from "not said".
pub fn declares_dependencies(chart: &Chart) -> bool {
    if !chart.metadata.dependencies.is_empty() {
        return true;
    }
    let requirements = chart.files.iter().find(|file| &*file.name == "requirements.yaml");
    let lists_them = |text: &[u8]| {
        let document = yaml::decode(text).unwrap_or_default();
        document
            .as_map()
            .is_some_and(|map| map.get(b"dependencies").is_some_and(|list| list.as_list().is_some()))
    };
    chart
        .metadata_file
        .iter()
        .chain(requirements)
        .any(|file| lists_them(file.data()))
}

fn message(text: &str) -> FetchError {
    FetchError::Message(text.to_owned())
}

fn is_local(repository: &str) -> bool {
    repository.starts_with("file://")
}

fn is_registry(repository: &str) -> bool {
    repository.starts_with("oci://")
}

/// Whether a text is an absolute path or begins with a scheme.
fn is_uri(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    text.starts_with('/') || text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// The versions that a dependency may have. `quote` is what its name stands between in the message.
fn constraint(dependency: &Dependency, quote: char) -> Result<Constraint, FetchError> {
    Constraint::parse(&dependency.version).map_err(|error| {
        let name = if quote == '"' {
            format!("{:?}", dependency.name)
        } else {
            dependency.name.clone()
        };
        FetchError::Message(format!(
            "dependency {name} has an invalid version/constraint format: {error}"
        ))
    })
}

fn fits(constraint: &Constraint, chart: &Chart) -> bool {
    Version::parse(&chart.metadata.version).is_ok_and(|version| constraint.check(&version))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

fn make(path: &Path) -> Result<(), FetchError> {
    fs::create_dir_all(path).map_err(|error| FetchError::io("mkdir", path, &error))
}

/// The names of the files in a folder, sorted.
fn files(path: &Path) -> Result<Vec<String>, FetchError> {
    let failed = |error| FetchError::io("open", path, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_type().map_err(failed)?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn write_lock(path: &Path, name: &str, lock: &Lock) -> Result<(), FetchError> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        let link = fs::read_link(path).map_err(|error| {
            FetchError::Message(format!(
                "error reading symlink for {:?}: {}",
                path.display().to_string(),
                reason(&error)
            ))
        })?;
        return Err(FetchError::Message(format!(
            "the {name} file is a symlink to {:?}",
            link.display().to_string()
        )));
    }
    let text = lock.to_yaml().map_err(FetchError::Message)?;
    fs::write(path, text).map_err(|error| FetchError::io("open", path, &error))
}

/// Two paths joined, by their letters alone: no `.`, no `//`, no `x/..`.
fn join(base: &str, below: &str) -> String {
    let joined = format!("{base}/{below}");
    let is_rooted = joined.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            ("..", None) if is_rooted => {}
            _ => parts.push(part),
        }
    }
    match (is_rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_they_are_printed() {
        for (base, below, expected) in [
            ("c", "../d", "d"),
            (".", "charts/x", "charts/x"),
            ("/a", "../../b", "/b"),
            (".", "../s", "../s"),
            (".", "", "."),
        ] {
            assert_eq!(join(base, below), expected);
        }
    }

    /// spec lifecycle 9.9: what is a repository's address and what only a name.
    #[test]
    fn addresses_have_a_scheme() {
        for (text, expected) in [
            ("https://a/b", true),
            ("/abs", true),
            ("alias:x", true),
            ("@x", false),
            ("stable", false),
        ] {
            assert_eq!(is_uri(text), expected, "{text}");
        }
    }
}
