//! A purchase: one intent to pay one operator for a list of items.

mod command;
mod event;
mod refund;
mod state;
#[cfg(test)]
mod tests;

pub use command::{PurchaseCommand, PurchaseRejection};
pub use event::{
    ChargeFacts, Decline, DerivedCredential, LineItem, Order, PaymentTerms, PlannedCall, PurchaseEvent, Route,
    SavedCredential, Step, UnknownReason, VoidReason,
};
pub use refund::{Refund, RefundState};
pub use state::{Next, Purchase, Stage};
