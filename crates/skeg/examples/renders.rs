//! Rendering inside one's own program: a chart is loaded once and rendered again and again.
//!
//! `cargo run --release -p skeg --example renders -- CHART [SECONDS]` prints how many milliseconds a render takes, the
//! median of as many as fit into the time (two seconds). `cargo xtask bench --in-process` holds that against Helm's engine.

use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use skeg::world::Machine;
use skeg_chart::values::{Nulls, coalesce};
use skeg_chart::{Capabilities, Chart, process};
use skeg_release::{Order, sort};
use skeg_render::{Ahead, Programs, Release, Request};
use skeg_template::NoTrace;
use skeg_value::Map;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(path) = args.next() else {
        eprintln!("usage: renders CHART [SECONDS]");
        return ExitCode::from(2);
    };
    let seconds = args.next().and_then(|text| text.parse().ok()).unwrap_or(2.0);
    // Templates may nest deeply, as in Go, whose stacks grow: a thread with room for it renders.
    let work = std::thread::Builder::new()
        .stack_size(1 << 30)
        .spawn(move || measure(&path, seconds));
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(milliseconds))) => {
            println!("{milliseconds:.3}");
            ExitCode::SUCCESS
        }
        Ok(Ok(Err(message))) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
        _ => ExitCode::FAILURE,
    }
}

/// Milliseconds of one render, the median.
fn measure(path: &str, seconds: f64) -> Result<f64, String> {
    let chart = skeg_fetch::load(Path::new(path))
        .map_err(|error| error.to_string())?
        .chart;
    let mut programs = Programs::default();
    // The first renders parse; a server that renders a chart once a minute has that behind it.
    for _ in 0..3 {
        render(&chart, &mut programs)?;
    }
    let mut times = Vec::new();
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    while Instant::now() < end || times.len() < 3 {
        let started = Instant::now();
        render(&chart, &mut programs)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// One render with the chart's defaults; the number of its documents.
fn render(chart: &Chart, programs: &mut Programs) -> Result<usize, String> {
    // Processing drops disabled subcharts, so it works on a copy; files and templates are shared.
    let mut chart = chart.clone();
    let mut log = Vec::new();
    let given = Map::new();
    process::process(&mut chart, &given, &mut log).map_err(|error| error.to_string())?;
    let values = coalesce(&chart, &given, Nulls::Delete, &mut log).map_err(|error| error.to_string())?;
    let request = Request {
        chart: &chart,
        values: &values,
        release: &Release {
            name: "release-name".to_owned(),
            namespace: "default".to_owned(),
            is_upgrade: false,
            is_install: true,
            revision: 1,
        },
        capabilities: &Capabilities::default(),
        world: Rc::new(Machine::new(None)),
        enable_dns: false,
        lint: false,
        ahead: Ahead::new(),
    };
    let rendered = programs
        .render(&request, &|_| true, NoTrace)
        .map_err(|failure| failure.error.to_string())?;
    let sorted = sort(&rendered.files, Order::Install).map_err(|error| error.to_string())?;
    Ok(sorted.manifests.len() + sorted.hooks.len())
}
