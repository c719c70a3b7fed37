//! Documentation out of `values.yaml`: the table of a chart's values, and a schema for them.
//!
//! In: the text of a values file whose comments describe the keys below them. Out: [`Setting`]s in the order of the file,
//! [`table::markdown`] of them, and [`schema::of`] the whole. Comments are those of helm-docs:
//!
//! ```yaml
//! # -- (string) What the key is for; goes on
//! # in the next line.
//! # @default -- shown instead of the default
//! # @schema minimum: 1; maximum: 65535
//! port: 8080
//! ```
//!
//! A map with a description is one setting, whatever is in it; of its members those are listed too that have a
//! description of their own. A map without is only a place for its members. `# @ignored` leaves a key out.

mod comments;
pub mod readme;
pub mod schema;
pub mod table;

use skeg_value::json::{self, JsonStyle};
use skeg_value::yaml::{self, Tree, TreeKind, YamlError};
use skeg_value::{Map, Value};

use comments::Comments;

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The path of the key as `--set` takes it, dots inside keys escaped.
    pub path: String,
    /// `string`, `int`, `float`, `bool`, `list`, `object`, `null`, or what the comment says.
    pub kind: String,
    /// The default: JSON, or what the comment says.
    pub default: Default,
    /// What it is for; empty where no comment says.
    pub description: String,
    /// The heading that it stands under; empty for none.
    pub section: String,
    /// 1-based line of the key.
    pub line: usize,
}

/// A default value as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Default {
    /// The value itself, as JSON on one line.
    Json(String),
    /// The words of a comment.
    Words(String),
}

/// A comment that says something else than it may, or a file that does not parse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocsError {
    /// The values file is no YAML.
    #[error("{0}")]
    Yaml(String),
    /// A comment is wrong.
    #[error("line {line}: {message}")]
    Comment {
        /// 1-based line of the comment.
        line: usize,
        /// What is wrong, and what to write.
        message: String,
    },
}

impl From<YamlError> for DocsError {
    fn from(error: YamlError) -> Self {
        DocsError::Yaml(error.to_string())
    }
}

/// A values file with its comments.
pub struct Values<'t> {
    tree: Tree<'t>,
    values: Map,
    comments: Comments<'t>,
}

impl<'t> Values<'t> {
    /// Reads a values file.
    ///
    /// # Errors
    /// The text is no YAML, or a comment is wrong.
    pub fn parse(text: &'t [u8]) -> Result<Self, DocsError> {
        Ok(Values {
            tree: Tree::parse(text)?,
            values: yaml::decode_values(text)?,
            comments: Comments::read(text)?,
        })
    }

    /// The rows of the table, in the order of the file.
    pub fn settings(&self) -> Vec<Setting> {
        let mut settings = Vec::new();
        if let Some(root) = self.tree.root() {
            self.list(root, &self.values, "", false, &mut settings);
        }
        settings
    }

    /// `inside`: a map above is described, so that only described keys are listed.
    fn list(&self, node: yaml::NodeId, values: &Map, above: &str, inside: bool, settings: &mut Vec<Setting>) {
        for entry in self.tree.entries(node) {
            let key = self.tree.key(entry);
            // Of a key that is set twice the last one counts.
            if self
                .tree
                .entries(node)
                .iter()
                .rfind(|other| self.tree.key(other) == key)
                .map(|e| e.value)
                != Some(entry.value)
            {
                continue;
            }
            let Some(value) = values.get(key) else { continue };
            let path = join(above, key);
            let line = self.comments.line_of(self.tree.key_span(entry).start);
            let note = self.comments.above(line, &path);
            if note.is_ignored {
                continue;
            }
            // A map that is written like a value, in braces, is one.
            let is_flow = self.comments.text()[self.tree.span(entry.value)].starts_with(b"{");
            let members = match &value {
                Value::Map(map) if !map.is_empty() && !is_flow => Some(map),
                _ => None,
            };
            let is_described = note.description.is_some();
            if is_described || (members.is_none() && !inside) {
                settings.push(Setting {
                    kind: note.kind.clone().unwrap_or_else(|| kind(&value).to_owned()),
                    default: match &note.default {
                        Some(words) => Default::Words(words.clone()),
                        None => Default::Json(json(&value)),
                    },
                    description: note.description.clone().unwrap_or_default(),
                    section: note.section.clone().unwrap_or_default(),
                    line: line + 1,
                    path: path.clone(),
                });
            }
            if let Some(map) = members
                && matches!(self.tree.kind(entry.value), TreeKind::Map(_))
            {
                self.list(entry.value, map, &path, inside || is_described, settings);
            }
        }
    }
}

/// The path of a key below another, as `--set` takes it.
fn join(above: &str, key: &[u8]) -> String {
    let key = String::from_utf8_lossy(key).replace('\\', "\\\\").replace('.', "\\.");
    match above {
        "" => key,
        _ => format!("{above}.{key}"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        // Numbers of values files are floats where they come from JSON; whole ones are meant as integers.
        Value::Float(number) if number.fract() == 0.0 => "int",
        Value::Float(_) => "float",
        Value::String(_) | Value::Bytes(_) | Value::Object(_) => "string",
        Value::List(_) => "list",
        Value::Map(_) => "object",
    }
}

fn json(value: &Value) -> String {
    let mut text = Vec::new();
    // What a values file can hold, JSON can say.
    let _ = json::encode(value, &mut text, JsonStyle::Compact, false);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let values = Values::parse(text.as_bytes()).expect("good");
        let settings = values.settings();
        settings
            .iter()
            .map(|s| {
                let default = match &s.default {
                    Default::Json(json) => json.clone(),
                    Default::Words(words) => format!("({words})"),
                };
                format!("{} {} {} {}", s.path, s.kind, default, s.description)
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    /// What helm-docs makes of its comments; the order is that of the file.
    #[test]
    fn comments_describe_the_key_below() {
        for (text, expected) in [
            ("# -- Pods\nreplicas: 2\n", vec!["replicas int 2 Pods"]),
            ("a:\n  # -- Inner\n  b: x\n", vec!["a.b string \"x\" Inner"]),
            ("# Only a remark\na: true\n", vec!["a bool true"]),
            ("# -- One\n# two\na: null\n", vec!["a null null One two"]),
            ("# -- (tpl) Text\na: \"\"\n", vec!["a tpl \"\" Text"]),
            (
                "# -- D\n# @default -- from the chart\na:\n",
                vec!["a null (from the chart) D"],
            ),
            ("# @ignored\na: 1\nb: 1.5\n", vec!["b float 1.5"]),
            // A described map is one row; its described members are rows too.
            (
                "# -- All\na:\n  x: 1\n  # -- Z\n  z: 2\n",
                vec!["a object {\"x\":1,\"z\":2} All", "a.z int 2 Z"],
            ),
            ("a: {}\nb: []\n", vec!["a object {}", "b list []"]),
            ("a: {x: 1}\n", vec!["a object {\"x\":1}"]),
            // A blank line separates a remark from the key.
            ("# -- Lost\n\na: 1\n", vec!["a int 1"]),
            // The old style names its key.
            ("# a.b -- Old\na:\n  b: 1\n", vec!["a.b int 1 Old"]),
            ("a:\n  \"x.y\": 1\n", vec!["a.x\\.y int 1"]),
        ] {
            assert_eq!(rows(text), expected, "{text}");
        }
    }
}
