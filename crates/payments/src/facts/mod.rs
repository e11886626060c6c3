//! What Stripe's objects tell us: narrow, lenient readers of its JSON, for answers and for webhooks alike.
//!
//! Stripe adds fields and values at any time, and drops some with a new version. So each reader takes the few parts
//! it needs, tolerates everything else, and fails only without the parts that make the object what it is.

mod account;
mod balance;
mod customer;
mod dispute;
mod ephemeral_key;
mod payment;
mod read;
mod refund;

pub use account::{AccountFacts, AccountLink};
pub use balance::{BalanceFacts, Listed, PayoutFacts};
pub use customer::CustomerFacts;
pub(crate) use customer::{payment_method_of, source_of, token_of};
pub use dispute::{DisputeFacts, DisputeStatus};
pub use ephemeral_key::EphemeralKey;
pub use payment::{PaymentFacts, PaymentProblem, PaymentStatus};
pub use read::Unreadable;
pub use refund::{RefundFacts, RefundStatus};
