//! What happens to a purchase. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    decline::Decline,
    hand_over::{Delivery, Refutation},
    parked::ParkedStay,
    planned_call::PlannedCall,
    reason::{UnknownReason, VoidReason},
};
use crate::{
    AppId, ChargeId, CustomerId, DeviceId, DisputeId, Money, OperatorId, PaymentIntentId, PaymentMethodId,
    PurchaseId, RefundId, Sealed, SourceId, StripeAccountId, StripeCallKey, StripeRefundId, UserId,
    catalog::PassTerms, wallet::ItemId,
};

/// What was ordered, by whom, from whom and for how much. Nothing in it changes afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The purchase itself.
    pub purchase: PurchaseId,
    /// The app it was made through.
    pub app: AppId,
    /// The rider.
    pub user: UserId,
    /// Who is paid.
    pub operator: OperatorId,
    /// What is bought; empty only where a stay is paid for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<LineItem>,
    /// The stay that is paid for, in the place of items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<Box<ParkedStay>>,
    /// The sum of the items, or what the stay cost: what the rider pays. Zero needs no payment.
    pub total: Money,
    /// Our application fee within the total.
    pub engine_fee: Money,
    /// The device on which the one pass is to be active at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activate_on: Option<DeviceId>,
    /// Whether the one pass is to be active at once; where no device is named, on one that has no name.
    #[serde(default, skip_serializing_if = "is_unwanted")]
    pub activate_at_once: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_unwanted(wanted: &bool) -> bool {
    !*wanted
}

/// So many of one fare at one price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineItem {
    /// The product as it was priced.
    pub terms: PassTerms,
    /// At least one.
    pub quantity: u32,
    /// What one of them costs here, any discount taken off.
    pub unit_price: Money,
}

/// How the money is to reach the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTerms {
    /// Picked from what is stored, never by trial.
    pub route: Route,
    /// The app's platform account, which owns the customer.
    pub platform: StripeAccountId,
    /// The operator's connected account, which is paid.
    pub account: StripeAccountId,
    /// The rider on the platform account.
    pub customer: CustomerId,
    /// What the rider pays with.
    pub credential: SavedCredential,
    /// Every call this will take, with its key, written down before the first of them is made.
    pub calls: Vec<PlannedCall>,
}

/// Which of Stripe's doors is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Clone the PaymentMethod to the operator's account, then create and confirm a PaymentIntent there.
    PaymentMethod,
    /// Make a token for the operator's account, then charge it there.
    Token,
    /// Make a token for the operator's account and hand it over; the operator charges by itself.
    TokenHandedOver,
}

/// A card as it is kept on the platform account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum SavedCredential {
    /// A PaymentMethod attached to the customer.
    PaymentMethod(PaymentMethodId),
    /// A card or source of the customer.
    Source(SourceId),
}

impl SavedCredential {
    /// Stripe's id of it, as the ticketing API's `stripe_source` shows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::PaymentMethod(id) => id.as_str(),
            Self::Source(id) => id.as_str(),
        }
    }
}

/// A credential that is good on the operator's account only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum DerivedCredential {
    /// The clone.
    PaymentMethod(PaymentMethodId),
    /// A single-use token, which is a bearer credential and so stands sealed.
    Token(Sealed),
}

/// One call to Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Clone the PaymentMethod, or make the token.
    DeriveCredential,
    /// Take the money.
    Charge,
    /// Cancel a PaymentIntent that waits for the rider, who is not there.
    Cancel,
}

impl Step {
    /// Its part of an idempotency key.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeriveCredential => "derive",
            Self::Charge => "charge",
            Self::Cancel => "cancel",
        }
    }
}

/// Money taken, as Stripe reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeFacts {
    /// Absent on the token route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_intent: Option<PaymentIntentId>,
    /// The charge on the operator's account.
    pub charge: ChargeId,
    /// What was taken.
    pub amount: Money,
    /// Our fee within it.
    pub engine_fee: Money,
}

