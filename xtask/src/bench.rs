//! `cargo xtask bench`: skeg and the real Helm on the same work, in pairs.
//!
//! In: options. Out: a Markdown table of whole-process wall times, peak memory and their ratios, and how both grow with the
//! size of synthetic charts.
//!
//! The programs take turns (A B, B A, …) and ratios are taken pair by pair, so that a machine whose speed drifts moves them
//! little; medians are printed, and minima beside them, which other load on the machine moves least.

mod in_process;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::reference;

/// Synthetic charts: what grows, the sizes (`--quick` leaves out the last).
const SYNTHETIC: &[(&str, [usize; 2])] = &[
    ("templates", [500, 5000]),
    ("tpl", [500, 5000]),
    ("values-mb", [1, 10]),
    ("subcharts", [20, 200]),
    ("range", [100_000, 1_000_000]),
    ("crd-mb", [1, 10]),
    ("include-depth", [100, 900]),
];

/// Production profiles of the shipped charts: name, chart, values file. The largest is to render in 10 ms (XC-45).
const SHIPPED: &[(&str, &str, &str)] = &[
    (
        "clipper (prod)",
        "charts/clipper/helm/charts/clipper",
        "examples/values-production.yaml",
    ),
    ("inferno (prod)", "charts/inferno/helm/inferno", "values-prod.yaml"),
    ("plue (prod)", "charts/plue/infra/helm/plue", "values-production.yaml"),
    (
        "monkeytown (prod)",
        "charts/monkeytown/helm/monkeytown",
        "values-prod.yaml",
    ),
];

struct Options {
    quick: bool,
    runs: usize,
    only: Option<String>,
    corpus: Option<PathBuf>,
    bin: PathBuf,
    /// Renders inside one process instead of whole processes.
    in_process: bool,
}

struct Workload {
    name: String,
    args: Vec<String>,
}

/// Seconds of wall time and KiB of peak memory of skeg, then of Helm.
struct Measured {
    name: String,
    best: [f64; 2],
    median: [f64; 2],
    ratio: f64,
    memory: [f64; 2],
}

/// Runs the benchmark.
///
/// # Errors
/// A bad option, a program that is not there, a workload whose exit status differs between the programs.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = options(args)?;
    let helm = reference::helm()?;
    let folder = std::env::temp_dir().join(format!("skeg-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    if options.in_process {
        let table = skeleton(&helm, &folder).and_then(|skeleton| {
            let mut charts = vec![("skeleton".to_owned(), skeleton)];
            charts.extend(corpus(&options));
            charts.retain(|(name, _)| options.only.as_ref().is_none_or(|text| name.contains(text)));
            in_process::table(&charts)
        });
        let _ = fs::remove_dir_all(&folder);
        print!("{}", table?);
        return Ok(());
    }
    let outcome = measure_all(&options, &helm, &folder);
    let _ = fs::remove_dir_all(&folder);
    print!("{}", table(&outcome?));
    Ok(())
}

fn options(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        quick: false,
        runs: 9,
        only: None,
        corpus: None,
        bin: PathBuf::from("target/release/skeg"),
        in_process: false,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().cloned().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--quick" => (options.quick, options.runs) = (true, options.runs.min(3)),
            "--runs" => {
                options.runs = value()?
                    .parse()
                    .ok()
                    .filter(|&n| n > 0)
                    .ok_or("--runs needs a number above 0")?
            }
            "--only" => options.only = Some(value()?),
            "--corpus" => options.corpus = Some(value()?.into()),
            "--bin" => options.bin = value()?.into(),
            "--in-process" => options.in_process = true,
            _ => return Err(format!("unknown option {arg}")),
        }
    }
    options.bin = fs::canonicalize(&options.bin).map_err(|e| format!("{}: {e}", options.bin.display()))?;
    Ok(options)
}

fn measure_all(options: &Options, helm: &Path, folder: &Path) -> Result<Vec<Measured>, String> {
    let programs = [options.bin.as_path(), helm];
    let mut work = vec![Workload {
        name: "version".to_owned(),
        args: vec!["version".to_owned()],
    }];
    work.push(template("skeleton", &skeleton(helm, folder)?.to_string_lossy()));
    if Path::new("examples/shop").is_dir() {
        let shop = fs::canonicalize("examples/shop").map_err(|e| e.to_string())?;
        work.push(template("examples/shop", &shop.to_string_lossy()));
    }
    for (name, chart, values) in SHIPPED {
        let folder = fs::canonicalize(chart).map_err(|e| format!("{chart}: {e}"))?;
        let mut production = template(name, &folder.to_string_lossy());
        let values = folder.join(values).to_string_lossy().into_owned();
        production.args.extend(["--values".to_owned(), values]);
        work.push(production);
    }
    for (name, folder) in corpus(options) {
        work.push(template(&name, &folder.to_string_lossy()));
    }
    for (kind, sizes) in SYNTHETIC {
        for &size in &sizes[..if options.quick { 1 } else { 2 }] {
            let name = format!("{kind} {size}");
            if options.only.as_ref().is_none_or(|text| name.contains(text)) {
                let chart = folder.join(name.replace(' ', "-"));
                synthetic(kind, size, &chart).map_err(|e| format!("{}: {e}", chart.display()))?;
                work.push(template(&name, &chart.to_string_lossy()));
            }
        }
    }
    work.retain(|w| options.only.as_ref().is_none_or(|text| w.name.contains(text)));
    work.iter()
        .map(|w| measure(w, programs, options.runs, folder))
        .collect()
}

