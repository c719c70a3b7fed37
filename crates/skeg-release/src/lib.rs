//! Releases as data: manifests, hooks, their order.
