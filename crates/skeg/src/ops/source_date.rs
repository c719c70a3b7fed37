//! `SOURCE_DATE_EPOCH`: the time that reproducible archives are stamped with.

use std::num::IntErrorKind;

use skeg_fetch::archive::Times;

use crate::error::CommandError;
use crate::output::quote::go_quote;
use crate::settings::environment::Environment;

/// The times of files in archives: all the one that `SOURCE_DATE_EPOCH` says, else each its own.
///
/// # Errors
/// A value that is no number, or a negative one.
///
/// # Source
/// spec/rendering.md 6.8.
pub fn times(env: &Environment) -> Result<Times, CommandError> {
    let text = env.text("SOURCE_DATE_EPOCH");
    if text.is_empty() {
        return Ok(Times::now());
    }
    match text.parse::<i64>() {
        Ok(seconds) if seconds < 0 => Err(CommandError::new("invalid SOURCE_DATE_EPOCH: must not be negative")),
        Ok(seconds) => Ok(Times::Fixed(seconds)),
        Err(error) => {
            let reason = match error.kind() {
                IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "value out of range",
                _ => "invalid syntax",
            };
            let text = go_quote(&text);
            Err(CommandError::new(format!(
                "invalid SOURCE_DATE_EPOCH: strconv.ParseInt: parsing {text}: {reason}"
            )))
        }
    }
}
