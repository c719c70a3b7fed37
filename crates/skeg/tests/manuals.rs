//! `docs`: a manual for every command, as Markdown and as man pages.

mod answer;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Each call has a folder of its own: tests run at the same time.
static CALLS: AtomicUsize = AtomicUsize::new(0);

fn write(kind: &str) -> BTreeMap<String, String> {
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("skeg-docs-{}-{call}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
    let dir = folder.to_str().expect("a temporary path is text");
    let words = ["skeg", "docs", "--type", kind, "--dir", dir].map(str::to_owned);
    let answer = answer::answer(&[], &words);
    assert_eq!(
        (answer.stdout.as_str(), answer.stderr.as_str(), answer.status),
        ("", "", 0)
    );
    let files = std::fs::read_dir(&folder).expect("the folder is there").map(|entry| {
        let path = entry.expect("the folder can be read").path();
        let name = path
            .file_name()
            .expect("a file has a name")
            .to_string_lossy()
            .into_owned();
        (name, std::fs::read_to_string(&path).expect("a manual is text"))
    });
    let files = files.collect();
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    files
}

#[test]
fn markdown_links_lead_somewhere() {
    let files = write("markdown");
    for name in [
        "skeg.md",
        "skeg_template.md",
        "skeg_show_chart.md",
        "skeg_dependency_update.md",
        "skeg_docs.md",
    ] {
        assert!(files.contains_key(name), "{name} is missing");
    }
    assert!(
        !files.contains_key("skeg___complete.md"),
        "hidden commands have no manual"
    );
    for (name, text) in &files {
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap_or_default();
            assert!(files.contains_key(target), "{name} links to {target}");
        }
        assert!(!text.contains("{program}"), "{name}");
    }
}

#[test]
fn man_pages_have_their_parts_and_no_stray_requests() {
    let files = write("man");
    let requests = [".TH", ".SH", ".PP", ".TP", ".nf", ".fi"];
    for (name, text) in &files {
        for part in [
            ".TH ",
            ".SH NAME\n",
            ".SH SYNOPSIS\n",
            ".SH DESCRIPTION\n",
            ".SH OPTIONS\n",
            ".SH SEE ALSO\n",
        ] {
            assert!(text.contains(part), "{name} lacks {part:?}");
        }
        for line in text.lines().filter(|line| line.starts_with(['.', '\''])) {
            assert!(
                requests.iter().any(|request| line.starts_with(request)),
                "{name}: {line}"
            );
        }
    }
    assert!(files["skeg-lint.1"].contains("\\fB\\-\\-strict\\fR[=false]\nfail on warnings too\n"));
    assert_eq!(files.len(), write("markdown").len());
}

#[test]
fn a_markdown_header_holds_the_title() {
    let folder = std::env::temp_dir().join(format!("skeg-docs-header-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
    let dir = folder.to_str().expect("a temporary path is text");
    let words = ["skeg", "docs", "--generate-headers", "--dir", dir].map(str::to_owned);
    assert_eq!(answer::answer(&[], &words).status, 0);
    let text = std::fs::read_to_string(folder.join("skeg_show_chart.md")).expect("the manual is there");
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    assert!(
        text.starts_with("---\ntitle: \"Skeg Show Chart\"\n---\n\n## skeg show chart\n"),
        "{text}"
    );
}
