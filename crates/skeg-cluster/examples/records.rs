//! Reads records as `list` and `history` do, for measuring: `records KUBECONFIG NAMESPACE [RELEASE]`, with an empty namespace
//! for all. Prints how many there were, the requests it took, and the time and memory.

use std::time::Instant;

use skeg_cluster::config::{ConnectOptions, connect};
use skeg_cluster::storage::{Kind, Storage, Which};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(kubeconfig), Some(namespace)) = (arguments.first(), arguments.get(1)) else {
        eprintln!("records KUBECONFIG NAMESPACE [RELEASE]");
        std::process::exit(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = runtime.expect("a runtime").block_on(async {
        let options = ConnectOptions {
            kube_config: kubeconfig.clone(),
            user_agent: "skeg-records".to_owned(),
            ..ConnectOptions::default()
        };
        let client = connect(&options).await.map_err(|error| error.to_string())?;
        let storage = Storage::objects(client.clone(), Kind::Secrets, namespace);
        let begun = Instant::now();
        let heads = match arguments.get(2) {
            Some(release) => storage.history(release, true).await,
            None => storage.list(namespace.is_empty(), Which::Newest, true).await,
        };
        let count = heads.map_err(|error| error.to_string())?.len();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or_default();
        println!(
            "{count} records, {} requests, {:?}, {memory}",
            client.requests(),
            begun.elapsed()
        );
        Ok::<(), String>(())
    });
    if let Err(error) = outcome {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