/// The chart that Helm's `create` makes.
fn skeleton(helm: &Path, folder: &Path) -> Result<PathBuf, String> {
    let chart = folder.join("skeleton");
    command(
        helm,
        &["create".to_owned(), chart.to_string_lossy().into_owned()],
        folder,
    )
    .status()
    .map_err(|e| e.to_string())?;
    Ok(chart)
}

/// The charts of `--corpus`, by the names of their folders.
fn corpus(options: &Options) -> Vec<(String, PathBuf)> {
    let entries = options.corpus.iter().flat_map(fs::read_dir).flatten().flatten();
    let charts = entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    let mut charts: Vec<_> = charts.filter(|(_, path)| path.join("Chart.yaml").is_file()).collect();
    charts.sort();
    charts
}

fn template(name: &str, chart: &str) -> Workload {
    Workload {
        name: name.to_owned(),
        args: ["template", "rel", chart].map(str::to_owned).to_vec(),
    }
}

fn measure(work: &Workload, programs: [&Path; 2], runs: usize, folder: &Path) -> Result<Measured, String> {
    let mut walls = [Vec::new(), Vec::new()];
    let mut ratios = Vec::new();
    for pair in 0..runs {
        let order = if pair % 2 == 0 { [0, 1] } else { [1, 0] };
        let mut codes = [None, None];
        for which in order {
            let started = Instant::now();
            let status = command(programs[which], &work.args, folder)
                .status()
                .map_err(|e| e.to_string())?;
            walls[which].push(started.elapsed().as_secs_f64());
            codes[which] = status.code();
        }
        if codes[0] != codes[1] {
            return Err(format!(
                "{}: exit status {:?}, Helm's {:?}",
                work.name, codes[0], codes[1]
            ));
        }
        ratios.push(walls[0][pair] / walls[1][pair]);
    }
    let memory = [
        peak(programs[0], &work.args, folder)?,
        peak(programs[1], &work.args, folder)?,
    ];
    let sorted = walls.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds
    });
    ratios.sort_by(f64::total_cmp);
    Ok(Measured {
        name: work.name.clone(),
        best: [sorted[0][0], sorted[1][0]],
        median: [sorted[0][runs / 2], sorted[1][runs / 2]],
        ratio: ratios[runs / 2],
        memory,
    })
}

