//! Stripe, in our own types.
//!
//! Callers see three things: the [`Gateway`] trait, a handful of plain facts, and [`Outcome`], which keeps apart what
//! is done, what Stripe refused, what was never executed, and what nobody knows yet. `async-stripe` is named only
//! below the private `stripe` module.
//!
//! Nothing here retries or guesses. Every call goes out once, under an idempotency key that the caller has written down
//! before, and [`Outcome::advice`] says what the caller may do next. All that is remembered is how each account fares:
//! calls on one that Stripe does not serve are held back, and end as certainly not executed.

mod advice;
mod execute;
mod facts;
mod gateway;
mod metadata;
mod outcome;
mod refusal;
mod request;
mod secret;
mod stripe;
mod webhook;

pub use advice::{KEY_KEPT, RetryAdvice};
pub use domain::operator::AccountKind;
pub use execute::{PlannedStep, StepResult, Work, execute};
pub use facts::{
    AccountFacts, AccountLink, BalanceFacts, CustomerFacts, DisputeFacts, DisputeStatus, EphemeralKey,
    Listed, PaymentFacts, PaymentProblem, PaymentStatus, PayoutFacts, RefundFacts, RefundStatus, Unreadable,
};
pub use gateway::Gateway;
pub use metadata::{InvalidMetadata, Metadata, MetadataKey};
pub use outcome::{Done, Outcome, Postponed, Reason};
pub use refusal::{Refusal, RefusalKind};
pub use request::{
    EventPage, LinkPurpose, ListPage, NewAccount, NewAccountLink, NewCharge, NewCustomer, NewPaymentIntent,
    NewRefund, PaymentRef, StripeVersion,
};
pub use secret::{Credential, InvalidCredential, Platform, Secret, SingleUseToken};
pub use stripe::{API_VERSION, Stripe, StripeConfig, StripeConfigError};
pub use webhook::{StripeEvent, WebhookError, verify};
