//! Bringing an operator to where a declaration wants it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{
    account::{Evidence, HowConnected},
    command::{OperatorDeclaration, OperatorRejection},
    event::OperatorEvent,
    link::LinkDeclaration,
    profile::Charging,
    state::Operator,
};
use crate::{StripeAccountId, aggregate::Decided};

pub(super) fn declare(
    operator: Option<&Operator>,
    declaration: OperatorDeclaration,
    at: DateTime<Utc>,
) -> Decided<Operator> {
    check(operator, &declaration)?;
    let OperatorDeclaration {
        operator: id,
        kind,
        profile,
        account,
        links,
        ..
    } = declaration;
    let mut events = Vec::new();
    // A new operator is compared with one that has nothing yet, so that both ways meet in the same comparisons.
    let now = if let Some(now) = operator {
        if now.kind() != kind {
            events.push(OperatorEvent::KindChanged { kind, at });
        }
        if *now.profile() != profile {
            events.push(OperatorEvent::ProfileChanged { profile, at });
        }
        now.clone()
    } else {
        let now = Operator::registered(id.clone(), kind, profile.clone());
        events.push(OperatorEvent::Registered {
            operator: id,
            kind,
            profile,
            at,
        });
        now
    };
    events.extend(account.map_or(Ok(None), |account| now.account_event(account, at))?);
    if let Some(charging) = declaration.charging
        && *now.charging() != charging
    {
        events.push(OperatorEvent::ChargingSet { charging, at });
    }
    if *now.requirements() != declaration.requirements {
        events.push(OperatorEvent::RequirementsSet {
            requirements: declaration.requirements,
            at,
        });
    }
    if now.refund_rules() != declaration.refund_rules {
        events.push(OperatorEvent::RefundRulesSet {
            rules: declaration.refund_rules,
            at,
        });
    }
    if now.disputed_passes() != declaration.disputed_passes {
        events.push(OperatorEvent::DisputedPassesSet {
            passes: declaration.disputed_passes,
            at,
        });
    }
    if now.ticket_style() != declaration.ticket_style.as_ref() {
        events.push(OperatorEvent::TicketStyleSet {
            style: declaration.ticket_style,
            at,
        });
    }
    for link in links {
        events.extend(now.link_events(link, at)?);
    }
    Ok(events)
}

fn check(operator: Option<&Operator>, declaration: &OperatorDeclaration) -> Result<(), OperatorRejection> {
    if operator.is_some_and(|operator| *operator.id() != declaration.operator) {
        return Err(OperatorRejection::AnotherOperator);
    }
    declaration.profile.check()?;
    declaration.charging.as_ref().map_or(Ok(()), check_charging)?;
    let page = declaration.requirements.permission_page.as_ref();
    if page.is_some_and(|page| !page.is_secure()) {
        return Err(OperatorRejection::PermissionPageNotSecure);
    }
    let mut apps = BTreeSet::new();
    match declaration.links.iter().find(|link| !apps.insert(&link.app)) {
        Some(link) => Err(OperatorRejection::LinkedTwice {
            app: link.app.clone(),
        }),
        None => Ok(()),
    }
}

pub(super) fn check_charging(charging: &Charging) -> Result<(), OperatorRejection> {
    match charging {
        Charging::Operator {
            webhook: Some(webhook),
            ..
        } if !webhook.is_secure() => Err(OperatorRejection::WebhookNotSecure),
        charging if !charging.is_bounded() => Err(OperatorRejection::ChargingTimeOutOfRange),
        _ => Ok(()),
    }
}

impl Operator {
    /// An account that is known, whatever has become of it, is not connected again by a declaration.
    fn account_event(
        &self,
        account: StripeAccountId,
        at: DateTime<Utc>,
    ) -> Result<Option<OperatorEvent>, OperatorRejection> {
        if self
            .account()
            .is_some_and(|known| known.account == account && known.connected.is_some())
        {
            return Ok(None);
        }
        self.check_account_free(&account)?;
        Ok(Some(OperatorEvent::AccountConnected {
            account,
            app: None,
            how: HowConnected::Declared,
            evidence: Evidence::Declared,
            at,
        }))
    }

    pub(super) fn link_events(&self, wanted: LinkDeclaration, at: DateTime<Utc>) -> Decided<Self> {
        let Some(link) = self.link(&wanted.app) else {
            return match self.establish(wanted, at) {
                // The file is older than the end of the link.
                Err(OperatorRejection::ConsentOutdated) => Ok(Vec::new()),
                decided => decided,
            };
        };
        Self::check_link(&wanted)?;
        let LinkDeclaration {
            app,
            fee,
            shows_tickets,
            ..
        } = wanted;
        let mut events = Vec::new();
        if link.fee_at(at) != Some(&fee) {
            events.push(OperatorEvent::FeeChanged {
                app: app.clone(),
                fee,
                effective_from: at,
                at,
            });
        }
        if link.shows_tickets != shows_tickets {
            events.push(OperatorEvent::TicketDisplaySet {
                app,
                shows_tickets,
                at,
            });
        }
        Ok(events)
    }
}
