//! The grammar of `--set` and its family.
