//! The project's chores, run as `cargo xtask <chore>`.

mod bench;
mod case;
mod charts;
mod clients;
mod compat;
mod control_plane;
mod docs;
mod fuzz;
mod generate;
mod hostile;
mod lifecycle;
mod order;
mod process;
mod profile;
mod reference;
mod schemas;
mod tidy;
mod usual;
mod verdicts;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <chore>

  reference         puts the real Helm 4.3.1 and kubectl on this machine and prints Helm's path
  compat [options]  runs the cases under compat/ with skeg and compares with Helm's answers
                      --helm        ask the real Helm too, and fail if a recorded answer is not its answer
                      --record      write down the real Helm's answers
                      --only TEXT   only cases whose name contains TEXT
                      --bin PATH    the program to judge (default: target/release/skeg, built first)
  fuzz [options] [TARGET…]
                    runs the fuzz targets (all, or those named), one after the other
                      --seconds N   for how long each (default 8)
                      --ci          the same inputs each time, a fixed number of them
  generate [options] makes random charts, runs the real Helm and skeg on them, and makes differences small
                      --seed N      other charts (default 1)
                      --budget N    how many charts (default 400)
                      --from N      the number of the first chart
                      --endless     until it is stopped
                      --only TEXT   only subjects whose name contains TEXT
                      --bin PATH    the program to judge
  bench [options]   measures skeg and the real Helm in pairs and prints a Markdown table
                      --quick       3 pairs, without the largest synthetic charts
                      --runs N      how many pairs (default 9)
                      --only TEXT   only workloads whose name contains TEXT
                      --corpus DIR  also every chart folder directly below DIR
                      --bin PATH    the program to measure (default: target/release/skeg)
  docs [--check]    writes docs/functions.md from the function tables
  hostile [--bin PATH]
                    feeds bombs, broken archives and endless templates to skeg
  charts vendor     packs the dependencies of every chart into it
  charts docs [--check]
                    writes the values tables of the charts' READMEs
  charts raw [--check]
                    writes the manifests that are made from charts
  charts check      every check of the charts: suites, lint, schemas, generated files, cargo test -p skeg-testkit
  charts cluster [options]
                    tries the requirements that need an API server on a real control plane
                      --tool PATH   the program on trial (default: the real Helm)
                      --only TEXT   only requirements whose ID contains TEXT
                      --state DIR   on the control plane that runs there
                      --ci          without the slow ones
  charts seeds [options]
                    plays the seeds' command lines on a real control plane with Helm, with skeg, and with skeg named helm
                      --tool PATH   the skeg on trial (default: the newest that is built)
                      --only TEXT   only families whose name contains TEXT; --state DIR as above
  charts requirements --from FILE
                    takes the list of requirement IDs out of the specification of the charts
  control-plane build|up|down|env [--state DIR]
                    a real Kubernetes control plane on loopback: builds, starts and ends it, prints its environment
  lifecycle [options]
                    plays the scenarios of tests/lifecycle with the real Helm and skeg on a real control plane and compares
                      --tool PATH   the program on trial, or `helm` (default: target/debug/skeg, built first)
                      --only TEXT   only scenarios whose name contains TEXT
                      --hand-over   the two programs take turns in every scenario too
                      --random N    N random sequences of operations instead of the scenarios; --seed S the first's number
                      --crash       operations that are killed before and after each of their requests, and one command after it
                      --faults      operations during which the API server fails at each request
                      --race        ten upgrades at the same time
                      --tests       the crates' own tests that want a control plane: of waits
                      --bench       large work: time, requests and memory beside Helm's
                      --ci          some of everything in about six minutes; says what it skipped
                      --seconds N   begins nothing after that time; says what it skipped
                      --stride N    only every Nth scenario, or request
                      --jobs N      how many at a time (default 4)
                      --state DIR   a control plane that runs already
                      --fresh       plays Helm's part anew, although target/lifecycle keeps it
                      --keep        namespaces are left for inspection
                      -o json       the report as JSON
  clients [options]
                    plays the workflows of tests/clients (ct, helmfile, kustomize) with the real Helm and with skeg as `helm`
                      --tool PATH   the program on trial, or `helm` (default: target/debug/skeg, built first)
                      --only TEXT   only workflows whose name contains TEXT
                      --jobs N      how many at a time (default 3)
                      --state DIR   a control plane that runs already
                      --keep        namespaces and folders are left for inspection
                      --ci          without helmfile, which takes too long to build
  order [--state DIR]
                    lists the functions that usual commands call, for the linker to put side by side; needs valgrind
  profile           counts what usual commands run in the crates that render, for the compiler to lay them out by; needs
                    llvm-profdata
  schemas [--from DIR]
                    packs the Kubernetes schemas of all minors for skeg-kinds; DIR holds unpacked packages
  verdicts --kubeconform BIN [options] FILE…
                    compares skeg validate with kubeconform on manifests: verdicts and times
                      --bin PATH    the program to judge (default: target/release/skeg)
                      --minor N     the Kubernetes minor (default 33)
                      --from DIR    takes packages with schemas that were unpacked there before
  tidy              checks the rules of the house that no compiler knows
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or_default();
    let outcome = match args.first().map(String::as_str) {
        Some("reference") => reference::helm().map(|path| println!("{}", path.display())),
        Some("compat") => compat::run(rest),
        Some("fuzz") => fuzz::run(rest),
        Some("generate") => generate::run(rest),
        Some("bench") => bench::run(rest),
        Some("docs") => docs::run(rest),
        Some("hostile") => hostile::run(rest),
        Some("charts") => charts::run(rest),
        Some("control-plane") => control_plane::run(rest),
        Some("lifecycle") => lifecycle::run(rest),
        Some("order") => order::run(rest),
        Some("profile") => profile::run(rest),
        Some("clients") => clients::run(rest),
        Some("schemas") => schemas::run(rest),
        Some("verdicts") => verdicts::run(rest),
        Some("tidy") => tidy::run(),
        _ => {
            print!("{HELP}");
            return if args.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
