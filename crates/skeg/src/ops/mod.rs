//! What the commands do, usable as a library: each operation is a `run` with an options struct, the [`Settings`] and
//! the [`Output`] to write to.
//!
//! [`Settings`]: crate::settings::Settings
//! [`Output`]: crate::output::Output

pub mod chart_docs;
pub mod chart_ref;
pub mod crds;
pub mod create;
pub mod dependency;
pub mod docs;
pub mod env;
pub mod lint;
pub mod load;
pub mod lookup;
pub mod package;
pub mod passphrase;
pub mod post_render;
pub mod release;
pub mod release_name;
pub mod schemas;
pub mod session;
pub mod show;
pub mod source_date;
pub mod template;
pub mod unittest;
pub mod validate;
pub mod values;
pub mod verify;
pub mod version;
