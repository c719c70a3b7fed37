//! What is known of Kubernetes kinds: order, deprecations, naming rules.
