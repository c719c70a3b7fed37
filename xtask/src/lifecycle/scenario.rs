//! The files of `tests/lifecycle/scenarios`: what is done to a cluster with the tool on trial, step by step.
//!
//! ```text
//! === name of the scenario
//! also: /api/v1/namespaces/NAMESPACE/endpoints    one more path whose object or objects are compared
//! crds: gadgets.skeg.test                         definitions that it leaves behind; such scenarios run one at a time
//! noise: app/big.bin 900000                       a file of so many bytes that do not compress
//! no-namespace                                    the namespace does not exist at first
//! alone: REASON                                   the tools cannot take turns here
//! $ install r app --set a=1                       a command line of the tool
//! as reader $ list                                … of another user
//! HELM_DRIVER=configmap $ list                    … with a variable
//! kill INT 2s $ install r app --wait              … that gets a signal after a while
//! kill INT 2s after PATH $ install r app --wait   … a while after there is an object at PATH of the API
//! kubectl delete configmap r                      the administrator does something; must succeed
//! kubectl? get configmap r                        may fail; its output is compared too
//! sleep 1s
//! --- values.yaml
//! a: 1
//! better 2 error: the message names the object
//! -Error: no
//! +Error: `ConfigMap/a`: no
//! ```
//!
//! Steps are counted from 1, those of kubectl and pauses too. `better STEP FACET: REASON` with lines of a difference says where
//! skeg's answer is not Helm's and why it is better; STEP is a number or `end`, FACET is `exit`, `stdout`, `error`, `objects` or
//! `records`. It must be exactly that difference; a line that ends in ` …` stands for all that begin so, as of a whole record. `--- PATH` begins a file of the scenario's folder, where the fixture charts of
//! `tests/lifecycle/charts` lie too; files before the first `===` belong to every scenario of the file. `NAMESPACE` stands for the
//! namespace of the run everywhere.

use std::path::Path;
use std::time::Duration;

use crate::case::{is_direction, words};

/// One scenario.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scenario {
    /// `<file>/<name>`.
    pub(crate) name: String,
    /// What is done, in order.
    pub(crate) steps: Vec<Step>,
    /// Further paths whose objects are compared.
    pub(crate) also: Vec<String>,
    /// Names of definitions that are removed afterwards.
    pub(crate) crds: Vec<String>,
    /// Files of so many bytes that do not compress.
    pub(crate) noise: Vec<(String, usize)>,
    /// The namespace is not made for it.
    pub(crate) has_no_namespace: bool,
    /// Why the tools cannot take turns.
    pub(crate) alone: Option<String>,
    /// Named differences.
    pub(crate) better: Vec<Better>,
    /// Path relative to the scenario's folder, and contents.
    pub(crate) files: Vec<(String, String)>,
}

/// One step.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A command line of the tool.
    Tool(Command),
    /// A command line of kubectl, as administrator in the namespace of the run.
    Kubectl {
        /// Its arguments.
        args: Vec<String>,
        /// A failure is an answer like any other.
        may_fail: bool,
    },
    /// A pause.
    Sleep(Duration),
}

/// A command line of the tool on trial.
#[derive(Clone, Debug, Default)]
pub(crate) struct Command {
    /// Its arguments.
    pub(crate) args: Vec<String>,
    /// Variables of its environment.
    pub(crate) env: Vec<(String, String)>,
    /// Another user than the administrator.
    pub(crate) user: Option<String>,
    /// A signal that it gets.
    pub(crate) kill: Option<Kill>,
}

/// A signal, and when it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Kill {
    /// `INT`, `TERM` …
    pub(crate) signal: String,
    /// How long after the beginning, or after there is an object at `path`.
    pub(crate) after: Duration,
    /// A path of the API; so that the moment does not depend on how fast the machine is.
    pub(crate) path: Option<String>,
}

/// A difference that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Better {
    /// The step's number from 1; 0 for the end.
    pub(crate) step: usize,
    /// `exit`, `stdout`, `error`, `objects` or `records`.
    pub(crate) facet: String,
    /// Why skeg's way is better.
    pub(crate) reason: String,
    /// The lines of the difference, with `-` or `+` in front.
    pub(crate) lines: Vec<String>,
}

