//! The rules of a release's revisions: which one an upgrade compares with, which one a rollback goes to, which ones go.
//!
//! All of them look at [`Head`]s only, in any order; what they name are revisions.
//!
//! # Source
//! spec/lifecycle.md 2.4, 2.5, 3.2, 3.3.

use super::head::Head;
use super::info::Status;

/// Why an operation has no revision to start from. The texts are Helm's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// No revision at all.
    #[error("release: not found")]
    NotFound,
    /// An upgrade finds nothing that it could compare with.
    #[error("{0:?} has no deployed releases")]
    NoDeployed(String),
    /// The newest revision says that an operation is under way; the state it is in.
    #[error("another operation (install/upgrade/rollback) is in progress")]
    Pending(Status),
    /// The revision asked for is not kept.
    #[error("release has no {0} version")]
    NoRevision(i64),
    /// A negative revision was asked for.
    #[error("invalid release revision")]
    InvalidRevision,
    /// The name is taken.
    #[error("cannot reuse a name that is still in use")]
    NameInUse,
}

/// The newest revision.
pub fn newest(history: &[Head]) -> Option<&Head> {
    history.iter().max_by_key(|head| head.version)
}

/// The newest revision that is deployed.
pub fn deployed(history: &[Head]) -> Option<&Head> {
    let deployed = history.iter().filter(|head| head.info.status == Status::Deployed);
    deployed.max_by_key(|head| head.version)
}

/// The number of the revision that an operation makes: one more than the newest, 1 for the first.
pub fn next_revision(history: &[Head]) -> i64 {
    newest(history).map_or(1, |head| head.version.saturating_add(1))
}

/// Whether the name may be installed; `replace`: also over an uninstalled or failed release.
///
/// # Errors
/// [`HistoryError::NameInUse`].
pub fn check_name_is_free(history: &[Head], replace: bool) -> Result<(), HistoryError> {
    match newest(history) {
        None => Ok(()),
        Some(head) if replace && matches!(head.info.status, Status::Uninstalled | Status::Failed) => Ok(()),
        Some(_) => Err(HistoryError::NameInUse),
    }
}

/// The revision that an upgrade of release `name` compares with: the newest if it is deployed, else the newest that is,
/// else the newest if it failed or was superseded.
///
/// # Errors
/// [`HistoryError::NoDeployed`]; [`HistoryError::Pending`] where the newest revision is.
pub fn upgrade_baseline<'h>(name: &str, history: &'h [Head]) -> Result<&'h Head, HistoryError> {
    let none = || HistoryError::NoDeployed(name.to_owned());
    let newest = newest(history).ok_or_else(none)?;
    match &newest.info.status {
        status if status.is_pending() => Err(HistoryError::Pending(status.clone())),
        Status::Failed | Status::Superseded => Ok(deployed(history).unwrap_or(newest)),
        _ => deployed(history).ok_or_else(none),
    }
}

/// The revision that a rollback goes to; `revision` 0: the one before the newest.
///
/// # Errors
/// [`HistoryError::InvalidRevision`], [`HistoryError::NotFound`], [`HistoryError::NoRevision`].
pub fn rollback_target(history: &[Head], revision: i64) -> Result<&Head, HistoryError> {
    if revision < 0 {
        return Err(HistoryError::InvalidRevision);
    }
    let newest = newest(history).ok_or(HistoryError::NotFound)?;
    let wanted = if revision == 0 { newest.version - 1 } else { revision };
    let target = history.iter().find(|head| head.version == wanted);
    target.ok_or(HistoryError::NoRevision(wanted))
}

