//! Who may connect to whom: NetworkPolicies evaluated as a cluster's network plugin does.
//!
//! In: policies and pods of a rendering, and outsiders that a test describes. Out: whether a connection is let through, and
//! by which policy. Services play no part: policies see pods and their container ports.
//!
//! # Source
//! The Kubernetes documentation, "Network Policies": a pod is isolated for a direction once a policy of that direction
//! selects it; then only what some rule of some such policy allows passes; a connection needs both ends' consent.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::json;

use crate::Json;
use crate::labels::{self, Labels};
use crate::object::Object;
use crate::path;
use crate::render::Rendered;
use crate::workload;

/// A pod.
#[derive(Clone, Debug)]
pub struct Pod {
    /// What messages call it.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its labels.
    pub labels: Labels,
    /// Its named ports: name, protocol, number.
    pub ports: Vec<(String, String, u16)>,
}

/// One end of a connection.
#[derive(Clone, Debug)]
pub enum Peer<'a> {
    /// A pod of the cluster. `ipBlock` rules do not match it, as for plugins that see pod identities first.
    Pod(&'a Pod),
    /// An address outside the cluster.
    Address(IpAddr),
}

/// Policies, pods and namespaces.
#[derive(Clone, Debug, Default)]
pub struct Network {
    policies: Vec<Object>,
    pods: Vec<Pod>,
    namespaces: BTreeMap<String, Labels>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ingress,
    Egress,
}

impl Pod {
    /// A pod outside the rendering, such as the ingress controller's.
    ///
    /// # Panics
    /// When `labels` is no map.
    #[must_use]
    #[track_caller]
    pub fn outsider(name: &str, namespace: &str, labels: Json) -> Self {
        let Json::Object(labels) = labels else {
            panic!("labels are a map, not {labels}");
        };
        Self {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            labels,
            ports: Vec::new(),
        }
    }

    /// The same pod with a named port.
    #[must_use]
    pub fn with_port(mut self, name: &str, protocol: &str, number: u16) -> Self {
        self.ports.push((name.to_owned(), protocol.to_owned(), number));
        self
    }
}

impl Peer<'_> {
    /// An address outside the cluster.
    ///
    /// # Panics
    /// When the text is no address.
    #[must_use]
    #[track_caller]
    pub fn address(text: &str) -> Peer<'static> {
        match text.parse() {
            Ok(address) => Peer::Address(address),
            Err(error) => panic!("{text}: {error}"),
        }
    }

    fn shown(&self) -> String {
        match self {
            Peer::Pod(pod) => format!("{}/{}", pod.namespace, pod.name),
            Peer::Address(address) => address.to_string(),
        }
    }
}

impl Network {
    /// The policies and pods of a rendering; objects without a namespace are in the release's. Every namespace carries the
    /// label `kubernetes.io/metadata.name`, as the API server sees to.
    #[must_use]
    pub fn of(rendered: &Rendered) -> Self {
        let mut network = Self::default();
        network.add(&rendered.objects, &rendered.namespace);
        network
    }

    /// Adds the policies, pods and namespaces among some objects.
    pub fn add(&mut self, objects: &[Object], namespace: &str) {
        for object in objects {
            let own = if object.namespace().is_empty() {
                namespace
            } else {
                object.namespace()
            };
            if object.kind() == "Namespace" {
                self.namespaces
                    .insert(object.name().to_owned(), object.map(".metadata.labels"));
            }
            if object.kind() == "NetworkPolicy" {
                let mut policy = object.clone();
                if let Some(metadata) = policy.json.get_mut("metadata") {
                    metadata["namespace"] = json!(own);
                }
                self.policies.push(policy);
            }
            let Some(template) = workload::pod_template(object) else {
                continue;
            };
            let mut ports = Vec::new();
            for port in path::find(template.spec, ".containers[*].ports[*]") {
                let text = |key: &str| port.get(key).and_then(Json::as_str);
                let number = port
                    .get("containerPort")
                    .and_then(Json::as_u64)
                    .and_then(|n| u16::try_from(n).ok());
                if let (Some(name), Some(number)) = (text("name"), number) {
                    ports.push((name.to_owned(), text("protocol").unwrap_or("TCP").to_owned(), number));
                }
            }
            self.pods.push(Pod {
                name: object.name().to_owned(),
                namespace: own.to_owned(),
                labels: template.labels,
                ports,
            });
        }
    }