impl Command {
    /// Whether it changes a release; those are done by the tools in turn.
    pub(crate) fn changes(&self) -> bool {
        let verb = self.args.iter().find(|arg| !arg.starts_with('-'));
        verb.is_some_and(|verb| ["install", "upgrade", "rollback", "uninstall", "test"].contains(&&**verb))
    }
}

impl Step {
    /// The step as it stands in a file.
    pub(crate) fn text(&self) -> String {
        match self {
            Step::Tool(command) => {
                let mut text = String::new();
                if let Some(Kill { signal, after, path }) = &command.kill {
                    text.push_str(&format!("kill {signal} {}ms ", after.as_millis()));
                    if let Some(path) = path {
                        text.push_str(&format!("after {path} "));
                    }
                }
                if let Some(user) = &command.user {
                    text.push_str(&format!("as {user} "));
                }
                for (name, value) in &command.env {
                    text.push_str(&format!("{name}={value} "));
                }
                format!("{text}$ {}", quoted(&command.args))
            }
            Step::Kubectl { args, may_fail } => {
                format!("kubectl{} {}", if *may_fail { "?" } else { "" }, quoted(args))
            }
            Step::Sleep(time) => format!("sleep {}ms", time.as_millis()),
        }
    }
}

/// Words as [`words`] reads them.
fn quoted(args: &[String]) -> String {
    let quote = |word: &String| match word.is_empty() || word.contains([' ', '\'']) {
        true => format!("'{word}'"),
        false => word.clone(),
    };
    args.iter().map(quote).collect::<Vec<_>>().join(" ")
}

/// Reads a file of scenarios.
///
/// # Errors
/// A line that is nothing of the above, with its number.
pub(crate) fn read(path: &Path) -> Result<Vec<Scenario>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let group = path.file_stem().unwrap_or_default().to_string_lossy();
    parse(&text, &group).map_err(|(number, what)| format!("{}:{number}: {what}", path.display()))
}

fn parse(text: &str, group: &str) -> Result<Vec<Scenario>, (usize, String)> {
    let mut shared = Scenario::default();
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut place = Place::Directions;
    for (index, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("=== ") {
            scenarios.push(Scenario {
                name: format!("{group}/{name}"),
                ..Scenario::default()
            });
            place = Place::Directions;
            continue;
        }
        let scenario = scenarios.last_mut().unwrap_or(&mut shared);
        place = scenario.line(line, place).map_err(|what| (index + 1, what))?;
    }
    for scenario in &mut scenarios {
        for (path, content) in &shared.files {
            if !scenario.files.iter().any(|(own, _)| own == path) {
                scenario.files.push((path.clone(), content.clone()));
            }
        }
    }
    Ok(scenarios)
}

/// What the next line may belong to.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Directions,
    File,
    Difference,
}

impl Scenario {
    fn line(&mut self, line: &str, place: Place) -> Result<Place, String> {
        if let Some(path) = line.strip_prefix("--- ") {
            self.files.push((path.to_owned(), String::new()));
            return Ok(Place::File);
        }
        if let Some(rest) = line.strip_prefix("better ") {
            self.better.push(better(rest)?);
            return Ok(Place::Difference);
        }
        match (place, self.files.last_mut(), self.better.last_mut()) {
            (Place::File, Some((_, content)), _) => {
                let escaped = line.strip_prefix('\\').filter(|rest| is_direction(rest));
                content.push_str(escaped.unwrap_or(line));
                content.push('\n');
                return Ok(Place::File);
            }
            (Place::Difference, _, Some(better)) if line.starts_with(['-', '+']) => {
                better.lines.push(line.to_owned());
                return Ok(Place::Difference);
            }
            _ => {}
        }
        if !line.trim().is_empty() && !line.starts_with('#') {
            self.direction(line)?;
        }
        Ok(Place::Directions)
    }

    fn direction(&mut self, line: &str) -> Result<(), String> {
        if line == "no-namespace" {
            self.has_no_namespace = true;
        } else if let Some(path) = line.strip_prefix("also: ") {
            self.also.push(path.to_owned());
        } else if let Some(names) = line.strip_prefix("crds: ") {
            self.crds.extend(names.split_whitespace().map(str::to_owned));
        } else if let Some(noise) = line.strip_prefix("noise: ") {
            let (path, bytes) = noise.rsplit_once(' ').ok_or("not `noise: PATH BYTES`")?;
            let bytes = bytes.parse().map_err(|_| format!("`{bytes}` is no number of bytes"))?;
            self.noise.push((path.to_owned(), bytes));
        } else if let Some(reason) = line.strip_prefix("alone: ") {
            self.alone = Some(reason.to_owned());
        } else {
            self.steps.push(step(line)?);
        }
        Ok(())
    }
}

