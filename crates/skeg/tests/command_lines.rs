//! Command lines and what Helm says to them: messages, statuses, settings, completions, to the byte.

mod answer;
mod recorded;

#[test]
fn answers_are_helms() {
    let mut differences = Vec::new();
    let cases = recorded::cases(include_str!("recorded/command_lines.txt"));
    assert!(cases.len() > 300, "only {} cases were read", cases.len());
    for case in cases {
        let ours = answer::answer(&case.env, &case.words);
        if ours != case.answer {
            differences.push(format!("{}\n helm: {:?}\n skeg: {ours:?}", case.line, case.answer));
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
fn under_its_own_name_skeg_says_so() {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let cases = [
        (
            "/usr/bin/skeg create",
            "Error: \"skeg create\" requires 1 argument\n\nUsage:  skeg create NAME [flags]\n",
        ),
        (
            "skeg nope",
            "Error: unknown command \"nope\" for \"skeg\"\nRun 'skeg --help' for usage.\n",
        ),
        (
            "/opt/helm4 nope",
            "Error: unknown command \"nope\" for \"helm\"\nRun 'helm --help' for usage.\n",
        ),
    ];
    for (line, stderr) in cases {
        let answer = answer::answer(&[], &words(line));
        assert_eq!((answer.stderr.as_str(), answer.status), (stderr, 1), "{line}");
    }
}

#[test]
fn what_helm_lacks_is_listed_under_skegs_name_only() {
    let flags = |program: &str| {
        let words = [program, "__completeNoDesc", "--d"].map(str::to_owned);
        answer::answer(&[], &words).stdout
    };
    assert_eq!(flags("skeg"), "--debug\n--diagnostics\n:4\n");
    assert_eq!(flags("helm"), "--debug\n:4\n");
}

#[test]
fn failures_can_be_had_as_json() {
    let words = ["skeg", "create", "--diagnostics=json"].map(str::to_owned);
    let expected = concat!(
        r#"{"code":"command","severity":"error","#,
        r#""message":"\"skeg create\" requires 1 argument\n\nUsage:  skeg create NAME [flags]"}"#,
        "\n"
    );
    assert_eq!(answer::answer(&[], &words).stderr, expected);
    let words = ["skeg", "create", "--diagnostics=loud"].map(str::to_owned);
    let expected =
        "Error: invalid argument \"loud\" for \"--diagnostics\" flag: \"loud\" is none of auto, short, full, json\n";
    assert_eq!(answer::answer(&[], &words).stderr, expected);
}
