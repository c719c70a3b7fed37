//! The commands: for each, its place in the tree, its flags and words, and how they become the options of an operation.
//!
//! The operations themselves are in [`crate::ops`]. A new command is a file here, a line in [`ROOT`] or in its noun's
//! list, and an operation. The order of the lists is the order of suggestions; help sorts by name.

pub mod chart_ref;
pub mod completion;
pub mod crds;
pub mod create;
pub mod dependency;
pub mod docs;
pub mod env;
pub mod get;
pub mod global;
pub mod help;
pub mod history;
pub mod install;
pub mod klog;
pub mod lint;
pub mod list;
pub mod package;
pub mod release_flags;
pub mod releases;
pub mod repositories;
pub mod rollback;
pub mod show;
pub mod status;
pub mod template;
pub mod test;
pub mod uninstall;
pub mod unittest;
pub mod upgrade;
pub mod validate;
pub mod values;
pub mod verify;
pub mod version;

use crate::cli::command::Command;
use crate::cli::complete::COMPLETE;

/// The root of the tree: the program itself.
pub static ROOT: Command = Command {
    short: "Package manager for Kubernetes",
    long: "\
{program} finds, renders, checks and packages charts: folders or archives of templates
from which the objects of a Kubernetes application are made.

Often used:

- {program} template:  print what a chart renders to
- {program} lint:      look for mistakes in a chart
- {program} package:   make a chart archive
- {program} create:    start a new chart

Environment variables, most of which set the default of a global flag:

| Name                               | What it sets                                                             |
|------------------------------------|--------------------------------------------------------------------------|
| $HELM_CACHE_HOME                   | folder for what can be fetched again                                     |
| $HELM_CONFIG_HOME                  | folder for the configuration                                             |
| $HELM_DATA_HOME                    | folder for plugins and starter charts                                    |
| $HELM_BURST_LIMIT                  | --burst-limit: requests to the API server at once (100)                  |
| $HELM_COLOR                        | --color: never, auto or always (auto)                                    |
| $HELM_CONTENT_CACHE                | --content-cache: folder for downloaded charts                            |
| $HELM_DEBUG                        | --debug: log what is done and why                                        |
| $HELM_DRIVER                       | where releases are stored: secret, configmap, memory or sql (secret)     |
| $HELM_DRIVER_SQL_CONNECTION_STRING | the database, for the driver sql                                         |
| $HELM_KUBEAPISERVER                | --kube-apiserver: address of the API server                              |
| $HELM_KUBEASGROUPS                 | --kube-as-group: groups to act as, separated by commas                   |
| $HELM_KUBEASUSER                   | --kube-as-user: user to act as                                           |
| $HELM_KUBECAFILE                   | --kube-ca-file: certificates that vouch for the API server               |
| $HELM_KUBECONTEXT                  | --kube-context: context of the kubeconfig                                |
| $HELM_KUBEINSECURE_SKIP_TLS_VERIFY | --kube-insecure-skip-tls-verify: do not check the API server (false)     |
| $HELM_KUBETLS_SERVER_NAME          | --kube-tls-server-name: name in the API server's certificate             |
| $HELM_KUBETOKEN                    | --kube-token: token to authenticate with                                 |
| $HELM_MAX_HISTORY                  | revisions of a release to keep (10)                                      |
| $HELM_NAMESPACE                    | --namespace: namespace to work in                                        |
| $HELM_NO_PLUGINS                   | 1: ignore plugins                                                        |
| $HELM_PLUGINS                      | folders with plugins                                                     |
| $HELM_QPS                          | --qps: requests to the API server per second                             |
| $HELM_REGISTRY_CONFIG              | --registry-config: file with registry credentials                        |
| $HELM_REPOSITORY_CACHE             | --repository-cache: folder for repository indexes                        |
| $HELM_REPOSITORY_CONFIG            | --repository-config: file that lists repositories                        |
| $KUBECONFIG                        | kubeconfig files (~/.kube/config)                                        |
| $NO_COLOR                          | anything: never colour, whatever $HELM_COLOR says                        |
| $SOURCE_DATE_EPOCH                 | time of the files in archives, in seconds since 1970                     |

The three folders are, if not set by their own variable, below $XDG_CACHE_HOME,
$XDG_CONFIG_HOME and $XDG_DATA_HOME, and without those:

| System  | Cache                     | Configuration                  | Data                    |
|---------|---------------------------|--------------------------------|-------------------------|
| Linux   | $HOME/.cache/helm         | $HOME/.config/helm             | $HOME/.local/share/helm |
| macOS   | $HOME/Library/Caches/helm | $HOME/Library/Preferences/helm | $HOME/Library/helm      |
| Windows | %TEMP%\\helm               | %APPDATA%\\helm                 | %APPDATA%\\helm          |",
    flags: &[global::GLOBAL],
    subcommands: &[
        &create::CREATE,
        &crds::CRDS,
        &dependency::DEPENDENCY,
        &show::SHOW,
        &lint::LINT,
        &package::PACKAGE,
        &get::GET,
        &history::HISTORY,
        &install::INSTALL,
        &list::LIST,
        &rollback::ROLLBACK,
        &status::STATUS,
        &template::TEMPLATE,
        &test::TEST,
        &uninstall::UNINSTALL,
        &upgrade::UPGRADE,
        &unittest::UNITTEST,
        &validate::VALIDATE,
        &verify::VERIFY,
        &completion::COMPLETION,
        &env::ENV,
        &version::VERSION,
        &docs::DOCS,
        &help::HELP,
        &COMPLETE,
    ],
    ..Command::BASE
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command::CommandPath;
    use crate::cli::value::{FlagValue, Kind};
    use crate::settings::Settings;
    use crate::settings::environment::Environment;

    fn walk(path: &CommandPath, visit: &mut dyn FnMut(&CommandPath)) {
        visit(path);
        for command in path.command().subcommands {
            walk(&path.child(command), visit);
        }
    }

    #[test]
    fn names_are_unique_and_everything_has_words() {
        walk(&CommandPath::root(&ROOT), &mut |path| {
            let command = path.command();
            let mut names: Vec<&str> = command
                .subcommands
                .iter()
                .flat_map(|c| std::iter::once(&c.name).chain(c.aliases))
                .copied()
                .collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(
                names.len(),
                count,
                "two subcommands of {:?} have one name",
                command.name
            );
            assert!(
                !command.short.is_empty() && !command.long.is_empty(),
                "{:?} has no words",
                command.name
            );
            assert!(!command.short.ends_with('.'), "{:?}", command.short);
            for line in command.long.lines() {
                assert!(line.trim_end() == line, "a line of {:?} ends with blanks", command.name);
            }

            let table = path.flags(true);
            let mut flags: Vec<&str> = table.all().map(|flag| flag.name).collect();
            flags.sort_unstable();
            let count = flags.len();
            flags.dedup();
            assert_eq!(flags.len(), count, "two flags of {:?} have one name", command.name);
            // A command's own letter goes before that of a hidden global flag.
            let shown = table.all().filter(|flag| !flag.hidden);
            let mut letters: Vec<char> = shown.filter_map(|flag| flag.short).collect();
            letters.sort_unstable();
            let count = letters.len();
            letters.dedup();
            assert_eq!(letters.len(), count, "two flags of {:?} have one letter", command.name);
            for flag in table.all() {
                let silent = flag.hidden || flag.name == "help";
                assert!(
                    silent || !flag.usage.is_empty(),
                    "--{} of {:?} has no words",
                    flag.name,
                    command.name
                );
            }
            for name in command.exclusive.iter().flat_map(|group| group.iter()) {
                assert!(
                    table.named(name).is_some(),
                    "{:?} has no --{name} to exclude",
                    command.name
                );
            }
        });
    }

    #[test]
    fn every_default_is_read_as_its_kind() {
        let settings = Settings::from_environment(&Environment::fixed([("HOME", "/h")]));
        walk(&CommandPath::root(&ROOT), &mut |path| {
            for flag in path.flags(true).all() {
                let text = flag.default_text(&settings);
                match (flag.kind, flag.default_value(&settings)) {
                    (Kind::Bool, FlagValue::Bool(value)) => assert_eq!(value.to_string(), text, "--{}", flag.name),
                    (Kind::Int, FlagValue::Int(value)) => assert_eq!(value.to_string(), text, "--{}", flag.name),
                    (Kind::Uint, FlagValue::Uint(value)) => assert_eq!(value.to_string(), text, "--{}", flag.name),
                    (Kind::Duration, FlagValue::Int(nanos)) => {
                        assert_eq!(crate::cli::duration::format_duration(nanos), text, "--{}", flag.name);
                    }
                    _ => {}
                }
            }
        });
    }
}
