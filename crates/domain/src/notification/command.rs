//! What may be asked of a notification, and why it may refuse.

use chrono::{DateTime, Utc};

use super::event::Handling;
use crate::{ChargeId, NotificationId, PurchaseId, StripeAccountId, StripeEventId};

/// What was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The notification itself.
    pub notification: NotificationId,
    /// The event's name at Stripe.
    pub event: StripeEventId,
    /// What kind of event: `account.updated`.
    pub kind: String,
    /// The connected account it happened on; none for a platform's own.
    pub account: Option<StripeAccountId>,
    /// The id of the object that it is about.
    pub object: Option<String>,
    /// The purchase that our own metadata on it names.
    pub purchase: Option<PurchaseId>,
    /// The charge that it is, or is of.
    pub charge: Option<ChargeId>,
    /// When it happened, by Stripe's clock.
    pub created: DateTime<Utc>,
}

/// Facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotificationCommand {
    /// Keep it. Stripe repeats itself; that changes nothing.
    Receive {
        /// What was told.
        told: Told,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that what follows from it has been done.
    RecordHandled {
        /// What that was.
        handling: Handling,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotificationRejection {
    /// It never came.
    #[error("there is no such notification")]
    NotReceived,
}
