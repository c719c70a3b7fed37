//! A namespace of a test's own on the control plane, skeg's connection to it, and Helm in it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use skeg_cluster::config::{ConnectOptions, connect};
use skeg_cluster::storage::{Kind, Storage};
use skeg_cluster::{Client, Request};
use skeg_release::record::{Time, storage_key};

pub(crate) struct Place {
    pub(crate) client: Client,
    pub(crate) namespace: String,
    kubeconfig: PathBuf,
    helm: Option<PathBuf>,
    home: PathBuf,
}

/// Says that a test does not run. Where all have to, as in `cargo xtask lifecycle --tests`, it fails.
pub(crate) fn missing(what: &str) {
    assert!(std::env::var_os("SKEG_TEST_ALL").is_none(), "{what}");
    // Not a print: the test harness would keep that to itself.
    let _ = std::io::stderr().write_all(format!("SKIPPED: {what}\n").as_bytes());
}

/// Runs a test in a namespace of its own, or says why not.
pub(crate) fn with_place(name: &str, test: impl AsyncFnOnce(&Place)) {
    let Some(state) = std::env::var_os("SKEG_TEST_CONTROL_PLANE") else {
        missing(&format!("no SKEG_TEST_CONTROL_PLANE: {name} has nothing to run on"));
        return;
    };
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let namespace = format!("storage-{name}-{}-{number}", std::process::id());
    let home = std::env::temp_dir().join(&namespace);
    std::fs::create_dir_all(&home).unwrap();
    let kubeconfig = Path::new(&state).join("admin.kubeconfig");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = ConnectOptions {
            kube_config: kubeconfig.display().to_string(),
            user_agent: "skeg-test".to_owned(),
            ..ConnectOptions::default()
        };
        let client = connect(&options).await.unwrap();
        let object = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        client
            .send(Request::post("/api/v1/namespaces").json(&object))
            .await
            .unwrap();
        let place = Place {
            client,
            namespace,
            kubeconfig,
            helm: std::env::var_os("SKEG_TEST_HELM").map(PathBuf::from),
            home,
        };
        test(&place).await;
        let path = format!("/api/v1/namespaces/{}", place.namespace);
        place.client.send(Request::delete(path)).await.unwrap();
        std::fs::remove_dir_all(&place.home).unwrap();
    });
}

impl Place {
    pub(crate) fn storage(&self, kind: Kind) -> Storage {
        Storage::objects(self.client.clone(), kind, &self.namespace)
    }

    /// Where the API has the object that holds a revision.
    pub(crate) fn object_path(&self, kind: Kind, name: &str, revision: i64) -> String {
        let plural = match kind {
            Kind::ConfigMaps => "configmaps",
            Kind::Secrets | Kind::MultiSecrets => "secrets",
        };
        let key = storage_key(name, revision);
        format!("/api/v1/namespaces/{}/{plural}/{key}", self.namespace)
    }

    pub(crate) fn has_helm(&self) -> bool {
        if self.helm.is_none() {
            missing("no SKEG_TEST_HELM: nothing to compare with");
        }
        self.helm.is_some()
    }

    /// What Helm prints to both streams, and whether it succeeded.
    pub(crate) fn helm(&self, driver: &str, arguments: &[&str]) -> (bool, String) {
        self.helm_with(driver, arguments, &[])
    }

    /// The same with further variables in its environment.
    pub(crate) fn helm_with(&self, driver: &str, arguments: &[&str], variables: &[(&str, String)]) -> (bool, String) {
        let output = Command::new(self.helm.as_ref().unwrap())
            .args(arguments)
            .args(["-n", &self.namespace])
            .env_clear()
            .envs([
                ("HOME", self.home.as_os_str()),
                ("KUBECONFIG", self.kubeconfig.as_os_str()),
            ])
            .env("HELM_DRIVER", driver)
            .env("TZ", "UTC")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), text)
    }

    /// What Helm prints; it must succeed.
    pub(crate) fn helm_ok(&self, driver: &str, arguments: &[&str]) -> String {
        let (ok, text) = self.helm(driver, arguments);
        assert!(ok, "helm {arguments:?}: {text}");
        text
    }

    /// A folder with these files.
    pub(crate) fn chart(&self, name: &str, files: &[(&str, &str)]) -> String {
        let root = self.home.join("charts").join(name);
        for (file, text) in files {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root.display().to_string()
    }
}

/// An instant like any other.
pub(crate) fn now() -> Time {
    Time::utc(1_795_266_573, 759_870_568)
}
