//! What holds for every command: the `HELM_*` variables, overridden by the global flags.
//!
//! [`Settings::from_environment`] reads the variables; [`crate::cli`] then puts the global flags on top. Paths are text
//! in the form they are printed; nothing here touches the file system except [`Settings::namespace`], which has to look
//! into the kubeconfig, and only when it is called.

pub mod environment;
pub mod expired;
pub mod kubeconfig;
pub mod paths;
pub mod yaml_file;

use crate::output::{DiagnosticStyle, When};
use environment::Environment;
use paths::{Home, join};

/// The settings of one run. Names and defaults are Helm's.
///
/// # Source
/// lifecycle spec 1.1 and 1.4.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The variables these settings came from, for those few that are read on the spot.
    pub env: Environment,
    /// `--namespace`, `HELM_NAMESPACE`; empty when neither is given. Use [`Settings::namespace`].
    pub namespace_override: String,
    /// `--kubeconfig`; empty: the files in `KUBECONFIG`, else `~/.kube/config`.
    pub kube_config: String,
    /// `--kube-context`, `HELM_KUBECONTEXT`; empty: the current context.
    pub kube_context: String,
    /// `--kube-token`, `HELM_KUBETOKEN`.
    pub kube_token: String,
    /// `--kube-as-user`, `HELM_KUBEASUSER`.
    pub kube_as_user: String,
    /// `--kube-as-group` (repeated), `HELM_KUBEASGROUPS` (separated by commas).
    pub kube_as_groups: Vec<String>,
    /// `--kube-apiserver`, `HELM_KUBEAPISERVER`.
    pub kube_api_server: String,
    /// `--kube-ca-file`, `HELM_KUBECAFILE`.
    pub kube_ca_file: String,
    /// `--kube-insecure-skip-tls-verify`, `HELM_KUBEINSECURE_SKIP_TLS_VERIFY`.
    pub kube_insecure_skip_tls_verify: bool,
    /// `--kube-tls-server-name`, `HELM_KUBETLS_SERVER_NAME`.
    pub kube_tls_server_name: String,
    /// `--debug`, `HELM_DEBUG`.
    pub debug: bool,
    /// `--registry-config`, `HELM_REGISTRY_CONFIG`: the file with registry credentials.
    pub registry_config: String,
    /// `--repository-config`, `HELM_REPOSITORY_CONFIG`: the file that lists the repositories.
    pub repository_config: String,
    /// `--repository-cache`, `HELM_REPOSITORY_CACHE`: the folder with repository indexes.
    pub repository_cache: String,
    /// `--content-cache`, `HELM_CONTENT_CACHE`: the folder with downloaded charts.
    pub content_cache: String,
    /// `HELM_PLUGINS`: the folders with plugins, separated as in `PATH`.
    pub plugins_directory: String,
    /// `HELM_MAX_HISTORY`: the default of `--history-max`.
    pub max_history: i64,
    /// `--burst-limit`, `HELM_BURST_LIMIT`: requests to the API server that may be sent at once.
    pub burst_limit: i64,
    /// `--qps`, `HELM_QPS`: requests to the API server per second; 0 for the client's own default.
    pub qps: f32,
    /// `--color`, `HELM_COLOR`, `NO_COLOR`, as given: `never`, `auto` or `always` once checked.
    pub color_mode: String,
    /// `--diagnostics`: how failures are shown.
    pub diagnostics: DiagnosticStyle,
}

/// The default of `--burst-limit`.
pub const DEFAULT_BURST_LIMIT: i64 = 100;
/// The default of `HELM_MAX_HISTORY`.
pub const DEFAULT_MAX_HISTORY: i64 = 10;

