//! What can be asked of an operator.

use chrono::{DateTime, Utc};

use super::{
    account::{Account, AccountRequest},
    fee::FeeTerms,
    link::{Link, LinkProposal},
    notice::{AlertEffect, FareFreePeriod, ServiceAlert},
    profile::{Charging, DisputedPasses, OperatorKind, Profile, RefundRules, Requirements},
    state::Operator,
    ticket_style::TicketStyle,
};
use crate::{AppId, OnboardingId, OperatorId, StripeAccountId, catalog::ServiceCalendar};

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
    /// The app's platform may not act for it: permission was withdrawn, or never given.
    #[error("the app's platform may not act for the operator's account")]
    Deauthorized,
    /// Stripe does not let it take money, or has not said yet that it may.
    #[error("the operator's account cannot take charges")]
    ChargesDisabled,
}

impl Operator {
    /// Whether a rider of an app can pay it at a moment. Says nothing of what there is to buy.
    pub fn transactable_for(&self, app: &AppId, at: DateTime<Utc>) -> Result<Transactable, NotTransactable> {
        if let Some(first) = self.obstacles_for(app, at).first() {
            return Err(*first);
        }
        let fee = *self.fee_for(app, at).ok_or(NotTransactable::NotLinked)?;
        let account = self.account.as_ref().ok_or(NotTransactable::NoAccount)?;
        Ok(Transactable {
            account: account.account.clone(),
            fee,
            charging: self.charging.clone(),
        })
    }

    /// Every reason why a rider of an app cannot pay it at a moment, in the order in which they count. Says nothing of
    /// what there is to buy.
    #[must_use]
    pub fn obstacles_for(&self, app: &AppId, at: DateTime<Utc>) -> Vec<NotTransactable> {
        let mut obstacles = Vec::new();
        if self.suspended_for.is_some() {
            obstacles.push(NotTransactable::Suspended);
        }
        if self.fee_for(app, at).is_none() {
            obstacles.push(NotTransactable::NotLinked);
        }
        let Some(account) = self.account.as_ref().filter(|it| it.connected.is_some()) else {
            obstacles.push(NotTransactable::NoAccount);
            return obstacles;
        };
        if account.deauthorized.concerns(app) {
            obstacles.push(NotTransactable::Deauthorized);
        }
        if !account.takes_charges() {
            obstacles.push(NotTransactable::ChargesDisabled);
        }
        obstacles
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

    /// The account that Stripe was asked to make, while it is not known whether there is one.
    #[must_use]
    pub const fn requested_account(&self) -> Option<&AccountRequest> {
        self.requested.as_ref()
    }

    /// The attempt at Stripe's consent page whose answer is waited for, or was the last, for an app's platform.
    #[must_use]
    pub fn consent_asked(&self, app: &AppId) -> Option<&OnboardingId> {
        self.oauth.get(app)
    }

    /// Links that wait for the other side's word.
    pub fn proposals(&self) -> impl Iterator<Item = &LinkProposal> {
        self.proposals.values()
    }

    /// The link with an app that waits for the other side's word.
    #[must_use]
    pub fn proposal(&self, app: &AppId) -> Option<&LinkProposal> {
        self.proposals.get(app)
    }

    /// Its links, those that have ended included.
    pub fn all_links(&self) -> impl Iterator<Item = &Link> {
        self.links.values()
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

    /// What becomes of passes whose payment is disputed.
    #[must_use]
    pub const fn disputed_passes(&self) -> DisputedPasses {
        self.disputed_passes
    }

    /// How its tickets look.
    #[must_use]
    pub const fn ticket_style(&self) -> Option<&TicketStyle> {
        self.ticket_style.as_ref()
    }
}