/// A program without the user's settings, its output thrown away.
fn command(program: &Path, args: &[String], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(folder)
        .env("HOME", folder)
        .env("KUBECONFIG", folder.join("none"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Peak memory in KiB, by GNU time, which is small itself.
fn peak(program: &Path, args: &[String], folder: &Path) -> Result<f64, String> {
    let report = folder.join("peak");
    let mut words = vec![
        "-f".to_owned(),
        "%M".to_owned(),
        "-o".to_owned(),
        report.to_string_lossy().into_owned(),
    ];
    words.push(program.to_string_lossy().into_owned());
    words.extend_from_slice(args);
    command(Path::new("/usr/bin/time"), &words, folder)
        .status()
        .map_err(|e| format!("/usr/bin/time: {e}"))?;
    let text = fs::read_to_string(&report).map_err(|e| e.to_string())?;
    text.split_whitespace()
        .last()
        .and_then(|n| n.parse().ok())
        .ok_or_else(|| "no answer from /usr/bin/time".to_owned())
}

fn put(chart: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let path = chart.join(name);
    fs::create_dir_all(path.parent().unwrap_or(chart))?;
    fs::write(path, text)
}

/// One configuration map a template.
fn map(name: &str, body: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{{{ .Release.Name }}}}-{name}\ndata:\n{body}\n")
}

/// A chart in which one thing is of the given size.
fn synthetic(kind: &str, size: usize, chart: &Path) -> std::io::Result<()> {
    let metadata = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
    put(chart, "Chart.yaml", &metadata("synthetic"))?;
    let mut text = String::new();
    match kind {
        "templates" => {
            put(
                chart,
                "values.yaml",
                "labels: {team: a, tier: backend}\nports: [80, 443]\n",
            )?;
            let body = "  labels: |\n    {{- toYaml .Values.labels | nindent 4 }}\n  \
                        {{- range $i, $p := .Values.ports }}\n  port{{ $i }}: {{ $p | quote }}\n  {{- end }}";
            for i in 0..size {
                put(chart, &format!("templates/m{i}.yaml"), &map(&format!("m{i}"), body))?;
            }
        }
        "tpl" => {
            for i in 0..size {
                let _ = writeln!(text, "  k{i}: {{{{ tpl \"{{{{ .Release.Name }}}}-{i}\" $ | quote }}}}");
            }
            put(chart, "templates/m.yaml", &map("m", &text))?;
        }
        "values-mb" => {
            for i in 0.. {
                let _ = writeln!(
                    text,
                    "item{i}:\n  name: alpha-{i}\n  enabled: true\n  weight: {i}\n  tags: [a, b, c]"
                );
                if text.len() >= size << 20 {
                    break;
                }
            }
            put(chart, "values.yaml", &text)?;
            put(chart, "templates/m.yaml", &map("m", "  name: {{ .Values.item0.name }}"))?;
        }
        "subcharts" => {
            for i in 0..size {
                let sub = chart.join(format!("charts/s{i}"));
                put(&sub, "Chart.yaml", &metadata(&format!("s{i}")))?;
                put(&sub, "values.yaml", "a: 1\nb: {c: 2, d: [x, y]}\n")?;
                put(
                    &sub,
                    "templates/m.yaml",
                    &map(&format!("s{i}"), "  b: {{ toJson .Values.b | quote }}"),
                )?;
            }
        }
        "range" => {
            let body = format!("  n: \"{{{{ range $i := until {size} }}}}{{{{ $i }}}},{{{{ end }}}}\"");
            put(chart, "templates/m.yaml", &map("m", &body))?;
        }
        "crd-mb" => {
            text.push_str(
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b}\nspec:\n",
            );
            for i in 0.. {
                let _ = writeln!(
                    text,
                    "  field{i}:\n    description: the field of this number\n    type: string"
                );
                if text.len() >= size << 20 {
                    break;
                }
            }
            put(chart, "templates/crd.yaml", &text)?;
        }
        _ => {
            text.push_str(
                "{{ define \"down\" }}{{ if . }}{{ include \"down\" (sub . 1) }}{{ else }}end{{ end }}{{ end }}",
            );
            put(chart, "templates/_down.tpl", &text)?;
            put(
                chart,
                "templates/m.yaml",
                &map("m", &format!("  d: {{{{ include \"down\" {size} }}}}")),
            )?;
        }
    }
    Ok(())
}

/// The results, then for each synthetic kind what one more unit of size costs (of the minima).
fn table(results: &[Measured]) -> String {
    let mut out = String::from(
        "| workload | skeg min ms | Helm min ms | skeg median ms | Helm median ms | wall, median of pairs | skeg MiB | Helm MiB | memory |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for m in results {
        let _ = writeln!(
            out,
            "| {} | {:.1} | {:.1} | {:.1} | {:.1} | 1/{:.1} | {:.1} | {:.1} | 1/{:.1} |",
            m.name,
            m.best[0] * 1e3,
            m.best[1] * 1e3,
            m.median[0] * 1e3,
            m.median[1] * 1e3,
            1.0 / m.ratio,
            m.memory[0] / 1024.0,
            m.memory[1] / 1024.0,
            m.memory[1] / m.memory[0],
        );
    }
    let mut slopes = String::new();
    for (kind, [small, large]) in SYNTHETIC {
        let of = |size: &usize| results.iter().find(|m| m.name == format!("{kind} {size}"));
        if let (Some(a), Some(b)) = (of(small), of(large)) {
            let slope = |which: usize| (b.best[which] - a.best[which]) / (large - small) as f64 * 1e6;
            let (ours, theirs) = (slope(0), slope(1));
            let _ = writeln!(slopes, "| {kind} | {ours:.2} | {theirs:.2} | 1/{:.1} |", theirs / ours);
        }
    }
    if !slopes.is_empty() {
        let _ = write!(
            out,
            "\n| growth with | skeg µs a unit | Helm µs a unit | ratio |\n|---|--:|--:|--:|\n{slopes}"
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_differences_of_minima() {
        let of = |name: &str, ours: f64, theirs: f64| Measured {
            name: name.to_owned(),
            best: [ours, theirs],
            median: [ours, theirs],
            ratio: ours / theirs,
            memory: [1024.0, 4096.0],
        };
        let text = table(&[of("subcharts 20", 0.002, 0.04), of("subcharts 200", 0.02, 0.4)]);
        assert!(
            text.contains("| subcharts 20 | 2.0 | 40.0 | 2.0 | 40.0 | 1/20.0 | 1.0 | 4.0 | 1/4.0 |"),
            "{text}"
        );
        assert!(text.contains("| subcharts | 100.00 | 2000.00 | 1/20.0 |"), "{text}");
    }
}
