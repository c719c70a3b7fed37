//! Services.

use super::fields::{Fields, Malformed};
use super::{Readiness, Rules};

pub(super) fn service(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    if fields.text("/spec/type") != "LoadBalancer" {
        return Ok(Readiness::ready("Service is ready"));
    }
    if fields.text("/spec/clusterIP").is_empty() {
        return Ok(Readiness::in_progress("ClusterIP not set. Service type: LoadBalancer"));
    }
    if fields.rules == Rules::Skeg && !has_address(fields) {
        return Ok(Readiness::in_progress("LoadBalancer has no address yet"));
    }
    Ok(Readiness::ready("Service is ready"))
}

/// Whether a load balancer answers for the service, or its owner named addresses that do.
pub(super) fn has_address(fields: &Fields<'_>) -> bool {
    !fields.list("/status/loadBalancer/ingress").is_empty() || !fields.list("/spec/externalIPs").is_empty()
}
