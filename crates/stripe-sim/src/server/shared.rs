//! What all connections share: the simulator behind one lock, its journal, its faults.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::control::ControlError;
use super::faults::{Faults, WebhookFaults};
use super::gate::Gate;
use super::journal::{Entry, Journal};
use super::webhooks::{Delivered, Post};
use crate::core::{ApiError, Command, Reply, Request, Simulator};

pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) webhook_faults: Mutex<WebhookFaults>,
    pub(crate) gate: Gate,
    pub(crate) latency: Duration,
    pub(crate) webhooks: UnboundedSender<Post>,
    pub(crate) delivered: Delivered,
    pub(crate) control_routes: bool,
    started: u64,
    requests: AtomicU64,
}

struct State {
    simulator: Simulator,
    journal: Option<Journal>,
}

/// The parts of [`Shared`] that differ from server to server.
pub(crate) struct Parts {
    pub(crate) simulator: Simulator,
    pub(crate) journal: Option<Journal>,
    pub(crate) faults: Faults,
    pub(crate) webhook_faults: WebhookFaults,
    pub(crate) latency: Duration,
    pub(crate) webhooks: UnboundedSender<Post>,
    pub(crate) control_routes: bool,
}

impl Shared {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts {
            simulator,
            journal,
            faults,
            webhook_faults,
            latency,
            webhooks,
            control_routes,
        } = parts;
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            state: Mutex::new(State { simulator, journal }),
            faults: Mutex::new(faults),
            webhook_faults: Mutex::new(webhook_faults),
            gate: Gate::default(),
            latency,
            webhooks,
            delivered: Delivered::default(),
            control_routes,
            started: u64::try_from(started.as_micros()).unwrap_or_default(),
            requests: AtomicU64::new(0),
        }
    }

    /// A request id that no other run of this server has given.
    pub(crate) fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("req_{:x}{number:06x}", self.started)
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Simulator) -> T) -> T {
        look(&self.lock().simulator)
    }

    /// Write the request down, execute it, and hand its webhooks on.
    pub(crate) fn execute(&self, request: &Request) -> Reply {
        let at = unix_now();
        let mut state = self.lock();
        if request.method.changes()
            && let Some(journal) = &mut state.journal
            && let Err(error) = journal.write(&Entry::Request {
                at,
                request: request.clone(),
            })
        {
            drop(state);
            tracing::error!(%error, "the journal cannot be written; the request is refused");
            return refused(&request.id);
        }
        let reply = state.simulator.handle(request, at);
        self.hand_on(&mut state);
        reply
    }

    pub(crate) fn command(&self, command: &Command) -> Result<Value, ControlError> {
        let at = unix_now();
        let mut state = self.lock();
        if let Some(journal) = &mut state.journal {
            journal
                .write(&Entry::Command {
                    at,
                    command: command.clone(),
                })
                .map_err(|error| ControlError::Journal(error.to_string()))?;
        }
        let outcome = state.simulator.command(command, at)?;
        self.hand_on(&mut state);
        Ok(outcome)
    }

    /// Note that a webhook needs no further attempt.
    pub(crate) fn webhook_done(&self, post: &Post, answered: bool) {
        let mut state = self.lock();
        if answered {
            state
                .simulator
                .webhook_delivered(&post.call.account, &post.call.event);
        }
        if let Some(journal) = &mut state.journal {
            let entry = Entry::Delivered {
                account: post.call.account.clone(),
                event: post.call.event.clone(),
                endpoint: post.call.endpoint.clone(),
            };
            // A delivery that is not noted is repeated after a restart, which receivers must bear anyway.
            if let Err(error) = journal.write(&entry) {
                tracing::warn!(%error, "a delivery could not be noted in the journal");
            }
        }
    }

    /// Webhooks go to the sender under the lock, so that they leave in the order of their events.
    fn hand_on(&self, state: &mut MutexGuard<'_, State>) {
        for call in state.simulator.take_webhooks() {
            // Nobody listens only while the server is stopping.
            drop(self.webhooks.send(Post { call }));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(request_id: &str) -> Reply {
    let error = ApiError::internal();
    Reply {
        status: error.status,
        body: error.body(request_id).to_string().into(),
        original_request: None,
        replayed: false,
        should_retry: Some(true),
    }
}

pub(crate) fn unix_now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}
