//! The connection of a command to its cluster: one thread's runtime, the client, what the cluster is, and being asked to stop.
//!
//! Commands are plain functions; they enter the runtime where they have to wait and leave it for everything else, so that
//! rendering stays what it is without a cluster.

use std::cell::{OnceCell, RefCell};
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::rc::Rc;

use serde_json::Value;
use skeg_chart::{Capabilities, KubeVersion};
use skeg_cluster::cancel::{self, Cancel, Canceller};
use skeg_cluster::config::{ConnectOptions, connect};
use skeg_cluster::progress::{self, Observer};
use skeg_cluster::wait::tree::Tree;
use skeg_cluster::{ApiError, Client, Discovery};
use tokio::runtime::{Builder, Runtime};

use crate::error::CommandError;
use crate::output::Output;
use crate::output::live::Live;
use crate::output::log::Level;
use crate::settings::Settings;
use crate::settings::paths::{Home, join};

/// A command's connection.
pub struct Session {
    runtime: Runtime,
    client: Client,
    cache: PathBuf,
    version: OnceCell<Value>,
    discovery: RefCell<Option<Rc<Discovery>>>,
    canceller: Canceller,
    cancel: Cancel,
}

/// Helm's text for a cluster that does not tell its version. For a user that is unknown to it, that is not the server's own.
fn unreachable(error: &ApiError) -> CommandError {
    const UNKNOWN_USER: u16 = 401;
    if error.code() != Some(UNKNOWN_USER) {
        return CommandError::new(format!("kubernetes cluster unreachable: {error}"));
    }
    let text = "kubernetes cluster unreachable: the server has asked for the client to provide credentials";
    CommandError::new(text).with_story(
        "The server does not know the user of this kubeconfig: the token or client certificate is wrong or has expired.",
    )
}

/// The exit status of a process that was ended by a second SIGINT.
const INTERRUPTED: i32 = 130;

impl Session {
    /// Reads the configuration and prepares the connection. Nothing is sent yet.
    ///
    /// # Errors
    /// Helm's message for a configuration that cannot be used.
    pub fn connect(settings: &Settings) -> Result<Session, CommandError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| CommandError::new(format!("the system gives no event loop: {error}")))?;
        let client = runtime
            .block_on(connect(&options(settings)))
            .map_err(|error| CommandError::new(format!("kubernetes cluster unreachable: {error}")))?;
        let host: String = client
            .address()
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() || letter == '.' {
                    letter
                } else {
                    '_'
                }
            })
            .collect();
        let (canceller, cancel) = cancel::channel();
        Ok(Session {
            runtime,
            client,
            cache: PathBuf::from(join(&[&settings.home(Home::Cache), "discovery", &host])),
            version: OnceCell::new(),
            discovery: RefCell::default(),
            canceller,
            cancel,
        })
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The token that tells of SIGINT and SIGTERM; asked for only inside [`Session::run`].
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Waits for something that may be interrupted as any program is.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Waits for something that changes the cluster: SIGINT and SIGTERM only ask it to stop, through [`Session::cancel`]. The
    /// second signal ends the process at once.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(async {
            let mut future = pin!(future);
            let mut signals = pin!(signals());
            let mut asked = false;
            loop {
                tokio::select! {
                    biased;
                    outcome = &mut future => return outcome,
                    () = &mut signals => {
                        if asked {
                            std::process::exit(INTERRUPTED);
                        }
                        asked = true;
                        self.canceller.cancel();
                        signals.set(self::signals());
                    }
                }
            }
        })
    }

    /// Makes sure that the cluster answers.
    ///
    /// # Errors
    /// `kubernetes cluster unreachable: …`, as Helm begins every command that needs one.
    pub fn reach(&self) -> Result<&Value, CommandError> {
        if let Some(version) = self.version.get() {
            return Ok(version);
        }
        let version = self
            .block_on(self.client.get("/version"))
            .map_err(|error| unreachable(&error))?;
        Ok(self.version.get_or_init(|| version))
    }

    /// The kinds that the cluster serves, read once.
    ///
    /// # Errors
    /// The cluster cannot be asked.
    pub fn discovery(&self) -> Result<Rc<Discovery>, ApiError> {
        if let Some(known) = self.discovery.borrow().as_ref() {
            return Ok(Rc::clone(known));
        }
        let read = Rc::new(self.block_on(Discovery::read(&self.client, Some(&self.cache)))?);
        *self.discovery.borrow_mut() = Some(Rc::clone(&read));
        Ok(read)
    }

    /// Forgets the kinds: CRDs were changed.
    pub fn forget_discovery(&self) {
        *self.discovery.borrow_mut() = None;
    }

    /// What templates see as `.Capabilities`.
    ///
    /// # Errors
    /// Helm's message where the cluster cannot be asked, or its version is none.
    pub fn capabilities(&self) -> Result<Capabilities, CommandError> {
        let version = self.reach()?["gitVersion"].as_str().unwrap_or_default().to_owned();
        let kube_version = KubeVersion::parse(&version)
            .map_err(|reason| CommandError::new(format!("could not get server version from Kubernetes: {reason}")))?;
        let discovery = self
            .discovery()
            .map_err(|error| CommandError::new(format!("could not get apiVersions from Kubernetes: {error}")))?;
        Ok(Capabilities {
            kube_version,
            api_versions: discovery.api_versions(),
        })
    }

    /// Prints the warnings that the server has sent so far.
    pub fn print_warnings(&self, out: &mut Output) {
        for warning in self.client.take_warnings() {
            out.log(Level::Warn, &warning, &[]);
        }
    }
}

