//! What happens to an operator. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    account::{AccountKind, AccountStatus, Evidence, HowConnected},
    fee::FeeTerms,
    link::{Consent, Consents, Side},
    notice::{FareFreePeriod, ServiceAlert},
    profile::{Charging, DisputedPasses, OperatorKind, Profile, RefundRules, Requirements},
    ticket_style::TicketStyle,
};
use crate::{AppId, LinkProposalId, NoticeId, OnboardingId, OperatorId, StripeAccountId, StripeCallKey};

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
    /// Stripe is about to be asked to make an account for it.
    AccountRequested {
        /// The attempt.
        attempt: OnboardingId,
        /// The app whose platform makes it.
        app: AppId,
        /// That platform's account.
        platform: StripeAccountId,
        /// Who is to look after it.
        kind: AccountKind,
        /// Where the operator is; Stripe assumes the platform's country without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        country: Option<String>,
        /// The key under which Stripe is asked, however often.
        key: StripeCallKey,
        /// When.
        at: DateTime<Utc>,
    },
    /// Stripe would not make the account.
    AccountRequestRefused {
        /// The attempt.
        attempt: OnboardingId,
        /// In Stripe's word.
        code: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// An account was made for it and waits for it to fill in Stripe's form.
    OnboardingStarted {
        /// Which.
        account: StripeAccountId,
        /// The app whose platform made it, and which alone may act for it; absent when everybody's may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<AppId>,
        /// The attempt that made it; absent when it was made elsewhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attempt: Option<OnboardingId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was given a link to Stripe's consent page, where it may let an app's platform act for an account it has.
    OauthStarted {
        /// The attempt, which ends at the first answer from there.
        attempt: OnboardingId,
        /// Whose platform.
        app: AppId,
        /// Until when an answer is taken.
        expires_at: DateTime<Utc>,
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
    /// One side wants to do business with the other, on these terms.
    LinkProposed {
        /// The proposal. One that stood before, of the same side, is replaced.
        proposal: LinkProposalId,
        /// With which app.
        app: AppId,
        /// Who proposes.
        by: Side,
        /// What the engine would take.
        fee: FeeTerms,
        /// Whether the app could show its visual tickets.
        shows_tickets: bool,
        /// The proposing side's word.
        consent: Consent,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nothing comes of a proposal: the other side said no, or the proposing side took it back.
    LinkDeclined {
        /// Which proposal.
        proposal: LinkProposalId,
        /// With which app.
        app: AppId,
        /// Who said so.
        by: Side,
        /// In the words of whoever decided.
        reason: String,
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
        /// The proposal that was accepted; absent when both sides' word came together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposal: Option<LinkProposalId>,
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
        /// In the words of whoever decided, if they gave any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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
    /// What becomes of passes whose payment is disputed is different.
    DisputedPassesSet {
        /// What, from now on.
        passes: DisputedPasses,
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
