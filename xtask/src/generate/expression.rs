//! Random template expressions, mostly well typed.
//!
//! A function is a line of [`SIGNATURES`]: the kind of its result, its name, the kinds of its parameters. Kinds: `s`
//! string, `i` int, `t` tiny int, `f` float, `n` anything castable to a number, `b` bool, `l` list, `L` list of strings,
//! `m` map, `a` anything, `r` regular expression, `v` version, `c` constraint, `y` YAML, `j` JSON, `o` TOML, `u` URL,
//! `p` path, `k` key of a map. Functions with results in random order are left out, or sorted.

use super::random::Random;

const SIGNATURES: &str = "
s trunc i s|s substr i i s|s indent t s|s nindent t s|s trim s|s trimAll s s|s trimPrefix s s|s trimSuffix s s
s upper s|s lower s|s title s|s untitle s|s swapcase s|s repeat t s|s replace s s s|b contains s s|b hasPrefix s s
b hasSuffix s s|s plural s s i|s initials s|s abbrev i s|s abbrevboth i i s|s wrap t s|s wrapWith t s s|s snakecase s
s kebabcase s|s camelcase s|s b64enc s|s b64dec s|s b32enc s|s b32dec s|s sha1sum s|s sha256sum s|s sha512sum s
s adler32sum s|s base p|s dir p|s clean p|s ext p|b isAbs p|s osBase p|s osDir p|s osClean p|s osExt p|m urlParse u
s nospace s|s quote a|s squote a|s quote a a|s cat a a|s print a a|s println a a|s html a|s js a|s urlquery a
s toString a|L toStrings l|s toYaml a|s toYamlPretty a|s toJson a|s toPrettyJson a|s toRawJson a|s mustToYaml a
s mustToJson a|s toToml m|m fromYaml y|l fromYamlArray y|m fromJson j|l fromJsonArray j|a mustFromJson j|m fromToml o
i int n|i int64 n|f float64 n|i atoi s|i toDecimal n|f ceil n|f floor n|f round n t|i add n n|i add n n n|i sub n n
i mul n n|i div n n|i mod n n|i add1 n|i max n n|i min n n n|i biggest n n|f addf n n|f subf n n|f mulf n n|f divf n n
f maxf n n|f minf n n|f add1f n|l until t|l untilStep t t t|s seq t|s seq t t|s seq t t t
b eq a a|b ne a a|b eq s s s|b lt i i|b le s s|b gt f f|b ge n n|a and a a|a or a a|b not a|b empty a|a default a a
a coalesce a a a|a ternary a a b|b kindIs s a|s kindOf a|s typeOf a|b typeIs s a|b typeIsLike s a|b deepEqual a a|b all a a
b any a a|a deepCopy a|a mustDeepCopy a|a index l t|a index m k|i len l|i len s|i len m
a first l|a last l|l rest l|l initial l|l append l a|l prepend l a|l concat l l|l reverse l|l uniq l|l without l a|b has a l
l compact l|l slice l t|l slice l t t|l chunk t l|L sortAlpha l|s join s l|m split s s|m splitn s t s|L splitList s s
l list a a|l list a|l tuple a a|m dict k a|m dict k a k a|a get m k|m set m k a|m unset m k|b hasKey m k|l pluck k m m
m pick m k k|m omit m k|L keys_sorted m|a dig k a m|a dig k k a m|m merge m m|m mergeOverwrite m m|m mustMerge m m
l mustAppend l a|a mustFirst l|a mustLast l|l mustReverse l|l mustUniq l|b mustHas a l|l mustSlice l t t|l mustCompact l
b regexMatch r s|s regexFind r s|L regexFindAll r s t|s regexReplaceAll r s s|s regexReplaceAllLiteral r s s
L regexSplit r s t|s regexQuoteMeta s|b mustRegexMatch r s|L mustRegexFindAll r s t|s mustRegexReplaceAll r s s
b semverCompare c v|s semver_string v|s durationRound s|f durationSeconds s|f durationHours n|i durationMilliseconds s
s printf F a a|s tpl T m|a required s a|s urlJoin m|s toDecimal s|s include_x m|s duration s|b isAbs s
";

