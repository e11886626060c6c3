//! An app and an operator that do business with each other.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::fee::{DatedFee, FeeTerms};
use crate::{AppId, LinkProposalId};

/// Who stands on one end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The demand side.
    App,
    /// The supply side.
    Operator,
}

/// A link as one side wants it, waiting for the other's word. Its terms are fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkProposal {
    /// Which.
    pub proposal: LinkProposalId,
    /// With which app.
    pub app: AppId,
    /// Who proposed it.
    pub by: Side,
    /// What the engine would take.
    pub fee: FeeTerms,
    /// Whether the app could show the operator's visual tickets.
    pub shows_tickets: bool,
    /// The proposing side's word.
    pub consent: Consent,
}

/// One side's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Who gave it, as the log names actors: never a person's name or e-mail address.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Both sides' word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consents {
    /// The app's.
    pub app: Consent,
    /// The operator's.
    pub operator: Consent,
}

impl Consent {
    /// Whether it names somebody, and not by an e-mail address.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        !self.by.trim().is_empty() && !self.by.contains('@')
    }
}

impl Consents {
    /// Whether both sides are named, and not by an e-mail address.
    #[must_use]
    pub fn are_complete(&self) -> bool {
        self.app.is_signed() && self.operator.is_signed()
    }

    /// Whether both were given after a moment.
    pub(super) fn are_newer_than(&self, moment: DateTime<Utc>) -> bool {
        self.app.at > moment && self.operator.at > moment
    }
}

/// How a link should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkDeclaration {
    /// With which app.
    pub app: AppId,
    /// What the engine takes.
    pub fee: FeeTerms,
    /// Who agreed.
    pub consents: Consents,
    /// Whether the app may show the operator's visual tickets (`display_html`).
    pub shows_tickets: bool,
}

/// A link, standing or ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// With which app.
    pub app: AppId,
    /// Who agreed.
    pub consents: Consents,
    /// Whether the app may show the operator's visual tickets.
    pub shows_tickets: bool,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// Until when, if it has ended.
    #[serde(default)]
    pub unlinked_at: Option<DateTime<Utc>>,
    /// The proposal that it came from, if any.
    #[serde(default)]
    pub proposal: Option<LinkProposalId>,
    /// What the engine takes, in the order in which it was decided.
    fees: Vec<DatedFee>,
}

impl Link {
    pub(super) fn new(
        declared: LinkDeclaration,
        proposal: Option<LinkProposalId>,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            app: declared.app,
            consents: declared.consents,
            shows_tickets: declared.shows_tickets,
            linked_at: at,
            unlinked_at: None,
            proposal,
            fees: vec![DatedFee {
                effective_from: at,
                terms: declared.fee,
            }],
        }
    }

    /// Whether it stands.
    #[must_use]
    pub const fn stands(&self) -> bool {
        self.unlinked_at.is_none()
    }

    /// What the engine takes at a moment: of all that was decided, the last word that has come into effect. So a
    /// change with immediate effect also takes back any that were only scheduled.
    #[must_use]
    pub fn fee_at(&self, at: DateTime<Utc>) -> Option<&FeeTerms> {
        self.fees
            .iter()
            .rev()
            .find(|fee| fee.effective_from <= at)
            .map(|fee| &fee.terms)
    }

    /// Everything that was decided about the fee, in that order.
    pub fn fees(&self) -> impl Iterator<Item = &DatedFee> {
        self.fees.iter()
    }

    /// Whether the last word is this already.
    pub(super) fn has_decided(&self, fee: &DatedFee, at: DateTime<Utc>) -> bool {
        self.fees.last().is_some_and(|last| {
            let same_time = last.effective_from == fee.effective_from
                || (last.effective_from <= at && fee.effective_from <= at);
            same_time && last.terms == fee.terms
        })
    }

    pub(super) fn change_fee(&mut self, fee: DatedFee) {
        self.fees.push(fee);
    }
}
