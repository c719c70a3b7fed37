//! XC-25: two renderings are the same.

use skeg_testkit::sweep::each_chart;
use skeg_testkit::{CHARTS, programs, scratch};

/// Functions whose answer is another one each time.
const CHANGING: &[&str] = &[
    "randAlphaNum",
    "randAlpha",
    "randNumeric",
    "randAscii",
    "randBytes",
    "randInt",
    "genCA",
    "genSelfSignedCert",
    "genSignedCert",
    "genPrivateKey",
    "uuidv4",
    " now ",
    "(now)",
    "htpasswd",
    "bcrypt",
    "shuffle",
    "dateModify",
    "encryptAES",
];

// XC-25
#[test]
fn xc_25_two_renderings_are_the_same() {
    each_chart(|chart, findings| {
        for (profile, _) in chart.profiles {
            let first = chart.render(profile).skeg();
            let path = chart.path().to_string_lossy().into_owned();
            let mut args = vec![
                "template".to_owned(),
                chart.release.to_owned(),
                path,
                "--namespace".into(),
                "demo".into(),
            ];
            for file in chart.values_files(profile) {
                args.extend(["--values".to_owned(), file.to_string_lossy().into_owned()]);
            }
            let second = programs::run_skeg(&args);
            findings.check(first.stdout == second.stdout, chart.name, "two renderings differ");
        }
    });
}

// XC-25
#[test]
fn xc_25_no_template_asks_for_chance_or_time() {
    for chart in CHARTS {
        for file in scratch::files(&chart.path().join("templates")) {
            let text = scratch::read(&file);
            for word in CHANGING {
                assert!(!text.contains(word), "{}: uses {}", file.display(), word.trim());
            }
        }
    }
}
