//! Events: one for each change, kept in the account concerned and queued for its webhook endpoints.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};

use super::nouns::webhook_endpoints::Endpoint;
use super::world::World;

/// The version events are rendered for.
const EVENT_VERSION: &str = "2023-08-16";

/// A webhook that is to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookCall {
    /// The account in which the event happened.
    pub account: String,
    /// The event's id.
    pub event: String,
    /// The event's type.
    pub kind: String,
    /// The endpoint's id.
    pub endpoint: String,
    /// Where to deliver.
    pub url: String,
    /// The endpoint's signing secret.
    pub secret: String,
    /// The exact bytes to sign and send.
    pub payload: Arc<str>,
}

/// An event as kept: everything but `pending_webhooks` is fixed when it happens.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) created: i64,
    object: Arc<str>,
    previous: Option<Arc<str>>,
    request: Option<(String, Option<String>)>,
    pub(crate) pending: u32,
}

impl Event {
    pub(crate) fn render(&self) -> Value {
        let mut data = json!({ "object": parsed(&self.object) });
        if let (Some(previous), Value::Object(data)) = (&self.previous, &mut data) {
            data.insert("previous_attributes".to_owned(), parsed(previous));
        }
        let (id, key) = self
            .request
            .clone()
            .map_or((None, None), |(id, key)| (Some(id), key));
        json!({
            "id": self.id,
            "object": "event",
            "api_version": EVENT_VERSION,
            "created": self.created,
            "data": data,
            "livemode": false,
            "pending_webhooks": self.pending,
            "request": { "id": id, "idempotency_key": key },
            "type": self.kind,
        })
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// An account's latest events, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Events {
    kept: VecDeque<Event>,
    /// Event id to its number among all events of the account.
    numbers: HashMap<String, usize>,
    forgotten: usize,
}

impl Events {
    fn push(&mut self, event: Event, most: usize) {
        self.numbers
            .insert(event.id.clone(), self.forgotten + self.kept.len());
        self.kept.push_back(event);
        while self.kept.len() > most.max(1) {
            if let Some(oldest) = self.kept.pop_front() {
                self.numbers.remove(&oldest.id);
                self.forgotten += 1;
            }
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Event> {
        self.kept.get(self.place(id)?)
    }

    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.numbers.get(id)?.checked_sub(self.forgotten)
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = (usize, &Event)> {
        self.kept.iter().enumerate().rev()
    }

    pub(crate) fn delivered(&mut self, id: &str) {
        if let Some(place) = self.place(id)
            && let Some(event) = self.kept.get_mut(place)
        {
            event.pending = event.pending.saturating_sub(1);
        }
    }
}

impl World {
    /// Record an event in an account, and queue it for the endpoints that want it: the account's own, and the
    /// Connect endpoints of the platforms it is linked to.
    pub(crate) fn emit(&mut self, account: &str, kind: &str, object: &Value) {
        self.emit_change(account, kind, object, None);
    }

    /// The same for an update, with the values the changed attributes had before.
    pub(crate) fn emit_change(
        &mut self,
        account: &str,
        kind: &str,
        object: &Value,
        previous: Option<&Value>,
    ) {
        let mut receivers: Vec<(Endpoint, bool)> = Vec::new();
        if let Some(own) = self.accounts.get(account) {
            receivers.extend(
                own.endpoints
                    .iter()
                    .filter(|it| it.wants(kind, false))
                    .map(|it| (it.clone(), false)),
            );
        }
        for (platform, connected) in &self.links {
            if connected.contains(account)
                && let Some(platform) = self.accounts.get(platform)
            {
                receivers.extend(
                    platform
                        .endpoints
                        .iter()
                        .filter(|it| it.wants(kind, true))
                        .map(|it| (it.clone(), true)),
                );
            }
        }
        let event = Event {
            id: self.ids.next("evt"),
            kind: kind.to_owned(),
            created: self.now,
            object: Arc::from(object.to_string()),
            previous: previous.map(|previous| Arc::from(previous.to_string())),
            request: self.request.clone(),
            pending: u32::try_from(receivers.len()).unwrap_or(u32::MAX),
        };
        for (endpoint, connect) in receivers {
            self.outbox.push(webhook(&event, account, &endpoint, connect));
        }
        let most = self.events_kept;
        if let Some(account) = self.accounts.get_mut(account) {
            account.events.push(event, most);
        }
    }
}

fn webhook(event: &Event, account: &str, endpoint: &Endpoint, connect: bool) -> WebhookCall {
    let mut payload = event.render();
    if let (true, Value::Object(payload)) = (connect, &mut payload) {
        payload.insert("account".to_owned(), json!(account));
    }
    WebhookCall {
        account: account.to_owned(),
        event: event.id.clone(),
        kind: event.kind.clone(),
        endpoint: endpoint.id.clone(),
        url: endpoint.url.clone(),
        secret: endpoint.secret.clone(),
        payload: Arc::from(payload.to_string()),
    }
}
