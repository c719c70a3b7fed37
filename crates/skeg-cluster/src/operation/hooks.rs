//! Hooks at the events of an operation.

use skeg_release::HookEvent;
use skeg_release::record::Record;

use super::{Context, OperationError, Options};
use crate::hooks::{HookOptions, run_event};

impl Context<'_> {
    /// Runs the hooks of an event, unless they are switched off.
    ///
    /// # Errors
    /// As [`run_event`], with Helm's words for the operation before it; being told to stop has none.
    pub(crate) async fn run_hooks(
        &self,
        record: &mut Record,
        event: HookEvent,
        options: &Options,
    ) -> Result<(), OperationError> {
        if options.no_hooks {
            return Ok(());
        }
        let hooks = HookOptions {
            // Whatever is done now: it is the release that says how its objects are sent.
            server_side: record.is_server_side(),
            waiting: options.waiting,
            timeout: options.timeout,
            wait_deleted: options.wait,
        };
        run_event(self, record, event, &hooks).await.map_err(|error| {
            let prefix = match event {
                _ if self.cancel.is_cancelled() => String::new(),
                HookEvent::PreInstall | HookEvent::PostInstall => format!("failed {}: ", event.as_str()),
                HookEvent::PreUpgrade | HookEvent::PostUpgrade => format!("{} hooks failed: ", event.as_str()),
                _ => String::new(),
            };
            error.map(|text| prefix + &text)
        })
    }
}
