//! The rules of Chart.yaml that hold for every chart.

use skeg_value::semver::Version;

use super::{Dependency, Metadata};

impl Metadata {
    /// Cleans the texts and checks the rules; the first that is broken is the error.
    ///
    /// # Errors
    /// Helm's sentence without its prefix `validation: `.
    pub fn sanitise_and_validate(&mut self) -> Result<(), String> {
        self.sanitise();
        let required = [
            ("apiVersion", &self.api_version),
            ("name", &self.name),
            ("version", &self.version),
        ];
        if let Some((field, _)) = required.iter().find(|(_, text)| text.is_empty()) {
            return Err(format!("chart.metadata.{field} is required"));
        }
        if self.name == "." || self.name == ".." {
            return Err(format!("chart.metadata.name {:?} is not allowed", self.name));
        }
        if self.name.contains('/') {
            return Err(format!("chart.metadata.name {:?} is invalid", self.name));
        }
        if Version::parse(&self.version).is_err() {
            return Err(format!("chart.metadata.version {:?} is invalid", self.version));
        }
        if !["", "application", "library"].contains(&self.chart_type.as_str()) {
            return Err("chart.metadata.type must be application or library".to_owned());
        }
        if self.maintainers.iter().any(Option::is_none) {
            return Err("maintainers must not contain empty or null nodes".to_owned());
        }
        self.validate_dependencies()
    }

    fn validate_dependencies(&self) -> Result<(), String> {
        let mut seen: Vec<&str> = Vec::new();
        for dependency in &self.dependencies {
            let Some(dependency) = dependency else {
                return Err("dependencies must not contain empty or null nodes".to_owned());
            };
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
            if !dependency.alias.bytes().all(allowed) {
                return Err(format!(
                    "dependency {:?} has disallowed characters in the alias",
                    dependency.name
                ));
            }
            let key = dependency.alias_or_name();
            if seen.contains(&key) {
                return Err(format!("more than one dependency with name or alias {key:?}"));
            }
            seen.push(key);
        }
        Ok(())
    }

    fn sanitise(&mut self) {
        let texts = [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ];
        texts.into_iter().for_each(clean);
        self.sources.iter_mut().chain(&mut self.keywords).for_each(clean);
        for maintainer in self.maintainers.iter_mut().flatten() {
            [&mut maintainer.name, &mut maintainer.email, &mut maintainer.url]
                .into_iter()
                .for_each(clean);
        }
        self.dependencies.iter_mut().flatten().for_each(Dependency::sanitise);
    }
}

impl Dependency {
    fn sanitise(&mut self) {
        let texts = [
            &mut self.name,
            &mut self.version,
            &mut self.repository,
            &mut self.condition,
            &mut self.alias,
        ];
        texts.into_iter().for_each(clean);
        self.tags.iter_mut().for_each(clean);
    }
}

/// Each white space character becomes one space; unprintable characters are dropped.
fn clean(text: &mut String) {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return;
    }
    *text = text
        .chars()
        .filter_map(|c| {
            if c.is_whitespace() {
                Some(' ')
            } else {
                skeg_value::quote::is_print(c).then_some(c)
            }
        })
        .collect();
}