impl Settings {
    /// What the variables say, before any flag.
    pub fn from_environment(env: &Environment) -> Self {
        let or = |name: &str, home: Home, below: &str| env.get(name).unwrap_or_else(|| join(&[&home.path(env), below]));
        Settings {
            namespace_override: env.text("HELM_NAMESPACE"),
            kube_config: String::new(),
            kube_context: env.text("HELM_KUBECONTEXT"),
            kube_token: env.text("HELM_KUBETOKEN"),
            kube_as_user: env.text("HELM_KUBEASUSER"),
            kube_as_groups: comma_list(&env.text("HELM_KUBEASGROUPS")),
            kube_api_server: env.text("HELM_KUBEAPISERVER"),
            kube_ca_file: env.text("HELM_KUBECAFILE"),
            kube_insecure_skip_tls_verify: parse_bool(&env.text("HELM_KUBEINSECURE_SKIP_TLS_VERIFY")).unwrap_or(false),
            kube_tls_server_name: env.text("HELM_KUBETLS_SERVER_NAME"),
            debug: parse_bool(&env.text("HELM_DEBUG")).unwrap_or(false),
            registry_config: or("HELM_REGISTRY_CONFIG", Home::Config, "registry/config.json"),
            repository_config: or("HELM_REPOSITORY_CONFIG", Home::Config, "repositories.yaml"),
            repository_cache: or("HELM_REPOSITORY_CACHE", Home::Cache, "repository"),
            content_cache: or("HELM_CONTENT_CACHE", Home::Cache, "content"),
            plugins_directory: or("HELM_PLUGINS", Home::Data, "plugins"),
            max_history: parse_int(&env.text("HELM_MAX_HISTORY")).unwrap_or(DEFAULT_MAX_HISTORY),
            burst_limit: parse_int(&env.text("HELM_BURST_LIMIT")).unwrap_or(DEFAULT_BURST_LIMIT),
            qps: env
                .text("HELM_QPS")
                .parse()
                .ok()
                .filter(|qps: &f32| qps.is_finite())
                .unwrap_or(0.0),
            color_mode: color_mode(env),
            diagnostics: DiagnosticStyle::Auto,
            env: env.clone(),
        }
    }

    /// Whether to colour, from [`Settings::color_mode`]; `NO_COLOR` wins, over the flag too.
    pub fn color(&self) -> When {
        if self.env.is_set("NO_COLOR") {
            return When::Never;
        }
        match self.color_mode.as_str() {
            "never" => When::Never,
            "always" => When::Always,
            _ => When::Auto,
        }
    }

    /// The namespace to work in: `--namespace` or `HELM_NAMESPACE`, else that of the kubeconfig's context, else that of
    /// the pod this runs in, else `default`.
    ///
    /// A kubeconfig that cannot be used counts as one without a namespace, as in Helm.
    pub fn namespace(&self) -> String {
        if !self.namespace_override.is_empty() {
            return self.namespace_override.clone();
        }
        kubeconfig::namespace(self)
    }

    /// The `TZ` variable: the name of the local time zone, where it is set.
    pub fn time_zone(&self) -> Option<String> {
        self.env.get("TZ")
    }

    /// The folder of the cache, of the configuration or of the data.
    pub fn home(&self, home: Home) -> String {
        home.path(&self.env)
    }

    /// What `env` prints and plugins are given: names and values, sorted by name. `program` is the path that skeg was
    /// started with.
    pub fn variables(&self, program: &str) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("HELM_BIN", program.to_owned()),
            ("HELM_BURST_LIMIT", self.burst_limit.to_string()),
            ("HELM_CACHE_HOME", self.home(Home::Cache)),
            ("HELM_CONFIG_HOME", self.home(Home::Config)),
            ("HELM_CONTENT_CACHE", self.content_cache.clone()),
            ("HELM_DATA_HOME", self.home(Home::Data)),
            ("HELM_DEBUG", self.debug.to_string()),
            ("HELM_KUBEAPISERVER", self.kube_api_server.clone()),
            ("HELM_KUBEASGROUPS", self.kube_as_groups.join(",")),
            ("HELM_KUBEASUSER", self.kube_as_user.clone()),
            ("HELM_KUBECAFILE", self.kube_ca_file.clone()),
            ("HELM_KUBECONTEXT", self.kube_context.clone()),
            (
                "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
                self.kube_insecure_skip_tls_verify.to_string(),
            ),
            ("HELM_KUBETLS_SERVER_NAME", self.kube_tls_server_name.clone()),
            ("HELM_KUBETOKEN", self.kube_token.clone()),
            ("HELM_MAX_HISTORY", self.max_history.to_string()),
            ("HELM_NAMESPACE", self.namespace()),
            ("HELM_PLUGINS", self.plugins_directory.clone()),
            ("HELM_QPS", two_decimals(self.qps)),
            ("HELM_REGISTRY_CONFIG", self.registry_config.clone()),
            ("HELM_REPOSITORY_CACHE", self.repository_cache.clone()),
            ("HELM_REPOSITORY_CONFIG", self.repository_config.clone()),
        ];
        if !self.kube_config.is_empty() {
            variables.push(("KUBECONFIG", self.kube_config.clone()));
        }
        variables
    }
}

