//! Random charts, each about one subject: expressions, control structures, YAML, `--set`, values, documents.

use super::expression::{Expressions, VALUES, quoted};
use super::random::Random;
use crate::case::Case;

/// Lines of a batch: as many as make a run of Helm worth its start.
const BATCH: usize = 50;

const HELPERS: &str = "{{ define \"x\" }}<{{ . | toJson }}>{{ end }}{{ define \"y\" }}{{ .a }}{{ end }}\n";

/// A random chart with its command line; its name says the subject.
pub(super) fn chart(random: &mut Random, expressions: &Expressions) -> Case {
    match random.below(20) {
        0..6 => batch("expressions", random, |random| {
            let expression = expressions.any(random);
            match random.below(4) {
                0 => format!("{{{{ list ({expression}) | toJson }}}}"),
                1 => format!("{{{{ printf \"%T %v\" ({expression}) ({expression}) | toJson }}}}"),
                2 => format!("{{{{ toYaml ({expression}) | toJson }}}}"),
                _ => format!("{{{{ {expression} | quote | toJson }}}}"),
            }
        }),
        6..8 => batch("printf", random, |random| {
            format!("{{{{ {} | toJson }}}}", expressions.printf(random))
        }),
        8 => batch("semver", random, |random| {
            format!("{{{{ {} }}}}", Expressions::semver(random))
        }),
        9..11 => control(random, expressions),
        11..14 => texts(random),
        14..16 => set_flags(random),
        16..18 => coalescing(random),
        _ => documents(random),
    }
}

fn one(name: &str, run: Vec<String>, files: Vec<(&str, String)>) -> Case {
    Case::new(
        name.to_owned(),
        vec![run],
        files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect(),
    )
}

fn plain_run() -> Vec<String> {
    ["template", "r", "c"].map(str::to_owned).to_vec()
}

/// A chart of one template with an expression on each line of a block scalar.
fn batch(name: &str, random: &mut Random, mut line: impl FnMut(&mut Random) -> String) -> Case {
    let mut template = String::from("a: |\n");
    for number in 0..BATCH {
        template.push_str(&format!("  l{number}: {}\n", line(random)));
    }
    let files = vec![
        ("c/values.yaml", VALUES.to_owned()),
        ("c/templates/_h.tpl", HELPERS.to_owned()),
        ("c/templates/t.yaml", template),
    ];
    one(name, plain_run(), files)
}

/// A template of nested blocks.
fn control(random: &mut Random, expressions: &Expressions) -> Case {
    let mut template = String::from("a: |\n  ");
    for _ in 0..6 {
        block(random, expressions, 3, false, &mut template);
    }
    template.push('\n');
    let files = vec![
        ("c/values.yaml", VALUES.to_owned()),
        ("c/templates/_h.tpl", HELPERS.to_owned()),
        ("c/templates/t.yaml", template),
    ];
    one("control", plain_run(), files)
}

