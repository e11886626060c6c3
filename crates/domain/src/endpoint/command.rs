//! What may be asked of a webhook endpoint, and why it may refuse.

use chrono::{DateTime, Utc};

use super::{
    event::{DisableReason, EndpointSettings},
    owner::EndpointOwner,
};
use crate::{EndpointId, PingId};

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
        /// The whole of it.
        settings: EndpointSettings,
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
    /// Nothing is sent to it now, so no test is either.
    #[error("the webhook endpoint is disabled")]
    Disabled,
}
