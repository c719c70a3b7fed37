//! `docs`: writes the documentation of charts; without one, the manual of every command.

use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::{Flag, ValueCompletion};
use crate::cli::invocation::Invocation;
use crate::cli::value::CustomKind;
use crate::error::CommandError;
use crate::ops::chart_docs::{self, ChartDocsOptions, Format};
use crate::ops::docs::{self, DocsOptions};
use crate::output::Output;
use crate::output::quote::go_quote;
use crate::settings::Settings;
use crate::settings::environment::Environment;

/// The command. Helm's has no arguments and is hidden; it writes the manual of the commands.
pub static DOCS: Command = Command {
    name: "docs",
    arguments: "[CHART]...",
    short: "write the documentation of charts, or the manual of the commands",
    long: "\
Writes the table of a chart's values into its README.md, between the lines

    <!-- values:begin -->
    <!-- values:end -->

The table comes from the comments of values.yaml, in the form of helm-docs:

    # -- Number of pods
    # @default -- one for each zone
    # @schema minimum: 1; maximum: 50
    replicaCount: 2

With --schema it writes values.schema.json too: types are those of the defaults, and
@schema comments say what defaults cannot. With --check it writes nothing and fails if
it would; that is for CI.

    $ {program} docs ./charts/web
    $ {program} docs --check ./charts/*

Without a chart it writes the manual of every command into a folder: a Markdown file or a
man page each, or one script that completes command lines in bash.",
    flags: &[CHART_FLAGS, FLAGS],
    args: ArgsRule::Any,
    extra: true,
    extra_arguments: true,
    run: Some(run),
    complete: Some(|invocation, _| {
        if invocation.program.shows_extras() {
            Completions::files()
        } else {
            Completions::no_more_arguments()
        }
    }),
    ..Command::BASE
};

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let charts = invocation.args().to_vec();
    if !charts.is_empty() {
        let options = ChartDocsOptions {
            charts,
            check: invocation.bool("check"),
            schema: invocation.bool("schema"),
            format: format(&invocation.text("output")).unwrap_or_default(),
        };
        return chart_docs::run(&options, out);
    }
    let options = DocsOptions {
        folder: invocation.text("dir"),
        kind: invocation.text("type"),
        headers: invocation.bool("generate-headers"),
    };
    // Equal trees give equal manuals, whoever writes them.
    let defaults = Settings::from_environment(&Environment::fixed([("HOME", "$HOME")]));
    docs::run(&options, &invocation.program, &defaults, out)
}

/// What `--output` takes.
static FORMAT: CustomKind = CustomKind {
    type_name: "format",
    many: false,
    settle: None,
    read: |text, _, _| match format(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "invalid format {}; there are files, markdown, json and schema",
            go_quote(text)
        )),
    },
};

fn format(text: &str) -> Option<Format> {
    Some(match text {
        "files" => Format::Files,
        "markdown" => Format::Markdown,
        "json" => Format::Json,
        "schema" => Format::Schema,
        _ => return None,
    })
}

static CHART_FLAGS: &[Flag] = &[
    Flag::bool(
        "check",
        "write nothing; fail if the files are not what the comments say",
    )
    .extra(),
    Flag::custom(
        "output",
        &FORMAT,
        "where the documentation goes: files, or standard output as markdown, json or schema",
    )
    .default("files")
    .short('o')
    .extra(),
    Flag::bool("schema", "write values.schema.json too").extra(),
];

static FLAGS: &[Flag] = &[
    Flag::string("dir", "folder to write to").default("./"),
    Flag::bool(
        "generate-headers",
        "begin Markdown files with a header that holds their title",
    ),
    Flag::string("type", "what to write (markdown, man, bash)")
        .default("markdown")
        .complete(ValueCompletion::Words(&["bash", "man", "markdown"])),
];
