//! `unittest CHART...`: runs the test suites of charts.

use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::{Flag, ValueCompletion};
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::unittest::{self, CoverageOptions, UnittestOptions};
use crate::output::Output;

/// The command.
pub static UNITTEST: Command = Command {
    name: "unittest",
    arguments: "CHART [...]",
    short: "run the test suites of charts",
    long: "\
Renders charts with the values of test suites and checks what comes out. Suites are
YAML files in the format of the plugin helm-unittest and run unchanged:

    # web/tests/deployment_test.yaml
    suite: deployment
    templates:
      - deployment.yaml
    tests:
      - it: runs as many replicas as asked for
        set:
          replicas: 3
        asserts:
          - equal:
              path: spec.replicas
              value: 3

Suite files run in parallel; results come in the order of the files. The command
fails if a test fails. A suite that is no suite is told with file, line and column,
and the others still run.

Snapshots (matchSnapshot) are kept in __snapshot__ beside the suites; new ones are
stored, changed ones fail until they are taken over with --update-snapshot.

--output json prints everything as JSON for other programs; --output-file writes a
report that build servers read.

--coverage tells which lines of the templates ran and which arms of if, with and
range were taken; --coverage-output writes that for people (html) or programs (lcov,
json), and --coverage-threshold fails the run where too few lines ran.",
    flags: &[FLAGS],
    args: ArgsRule::AtLeast(1),
    extra: true,
    run: Some(run),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::string(
        "chart-tests-path",
        "folder below the chart with a chart whose templates render suites",
    ),
    Flag::bool(
        "coverage",
        "print which lines and branches of the templates the suites reached",
    ),
    Flag::string(
        "coverage-branch-threshold",
        "fail below this percentage of arms of if, with and range",
    ),
    Flag::bool("coverage-dependencies", "measure the templates of dependencies, too"),
    Flag::string(
        "coverage-format",
        "format of the coverage file (text, lcov, html, json); the default is what its name ends with",
    )
    .complete(ValueCompletion::Words(&["text", "lcov", "html", "json"])),
    Flag::string("coverage-output", "file to write the coverage to"),
    Flag::string("coverage-threshold", "fail below this percentage of lines"),
    Flag::bool("debugPlugin", "keep what each test rendered below .debug").short('d'),
    Flag::bool("failfast", "stop at the first failure").short('q'),
    Flag::string_array(
        "file",
        "suite files: patterns below the chart, with ** for folders (tests/*_test.yaml)",
    )
    .short('f'),
    Flag::string("output", "what to print on standard output (text, json)")
        .default("text")
        .complete(ValueCompletion::Words(&["text", "json"])),
    Flag::string("output-file", "file to write a report to").short('o'),
    Flag::string("output-type", "format of the report (JUnit, NUnit, XUnit, Sonar)")
        .short('t')
        .default("XUnit")
        .complete(ValueCompletion::Words(&["JUnit", "NUnit", "XUnit", "Sonar"])),
    Flag::bool(
        "skip-schema-validation",
        "do not check the values against the chart's values.schema.json",
    ),
    Flag::bool("strict", "refuse keys in suites that nobody knows"),
    Flag::bool("update-snapshot", "store changed snapshots instead of failing").short('u'),
    Flag::string_array("values", "values files for all tests: paths or patterns").short('v'),
    Flag::bool("watch", "run again whenever a file of the charts changes"),
    Flag::bool("with-subchart", "run the suites of the charts in charts/ too")
        .short('s')
        .default("true"),
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let json = match invocation.text("output").as_str() {
        "text" => false,
        "json" => true,
        other => {
            return Err(CommandError::new(format!(
                "unknown output {other:?}: text and json are known"
            )));
        }
    };
    let options = UnittestOptions {
        charts: invocation.args().to_vec(),
        files: invocation.list("file"),
        values: invocation.list("values"),
        update_snapshots: invocation.bool("update-snapshot"),
        with_subcharts: invocation.bool("with-subchart"),
        strict: invocation.bool("strict"),
        fail_fast: invocation.bool("failfast"),
        skip_schema_validation: invocation.bool("skip-schema-validation"),
        chart_tests_path: invocation.text("chart-tests-path"),
        keep_rendered: invocation.bool("debugPlugin"),
        output_file: invocation.text("output-file"),
        output_type: invocation.text("output-type"),
        json,
        watch: invocation.bool("watch"),
        coverage: CoverageOptions {
            print: invocation.bool("coverage"),
            output: invocation.text("coverage-output"),
            format: invocation.text("coverage-format"),
            threshold: invocation.text("coverage-threshold"),
            branch_threshold: invocation.text("coverage-branch-threshold"),
            dependencies: invocation.bool("coverage-dependencies"),
        },
    };
    unittest::run(&options, &invocation.settings, out)
}
