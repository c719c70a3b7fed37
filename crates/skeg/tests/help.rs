//! The help of every command: laid out as Helm's, with the same commands, flags, kinds and defaults in the same order.
//! The words are skeg's own.

mod answer;
mod recorded;

/// Commands of Helm that skeg has not yet; each leaves this list when it enters the tree.
const MISSING: [&str; 6] = ["plugin", "pull", "push", "registry", "repo", "search"];

/// What of a help text is layout: all from `Usage:` on, but for the words about commands and flags.
fn layout(text: &str) -> String {
    let Some(start) = text.find("Usage:") else {
        return text.to_owned();
    };
    let (mut kept, mut section) = (Vec::new(), "");
    for line in text[start..].split('\n') {
        if line.ends_with(':') {
            section = line;
        }
        if section == "Available Commands:" && line.starts_with("  ") {
            kept.push(format!("  {}", line.split_whitespace().next().unwrap_or_default()));
        } else if section.contains("Flags") && line.trim_start().starts_with('-') {
            let blank = line.len() - line.trim_start().len();
            let head = &line[..blank + line[blank..].find("   ").unwrap_or(line.len() - blank)];
            let default = line.rfind(" (default ").map_or("", |at| &line[at..]);
            kept.push(format!("{head}{default}"));
        } else {
            kept.push(line.to_owned());
        }
    }
    kept.join("\n")
}

#[test]
fn layout_is_helms() {
    let mut differences = Vec::new();
    let cases = recorded::cases(include_str!("recorded/help.txt"));
    assert!(cases.len() > 20, "only {} cases were read", cases.len());
    for mut case in cases {
        if case.answer.stdout.starts_with("Usage:\n  helm [command]") {
            let lines = case.answer.stdout.split_inclusive('\n');
            let missing = |line: &&str| line.starts_with("  ") && MISSING.contains(&line.trim());
            case.answer.stdout = lines.filter(|line| !missing(line)).collect();
        }
        let mut ours = answer::answer(&case.env, &case.words);
        ours.stdout = layout(&ours.stdout);
        if ours != case.answer {
            differences.push(format!(
                "{}\n helm: {}\n skeg: {}",
                case.line, case.answer.stdout, ours.stdout
            ));
        }
    }
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

#[test]
fn missing_commands_are_missing() {
    let words = ["helm", "__completeNoDesc", ""].map(str::to_owned);
    let listed = answer::answer(&[], &words).stdout;
    for name in MISSING {
        assert!(
            !listed.lines().any(|line| line == name),
            "{name} is there: take it off the list"
        );
    }
}
