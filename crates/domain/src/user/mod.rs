//! A user: an app's rider, with consents, contact, customer and entitlements.

mod command;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::{UserCommand, UserRejection};
pub use event::{Contact, NewCredential, UserEvent};
pub use state::{CardRefusal, CardSave, PURCHASE_HOLD, User};
