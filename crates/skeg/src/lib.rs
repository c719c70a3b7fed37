//! The skeg engine as a library: operations, settings and output.
