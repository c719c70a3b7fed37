//! Chart.lock: which versions of its dependencies a chart was last resolved to.

use skeg_value::json::{self, JsonStyle};
use skeg_value::{List, Map, Value, yaml};

use crate::metadata::{Dependency, Shape};

/// The contents of Chart.lock (or requirements.lock).
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// When it was made: RFC 3339, as it stands in the file; empty for Go's zero time.
    pub generated: String,
    /// Digest of requirements and resolved dependencies.
    pub digest: String,
    /// The resolved dependencies.
    pub dependencies: Vec<Option<Dependency>>,
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// The decoder's message.
    pub fn decode(text: &[u8]) -> Result<Lock, String> {
        let mut lock = Lock::default();
        let Some(map) = crate::metadata::document(text, "v2.Lock")? else {
            return Ok(lock);
        };
        let mut shape = Shape::default();
        for (key, value) in map.snapshot() {
            match key.to_string().to_lowercase().as_str() {
                "generated" => match &value {
                    Value::Null => {}
                    Value::String(text) if is_rfc3339(&text.to_string()) => lock.generated = text.to_string(),
                    Value::String(text) => {
                        let text = text.to_string();
                        shape.fail(format!(
                            "parsing time {text:?} as \"2006-01-02T15:04:05Z07:00\": cannot parse {text:?} as \"2006\""
                        ));
                    }
                    _ => shape.fail("Time.UnmarshalJSON: input is not a JSON string".to_owned()),
                },
                "digest" => shape.text(&value, ".digest", &mut lock.digest),
                "dependencies" => shape.dependencies(&value, ".dependencies", &mut lock.dependencies),
                _ => {}
            }
        }
        shape.finish()?;
        Ok(lock)
    }

    /// The file's text: sorted keys, a final newline.
    ///
    /// # Errors
    /// A text that YAML cannot hold.
    pub fn to_yaml(&self) -> Result<Vec<u8>, String> {
        let dependencies: List = self
            .dependencies
            .iter()
            .map(|d| d.as_ref().map_or(Value::Null, Dependency::to_file_value))
            .collect();
        let generated = if self.generated.is_empty() {
            "0001-01-01T00:00:00Z"
        } else {
            &self.generated
        };
        let map: Map = [
            (
                "dependencies",
                if self.dependencies.is_empty() {
                    List::nil(skeg_value::ListType::Any)
                } else {
                    dependencies
                }
                .into(),
            ),
            ("digest", Value::from(self.digest.as_str())),
            ("generated", Value::from(generated)),
        ]
        .into_iter()
        .map(|(key, value)| (key.into(), value))
        .collect();
        let mut out = Vec::new();
        yaml::emit::encode(&map.into(), &mut out).map_err(|error| error.to_string())?;
        Ok(out)
    }
}

fn is_rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let at = |index: usize, b: u8| bytes.get(index) == Some(&b);
    digits(0..4)
        && at(4, b'-')
        && digits(5..7)
        && at(7, b'-')
        && digits(8..10)
        && at(10, b'T')
        && digits(11..13)
        && at(13, b':')
        && digits(14..16)
        && at(16, b':')
        && digits(17..19)
        && (text.ends_with('Z') || text.len() > 24)
}

/// What the digest of a lock file is made over: the JSON of `[requirements, resolved]`, as Go writes the structs.
///
/// The digest itself is `sha256:` and the hexadecimal SHA-256 of these bytes.
pub fn digest_input(requirements: &[Option<Dependency>], resolved: &[Option<Dependency>]) -> Vec<u8> {
    let mut out = b"[".to_vec();
    go_json(requirements, &mut out);
    out.push(b',');
    go_json(resolved, &mut out);
    out.push(b']');
    out
}

/// Dependencies as Go's JSON encoder writes them: fields in the order of the struct, absent ones left out.
fn go_json(dependencies: &[Option<Dependency>], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, dependency) in dependencies.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let Some(d) = dependency else {
            out.extend_from_slice(b"null");
            continue;
        };
        let mut fields: Vec<(&str, Value)> = vec![("name", d.name.as_str().into())];
        if !d.version.is_empty() {
            fields.push(("version", d.version.as_str().into()));
        }
        fields.push(("repository", d.repository.as_str().into()));
        if !d.condition.is_empty() {
            fields.push(("condition", d.condition.as_str().into()));
        }
        if !d.tags.is_empty() {
            fields.push(("tags", Value::strings(d.tags.iter().map(String::as_str))));
        }
        if d.enabled {
            fields.push(("enabled", true.into()));
        }
        if !d.import_values.is_empty() {
            fields.push(("import-values", List::new(d.import_values.clone()).into()));
        }
        if !d.alias.is_empty() {
            fields.push(("alias", d.alias.as_str().into()));
        }
        out.push(b'{');
        for (index, (key, value)) in fields.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(format!("{key:?}:").as_bytes());
            // A dependency holds texts, booleans and what JSON gave, all of which JSON can hold.
            let _ = json::encode(value, out, JsonStyle::Compact, true);
        }
        out.push(b'}');
    }
    out.push(b']');
}
