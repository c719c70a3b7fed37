//! Which templates a suite names, and which documents a selector chooses.

use skeg_value::Value;

use super::suite::Selector;

/// The documents of templates, by template name.
pub(super) type Documents = Vec<(String, Vec<Value>)>;

/// A pattern of template names: `*` stands for any characters of a path, `**` for at least one.
pub(super) struct Pattern {
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    /// So many characters at least.
    Any(usize),
}

impl Pattern {
    /// The pattern of a suite's entry, below the route of its chart.
    pub(super) fn new(route: &str, entry: &str) -> Self {
        let whole = join(route, &in_templates(entry));
        let mut parts = Vec::new();
        let mut rest = whole.as_str();
        while let Some(star) = rest.find('*') {
            if star > 0 {
                parts.push(Part::Text(rest[..star].to_owned()));
            }
            rest = &rest[star..];
            let least = usize::from(rest.starts_with("**"));
            parts.push(Part::Any(least));
            rest = &rest[1 + least..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Pattern { parts }
    }

    /// Whether a name holds what the pattern describes, anywhere.
    pub(super) fn matches(&self, name: &str) -> bool {
        (0..=name.len())
            .filter(|&at| name.is_char_boundary(at))
            .any(|at| matches(&self.parts, &name[at..]))
    }
}

fn matches(parts: &[Part], text: &str) -> bool {
    match parts {
        [] => true,
        [Part::Text(wanted), rest @ ..] => text
            .strip_prefix(wanted.as_str())
            .is_some_and(|after| matches(rest, after)),
        [Part::Any(least), rest @ ..] => {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
            let longest = text.find(|c| !is_name(c)).unwrap_or(text.len());
            (*least..=longest).any(|length| matches(rest, &text[length..]))
        }
    }
}

/// An entry as a path in the chart: what does not begin with a known folder is below `templates/`.
fn in_templates(entry: &str) -> String {
    let is_whole = ["templates", "charts", "crds", "**"]
        .iter()
        .any(|start| entry.starts_with(start));
    if is_whole {
        entry.to_owned()
    } else {
        format!("templates/{entry}")
    }
}

/// The template name of an entry without wildcards.
pub(super) fn template_name(route: &str, entry: &str) -> String {
    join(route, &in_templates(entry))
}

/// Both parts of a path, `.` and `..` resolved.
fn join(route: &str, rest: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in route.split('/').chain(rest.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The documents that a selector chooses; templates without any are left out.
///
/// # Errors
/// None or too many, or a wrong path.
pub(super) fn by_selector(selector: &Selector, documents: &Documents) -> Result<Documents, String> {
    let mut chosen = Documents::new();
    let mut count = 0;
    for (template, documents) in documents {
        let mut kept = Vec::new();
        for document in documents {
            let found = selector.path.find(document)?;
            let fits = |value: &Value| selector.value.is_null() || selector.value.deep_equal(value);
            if found.iter().any(fits) {
                kept.push(document.clone());
            }
        }
        count += kept.len();
        if count > 1 && !selector.many {
            return Err("multiple indexes found".to_owned());
        }
        if !kept.is_empty() {
            chosen.push((template.clone(), kept));
        }
    }
    if count == 0 && !selector.skip_empty {
        return Err("document not found".to_owned());
    }
    Ok(chosen)
}

/// The document with this number of each template.
///
/// # Errors
/// A template that has fewer.
pub(super) fn by_index(index: i64, documents: &Documents) -> Result<Documents, String> {
    documents
        .iter()
        .map(|(template, documents)| {
            usize::try_from(index)
                .ok()
                .and_then(|index| documents.get(index))
                .map(|document| (template.clone(), vec![document.clone()]))
                .ok_or_else(|| format!("document index {index} is out of range"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_name_templates() {
        for (entry, name, expected) in [
            ("deployment.yaml", "c/templates/deployment.yaml", true),
            ("templates/deployment.yaml", "c/templates/deployment.yaml", true),
            ("deployment.yaml", "c/charts/d/templates/deployment.yaml", false),
            ("web/*.yaml", "c/templates/web/service.yaml", true),
            ("*", "c/templates/web/service.yaml", true),
            ("**", "c/charts/d/templates/x.yaml", true),
            ("**/x.yaml", "c/charts/d/templates/x.yaml", true),
            ("charts/d/templates/x.yaml", "c/charts/d/templates/x.yaml", true),
            ("a.yaml", "c/templates/aXyaml", false),
        ] {
            assert_eq!(Pattern::new("c", entry).matches(name), expected, "{entry} {name}");
        }
    }
}
