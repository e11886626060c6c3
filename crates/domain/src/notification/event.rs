//! What happens to a notification. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChargeId, NotificationId, PurchaseId, StripeAccountId, StripeEventId};

/// What followed from a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// It was taken into account: whatever it changed stands in the streams it concerns.
    Applied,
    /// It concerns nobody here.
    Irrelevant,
}

/// The history of a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NotificationEvent {
    /// It came, and Stripe's signature was on it. Nothing of the object itself is kept: what it says now is asked for.
    Received {
        /// The notification itself.
        notification: NotificationId,
        /// The event's name at Stripe.
        event: StripeEventId,
        /// What kind of event: `account.updated`.
        kind: String,
        /// The connected account it happened on; absent for a platform's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<StripeAccountId>,
        /// The id of the object that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        object: Option<String>,
        /// The purchase that our own metadata on it names; absent where it names none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purchase: Option<PurchaseId>,
        /// The charge that it is, or is of; absent where it is of none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        charge: Option<ChargeId>,
        /// When it happened, by Stripe's clock.
        created: DateTime<Utc>,
        /// When it came.
        at: DateTime<Utc>,
    },
    /// What follows from it has been done.
    Handled {
        /// What that was.
        handling: Handling,
        /// When.
        at: DateTime<Utc>,
    },
}
