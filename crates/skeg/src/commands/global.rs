//! The global flags, which every command accepts, and how they change the [`Settings`].

use crate::cli::complete::Completions;
use crate::cli::flag::{Flag, ValueCompletion};
use crate::cli::invocation::Invocation;
use crate::cli::parse::Parsed;
use crate::cli::value::{CustomKind, FlagValue};
use crate::ops::release::complete::namespaces;
use crate::output::quote::go_quote;
use crate::output::{DiagnosticStyle, Output};
use crate::settings::{Settings, kubeconfig};

use super::klog;

/// The modes of `--color`, in the order they are completed.
const COLOR_MODES: ValueCompletion = ValueCompletion::Words(&["never", "auto", "always"]);

/// The global flags.
///
/// # Source
/// lifecycle spec 1.1; `--diagnostics` is ours. The words of the kube flags say what the server sees.
pub static GLOBAL: &[Flag] = &[
    Flag::string(
        "namespace",
        "namespace to work in; without it, the one of the kubeconfig's context",
    )
    .short('n')
    .computed(|settings| settings.namespace_override.clone())
    .complete(ValueCompletion::Computed(complete_namespaces)),
    Flag::string("kubeconfig", "path of the kubeconfig file to use"),
    Flag::string(
        "kube-context",
        "context of the kubeconfig to use instead of its current one",
    )
    .computed(|settings| settings.kube_context.clone())
    .complete(ValueCompletion::Computed(complete_contexts)),
    Flag::string("kube-token", "bearer token to authenticate with at the API server")
        .computed(|settings| settings.kube_token.clone()),
    Flag::string("kube-as-user", "user to act as at the API server").computed(|settings| settings.kube_as_user.clone()),
    Flag::string_array(
        "kube-as-group",
        "group to act as at the API server; repeat the flag for more than one",
    )
    .computed(|settings| format!("[{}]", settings.kube_as_groups.join(","))),
    Flag::string("kube-apiserver", "address and port of the API server")
        .computed(|settings| settings.kube_api_server.clone()),
    Flag::string(
        "kube-ca-file",
        "file with the certificates that vouch for the API server",
    )
    .computed(|settings| settings.kube_ca_file.clone()),
    Flag::string(
        "kube-tls-server-name",
        "name that the API server's certificate has to be for; without it, the host name of its address",
    )
    .computed(|settings| settings.kube_tls_server_name.clone()),
    Flag::bool(
        "kube-insecure-skip-tls-verify",
        "do not check the API server's certificate; anyone on the way can then read and change everything",
    )
    .computed(|settings| settings.kube_insecure_skip_tls_verify.to_string()),
    Flag::bool("debug", "also log what is done and why").computed(|settings| settings.debug.to_string()),
    Flag::string("registry-config", "file with the credentials for registries")
        .computed(|settings| settings.registry_config.clone()),
    Flag::string(
        "repository-config",
        "file that lists the names and addresses of chart repositories",
    )
    .computed(|settings| settings.repository_config.clone()),
    Flag::string(
        "repository-cache",
        "folder in which the indexes of chart repositories are kept",
    )
    .computed(|settings| settings.repository_cache.clone()),
    Flag::string("content-cache", "folder in which downloaded charts are kept")
        .computed(|settings| settings.content_cache.clone()),
    Flag::int(
        "burst-limit",
        "100",
        "requests that may be sent to the API server at once, above --qps",
    )
    .computed(|settings| settings.burst_limit.to_string()),
    Flag::float32(
        "qps",
        "requests per second to the API server on average; 0 for the usual 5",
    )
    .computed(|settings| settings.qps.to_string()),
    Flag::string("color", "when to colour the output (never, auto, always)")
        .computed(|settings| settings.color_mode.clone())
        .complete(COLOR_MODES),
    Flag::string("colour", "the same as --color")
        .computed(|settings| settings.color_mode.clone())
        .complete(COLOR_MODES),
    Flag::custom(
        "diagnostics",
        &DIAGNOSTICS,
        "how much to say about a failure (auto, short, full, json)",
    )
    .default("auto")
    .extra()
    .complete(ValueCompletion::Words(&[
        "auto\tfull on a terminal, else short",
        "short\tonly the message",
        "full\tthe message, the lines it is about, and hints",
        "json\tone JSON object a failure",
    ])),
    klog::ADD_DIR_HEADER,
    klog::ALSO_LOG_TO_STDERR,
    klog::LEGACY_STDERR_THRESHOLD,
    klog::LOG_BACKTRACE_AT,
    klog::LOG_DIR,
    klog::LOG_FILE,
    klog::LOG_FILE_MAX_SIZE,
    klog::LOG_TO_STDERR,
    klog::ONE_OUTPUT,
    klog::SKIP_HEADERS,
    klog::SKIP_LOG_HEADERS,
    klog::STDERR_THRESHOLD,
    klog::VERBOSITY,
    klog::VMODULE,
];

