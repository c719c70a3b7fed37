//! Templates: any text is parsed and run with every function, and ends without a panic.
#![no_main]

use std::rc::Rc;

use libfuzzer_sys::{Corpus, fuzz_target};
use skeg_chart::{Capabilities, Chart, ChartFile};
use skeg_funcs::world::Offline;
use skeg_fuzz::on_big_stack;
use skeg_render::{Release, Request, render};

/// Functions that are slow by design.
const SLOW: [&str; 5] = ["gen", "bcrypt", "htpasswd", "derivePassword", "buildCustomCert"];

/// Whether the text can only do work that a moment suffices for: no numbers above 99, few loops, nothing slow.
fn is_modest(text: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || c == '_';
    !text.split(|c: char| !digits(c)).any(|run| run.len() > 2)
        && !text.contains(['E', 'P', '\'', 'x', 'X']) // exponents and characters are numbers too
        && text.matches("range").count() + text.matches("repeat").count() + text.matches("ndent").count() <= 3
        && !SLOW.iter().any(|slow| text.contains(slow))
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let text = String::from_utf8_lossy(data);
    if !is_modest(&text) {
        return Corpus::Reject;
    }
    on_big_stack(|| {
        let mut chart = Chart::default();
        chart.metadata.name = "c".to_owned();
        chart.templates.push(ChartFile::new("templates/t.yaml", data, None));
        let values =
            skeg_value::yaml::decode_values(b"n: 3\ns: text\nl: [a, 1, null]\nm: {a: {b: c}}\n").expect("YAML");
        let release = Release {
            name: "r".to_owned(),
            namespace: "default".to_owned(),
            is_upgrade: false,
            is_install: true,
            revision: 1,
        };
        let request = Request {
            chart: &chart,
            values: &values,
            release: &release,
            capabilities: &Capabilities::default(),
            world: Rc::new(Offline),
            enable_dns: false,
            lint: false,
            ahead: skeg_render::Ahead::new(),
        };
        match render(&request) {
            Ok(rendered) => drop(rendered),
            Err(failure) => drop(failure.error.to_string()),
        }
    });
    Corpus::Keep
});
