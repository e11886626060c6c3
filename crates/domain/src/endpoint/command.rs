//! What may be asked of a webhook endpoint, and why it may refuse.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{
    event::{DisableReason, EndpointSettings},
    message_type::MessageType,
    owner::EndpointOwner,
};
use crate::{DeliveryId, EndpointId, PingId, ReplayId, app::WebUrl};

/// What is to be different about an endpoint. What is not named stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointChange {
    /// Where messages are sent.
    pub url: Option<WebUrl>,
    /// Which; empty is all of them.
    pub types: Option<BTreeSet<MessageType>>,
    /// What people call it; empty is nothing any more.
    pub description: Option<String>,
}

impl EndpointChange {
    /// The settings it leads to.
    #[must_use]
    pub fn of(&self, settings: &EndpointSettings) -> EndpointSettings {
        EndpointSettings {
            url: self.url.as_ref().unwrap_or(&settings.url).clone(),
            types: self.types.as_ref().unwrap_or(&settings.types).clone(),
            description: match &self.description {
                Some(text) => Some(text.clone()).filter(|text| !text.is_empty()),
                None => settings.description.clone(),
            },
        }
    }
}

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointCommand {
    /// Let it come into being.
    Create {
        /// The endpoint itself.
        endpoint: EndpointId,
        /// Whose it is.
        owner: EndpointOwner,
        /// Where and what.
        settings: EndpointSettings,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Send elsewhere, or something else.
    Change {
        /// What is to be different.
        change: EndpointChange,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Sign with another secret.
    RotateSecret {
        /// The number of the new one: one more than that of the newest.
        secret: u32,
        /// Until when the one before signs, too.
        previous_until: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Send nothing for now.
    Disable {
        /// Why.
        reason: DisableReason,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Send again.
    Enable {
        /// Now.
        at: DateTime<Utc>,
    },
    /// Send a test.
    Ping {
        /// Which test.
        ping: PingId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Send one message again, whatever became of it.
    Resend {
        /// Which wish it is.
        replay: ReplayId,
        /// Which.
        delivery: DeliveryId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Send everything again that happened on a stretch of the log.
    Replay {
        /// Which wish it is.
        replay: ReplayId,
        /// After this position of the log.
        after: u64,
        /// Up to this one.
        until: u64,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Send nothing any more, for good.
    Delete {
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRejection {
    /// There is no such endpoint.
    #[error("there is no such webhook endpoint")]
    NotKnown,
    /// It was deleted.
    #[error("the webhook endpoint was deleted")]
    Deleted,
    /// The id is taken by another endpoint.
    #[error("another webhook endpoint has this id")]
    EndpointDiffers,
    /// The description is too long, or holds what cannot be shown.
    #[error("a description has at most 200 characters, none of them a control character")]
    BadDescription,
    /// Somebody else has rotated the secret meanwhile.
    #[error("the secret was rotated meanwhile")]
    SecretOutOfTurn,
    /// The overlap ends before it begins, or is too long.
    #[error("the old secret can sign for at most seven days more")]
    BadOverlap,
    /// As many secrets as may are good at once.
    #[error("too many secrets of this webhook endpoint have not expired yet")]
    TooManySecrets,
    /// Nothing is sent to it now, so no test is either, and nothing again.
    #[error("the webhook endpoint is disabled")]
    Disabled,
}
