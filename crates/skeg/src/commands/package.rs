//! `package PATH...`: makes chart archives.

use super::chart_ref;
use crate::cli::command::Command;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::package::{self, PackageOptions};
use crate::output::Output;

/// The command.
pub static PACKAGE: Command = Command {
    name: "package",
    arguments: "[CHART_PATH] [...]",
    short: "make an archive of a chart",
    long: "\
Makes an archive, NAME-VERSION.tgz, of each chart folder given: the form in which
repositories and registries keep charts. Dependencies have to be in charts/;
--dependency-update fetches them.

With --sign a signature is written next to the archive, by which others can check
with --verify that it is unchanged. Name the key and the keyring it is in:

    $ {program} package --sign --key mykey --keyring ~/.gnupg/secring.gpg ./web

With $SOURCE_DATE_EPOCH set, equal charts give equal archives.",
    flags: &[FLAGS, chart_ref::CREDENTIALS],
    run: Some(run),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::string("app-version", "appVersion to give the chart"),
    Flag::bool("dependency-update", "fetch the dependencies into charts/ first").short('u'),
    Flag::string("destination", "folder to write the archive to")
        .short('d')
        .default("."),
    Flag::string("key", "name of the key to sign with"),
    chart_ref::keyring("keyring with the key to sign with"),
    Flag::string(
        "passphrase-file",
        "file with the passphrase of the key, or - for standard input",
    ),
    Flag::bool("sign", "write a signature next to the archive"),
    Flag::string("version", "version to give the chart, a semantic version"),
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    if invocation.args().is_empty() {
        return Err(CommandError::new("need at least one argument, the path to the chart"));
    }
    let options = PackageOptions {
        paths: invocation.args().to_vec(),
        destination: invocation.text("destination"),
        version: invocation.text("version"),
        app_version: invocation.text("app-version"),
        dependency_update: invocation.bool("dependency-update"),
        sign: invocation.bool("sign"),
        key: invocation.text("key"),
        keyring: invocation.text("keyring"),
        passphrase_file: invocation.text("passphrase-file"),
        credentials: chart_ref::credentials(invocation),
    };
    package::run(&options, &invocation.settings, out)
}
