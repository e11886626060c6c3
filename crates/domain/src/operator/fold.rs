//! Folding an operator's events, each checked again.

use chrono::{DateTime, Utc};

use super::{
    account::{Account, AccountRequest},
    event::OperatorEvent,
    fee::DatedFee,
    link::{Link, LinkDeclaration},
    notice::Announced,
    state::Operator,
};
use crate::{
    AppId, LinkProposalId, StripeAccountId,
    aggregate::{Aggregate, ImpossibleHistory},
};

impl Operator {
    pub(super) fn fold(&mut self, event: &OperatorEvent) -> Result<(), ImpossibleHistory> {
        use OperatorEvent as E;
        match event {
            E::AccountRequested { .. }
            | E::AccountRequestRefused { .. }
            | E::OnboardingStarted { .. }
            | E::OauthStarted { .. }
            | E::AccountConnected { .. }
            | E::AccountStatusReported { .. }
            | E::AccountDeauthorized { .. } => self.fold_account(event),
            E::LinkProposed { .. } | E::LinkDeclined { .. } => self.fold_proposal(event),
            E::Linked { .. } | E::FeeChanged { .. } | E::TicketDisplaySet { .. } | E::Unlinked { .. } => {
                self.fold_link(event)
            }
            E::ServiceAlertRaised { .. }
            | E::ServiceAlertCleared { .. }
            | E::FareFreeDeclared { .. }
            | E::FareFreeWithdrawn { .. } => self.fold_notice(event),
            E::Suspended { reason, .. } => {
                must(
                    self.suspended_for.is_none(),
                    "only an active operator is suspended",
                )?;
                self.suspended_for = Some(reason.clone());
                Ok(())
            }
            E::Reinstated { .. } => {
                must(
                    self.suspended_for.is_some(),
                    "only a suspended operator is reinstated",
                )?;
                self.suspended_for = None;
                Ok(())
            }
            _ => {
                self.fold_setting(event);
                Ok(())
            }
        }
    }

    fn fold_setting(&mut self, event: &OperatorEvent) {
        match event {
            OperatorEvent::KindChanged { kind, .. } => self.kind = *kind,
            OperatorEvent::ProfileChanged { profile, .. } => self.profile = profile.clone(),
            OperatorEvent::ChargingSet { charging, .. } => self.charging = charging.clone(),
            OperatorEvent::RequirementsSet { requirements, .. } => self.requirements = requirements.clone(),
            OperatorEvent::RefundRulesSet { rules, .. } => self.refund_rules = *rules,
            OperatorEvent::DisputedPassesSet { passes, .. } => self.disputed_passes = *passes,
            OperatorEvent::TicketStyleSet { style, .. } => self.ticket_style.clone_from(style),
            // The others have places of their own.
            _ => {}
        }
    }

    fn fold_account(&mut self, event: &OperatorEvent) -> Result<(), ImpossibleHistory> {
        match event {
            OperatorEvent::AccountRequested {
                attempt,
                app,
                platform,
                kind,
                country,
                key,
                at,
            } => {
                let request = AccountRequest {
                    attempt: attempt.clone(),
                    app: app.clone(),
                    platform: platform.clone(),
                    kind: *kind,
                    country: country.clone(),
                    key: key.clone(),
                    at: *at,
                };
                must(
                    self.requested.is_none() && self.request_account(request.clone()).is_ok(),
                    "an account is asked for where there is none",
                )?;
                self.requested = Some(request);
            }
            OperatorEvent::AccountRequestRefused { attempt, .. } => {
                must(self.is_requested(attempt), "only what was asked for is refused")?;
                self.requested = None;
            }
            OperatorEvent::OauthStarted { attempt, app, .. } => {
                self.oauth.insert(app.clone(), attempt.clone());
            }
            OperatorEvent::OnboardingStarted {
                account,
                app,
                attempt,
                ..
            } => {
                let same = self
                    .account
                    .as_ref()
                    .is_some_and(|known| known.account == *account);
                let asked = attempt.as_ref().is_none_or(|attempt| self.is_requested(attempt));
                must(
                    !same && asked && self.check_account_free(account).is_ok(),
                    "onboarding needs the place of the account",
                )?;
                if attempt.is_some() {
                    self.requested = None;
                }
                self.account = Some(Account::made(account.clone(), app.as_ref()));
            }
            OperatorEvent::AccountConnected {
                account, app, how, ..
            } => {
                must(
                    self.check_account_free(account).is_ok(),
                    "an account does not push out another",
                )?;
                match &mut self.account {
                    Some(known) if known.account == *account => known.connect(app.as_ref(), *how),
                    other => *other = Some(Account::new(account.clone(), Some(*how), app.as_ref())),
                }
                // Whatever Stripe was asked to make is not needed any more.
                self.requested = None;
            }
            OperatorEvent::AccountStatusReported {
                account,
                status,
                as_of,
                ..
            } => {
                let known = self.account_to_change(account)?;
                known.status = Some(status.clone());
                known.status_as_of = Some(*as_of);
            }
            OperatorEvent::AccountDeauthorized {
                account,
                app,
                evidence,
                ..
            } => {
                self.account_to_change(account)?
                    .deauthorize(app.as_ref(), evidence);
            }
            _ => {}
        }
        Ok(())
    }

