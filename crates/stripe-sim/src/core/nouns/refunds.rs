//! Refunds. <https://docs.stripe.com/api/refunds>

mod create;

use serde_json::{Value, json};

pub(crate) use create::{create, create_for_charge};

use super::balance::{self, Entry};
use super::charges;
use super::charging;
use super::metadata::{self, Metadata};
use crate::core::books::Account;
use crate::core::cards::Behaviour;
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::world::World;

#[derive(Debug, Clone)]
pub(crate) struct Refund {
    pub(crate) id: String,
    created: i64,
    amount: i64,
    currency: String,
    charge: String,
    payment_intent: Option<String>,
    reason: Option<String>,
    status: &'static str,
    failure_reason: Option<&'static str>,
    balance_transaction: Option<String>,
    failure_balance_transaction: Option<String>,
    metadata: Metadata,
}

impl Object for Refund {
    const NAME: &'static str = "refund";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        let mut refund = json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "balance_transaction": self.balance_transaction,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "destination_details": {
                "card": { "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" },
                "type": "card",
            },
            "metadata": self.metadata,
            "payment_intent": self.payment_intent,
            "reason": self.reason,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": self.status,
            "transfer_reversal": null,
        });
        if let (Some(reason), Value::Object(members)) = (self.failure_reason, &mut refund) {
            members.insert("failure_reason".to_owned(), json!(reason));
            members.insert(
                "failure_balance_transaction".to_owned(),
                json!(self.failure_balance_transaction),
            );
        }
        refund
    }
}

fn in_path<'a>(call: &'a Call<'_>, place: usize) -> Result<&'a Refund, ApiError> {
    let id = call.arg(place);
    call.own()?
        .refunds
        .get(id)
        .ok_or_else(|| ApiError::not_found("refund", id, "id"))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    Ok(in_path(call, 0)?.render(call.now()))
}

pub(crate) fn retrieve_of_charge(call: &mut Call<'_>) -> Outcome {
    let charge = charges::in_path(call)?.id.clone();
    let refund = in_path(call, 1)?;
    if refund.charge != charge {
        return Err(ApiError::not_found("refund", &refund.id, "id"));
    }
    Ok(refund.render(call.now()))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let (charge, intent) = (call.params.text("charge"), call.params.text("payment_intent"));
    list::page(
        &call.params,
        &call.own()?.refunds,
        "/v1/refunds",
        call.now(),
        |refund| {
            charge.is_none_or(|charge| refund.charge == charge)
                && intent.is_none_or(|intent| refund.payment_intent.as_deref() == Some(intent))
        },
    )
}

pub(crate) fn list_of_charge(call: &mut Call<'_>) -> Outcome {
    let charge = charges::in_path(call)?.id.clone();
    let url = format!("/v1/charges/{charge}/refunds");
    list::page(&call.params, &call.own()?.refunds, &url, call.now(), |refund| {
        refund.charge == charge
    })
}

/// The `refunds` list inside a charge, when it is expanded: the ten newest.
pub(crate) fn list_in_charge(own: &Account, charge: &str, now: i64) -> Value {
    let mut of_charge = own
        .refunds
        .newest_first()
        .map(|(_, refund)| refund)
        .filter(|refund| refund.charge == charge);
    let data: Vec<Value> = of_charge
        .by_ref()
        .take(10)
        .map(|refund| refund.render(now))
        .collect();
    let has_more = of_charge.next().is_some();
    list::envelope(&format!("/v1/charges/{charge}/refunds"), data, has_more)
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut refund = in_path(call, 0)?.clone();
    metadata::merge(&mut refund.metadata, &call.params)?;
    let rendered = refund.render(call.now());
    if let Some(place) = call.own_mut()?.refunds.get_mut(&refund.id) {
        *place = refund;
    }
    let account = call.account.clone();
    call.world.emit(&account, "refund.updated", &rendered);
    Ok(rendered)
}

pub(crate) fn cancel(call: &mut Call<'_>) -> Outcome {
    in_path(call, 0)?;
    Err(ApiError::invalid(
        "You can only cancel a refund that is in the `requires_action` status, and not one of a card payment.",
    )
    .code("refund_not_cancelable"))
}

/// An asynchronous refund reaches its end: the money arrives, or comes back.
pub(crate) fn finish(world: &mut World, account: &str, id: &str) {
    let Some(refund) = world
        .accounts
        .get(account)
        .and_then(|own| own.refunds.get(id))
        .cloned()
    else {
        return;
    };
    let charge = world
        .accounts
        .get(account)
        .and_then(|own| own.charges.get(&refund.charge));
    let fails = charge.is_some_and(|charge| charge.card.behaviour == Behaviour::RefundFails);
    let returned = fails.then(|| {
        let entry = Entry {
            kind: "refund_failure",
            amount: refund.amount,
            currency: refund.currency.clone(),
            fees: Vec::new(),
            source: id.to_owned(),
            description: Some("REFUND FAILURE".to_owned()),
            available_on: world.now,
        };
        balance::post(world, account, entry)
    });
    let now = world.now;
    let Some(own) = world.accounts.get_mut(account) else {
        return;
    };
    if let (true, Some(charge)) = (fails, own.charges.get_mut(&refund.charge)) {
        charge.amount_refunded = charge.amount_refunded.saturating_sub(refund.amount);
    }
    let Some(stored) = own.refunds.get_mut(id) else {
        return;
    };
    if fails {
        stored.status = "failed";
        stored.failure_reason = Some("expired_or_canceled_card");
        stored.failure_balance_transaction = returned;
    } else {
        stored.status = "succeeded";
    }
    let rendered = stored.render(now);
    let kind = if fails { "refund.failed" } else { "refund.updated" };
    world.emit(account, kind, &rendered);
    world.emit(account, "charge.refund.updated", &rendered);
    charging::emit(world, account, &refund.charge, "charge.updated");
}