/// One function: result, name, parameters.
struct Signature {
    result: char,
    name: &'static str,
    parameters: Vec<char>,
}

/// What expressions may refer to: paths in the values, with the kind of each.
pub(super) const PATHS: &[(char, &str)] = &[
    ('s', ".Values.s"),
    ('s', ".Values.utf"),
    ('s', ".Values.multi"),
    ('s', ".Release.Name"),
    ('s', ".Chart.Version"),
    ('n', ".Values.n"),
    ('f', ".Values.f"),
    ('n', ".Values.big"),
    ('b', ".Values.yes"),
    ('l', ".Values.l"),
    ('L', ".Values.words"),
    ('m', ".Values.m"),
    ('m', ".Values.m.c"),
    ('l', ".Values.empty.l"),
    ('m', ".Values.empty.m"),
    ('a', ".Values.nope"),
    ('a', ".Values.nope.deep"),
    ('a', ".Values.z"),
    ('a', "(.Values.nope).x"),
    ('a', "$.Values.m.b"),
    ('s', ".Chart.Name"),
    ('l', ".Chart.Keywords"),
    ('a', ".Capabilities.KubeVersion.Minor"),
    ('b', ".Release.IsInstall"),
    ('b', "(.Capabilities.APIVersions.Has \"apps/v1\")"),
    ('i', ".Release.Revision"),
    ('v', ".Capabilities.KubeVersion.Version"),
    ('a', "nil"),
    ('s', "(.Files.Get \"Chart.yaml\")"),
];

/// The values that go with [`PATHS`].
pub(super) const VALUES: &str = "s: some Text\nutf: \"é日本😀ß\"\nmulti: |\n  one\n  two \n   three\nn: 3\nf: 2.75\nbig: 123456789\n\
yes: true\nl: [1, two, null, 3.5, {k: v}, [x]]\nwords: [b, a, c, a]\nm: {a: 1, b: two, c: {d: [1], e: null}}\n\
empty: {l: [], m: {}, s: \"\"}\nz: null\n";