fn block(random: &mut Random, expressions: &Expressions, depth: usize, in_range: bool, out: &mut String) {
    let (left, right) = (random.pick(&["{{ ", "{{- ", "{{"]), random.pick(&[" }}", " -}}", "}}"]));
    let expression = expressions.any(random);
    let subject = random.pick(&[
        ".Values.l",
        ".Values.m",
        "$.Values.words",
        "(list 1 \"a\" nil)",
        "(dict \"k\" 1)",
        ".",
        ".Values.nope",
        "3",
        "(until 2)",
        "$.Values.m.c",
        "$.Values.s",
        ".d",
        "$v",
    ]);
    let body = |random: &mut Random, in_range: bool, out: &mut String| {
        for _ in 0..1 + random.below(2) {
            block(random, expressions, depth - 1, in_range, out);
        }
    };
    let kind = if depth == 0 { random.below(4) } else { random.below(12) };
    match kind {
        0 => out.push_str(random.pick(&["text ", " ", "x", "\n  ", "é ", "{", "}} ", "  \t"])),
        1 => out.push_str(&format!("{left}{expression} | toJson{right}")),
        2 => out.push_str(&format!("{left}{subject} | toJson{right}")),
        3 => out.push_str(random.pick(&[
            "{{/* c */}}",
            "{{- /* c\n d */ -}}",
            "{{ $v := 1 }}",
            "{{ $v = 2 }}",
            "{{ $v }}",
            "{{ .k }}",
            "{{ template \"y\" . }}",
            "{{ template \"x\" }}",
        ])),
        4 | 5 => {
            out.push_str(&format!("{left}if {subject}{right}"));
            body(random, in_range, out);
            if random.chance(40) {
                out.push_str(&format!("{{{{ else if {subject} }}}}"));
                body(random, in_range, out);
            }
            if random.chance(50) {
                out.push_str(&format!("{left}else{right}"));
                body(random, in_range, out);
            }
            out.push_str("{{ end }}");
        }
        6 | 7 => {
            out.push_str(&format!(
                "{left}with {}{subject}{right}",
                random.pick(&["", "", "$v := "])
            ));
            body(random, in_range, out);
            if random.chance(40) {
                out.push_str("{{ else with . }}");
                body(random, in_range, out);
            }
            out.push_str("{{ end }}");
        }
        8..11 => {
            out.push_str(&format!(
                "{left}range {}{subject}{right}",
                random.pick(&["", "$v := ", "$i, $v := "])
            ));
            body(random, true, out);
            if random.chance(20) || (!in_range && random.chance(2)) {
                out.push_str(random.pick(&["{{ break }}", "{{ continue }}", "{{ if . }}{{ break }}{{ end }}"]));
            }
            if random.chance(30) {
                out.push_str("{{ else }}none");
            }
            out.push_str("{{ end }}");
        }
        _ => out.push_str(&format!(
            "{left}{}{right}",
            random.pick(&[
                "$v := .",
                "include \"x\" .",
                "tpl \"{{ . }}\" $",
                "set $.Values \"n\" 5 | len",
                "$w := list . | toJson",
                "and .Values.m .Values.m.a"
            ])
        )),
    }
}

/// Texts in files of the chart that templates read as YAML, JSON and TOML.
fn texts(random: &mut Random) -> Case {
    let mut files = Vec::new();
    let mut template = String::from("a: |\n");
    for number in 0..BATCH / 2 {
        let name = format!("f{number}.txt");
        let (text, function) = match random.below(10) {
            0..8 => (
                yaml(random),
                random.pick(&["fromYaml", "fromYaml", "fromYaml", "fromYamlArray"]),
            ),
            8 => (json(random, 3), random.pick(&["fromJson", "fromJsonArray", "fromYaml"])),
            _ => (toml(random), "fromToml"),
        };
        files.push((format!("c/{name}"), text));
        template.push_str(&format!(
            "  {number}: {{{{ .Files.Get {name:?} | {function} | {} | toJson }}}}\n",
            random.pick(&["toJson", "toJson", "toYaml", "toYamlPretty", "toToml"])
        ));
    }
    files.push(("c/templates/t.yaml".to_owned(), template));
    if random.chance(60) {
        files.push(("c/values.yaml".to_owned(), yaml(random)));
        files.push(("c/templates/v.yaml".to_owned(), "{{ .Values | toJson }}\n".to_owned()));
    }
    Case::new("texts".to_owned(), vec![plain_run()], files)
}

const SCALARS: &[&str] = &[
    "1",
    "a",
    "\"b\\n\\u00e9\"",
    "'it''s'",
    "~",
    "null",
    "true",
    "yes",
    "off",
    "0x1F",
    "017",
    "08",
    "1_000",
    "1e3",
    ".5",
    ".inf",
    "-.nan",
    "1:30",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "!!str 5",
    "!!int \"5\"",
    "!!int x",
    "!!binary aGk=",
    "! 5",
    "!foo 5",
    "*x",
    "&x v",
    "a: b",
    "[a, 1, {k: v}]",
    "{a: 1, b}",
    "{a:b}",
    "[]",
    "{}",
    "[a",
    "\"open",
    "|\n    l1\n     l2\n",
    ">-\n    f1\n    f2\n\n    f3\n",
    "|+\n    keep\n\n\n",
    "x # comment",
    "x #no",
    "multi\n    line",
    "- x",
    "1e400",
    "18446744073709551615",
    "-9223372036854775809",
    "@bad",
    "`bad",
    "%bad",
    "a\tb",
    "\"a\\/b\"",
    "\"\\ud83d\"",
    "<<",
    "=",
    "? q",
    "\u{85}",
    "é😀",
    "12e03",
    "-0b11",
    "0o17",
    "+12",
    "1.",
    "-",
    "--- x",
    "...",
    "|2\n    ind\n",
    "\"a\n    b\"",
    "'a\n\n    b'",
];
const KEYS: &[&str] = &[
    "a", "b", "c", "key", "y", "1", "1.5", "\"q r\"", "'s'", "? t", "<<", "010", "é", "a b", "&k n", "~", "[x]",
    "true", "0x10",
];

