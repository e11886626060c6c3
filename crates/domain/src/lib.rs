//! The business of a many-to-many mobility marketplace, as pure rules.
//!
//! One folder a noun, each with the same files: what may be asked (`command`), what happened (`event`), the rules
//! (`state`). Time and ids arrive in the commands; nothing here reads a clock, rolls dice or waits.

pub mod aggregate;
pub mod ids;
mod item_ids;
pub mod money;
pub mod sealed;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;

pub mod access;
pub mod app;
pub mod cart;
pub mod catalog;
pub mod disclosure;
pub mod endpoint;
pub mod notification;
pub mod occupancy;
pub mod operator;
pub mod parking;
pub mod purchase;
pub mod series;
pub mod tariff;
pub mod transfer;
pub mod user;
pub mod validity;
pub mod voucher;
pub mod wallet;

pub use aggregate::{Aggregate, Decided, ImpossibleHistory, evolve, replay};
pub use ids::*;
pub use money::{Currency, Money, MoneyError};
pub use purchase::Purchase;
pub use sealed::Sealed;
pub use user::User;
pub use wallet::Wallet;
