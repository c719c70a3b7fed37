//! What a `plugin.yaml` says: the legacy format, and format v1.

use skeg_value::semver::Version;
use skeg_value::{Map, Value, yaml};

use crate::output::quote::go_quote;

/// What a plugin is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluginType {
    /// A top-level command.
    Cli,
    /// Fetches charts of a protocol.
    Getter,
    /// Changes what charts render to.
    PostRenderer,
    /// Helm's own tests.
    Test,
}

impl PluginType {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "cli/v1" => PluginType::Cli,
            "getter/v1" => PluginType::Getter,
            "postrenderer/v1" => PluginType::PostRenderer,
            "test/v1" => PluginType::Test,
            _ => return None,
        })
    }

    /// The name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            PluginType::Cli => "cli/v1",
            PluginType::Getter => "getter/v1",
            PluginType::PostRenderer => "postrenderer/v1",
            PluginType::Test => "test/v1",
        }
    }
}

/// A program for an operating system and an architecture, in Go's names; empty for any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformCommand {
    /// `linux`, `darwin`, `windows`, …
    pub os: String,
    /// `amd64`, `arm64`, …
    pub arch: String,
    /// The program and, separated by spaces, its first arguments; variables in it are replaced.
    pub command: String,
    /// Further arguments; variables in them are replaced.
    pub args: Vec<String>,
}

/// A plugin: its manifest and its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// Its name, of letters, digits, `-` and `_`.
    pub name: String,
    /// What it is for.
    pub kind: PluginType,
    /// Its version.
    pub version: String,
    /// The usage line, without the program's name; empty for its name.
    pub usage: String,
    /// One line about it.
    pub short: String,
    /// All about it.
    pub long: String,
    /// Whether no arguments are handed to it.
    pub ignore_flags: bool,
    /// The programs to choose from.
    pub commands: Vec<PlatformCommand>,
    /// The folder of the manifest.
    pub folder: String,
}

impl Plugin {
    /// Reads a manifest.
    ///
    /// # Errors
    /// What is wrong with it, in Helm's words.
    pub fn parse(text: &[u8], folder: &str) -> Result<Plugin, String> {
        let value =
            yaml::decode_v3(text).map_err(|error| format!("failed to peek plugin.yaml API version: {error}"))?;
        let map = match value {
            Value::Map(map) => map,
            Value::Null => Map::new(),
            _ => return Err("failed to peek plugin.yaml API version: yaml: cannot unmarshal into a plugin".to_owned()),
        };
        let plugin = match text_of(&map, "apiVersion")?.as_str() {
            "" => legacy(&map, folder)?,
            "v1" => version_one(&map, text, folder)?,
            other => return Err(format!("invalid plugin apiVersion: {}", go_quote(other))),
        };
        Ok(plugin)
    }