/// A YAML text, mostly valid.
fn yaml(random: &mut Random) -> String {
    let mut text = String::new();
    if random.chance(5) {
        text.push_str(random.pick(&["---\n", "# c\n", "%YAML 1.1\n---\n", "\u{feff}", "--- # x\n"]));
    }
    node(random, 0, 3, &mut text);
    if random.chance(8) {
        text.push_str(random.pick(&["---\nb: 2\n", "...\n", "---\n", "# end", " \n", "\tx: 1\n", "]\n"]));
    }
    text
}

fn node(random: &mut Random, indent: usize, depth: usize, out: &mut String) {
    let is_list = random.chance(30);
    for _ in 0..1 + random.below(4) {
        let pad = " ".repeat(if random.chance(2) { indent + 1 } else { indent });
        out.push_str(&pad);
        if is_list {
            out.push('-');
        } else {
            out.push_str(if random.chance(80) {
                random.pick(&KEYS[..6])
            } else {
                random.pick(KEYS)
            });
            out.push(':');
        }
        if random.chance(6) {
            out.push_str(random.pick(&[" &x", " !!map", " &y", " !t"]));
        }
        if depth > 0 && random.chance(30) {
            out.push('\n');
            let deeper = random.below(2) + usize::from(!is_list || random.chance(90));
            node(random, indent + deeper, depth - 1, out);
        } else {
            let scalar = if random.chance(70) {
                random.pick(&SCALARS[..24])
            } else {
                random.pick(SCALARS)
            };
            let deeper = " ".repeat(indent);
            let scalar = scalar.replace('\n', &format!("\n{deeper}"));
            out.push_str(&format!(" {}\n", scalar.trim_end_matches(' ')));
        }
    }
}

fn json(random: &mut Random, depth: usize) -> String {
    let text = match if depth == 0 { random.below(6) } else { random.below(10) } {
        0 => random
            .pick(&[
                "1",
                "-0",
                "1e21",
                "1e-7",
                "0.1",
                "123456789012345678901",
                "1E5",
                "01",
                "1.",
                "-",
            ])
            .to_owned(),
        1 => random.pick(&["true", "false", "null", "nul", "True"]).to_owned(),
        2..6 => quoted(&Expressions::text(random)),
        6 | 7 => {
            let items: Vec<String> = (0..random.below(4)).map(|_| json(random, depth - 1)).collect();
            format!("[{}]", items.join(random.pick(&[",", ", ", " ,"])))
        }
        _ => {
            let items: Vec<String> = (0..random.below(4))
                .map(|_| format!("{}:{}", quoted(&Expressions::text(random)), json(random, depth - 1)))
                .collect();
            format!("{{{}}}", items.join(","))
        }
    };
    if random.chance(2) { format!("{text} x") } else { text }
}

fn toml(random: &mut Random) -> String {
    let values = [
        "1",
        "-2.5",
        "\"s\"",
        "'l'",
        "true",
        "[1, 2]",
        "[\"a\", 1.5]",
        "{a = 1, b = \"c\"}",
        "2001-01-01",
        "2001-01-01T00:00:00Z",
        "07:32:00",
        "0x1F",
        "1_000",
        "inf",
        "nan",
        "\"\"\"m\nl\"\"\"",
        "1e5",
        "bad",
        "01",
        "\"\\q\"",
        "[1,]",
        "{a=1,}",
    ];
    let mut text = String::new();
    for _ in 0..1 + random.below(5) {
        match random.below(6) {
            0 => text.push_str(random.pick(&["[t]\n", "[t.u]\n", "[[p]]\n", "[ q ]\n", "[\"x y\"]\n", "# c\n"])),
            _ => text.push_str(&format!(
                "{} = {}\n",
                random.pick(&["a", "b", "c.d", "\"e f\"", "g", "h", "1", "é"]),
                random.pick(&values)
            )),
        }
    }
    text
}

