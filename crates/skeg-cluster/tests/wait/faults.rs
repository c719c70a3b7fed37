//! Waits against a scripted server: closed watches, resource versions that are too old, silence.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use skeg_cluster::config::{ConnectOptions, connect};
use skeg_cluster::wait::{NotReady, Options, Rules, Target};
use skeg_cluster::{Client, Resource};
use skeg_release::object::ObjectKey;

use crate::place::ready;

/// What the server answers to a request line, given how many requests of that sort came before: a status and a body, or
/// nothing, and then it never answers.
type Script = fn(&str, usize) -> Option<(u16, String)>;

/// A server that follows a script; its address, and the request lines so far.
fn serve(script: Script) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let seen = Arc::clone(&seen);
            std::thread::spawn(move || answer(stream, script, &seen));
        }
    });
    (address, lines)
}

fn answer(mut stream: TcpStream, script: Script, seen: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => head.extend_from_slice(&buffer[..read]),
        }
    }
    let line = String::from_utf8_lossy(&head)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    let sort = sort_of(&line);
    let before = {
        let mut seen = seen.lock().expect("no panic");
        let before = seen.iter().filter(|line| sort_of(line) == sort).count();
        seen.push(line.clone());
        before
    };
    let Some((code, body)) = script(sort, before) else {
        std::thread::sleep(Duration::from_secs(60));
        return;
    };
    // Without a length the body ends with the connection, as that of a watch does.
    let _ = write!(
        stream,
        "HTTP/1.1 {code} X\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{body}"
    );
}

fn sort_of(line: &str) -> &'static str {
    match line {
        line if line.contains("watch=true") => "watch",
        line if line.contains("/deployments?") => "list",
        line if line.contains("/deployments/") => "get",
        _ => "other",
    }
}

fn deployment(version: u64, done: bool) -> Value {
    let status = match done {
        true => {
            json!({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1,
            "conditions": [{"type": "Available", "status": "True"}]})
        }
        false => json!({}),
    };
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "n", "generation": 1, "resourceVersion": version.to_string()},
        "spec": {"replicas": 1}, "status": status})
}

fn list(version: u64, items: &[Value]) -> String {
    json!({"kind": "DeploymentList", "metadata": {"resourceVersion": version.to_string()}, "items": items}).to_string()
}

fn event(kind: &str, object: Value) -> String {
    format!("{}\n", json!({"type": kind, "object": object}))
}

fn refusal(code: u16, reason: &str) -> String {
    json!({"kind": "Status", "code": code, "reason": reason, "message": format!("{reason}, said the script")})
        .to_string()
}

async fn wait_for(address: &str, seconds: u64) -> Result<(), Box<NotReady>> {
    let client: Client = connect(&ConnectOptions {
        api_server: address.to_owned(),
        ..ConnectOptions::default()
    })
    .await
    .expect("an address");
    let target = Target {
        key: ObjectKey {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            namespace: "n".into(),
            name: "d".into(),
        },
        resource: Resource {
            group: "apps".into(),
            version: "v1".into(),
            kind: "Deployment".into(),
            plural: "deployments".into(),
            namespaced: true,
        },
        live: None,
    };
    let options = Options {
        rules: Rules::Skeg,
        timeout: Duration::from_secs(seconds),
        poll: Duration::from_millis(100),
        ..Options::default()
    };
    ready(&client, &[target], &options).await
}

/// Requests of the waits themselves, in order: their sort and, of watches, the resource version from which.
fn course(lines: &Mutex<Vec<String>>) -> Vec<String> {
    let version = |line: &str| {
        let at = line
            .split_once("resourceVersion=")
            .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        at.unwrap_or_default()
    };
    let lines = lines.lock().expect("no panic");
    lines
        .iter()
        .filter(|line| sort_of(line) != "other")
        .map(|line| format!("{}{}", sort_of(line), version(line)))
        .collect()
}

#[tokio::test]
async fn a_closed_watch_goes_on_where_it_ended_and_an_expired_one_begins_anew() {
    let (address, lines) = serve(|sort, before| match (sort, before) {
        ("list", 0) => Some((200, list(10, &[deployment(10, false)]))),
        ("list", _) => Some((200, list(50, &[deployment(50, false)]))),
        ("watch", 0) => Some((200, event("BOOKMARK", json!({"metadata": {"resourceVersion": "20"}})))),
        ("watch", 1) => Some((
            200,
            event("ERROR", json!({"kind": "Status", "code": 410, "reason": "Expired"})),
        )),
        ("watch", 2) => Some((200, "this is no event\n".into())),
        ("watch", _) => Some((200, event("MODIFIED", deployment(60, true)))),
        _ => Some((404, refusal(404, "NotFound"))),
    });
    wait_for(&address, 20).await.expect("ready");
    assert_eq!(
        course(&lines),
        ["list", "watch10", "watch20", "list", "watch50", "watch50"]
    );
}

#[tokio::test]
async fn rights_decide_how_an_object_is_followed() {
    let (address, lines) = serve(|sort, before| match (sort, before) {
        ("list", 0) => Some((200, list(10, &[deployment(10, false)]))),
        ("list", 1) => Some((200, list(11, &[deployment(11, false)]))),
        ("list", _) => Some((403, refusal(403, "Forbidden"))),
        ("watch", _) => Some((403, refusal(403, "Forbidden"))),
        ("get", 0) => Some((200, deployment(12, false).to_string())),
        ("get", _) => Some((200, deployment(13, true).to_string())),
        _ => Some((404, refusal(404, "NotFound"))),
    });
    wait_for(&address, 20).await.expect("ready");
    assert_eq!(course(&lines), ["list", "watch10", "list", "list", "get", "get"]);
}

#[tokio::test]
async fn no_wait_outlives_its_time() {
    let silent: Script = |_, _| None;
    let broken: Script = |_, _| Some((500, "no JSON".into()));
    let empty_watch: Script = |sort, _| match sort {
        "list" => Some((200, list(10, &[deployment(10, false)]))),
        "watch" => Some((200, String::new())),
        _ => Some((404, refusal(404, "NotFound"))),
    };
    let dead = "http://127.0.0.1:1".to_owned();
    for (name, address) in [
        ("silent", serve(silent).0),
        ("broken", serve(broken).0),
        ("empty watch", serve(empty_watch).0),
        ("dead", dead),
    ] {
        let begun = Instant::now();
        let error = wait_for(&address, 2).await.unwrap_err();
        assert!(
            begun.elapsed() < Duration::from_secs(8),
            "{name} took {:?}",
            begun.elapsed()
        );
        assert!(
            error.to_string().ends_with("\ncontext deadline exceeded"),
            "{name}: {error}"
        );
    }
}
