//! Chart, values and capabilities in; manifests, hooks and notes out.
