//! The rules of an operator.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    account::{Account, AccountStatus, Evidence, HowConnected},
    announce::withdraw,
    command::{OperatorCommand, OperatorRejection},
    declare::{check_charging, declare},
    event::OperatorEvent,
    fee::DatedFee,
    link::{Link, LinkDeclaration},
    notice::{Announced, FareFreePeriod, ServiceAlert},
    profile::{Charging, OperatorKind, Profile, RefundRules, Requirements},
    ticket_style::TicketStyle,
};
use crate::{
    AppId, NoticeId, OperatorId, StripeAccountId,
    aggregate::{Aggregate, Decided, ImpossibleHistory},
};

/// An operator, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    pub(super) id: OperatorId,
    pub(super) kind: OperatorKind,
    pub(super) profile: Profile,
    #[serde(default)]
    pub(super) account: Option<Account>,
    pub(super) links: BTreeMap<AppId, Link>,
    #[serde(default)]
    pub(super) suspended_for: Option<String>,
    pub(super) alerts: BTreeMap<NoticeId, Announced<ServiceAlert>>,
    pub(super) fare_free: BTreeMap<NoticeId, Announced<FareFreePeriod>>,
    pub(super) charging: Charging,
    pub(super) requirements: Requirements,
    pub(super) refund_rules: RefundRules,
    #[serde(default)]
    pub(super) ticket_style: Option<TicketStyle>,
}

impl Aggregate for Operator {
    const CATEGORY: &'static str = "operator";
    type Command = OperatorCommand;
    type Event = OperatorEvent;
    type Rejection = OperatorRejection;

    fn decide(operator: Option<&Self>, command: OperatorCommand) -> Decided<Self> {
        use OperatorCommand as C;
        match (operator, command) {
            (operator, C::Declare { declaration, at }) => declare(operator, *declaration, at),
            (None, _) => Err(OperatorRejection::NotRegistered),
            (Some(it), C::StartOnboarding { account, at }) => it.start_onboarding(account, at),
            (
                Some(it),
                C::ConnectAccount {
                    account,
                    app,
                    how,
                    evidence,
                    at,
                },
            ) => it.connect(account, app, how, evidence, at),
            (
                Some(it),
                C::ReportAccountStatus {
                    account,
                    status,
                    evidence,
                    as_of,
                    at,
                },
            ) => it.report(account, status, evidence, as_of, at),
            (
                Some(it),
                C::DeauthorizeAccount {
                    account,
                    app,
                    evidence,
                    at,
                },
            ) => it.deauthorize(account, app, evidence, at),
            (Some(it), C::Link { link, at }) => it.establish(link, at),
            (
                Some(it),
                C::ChangeFee {
                    app,
                    fee,
                    effective_from,
                    at,
                },
            ) => {
                let fee = DatedFee {
                    effective_from: effective_from.max(at),
                    terms: fee,
                };
                it.change_fee(app, fee, at)
            }
            (Some(it), C::Unlink { app, reason, at }) => it.unlink(app, reason, at),
            (Some(it), C::Suspend { reason, at }) => Ok(only_if(
                it.suspended_for.is_none(),
                OperatorEvent::Suspended { reason, at },
            )),
            (Some(it), C::Reinstate { at }) => Ok(only_if(
                it.suspended_for.is_some(),
                OperatorEvent::Reinstated { at },
            )),
            (Some(it), C::RaiseAlert { alert, at }) => it.raise(alert, at),
            (Some(it), C::ClearAlert { alert, at }) => withdraw(&it.alerts, alert, |alert| {
                OperatorEvent::ServiceAlertCleared { alert, at }
            }),
            (Some(it), C::DeclareFareFree { period, at }) => it.declare_fare_free(period, at),
            (Some(it), C::WithdrawFareFree { period, at }) => withdraw(&it.fare_free, period, |period| {
                OperatorEvent::FareFreeWithdrawn { period, at }
            }),
            (
                Some(it),
                C::Announce {
                    alerts,
                    fare_free,
                    at,
                },
            ) => it.announce_all(alerts, fare_free, at),
            (Some(it), C::SetCharging { charging, at }) => {
                check_charging(&charging)?;
                Ok(only_if(
                    it.charging != charging,
                    OperatorEvent::ChargingSet { charging, at },
                ))
            }
        }
    }

    fn apply(operator: Option<Self>, event: &OperatorEvent) -> Result<Self, ImpossibleHistory> {
        match (operator, event) {
            (
                None,
                OperatorEvent::Registered {
                    operator,
                    kind,
                    profile,
                    ..
                },
            ) => Ok(Self::registered(operator.clone(), *kind, profile.clone())),
            (None, _) => Err(Self::impossible("an operator begins by being registered")),
            (Some(_), OperatorEvent::Registered { .. }) => {
                Err(Self::impossible("an operator is registered once"))
            }
            (Some(mut operator), event) => {
                operator.fold(event)?;
                Ok(operator)
            }
        }
    }
}

pub(super) fn only_if(needed: bool, event: OperatorEvent) -> Vec<OperatorEvent> {
    if needed { vec![event] } else { Vec::new() }
}

