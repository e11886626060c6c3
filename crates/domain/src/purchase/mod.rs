//! A purchase: one intent to pay one operator for a list of items.

mod apply;
mod at_once;
mod command;
mod decide;
mod decline;
mod dispute;
mod event;
mod hand_over;
mod next;
mod parked;
mod planned_call;
mod reason;
mod refund;
mod refund_at_stripe;
mod retry_refund;
mod state;
#[cfg(test)]
mod tests;

pub use at_once::{AT_ONCE, AtOnce};
pub use command::{PurchaseCommand, PurchaseRejection};
pub use decline::{Decline, RETRY_WINDOW};
pub use dispute::Dispute;
pub use event::{
    ChargeFacts, DerivedCredential, LineItem, Order, PaymentTerms, PurchaseEvent, Route, SavedCredential,
    Step,
};
pub use hand_over::{Delivery, Judgement, Refutation, Report, ShownCharge, ShownStatus};
pub use next::Next;
pub use parked::ParkedStay;
pub use planned_call::PlannedCall;
pub use reason::{UnknownReason, VoidReason};
pub use refund::{Refund, RefundState};
pub use state::{Purchase, Stage};