fn step(line: &str) -> Result<Step, String> {
    if let Some(time) = line.strip_prefix("sleep ") {
        return Ok(Step::Sleep(duration(time)?));
    }
    for (prefix, may_fail) in [("kubectl ", false), ("kubectl? ", true)] {
        if let Some(args) = line.strip_prefix(prefix) {
            let args = words(args);
            return Ok(Step::Kubectl { args, may_fail });
        }
    }
    let unknown = || format!("`{line}` is no step");
    let all = words(line);
    let end = all.iter().position(|word| word == "$").ok_or_else(unknown)?;
    let mut command = Command {
        args: all[end + 1..].to_vec(),
        ..Command::default()
    };
    let mut before = all[..end].iter();
    while let Some(word) = before.next() {
        match (word.as_str(), word.split_once('=')) {
            ("as", _) => command.user = Some(before.next().ok_or_else(unknown)?.clone()),
            ("kill", _) => {
                let signal = before.next().ok_or_else(unknown)?.clone();
                let after = duration(before.next().ok_or_else(unknown)?)?;
                command.kill = Some(Kill {
                    signal,
                    after,
                    path: None,
                });
            }
            ("after", _) => {
                let kill = command.kill.as_mut().ok_or_else(unknown)?;
                kill.path = Some(before.next().ok_or_else(unknown)?.clone());
            }
            (_, Some((name, value))) => command.env.push((name.to_owned(), value.to_owned())),
            _ => return Err(unknown()),
        }
    }
    Ok(Step::Tool(command))
}

fn better(rest: &str) -> Result<Better, String> {
    let unknown = || format!("`better {rest}`: not `better STEP FACET: REASON`");
    let (place, reason) = rest.split_once(": ").ok_or_else(unknown)?;
    let (step, facet) = place.split_once(' ').ok_or_else(unknown)?;
    if !["exit", "stdout", "error", "objects", "records"].contains(&facet) {
        return Err(unknown());
    }
    Ok(Better {
        step: match step {
            "end" => 0,
            number => number.parse().map_err(|_| unknown())?,
        },
        facet: facet.to_owned(),
        reason: reason.to_owned(),
        lines: Vec::new(),
    })
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let number: f64 = number.parse().map_err(|_| format!("`{text}` is no time: 2s, 300ms"))?;
    Duration::try_from_secs_f64(number * unit).map_err(|_| format!("`{text}` is no time: 2s, 300ms"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_says() {
        let text = "--- v.yaml\na: 1\n=== one\nalso: /api\ncrds: a b\nnoise: x/y.bin 7\nno-namespace\n\
                    kill INT 300ms after /api/x as reader HELM_X=1 $ install r 'a b'\nkubectl? get cm\nsleep 2s\n\
                    better 1 error: clearer\n-a\n+b\n--- w.yaml\n\\--- x\n";
        let all = parse(text, "g").unwrap_or_default();
        let one = &all[0];
        assert_eq!(
            (&*one.name, one.steps.len(), one.also.len(), one.crds.len()),
            ("g/one", 3, 1, 2)
        );
        assert!(one.has_no_namespace);
        assert_eq!(one.noise, [("x/y.bin".to_owned(), 7)]);
        assert_eq!(
            one.steps[0].text(),
            "kill INT 300ms after /api/x as reader HELM_X=1 $ install r 'a b'"
        );
        assert_eq!(one.steps[1].text(), "kubectl? get cm");
        assert_eq!(one.better[0].lines, ["-a", "+b"]);
        let files: Vec<_> = one.files.iter().map(|(path, text)| (&**path, &**text)).collect();
        assert_eq!(files, [("w.yaml", "--- x\n"), ("v.yaml", "a: 1\n")]);
    }

    #[test]
    fn what_is_no_step_is_an_error_with_its_line() {
        for line in [
            "frob",
            "as $ x",
            "kill INT $ x",
            "after /api $ x",
            "better 1: x",
            "better x error: y",
            "sleep long",
        ] {
            assert_eq!(
                parse(&format!("=== a\n{line}\n"), "g").map_err(|(n, _)| n).err(),
                Some(2),
                "{line}"
            );
        }
    }
}
