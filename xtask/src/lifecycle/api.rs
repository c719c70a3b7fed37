//! Looking at the API server of the tests with the administrator's rights.

use std::path::Path;

use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::Value;

/// A connection with a runtime of its own: each thread has one.
pub(crate) struct Api {
    runtime: tokio::runtime::Runtime,
    client: kube::Client,
}

impl Api {
    /// Reads the kubeconfig; nothing is sent yet.
    ///
    /// # Errors
    /// A kubeconfig that cannot be used.
    pub(crate) fn new(kubeconfig: &Path) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| format!("runtime: {e}"))?;
        let client = runtime.block_on(client(kubeconfig))?;
        Ok(Self { runtime, client })
    }

    /// The object or list at `path`; none where there is none.
    ///
    /// # Errors
    /// Any other answer than an object or "not found".
    pub(crate) fn get(&self, path: &str) -> Result<Option<Value>, String> {
        self.runtime.block_on(send(&self.client, "GET", path, None))
    }

    /// The objects or lists at `paths`, asked for at the same time.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub(crate) fn get_all(&self, paths: &[String]) -> Result<Vec<Option<Value>>, String> {
        let asked = paths.iter().map(|path| send(&self.client, "GET", path, None));
        self.runtime.block_on(futures_util::future::try_join_all(asked))
    }

    /// Makes an object in the collection at `path`.
    ///
    /// # Errors
    /// Any refusal.
    pub(crate) fn create(&self, path: &str, object: &Value) -> Result<(), String> {
        self.runtime.block_on(send(&self.client, "POST", path, Some(object)))?;
        Ok(())
    }

    /// Deletes what is at `path`, in the background; what is not there need not be deleted.
    ///
    /// # Errors
    /// Any other refusal.
    pub(crate) fn delete(&self, path: &str) -> Result<(), String> {
        self.runtime.block_on(send(&self.client, "DELETE", path, None))?;
        Ok(())
    }
}

/// A client for the user of a kubeconfig.
///
/// # Errors
/// A kubeconfig that cannot be used.
pub(crate) async fn client(kubeconfig: &Path) -> Result<kube::Client, String> {
    let told = |e: &dyn std::fmt::Display| format!("{}: {e}", kubeconfig.display());
    let text = Kubeconfig::read_from(kubeconfig).map_err(|e| told(&e))?;
    let config = kube::Config::from_custom_kubeconfig(text, &KubeConfigOptions::default())
        .await
        .map_err(|e| told(&e))?;
    kube::Client::try_from(config).map_err(|e| told(&e))
}

async fn send(client: &kube::Client, method: &str, path: &str, body: Option<&Value>) -> Result<Option<Value>, String> {
    let told = |e: &dyn std::fmt::Display| format!("{method} {path}: {e}");
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(body.map(Value::to_string).unwrap_or_default().into_bytes())
        .map_err(|e| told(&e))?;
    match client.request::<Value>(request).await {
        Ok(value) => Ok(Some(value)),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        Err(e) => Err(told(&e)),
    }
}
