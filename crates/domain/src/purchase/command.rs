//! What may be asked of a purchase, and why it may refuse.

use chrono::{DateTime, Utc};

use super::{
    decline::Decline,
    event::{ChargeFacts, DerivedCredential, Order, PaymentTerms, Step},
    hand_over::{Delivery, Refutation},
    planned_call::PlannedCall,
    reason::{UnknownReason, VoidReason},
};
use crate::{
    ChargeId, DisputeId, Money, MoneyError, PaymentIntentId, RefundId, StripeCallKey, StripeRefundId,
    wallet::ItemId,
};

/// Requests and facts. A fact may arrive in any order and any number of times: from our own call's reply, from
/// Stripe's webhook, or from a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PurchaseCommand {
    /// Write the intent down.
    Start {
        /// What and for whom.
        order: Box<Order>,
        /// How it is paid; absent exactly when the total is zero.
        payment: Option<Box<PaymentTerms>>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A credential came.
    RecordCredential {
        /// Of which generation of the step.
        generation: u32,
        /// The credential.
        credential: DerivedCredential,
    },
    /// A call's outcome is not known.
    RecordUnknown {
        /// Which call.
        step: Step,
        /// Why.
        reason: UnknownReason,
    },
    /// Make a step anew under a new key, because Stripe certainly refused it under the old one.
    RenewStep {
        /// Which step.
        step: Step,
        /// The generation that was refused. Two who saw the same refusal make one new generation, not two.
        generation: u32,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The rider would have to confirm.
    RecordActionRequired {
        /// Which PaymentIntent waits.
        payment_intent: PaymentIntentId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The token went to the operator.
    RecordHandOver {
        /// Until when the operator may charge it.
        charge_before: DateTime<Utc>,
    },
    /// The token is about to be given out.
    RecordDelivery {
        /// On which way.
        by: Delivery,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The message with the token certainly never left.
    RecordNotDelivered {
        /// Now.
        at: DateTime<Utc>,
    },
    /// The operator says it charged.
    ReportCharge {
        /// The charge it named.
        charge: ChargeId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Stripe does not bear the report out.
    RefuteReport {
        /// Of which charge.
        charge: ChargeId,
        /// Why.
        why: Refutation,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The money was taken.
    RecordCharge {
        /// What Stripe says.
        facts: ChargeFacts,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The card was refused.
    RecordDecline {
        /// Why.
        decline: Decline,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The card was refused for a reason that passes.
    RecordPassingDecline {
        /// Which generation of the charge.
        generation: u32,
        /// Why.
        decline: Decline,
        /// Now.
        at: DateTime<Utc>,
    },
    /// It is certain that nothing was and nothing will be taken.
    Void {
        /// Why.
        reason: VoidReason,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The wallet issues the items in this very commit.
    Complete {
        /// Now.
        at: DateTime<Utc>,
    },
    /// Give money back.
    StartRefund {
        /// Which refund.
        refund: RefundId,
        /// How much.
        amount: Money,
        /// Whether the engine keeps its fee, instead of returning its share to the operator.
        keep_fee: bool,
        /// What is given back; nothing in particular, if it is only money.
        items: Vec<ItemId>,
        /// Whether the rules would refuse it, and whoever asks decides otherwise.
        rules_overridden: bool,
        /// Why.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Make a refund after all that Stripe refused. Whoever asks has made sure that it was never made.
    RetryRefund {
        /// Which refund.
        refund: RefundId,
        /// The attempt that was refused. Two who saw the same refusal make one new attempt, not two.
        generation: u32,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A refund's outcome is not known.
    RecordRefundUnknown {
        /// Which refund.
        refund: RefundId,
        /// Why.
        reason: UnknownReason,
    },
    /// Money went back.
    RecordRefund {
        /// Which refund.
        refund: RefundId,
        /// Stripe's name for it.
        stripe_refund: StripeRefundId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A refund that was done has failed afterwards.
    RecordRefundUndone {
        /// Which refund.
        refund: RefundId,
        /// Stripe's name for the attempt that failed.
        stripe_refund: StripeRefundId,
        /// Why, in Stripe's word.
        code: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Somebody gave money back at Stripe itself, without us. It leaves us our fee, since that is what Stripe's
    /// dashboard does.
    RecordRefundAtStripe {
        /// Stripe's name for it.
        stripe_refund: StripeRefundId,
        /// How much.
        amount: Money,
        /// What goes void with it.
        items: Vec<ItemId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Stripe would not refund.
    RecordRefundRefused {
        /// Which refund.
        refund: RefundId,
        /// Stripe's error code.
        code: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The rider's bank wants the money back.
    RecordDispute {
        /// Which dispute.
        dispute: DisputeId,
        /// How much.
        amount: Money,
        /// Whether the bank only asks so far.
        inquiry: bool,
        /// Why, in Stripe's word.
        reason: Option<String>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The bank has decided.
    RecordDisputeClosed {
        /// Which dispute.
        dispute: DisputeId,
        /// How much it was about, should this be the first that is heard of it.
        amount: Money,
        /// Whether the bank only asked, to the end.
        inquiry: bool,
        /// Why, in Stripe's word.
        reason: Option<String>,
        /// Whether the money stays with the operator.
        won: bool,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A person must look.
    RequestReview {
        /// What is known.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
}

impl PurchaseCommand {
    /// The key under which a refund is asked of Stripe.
    #[must_use]
    pub fn refund_key(refund: &RefundId) -> StripeCallKey {
        Self::refund_key_of(refund, 1)
    }

    /// The same for a later attempt, counted from 1.
    #[must_use]
    pub fn refund_key_of(refund: &RefundId, generation: u32) -> StripeCallKey {
        StripeCallKey::derive(refund.as_str(), "refund", generation)
    }

    /// The calls a route takes, in order, in their first generation.
    #[must_use]
    pub fn planned_calls(purchase: &crate::PurchaseId, route: super::Route) -> Vec<PlannedCall> {
        let steps: &[Step] = match route {
            super::Route::PaymentMethod | super::Route::Token => &[Step::DeriveCredential, Step::Charge],
            super::Route::TokenHandedOver => &[Step::DeriveCredential],
        };
        steps
            .iter()
            .map(|step| PlannedCall::of(purchase, *step, 1))
            .collect()
    }
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PurchaseRejection {
    /// There is no such purchase.
    #[error("the purchase was never started")]
    NotStarted,
    /// The id is taken by a purchase of something else.
    #[error("another order has this purchase id")]
    OrderDiffers,
    /// Nothing is bought.
    #[error("an order needs at least one item")]
    NoItems,
    /// Passes and a stay are bought apart.
    #[error("an order is for passes or for a stay")]
    PassesAndStay,
    /// An item is sold by somebody else than who is paid for it.
    #[error("an item is another operator's")]
    AnotherOperator,
    /// Amounts that cannot be added.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The parts do not make the total, or the fee is not part of it.
    #[error("the order does not add up")]
    DoesNotAddUp,
    /// Only an order of one single pass can have it active at once.
    #[error("what is to be active at once has to be one pass")]
    NotOnePass,
    /// A positive total without payment terms or the other way round, or a route that does not go with the calls
    /// planned for it or with the kind of credential.
    #[error("payment terms, total and credential contradict each other")]
    PaymentTermsMismatch,
    /// The purchase has ended.
    #[error("the purchase is over")]
    Over,
    /// The step is not due.
    #[error("the purchase is not at that step")]
    OutOfTurn,
    /// The token was given out before. It never is a second time.
    #[error("the token was given out already")]
    DeliveredAlready,
    /// The time in which the operator could charge is over.
    #[error("the time to charge is over")]
    OfferEnded,
    /// So many charges of one purchase are no mistake.
    #[error("too many charges were reported for this purchase")]
    TooManyReports,
    /// Another charge already stands for this purchase.
    #[error("the purchase is charged already")]
    ChargedAlready,
    /// Stripe reports another amount or currency than was ordered, or a fee that is not part of it.
    #[error("the charge is not for the ordered amount")]
    AmountDiffers,
    /// There is no money to give back.
    #[error("nothing was charged")]
    NotCharged,
    /// There is no such refund.
    #[error("the refund was never started")]
    RefundNotStarted,
    /// It is not refused, so there is nothing to try again.
    #[error("the refund was not refused")]
    RefundNotRefused,
    /// The refund id is taken by a refund of something else, or Stripe's name for it by another refund.
    #[error("another refund has this id")]
    RefundDiffers,
    /// More than is left of the charge.
    #[error("only {remaining} remains to be refunded")]
    ExceedsRemaining {
        /// What is left.
        remaining: Money,
    },
    /// The dispute is known with another amount, or was decided the other way.
    #[error("another dispute has this id")]
    DisputeDiffers,
}