const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "a b",
    " lead and trail ",
    "é",
    "日本語",
    "😀 b",
    "\t",
    "a\nb",
    "line\n",
    "\n\nx",
    "a \nb",
    "true",
    "1",
    "-7",
    "0x1F",
    "017",
    "1e3",
    "1_000",
    "3.75",
    "null",
    "<no value>",
    "it's",
    "say \"hi\"",
    "a,b,,c",
    "FooBar_baz-qux",
    "HTTPServer2Go",
    "<a href='x'>&",
    "aGVsbG8=",
    "x{y}",
    "$1",
    "${1}",
    "%d",
    "ǆ ΣΑΣ ß İ",
    "90s",
    "1h30m",
    "2.5",
    "map",
    "string",
    "a: b",
    "# c",
    "- x",
    "key:",
    "2001-01-01",
    "1:30",
    "y",
    "~",
    "a\u{a0}b",
    "\u{2028}",
    "a\\b",
    "``",
    "00012",
    "9223372036854775808",
    "1.5e10",
];
const LETTERS: &str = "aAbBzZ019 -_.,:/#\"'\\é世😀\t\n<>&{}[]%$";
const PATTERNS: &[&str] = &[
    "a",
    "a*",
    "[a-c]+",
    "(\\w+)@(\\w+)",
    "^$",
    "\\d+",
    "(?i)FOO",
    "a|b|",
    "[^a]",
    "x{2,3}",
    "(a)(b)?",
    "\\bfoo\\b",
    "[[:upper:]]",
    ".",
    "(?s).+",
    "\\p{L}+",
    "(?P<n>o+)",
    "(",
    "[",
    "a**",
    "(?=x)",
    "\\Z",
    "e{1001}",
    "(?m)^.",
    "\\s+",
    "[\\d-z]",
    "o?",
    "(?U)a+",
];
const VERSIONS: &[&str] = &[
    "1.2.3",
    "v1.2.3",
    "1.2",
    "1",
    "0.0.0",
    "1.2.3-beta",
    "1.2.4-beta.11",
    "1.20.3-gke.100",
    "2.0.0+meta",
    "01.2.3",
    "1.2.3.4",
    "latest",
    "",
    "v2",
    "0.2.3",
    "0.0.3",
    "10.0.0-rc.1+b",
    "1.2.3-01",
    "99999999999999999999.0.0",
];
const CONSTRAINTS: &[&str] = &[
    "1.2.3",
    "=1.2",
    "!=1.2",
    ">1.2",
    ">1",
    ">=1.2",
    "<1.2",
    "<=1",
    "*",
    "x",
    "~1.2.3",
    "~1",
    "^1.2.3",
    "^0.2.3",
    "^0.0",
    "^0",
    ">=1.19-0",
    ">=1.2.3-0 <2.0.0",
    "1.2 - 1.4",
    "1.2-1.4",
    ">=1.0, <2",
    ">=1 || <0.5",
    "*-0",
    "=>1.2",
    ">= 1.2.x",
    "~>1.2",
    "^v1.2.3-beta.2",
    "||",
    ">>1",
    "latest",
    "1.2.3.4",
    "",
    ">=1.0, ",
    "!=1.2.3",
    "<0.0.0-0",
];
const JSONS: &[&str] = &[
    "{\"a\":[1,2.5,null,true],\"b\":{\"c\":\"d\"}}",
    "[1,\"x\",{}]",
    "null",
    "",
    "{\"a\":1e21,\"b\":1e-7,\"c\":-0}",
    "{",
    "[1,]",
    "{\"a\":1}x",
    "\"\\u00e9\\ud83d\\ude00<>&\"",
    "{\"a\":1,\"a\":2}",
    "tru",
    "1",
    "[[[]]]",
    "{\"\":{}}",
    "{\"a\":01}",
    "\"\u{1}\"",
];
const YAMLS: &[&str] = &[
    "a: 1\nb: [x, y]\n",
    "- 1\n- a: b\n",
    "a: &x {b: 1}\nc: *x\n",
    "a: |\n  t\n   u\n",
    "{a: b",
    "a: b: c",
    "y: 1\n010: 2",
    "null",
    "a: !!str 5",
    "<<: {a: 1}\na: 2",
    "? [a]\n: b",
    "\ta: 1",
    "a: 'it''s'",
    "a: .inf",
    "a: 1\n---\nb: 2",
    "%YAML 1.1\n---\na: 1",
    "a: *x",
    "x",
    "a:\n- 1\n - 2",
    "\"a\\/b\": 1",
    "a: >-\n  f\n  g\n\n  h",
];
const TOMLS: &[&str] = &[
    "a = 1\n[t]\nb = \"c\"\n",
    "a = ",
    "d = 2001-01-01",
    "x = [1, 2.5]",
    "a.b.c = true",
    "[[p]]\nq = 1\n[[p]]\nq = 2",
    "a = 1\na = 2",
    "s = '''x\ny'''",
    "a = 0x1F",
    "a = inf",
];
const URLS: &[&str] = &[
    "https://u:p@h.io:80/p/a?q=1&r=%20#frag",
    "mailto:a@b",
    "//host/p",
    "http://[::1",
    "/a b",
    "",
    "http://[fe80::1]:8080/",
    "a:b:c",
    "http://x/%zz",
];
const FILES: &[&str] = &[
    "",
    "/",
    "a/b/../c.tar.gz",
    "/a//b/./",
    ".bashrc",
    "../x",
    "a/b/",
    "a\\b",
    "é/ü.txt",
];
const KEYS: &[&str] = &["a", "b", "c", "d", "k", "key", "x", "A", "_x", "a-b", "a b", "é"];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "-1",
    "7",
    "1.5",
    "-2.5",
    "1e3",
    "1e6",
    "123456789",
    "0.0001",
    "1e-7",
    "\"12\"",
    "\"0x10\"",
    "\"1.9\"",
    "\"\"",
    "\"x\"",
    "true",
    "nil",
    "3.999",
    "-0.0",
    "1e21",
    "9007199254740993",
    "\"08\"",
    "100.005",
];
const FLOATS: &[&str] = &[
    "0.0",
    "1.5",
    "-2.25",
    "1e6",
    "1e21",
    "123456.789",
    "0.1",
    "1e-5",
    "100000.0",
    "3.0",
];
const FORMATS: &[&str] = &[
    "%v", "%s", "%d", "%q", "%5.2f", "%x", "%t", "%T", "%+v", "%#v", "%08.3f", "%-6s|", "%c", "%U", "%e", "%g", "%%",
    "%*d", "%[2]v", "%z", "%", "% x", "%+q", "%#x", "%b", "%o", "%O", "%.3s", "%6v", "%06d", "%G", "%!",
];
const TEMPLATES: &[&str] = &[
    "{{ .a }}",
    "{{ . | toJson }}",
    "x{{ \"<no value>\" }}y",
    "{{ range $k, $v := . }}{{ $k }}{{ end }}",
    "{{ define \"q\" }}1{{ end }}{{ include \"q\" . }}",
    "{{ nope }}",
    "{{ .a.b.c }}",
    "  ",
    "{{ include \"x\" . }}",
    "{{- 3 -}}",
];