fn set_flags(random: &mut Random) -> Case {
    let mut run = plain_run();
    for _ in 0..1 + random.below(4) {
        let flag = random.pick(&["--set", "--set", "--set", "--set-string", "--set-literal", "--set-json"]);
        let mut text = String::new();
        for index in 0..1 + random.below(3) {
            if index > 0 {
                text.push(',');
            }
            for part in 0..1 + random.below(3) {
                if part > 0 {
                    text.push('.');
                }
                text.push_str(random.pick(&["a", "b", "m", "l", "x y", "a\\.b", "k", "", "s", "é"]));
                if random.chance(20) {
                    text.push_str(random.pick(&["[0]", "[1]", "[0][1]", "[2]", "[-1]", "[x]", "[0", "[]", "[0]x"]));
                }
            }
            if random.chance(95) {
                text.push('=');
            }
            text.push_str(match flag {
                "--set-json" => random.pick(&[
                    "1",
                    "\"s\"",
                    "{\"a\":1}",
                    "[1,null]",
                    "null",
                    "",
                    "tru",
                    "1e3",
                    "{\"a\":{\"b\":[1]}}",
                    " 1 ",
                ]),
                _ => random.pick(&[
                    "1",
                    "0",
                    "-5",
                    "007",
                    "1.5",
                    "true",
                    "False",
                    "null",
                    "",
                    "{a,b}",
                    "{1,}",
                    "{}",
                    "{a",
                    "x=y",
                    "a\\,b",
                    "9223372036854775808",
                    "text",
                    "{a},b",
                    "\\",
                    "{\\},x}",
                    " 1",
                    "+1",
                    "é",
                ]),
            });
        }
        run.push(flag.to_owned());
        run.push(text);
    }
    let files = vec![
        (
            "c/values.yaml",
            "a: 1\nm: {x: 1, y: {z: null}}\nl: [1, {a: b}]\ns: t\n".to_owned(),
        ),
        (
            "c/templates/t.yaml",
            "v: {{ .Values | toJson }}\nt: {{ typeOf .Values.a }}\n".to_owned(),
        ),
    ];
    one("set", run, files)
}

/// A small tree of values over few keys, so that sources meet.
fn tree(random: &mut Random, depth: usize) -> String {
    let mut items = Vec::new();
    for key in ["a", "b", "global", "sub", "n"] {
        if !random.chance(45) {
            continue;
        }
        let value = if depth > 0 && random.chance(if matches!(key, "sub" | "global") { 90 } else { 45 }) {
            tree(random, depth - 1)
        } else {
            random
                .pick(&["1", "null", "t", "[1, null]", "{}", "true", "false", "{x: null}", "0"])
                .to_owned()
        };
        items.push(format!("{key}: {value}"));
    }
    format!("{{{}}}", items.join(", "))
}

fn coalescing(random: &mut Random) -> Case {
    let dump = "v: {{ .Values | toJson }}\nc: {{ .Chart.Name }}\n";
    let mut metadata = String::from("apiVersion: v2\nname: c\nversion: 1.2.3\n");
    if random.chance(60) {
        metadata.push_str("dependencies:\n- name: sub\n  version: ");
        metadata.push_str(random.pick(&["0.1.0", ">=0.0.1", "*", "~9"]));
        metadata.push_str(random.pick(&[
            "\n",
            "\n  alias: al\n",
            "\n  condition: sub.a\n",
            "\n  condition: n,a\n",
            "\n  tags: [a]\n",
            "\n  import-values: [x]\n",
            "\n  import-values: [{child: global, parent: b}]\n",
            "\n  import-values: [{child: ., parent: n}]\n",
        ]));
        if random.chance(30) {
            metadata.push_str("- name: sub\n  version: 0.1.0\n  alias: two\n  condition: two.a\n");
        }
    }
    let mut run = plain_run();
    if random.chance(80) {
        run.extend(["-f".to_owned(), "u.yaml".to_owned()]);
    }
    if random.chance(30) {
        run.extend([
            "--set".to_owned(),
            random
                .pick(&[
                    "sub.a=null",
                    "global.x=1",
                    "sub=null",
                    "a=null",
                    "al.b=2",
                    "tags.a=false",
                    "sub.sub.b=3",
                    "b.x=1",
                ])
                .to_owned(),
        ]);
    }
    let sub = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
    let mut files = vec![
        ("c/Chart.yaml", metadata),
        ("c/values.yaml", tree(random, 3) + "\n"),
        ("c/templates/t.yaml", dump.to_owned()),
        ("c/charts/sub/Chart.yaml", sub("sub")),
        ("c/charts/sub/values.yaml", tree(random, 2) + "\n"),
        ("c/charts/sub/templates/t.yaml", dump.to_owned()),
        ("u.yaml", tree(random, 3) + "\n"),
    ];
    if random.chance(40) {
        files.push(("c/charts/sub/charts/sub/Chart.yaml", sub("sub")));
        files.push(("c/charts/sub/charts/sub/values.yaml", tree(random, 1) + "\n"));
        files.push(("c/charts/sub/charts/sub/templates/t.yaml", dump.to_owned()));
    }
    one("values", run, files)
}

