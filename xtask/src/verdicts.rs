//! Compares `skeg validate` with kubeconform: the same verdicts on the same manifests and schemas, and how fast.
//!
//! In: the path of a kubeconform binary and manifest files. Its schemas are written into a temporary folder from the same
//! packages that skeg's pack is made of. Out: a line for each object on which the two differ, and a table of times.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use skeg_value::{Value, json};

use crate::schemas;

/// Runs of each program for each file; the median counts.
const RUNS: usize = 7;

struct Options {
    kubeconform: PathBuf,
    skeg: PathBuf,
    minor: u32,
    from: Option<PathBuf>,
    files: Vec<PathBuf>,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Options {
            kubeconform: PathBuf::from("kubeconform"),
            skeg: PathBuf::from("target/release/skeg"),
            minor: 33,
            from: None,
            files: Vec::new(),
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--kubeconform" => options.kubeconform = value()?.into(),
                "--bin" => options.skeg = value()?.into(),
                "--minor" => options.minor = value()?.parse().map_err(|e| format!("--minor: {e}"))?,
                "--from" => options.from = Some(value()?.into()),
                flag if flag.starts_with("--") => return Err(format!("unknown option {flag}")),
                file => options.files.push(file.into()),
            }
        }
        if options.files.is_empty() {
            return Err("no manifests to compare on".to_owned());
        }
        Ok(options)
    }
}

/// Compares.
///
/// # Errors
/// What could not be run; or that there are differences, each of which has been printed.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args)?;
    let folder = std::env::temp_dir().join(format!("skeg-verdicts-{}", std::process::id()));
    let outcome = compare(&options, &folder);
    let removed = std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()));
    outcome.and(removed)
}

fn compare(options: &Options, folder: &Path) -> Result<(), String> {
    let packages = match &options.from {
        Some(folder) => folder.clone(),
        None => {
            let packages = folder.join("packages");
            schemas::fetch(&packages)?;
            packages
        }
    };
    let target = folder.join("schemas");
    write_schemas(&packages, options.minor, &target)?;
    let (mut objects, mut differences) = (0, 0);
    println!("| manifests | kubeconform, ms | skeg, ms | ratio |\n|---|---:|---:|---:|");
    for file in &options.files {
        let (theirs, slow) = timed(&mut || kubeconform(options, &target, file))?;
        let (ours, quick) = timed(&mut || skeg(options, file))?;
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "| {} | {:.1} | {:.1} | {:.1} |",
            file.display(),
            milliseconds(slow),
            milliseconds(quick),
            slow.as_secs_f64() / quick.as_secs_f64()
        );
        let (theirs, ours) = (verdicts_of_kubeconform(&theirs)?, verdicts_of_skeg(&ours)?);
        let names: std::collections::BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
        for name in names {
            objects += 1;
            let (theirs, ours) = (theirs.get(name), ours.get(name));
            if theirs != ours {
                differences += 1;
                println!("  {}: {name}: kubeconform {theirs:?}, skeg {ours:?}", file.display());
            }
        }
    }
    println!("{objects} objects, {differences} differences");
    if differences > 0 {
        return Err(format!("{differences} verdicts differ"));
    }
    Ok(())
}

/// The answer of a program and the median of its times.
fn timed(run: &mut dyn FnMut() -> Result<Vec<u8>, String>) -> Result<(Vec<u8>, Duration), String> {
    let mut times = Vec::new();
    let mut answer = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        answer = run()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok((answer, times[RUNS / 2]))
}

fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.stdout.is_empty() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(output.stdout)
}

fn kubeconform(options: &Options, schemas: &Path, file: &Path) -> Result<Vec<u8>, String> {
    let location = format!("{}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json", schemas.display());
    let mut command = Command::new(&options.kubeconform);
    command
        .args(["-strict", "-verbose", "-output", "json", "-kubernetes-version"])
        .arg(format!("1.{}.0", options.minor))
        .args(["-schema-location", &location])
        .arg(file);
    output(&mut command)
}

fn skeg(options: &Options, file: &Path) -> Result<Vec<u8>, String> {
    let mut command = Command::new(&options.skeg);
    command
        .args(["validate", "-o", "json", "--kube-version"])
        .arg(format!("1.{}", options.minor))
        .arg("--manifests")
        .arg(file);
    output(&mut command)
}

/// For each object, by kind and name, whether it is valid: as many answers as there are objects of that name, sorted.
type Verdicts = BTreeMap<String, Vec<bool>>;

fn add(verdicts: &mut Verdicts, kind: &str, name: &str, is_valid: bool) {
    let list = verdicts.entry(format!("{kind} {name}")).or_default();
    list.push(is_valid);
    list.sort_unstable();
}

