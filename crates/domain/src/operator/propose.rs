//! Links that one side proposes and the other accepts or declines.

use chrono::{DateTime, Utc};

use super::{
    command::{OperatorCommand, OperatorRejection},
    event::OperatorEvent,
    fee::FeeTerms,
    fold::must,
    link::{Consent, Consents, LinkDeclaration, LinkProposal, Side},
    state::{Operator, only_if},
};
use crate::{
    AppId, LinkProposalId,
    aggregate::{Decided, ImpossibleHistory},
};

impl Operator {
    /// Those of the commands that are about a proposal.
    pub(super) fn decide_on_proposal(&self, command: OperatorCommand) -> Decided<Self> {
        use OperatorCommand as C;
        match command {
            C::ProposeLink {
                proposal,
                app,
                by,
                fee,
                shows_tickets,
                signed,
                at,
            } => {
                let wanted = LinkProposal {
                    proposal,
                    app,
                    by,
                    fee,
                    shows_tickets,
                    consent: Consent { by: signed, at },
                };
                self.propose(wanted, at)
            }
            C::AcceptLink {
                proposal,
                app,
                by,
                fee,
                shows_tickets,
                signed,
                at,
            } => self.accept(
                (&proposal, &app),
                by,
                (fee, shows_tickets),
                Consent { by: signed, at },
            ),
            C::DeclineLink {
                proposal,
                app,
                by,
                reason,
                at,
            } => {
                self.standing_proposal(&proposal, &app)?;
                Ok(vec![OperatorEvent::LinkDeclined {
                    proposal,
                    app,
                    by,
                    reason,
                    at,
                }])
            }
            // The others have places of their own.
            _ => Ok(Vec::new()),
        }
    }

    fn propose(&self, wanted: LinkProposal, at: DateTime<Utc>) -> Decided<Self> {
        if !wanted.fee.is_sound() {
            return Err(OperatorRejection::UnsoundFee);
        }
        if !wanted.consent.is_signed() {
            return Err(OperatorRejection::ConsentMissing);
        }
        if self.link(&wanted.app).is_some() {
            return Err(OperatorRejection::LinkStands { app: wanted.app });
        }
        let same = match self.proposals.get(&wanted.app) {
            Some(open) if open.by != wanted.by => return Err(OperatorRejection::AnswerFirst),
            Some(open) => open.proposal == wanted.proposal || open.says_the_same_as(&wanted),
            None => false,
        };
        let LinkProposal {
            proposal,
            app,
            by,
            fee,
            shows_tickets,
            consent,
        } = wanted;
        Ok(only_if(
            !same,
            OperatorEvent::LinkProposed {
                proposal,
                app,
                by,
                fee,
                shows_tickets,
                consent,
                at,
            },
        ))
    }

    fn standing_proposal(
        &self,
        proposal: &LinkProposalId,
        app: &AppId,
    ) -> Result<&LinkProposal, OperatorRejection> {
        self.proposals
            .get(app)
            .filter(|open| open.proposal == *proposal)
            .ok_or(OperatorRejection::NoSuchProposal)
    }

    fn accept(
        &self,
        (proposal, app): (&LinkProposalId, &AppId),
        by: Side,
        (fee, shows_tickets): (Option<FeeTerms>, Option<bool>),
        consent: Consent,
    ) -> Decided<Self> {
        let accepted = |link: &super::Link| link.proposal.as_ref() == Some(proposal);
        if self.link(app).is_some_and(accepted) {
            return Ok(Vec::new());
        }
        let open = self.standing_proposal(proposal, app)?;
        if open.by == by {
            return Err(OperatorRejection::OwnProposal);
        }
        let differs = fee.is_some_and(|fee| fee != open.fee)
            || shows_tickets.is_some_and(|shows| shows != open.shows_tickets);
        if differs {
            return Err(OperatorRejection::TermsDiffer);
        }
        if !consent.is_signed() {
            return Err(OperatorRejection::ConsentMissing);
        }
        let at = consent.at;
        let (app_says, operator_says) = match open.by {
            Side::App => (open.consent.clone(), consent),
            Side::Operator => (consent, open.consent.clone()),
        };
        Ok(vec![OperatorEvent::Linked {
            app: app.clone(),
            fee: open.fee,
            consents: Consents {
                app: app_says,
                operator: operator_says,
            },
            shows_tickets: open.shows_tickets,
            proposal: Some(proposal.clone()),
            at,
        }])
    }

    /// Whether a link is what a standing proposal says.
    pub(super) fn is_proposed(&self, proposal: &LinkProposalId, link: &LinkDeclaration) -> bool {
        self.standing_proposal(proposal, &link.app)
            .is_ok_and(|open| open.fee == link.fee && open.shows_tickets == link.shows_tickets)
    }

    pub(super) fn fold_proposal(&mut self, event: &OperatorEvent) -> Result<(), ImpossibleHistory> {
        match event {
            OperatorEvent::LinkProposed {
                proposal,
                app,
                by,
                fee,
                shows_tickets,
                consent,
                ..
            } => {
                let wanted = LinkProposal {
                    proposal: proposal.clone(),
                    app: app.clone(),
                    by: *by,
                    fee: *fee,
                    shows_tickets: *shows_tickets,
                    consent: consent.clone(),
                };
                let free = self.proposals.get(app).is_none_or(|open| open.by == *by);
                let sound = fee.is_sound() && consent.is_signed();
                must(
                    free && sound && self.link(app).is_none(),
                    "a link is proposed where none stands, on sound terms",
                )?;
                self.proposals.insert(app.clone(), wanted);
            }
            OperatorEvent::LinkDeclined { proposal, app, .. } => {
                must(
                    self.standing_proposal(proposal, app).is_ok(),
                    "only a standing proposal is declined",
                )?;
                self.proposals.remove(app);
            }
            _ => {}
        }
        Ok(())
    }
}

impl LinkProposal {
    fn says_the_same_as(&self, other: &Self) -> bool {
        self.fee == other.fee && self.shows_tickets == other.shows_tickets
    }
}
