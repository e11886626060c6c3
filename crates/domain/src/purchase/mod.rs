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
mod reason;
mod refund;
mod retry_refund;
mod state;
#[cfg(test)]
mod tests;

pub use at_once::{AT_ONCE, AtOnce};
pub use command::{PurchaseCommand, PurchaseRejection};
pub use decline::RETRY_WINDOW;
pub use dispute::Dispute;
pub use event::{
    ChargeFacts, Decline, DerivedCredential, LineItem, Order, PaymentTerms, PlannedCall, PurchaseEvent,
    Route, SavedCredential, Step,
};
pub use hand_over::{Delivery, Judgement, Refutation, Report, ShownCharge, ShownStatus};
pub use next::Next;
pub use parked::ParkedStay;
pub use reason::{UnknownReason, VoidReason};
pub use refund::{Refund, RefundState};
pub use state::{Purchase, Stage};
