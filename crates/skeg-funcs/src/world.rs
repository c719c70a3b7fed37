//! What functions may ask of the world: clock, entropy, DNS, cluster.
