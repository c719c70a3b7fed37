//! `--create-namespace`.
//!
//! # Source
//! spec/lifecycle.md 3.1 step 8.

use serde_json::json;

use super::{Context, OperationError};
use crate::apply::ssa;

impl Context<'_> {
    /// Makes the release's namespace if it is missing.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn create_namespace(&self) -> Result<(), OperationError> {
        if self.pretend {
            return Ok(());
        }
        let name = self.namespace;
        let path = format!("/api/v1/namespaces/{name}");
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"name": name}},
            "spec": {}});
        match ssa::apply(self.client, &path, &object, false).await {
            Ok(_) => Ok(()),
            // A namespace that is there already will do, whatever labels others gave it or whoever may change it.
            Err(error) => match self.client.find(&path).await {
                Ok(Some(_)) => Ok(()),
                _ => Err(OperationError::new(error.to_string())),
            },
        }
    }
}