    /// The program for an operating system and an architecture: the one for both, else one for the system on any
    /// architecture, else one for anything.
    pub fn command_for(&self, os: &str, arch: &str) -> Option<&PlatformCommand> {
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let find = |wanted: &dyn Fn(&PlatformCommand) -> bool| self.commands.iter().find(|command| wanted(command));
        find(&|command| same(&command.os, os) && same(&command.arch, arch))
            .or_else(|| find(&|command| same(&command.os, os) && command.arch.is_empty()))
            .or_else(|| find(&|command| command.os.is_empty() && command.arch.is_empty()))
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(allowed) {
        let name = go_quote(name);
        return Err(format!(
            "invalid plugin name {name}: must contain only a-z, A-Z, 0-9, _ and -"
        ));
    }
    Ok(())
}

/// The format without `apiVersion`: unknown keys are passed over.
fn legacy(map: &Map, folder: &str) -> Result<Plugin, String> {
    let name = text_of(map, "name")?;
    check_name(&name)?;
    let version = text_of(map, "version")?;
    if !version.is_empty() && Version::parse_strict(&version).is_err() {
        return Err(format!(
            "invalid plugin version {}: must be valid semver",
            go_quote(&version)
        ));
    }
    let command = text_of(map, "command")?;
    let mut commands = platform_commands(map)?;
    if !command.is_empty() {
        if !commands.is_empty() {
            return Err("both platformCommand and command are set".to_owned());
        }
        commands.push(PlatformCommand {
            command,
            ..PlatformCommand::default()
        });
    }
    let is_getter = map
        .get(b"downloaders")
        .is_some_and(|list| list.as_list().is_some_and(|list| !list.is_empty()));
    Ok(Plugin {
        name,
        kind: if is_getter { PluginType::Getter } else { PluginType::Cli },
        version,
        usage: String::new(),
        short: text_of(map, "usage")?,
        long: text_of(map, "description")?,
        ignore_flags: bool_of(map, "ignoreFlags")?,
        commands,
        folder: folder.to_owned(),
    })
}

const KEYS: [&str; 8] = [
    "apiVersion",
    "name",
    "type",
    "runtime",
    "version",
    "sourceURL",
    "config",
    "runtimeConfig",
];

fn version_one(map: &Map, text: &[u8], folder: &str) -> Result<Plugin, String> {
    known_keys(map, &KEYS, "plugin.MetadataV1", |key| line_of(text, key))?;
    let name = text_of(map, "name")?;
    check_name(&name)?;
    let converting = |why: String| format!("failed to convert MetadataV1 to Metadata: {why}");
    let kind_name = text_of(map, "type")?;
    let runtime = text_of(map, "runtime")?;
    for (field, value) in [("type", &kind_name), ("runtime", &runtime)] {
        if value.is_empty() {
            return Err(format!("`{field}` missing"));
        }
    }
    let version = text_of(map, "version")?;
    if version.is_empty() {
        return Err("plugin `version` is required".to_owned());
    }
    if Version::parse_strict(&version).is_err() {
        let version = go_quote(&version);
        return Err(format!("invalid plugin `version` {version}: must be valid semver"));
    }
    let kind = PluginType::parse(&kind_name)
        .ok_or_else(|| converting(format!("unknown plugin type {}", go_quote(&kind_name))))?;
    let config = map_of(map, "config")?;
    let (keys, go_type): (&[&str], _) = match kind {
        PluginType::Cli => (&["usage", "shortHelp", "longHelp", "ignoreFlags"], "schema.ConfigCLIV1"),
        PluginType::Getter => (&["protocols"], "schema.ConfigGetterV1"),
        PluginType::PostRenderer => (&[], "schema.ConfigPostRendererV1"),
        PluginType::Test => (&[], "schema.ConfigTestV1"),
    };
    let place = |key: &str| {
        config
            .borrow()
            .keys()
            .position(|k| k.as_bytes() == key.as_bytes())
            .map(|at| at + 1)
    };
    known_keys(&config, keys, go_type, place).map_err(converting)?;
    match runtime.as_str() {
        "subprocess" => {}
        "extism/v1" => {
            return Err(
                "plugins for the runtime extism/v1 are WebAssembly, which this version does not run".to_owned(),
            );
        }
        other => {
            return Err(converting(format!(
                "unsupported plugin runtime type: {}",
                go_quote(other)
            )));
        }
    }
    Ok(Plugin {
        name,
        kind,
        version,
        usage: text_of(&config, "usage")?,
        short: text_of(&config, "shortHelp")?,
        long: text_of(&config, "longHelp")?,
        ignore_flags: bool_of(&config, "ignoreFlags")?,
        commands: platform_commands(&map_of(map, "runtimeConfig")?)?,
        folder: folder.to_owned(),
    })
}

/// Refuses a map with a key that is none of these, as a strict decoder of Go does.
fn known_keys(map: &Map, keys: &[&str], go_type: &str, line: impl Fn(&str) -> Option<usize>) -> Result<(), String> {
    for (key, _) in map.snapshot() {
        let key = key.to_str_lossy();
        if !keys.contains(&&*key) {
            let line = line(&key).unwrap_or(1);
            return Err(format!(
                "yaml: unmarshal errors:\n  line {line}: field {key} not found in type {go_type}"
            ));
        }
    }
    Ok(())
}

/// The 1-based line on which a top-level key stands.
fn line_of(text: &[u8], key: &str) -> Option<usize> {
    let is_it = |line: &[u8]| {
        line.strip_prefix(key.as_bytes())
            .is_some_and(|rest| rest.starts_with(b":"))
    };
    text.split(|&b| b == b'\n').position(is_it).map(|at| at + 1)
}

fn platform_commands(map: &Map) -> Result<Vec<PlatformCommand>, String> {
    let items = match map.get(b"platformCommand") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::List(list)) => list,
        Some(other) => return Err(wrong_type("platformCommand", &other, "list")),
    };
    let mut commands = Vec::new();
    for item in items.iter() {
        let Value::Map(item) = item else {
            return Err(wrong_type("platformCommand", item, "map"));
        };
        let args = match item.get(b"args") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::List(list)) => list.iter().map(scalar).collect(),
            Some(other) => return Err(wrong_type("args", &other, "list")),
        };
        commands.push(PlatformCommand {
            os: text_of(item, "os")?,
            arch: text_of(item, "arch")?,
            command: text_of(item, "command")?,
            args,
        });
    }
    Ok(commands)
}