fn field(value: &Value, key: &str) -> String {
    let text = value.as_map().and_then(|map| map.get(key.as_bytes()));
    text.and_then(|text| text.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn items(root: &Value, key: &str) -> Vec<Value> {
    let list = root.as_map().and_then(|map| map.get(key.as_bytes()));
    list.and_then(|list| list.as_list().map(|list| list.as_slice().to_vec()))
        .unwrap_or_default()
}

fn verdicts_of_kubeconform(answer: &[u8]) -> Result<Verdicts, String> {
    let root = json::decode(answer).map_err(|e| format!("kubeconform's answer: {e:?}"))?;
    let mut verdicts = Verdicts::new();
    for resource in items(&root, "resources") {
        let status = field(&resource, "status");
        let name = field(&resource, "name").replace("{{ generateName }}", "*");
        if status != "statusEmpty" && !(field(&resource, "kind").is_empty() && status.is_empty()) {
            add(&mut verdicts, &field(&resource, "kind"), &name, status == "statusValid");
        }
    }
    Ok(verdicts)
}

/// What has no schema counts as invalid, as it does for kubeconform; so does text that is not YAML.
fn verdicts_of_skeg(answer: &[u8]) -> Result<Verdicts, String> {
    let root = json::decode(answer).map_err(|e| format!("skeg's answer: {e:?}"))?;
    let mut verdicts = Verdicts::new();
    for object in items(&root, "objects") {
        let outcomes = object.as_map().and_then(|map| map.get(b"outcomes"));
        let outcomes = outcomes.and_then(|outcomes| outcomes.as_map().map(|map| map.snapshot()));
        let is_valid = outcomes
            .unwrap_or_default()
            .iter()
            .all(|(_, outcome)| outcome.as_str() == Some("valid"));
        // kubeconform names what it could read only.
        let (kind, name) = (field(&object, "kind"), field(&object, "name"));
        match (kind.as_str(), field(&object, "apiVersion").as_str()) {
            ("", _) | (_, "") => add(&mut verdicts, &kind, &name, false),
            _ => add(&mut verdicts, &kind, &name, is_valid),
        }
    }
    Ok(verdicts)
}

/// Writes a file for each kind of a minor, named as kubeconform asks for it, with all references put in place.
fn write_schemas(packages: &Path, minor: u32, target: &Path) -> Result<(), String> {
    let path = schemas::find(packages, minor).ok_or_else(|| format!("no schemas of 1.{minor}"))?;
    let text = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let root = json::decode(&text).map_err(|e| format!("{}: {e:?}", path.display()))?;
    let get = |key: &str| root.as_map().and_then(|map| map.get(key.as_bytes()));
    let definitions = get("$defs").or_else(|| get("definitions")).ok_or("no definitions")?;
    let definitions = definitions.as_map().ok_or("no definitions")?.clone();
    std::fs::create_dir_all(target).map_err(|e| format!("{}: {e}", target.display()))?;
    for (name, schema) in definitions.snapshot() {
        let kinds = items(&schema, "x-kubernetes-group-version-kind");
        let [kind] = kinds.as_slice() else { continue };
        let group = field(kind, "group");
        let group = group.split('.').next().unwrap_or_default();
        let dash = if group.is_empty() { "" } else { "-" };
        let file = format!("{}{dash}{group}-{}.json", field(kind, "kind"), field(kind, "version"));
        let whole = inlined(&schema, &definitions, &mut vec![name.to_string()]);
        let mut out = Vec::new();
        json::encode(&whole, &mut out, json::JsonStyle::Compact, false).map_err(|e| format!("{name}: {e:?}"))?;
        let path = target.join(file.to_lowercase());
        std::fs::write(&path, out).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// A schema without references; one that leads back to itself takes anything.
fn inlined(schema: &Value, definitions: &skeg_value::Map, above: &mut Vec<String>) -> Value {
    if let Value::List(list) = schema {
        return Value::from(
            list.iter()
                .map(|item| inlined(item, definitions, above))
                .collect::<Vec<_>>(),
        );
    }
    let Value::Map(map) = schema else { return schema.clone() };
    if let Some(reference) = map.get(b"$ref").and_then(|text| text.as_str().map(str::to_owned)) {
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        return match definitions.get(name.as_bytes()) {
            Some(target) if !above.contains(&name) => {
                above.push(name);
                let whole = inlined(&target, definitions, above);
                above.pop();
                whole
            }
            _ => Value::Map(skeg_value::Map::new()),
        };
    }
    let entries = map.snapshot().into_iter().filter(|(key, value)| {
        let is_prose = key.as_bytes() == b"description" && value.as_str().is_some();
        !is_prose && !matches!(key.as_bytes(), b"$schema" | b"$id")
    });
    let entries = entries.map(|(key, value)| (key, inlined(&value, definitions, above)));
    Value::Map(entries.collect())
}
