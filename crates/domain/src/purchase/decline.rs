//! Declines that pass: the issuer could not decide just now, and the same purchase may be tried again.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Purchase, PurchaseEvent, PurchaseRejection, Route, Stage, Step};
use crate::{Aggregate, Decided, ImpossibleHistory, PaymentIntentId, user::PURCHASE_HOLD};

/// A card refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decline {
    /// Stripe's error code: `card_declined`, `expired_card`, `authentication_required`, …
    pub code: String,
    /// Why the issuer or Stripe said no: `insufficient_funds`, `stolen_card`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_code: Option<String>,
    /// The attempt, if there is a trace of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_intent: Option<PaymentIntentId>,
}

/// For how long after its start a purchase may be tried again: for as long as it keeps the rider's other purchases out,
/// so that nothing can have been bought in its place.
pub const RETRY_WINDOW: TimeDelta = PURCHASE_HOLD;

/// How often a card is asked for one purchase. Issuers take more for an attack.
const MOST_ATTEMPTS: u32 = 5;

/// Why Stripe advises to try again. <https://docs.stripe.com/declines/codes>
const PASSING: [&str; 5] = [
    "approve_with_id",
    "issuer_not_available",
    "processing_error",
    "reenter_transaction",
    "try_again_later",
];

/// Declines after which the same card must not be asked again: it is gone, or its issuer or owner forbids it. Whoever
/// asks all the same is fined by the card networks. <https://docs.stripe.com/declines/codes>
const FINAL: [&str; 15] = [
    "do_not_try_again",
    "expired_card",
    "fraudulent",
    "incorrect_number",
    "invalid_account",
    "invalid_number",
    "lost_card",
    "merchant_blacklist",
    "pickup_card",
    "restricted_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "security_violation",
    "stolen_card",
    "stop_payment_order",
];

impl Decline {
    /// Whether the same card may not be tried again, however much later.
    #[must_use]
    pub fn forbids_retry(&self) -> bool {
        let reasons = [Some(self.code.as_str()), self.decline_code.as_deref()];
        reasons
            .into_iter()
            .flatten()
            .any(|reason| FINAL.contains(&reason))
    }

    /// Whether the same card may well be taken a moment later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let reason = self.decline_code.as_deref().unwrap_or(&self.code);
        PASSING.contains(&reason)
    }

    /// The same, for the refusal of a charge in this generation: after many of them it is an answer like any other.
    #[must_use]
    pub fn may_be_retried(&self, generation: u32) -> bool {
        generation < MOST_ATTEMPTS && self.is_passing()
    }
}

impl Purchase {
    /// Why the card was refused, while it is still to be tried again.
    #[must_use]
    pub const fn declined_for_now(&self) -> Option<&Decline> {
        self.declined_for_now.as_ref()
    }

    /// Until when the rider may have it tried again.
    pub(super) fn retry_until(&self) -> DateTime<Utc> {
        let until = self.started_at.checked_add_signed(RETRY_WINDOW);
        until.unwrap_or(self.started_at)
    }

    /// Whether a charge was refused and made anew, so that Stripe's books hold failures which are not of the last one.
    #[must_use]
    pub fn was_retried(&self) -> bool {
        self.generation_of(Step::Charge)
            .is_some_and(|generation| generation > 1)
    }

    /// How often a step was planned.
    #[must_use]
    pub fn generation_of(&self, step: Step) -> Option<u32> {
        self.calls.get(&step).map(|(call, _)| call.generation)
    }

    /// Whether the charge is the step at hand, whether or not anybody may make it now.
    pub(super) fn is_at_charge(&self) -> bool {
        self.stage == Stage::CredentialReady && self.route() != Some(Route::TokenHandedOver)
    }

    /// Heard again, of an earlier generation or after the end, it is no news.
    pub(super) fn decline_for_now(
        &self,
        generation: u32,
        decline: Decline,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.generation_of(Step::Charge);
        let Some(known) = known else {
            return Err(PurchaseRejection::OutOfTurn);
        };
        if generation < known || self.is_past_charging() || self.declined_for_now.is_some() {
            return Ok(vec![]);
        }
        if generation > known || !self.is_at_charge() || !decline.may_be_retried(generation) {
            return Err(PurchaseRejection::OutOfTurn);
        }
        Ok(vec![PurchaseEvent::DeclinedForNow {
            generation,
            decline,
            at,
        }])
    }

    pub(super) fn apply_decline_for_now(
        mut self,
        generation: u32,
        decline: &Decline,
    ) -> Result<Self, ImpossibleHistory> {
        let known = self.generation_of(Step::Charge);
        let due = known == Some(generation) && self.is_at_charge() && self.declined_for_now.is_none();
        if !due || !decline.may_be_retried(generation) {
            return Err(Self::impossible("only the charge at hand is refused for now"));
        }
        self.declined_for_now = Some(decline.clone());
        self.unknown = None;
        Ok(self)
    }
}
