//! The beginning of every operation that changes a release: being the only one.

use std::future::Future;
use std::time::Duration;

use super::OperationError;
use crate::cancel::Cancel;
use crate::client::Client;
use crate::lease::{self, Acquired, Holder, Lease, LeaseError};
use crate::progress::Observer;

/// The right to work on a release, for as long as it is held; without a Lease where there can be none.
pub struct Guard<'c> {
    lease: Option<Box<Lease<'c>>>,
}

/// Becomes the only one who works on a release, or says who is.
///
/// # Errors
/// Helm's `another operation … is in progress` with the holder as story; what the cluster said.
pub async fn guard<'c>(
    client: &'c Client,
    namespace: &str,
    release: &str,
    holder: &Holder,
    patience: Duration,
    cancel: &Cancel,
    observer: &dyn Observer,
) -> Result<Guard<'c>, OperationError> {
    match lease::acquire(client, namespace, release, holder, patience, cancel, observer).await {
        Ok(Acquired::Held(lease)) => Ok(Guard { lease: Some(lease) }),
        Ok(Acquired::Unavailable) => Ok(Guard { lease: None }),
        Err(error) => Err(held(error)),
    }
}

impl Guard<'_> {
    /// No guard at all: for records that live in memory.
    pub fn none() -> Self {
        Guard { lease: None }
    }

    /// Whether there is a Lease.
    pub fn is_held(&self) -> bool {
        self.lease.is_some()
    }

    /// Who worked on the release before and never ended.
    pub fn predecessor(&self) -> Option<&Holder> {
        self.lease.as_ref().and_then(|lease| lease.predecessor.as_ref())
    }

    /// Works, keeping the Lease alive.
    ///
    /// # Errors
    /// The work's own; or that the Lease was lost.
    pub async fn during<T>(&self, work: impl Future<Output = Result<T, OperationError>>) -> Result<T, OperationError> {
        match &self.lease {
            None => work.await,
            Some(lease) => match lease.during(work).await {
                Ok(outcome) => outcome,
                Err(error) => Err(held(error)),
            },
        }
    }

    /// Gives the release free. Not called where a record could not be brought to its end: the abandoned Lease then tells
    /// the next operation that nobody works on it any more.
    pub async fn release(self) {
        if let Some(lease) = self.lease {
            lease.release().await;
        }
    }
}

fn held(error: LeaseError) -> OperationError {
    let story = match &error {
        LeaseError::Held(holder) => format!(
            "{} is working on this release. Wait for it, or let this command wait with --lock-timeout.",
            holder.describe()
        ),
        LeaseError::Api(_) => String::new(),
    };
    OperationError::new(error.to_string()).with_story(story)
}