/// Reads a truth value as Go does: `1 t T TRUE true True` and `0 f F FALSE false False`.
///
/// # Source
/// Go `strconv.ParseBool`.
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// A whole number as Go's `Atoi` reads it: a sign and decimal digits.
fn parse_int(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A number as Go prints it with two digits after the point.
fn two_decimals(value: f32) -> String {
    match value {
        f32::INFINITY => "+Inf".to_owned(),
        f32::NEG_INFINITY => "-Inf".to_owned(),
        value => format!("{value:.2}"),
    }
}

fn comma_list(text: &str) -> Vec<String> {
    let trimmed = text.trim_matches([',', ' ']);
    if trimmed.is_empty() {
        Vec::new()
    } else {
        trimmed.split(',').map(str::to_owned).collect()
    }
}

fn color_mode(env: &Environment) -> String {
    if env.is_set("NO_COLOR") {
        return "never".to_owned();
    }
    let wanted = env.text("HELM_COLOR").to_lowercase();
    if matches!(wanted.as_str(), "never" | "auto" | "always") {
        wanted
    } else {
        "auto".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(variables: &[(&str, &str)], name: &str) -> String {
        let settings = Settings::from_environment(&Environment::fixed(variables.iter().copied()));
        settings
            .variables("skeg")
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }

    /// lifecycle spec 1.4; a number or truth value that cannot be read is the default
    #[test]
    fn variables_are_read_with_helms_defaults() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: [(Variables, &str, &str); 14] = [
            (&[], "HELM_BURST_LIMIT", "100"),
            (&[("HELM_BURST_LIMIT", "7")], "HELM_BURST_LIMIT", "7"),
            (&[("HELM_BURST_LIMIT", "x")], "HELM_BURST_LIMIT", "100"),
            (&[("HELM_MAX_HISTORY", "0")], "HELM_MAX_HISTORY", "0"),
            (&[], "HELM_QPS", "0.00"),
            (&[("HELM_QPS", "2.456")], "HELM_QPS", "2.46"),
            (&[("HELM_DEBUG", "T")], "HELM_DEBUG", "true"),
            (&[("HELM_DEBUG", "yes")], "HELM_DEBUG", "false"),
            (&[("HELM_KUBEASGROUPS", " a,b, ")], "HELM_KUBEASGROUPS", "a,b"),
            (&[("HELM_NAMESPACE", "n")], "HELM_NAMESPACE", "n"),
            (&[("HELM_PLUGINS", "")], "HELM_PLUGINS", ""),
            (&[("HELM_DATA_HOME", "/d")], "HELM_PLUGINS", "/d/plugins"),
            (
                &[("HELM_CONFIG_HOME", "/c")],
                "HELM_REGISTRY_CONFIG",
                "/c/registry/config.json",
            ),
            (&[("KUBECONFIG", "/k")], "KUBECONFIG", ""),
        ];
        for (variables, name, expected) in cases {
            let with_home: Vec<_> = variables.iter().copied().chain([("HOME", "/nonexistent")]).collect();
            assert_eq!(value(&with_home, name), expected, "{variables:?} {name}");
        }
    }

    #[test]
    fn no_color_wins_over_helm_color() {
        let mode = |variables: &[(&str, &str)]| color_mode(&Environment::fixed(variables.iter().copied()));
        assert_eq!(mode(&[]), "auto");
        assert_eq!(mode(&[("HELM_COLOR", "ALWAYS")]), "always");
        assert_eq!(mode(&[("HELM_COLOR", "blue")]), "auto");
        assert_eq!(mode(&[("HELM_COLOR", "always"), ("NO_COLOR", "1")]), "never");
        assert_eq!(mode(&[("HELM_COLOR", "always"), ("NO_COLOR", "")]), "always");
    }
}
