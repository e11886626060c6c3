//! Giving money back.

use super::Refund;
use crate::core::cards::Behaviour;
use crate::core::error::ApiError;
use crate::core::money::{proportion, shown};
use crate::core::nouns::balance::{self, Entry, FeePart};
use crate::core::nouns::charges::{self, Charge};
use crate::core::nouns::{application_fees, charging, metadata};
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::time::REFUND_DELAY;
use crate::core::world::Timer;

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let charge = match (call.params.owned("charge"), call.params.owned("payment_intent")) {
        (Some(id), _) => id,
        (None, Some(intent)) => charge_of_intent(call, &intent)?,
        (None, None) => {
            return Err(ApiError::invalid(
                "One of the following params should be provided for this request: payment_intent or charge.",
            )
            .code("parameter_missing")
            .param("charge"));
        }
    };
    refund(call, &charge)
}

pub(crate) fn create_for_charge(call: &mut Call<'_>) -> Outcome {
    let charge = charges::in_path(call)?.id.clone();
    refund(call, &charge)
}

fn charge_of_intent(call: &Call<'_>, id: &str) -> Result<String, ApiError> {
    let intent = call.own()?.payment_intents.get(id);
    let intent = intent.ok_or_else(|| ApiError::missing("payment_intent", id, "payment_intent"))?;
    match &intent.latest_charge {
        Some(charge) if call.own()?.charges.get(charge).is_some_and(Charge::paid) => Ok(charge.clone()),
        _ => Err(ApiError::invalid(format!(
            "This PaymentIntent ({id}) does not have a successful charge to refund."
        ))
        .param("payment_intent")),
    }
}

/// How much of which charge.
fn wanted(call: &Call<'_>, id: &str) -> Result<(Charge, i64), ApiError> {
    let charge = call
        .own()?
        .charges
        .get(id)
        .ok_or_else(|| ApiError::missing("charge", id, "charge"))?
        .clone();
    if !charge.paid() || charge.released {
        return Err(ApiError::invalid(format!("Charge {id} is not in a refundable state.")).param("charge"));
    }
    if charge.refundable() == 0 {
        return Err(
            ApiError::invalid(format!("Charge {id} has already been refunded."))
                .code("charge_already_refunded"),
        );
    }
    if let Some(dispute) = &charge.dispute
        && call
            .own()?
            .disputes
            .get(dispute)
            .is_some_and(|dispute| !dispute.is_refundable())
    {
        return Err(ApiError::invalid(format!(
            "Charge {id} has been charged back; cannot issue a refund."
        ))
        .code("charge_disputed"));
    }
    let amount = call.params.int("amount").unwrap_or_else(|| charge.refundable());
    if amount < 1 {
        return Err(
            ApiError::invalid("This value must be greater than or equal to 1.")
                .code("parameter_invalid_integer")
                .param("amount"),
        );
    }
    if amount > charge.refundable() {
        return Err(ApiError::invalid(format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            shown(amount, &charge.currency),
            shown(charge.refundable(), &charge.currency),
        ))
        .param("amount"));
    }
    Ok((charge, amount))
}

fn refund(call: &mut Call<'_>, id: &str) -> Outcome {
    call.refuse_unsupported(&["reverse_transfer", "origin", "instructions_email"])?;
    let (charge, amount) = wanted(call, id)?;
    let metadata = metadata::fresh(&call.params)?;
    let reason = call.params.owned("reason");
    let return_fee = call.params.flag("refund_application_fee").unwrap_or(false);
    if return_fee && charge.application_fee.is_none() {
        return Err(
            ApiError::invalid("You cannot refund an application fee for a charge that has none.")
                .param("refund_application_fee"),
        );
    }
    let fee_returned = if return_fee {
        give_fee_back(call, &charge, amount)
    } else {
        keep_fee(call, &charge.id)?;
        0
    };
    let refund_id = call.world.ids.next("re");
    let account = call.account.clone();
    let balance_transaction = charge.is_captured().then(|| {
        let fees = match (&charge.platform, fee_returned) {
            (Some(platform), 1..) => vec![FeePart::application(-fee_returned, platform)],
            _ => Vec::new(),
        };
        let entry = Entry {
            kind: "refund",
            amount: -amount,
            currency: charge.currency.clone(),
            fees,
            source: refund_id.clone(),
            description: Some(format!("REFUND FOR CHARGE ({id})")),
            available_on: call.now(),
        };
        balance::post(call.world, &account, entry)
    });
    let refund = Refund {
        id: refund_id.clone(),
        created: call.now(),
        amount,
        currency: charge.currency.clone(),
        charge: charge.id.clone(),
        payment_intent: charge.payment_intent.clone(),
        reason,
        status: if charge.card.behaviour == Behaviour::RefundsLater {
            "pending"
        } else {
            "succeeded"
        },
        failure_reason: None,
        balance_transaction,
        failure_balance_transaction: None,
        metadata,
    };
    record(call, &charge, refund)
}

/// Remembers that a part of the charge went back without its share of the fee: the last part does not make up for it.
fn keep_fee(call: &mut Call<'_>, charge: &str) -> Result<(), ApiError> {
    if let Some(stored) = call.own_mut()?.charges.get_mut(charge) {
        stored.fee_kept = true;
    }
    Ok(())
}

/// The share of the application fee that goes with this part of the charge; with the last part, whatever rounding left.
fn give_fee_back(call: &mut Call<'_>, charge: &Charge, amount: i64) -> i64 {
    let (Some(platform), Some(fee)) = (&charge.platform, &charge.application_fee) else {
        return 0;
    };
    let left = application_fees::left(call.world, platform, fee);
    let share = if amount == charge.refundable() && !charge.fee_kept {
        left
    } else {
        proportion(
            charge.application_fee_amount.unwrap_or_default(),
            amount,
            charge.amount,
        )
        .min(left)
    };
    let refund = application_fees::give_back(call.world, platform, fee, share, metadata::Metadata::new());
    refund.map_or(0, |_| share)
}

fn record(call: &mut Call<'_>, charge: &Charge, refund: Refund) -> Outcome {
    let account = call.account.clone();
    let rendered = refund.render(call.now());
    let refund_id = refund.id.clone();
    let own = call.own_mut()?;
    if let Some(stored) = own.charges.get_mut(&charge.id) {
        stored.amount_refunded = stored.amount_refunded.saturating_add(refund.amount);
        stored.released = stored.released || !stored.is_captured();
    }
    own.refunds.insert(refund);
    if matches!(
        charge.card.behaviour,
        Behaviour::RefundsLater | Behaviour::RefundFails
    ) {
        let due = call.now().saturating_add(REFUND_DELAY);
        call.world.set_timer(
            due,
            Timer::RefundEnds {
                account: account.clone(),
                refund: refund_id,
            },
        );
    }
    call.world.emit(&account, "refund.created", &rendered);
    charging::emit(call.world, &account, &charge.id, "charge.refunded");
    Ok(rendered)
}