/// Makes expressions.
pub(super) struct Expressions {
    signatures: Vec<Signature>,
}

impl Expressions {
    pub(super) fn new() -> Expressions {
        let line = |line: &'static str| {
            let mut words = line.split_whitespace();
            let result = words.next()?.chars().next()?;
            let name = words.next()?;
            Some(Signature {
                result,
                name,
                parameters: words.filter_map(|w| w.chars().next()).collect(),
            })
        };
        Expressions {
            signatures: SIGNATURES.split(['\n', '|']).filter_map(line).collect(),
        }
    }

    /// An expression of any kind, without parentheses around it.
    pub(super) fn any(&self, random: &mut Random) -> String {
        let signature = &self.signatures[random.below(self.signatures.len())];
        self.call(random, signature, 2)
    }

    fn call(&self, random: &mut Random, signature: &Signature, depth: usize) -> String {
        let mut words: Vec<String> = signature
            .parameters
            .iter()
            .map(|kind| self.operand(random, *kind, depth))
            .collect();
        match signature.name {
            "keys_sorted" => return format!("keys {} | sortAlpha", words[0]),
            "semver_string" => return format!("(semver {}).String", words[0]),
            "include_x" => return format!("include \"x\" {}", words[0]),
            _ => {}
        }
        if random.chance(2) {
            words.pop();
        } else if random.chance(1) {
            words.push("1".to_owned());
        }
        match words.pop() {
            Some(last) if random.chance(30) && !last.starts_with("nil") => {
                let rest = words.iter().map(|w| format!(" {w}")).collect::<String>();
                format!("{last} | {}{rest}", signature.name)
            }
            Some(last) => {
                words.push(last);
                format!("{} {}", signature.name, words.join(" "))
            }
            None => signature.name.to_owned(),
        }
    }

    fn operand(&self, random: &mut Random, kind: char, depth: usize) -> String {
        if random.chance(3) {
            let kinds = ['s', 'i', 'f', 'b', 'l', 'm', 'a'];
            let wrong = kinds[random.below(kinds.len())];
            return self.literal(random, wrong);
        }
        if depth > 0 && random.chance(40) {
            let wanted: Vec<&Signature> = self.signatures.iter().filter(|s| fits(s.result, kind)).collect();
            if !wanted.is_empty() {
                let signature = wanted[random.below(wanted.len())];
                return format!("({})", self.call(random, signature, depth - 1));
            }
        }
        if random.chance(35) {
            let paths: Vec<&str> = PATHS
                .iter()
                .filter(|(k, _)| fits(*k, kind))
                .map(|(_, path)| *path)
                .collect();
            if !paths.is_empty() {
                return random.pick(&paths).to_owned();
            }
        }
        self.literal(random, kind)
    }

    /// A literal of a kind; lists and maps are calls in parentheses.
    fn literal(&self, random: &mut Random, kind: char) -> String {
        let pool = match kind {
            'i' => return format!("{}", random.below(40) as i64 - 8),
            't' => return format!("{}", random.below(9) as i64 - 2),
            'b' => return if random.chance(50) { "true" } else { "false" }.to_owned(),
            'n' => return random.pick(NUMBERS).to_owned(),
            'f' => return random.pick(FLOATS).to_owned(),
            'l' | 'L' => {
                let kind = if kind == 'L' { 's' } else { 'a' };
                let items: String = (0..random.below(4))
                    .map(|_| format!(" {}", self.literal(random, kind)))
                    .collect();
                return format!("(list{items})");
            }
            'm' => {
                let mut items = String::new();
                for _ in 0..random.below(4) {
                    items.push_str(&format!(" {} {}", quoted(random.pick(KEYS)), self.literal(random, 'a')));
                }
                return format!("(dict{items})");
            }
            'a' => {
                let kinds = ['s', 's', 'i', 'f', 'b', 'n', 'l', 'm'];
                let kind = if random.chance(75) {
                    kinds[random.below(6)]
                } else {
                    kinds[random.below(8)]
                };
                return self.literal(random, kind);
            }
            'r' => PATTERNS,
            'v' => VERSIONS,
            'c' => CONSTRAINTS,
            'y' => YAMLS,
            'j' => JSONS,
            'o' => TOMLS,
            'u' => URLS,
            'p' => FILES,
            'k' => KEYS,
            'F' => {
                let mut format = String::new();
                for _ in 0..1 + random.below(3) {
                    format.push_str(random.pick(FORMATS));
                    format.push_str(random.pick(&["", " ", "-", "é"]));
                }
                return quoted(&format);
            }
            'T' => TEMPLATES,
            _ => TEXTS,
        };
        let is_text = std::ptr::eq(pool, TEXTS);
        quoted(&if is_text {
            random.text(pool, LETTERS)
        } else {
            random.pick(pool).into()
        })
    }

    /// A random text of the kind that functions are fed.
    pub(super) fn text(random: &mut Random) -> String {
        random.text(TEXTS, LETTERS).into_owned()
    }

    /// A format for `printf` with operands.
    pub(super) fn printf(&self, random: &mut Random) -> String {
        let flags = ["", "", "+", "-", "#", " ", "0", "+0", "-#", "0+#"];
        let widths = ["", "", "3", "8", "12", ".0", ".2", "8.3", ".", "*", ".*", "[1]"];
        let verbs = [
            "v", "s", "d", "q", "x", "X", "f", "g", "e", "t", "c", "U", "b", "o", "O", "T", "E", "G", "F", "w", "z",
            "%",
        ];
        let mut format = String::new();
        for _ in 0..1 + random.below(2) {
            format.push_str(&format!(
                "%{}{}{}|",
                random.pick(&flags),
                random.pick(&widths),
                random.pick(&verbs)
            ));
        }
        let operands: String = (0..random.below(4))
            .map(|_| format!(" {}", self.operand(random, 'a', 0)))
            .collect();
        format!("printf {}{operands}", quoted(&format))
    }

    /// A comparison of versions.
    pub(super) fn semver(random: &mut Random) -> String {
        let digits = ["0", "1", "2", "10", "x", "*", "01"];
        let number = |random: &mut Random, parts: usize| {
            let parts: Vec<&str> = (0..1 + random.below(parts))
                .map(|_| {
                    let limit = if random.chance(80) { 4 } else { digits.len() };
                    digits[random.below(limit)]
                })
                .collect();
            let mut text = parts.join(".");
            if random.chance(30) {
                text.push_str(random.pick(&["-0", "-alpha", "-beta.2", "-beta.11", "-1", "+meta", "-rc.1+m", "-01"]));
            }
            text
        };
        let mut constraint = String::new();
        for index in 0..1 + random.below(3) {
            if index > 0 {
                constraint.push_str(random.pick(&[" ", ", ", " || ", "||", ","]));
            }
            constraint.push_str(random.pick(&["", "=", "!=", ">", "<", ">=", "<=", "=>", "~", "~>", "^", ">= ", "^v"]));
            constraint.push_str(&number(random, 3));
            if random.chance(8) {
                constraint.push_str(&format!(" - {}", number(random, 3)));
            }
        }
        let version = number(random, 3);
        format!("semverCompare {} {}", quoted(&constraint), quoted(&version))
    }
}

/// Whether something of kind `given` can stand where `wanted` is asked for.
fn fits(given: char, wanted: char) -> bool {
    given == wanted || wanted == 'a' || matches!((given, wanted), ('L', 'l') | ('i' | 'f' | 's', 'n'))
}

/// A Go string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
