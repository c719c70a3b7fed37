//! `cargo xtask charts seeds`: every command line of the seeds that needs a cluster, verbatim on the real control plane: with the
//! real Helm, with skeg under its own name, and with skeg through a link named `helm`. All three must do and say the same.
//!
//! In: the seeds' text (`charts/testdata/seeds`), what is there before each line (`tests/control-plane/seeds/FAMILY.play`), and a
//! skeg. Out: a line for each family, the differences, and whether there are any; a line of a seed that no play has is an error.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use skeg_testkit::seeds::{self, STARTS, SeedCommand};

use super::cluster::{CASES, SHARED, link};
use crate::lifecycle::api::Api;
use crate::lifecycle::compare::lines_that_differ;
use crate::lifecycle::mask::Mask;
use crate::lifecycle::play::is_log;
use crate::lifecycle::snapshot;

/// Where it is said what must be there before each line.
const PLAYS: &str = "tests/control-plane/seeds";

/// The namespace that commands without `-n` mean.
const CURRENT: &str = "current";

/// How a seed's lines are run: what is printed of it, and the word that stands for `helm`.
const WAYS: [(&str, &str); 3] = [("Helm", "helm"), ("skeg", "skeg"), ("skeg named helm", "helm")];

/// A repository with one commit that is always the same: a line takes an image's tag from it, and who works here goes on committing.
const COMMIT: &str = "git init -q; export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z\n\
    git update-ref HEAD $(git -c user.name=skeg -c user.email=skeg@skeg.test commit-tree -m one $(git mktree </dev/null))";

/// A family's play.
#[derive(Debug, Default)]
struct Play {
    /// Namespaces that are looked at after each command line.
    look: Vec<String>,
    /// Command lines that only a cluster with running containers can show.
    full: Vec<String>,
    /// What is done, in order.
    lines: Vec<Line>,
}

/// A line of a play.
#[derive(Debug, PartialEq)]
enum Line {
    /// What is there before.
    Before(String),
    /// A command line of the seed.
    Seed(String),
}

/// Plays all seeds, or those of families whose name contains `only`, on the control plane whose state is in `state`.
///
/// # Errors
/// A line of a seed that no play has, and how many lines have another result with skeg; they have been printed.
pub(super) fn run(state: &Path, trial: &Path, only: &str) -> Result<(), String> {
    let (mut all, mut wrong, mut full) = (0, 0, Vec::new());
    for (family, start) in STARTS.iter().filter(|(family, _)| family.contains(only)) {
        let path = format!("{PLAYS}/{family}.play");
        let text = fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        let play = parse(&text);
        let wanted: Vec<SeedCommand> = seeds::commands(family)
            .into_iter()
            .filter(SeedCommand::needs_cluster)
            .collect();
        agree(&play, &wanted).map_err(|e| format!("{path}: {e}"))?;
        full.extend(play.full.iter().cloned());
        let mut traces = Vec::new();
        for (way, word) in WAYS {
            let helm = crate::reference::helm()?;
            let tool = if way == "Helm" { &*helm } else { trial };
            let stage = Stage::new(state, tool, word, start)?;
            traces.push(stage.play(&play).map_err(|e| format!("{path}, with {way}: {e}"))?);
        }
        let (count, different) = compare(family, &play, &traces);
        println!("{family}: {count} command lines, {different} with another result");
        all += count;
        wrong += different;
    }
    println!(
        "{all} command lines with Helm, with skeg, and with skeg through a link named helm: {} the same",
        all - wrong
    );
    for line in full {
        println!("not run, wants running containers: {line}");
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(format!("{wrong} command lines of the seeds have another result"))
    }
}

fn parse(text: &str) -> Play {
    let mut play = Play::default();
    for line in text.lines() {
        if let Some(names) = line.strip_prefix("#look ") {
            play.look = names.split_whitespace().map(str::to_owned).collect();
        } else if let Some(command) = line.strip_prefix("#full ") {
            play.full.push(command.to_owned());
        } else if let Some(command) = line.strip_prefix("$ ") {
            play.lines.push(Line::Seed(command.to_owned()));
        } else if !line.starts_with('#') && !line.trim().is_empty() {
            play.lines.push(Line::Before(line.to_owned()));
        }
    }
    play
}

