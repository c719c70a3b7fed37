//! `verify PATH`: checks the signature of an archive.

use super::chart_ref;
use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::verify::{self, VerifyOptions};
use crate::output::Output;

/// The command.
pub static VERIFY: Command = Command {
    name: "verify",
    arguments: "PATH",
    short: "check the signature of a chart archive",
    long: "\
Checks that an archive is the one that its owner signed: PATH.prov has to be signed by
a key in the keyring, and to name the digest that the archive has.

The keyring is GnuPG's own, unless --keyring names another file or an export:

    $ gpg --export alice@example.com >alice.gpg
    $ {program} verify web-1.2.0.tgz --keyring alice.gpg

Such signatures are made by '{program} package --sign'. Commands that take a chart
check it in the same way with --verify.",
    flags: &[FLAGS],
    args: ArgsRule::Exactly(1),
    run: Some(run),
    complete: Some(complete),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[chart_ref::keyring(
    "keyring with the public keys to check the signature with",
)];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = VerifyOptions {
        path: invocation.args()[0].clone(),
        keyring: invocation.text("keyring"),
    };
    verify::run(&options, &invocation.settings, out)
}

fn complete(invocation: &Invocation, _: &str) -> Completions {
    if invocation.args().is_empty() {
        Completions::files()
    } else {
        Completions::no_more_arguments()
    }
}
