//! Starting and stopping a server.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::config::Config;
use super::connection::{BreakableListener, Peer};
use super::control::Control;
use super::faults::Faults;
use super::http;
use super::journal::{Journal, Opened};
use super::shared::{Parts, Shared};
use super::webhooks::{Post, Sender};
use crate::core::{Settings, Simulator};

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The journal cannot be opened, or is not one.
    #[error("cannot use the journal {path}: {source}")]
    Journal {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// The webhook client cannot be set up.
    #[error("cannot set up the webhook client: {0}")]
    Webhooks(String),
}

/// A simulated Stripe that answers over HTTP until it is stopped or dropped.
pub struct Server {
    addr: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Replay the journal, if there is one, and begin to answer.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let settings = Settings {
            seed: config.seed,
            allowed_keys: config.strict_keys.clone(),
            events_kept: config.events_kept,
        };
        let (journal, simulator, undelivered) = open(&config, settings)?;
        let listener = TcpListener::bind(config.addr)
            .await
            .map_err(|source| Error::Listen {
                addr: config.addr,
                source,
            })?;
        let addr = listener.local_addr().map_err(|source| Error::Listen {
            addr: config.addr,
            source,
        })?;
        let (webhooks, queue) = mpsc::unbounded_channel();
        for call in undelivered {
            drop(webhooks.send(Post { call }));
        }
        let shared = Arc::new(Shared::new(Parts {
            simulator,
            journal,
            faults: Faults::new(config.faults.clone(), config.seed),
            webhook_faults: config.webhook_faults,
            latency: config.latency,
            webhooks,
            control_routes: config.control_routes,
        }));
        let (stop, stopped) = watch::channel(false);
        let sender = Sender::new(&config, Arc::clone(&shared)).map_err(Error::Webhooks)?;
        let tasks = vec![
            tokio::spawn(sender.run(queue, stopped.clone())),
            tokio::spawn(serve(listener, Arc::clone(&shared), stopped)),
        ];
        Ok(Self {
            addr,
            shared,
            stop,
            tasks,
        })
    }

    /// The base URL, without a trailing slash: what a Stripe client is configured with.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Where the server listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The control API as Rust methods; it stays usable after the server has stopped.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// Stop accepting, finish what is being answered, and stop delivering webhooks.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for task in std::mem::take(&mut self.tasks) {
            // A task that panicked has nothing left to finish.
            drop(task.await);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

type State = (Option<Journal>, Simulator, Vec<crate::core::WebhookCall>);

fn open(config: &Config, settings: Settings) -> Result<State, Error> {
    let Some(path) = &config.journal else {
        return Ok((None, Simulator::new(settings), Vec::new()));
    };
    let Opened {
        journal,
        simulator,
        undelivered,
    } = Journal::open(path, settings).map_err(|source| Error::Journal {
        path: path.display().to_string(),
        source,
    })?;
    Ok((Some(journal), simulator, undelivered))
}

async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let mut hard_stop = stopped.clone();
    let app = http::router(shared).into_make_service_with_connect_info::<Peer>();
    let serving = axum::serve(BreakableListener(listener), app).with_graceful_shutdown(async move {
        drop(stopped.wait_for(|stop| *stop).await);
    });
    tokio::select! {
        outcome = serving => {
            if let Err(error) = outcome {
                tracing::error!(%error, "the simulated Stripe stopped serving");
            }
        }
        () = async {
            drop(hard_stop.wait_for(|stop| *stop).await);
            // Clients that keep idle connections open must not keep us from stopping.
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        } => {}
    }
}
