//! Plugins as programs: post-renderers and commands, made of shell scripts.
//!
//! # Source
//! lifecycle spec 11.2; the answers are Helm 4.3.1's.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

const CHART: &str = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
const TEMPLATE: &str = "# about it\nkind: ConfigMap\nmetadata:\n    name: a   # its name\n---\nkind: Job\nmetadata:\n  \
                        name: a\n  annotations:\n    helm.sh/hook: pre-install\n";

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A folder of a test's own, deleted in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("skeg-plugins-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder can be made");
        Scratch(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind is in a folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A folder with a chart and these plugins: name, type and script.
fn folder(plugins: &[(&str, &str, &str)]) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("c/Chart.yaml", CHART);
    scratch.write("c/templates/a.yaml", TEMPLATE);
    for (name, kind, script) in plugins {
        let manifest = format!(
            "apiVersion: v1\nname: {name}\ntype: {kind}\nversion: 0.1.0\nruntime: subprocess\nruntimeConfig:\n  \
             platformCommand:\n  - command: sh $HELM_PLUGIN_DIR/run.sh\n    args: [fixed]\n"
        );
        scratch.write(&format!("plugins/{name}/plugin.yaml"), &manifest);
        scratch.write(&format!("plugins/{name}/run.sh"), script);
    }
    scratch
}

fn skeg(scratch: &Scratch, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skeg"))
        .args(args)
        .env_clear()
        .env("HOME", scratch.path())
        .env("PATH", "/usr/bin:/bin")
        .env("KUBECONFIG", "/nonexistent")
        .env("HELM_PLUGINS", scratch.path().join("plugins"))
        .current_dir(scratch.path())
        .stdin(Stdio::null())
        .output()
        .expect("skeg starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn manifests_and_hooks_go_through_a_post_renderer() {
    let kind = "postrenderer/v1";
    let scratch = folder(&[
        ("rename", kind, "sed \"s/name: a/name: $2/\""),
        ("seen", kind, "cat > seen.yaml; echo 'kind: New'"),
        ("fails", kind, "echo oops >&2; exit 3"),
        ("empty", kind, "cat > /dev/null"),
        ("odd", kind, "echo 'a: [b'"),
    ]);
    let template = |args: &[&str]| skeg(&scratch, &[&["template", "r", "c", "--post-renderer"], args].concat());
    let output = template(&["rename", "--post-renderer-args", "b"]);
    assert_eq!(
        text(&output.stdout),
        "---\n# Source: c/templates/a.yaml\n# about it\nkind: ConfigMap\nmetadata:\n  name: b # its name\n---\n# Source: \
         c/templates/a.yaml\nkind: Job\nmetadata:\n  name: b\n  annotations:\n    helm.sh/hook: pre-install\n\n"
    );
    let output = template(&["seen"]);
    assert_eq!(
        text(&output.stdout),
        "---\n# Source: generated-by-postrender-0.yaml\nkind: New\n"
    );
    let seen = std::fs::read_to_string(scratch.path().join("seen.yaml")).expect("the plugin wrote it");
    let file = "postrenderer.helm.sh/postrender-filename: 'c/templates/a.yaml'";
    assert_eq!(
        seen,
        format!(
            "# about it\nkind: ConfigMap\nmetadata:\n  name: a # its name\n  annotations:\n    {file}\n---\nkind: \
             Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-install\n    {file}\n"
        )
    );
    let hint = "\n\nUse --debug flag to render out invalid YAML\n";
    for (plugin, expected) in [
        (
            "fails",
            format!(
                "oops\nError: error while running post render on files: failed to invoke post-renderer plugin \"fails\": \
                 plugin \"fails\" exited with error{hint}"
            ),
        ),
        (
            "empty",
            format!("Error: error while running post render on files: post-renderer \"empty\" produced empty output{hint}"),
        ),
        (
            "odd",
            format!(
                "Error: error while parsing post rendered output: error parsing YAML: MalformedYAMLError: yaml: line 1: \
                 did not find expected ',' or ']'{hint}"
            ),
        ),
        (
            "none",
            "Error: invalid argument \"none\" for \"--post-renderer\" flag: plugin: {Name:none Type:postrenderer/v1} not \
             found\n"
                .to_owned(),
        ),
    ] {
        let output = template(&[plugin]);
        assert_eq!((text(&output.stderr), output.status.code()), (expected, Some(1)), "{plugin}");
        assert!(output.stdout.is_empty(), "{plugin}");
    }
}

#[test]
fn plugins_are_commands() {
    let script = "echo \"$*|$HELM_PLUGIN_NAME|$HELM_NAMESPACE|$HELM_DEBUG|$HELM_KUBECONTEXT\"; exit ${1#fixed}7";
    let scratch = folder(&[("own", "cli/v1", script), ("post", "postrenderer/v1", "cat")]);
    let output = skeg(
        &scratch,
        &["own", "x", "-n", "ns", "--foo", "--", "--kube-context=kc", "y"],
    );
    assert_eq!(text(&output.stdout), "fixed x --foo -- y|own|ns|false|kc\n");
    assert_eq!(text(&output.stderr), "Error: plugin \"own\" exited with error\n");
    assert_eq!(output.status.code(), Some(7));
    let output = skeg(&scratch, &["help"]);
    assert!(text(&output.stdout).contains("\n  own "), "it is listed");
    let output = skeg(&scratch, &["post"]);
    assert!(text(&output.stderr).contains("unknown command"), "it is no command");
    scratch.write(
        "plugins/template/plugin.yaml",
        "name: template\nversion: 0.1.0\ncommand: x\n",
    );
    let output = skeg(&scratch, &["version", "--short"]);
    assert_eq!(
        text(&output.stderr),
        "level=ERROR msg=\"failed to load plugins: name conflicts\" name=template\n"
    );
    assert_eq!(output.status.code(), Some(0));
}