fn wrong_type(key: &str, value: &Value, wanted: &str) -> String {
    format!("yaml: cannot unmarshal {} of {key} into a {wanted}", value.kind())
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_str_lossy().into_owned(),
        Value::Null => String::new(),
        other => yaml::scalar_text(other).map_or_else(String::new, |text| text.to_string()),
    }
}

fn text_of(map: &Map, key: &str) -> Result<String, String> {
    match map.get(key.as_bytes()) {
        None => Ok(String::new()),
        Some(value @ (Value::Map(_) | Value::List(_))) => Err(wrong_type(key, &value, "string")),
        Some(value) => Ok(scalar(&value)),
    }
}

fn bool_of(map: &Map, key: &str) -> Result<bool, String> {
    match map.get(key.as_bytes()) {
        None | Some(Value::Null) => Ok(false),
        Some(value) => value.as_bool().ok_or_else(|| wrong_type(key, &value, "bool")),
    }
}

fn map_of(map: &Map, key: &str) -> Result<Map, String> {
    match map.get(key.as_bytes()) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Map(map)) => Ok(map),
        Some(value) => Err(wrong_type(key, &value, "map")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "apiVersion: v1\nname: x\ntype: cli/v1\nversion: 0.1.0\nruntime: subprocess\n";

    fn error(text: &str) -> String {
        Plugin::parse(text.as_bytes(), "/p").err().unwrap_or_default()
    }

    /// Messages of Helm 4.3.1.
    #[test]
    fn mistakes_are_told_in_helms_words() {
        for (text, expected) in [
            ("version: 1.0.0", "invalid plugin name \"\": must contain only a-z, A-Z, 0-9, _ and -".to_owned()),
            ("name: a b\nversion: 0.1.0", "invalid plugin name \"a b\": must contain only a-z, A-Z, 0-9, _ and -".to_owned()),
            ("name: a\nversion: foo", "invalid plugin version \"foo\": must be valid semver".to_owned()),
            ("apiVersion: v2", "invalid plugin apiVersion: \"v2\"".to_owned()),
            (
                "name: x\nversion: 0.1.0\ncommand: a\nplatformCommand: [{command: b}]",
                "both platformCommand and command are set".to_owned(),
            ),
            (&format!("{V1}foo: bar"), "yaml: unmarshal errors:\n  line 6: field foo not found in type plugin.MetadataV1".to_owned()),
            (
                &format!("{V1}config: {{bar: 1}}"),
                "failed to convert MetadataV1 to Metadata: yaml: unmarshal errors:\n  line 1: field bar not found in type \
                 schema.ConfigCLIV1"
                    .to_owned(),
            ),
            (&V1.replace("0.1.0", "1"), "invalid plugin `version` \"1\": must be valid semver".to_owned()),
            (&V1.replace("version: 0.1.0\n", ""), "plugin `version` is required".to_owned()),
            (
                &V1.replace("cli/", "clix/"),
                "failed to convert MetadataV1 to Metadata: unknown plugin type \"clix/v1\"".to_owned(),
            ),
            (
                &V1.replace("subprocess", "foo"),
                "failed to convert MetadataV1 to Metadata: unsupported plugin runtime type: \"foo\"".to_owned(),
            ),
        ] {
            assert_eq!(error(text), expected, "{text}");
        }
    }

    /// lifecycle spec 11.1: match order of platformCommand.
    #[test]
    fn the_program_is_chosen_by_platform() {
        let command = |os: &str, arch: &str, command: &str| PlatformCommand {
            os: os.to_owned(),
            arch: arch.to_owned(),
            command: command.to_owned(),
            args: Vec::new(),
        };
        let mut plugin = Plugin::parse(V1.as_bytes(), "/p").expect("a plugin");
        assert_eq!(plugin.command_for("linux", "amd64"), None);
        plugin.commands = vec![
            command("", "", "any"),
            command("linux", "", "linux"),
            command("linux", "arm64", "both"),
            command("windows", "amd64", "win"),
        ];
        for (os, arch, expected) in [
            ("linux", "arm64", "both"),
            ("linux", "amd64", "linux"),
            ("darwin", "amd64", "any"),
            ("windows", "arm64", "any"),
        ] {
            let found = plugin.command_for(os, arch).map(|command| command.command.as_str());
            assert_eq!(found, Some(expected), "{os}/{arch}");
        }
    }
}
