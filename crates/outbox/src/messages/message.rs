//! A message, and whom it concerns.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::{
    AppId, EndpointId, MessageId, OperatorId,
    endpoint::{Endpoint, EndpointOwner, MessageType},
};
use event_log::Recorded;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::map::Draft;

/// Whom a message concerns: nobody else gets it, whatever they subscribed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audience {
    /// The apps whose riders or links it is about.
    pub apps: BTreeSet<AppId>,
    /// The operators whose sales or accounts it is about.
    pub operators: BTreeSet<OperatorId>,
    /// One endpoint, whoever it belongs to.
    pub endpoint: Option<EndpointId>,
}

impl Audience {
    /// Whether an endpoint's owner is among them.
    #[must_use]
    pub fn includes(&self, endpoint: &Endpoint) -> bool {
        let owner = match endpoint.owner() {
            EndpointOwner::App(app) => self.apps.contains(app),
            EndpointOwner::Operator(operator) => self.operators.contains(operator),
        };
        owner || self.endpoint.as_ref() == Some(endpoint.id())
    }
}

/// A message as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The same for everybody who gets it, on every attempt and in every replay.
    pub id: MessageId,
    /// What it is about.
    pub kind: MessageType,
    /// Whom it concerns.
    pub audience: Audience,
    /// What it is ordered in: the stream of its event.
    pub lane: String,
    /// Of its event.
    pub position: u64,
    /// Among the messages of one event, from 0.
    pub ordinal: u32,
    /// The body, byte for byte as it is signed.
    pub body: String,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: MessageType,
    timestamp: String,
    data: &'a Value,
}

impl Message {
    /// The `ordinal`-th message of an event.
    pub(super) fn of(event: &Recorded, ordinal: u32, draft: Draft) -> Result<Self, serde_json::Error> {
        let body = Body {
            kind: draft.kind,
            timestamp: moment(event.at),
            data: &draft.data,
        };
        Ok(Self {
            id: id_of(event, ordinal),
            kind: draft.kind,
            audience: draft.audience,
            lane: event.stream.to_string(),
            position: event.position.0,
            ordinal,
            body: serde_json::to_string(&body)?,
        })
    }
}

/// Made of where the event stands in its stream, so that it is the same whenever it is made, and tells nobody how much
/// happens elsewhere.
fn id_of(event: &Recorded, ordinal: u32) -> MessageId {
    let mut digest = Sha256::new();
    digest.update(event.stream.as_str().as_bytes());
    digest.update([0]);
    digest.update(event.version.to_be_bytes());
    digest.update(ordinal.to_be_bytes());
    let bytes: [u8; 32] = digest.finalize().into();
    let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = bytes;
    MessageId::from_uuid(Builder::from_custom_bytes(first).into_uuid())
}

/// A moment as messages write it.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