static DIAGNOSTICS: CustomKind = CustomKind {
    type_name: "string",
    many: false,
    settle: None,
    read: |text, _, _: &mut Output| match style(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!("{} is none of auto, short, full, json", go_quote(text))),
    },
};

fn style(text: &str) -> Option<DiagnosticStyle> {
    Some(match text {
        "auto" => DiagnosticStyle::Auto,
        "short" => DiagnosticStyle::Short,
        "full" => DiagnosticStyle::Full,
        "json" => DiagnosticStyle::Json,
        _ => return None,
    })
}

/// Puts the global flags that were set over the settings.
pub fn apply(settings: &mut Settings, parsed: &Parsed) {
    for set in &parsed.set {
        match (&set.value, set.flag.name) {
            (FlagValue::Text(text), name) => {
                if let Some(place) = text_setting(settings, name) {
                    place.clone_from(text);
                } else if name == "diagnostics" {
                    settings.diagnostics = style(text).unwrap_or_default();
                }
            }
            (FlagValue::Bool(value), "debug") => settings.debug = *value,
            (FlagValue::Bool(value), "kube-insecure-skip-tls-verify") => {
                settings.kube_insecure_skip_tls_verify = *value;
            }
            (FlagValue::List(groups), "kube-as-group") => settings.kube_as_groups.clone_from(groups),
            (FlagValue::Int(limit), "burst-limit") => settings.burst_limit = *limit,
            (FlagValue::Float(qps), "qps") => settings.qps = *qps,
            _ => {}
        }
    }
}

fn text_setting<'a>(settings: &'a mut Settings, name: &str) -> Option<&'a mut String> {
    Some(match name {
        "namespace" => &mut settings.namespace_override,
        "kubeconfig" => &mut settings.kube_config,
        "kube-context" => &mut settings.kube_context,
        "kube-token" => &mut settings.kube_token,
        "kube-as-user" => &mut settings.kube_as_user,
        "kube-apiserver" => &mut settings.kube_api_server,
        "kube-ca-file" => &mut settings.kube_ca_file,
        "kube-tls-server-name" => &mut settings.kube_tls_server_name,
        "registry-config" => &mut settings.registry_config,
        "repository-config" => &mut settings.repository_config,
        "repository-cache" => &mut settings.repository_cache,
        "content-cache" => &mut settings.content_cache,
        "color" | "colour" => &mut settings.color_mode,
        _ => return None,
    })
}

/// Without a cluster there are no namespaces to offer; the shell then offers files, as with Helm.
fn complete_namespaces(invocation: &Invocation, _: &str) -> Completions {
    match namespaces(&invocation.settings) {
        Ok(namespaces) => Completions::words(namespaces),
        Err(_) => Completions::files(),
    }
}

fn complete_contexts(invocation: &Invocation, _: &str) -> Completions {
    let contexts = kubeconfig::load(&invocation.settings)
        .map(|config| config.contexts)
        .unwrap_or_default();
    Completions::words(
        contexts
            .into_iter()
            .map(|(name, context)| format!("{name}\t{}", context.cluster)),
    )
}