/// Decisions.
impl Operator {
    pub(super) fn registered(id: OperatorId, kind: OperatorKind, profile: Profile) -> Self {
        Self {
            id,
            kind,
            profile,
            account: None,
            links: BTreeMap::new(),
            suspended_for: None,
            alerts: BTreeMap::new(),
            fare_free: BTreeMap::new(),
            charging: Charging::default(),
            requirements: Requirements::default(),
            refund_rules: RefundRules::default(),
            ticket_style: None,
        }
    }

    /// Another account may only take the place of one for which nobody may act any more.
    pub(super) fn check_account_free(&self, account: &StripeAccountId) -> Result<(), OperatorRejection> {
        match &self.account {
            Some(known) if known.account != *account && !known.deauthorized.is_complete() => {
                Err(OperatorRejection::AnotherAccount {
                    account: known.account.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    fn known_account(&self, account: &StripeAccountId) -> Result<&Account, OperatorRejection> {
        match &self.account {
            None => Err(OperatorRejection::NoAccount),
            Some(known) if known.account == *account => Ok(known),
            Some(known) => Err(OperatorRejection::AnotherAccount {
                account: known.account.clone(),
            }),
        }
    }

    fn start_onboarding(&self, account: StripeAccountId, at: DateTime<Utc>) -> Decided<Self> {
        if self
            .account
            .as_ref()
            .is_some_and(|known| known.account == account)
        {
            return Ok(Vec::new());
        }
        self.check_account_free(&account)?;
        Ok(vec![OperatorEvent::OnboardingStarted { account, at }])
    }

    fn connect(
        &self,
        account: StripeAccountId,
        app: Option<AppId>,
        how: HowConnected,
        evidence: Evidence,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let connected = self.account.as_ref().is_some_and(|known| {
            known.account == account
                && known.connected.is_some()
                && known.deauthorized.is_allowed(app.as_ref())
        });
        if connected {
            return Ok(Vec::new());
        }
        self.check_account_free(&account)?;
        Ok(vec![OperatorEvent::AccountConnected {
            account,
            app,
            how,
            evidence,
            at,
        }])
    }

    fn report(
        &self,
        account: StripeAccountId,
        status: AccountStatus,
        evidence: Evidence,
        as_of: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.known_account(&account)?;
        if known.knows(&status, as_of) {
            return Ok(Vec::new());
        }
        let mut events = Vec::new();
        // The form is filled in: this is the operator's account from here on.
        if status.details_submitted && known.connected.is_none() && known.deauthorized.is_allowed(None) {
            events.push(OperatorEvent::AccountConnected {
                account: account.clone(),
                app: None,
                how: HowConnected::Onboarded,
                evidence: evidence.clone(),
                at,
            });
        }
        events.push(OperatorEvent::AccountStatusReported {
            account,
            status,
            evidence,
            as_of,
            at,
        });
        Ok(events)
    }

    fn deauthorize(
        &self,
        account: StripeAccountId,
        app: Option<AppId>,
        evidence: Evidence,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.known_account(&account)?;
        let withdrawn = known.deauthorized.is_withdrawn(app.as_ref());
        Ok(only_if(
            !withdrawn,
            OperatorEvent::AccountDeauthorized {
                account,
                app,
                evidence,
                at,
            },
        ))
    }

    pub(super) fn check_link(link: &LinkDeclaration) -> Result<(), OperatorRejection> {
        if !link.fee.is_sound() {
            return Err(OperatorRejection::UnsoundFee);
        }
        if link.consents.are_complete() {
            Ok(())
        } else {
            Err(OperatorRejection::ConsentMissing)
        }
    }

    pub(super) fn establish(&self, wanted: LinkDeclaration, at: DateTime<Utc>) -> Decided<Self> {
        Self::check_link(&wanted)?;
        if let Some(link) = self.links.get(&wanted.app) {
            match link.unlinked_at {
                Some(ended) if !wanted.consents.are_newer_than(ended) => {
                    return Err(OperatorRejection::ConsentOutdated);
                }
                None if link.fee_at(at) == Some(&wanted.fee)
                    && link.shows_tickets == wanted.shows_tickets =>
                {
                    return Ok(Vec::new());
                }
                None => return Err(OperatorRejection::LinkDiffers { app: wanted.app }),
                Some(_) => {}
            }
        }
        let LinkDeclaration {
            app,
            fee,
            consents,
            shows_tickets,
        } = wanted;
        Ok(vec![OperatorEvent::Linked {
            app,
            fee,
            consents,
            shows_tickets,
            at,
        }])
    }

    fn change_fee(&self, app: AppId, fee: DatedFee, at: DateTime<Utc>) -> Decided<Self> {
        let Some(link) = self.link(&app) else {
            return Err(OperatorRejection::NotLinked { app });
        };
        if !fee.terms.is_sound() {
            return Err(OperatorRejection::UnsoundFee);
        }
        let DatedFee {
            effective_from,
            terms,
        } = fee;
        let event = OperatorEvent::FeeChanged {
            app,
            fee: terms,
            effective_from,
            at,
        };
        Ok(only_if(!link.has_decided(&fee, at), event))
    }

    fn unlink(&self, app: AppId, reason: String, at: DateTime<Utc>) -> Decided<Self> {
        match self.links.get(&app) {
            None => Err(OperatorRejection::NotLinked { app }),
            Some(link) => Ok(only_if(
                link.stands(),
                OperatorEvent::Unlinked { app, reason, at },
            )),
        }
    }
}