    fn account_to_change(&mut self, account: &StripeAccountId) -> Result<&mut Account, ImpossibleHistory> {
        self.account
            .as_mut()
            .filter(|known| known.account == *account)
            .ok_or_else(|| Self::impossible("what is said of an account is said of the operator's"))
    }

    fn fold_link(&mut self, event: &OperatorEvent) -> Result<(), ImpossibleHistory> {
        match event {
            OperatorEvent::Linked {
                app,
                fee,
                consents,
                shows_tickets,
                proposal,
                at,
            } => {
                let declared = LinkDeclaration {
                    app: app.clone(),
                    fee: *fee,
                    consents: consents.clone(),
                    shows_tickets: *shows_tickets,
                };
                self.fold_linked(declared, proposal.clone(), *at)?;
            }
            OperatorEvent::FeeChanged {
                app,
                fee,
                effective_from,
                ..
            } => {
                self.link_to_change(app)?.change_fee(DatedFee {
                    effective_from: *effective_from,
                    terms: *fee,
                });
            }
            OperatorEvent::TicketDisplaySet {
                app, shows_tickets, ..
            } => {
                self.link_to_change(app)?.shows_tickets = *shows_tickets;
            }
            OperatorEvent::Unlinked { app, at, .. } => self.link_to_change(app)?.unlinked_at = Some(*at),
            _ => {}
        }
        Ok(())
    }

    fn fold_linked(
        &mut self,
        declared: LinkDeclaration,
        proposal: Option<LinkProposalId>,
        at: DateTime<Utc>,
    ) -> Result<(), ImpossibleHistory> {
        must(
            self.link(&declared.app).is_none(),
            "a standing link is not made again",
        )?;
        must(
            Self::check_link(&declared).is_ok(),
            "a link has sound terms and both consents",
        )?;
        if let Some(proposal) = &proposal {
            must(
                self.is_proposed(proposal, &declared),
                "what is accepted is what was proposed",
            )?;
        }
        // Whatever was proposed before, the two have agreed now.
        self.proposals.remove(&declared.app);
        self.links
            .insert(declared.app.clone(), Link::new(declared, proposal, at));
        Ok(())
    }

    fn link_to_change(&mut self, app: &AppId) -> Result<&mut Link, ImpossibleHistory> {
        self.links
            .get_mut(app)
            .filter(|link| link.stands())
            .ok_or_else(|| Self::impossible("only a standing link changes"))
    }

    fn fold_notice(&mut self, event: &OperatorEvent) -> Result<(), ImpossibleHistory> {
        match event {
            OperatorEvent::ServiceAlertRaised { alert, .. } => {
                let before = self
                    .alerts
                    .insert(alert.id.clone(), Announced::new(alert.clone()));
                let free = before.is_none_or(|before| !before.stands());
                must(free, "a standing alert is not raised again")
            }
            OperatorEvent::FareFreeDeclared { period, .. } => {
                let before = self
                    .fare_free
                    .insert(period.id.clone(), Announced::new(period.clone()));
                let free = before.is_none_or(|before| !before.stands());
                must(free, "a standing fare-free period is not declared again")
            }
            OperatorEvent::ServiceAlertCleared { alert, at } => {
                fold_withdrawn(self.alerts.get_mut(alert), *at)
            }
            OperatorEvent::FareFreeWithdrawn { period, at } => {
                fold_withdrawn(self.fare_free.get_mut(period), *at)
            }
            _ => Ok(()),
        }
    }
}

fn fold_withdrawn<T>(known: Option<&mut Announced<T>>, at: DateTime<Utc>) -> Result<(), ImpossibleHistory> {
    match known {
        Some(known) if known.stands() => {
            known.withdrawn_at = Some(at);
            Ok(())
        }
        _ => Err(Operator::impossible(
            "only a standing announcement is withdrawn, once",
        )),
    }
}

pub(super) fn must(holds: bool, rule: &'static str) -> Result<(), ImpossibleHistory> {
    if holds {
        Ok(())
    } else {
        Err(Operator::impossible(rule))
    }
}