/// Whether the play has every line of the seed and no other.
fn agree(play: &Play, wanted: &[SeedCommand]) -> Result<(), String> {
    for command in wanted {
        let seed = Line::Seed(command.line.clone());
        if !play.lines.contains(&seed) && !play.full.contains(&command.line) {
            return Err(format!("the seed's `{}` is not played", command.line));
        }
    }
    for line in &play.lines {
        if let Line::Seed(line) = line
            && !wanted.iter().any(|command| command.line == *line)
        {
            return Err(format!("the seed has no line `{line}`"));
        }
    }
    Ok(())
}

/// A tool with its place on the control plane.
struct Stage {
    state: PathBuf,
    bin: PathBuf,
    home: PathBuf,
    folder: PathBuf,
    word: &'static str,
}

/// What a command line did: what is told of it, masked.
#[derive(Debug)]
struct Trace(Vec<(&'static str, String)>);

impl Stage {
    fn new(state: &Path, tool: &Path, word: &'static str, folder: &str) -> Result<Self, String> {
        let (bin, home) = (state.join("seeds-bin"), state.join("seeds-home"));
        for folder in [&bin, &home] {
            drop(fs::remove_dir_all(folder));
            fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        link(tool, &bin.join(word))?;
        link(
            &crate::reference::cache()?.join("kubectl/kubectl"),
            &bin.join("kubectl"),
        )?;
        fs::copy(state.join("admin.kubeconfig"), home.join("kubeconfig"))
            .map_err(|e| format!("{}: {e}", home.display()))?;
        let stage = Self {
            state: state.to_path_buf(),
            bin,
            home,
            folder: PathBuf::from(folder),
            word,
        };
        let (done, output) = stage.bash(&format!(
            "kubectl config set-context --current --namespace={CURRENT}\n{COMMIT}\ncrds"
        ))?;
        if done { Ok(stage) } else { Err(output.1) }
    }

    /// Runs a script with the functions of the cases; whether it succeeded, its output and its errors.
    fn bash(&self, script: &str) -> Result<(bool, (String, String)), String> {
        let path = std::env::var("PATH").unwrap_or_default();
        let shared = std::path::absolute(Path::new(CASES).join(SHARED)).map_err(|e| e.to_string())?;
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c"])
            .arg(format!(". '{}'\n{script}\n", shared.display()))
            .env("ROOT", std::env::current_dir().unwrap_or_default())
            .env("HOME", &self.home)
            .env("KUBECONFIG", self.home.join("kubeconfig"))
            .env("HELM", self.word)
            .env("GIT_DIR", self.home.join("repository"))
            .env("PATH", format!("{}:{path}", self.bin.display()))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .map_err(|e| format!("bash: {e}"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((output.status.success(), (text(&output.stdout), text(&output.stderr))))
    }

    /// Plays a seed from a fresh start.
    fn play(&self, play: &Play) -> Result<Vec<Trace>, String> {
        let api = Api::new(&self.state.join("admin.kubeconfig"))?;
        let clear = play.look.iter().map(|name| format!("leave {name}\n"));
        let clear: String = clear
            .chain(play.look.iter().map(|name| format!("gone {name}\n")))
            .collect();
        let (done, (_, why)) = self.bash(&clear)?;
        if !done {
            return Err(why);
        }
        // Variables and functions live on; only what acts is done once.
        let mut memory = String::new();
        let mut traces = Vec::new();
        for line in &play.lines {
            match line {
                Line::Before(line) if line.contains("() {") || line.starts_with("export ") || is_setting(line) => {
                    memory.push_str(line);
                    memory.push('\n');
                }
                Line::Before(line) => {
                    let named = format!("helm() {{ command {} \"$@\"; }}\n{memory}{line}", self.word);
                    let (done, (out, why)) = self.bash(&named)?;
                    if !done {
                        return Err(format!("`{line}`: {out}{why}"));
                    }
                }
                Line::Seed(line) => traces.push(self.seed(&api, play, &memory, line)?),
            }
        }
        let leave: String = play.look.iter().map(|name| format!("leave {name}\n")).collect();
        drop(self.bash(&leave)?);
        Ok(traces)
    }

    /// Runs a command line of the seed and looks at what there is afterwards.
    fn seed(&self, api: &Api, play: &Play, memory: &str, line: &str) -> Result<Trace, String> {
        let line = line.replace("<revision>", "$revision");
        let words = line
            .split(' ')
            .map(|word| if word == "helm" { self.word } else { word });
        let line = words.collect::<Vec<_>>().join(" ");
        let (done, (out, err)) = self.bash(&format!("{memory}{line}"))?;
        let mask = |namespace: &str| Mask {
            namespace: namespace.to_owned(),
            folder: self.state.display().to_string(),
        };
        // No namespace is masked in what is said: it is part of the command line.
        let said = mask("\u{0}");
        let error = err.lines().find(|line| !is_log(line)).unwrap_or_default();
        let mut facets = vec![
            ("exit", done.to_string()),
            ("stdout", said.output(&out)),
            ("error", said.text(error)),
        ];
        for namespace in &play.look {
            let found = snapshot::take(api, &mask(namespace), &[])?;
            facets.push(("objects", without_scale(&found.objects)));
            facets.push(("records", found.records));
        }
        Ok(Trace(facets))
    }
}

/// Objects without the number of replicas of what an autoscaler scales, and how often it was changed: the autoscaler sets it when
/// its turn comes, every 15 seconds.
fn without_scale(objects: &str) -> String {
    let scaled: Vec<&str> = objects
        .lines()
        .filter_map(|line| line.strip_prefix("HorizontalPodAutoscaler/"))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let is_scale = |line: &str| {
        let of = line.strip_prefix("Deployment/").and_then(|rest| rest.split_once(' '));
        of.is_some_and(|(name, field)| {
            scaled.contains(&name)
                && (field.starts_with(".metadata.generation =") || field.starts_with(".spec.replicas ="))
        })
    };
    let kept: Vec<&str> = objects.lines().filter(|line| !is_scale(line)).collect();
    kept.join("\n")
}

/// Whether a line only sets a variable.
fn is_setting(line: &str) -> bool {
    let name = line.split('=').next().unwrap_or_default();
    name.len() < line.len() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Prints what differs from the first trace; how many command lines there are, and how many differ.
fn compare(family: &str, play: &Play, traces: &[Vec<Trace>]) -> (usize, usize) {
    let lines = play.lines.iter().filter_map(|line| match line {
        Line::Seed(line) => Some(line),
        Line::Before(_) => None,
    });
    let (mut count, mut different) = (0, 0);
    for (index, line) in lines.enumerate() {
        let mut is_same = true;
        for (traces_of_way, (way, _)) in traces.iter().zip(WAYS).skip(1) {
            let pair = traces
                .first()
                .and_then(|helm| helm.get(index))
                .zip(traces_of_way.get(index));
            for ((facet, theirs), (_, ours)) in pair.into_iter().flat_map(|(a, b)| a.0.iter().zip(&b.0)) {
                let lines = lines_that_differ(theirs, ours);
                if !lines.is_empty() {
                    is_same = false;
                    println!("{family}: `{line}` with {way}: {facet}");
                    lines.iter().take(40).for_each(|line| println!("    {line}"));
                }
            }
            // Being refused by both would be the same, and nothing that a seed promises.
            if let Some((_, ours)) = pair
                && ours.0.iter().any(|(facet, text)| *facet == "exit" && text != "true")
            {
                is_same = false;
                println!("{family}: `{line}` with {way} fails: {:?}", ours.0.get(2));
            }
        }
        count += 1;
        different += usize::from(!is_same);
    }
    (count, different)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_play_has_the_seeds_lines_and_what_is_there_before() {
        let play = parse("# a\n#look one two\n#full make smoke\nfresh one\n$ helm list\n");
        assert_eq!(play.look, ["one", "two"]);
        let lines = [Line::Before("fresh one".to_owned()), Line::Seed("helm list".to_owned())];
        assert_eq!(play.lines, lines);
        let command = |line: &str| SeedCommand {
            family: String::new(),
            cwd: String::new(),
            line: line.to_owned(),
        };
        assert_eq!(agree(&play, &[command("helm list"), command("make smoke")]), Ok(()));
        assert!(agree(&play, &[]).is_err(), "a line that the seed lacks");
        assert!(
            agree(&play, &[command("helm list"), command("helm test")]).is_err(),
            "a line that is not played"
        );
        let objects =
            "Deployment/a .spec.replicas = 3\nDeployment/b .spec.replicas = 3\nHorizontalPodAutoscaler/a .x = 1";
        assert_eq!(
            without_scale(objects),
            "Deployment/b .spec.replicas = 3\nHorizontalPodAutoscaler/a .x = 1"
        );
        assert!(is_setting("revision=3") && !is_setting("helm upgrade --set a=b"));
    }
}
