//! Giving up early: troubles of pods that waiting does not mend, at once or after they have lasted a while. Pure but for clocks
//! handed in.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Patience;
use super::pods::{self, Container};

/// Since when each trouble of an object has lasted.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    since: HashMap<String, Instant>,
}

/// A trouble of one container, and how long it may last.
struct Trouble {
    /// Stays the same while the trouble does, though its reason goes to and fro.
    kind: &'static str,
    text: String,
    patience: Duration,
}

impl Troubles {
    /// Notes the troubles of an object and of its pods as they are now; those that are over are forgotten. Gives the first that
    /// has lasted too long.
    ///
    /// `restarts_count`: the object counts failures of its pods itself (a Job), so that crashing is its business.
    pub(super) fn hopeless(
        &mut self,
        object: &Value,
        pods: &[Value],
        restarts_count: bool,
        patience: &Patience,
        now: Instant,
    ) -> Option<String> {
        let mut current = Vec::new();
        for pod in pods.iter().filter(|pod| !pods::is_well(pod)) {
            let id = pod["metadata"]["uid"].as_str().unwrap_or_default();
            let name = pod["metadata"]["name"].as_str().unwrap_or_default();
            for container in pods::containers(pod) {
                if let Some(trouble) = trouble(&container, restarts_count, patience) {
                    let text = format!("pod {name}, {}", trouble.text);
                    current.push((
                        format!("{id}/{}/{}", container.name, trouble.kind),
                        text,
                        trouble.patience,
                    ));
                }
            }
        }
        if let Some(message) = refused(object) {
            current.push(("refused".into(), message.to_owned(), patience.refused));
        }
        self.since
            .retain(|key, _| current.iter().any(|(known, ..)| known == key));
        let mut hopeless = None;
        for (key, text, patience) in current {
            let since = *self.since.entry(key).or_insert(now);
            if hopeless.is_none() && now.saturating_duration_since(since) >= patience {
                hopeless = Some(text);
            }
        }
        hopeless
    }
}

fn trouble(container: &Container<'_>, restarts_count: bool, patience: &Patience) -> Option<Trouble> {
    let (kind, patience) = match container.reason {
        // A name that cannot be parsed, and an image that is not there and must not be fetched: no time mends these.
        "InvalidImageName" | "ErrImageNeverPull" => ("image", Duration::ZERO),
        "ImagePullBackOff"
        | "ErrImagePull"
        | "ImageInspectError"
        | "RegistryUnavailable"
        | "SignatureValidationFailed" => ("pull", patience.pull),
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => ("config", patience.config),
        "CrashLoopBackOff" if !restarts_count => ("crash", patience.crash),
        // Between two crashes it runs for a moment, or has just ended.
        "" if container.restarts > 0 && !container.ready && container.ended.is_some() && !restarts_count => {
            ("crash", patience.crash)
        }
        _ => return None,
    };
    let reason = if container.reason.is_empty() {
        "keeps ending"
    } else {
        container.reason
    };
    let message = container.message;
    let text = match message.is_empty() {
        true => format!("container {}: {reason}", container.name),
        false => format!("container {}: {reason}: {message}", container.name),
    };
    Some(Trouble { kind, text, patience })
}

/// The message of a controller that may not make its pods.
fn refused(object: &Value) -> Option<&str> {
    let conditions = object.pointer("/status/conditions")?.as_array()?;
    let failure = conditions
        .iter()
        .find(|condition| condition["type"] == "ReplicaFailure" && condition["status"] == "True")?;
    failure["message"].as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(reason: &str) -> Value {
        json!({"metadata": {"uid": "1", "name": "p"}, "status": {"phase": "Pending", "containerStatuses": [
            {"name": "c", "restartCount": 2, "state": {"waiting": {"reason": reason, "message": "m"}}, "lastState": {"terminated": {"exitCode": 1}}}]}})
    }

    /// (reason, owner counts failures, seconds after which hope is lost, if ever)
    #[test]
    fn each_trouble_has_its_time() {
        let cases = [
            ("InvalidImageName", false, Some(0)),
            ("ErrImageNeverPull", false, Some(0)),
            ("ImagePullBackOff", false, Some(120)),
            ("ImagePullBackOff", true, Some(120)),
            ("CreateContainerConfigError", false, Some(120)),
            ("CrashLoopBackOff", false, Some(180)),
            ("CrashLoopBackOff", true, None),
            ("ContainerCreating", false, None),
        ];
        let start = Instant::now();
        for (reason, counts, expected) in cases {
            let mut troubles = Troubles::default();
            let lost = (0..400).find(|second| {
                let now = start + Duration::from_secs(*second);
                troubles
                    .hopeless(&json!({}), &[pod(reason)], counts, &Patience::default(), now)
                    .is_some()
            });
            assert_eq!(lost, expected, "{reason}");
        }
    }

    #[test]
    fn a_trouble_that_passes_begins_anew() {
        let patience = Patience::default();
        let start = Instant::now();
        let at = |second| start + Duration::from_secs(second);
        let mut troubles = Troubles::default();
        assert_eq!(
            troubles.hopeless(&json!({}), &[pod("ImagePullBackOff")], false, &patience, at(0)),
            None
        );
        // The kubelet goes to and fro between the two: that is the same trouble.
        assert!(
            troubles
                .hopeless(&json!({}), &[pod("ErrImagePull")], false, &patience, at(120))
                .is_some()
        );
        assert_eq!(
            troubles.hopeless(&json!({}), &[pod("ContainerCreating")], false, &patience, at(121)),
            None
        );
        assert_eq!(
            troubles.hopeless(&json!({}), &[pod("ImagePullBackOff")], false, &patience, at(130)),
            None
        );
        let quota = json!({"status": {"conditions": [{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota"}]}});
        assert_eq!(troubles.hopeless(&quota, &[], false, &patience, at(0)), None);
        assert_eq!(
            troubles.hopeless(&quota, &[], false, &patience, at(120)).as_deref(),
            Some("exceeded quota")
        );
    }
}