fn documents(random: &mut Random) -> Case {
    let mut files = Vec::new();
    for path in [
        "templates/a.yaml",
        "templates/b.yml",
        "templates/x/c.yaml",
        "templates/NOTES.txt",
        "templates/z.txt",
    ] {
        let mut text = String::new();
        for _ in 0..random.below(5) {
            document(random, &mut text);
            text.push_str(random.pick(&[
                "---\n",
                "---\n",
                "--- # c\n",
                "---  \n",
                "\n---\n\n",
                " ---\n",
                "----\n",
                "---foo: 1\n",
                "",
                "...\n",
            ]));
        }
        files.push((format!("c/{path}"), text));
    }
    if random.chance(30) {
        files.push((
            "c/crds/d.yaml".to_owned(),
            "kind: CustomResourceDefinition\n---\nb: 1\n".to_owned(),
        ));
    }
    let mut run = plain_run();
    for flag in [
        "--no-hooks",
        "--skip-tests",
        "--include-crds",
        "--is-upgrade",
        "--debug",
    ] {
        if random.chance(if flag == "--debug" { 0 } else { 15 }) {
            run.push(flag.to_owned());
        }
    }
    if random.chance(25) {
        run.extend([
            "-s".to_owned(),
            random
                .pick(&[
                    "templates/a.yaml",
                    "templates/*",
                    "templates/x/c.yaml",
                    "crds/d.yaml",
                    "nope",
                ])
                .to_owned(),
        ]);
    }
    Case::new("documents".to_owned(), vec![run], files)
}

fn document(random: &mut Random, out: &mut String) {
    match random.below(14) {
        0 => out.push_str(random.pick(&[
            "# only a comment\n",
            "\n",
            "   \n",
            "{}\n",
            "null\n",
            "x\n",
            "[a]\n",
            "a: b: c\n",
            "kind: [x]\n",
            "metadata: 1\n",
            "{{ nil }}\n",
            "  a: 1\n",
        ])),
        1 => out.push_str("kind: ConfigMap\ndata:\n  x: |\n    a\n---\n    b\n"),
        _ => {
            let kind = random.pick(&[
                "Service",
                "ConfigMap",
                "Deployment",
                "Zoo",
                "Namespace",
                "Job",
                "Pod",
                "Alpha",
                "Secret",
                "\"Role\"",
                "CustomResourceDefinition",
            ]);
            out.push_str(random.pick(&["", "# c\n", "\n\n", "apiVersion: v1\n"]));
            out.push_str(&format!(
                "{}: {kind}\n",
                random.pick(&["kind", "kind", "kind", "Kind", "KIND"])
            ));
            if random.chance(60) {
                out.push_str(&format!("metadata:\n  name: n{}\n", random.below(5)));
                if random.chance(60) {
                    let hook = random.pick(&[
                        "pre-install",
                        "test",
                        "post-install, pre-upgrade",
                        "crd-install",
                        "Pre-Delete",
                        "test-success",
                        "\"\"",
                        "nope",
                        "1",
                    ]);
                    out.push_str(&format!(
                        "  annotations:\n    {}: {hook}\n",
                        random.pick(&["helm.sh/hook", "helm.sh/hook", "\"helm.sh/hook\"", "other"])
                    ));
                    if random.chance(30) {
                        out.push_str(random.pick(&[
                            "    helm.sh/hook-weight: \"5\"\n",
                            "    helm.sh/hook-weight: x\n",
                            "    n: 1\n",
                            "    b: true\n",
                            "    z:\n",
                            "    l: [x]\n",
                        ]));
                    }
                }
            }
            out.push_str(random.pick(&["", "\n", "\n\n", "# tail\n", "spec: {{ .Release.Name }}\n"]));
        }
    }
}
