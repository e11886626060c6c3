//! A call of Stripe's as it is written down before it is made.

use serde::{Deserialize, Serialize};

use super::Step;
use crate::{PurchaseId, StripeCallKey};

/// A call and the idempotency key it will be made under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedCall {
    /// What it does.
    pub step: Step,
    /// 1 at first; a corrected request is a new generation, a retry is not.
    pub generation: u32,
    /// The key.
    pub key: StripeCallKey,
}

impl PlannedCall {
    /// The call for a step of a purchase.
    #[must_use]
    pub fn of(purchase: &PurchaseId, step: Step, generation: u32) -> Self {
        Self {
            step,
            generation,
            key: StripeCallKey::derive(purchase.as_str(), step.as_str(), generation),
        }
    }
}
