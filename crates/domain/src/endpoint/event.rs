//! What happens to a webhook endpoint. Stored for ever: variants are added, never edited.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{message_type::MessageType, owner::EndpointOwner};
use crate::{DeliveryId, EndpointId, PingId, ReplayId, app::WebUrl};

/// What its owner decides about an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointSettings {
    /// Where messages are sent.
    pub url: WebUrl,
    /// Which; empty is all of them, those to come included.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub types: BTreeSet<MessageType>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Why an endpoint is sent nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DisableReason {
    /// Somebody wanted it so.
    Requested {
        /// In the words of whoever did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// It answered 410 Gone.
    Gone,
    /// For as long as a message is tried, it has taken none.
    Failing {
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// The history of a webhook endpoint. Its signing secrets are derived by the vault from their numbers and stand nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EndpointEvent {
    /// It exists, is enabled, and has its first secret.
    Created {
        /// The endpoint itself.
        endpoint: EndpointId,
        /// Whose it is.
        owner: EndpointOwner,
        /// Where and what.
        settings: EndpointSettings,
        /// When.
        at: DateTime<Utc>,
    },
    /// Something about it is different.
    Changed {
        /// The whole of it now.
        settings: EndpointSettings,
        /// When.
        at: DateTime<Utc>,
    },
    /// It has another secret. Those before it sign, too, until they expire.
    SecretRotated {
        /// The number of the new one: 2, 3, …
        secret: u32,
        /// When the one before expires, if it does not already.
        previous_until: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is sent nothing for now.
    Disabled {
        /// Why.
        reason: DisableReason,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is again.
    Enabled {
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody wants it to be sent a test.
    Pinged {
        /// Which test.
        ping: PingId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody wants it to be sent one message again, whatever became of it.
    Resent {
        /// Which wish it is.
        replay: ReplayId,
        /// Which message, on its way to this endpoint.
        delivery: DeliveryId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody wants it to be sent everything again that happened on a stretch of the log, as it wants it now.
    Replayed {
        /// Which wish it is.
        replay: ReplayId,
        /// After this position of the log.
        after: u64,
        /// Up to this one.
        until: u64,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is sent nothing any more, for good.
    Deleted {
        /// When.
        at: DateTime<Utc>,
    },
}
