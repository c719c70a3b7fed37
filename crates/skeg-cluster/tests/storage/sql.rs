//! Records in a real PostgreSQL that the test starts, with Helm on the same tables.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use skeg_cluster::storage::{Sql, Storage, StorageError, Which};
use skeg_release::record::Status;

use crate::drivers::{CHART, record};
use crate::place::{missing, now, with_place};

/// A server with a database `rel` and a user `helm`, on a socket and a port of loopback; ends when it is dropped.
struct Server {
    folder: PathBuf,
    port: u16,
}

/// It does not run as root; then it runs as nobody.
const NOBODY: u32 = 65534;

/// Debian keeps the programs of PostgreSQL's server, of which there may be several versions, off the `PATH`.
fn path_of(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin").join(program))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(program))
}

impl Server {
    /// None where PostgreSQL is not installed.
    fn start(name: &str) -> Option<Server> {
        let folder = std::env::temp_dir().join(format!("skeg-postgres-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let server = Server { folder, port };
        let data = server.folder.join("data");
        let data = data.to_str().unwrap();
        if !server.run("initdb", &["-D", data, "-U", "helm", "--auth=trust", "--no-sync"])? {
            panic!("initdb failed");
        }
        server.certificate(data);
        let folder = server.folder.to_str().unwrap();
        let options = format!("-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c ssl=on");
        let log = format!("{folder}/log");
        assert!(
            server
                .run("pg_ctl", &["-D", data, "-o", &options, "-l", &log, "-w", "start"])
                .unwrap()
        );
        let port = port.to_string();
        let create = [
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            "helm",
            "-qc",
            "CREATE DATABASE rel",
            "postgres",
        ];
        assert!(server.run("psql", &create).unwrap());
        Some(server)
    }

    /// A certificate of its own making, for localhost.
    fn certificate(&self, data: &str) {
        let (key, certificate) = (format!("{data}/server.key"), format!("{data}/server.crt"));
        let arguments = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            &key,
            "-out",
            &certificate,
        ];
        assert!(self.run("openssl", &arguments).unwrap());
    }

    /// Whether a program succeeded; none if there is no such program.
    fn run(&self, program: &str, arguments: &[&str]) -> Option<bool> {
        let mut command = Command::new(path_of(program));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::null());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        match command.status() {
            Ok(status) => Some(status.success()),
            Err(_) => {
                missing(&format!("no {program}: nothing to run on"));
                None
            }
        }
    }

    fn address(&self, host: &str, parameters: &str) -> String {
        format!("postgresql://helm@{host}:{}/rel?{parameters}", self.port)
    }