/// The revisions that go, oldest first, before one more is stored, so that at most `max` are kept (0: no limit).
///
/// The newest deployed one stays in any case.
pub fn to_prune(history: &[Head], max: usize) -> Vec<i64> {
    let excess = match max {
        0 => 0,
        max => history.len().saturating_sub(max - 1),
    };
    let kept = deployed(history).map(|head| head.version);
    let mut revisions: Vec<i64> = history.iter().map(|head| head.version).collect();
    revisions.sort_unstable();
    revisions.retain(|revision| Some(*revision) != kept);
    revisions.truncate(excess);
    revisions
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `1=superseded 2=deployed`.
    fn history(text: &str) -> Vec<Head> {
        text.split_whitespace()
            .map(|item| {
                let (version, status) = item.split_once('=').unwrap();
                let mut head = Head {
                    version: version.parse().unwrap(),
                    ..Head::default()
                };
                head.info.status = Status::of(status);
                head
            })
            .collect()
    }

    /// spec 3.2 steps 2 and 3.
    #[test]
    fn an_upgrade_compares_with_the_last_deployed_revision() {
        let none = "\"x\" has no deployed releases";
        let pending = "another operation (install/upgrade/rollback) is in progress";
        for (revisions, expected) in [
            ("", Err(none)),
            ("1=deployed", Ok(1)),
            ("2=deployed 1=superseded", Ok(2)),
            ("1=deployed 2=failed", Ok(1)),
            ("1=failed", Ok(1)),
            ("1=superseded 2=superseded", Ok(2)),
            ("1=deployed 2=deployed 3=failed", Ok(2)),
            ("1=deployed 2=pending-upgrade", Err(pending)),
            ("1=pending-install", Err(pending)),
            ("1=deployed 2=pending-rollback", Err(pending)),
            ("1=uninstalled", Err(none)),
            ("1=uninstalling", Err(none)),
            ("1=deployed 2=uninstalling", Ok(1)),
            ("1=unknown", Err(none)),
        ] {
            let found = upgrade_baseline("x", &history(revisions)).map(|head| head.version);
            assert_eq!(
                found.map_err(|error| error.to_string()),
                expected.map_err(str::to_owned),
                "{revisions}"
            );
        }
    }

    /// spec 3.3 step 1.
    #[test]
    fn a_rollback_goes_to_a_kept_revision() {
        for (revisions, wanted, expected) in [
            ("1=superseded 2=deployed", 0, Ok(1)),
            ("1=superseded 2=deployed", 2, Ok(2)),
            ("1=superseded 2=deployed", 3, Err("release has no 3 version")),
            ("1=superseded 2=deployed", -1, Err("invalid release revision")),
            ("1=deployed", 0, Err("release has no 0 version")),
            ("1=superseded 3=deployed", 0, Err("release has no 2 version")),
            ("", 0, Err("release: not found")),
        ] {
            let found = rollback_target(&history(revisions), wanted).map(|head| head.version);
            assert_eq!(
                found.map_err(|error| error.to_string()),
                expected.map_err(str::to_owned),
                "{revisions} {wanted}"
            );
        }
    }

    /// spec 2.5.
    #[test]
    fn pruning_keeps_the_last_deployed_revision() {
        for (revisions, max, expected) in [
            ("1=superseded 2=deployed", 0, vec![]),
            ("1=superseded 2=deployed", 3, vec![]),
            ("1=superseded 2=deployed", 2, vec![1]),
            ("1=deployed 2=failed 3=failed", 3, vec![2]),
            ("1=deployed 2=failed 3=failed", 2, vec![2, 3]),
            ("1=deployed 2=failed 3=failed", 1, vec![2, 3]),
            ("4=failed 2=superseded 3=deployed 1=superseded", 2, vec![1, 2, 4]),
            ("4=failed 2=superseded 3=failed 1=superseded", 2, vec![1, 2, 3]),
        ] {
            assert_eq!(to_prune(&history(revisions), max), expected, "{revisions} {max}");
        }
    }

    #[test]
    fn names_and_numbers() {
        assert_eq!(next_revision(&[]), 1);
        assert_eq!(next_revision(&history("3=failed 1=deployed")), 4);
        for (revisions, replace, free) in [
            ("", false, true),
            ("1=uninstalled", false, false),
            ("1=uninstalled", true, true),
            ("1=failed", true, true),
            ("1=deployed", true, false),
            ("1=uninstalled 2=pending-install", true, false),
        ] {
            assert_eq!(
                check_name_is_free(&history(revisions), replace).is_ok(),
                free,
                "{revisions} {replace}"
            );
        }
    }
}
