//! The harness that judges the charts under `charts/`.
//!
//! In: the programs `skeg` and `helm`, and the chart trees. Out: rendered objects with lookups whose failures can be read,
//! and the rules that every chart must keep. It runs programs and does not link the engine, so that a chart is judged by
//! what its users run.
//!
//! What a family's test file needs:
//!
//! ```no_run
//! use skeg_testkit::{chart, json, network::{Network, Peer}, stubs::Stubs};
//!
//! // Rendering. Profiles: see `charts::CHARTS`. Release and namespace have defaults (the seed's name, `demo`).
//! let plue = chart("plue");
//! let prod = plue.render("prod").set("image.tag=v1.2.3").kube("1.31.0").api("monitoring.coreos.com/v1").ok();
//! let api = prod.object("Deployment/plue-api"); // panics with the list of what there is
//! api.is(".spec.replicas", json!(2)); // PLUE-09
//! api.is(".spec.template.spec.containers[name=api].ports[*].name", json!(["http", "mtls"])); // `[*]` gives a list
//! api.absent(".spec.strategy");
//! assert!(prod.find("Secret/plue").is_none());
//! prod.has_exactly(&["Deployment/plue-api", "Service/plue-api"]);
//!
//! // Refusals: F (a sentence in stderr) and S (a path that the schema names).
//! plue.render("prod").set("image.tag=latest").refused("image tag \"latest\" is mutable");
//! plue.render("base").values("service: {type: Foo}").schema_refuses("/service/type");
//!
//! // Who may talk to whom.
//! let net = Network::of(&prod);
//! let (web, api) = (net.pod("web"), net.pod("api"));
//! net.allowed(&Peer::Pod(web), &Peer::Pod(api), "TCP", 4000);
//! net.denied(&Peer::Pod(net.pod("runner")), &Peer::address("169.254.169.254"), "TCP", 443);
//!
//! // Scripts and make targets with recorded calls (check X).
//! let stubs = Stubs::new(&["docker", "kubectl", "git"]).reply("git", "rev-parse*", "abc1234\n", 0);
//! let run = stubs.run(&plue.family_root(), "bash", &["scripts/deploy-staging.sh"]);
//! assert_eq!(run.calls[0].line(), "git rev-parse --short HEAD");
//! ```

pub mod charts;
pub mod labels;
pub mod network;
pub mod object;
pub mod path;
pub mod programs;
pub mod quantity;
pub mod render;
pub mod requirements;
pub mod schema;
pub mod scratch;
pub mod security;
pub mod seeds;
pub mod stubs;
pub mod sweep;
pub mod workload;

pub use charts::{CHARTS, Chart, chart};
pub use object::Object;
pub use render::{Render, Rendered};
pub use serde_json::{Value as Json, json};
