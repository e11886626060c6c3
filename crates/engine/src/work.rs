//! From what a purchase says is next to the call that does it. Pure: it chooses nothing and asks nobody.

use domain::{
    Money, RefundId,
    purchase::{DerivedCredential, PlannedCall, Purchase, SavedCredential, Stage, Step},
};
use payments::{
    Metadata, NewCharge, NewPaymentIntent, NewRefund, PaymentRef, PlannedStep, SingleUseToken, Work,
};

/// Why a call cannot be made from what is recorded. The domain's rules exclude it, so it is corruption.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the purchase does not hold what its next call needs")]
pub(crate) struct Incomplete;

/// The Stripe call for one step. `token` is the derived token, opened, on the routes that have one.
pub(crate) fn work_for(
    purchase: &Purchase,
    call: &PlannedCall,
    token: Option<SingleUseToken>,
) -> Result<PlannedStep, Incomplete> {
    let work = match call.step {
        Step::DeriveCredential => derive(purchase)?,
        Step::Charge => charge(purchase, token)?,
        Step::Cancel => match purchase.stage() {
            Stage::ActionRequired { payment_intent } => Work::CancelPayment(payment_intent.clone()),
            _ => return Err(Incomplete),
        },
    };
    Ok(PlannedStep {
        key: call.key.clone(),
        work,
    })
}

fn derive(purchase: &Purchase) -> Result<Work, Incomplete> {
    let terms = purchase.payment().ok_or(Incomplete)?;
    let customer = terms.customer.clone();
    Ok(match &terms.credential {
        SavedCredential::PaymentMethod(id) => Work::ClonePaymentMethod {
            customer,
            payment_method: id.clone(),
        },
        SavedCredential::Source(id) => Work::CreateToken {
            customer,
            source: Some(id.clone()),
        },
    })
}

fn charge(purchase: &Purchase, token: Option<SingleUseToken>) -> Result<Work, Incomplete> {
    let order = purchase.order();
    let (amount, application_fee) = (order.total, order.engine_fee);
    let metadata = Metadata::of_purchase(&order.purchase, &order.app, &order.user);
    match (purchase.derived().ok_or(Incomplete)?, token) {
        (DerivedCredential::PaymentMethod(payment_method), None) => {
            let payment_method = payment_method.clone();
            Ok(Work::ConfirmPayment(NewPaymentIntent {
                amount,
                application_fee,
                payment_method,
                metadata,
            }))
        }
        (DerivedCredential::Token(_), Some(token)) => Ok(Work::Charge(NewCharge {
            amount,
            application_fee,
            token,
            metadata,
        })),
        _ => Err(Incomplete),
    }
}

/// The Stripe call for a refund that is written down.
pub(crate) fn refund_work(purchase: &Purchase, refund: &RefundId) -> Result<PlannedStep, Incomplete> {
    let entry = purchase.refunds().get(refund).ok_or(Incomplete)?;
    let payment = payment_ref(purchase)?;
    let metadata = Metadata::of_refund(refund, &purchase.order().purchase);
    let fee_back = entry.fee_returned != Money::zero(entry.fee_returned.currency);
    let work = NewRefund {
        payment,
        amount: entry.amount,
        refund_application_fee: fee_back,
        metadata,
    };
    Ok(PlannedStep {
        key: entry.key.clone(),
        work: Work::Refund(work),
    })
}

/// The payment as Stripe knows it.
pub(crate) fn payment_ref(purchase: &Purchase) -> Result<PaymentRef, Incomplete> {
    let charge = purchase.charge().ok_or(Incomplete)?;
    Ok(match &charge.payment_intent {
        Some(intent) => PaymentRef::PaymentIntent(intent.clone()),
        None => PaymentRef::Charge(charge.charge.clone()),
    })
}
