//! Claims of volumes.

use super::fields::{Fields, Malformed};
use super::{Readiness, Rules};

pub(super) fn claim(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    Ok(match fields.text("/status/phase") {
        "Bound" => Readiness::ready("PVC is Bound"),
        "" => Readiness::in_progress("PVC is not Bound. phase: unknown"),
        // The volume behind it is gone, and a claim is never bound a second time.
        "Lost" if fields.rules == Rules::Skeg => Readiness::failed("PVC is not Bound. phase: Lost"),
        phase => Readiness::in_progress(format!("PVC is not Bound. phase: {phase}")),
    })
}