    /// Gives a namespace more labels than its name.
    ///
    /// # Panics
    /// When `labels` is no map.
    #[must_use]
    #[track_caller]
    pub fn with_namespace(mut self, name: &str, labels: Json) -> Self {
        let Json::Object(labels) = labels else {
            panic!("labels are a map, not {labels}");
        };
        self.namespaces.insert(name.to_owned(), labels);
        self
    }

    /// The pods of the rendering.
    #[must_use]
    pub fn pods(&self) -> &[Pod] {
        &self.pods
    }

    /// The one pod whose label `app.kubernetes.io/component` is `component`, or whose workload has that name.
    ///
    /// # Panics
    /// When there is none; the message lists the pods.
    #[must_use]
    #[track_caller]
    pub fn pod(&self, component: &str) -> &Pod {
        let label = json!(component);
        let found = self
            .pods
            .iter()
            .find(|pod| pod.labels.get("app.kubernetes.io/component") == Some(&label));
        match found.or_else(|| self.pods.iter().find(|pod| pod.name == component)) {
            Some(pod) => pod,
            None => {
                let names: Vec<&str> = self.pods.iter().map(|pod| pod.name.as_str()).collect();
                panic!("no pod of component {component}; there are {names:?}")
            }
        }
    }

    /// Whether a connection from `from` to `port` of `to` is let through.
    #[must_use]
    pub fn lets(&self, from: &Peer<'_>, to: &Peer<'_>, protocol: &str, port: u16) -> bool {
        self.refusal(from, to, protocol, port).is_none()
    }

    /// Asserts that a connection is let through.
    ///
    /// # Panics
    /// With the side that refuses it and its policies.
    #[track_caller]
    pub fn allowed(&self, from: &Peer<'_>, to: &Peer<'_>, protocol: &str, port: u16) {
        if let Some(why) = self.refusal(from, to, protocol, port) {
            panic!(
                "{} -> {} {protocol} {port} should pass: {why}",
                from.shown(),
                to.shown()
            );
        }
    }

    /// Asserts that a connection is refused.
    ///
    /// # Panics
    /// When it is let through.
    #[track_caller]
    pub fn denied(&self, from: &Peer<'_>, to: &Peer<'_>, protocol: &str, port: u16) {
        assert!(
            !self.lets(from, to, protocol, port),
            "{} -> {} {protocol} {port} should be refused, but passes",
            from.shown(),
            to.shown()
        );
    }

    /// Whether the pod may ask for names (XC-14): UDP and TCP 53 to a pod in `kube-system` and to NodeLocal DNSCache.
    #[must_use]
    pub fn resolves_names(&self, pod: &Pod) -> bool {
        let server = Pod::outsider("kube-dns", "kube-system", json!({"k8s-app": "kube-dns"}))
            .with_port("dns", "UDP", 53)
            .with_port("dns-tcp", "TCP", 53);
        let cache = Peer::address("169.254.20.10");
        ["UDP", "TCP"].iter().all(|protocol| {
            let from = Peer::Pod(pod);
            self.lets(&from, &Peer::Pod(&server), protocol, 53) && self.lets(&from, &cache, protocol, 53)
        })
    }

    /// The names of policies that isolate a pod in a direction: `Ingress` or `Egress`.
    #[must_use]
    pub fn isolating(&self, pod: &Pod, direction: &str) -> Vec<&str> {
        let direction = if direction == "Ingress" {
            Direction::Ingress
        } else {
            Direction::Egress
        };
        self.selecting(pod, direction).map(Object::name).collect()
    }

    /// Whether any egress rule, beyond isolation alone, applies to the pod.
    #[must_use]
    pub fn has_egress_rules(&self, pod: &Pod) -> bool {
        self.selecting(pod, Direction::Egress)
            .any(|policy| !policy.all(".spec.egress[*]").is_empty())
    }

    fn refusal(&self, from: &Peer<'_>, to: &Peer<'_>, protocol: &str, port: u16) -> Option<String> {
        let sides = [(from, to, Direction::Egress), (to, from, Direction::Ingress)];
        for (side, other, direction) in sides {
            let Peer::Pod(pod) = side else {
                continue;
            };
            let policies: Vec<&Object> = self.selecting(pod, direction).collect();
            let passes = policies
                .iter()
                .any(|policy| self.permits(policy, direction, other, to, protocol, port));
            if !policies.is_empty() && !passes {
                let names: Vec<&str> = policies.iter().map(|policy| policy.name()).collect();
                let way = if direction == Direction::Egress {
                    "leave"
                } else {
                    "enter"
                };
                return Some(format!("{names:?} do not let it {way} {}", side.shown()));
            }
        }
        None
    }

