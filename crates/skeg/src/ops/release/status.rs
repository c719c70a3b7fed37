//! `status`: a release and what has become of its objects.
//!
//! # Source
//! spec/lifecycle.md 3.5, 1.6.

use super::objects;
use super::store::{Store, local_zone};
use crate::error::CommandError;
use crate::output::Output;
use crate::output::json::Format;
use crate::output::release::View;
use crate::settings::Settings;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct StatusOptions {
    /// The release.
    pub name: String,
    /// The revision; the newest below 1.
    pub revision: i64,
    /// In which form.
    pub format: Format,
}

/// Prints the state of the release.
///
/// # Errors
/// The release cannot be read, or has kinds that the cluster does not know.
pub fn run(options: &StatusOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let store = Store::open(settings)?;
    let record = store.record(&options.name, options.revision, out)?;
    let form = if options.format == Format::Table {
        objects::Form::Table
    } else {
        objects::Form::Whole
    };
    let resources = objects::find(&record, form, &store, out)?;
    store.session.print_warnings(out);
    let view = View {
        record: &record,
        resources: resources.as_ref(),
        chart: false,
        everything: false,
        hide_notes: false,
        color: out.colors_out(),
        zone: local_zone(settings),
    };
    out.print(view.write(options.format, false, resources.as_ref())?);
    Ok(())
}