/// The history of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PurchaseEvent {
    /// The intent, with every key it will use.
    Started {
        /// What and for whom.
        order: Order,
        /// How it is paid; absent when the total is zero.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payment: Option<PaymentTerms>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A credential for the operator's account exists.
    CredentialDerived {
        /// Of which generation of the step.
        generation: u32,
        /// The credential.
        credential: DerivedCredential,
    },
    /// A call's outcome is not known. The purchase is not over, and nothing may be guessed.
    OutcomeUnknown {
        /// Which call.
        step: Step,
        /// Of which generation.
        generation: u32,
        /// Why.
        reason: UnknownReason,
    },
    /// The step is to be made anew under a new key: Stripe refused it in a way that its key would only repeat.
    StepRenewed {
        /// The new call.
        call: PlannedCall,
        /// When.
        at: DateTime<Utc>,
    },
    /// The rider would have to confirm the payment.
    ActionRequired {
        /// Which waits.
        payment_intent: PaymentIntentId,
        /// The call that will cancel it.
        cancel: PlannedCall,
        /// When.
        at: DateTime<Utc>,
    },
    /// The token went to the operator.
    CredentialHandedOver {
        /// Until when the operator may charge it.
        charge_before: DateTime<Utc>,
    },
    /// The token is given to the operator. Written before it is, so that nobody ever gives it out twice.
    TokenDelivered {
        /// On which way.
        by: Delivery,
        /// When.
        at: DateTime<Utc>,
    },
    /// It certainly never left us, and so may be given out after all.
    TokenNotDelivered {
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// The operator says it charged. Counts for nothing until Stripe confirms it.
    ChargeReported {
        /// The charge it named.
        charge: ChargeId,
        /// When it said so.
        at: DateTime<Utc>,
    },
    /// Stripe does not say of a charge what the operator said of it.
    ReportRefuted {
        /// Which charge.
        charge: ChargeId,
        /// Why it pays for nothing here.
        why: Refutation,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// The money was taken.
    Charged {
        /// What Stripe says of it.
        facts: ChargeFacts,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// The card was refused. Final.
    Declined {
        /// Why.
        decline: Decline,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// The card was refused for a reason that passes: the same request may have it tried again, under new keys.
    DeclinedForNow {
        /// Which generation of the charge.
        generation: u32,
        /// Why.
        decline: Decline,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// Given up with the certainty that nothing was taken. Final.
    Voided {
        /// Why.
        reason: VoidReason,
        /// When.
        at: DateTime<Utc>,
    },
    /// The items were issued; stands in the same commit as the wallet's event.
    Completed {
        /// When.
        at: DateTime<Utc>,
    },
    /// Money is to go back. Written before Stripe is asked.
    RefundStarted {
        /// Which refund.
        refund: RefundId,
        /// How much goes back to the rider.
        amount: Money,
        /// How much of our fee goes back to the operator.
        fee_returned: Money,
        /// Whether the operator's rules leave our fee with us, so that nothing of it goes back; absent when they do not.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        fee_kept: bool,
        /// What was given back; absent where nothing in particular was, which a part of the price is given back for,
        /// and where nobody wrote it down yet.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<ItemId>,
        /// Whether the rules would have refused it, and whoever asked decided otherwise on purpose; absent when not.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        rules_overridden: bool,
        /// In the words of whoever asked, or of the rule that asked.
        reason: String,
        /// The call's key.
        key: StripeCallKey,
        /// When.
        at: DateTime<Utc>,
    },
    /// A refund that Stripe had refused is to be made after all, under a new key. Written before Stripe is asked, and
    /// only once Stripe has said that it was never made.
    RefundRetried {
        /// Which refund.
        refund: RefundId,
        /// Which attempt; the first was 1.
        generation: u32,
        /// How much of our fee goes back to the operator, as it is now.
        fee_returned: Money,
        /// The new call's key.
        key: StripeCallKey,
        /// When.
        at: DateTime<Utc>,
    },
    /// The refund's outcome is not known yet.
    RefundUnknown {
        /// Which refund.
        refund: RefundId,
        /// Why.
        reason: UnknownReason,
    },
    /// Money went back.
    Refunded {
        /// Which refund.
        refund: RefundId,
        /// Stripe's name for it.
        stripe_refund: StripeRefundId,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// Money that went back has come back to the operator: a refund that was done failed afterwards, as the rider's
    /// bank may have it for weeks. What it returned of our fee stays returned.
    RefundUndone {
        /// Which refund.
        refund: RefundId,
        /// Stripe's name for the attempt that failed.
        stripe_refund: StripeRefundId,
        /// Why, in Stripe's word.
        code: String,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// Stripe would not refund.
    RefundRefused {
        /// Which refund.
        refund: RefundId,
        /// Stripe's error code.
        code: String,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// The rider's bank wants the money back.
    Disputed {
        /// Which dispute.
        dispute: DisputeId,
        /// How much.
        amount: Money,
        /// Whether the bank only asks so far, and has taken nothing; absent when it has taken the money.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        inquiry: bool,
        /// Why, in Stripe's word: `fraudulent`, `product_not_received`, …; absent where that was not asked yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// What began as the bank's question has become a dispute, and the money was taken.
    DisputeEscalated {
        /// Which dispute.
        dispute: DisputeId,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// The bank has decided.
    DisputeClosed {
        /// Which dispute.
        dispute: DisputeId,
        /// Whether the money stays with the operator.
        won: bool,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// It could not be decided in time by machine; a person must look.
    ReviewRequested {
        /// What is known.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
}
