//! The notification: what was told, and whether it was acted upon.

use serde::{Deserialize, Serialize};

use super::{
    command::{NotificationCommand, NotificationRejection},
    event::{Handling, NotificationEvent},
};
use crate::{
    Aggregate, ChargeId, Decided, ImpossibleHistory, NotificationId, PurchaseId, StripeAccountId,
    StripeEventId,
};

/// A notification from its receipt on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    id: NotificationId,
    event: StripeEventId,
    kind: String,
    account: Option<StripeAccountId>,
    object: Option<String>,
    #[serde(default)]
    purchase: Option<PurchaseId>,
    #[serde(default)]
    charge: Option<ChargeId>,
    handling: Option<Handling>,
}

impl Notification {
    /// Which it is.
    #[must_use]
    pub const fn id(&self) -> &NotificationId {
        &self.id
    }

    /// The event's name at Stripe.
    #[must_use]
    pub const fn event(&self) -> &StripeEventId {
        &self.event
    }

    /// What kind of event.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The connected account it happened on.
    #[must_use]
    pub const fn account(&self) -> Option<&StripeAccountId> {
        self.account.as_ref()
    }

    /// The id of the object that it is about.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        self.object.as_deref()
    }

    /// The purchase that our own metadata on the object names.
    #[must_use]
    pub const fn purchase(&self) -> Option<&PurchaseId> {
        self.purchase.as_ref()
    }

    /// The charge that the object is, or is of.
    #[must_use]
    pub const fn charge(&self) -> Option<&ChargeId> {
        self.charge.as_ref()
    }

    /// What followed from it, once it has.
    #[must_use]
    pub const fn handling(&self) -> Option<Handling> {
        self.handling
    }
}

impl Aggregate for Notification {
    const CATEGORY: &'static str = "notification";
    type Command = NotificationCommand;
    type Event = NotificationEvent;
    type Rejection = NotificationRejection;

    fn decide(notification: Option<&Self>, command: NotificationCommand) -> Decided<Self> {
        match (notification, command) {
            (None, NotificationCommand::Receive { told, at }) => Ok(vec![NotificationEvent::Received {
                notification: told.notification,
                event: told.event,
                kind: told.kind,
                account: told.account,
                object: told.object,
                purchase: told.purchase,
                charge: told.charge,
                created: told.created,
                at,
            }]),
            (Some(_), NotificationCommand::Receive { .. }) => Ok(Vec::new()),
            (None, NotificationCommand::RecordHandled { .. }) => Err(NotificationRejection::NotReceived),
            (Some(it), NotificationCommand::RecordHandled { .. }) if it.handling.is_some() => Ok(Vec::new()),
            (Some(_), NotificationCommand::RecordHandled { handling, at }) => {
                Ok(vec![NotificationEvent::Handled { handling, at }])
            }
        }
    }

    fn apply(notification: Option<Self>, event: &NotificationEvent) -> Result<Self, ImpossibleHistory> {
        match (notification, event) {
            (
                None,
                NotificationEvent::Received {
                    notification,
                    event,
                    kind,
                    account,
                    object,
                    purchase,
                    charge,
                    ..
                },
            ) => Ok(Self {
                id: notification.clone(),
                event: event.clone(),
                kind: kind.clone(),
                account: account.clone(),
                object: object.clone(),
                purchase: purchase.clone(),
                charge: charge.clone(),
                handling: None,
            }),
            (Some(it), NotificationEvent::Handled { handling, .. }) if it.handling.is_none() => Ok(Self {
                handling: Some(*handling),
                ..it
            }),
            _ => Err(Self::impossible(
                "a notification is received once, and handled once",
            )),
        }
    }
}