    async fn open(&self, namespace: &str) -> Storage {
        let address = self.address("127.0.0.1", "sslmode=disable");
        Storage::Sql(Sql::open(&address, namespace, &|_| None).await.unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        self.run("pg_ctl", &["-D", data.to_str().unwrap(), "-m", "immediate", "stop"]);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test)
}

/// Everything that storage does, without Helm.
#[test]
fn records_live_in_a_database() {
    let Some(server) = Server::start("alone") else { return };
    block_on(async {
        // Two first commands at the same time.
        let (storage, second) = tokio::join!(server.open("one"), server.open("one"));
        let mut first = record("a", "one", 1, Status::PendingInstall);
        first.labels = [("team".to_owned(), "red".to_owned())].into();
        storage.create(&mut first, now()).await.unwrap();
        let again = second.create(&mut first.clone(), now()).await;
        assert_eq!(again.unwrap_err().to_string(), "release: already exists");
        let mut seen = second.get("a", 1).await.unwrap();
        assert_eq!(
            (seen.labels["team"].as_str(), seen.labels["status"].as_str()),
            ("red", "pending-install")
        );
        assert_eq!(seen.storage_version, first.storage_version);
        seen.info.status = Status::Deployed;
        second.update(&mut seen, now()).await.unwrap();
        second.update(&mut seen, now()).await.unwrap();
        assert!(matches!(
            storage.update(&mut first, now()).await,
            Err(StorageError::Changed(_))
        ));
        assert_eq!(second.get("a", 1).await.unwrap().storage_version, seen.storage_version);
        for version in 2..=6 {
            let mut next = record("a", "one", version, Status::Failed);
            storage.create_pruned(&mut next, now(), 3).await.unwrap();
        }
        let mut other = record("a", "two", 1, Status::Deployed);
        server.open("two").await.create(&mut other, now()).await.unwrap();
        let history = storage.history("a", true).await.unwrap();
        let shown: Vec<_> = history
            .iter()
            .map(|head| (head.version, head.info.status.as_str()))
            .collect();
        assert_eq!(shown, [(1, "deployed"), (5, "failed"), (6, "failed")]);
        assert_eq!(history[0].chart.name, "demo");
        let own = storage.list(false, Which::Newest, true).await.unwrap();
        assert_eq!(own, [history[2].clone()]);
        let all = storage.list(true, Which::Newest, true).await.unwrap();
        let shown: Vec<_> = all.iter().map(|head| (head.namespace.as_str(), head.version)).collect();
        assert_eq!(shown, [("one", 6), ("two", 1)]);
        assert_eq!(storage.list(true, Which::All, true).await.unwrap().len(), 4);
        assert!(storage.get("a", 2).await.unwrap_err().is_not_found());
        assert!(storage.delete("a", 2).await.unwrap_err().is_not_found());
        let mut gone = record("b", "one", 1, Status::Failed);
        assert!(storage.update(&mut gone, now()).await.unwrap_err().is_not_found());
        storage.delete("a", 6).await.unwrap();
        assert_eq!(storage.newest("a").await.unwrap().version, 5);
        assert_eq!(storage.deployed("a").await.unwrap().version, 1);
    });
}

/// `sslmode` means what it says, and errors name no password.
#[test]
fn connections_are_as_secure_as_asked() {
    let Some(server) = Server::start("tls") else { return };
    let certificate = server.folder.join("data/server.crt");
    let readable = server.folder.join("root.crt");
    std::fs::copy(&certificate, &readable).unwrap();
    let other = Path::new("tests/storage/other.crt");
    let other = std::env::current_dir().unwrap().join(other);
    let root = readable.to_str().unwrap().replace('/', "%2F");
    let other = other.to_str().unwrap();
    for (host, parameters, expected) in [
        ("127.0.0.1", "sslmode=require".to_owned(), None),
        ("127.0.0.1", String::new(), None),
        ("localhost", format!("sslmode=verify-full&sslrootcert={root}"), None),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={root}"), None),
        (
            "127.0.0.1",
            format!("sslmode=verify-full&sslrootcert={root}"),
            Some("certificate"),
        ),
        ("localhost", "sslmode=verify-full".to_owned(), Some("certificate")),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={other}"),
            Some("other.crt"),
        ),
    ] {
        let address = server.address(host, &parameters).replace("helm@", "helm:hush@");
        let opened = block_on(Sql::open(&address, "x", &|_| None)).map(|_| ());
        match (opened, expected) {
            (Ok(()), None) => {}
            (Err(error), Some(part)) => {
                let error = error.to_string();
                assert!(
                    error.contains(part) && !error.contains("hush"),
                    "{host} {parameters}: {error}"
                );
            }
            (other, _) => panic!("{host} {parameters}: {other:?}"),
        }
    }
    for (address, expected) in [
        (
            "postgresql://helm:hush@127.0.0.1:1/rel?sslmode=disable".to_owned(),
            "unable to instantiate SQL driver: dial tcp 127.0.0.1:1: connect: connection refused".to_owned(),
        ),
        (
            server.address("127.0.0.1", "sslmode=disable").replace("/rel", "/nodb"),
            "unable to instantiate SQL driver: pq: database \"nodb\" does not exist (3D000)".to_owned(),
        ),
    ] {
        let error = block_on(Sql::open(&address, "x", &|_| None)).err().unwrap();
        assert_eq!(error.to_string(), expected);
    }
}

/// spec 2.7: Helm goes on where skeg made the tables, and the other way round.
#[test]
fn helm_and_skeg_share_a_database() {
    with_place("sql", async |place| {
        if !place.has_helm() {
            return;
        }
        let chart = place.chart("demo", CHART);
        for first in ["skeg", "helm"] {
            let Some(server) = Server::start(first) else { return };
            let variables = [(
                "HELM_DRIVER_SQL_CONNECTION_STRING",
                server.address("127.0.0.1", "sslmode=disable"),
            )];
            let helm = |arguments: &[&str]| {
                let (ok, text) = place.helm_with("sql", arguments, &variables);
                assert!(ok, "helm {arguments:?}: {text}");
                text
            };
            let storage = match first {
                "skeg" => server.open(&place.namespace).await,
                _ => {
                    helm(&["list"]);
                    server.open(&place.namespace).await
                }
            };
            let mut mine = record("w", &place.namespace, 1, Status::Deployed);
            mine.labels = [("team".to_owned(), "red".to_owned())].into();
            storage.create(&mut mine, now()).await.unwrap();
            assert!(helm(&["list", "-l", "team=red"]).contains("demo-0.1.0"));
            helm(&["upgrade", "w", &chart, "--reuse-values", "-l", "x=y"]);
            let second = storage.newest("w").await.unwrap();
            assert_eq!(
                (
                    second.version,
                    second.labels["team"].as_str(),
                    second.labels["x"].as_str()
                ),
                (2, "red", "y")
            );
            assert_eq!(second.config.as_ref().unwrap().as_str(), r#"{"b":2}"#);
            assert!(matches!(
                storage.update(&mut mine, now()).await,
                Err(StorageError::Changed(_))
            ));
            let mut second = second;
            second.info.description = "by skeg".to_owned();
            storage.update(&mut second, now()).await.unwrap();
            assert!(helm(&["history", "w"]).contains("by skeg"));
            helm(&["rollback", "w", "1"]);
            let history = storage.history("w", true).await.unwrap();
            let shown: Vec<_> = history.iter().map(|head| head.info.status.as_str()).collect();
            assert_eq!(shown, ["superseded", "superseded", "deployed"]);
            helm(&["uninstall", "w"]);
            assert_eq!(storage.list(true, Which::All, true).await.unwrap(), []);
        }
    });
}
