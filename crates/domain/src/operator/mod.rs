//! An operator: the supply side, with its connected account, its links to apps and what it requires of riders.

mod account;
mod accounts;
mod announce;
mod command;
mod day_mark;
mod day_words;
mod declare;
mod event;
mod fee;
mod fold;
mod link;
mod notice;
mod profile;
mod propose;
mod query;
mod refund_rules;
mod state;
#[cfg(test)]
mod tests;
mod ticket_logo;
mod ticket_style;

pub use account::{
    Account, AccountKind, AccountRequest, AccountStatus, Deauthorized, Evidence, HowConnected,
};
pub use command::{OperatorCommand, OperatorDeclaration, OperatorRejection};
pub use day_mark::DayMark;
pub use event::OperatorEvent;
pub use fee::{DatedFee, FeeTerms};
pub use link::{Consent, Consents, Link, LinkDeclaration, LinkProposal, Side};
pub use notice::{AlertEffect, FareFreePeriod, ServiceAlert};
pub use profile::{
    Charging, DisputedPasses, GeoPoint, OperatorKind, Profile, ProfileProblem, RefundRules, Requirements,
    UserField,
};
pub use query::{NotTransactable, Transactable};
pub use refund_rules::RuleBroken;
pub use state::Operator;
pub use ticket_logo::{LogoProblem, MAX_LOGO_BYTES, TicketLogo};
pub use ticket_style::{LEGIBLE_CONTRAST, Legible, NotAColour, Rgb, TicketStyle};
