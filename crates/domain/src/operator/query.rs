//! What can be asked of an operator.

use chrono::{DateTime, Utc};

use super::{
    account::Account,
    fee::FeeTerms,
    link::Link,
    notice::{AlertEffect, FareFreePeriod, ServiceAlert},
    profile::{Charging, OperatorKind, Profile, RefundRules, Requirements},
    state::Operator,
    ticket_style::TicketStyle,
};
use crate::{AppId, OperatorId, StripeAccountId, catalog::ServiceCalendar};

/// What a purchase needs to know to pay an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transactable {
    /// Who is paid.
    pub account: StripeAccountId,
    /// What the engine takes.
    pub fee: FeeTerms,
    /// Who makes the charge.
    pub charging: Charging,
}

/// Why an operator can take no money now, in the order in which the reasons are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTransactable {
    /// It may sell nothing for now.
    #[error("the operator is suspended")]
    Suspended,
    /// It does no business with the app.
    #[error("the operator is not linked to the app")]
    NotLinked,
    /// It has connected no account, or has not finished connecting it.
    #[error("the operator has no account")]
    NoAccount,
    /// It withdrew its permission.
    #[error("the operator's account is deauthorized")]
    Deauthorized,
    /// Stripe does not let it take money, or has not said yet that it may.
    #[error("the operator's account cannot take charges")]
    ChargesDisabled,
}

impl Operator {
    /// Whether a rider of an app can pay it at a moment. Says nothing of what there is to buy.
    pub fn transactable_for(&self, app: &AppId, at: DateTime<Utc>) -> Result<Transactable, NotTransactable> {
        if self.suspended_for.is_some() {
            return Err(NotTransactable::Suspended);
        }
        let fee = *self.fee_for(app, at).ok_or(NotTransactable::NotLinked)?;
        let connected = self
            .account
            .as_ref()
            .filter(|account| account.connected.is_some());
        let account = connected.ok_or(NotTransactable::NoAccount)?;
        if account.deauthorized.concerns(app) {
            return Err(NotTransactable::Deauthorized);
        }
        if !account.takes_charges() {
            return Err(NotTransactable::ChargesDisabled);
        }
        Ok(Transactable {
            account: account.account.clone(),
            fee,
            charging: self.charging.clone(),
        })
    }

    /// What the engine takes of purchases through an app at a moment, if the two are linked.
    #[must_use]
    pub fn fee_for(&self, app: &AppId, at: DateTime<Utc>) -> Option<&FeeTerms> {
        self.link(app)?.fee_at(at)
    }

    /// Whether riding is free at a moment: then nothing is sold and nothing activated.
    #[must_use]
    pub fn is_fare_free(&self, at: DateTime<Utc>) -> bool {
        self.fare_free_periods().any(|period| period.active.contains(at))
            || self.alerts(at).any(|alert| alert.effect == AlertEffect::FareFree)
    }

    /// What riders should know at a moment.
    pub fn alerts(&self, at: DateTime<Utc>) -> impl Iterator<Item = &ServiceAlert> {
        let standing = self
            .alerts
            .values()
            .filter(|known| known.stands())
            .map(|known| &known.notice);
        standing.filter(move |alert| alert.active.contains(at))
    }

    /// What riders are or will be told, and what is over by itself; not what was taken back.
    pub fn standing_alerts(&self) -> impl Iterator<Item = &ServiceAlert> {
        self.alerts
            .values()
            .filter(|known| known.stands())
            .map(|known| &known.notice)
    }

    /// When riding is free, past and future, except what was withdrawn.
    pub fn fare_free_periods(&self) -> impl Iterator<Item = &FareFreePeriod> {
        self.fare_free
            .values()
            .filter(|known| known.stands())
            .map(|known| &known.notice)
    }

    /// How it counts days.
    #[must_use]
    pub const fn calendar(&self) -> ServiceCalendar {
        self.profile.calendar()
    }

    /// Which operator it is.
    #[must_use]
    pub const fn id(&self) -> &OperatorId {
        &self.id
    }

    /// What it sells.
    #[must_use]
    pub const fn kind(&self) -> OperatorKind {
        self.kind
    }

    /// Who it is.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Its account at Stripe, connected or on the way.
    #[must_use]
    pub const fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// Its standing link with an app.
    #[must_use]
    pub fn link(&self, app: &AppId) -> Option<&Link> {
        self.links.get(app).filter(|link| link.stands())
    }

    /// Its standing links.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.links.values().filter(|link| link.stands())
    }

    /// Why it may sell nothing for now, if so.
    #[must_use]
    pub fn suspended_for(&self) -> Option<&str> {
        self.suspended_for.as_deref()
    }

    /// Who makes the charge on its account.
    #[must_use]
    pub const fn charging(&self) -> &Charging {
        &self.charging
    }

    /// What riders need before buying.
    #[must_use]
    pub const fn requirements(&self) -> &Requirements {
        &self.requirements
    }

    /// What it gives back.
    #[must_use]
    pub const fn refund_rules(&self) -> RefundRules {
        self.refund_rules
    }

    /// How its tickets look.
    #[must_use]
    pub const fn ticket_style(&self) -> Option<&TicketStyle> {
        self.ticket_style.as_ref()
    }
}
