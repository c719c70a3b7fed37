//! JSON, read and written as Go does it.
//!
//! Writing: [`encode`] with a [`JsonStyle`]. Reading: [`decode`] (any value), [`decode_prefix`] (a value at the start of a
//! longer text), [`unmarshal`] (into a map or list, as `fromJson` and `fromJsonArray` do). Numbers are read as `float64`.
//!
//! # Source
//! spec/rendering.md 3.7. Helm 4.3.1 is built with a Go whose `encoding/json` sits on its second version; the error texts
//! are that version's.

mod decode;
mod encode;
mod error;

pub use decode::{Target, decode, decode_prefix, unmarshal};
pub use encode::{EncodeError, JsonStyle, append_base64, append_string, encode};
pub use error::{JsonError, kind_name};
