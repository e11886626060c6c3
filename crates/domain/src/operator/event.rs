//! What happens to an operator. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    account::{AccountStatus, Evidence, HowConnected},
    fee::FeeTerms,
    link::Consents,
    notice::{FareFreePeriod, ServiceAlert},
    profile::{Charging, OperatorKind, Profile, RefundRules, Requirements},
    ticket_style::TicketStyle,
};
use crate::{AppId, NoticeId, OperatorId, StripeAccountId};

/// The history of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OperatorEvent {
    /// It exists.
    Registered {
        /// Which.
        operator: OperatorId,
        /// What it sells.
        kind: OperatorKind,
        /// Who it is.
        profile: Profile,
        /// When.
        at: DateTime<Utc>,
    },
    /// It sells something else.
    KindChanged {
        /// What.
        kind: OperatorKind,
        /// When.
        at: DateTime<Utc>,
    },
    /// Something about it is different.
    ProfileChanged {
        /// The whole of it now.
        profile: Profile,
        /// When.
        at: DateTime<Utc>,
    },
    /// An account was made for it and waits for it to fill in Stripe's form.
    OnboardingStarted {
        /// Which.
        account: StripeAccountId,
        /// When.
        at: DateTime<Utc>,
    },
    /// An account is its account.
    AccountConnected {
        /// Which.
        account: StripeAccountId,
        /// Whose platform may act for it; absent when everybody's may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<AppId>,
        /// How that came about.
        how: HowConnected,
        /// How we know.
        evidence: Evidence,
        /// When.
        at: DateTime<Utc>,
    },
    /// Stripe said what the account can do, and it is not what we knew.
    AccountStatusReported {
        /// Which account.
        account: StripeAccountId,
        /// What it can do.
        status: AccountStatus,
        /// How we know.
        evidence: Evidence,
        /// When this was so at Stripe.
        as_of: DateTime<Utc>,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// The operator withdrew the permission to act for its account.
    AccountDeauthorized {
        /// Which account.
        account: StripeAccountId,
        /// Whose platform may act no longer; absent when nobody's may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<AppId>,
        /// How we know.
        evidence: Evidence,
        /// When.
        at: DateTime<Utc>,
    },
    /// It does business with an app.
    Linked {
        /// Which.
        app: AppId,
        /// What the engine takes.
        fee: FeeTerms,
        /// Who agreed.
        consents: Consents,
        /// Whether the app may show its visual tickets.
        shows_tickets: bool,
        /// When.
        at: DateTime<Utc>,
    },
    /// What the engine takes is to be different.
    FeeChanged {
        /// Of purchases through which app.
        app: AppId,
        /// What it takes.
        fee: FeeTerms,
        /// From when on; not before `at`.
        effective_from: DateTime<Utc>,
        /// When this was decided.
        at: DateTime<Utc>,
    },
    /// Whether an app may show its visual tickets is different.
    TicketDisplaySet {
        /// Which app.
        app: AppId,
        /// Whether it may.
        shows_tickets: bool,
        /// When.
        at: DateTime<Utc>,
    },
    /// It does business with an app no longer.
    Unlinked {
        /// Which.
        app: AppId,
        /// In the words of whoever decided.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// It may sell nothing for now.
    Suspended {
        /// In the words of whoever decided.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// It may again.
    Reinstated {
        /// When.
        at: DateTime<Utc>,
    },
    /// Riders should know something.
    ServiceAlertRaised {
        /// What.
        alert: ServiceAlert,
        /// When it was announced.
        at: DateTime<Utc>,
    },
    /// No longer.
    ServiceAlertCleared {
        /// Which alert.
        alert: NoticeId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Riding is to be free for a time.
    FareFreeDeclared {
        /// When.
        period: FareFreePeriod,
        /// When it was announced.
        at: DateTime<Utc>,
    },
    /// Not after all, or no longer.
    FareFreeWithdrawn {
        /// Which period.
        period: NoticeId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Who makes the charge is different.
    ChargingSet {
        /// Who.
        charging: Charging,
        /// When.
        at: DateTime<Utc>,
    },
    /// What riders need before buying is different.
    RequirementsSet {
        /// All of it now.
        requirements: Requirements,
        /// When.
        at: DateTime<Utc>,
    },
    /// What it gives back is different.
    RefundRulesSet {
        /// All of it now.
        rules: RefundRules,
        /// When.
        at: DateTime<Utc>,
    },
    /// Its tickets look different.
    TicketStyleSet {
        /// How; absent when it has no style of its own any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        style: Option<TicketStyle>,
        /// When.
        at: DateTime<Utc>,
    },
}
