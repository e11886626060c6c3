//! Objects of links in the admin API.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

use super::Selling;
use crate::marketplace::FeeDocument;

/// A link between an operator and an app.
#[derive(Debug, Clone, JsonSchema)]
pub struct Link {
    /// The supply side.
    pub operator_id: String,
    /// The demand side.
    pub app_id: String,
    /// `standing` or `ended`.
    pub status: String,
    /// What the engine takes now.
    pub fee: Option<FeeDocument>,
    /// What it will take.
    pub scheduled_fees: Vec<ScheduledFee>,
    /// Whether the app may show the operator's visual tickets.
    pub shows_tickets: bool,
    /// Both sides' word.
    pub agreed: Agreed,
    /// The proposal that was accepted.
    pub proposal_id: Option<String>,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// Until when, if it has ended.
    pub unlinked_at: Option<DateTime<Utc>>,
}

/// A fee that is decided and not yet in force.
#[derive(Debug, Clone, JsonSchema)]
pub struct ScheduledFee {
    /// From when on.
    pub effective_from: DateTime<Utc>,
    /// What.
    pub fee: FeeDocument,
}

/// Both sides' word.
#[derive(Debug, Clone, JsonSchema)]
pub struct Agreed {
    /// The app's.
    pub app: Word,
    /// The operator's.
    pub operator: Word,
}

/// One side's word.
#[derive(Debug, Clone, JsonSchema)]
pub struct Word {
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A link that waits for one side's word.
#[derive(Debug, Clone, JsonSchema)]
pub struct LinkProposal {
    /// Its id.
    pub proposal_id: String,
    /// The supply side.
    pub operator_id: String,
    /// The demand side.
    pub app_id: String,
    /// `app` or `operator`.
    pub proposed_by: String,
    /// What the engine would take.
    pub fee: FeeDocument,
    /// Whether the app could show the operator's visual tickets.
    pub shows_tickets: bool,
    /// Who gave the proposing side's word.
    pub signed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
}

/// How an operator and an app stand to each other.
#[derive(Debug, Clone, JsonSchema)]
pub struct Relation {
    /// The supply side.
    pub operator_id: String,
    /// The demand side.
    pub app_id: String,
    /// Their link, standing or ended.
    pub link: Option<Link>,
    /// What waits for one side's word.
    pub proposal: Option<LinkProposal>,
}

/// What both sides have agreed on.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AgreedLink {
    /// What the engine takes; nothing, if absent.
    pub fee: Option<FeeDocument>,
    /// Whether the app may show the operator's visual tickets; it may, if absent.
    pub shows_tickets: Option<bool>,
    /// Who agreed for the app: an office, not a person.
    pub agreed_by_app: String,
    /// Who agreed for the operator.
    pub agreed_by_operator: String,
    /// When; now, if absent.
    pub agreed_at: Option<DateTime<Utc>>,
}

/// Another fee.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NewFee {
    /// What the engine takes.
    pub fee: FeeDocument,
    /// From when on; now, if absent.
    pub effective_from: Option<DateTime<Utc>>,
}

/// The terms of a link that one side wants.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ProposedLink {
    /// What the engine would take; nothing, if absent.
    pub fee: Option<FeeDocument>,
    /// Whether the app could show the operator's visual tickets; it could, if absent.
    pub shows_tickets: Option<bool>,
}

/// One side's yes.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AcceptedLink {
    /// To what.
    pub proposal_id: String,
    /// The fee as it was understood: another than was proposed is no agreement.
    pub fee: Option<FeeDocument>,
    /// Read together with the fee; true, if absent.
    pub shows_tickets: Option<bool>,
}

/// One side's no.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DeclinedLink {
    /// To what.
    pub proposal_id: String,
    /// Why.
    pub reason: String,
}

/// The operators an app has to do with.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorsOfApp {
    /// This part of the list.
    pub data: Vec<OperatorOfApp>,
    /// What to send as `cursor` for those that follow.
    pub next_cursor: Option<String>,
}

/// An operator as an app deals with it.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorOfApp {
    /// Its id.
    pub operator_id: String,
    /// Its name, in its own language.
    pub name: String,
    /// Their link, standing or ended.
    pub link: Option<Link>,
    /// What waits for one side's word.
    pub proposal: Option<LinkProposal>,
    /// Whether riders can buy.
    pub selling: Selling,
}