/// Resolves at the next SIGINT or SIGTERM.
async fn signals() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn options(settings: &Settings) -> ConnectOptions {
    let env = &settings.env;
    let list = env.text("KUBECONFIG");
    let separator = if cfg!(windows) { ';' } else { ':' };
    let files = if list.is_empty() {
        vec![PathBuf::from(join(&[&env.text("HOME"), ".kube/config"]))]
    } else {
        list.split(separator)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
            .collect()
    };
    let either = |upper: &str, lower: &str| {
        env.get(upper)
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| env.text(lower))
    };
    ConnectOptions {
        kube_config: settings.kube_config.clone(),
        kube_configs: files,
        context: settings.kube_context.clone(),
        api_server: settings.kube_api_server.clone(),
        token: settings.kube_token.clone(),
        as_user: settings.kube_as_user.clone(),
        as_groups: settings.kube_as_groups.clone(),
        ca_file: settings.kube_ca_file.clone(),
        tls_server_name: settings.kube_tls_server_name.clone(),
        insecure_skip_tls_verify: settings.kube_insecure_skip_tls_verify,
        https_proxy: either("HTTPS_PROXY", "https_proxy"),
        http_proxy: either("HTTP_PROXY", "http_proxy"),
        no_proxy: either("NO_PROXY", "no_proxy"),
        in_pod: env.is_set("KUBERNETES_SERVICE_HOST") && env.is_set("KUBERNETES_SERVICE_PORT"),
        qps: settings.qps,
        burst: settings.burst_limit,
        user_agent: format!("Helm/4.3.1 skeg/{}", env!("CARGO_PKG_VERSION")),
    }
}

/// Listens to an operation: prints its log lines and what containers said, and shows how waits stand.
pub struct Console<'o> {
    out: RefCell<&'o mut Output>,
    live: RefCell<Live>,
}

impl<'o> Console<'o> {
    /// Prints to this output.
    pub fn new(out: &'o mut Output) -> Self {
        let (columns, rows) = terminal_size::terminal_size_of(std::io::stderr())
            .map_or((None, None), |(width, height)| {
                (Some(usize::from(width.0)), Some(usize::from(height.0)))
            });
        let live = Live::new(out.progress, columns, rows, true);
        Console {
            out: RefCell::new(out),
            live: RefCell::new(live),
        }
    }

    /// Prints a line to standard output.
    pub fn line(&self, text: &str) {
        self.draw(Live::clear);
        self.out.borrow_mut().line(text);
    }

    fn draw(&self, what: impl FnOnce(&mut Live) -> String) {
        let text = what(&mut self.live.borrow_mut());
        if !text.is_empty() {
            self.out.borrow_mut().eprint(text);
        }
    }
}

impl Observer for Console<'_> {
    fn log(&self, level: progress::Level, text: &str, attributes: &[(&str, &str)]) {
        let level = match level {
            progress::Level::Debug => Level::Debug,
            progress::Level::Info => Level::Info,
            progress::Level::Warn => Level::Warn,
            progress::Level::Error => Level::Error,
        };
        self.draw(Live::clear);
        self.out.borrow_mut().log(level, text, attributes);
    }

    /// A log line for each line of the container's, where Helm writes all of them into one with `\n` between them.
    fn container_log(&self, _pod: &str, _container: &str, text: &[u8]) {
        self.draw(Live::clear);
        let text = String::from_utf8_lossy(text);
        for line in text.lines() {
            self.out.borrow_mut().log(Level::Info, line, &[]);
        }
    }

    fn waiting(&self, tree: &Tree) {
        self.draw(|live| live.waiting(tree));
    }

    fn waited(&self) {
        self.draw(Live::waited);
    }
}