    fn selecting(&self, pod: &Pod, direction: Direction) -> impl Iterator<Item = &Object> {
        self.policies.iter().filter(move |policy| {
            let selector = policy.get(".spec.podSelector").cloned().unwrap_or_default();
            policy.namespace() == pod.namespace && covers(policy, direction) && labels::selects(&selector, &pod.labels)
        })
    }

    fn permits(
        &self,
        policy: &Object,
        direction: Direction,
        other: &Peer<'_>,
        to: &Peer<'_>,
        protocol: &str,
        port: u16,
    ) -> bool {
        let (rules, peers) = match direction {
            Direction::Ingress => (".spec.ingress[*]", "from"),
            Direction::Egress => (".spec.egress[*]", "to"),
        };
        policy.all(rules).into_iter().any(|rule| {
            // A missing or empty list of peers or ports means all of them.
            let list = |key: &str| rule.get(key).and_then(Json::as_array).filter(|items| !items.is_empty());
            let peer = list(peers).is_none_or(|all| all.iter().any(|one| self.is_peer(one, policy.namespace(), other)));
            peer && list("ports").is_none_or(|all| all.iter().any(|one| is_port(one, to, protocol, port)))
        })
    }

    fn is_peer(&self, peer: &Json, namespace: &str, other: &Peer<'_>) -> bool {
        if let Some(block) = peer.get("ipBlock") {
            let Peer::Address(address) = other else {
                return false;
            };
            let within = |cidr: &Json| cidr.as_str().is_some_and(|cidr| contains(cidr, *address));
            return block.get("cidr").is_some_and(within) && !path::find(block, ".except[*]").into_iter().any(within);
        }
        let Peer::Pod(pod) = other else {
            return false;
        };
        let in_namespace = match peer.get("namespaceSelector") {
            Some(selector) => labels::selects(selector, &self.namespace_labels(&pod.namespace)),
            None => pod.namespace == namespace,
        };
        let selector = peer.get("podSelector");
        in_namespace && selector.is_none_or(|selector| labels::selects(selector, &pod.labels))
    }

    fn namespace_labels(&self, name: &str) -> Labels {
        let mut labels = self.namespaces.get(name).cloned().unwrap_or_default();
        labels.insert("kubernetes.io/metadata.name".to_owned(), json!(name));
        labels
    }
}

/// Whether a policy is about a direction. Without `policyTypes` it is about ingress, and about egress when it has such rules.
fn covers(policy: &Object, direction: Direction) -> bool {
    let types = policy.all(".spec.policyTypes[*]");
    match (direction, types.is_empty()) {
        (Direction::Ingress, true) => true,
        (Direction::Egress, true) => !policy.all(".spec.egress[*]").is_empty(),
        (Direction::Ingress, false) => types.iter().any(|kind| kind.as_str() == Some("Ingress")),
        (Direction::Egress, false) => types.iter().any(|kind| kind.as_str() == Some("Egress")),
    }
}

/// Named ports are those of the pod that is connected to, in both directions.
fn is_port(rule: &Json, to: &Peer<'_>, protocol: &str, port: u16) -> bool {
    if rule.get("protocol").and_then(Json::as_str).unwrap_or("TCP") != protocol {
        return false;
    }
    match rule.get("port") {
        None => true,
        Some(Json::String(name)) => match to {
            Peer::Pod(pod) => pod
                .ports
                .iter()
                .any(|(own, p, n)| own == name && p == protocol && *n == port),
            Peer::Address(_) => false,
        },
        Some(first) => {
            let first = first.as_u64().unwrap_or(0);
            let last = rule.get("endPort").and_then(Json::as_u64).unwrap_or(first);
            (first..=last).contains(&u64::from(port))
        }
    }
}

/// Whether an address is in a block such as `10.0.0.0/8` or `::/0`.
///
/// # Panics
/// When the block cannot be read: the API server would refuse it.
fn contains(cidr: &str, address: IpAddr) -> bool {
    let read = || {
        let (base, bits) = cidr.split_once('/')?;
        Some((base.parse::<IpAddr>().ok()?, bits.parse::<u32>().ok()?))
    };
    let Some((base, bits)) = read() else {
        panic!("`{cidr}` is no CIDR");
    };
    let (base, address, width) = match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => (u128::from(base.to_bits()), u128::from(address.to_bits()), 32),
        (IpAddr::V6(base), IpAddr::V6(address)) => (base.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    assert!(bits <= width, "`{cidr}` is no CIDR");
    let drop = width - bits;
    drop == 128 || base >> drop == address >> drop
}

#[cfg(test)]
mod tests;
