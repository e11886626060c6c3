//! A user: an app's rider, with consents, contact, customer and entitlements.

mod apply;
mod card;
mod command;
mod customer;
mod debt;
mod decide;
mod event;
mod license_plate;
mod query;
mod state;
mod stays;
#[cfg(test)]
mod tests;
mod transacting;
mod unlocking;

pub use card::{CardRefusal, CardSave};
pub use command::{UserCommand, UserRejection};
pub use event::{Contact, NewCredential, UserEvent};
pub use license_plate::{InvalidPlate, LicensePlate};
pub use state::{PURCHASE_HOLD, User};
pub use transacting::{Lack, NoSimulatedLink};
