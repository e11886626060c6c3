//! The envelope that every event comes in.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::StripeAccountId;
use serde_json::Value;

use super::WebhookError;
use crate::facts::Unreadable;

/// Longest id or type that Stripe gives an event, with room to spare.
const MAX_NAME_LENGTH: usize = 255;

/// An event from Stripe, as little of it as is always there.
#[derive(Clone, PartialEq)]
pub struct StripeEvent {
    /// `evt_…`: the same event may come several times, and is told by this.
    pub id: String,
    /// `charge.refunded`, `account.updated`, …
    pub kind: String,
    /// The connected account it happened on; the platform's own events have none.
    pub account: Option<StripeAccountId>,
    /// When it happened, by Stripe's clock. Events arrive in any order.
    pub created: DateTime<Utc>,
    /// It is about real money.
    pub livemode: bool,
    /// The object it is about, as it was then. It may hold personal data, so `Debug` hides it.
    pub object: Value,
}

impl fmt::Debug for StripeEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StripeEvent")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("account", &self.account)
            .field("created", &self.created)
            .field("livemode", &self.livemode)
            .finish_non_exhaustive()
    }
}

impl StripeEvent {
    /// Reads what was signed. Nothing may call this before the signature has been checked.
    pub(super) fn read(payload: &[u8]) -> Result<Self, WebhookError> {
        use WebhookError::Malformed;
        let event: Value = serde_json::from_slice(payload).map_err(|_| Malformed("JSON"))?;
        Self::of(event)
    }

    /// Reads one of the events that Stripe lists when it is asked. No signature is on those: that Stripe was asked,
    /// with our own key, is what makes them Stripe's.
    pub(crate) fn listed(event: &Value) -> Result<Self, Unreadable> {
        Self::of(event.clone()).map_err(|error| Unreadable {
            object: "event",
            field: match error {
                WebhookError::Malformed(field) => field,
                _ => "form",
            },
        })
    }

    fn of(mut event: Value) -> Result<Self, WebhookError> {
        use WebhookError::Malformed;
        let name = |field: &'static str| {
            let text = event.get(field).and_then(Value::as_str).unwrap_or_default();
            let fits = (1..=MAX_NAME_LENGTH).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_graphic());
            if fits {
                Ok(text.to_owned())
            } else {
                Err(Malformed(field))
            }
        };
        let (id, kind) = (name("id")?, name("type")?);
        let account = match event.get("account") {
            None | Some(Value::Null) => None,
            Some(Value::String(account)) => {
                Some(StripeAccountId::parse(account.as_str()).map_err(|_| Malformed("account"))?)
            }
            Some(_) => return Err(Malformed("account")),
        };
        let created = event.get("created").and_then(Value::as_i64);
        let created = created
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .ok_or(Malformed("created"))?;
        let livemode = event
            .get("livemode")
            .and_then(Value::as_bool)
            .ok_or(Malformed("livemode"))?;
        let object = event
            .pointer_mut("/data/object")
            .filter(|object| object.is_object());
        let object = object.map(Value::take).ok_or(Malformed("object"))?;
        Ok(Self {
            id,
            kind,
            account,
            created,
            livemode,
            object,
        })
    }
}
