//! The tables themselves: every function is there, once, in order, and its example is true.

use std::collections::BTreeSet;

use skeg_funcs::tables;

/// What the template engine brings itself.
const BUILTINS: &str = "and call eq ge gt html index js le len lt ne not or print printf println urlquery";

// spec 2.1.
const ALL: &str = "abbrev abbrevboth add add1 add1f addf adler32sum ago all and any append atoi b32dec b32enc b64dec \
b64enc base bcrypt biggest buildCustomCert call camelcase cat ceil chunk clean coalesce compact concat contains date \
dateInZone dateModify date_in_zone date_modify decryptAES deepCopy deepEqual default derivePassword dict dig dir div \
divf duration durationDays durationHours durationMicroseconds durationMilliseconds durationMinutes \
durationNanoseconds durationRound durationRoundTo durationSeconds durationTruncateTo durationWeeks empty encryptAES \
eq ext fail first float64 floor fromJson fromJsonArray fromToml fromYaml fromYamlArray ge genCA genCAWithKey \
genPrivateKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey get getHostByName gt has \
hasKey hasPrefix hasSuffix hello html htmlDate htmlDateInZone htpasswd include indent index initial initials int \
int64 isAbs join js kebabcase keys kindIs kindOf last le len list lookup lower lt max maxf merge mergeOverwrite min \
minf mod mul mulf mustAppend mustChunk mustCompact mustDateModify mustDeepCopy mustFirst mustFromJson mustHas \
mustInitial mustLast mustMerge mustMergeOverwrite mustPrepend mustPush mustRegexFind mustRegexFindAll mustRegexMatch \
mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit mustRest mustReverse mustSlice mustToDate \
mustToDuration mustToJson mustToPrettyJson mustToRawJson mustToToml mustToYaml mustUniq mustWithout must_date_modify \
ne nindent nospace not now omit or osBase osClean osDir osExt osIsAbs pick pluck plural prepend print printf println \
push quote randAlpha randAlphaNum randAscii randBytes randInt randNumeric regexFind regexFindAll regexMatch \
regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit repeat replace required rest reverse round semver \
semverCompare seq set sha1sum sha256sum sha512sum shuffle slice snakecase sortAlpha split splitList splitn squote \
sub subf substr swapcase ternary title toDate toDecimal toJson toPrettyJson toRawJson toString toStrings toToml \
toYaml toYamlPretty tpl trim trimAll trimPrefix trimSuffix trimall trunc tuple typeIs typeIsLike typeOf uniq \
unixEpoch unset until untilStep untitle upper urlJoin urlParse urlquery uuidv4 values without wrap wrapWith";

#[test]
fn every_name_of_helm_is_there_and_no_other() {
    let all: BTreeSet<&str> = ALL.split_whitespace().collect();
    assert_eq!(all.len(), 251);
    let builtins: BTreeSet<&str> = BUILTINS.split_whitespace().collect();
    let ours: BTreeSet<&str> = tables()
        .iter()
        .flat_map(|table| table.iter().map(|function| function.name))
        .collect();
    let expected: BTreeSet<&str> = all.difference(&builtins).copied().collect();
    let missing: Vec<_> = expected.difference(&ours).collect();
    let surplus: Vec<_> = ours.difference(&expected).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "missing {missing:?}, surplus {surplus:?}"
    );
}

#[test]
fn tables_are_sorted_and_names_are_unique() {
    let mut seen = BTreeSet::new();
    for table in tables() {
        for pair in table.windows(2) {
            assert!(pair[0].name < pair[1].name, "{} before {}", pair[0].name, pair[1].name);
        }
        for function in *table {
            assert!(seen.insert(function.name), "{} stands twice", function.name);
            assert!(!function.doc.is_empty(), "{} has no documentation", function.name);
        }
    }
}

#[test]
fn examples_are_true() {
    let functions = crate::engine::functions();
    for function in tables().iter().copied().flatten() {
        let (expression, expected) = function.example;
        if !expression.is_empty() {
            let found = crate::engine::run(&functions, &format!("{{{{ {expression} }}}}"));
            assert_eq!(found.as_deref(), Ok(expected), "{expression}");
        }
    }
}
