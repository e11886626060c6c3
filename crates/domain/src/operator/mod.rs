//! An operator: the supply side, with its connected account, its links to apps and what it requires of riders.

mod account;
mod announce;
mod command;
mod declare;
mod event;
mod fee;
mod fold;
mod link;
mod notice;
mod profile;
mod query;
mod state;
#[cfg(test)]
mod tests;

pub use account::{Account, AccountStatus, Deauthorized, Evidence, HowConnected};
pub use command::{OperatorCommand, OperatorDeclaration, OperatorRejection};
pub use event::OperatorEvent;
pub use fee::{DatedFee, FeeTerms};
pub use link::{Consent, Consents, Link, LinkDeclaration};
pub use notice::{AlertEffect, FareFreePeriod, ServiceAlert};
pub use profile::{
    Charging, GeoPoint, OperatorKind, Profile, ProfileProblem, RefundRules, Requirements, Rgb, TicketStyle,
    UserField,
};
pub use query::{NotTransactable, Transactable};
pub use state::Operator;
