//! Performs a planned step under the key it was given, and chooses nothing.

use domain::{CustomerId, PaymentIntentId, PaymentMethodId, SourceId, StripeAccountId, StripeCallKey};

use crate::{
    Gateway, NewCharge, NewPaymentIntent, NewRefund, Outcome, PaymentFacts, Platform, RefundFacts,
    SingleUseToken,
};

/// A step with everything it needs, ready to be sent as often as it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// The idempotency key, already written down.
    pub key: StripeCallKey,
    /// What to ask for.
    pub work: Work,
}

/// What a step asks for on the operator's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Copy a PaymentMethod onto the operator's account.
    ClonePaymentMethod {
        /// Whose it is, on the platform account.
        customer: CustomerId,
        /// Which one.
        payment_method: PaymentMethodId,
    },
    /// Make a token that pays once on the operator's account.
    CreateToken {
        /// Whose card, on the platform account.
        customer: CustomerId,
        /// Which one; the customer's default without it.
        source: Option<SourceId>,
    },
    /// Charge a clone.
    ConfirmPayment(NewPaymentIntent),
    /// Charge a token.
    Charge(NewCharge),
    /// Give up a PaymentIntent.
    CancelPayment(PaymentIntentId),
    /// Give money back.
    Refund(NewRefund),
}

/// What a step brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepResult {
    /// A clone on the operator's account.
    PaymentMethod(PaymentMethodId),
    /// A token for the operator's account.
    Token(SingleUseToken),
    /// A payment, wherever it stands.
    Payment(PaymentFacts),
    /// A refund, wherever it stands.
    Refund(RefundFacts),
}

/// Sends one step once.
pub async fn execute(
    gateway: &dyn Gateway,
    platform: &Platform,
    account: &StripeAccountId,
    step: &PlannedStep,
) -> Outcome<StepResult> {
    let key = &step.key;
    match &step.work {
        Work::ClonePaymentMethod {
            customer,
            payment_method,
        } => gateway
            .clone_payment_method(platform, account, key, customer, payment_method)
            .await
            .map(StepResult::PaymentMethod),
        Work::CreateToken { customer, source } => gateway
            .create_token(platform, account, key, customer, source.as_ref())
            .await
            .map(StepResult::Token),
        Work::ConfirmPayment(payment) => gateway
            .create_payment_intent(platform, account, key, payment)
            .await
            .map(StepResult::Payment),
        Work::Charge(charge) => gateway
            .create_charge(platform, account, key, charge)
            .await
            .map(StepResult::Payment),
        Work::CancelPayment(payment_intent) => gateway
            .cancel_payment_intent(platform, account, key, payment_intent)
            .await
            .map(StepResult::Payment),
        Work::Refund(refund) => gateway
            .refund(platform, account, key, refund)
            .await
            .map(StepResult::Refund),
    }
}
