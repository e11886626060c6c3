//! The rules of an operator.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    account::{Account, AccountRequest},
    announce::withdraw,
    command::{OperatorCommand, OperatorRejection},
    declare::{check_charging, declare},
    event::OperatorEvent,
    fee::DatedFee,
    link::{Link, LinkDeclaration, LinkProposal},
    notice::{Announced, FareFreePeriod, ServiceAlert},
    profile::{Charging, DisputedPasses, OperatorKind, Profile, RefundRules, Requirements},
    ticket_style::TicketStyle,
};
use crate::{
    AppId, NoticeId, OnboardingId, OperatorId,
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
    #[serde(default)]
    pub(super) requested: Option<AccountRequest>,
    /// The newest attempt at Stripe's consent page for each app's platform.
    #[serde(default)]
    pub(super) oauth: BTreeMap<AppId, OnboardingId>,
    #[serde(default)]
    pub(super) proposals: BTreeMap<AppId, LinkProposal>,
    pub(super) links: BTreeMap<AppId, Link>,
    #[serde(default)]
    pub(super) suspended_for: Option<String>,
    pub(super) alerts: BTreeMap<NoticeId, Announced<ServiceAlert>>,
    pub(super) fare_free: BTreeMap<NoticeId, Announced<FareFreePeriod>>,
    pub(super) charging: Charging,
    pub(super) requirements: Requirements,
    pub(super) refund_rules: RefundRules,
    #[serde(default)]
    pub(super) disputed_passes: DisputedPasses,
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
            (
                Some(it),
                command @ (C::RequestAccount { .. }
                | C::RecordAccountRefused { .. }
                | C::StartOnboarding { .. }
                | C::StartOauth { .. }
                | C::ConnectAccount { .. }
                | C::ReportAccountStatus { .. }
                | C::DeauthorizeAccount { .. }),
            ) => it.decide_on_account(command),
            (Some(it), C::Link { link, at }) => it.establish(link, at),
            (Some(it), C::SetLink { link, at }) => it.set_link(link, at),
            (Some(it), command @ (C::ProposeLink { .. } | C::AcceptLink { .. } | C::DeclineLink { .. })) => {
                it.decide_on_proposal(command)
            }
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
            (Some(it), C::Reinstate { reason, at }) => Ok(only_if(
                it.suspended_for.is_some(),
                OperatorEvent::Reinstated { reason, at },
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
            requested: None,
            oauth: BTreeMap::new(),
            proposals: BTreeMap::new(),
            links: BTreeMap::new(),
            suspended_for: None,
            alerts: BTreeMap::new(),
            fare_free: BTreeMap::new(),
            charging: Charging::default(),
            requirements: Requirements::default(),
            refund_rules: RefundRules::default(),
            disputed_passes: DisputedPasses::default(),
            ticket_style: None,
        }
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

    /// A link that is as wanted, whatever there was.
    fn set_link(&self, wanted: LinkDeclaration, at: DateTime<Utc>) -> Decided<Self> {
        match self.link(&wanted.app) {
            Some(_) => self.link_events(wanted, at),
            None => self.establish(wanted, at),
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
            proposal: None,
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
