//! One attempt to take money from a card: the charge it leaves behind, and what it does to the books.

use serde_json::Value;

use super::application_fees;
use super::balance::{self, Entry, FeePart};
use super::charges::{Charge, ChargeFields};
use super::disputes;
use super::metadata::Metadata;
use crate::core::cards::{Behaviour, Card, Challenge, Decline, IssuerCode};
use crate::core::error::ApiError;
use crate::core::money::processing_fee;
use crate::core::table::Object;
use crate::core::time::{CAPTURE_WINDOW, SETTLING};
use crate::core::world::{Timer, World};

/// What is to be charged.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) card: Card,
    /// The id of what is charged: `pm_…`, `card_…` or `src_…`.
    pub(super) payment_method: String,
    /// The older `source` object, on charges made with one.
    pub(super) source: Value,
    pub(super) billing_details: Value,
    pub(super) customer: Option<String>,
    pub(super) capture: bool,
    pub(super) application_fee_amount: Option<i64>,
    /// The platform that acts for the account and earns the fee.
    pub(super) platform: Option<String>,
    pub(super) payment_intent: Option<String>,
    /// The customer passed a challenge for this payment.
    pub(super) authenticated: bool,
    /// The bank wants a challenge that cannot be given now.
    pub(super) unauthenticated: bool,
    pub(super) details: Details,
    pub(super) metadata: Metadata,
}

/// Texts that are passed through.
#[derive(Debug, Clone, Default)]
pub(super) struct Details {
    pub(super) description: Option<String>,
    pub(super) receipt_email: Option<String>,
    pub(super) shipping: Value,
    pub(super) statement_descriptor: Option<String>,
    pub(super) statement_descriptor_suffix: Option<String>,
    pub(super) transfer_group: Option<String>,
}

/// A refused attempt: the failed charge, and the error for the caller.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) charge: String,
    pub(super) error: Box<ApiError>,
}

pub(super) const AUTHENTICATION_REQUIRED: Decline = Decline {
    code: "authentication_required",
    issuer_code: Some("authentication_required"),
    message: "Your card was declined. This transaction requires authentication.",
    param: None,
};

const FRAUDULENT: Decline = Decline {
    code: "card_declined",
    issuer_code: Some("fraudulent"),
    message: "Your card was declined.",
    param: None,
};

/// Whether the bank wants the customer to authenticate this payment.
pub(super) fn wants_challenge(card: &Card, off_session: bool) -> bool {
    match card.behaviour {
        Behaviour::Challenges(Challenge::Always) => true,
        Behaviour::Challenges(Challenge::UnlessSetUp) => !(off_session && card.set_up),
        Behaviour::Challenges(Challenge::OnSession | Challenge::ThenDeclines(_)) => !off_session,
        _ => false,
    }
}

fn decline_of(attempt: &Attempt) -> Option<Decline> {
    if attempt.unauthenticated {
        return Some(AUTHENTICATION_REQUIRED);
    }
    match attempt.card.behaviour {
        Behaviour::Declines(decline)
        | Behaviour::DeclinesOnceAttached(decline)
        | Behaviour::Challenges(Challenge::ThenDeclines(decline)) => Some(decline),
        Behaviour::Blocked => Some(FRAUDULENT),
        _ => None,
    }
}

/// Try to charge. A refused attempt leaves a failed charge, as at Stripe.
pub(super) fn attempt(world: &mut World, account: &str, attempt: Attempt) -> Result<String, Refused> {
    let said = world.issuer.map(IssuerCode::decline);
    let decline = said.or_else(|| decline_of(&attempt));
    let id = world.ids.next("ch");
    let capture = attempt.capture;
    let charge = Charge::new(ChargeFields {
        id: id.clone(),
        created: world.now,
        decline,
        attempt,
    });
    if let Some(account) = world.accounts.get_mut(account) {
        account.charges.insert(charge);
    }
    if let Some(decline) = decline {
        emit(world, account, &id, "charge.failed");
        let error = decline.error().with("charge", Value::String(id.clone()));
        let error = Box::new(error);
        return Err(Refused { charge: id, error });
    }
    if capture {
        settle(world, account, &id, None);
        emit(world, account, &id, "charge.succeeded");
        dispute_if_wanted(world, account, &id);
    } else {
        let due = world.now.saturating_add(CAPTURE_WINDOW);
        world.set_timer(
            due,
            Timer::CaptureExpires {
                account: account.to_owned(),
                charge: id.clone(),
            },
        );
        emit(world, account, &id, "charge.succeeded");
    }
    Ok(id)
}

/// Capture an authorized charge in full or in part; what is not captured is released.
pub(super) fn capture(world: &mut World, account: &str, id: &str, amount: i64, fee: Option<i64>) {
    let now = world.now;
    if let Some(charge) = world
        .accounts
        .get_mut(account)
        .and_then(|own| own.charges.get_mut(id))
    {
        charge.captured_at = Some(now);
        charge.amount_captured = amount;
        charge.application_fee_amount = fee.or(charge.application_fee_amount);
        if amount < charge.amount {
            charge.amount_refunded = charge.amount - amount;
        }
    }
    settle(world, account, id, Some(amount));
    emit(world, account, id, "charge.captured");
    dispute_if_wanted(world, account, id);
}

/// Put a captured charge into the books: the account's share, Stripe's fee and the platform's.
fn settle(world: &mut World, account: &str, id: &str, captured: Option<i64>) {
    let Some(charge) = world
        .accounts
        .get(account)
        .and_then(|own| own.charges.get(id))
        .cloned()
    else {
        return;
    };
    let amount = captured.unwrap_or(charge.amount);
    let fee = match (&charge.platform, charge.application_fee_amount) {
        (Some(platform), Some(fee)) if fee > 0 => Some((platform.clone(), fee)),
        _ => None,
    };
    let mut parts = Vec::new();
    let mut fee_id = None;
    if let Some((platform, fee)) = &fee {
        parts.push(FeePart::application(*fee, platform));
        fee_id = Some(application_fees::earn(world, platform, account, &charge, *fee));
    }
    parts.push(FeePart::stripe(processing_fee(amount)));
    let bypasses = charge.card.behaviour == Behaviour::BypassesPending;
    let available_on = if bypasses {
        world.now
    } else {
        world.now.saturating_add(SETTLING)
    };
    let entry = Entry {
        kind: "charge",
        amount,
        currency: charge.currency.clone(),
        fees: parts,
        source: id.to_owned(),
        description: charge.details.description.clone(),
        available_on,
    };
    let transaction = balance::post(world, account, entry);
    if let Some(charge) = world
        .accounts
        .get_mut(account)
        .and_then(|own| own.charges.get_mut(id))
    {
        charge.balance_transaction = Some(transaction);
        charge.application_fee = fee_id;
    }
}

fn dispute_if_wanted(world: &mut World, account: &str, id: &str) {
    let behaviour = world
        .accounts
        .get(account)
        .and_then(|own| own.charges.get(id))
        .map(|charge| charge.card.behaviour);
    if let Some(Behaviour::Disputed(reason)) = behaviour {
        disputes::open(world, account, id, reason);
    }
}

pub(super) fn emit(world: &mut World, account: &str, id: &str, kind: &str) {
    let now = world.now;
    if let Some(rendered) = world
        .accounts
        .get(account)
        .and_then(|own| own.charges.get(id))
        .map(|charge| charge.render(now))
    {
        world.emit(account, kind, &rendered);
    }
}
