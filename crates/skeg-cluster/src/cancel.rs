//! Being asked to stop: one token, shared by everything that waits.
//!
//! The program makes a [`Canceller`] and ties it to SIGINT and SIGTERM; operations get clones of its [`Cancel`] and look at it
//! between steps, or wait for it beside whatever else they wait for. What is to be done about it is theirs to decide.

use tokio::sync::watch;

/// The end that asks. Dropping it without asking means that nobody ever will.
#[derive(Debug)]
pub struct Canceller(watch::Sender<bool>);

/// The end that is asked. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Receiver<bool>);

/// A canceller and its token.
pub fn channel() -> (Canceller, Cancel) {
    let (sender, receiver) = watch::channel(false);
    (Canceller(sender), Cancel(receiver))
}

impl Canceller {
    /// Asks everybody to stop. Asking twice is not an error.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// One more token.
    pub fn token(&self) -> Cancel {
        Cancel(self.0.subscribe())
    }
}

impl Cancel {
    /// A token that is never asked to stop.
    pub fn never() -> Self {
        channel().1
    }

    /// Whether stopping has been asked for.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until stopping is asked for; for ever, where nobody can ask any more.
    pub async fn cancelled(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_hears_of_it_before_and_after_and_never_without_a_canceller() {
        let (canceller, token) = channel();
        assert!(!token.is_cancelled());
        let later = token.clone();
        let ((), ()) = tokio::join!(later.cancelled(), async { canceller.cancel() });
        assert!(token.is_cancelled() && canceller.token().is_cancelled());
        token.cancelled().await;
        let never = Cancel::never();
        let waited = tokio::time::timeout(std::time::Duration::from_millis(20), never.cancelled()).await;
        assert!(waited.is_err() && !never.is_cancelled());
    }
}
