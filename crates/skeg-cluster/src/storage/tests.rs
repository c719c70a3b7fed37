//! Tests against a control plane are in tests/; here are those that need none.
