//! Answers that the real Helm 4.3.1 gave, replayed.
//!
//! Each line of `tests/cases/*.case` is an expression, a tab, and what `printf "%#v"` showed of it in Helm, Go-quoted
//! where it holds line breaks; errors are `ERR` and the text after `error calling NAME: `. Lines of `*.program` are
//! whole templates and what they print: they show which maps are shared and which are copies. `#TZ=` gives the local
//! zone of what follows.

use std::path::PathBuf;
use std::sync::Arc;

use skeg_template::Functions;

#[test]
fn answers_are_helms() {
    // Further files can be named, for example one with fresh random cases.
    let extra = std::env::var_os("SKEG_FUNCS_CASES").map(PathBuf::from);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the case folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files.extend(extra);
    let functions = crate::engine::functions();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a case file");
        let mut zone = "UTC";
        for (number, line) in text.lines().enumerate() {
            zone = line.strip_prefix("#TZ=").unwrap_or(zone);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (expression, expected) = line.split_once('\t').expect("an expression and an answer");
            let whole = file.extension().is_some_and(|extension| extension == "program");
            let found = if whole {
                program(&functions, expression)
            } else {
                answer(&functions, zone, expression)
            };
            let found = if found.contains(['\n', '\r']) {
                skeg_value::quote::quote(found.as_bytes())
            } else {
                found
            };
            count += 1;
            if found != expected {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                wrong.push(format!(
                    "{name}:{}: {expression}\n  helm {expected}\n  skeg {found}",
                    number + 1
                ));
            }
        }
    }
    assert!(count > 0, "no cases found");
    let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {count} answers differ:\n{shown}", wrong.len());
}

fn answer(functions: &Arc<Functions>, zone: &str, expression: &str) -> String {
    let printed = crate::engine::run_in(functions, zone, &format!(r#"{{{{ printf "%#v" ({expression}) }}}}"#));
    printed.unwrap_or_else(|error| format!("ERR {error}"))
}

fn program(functions: &Arc<Functions>, text: &str) -> String {
    crate::engine::run(functions, text).unwrap_or_else(|error| format!("ERR {error}"))
}
