//! What a run of templates brings along for its functions.
