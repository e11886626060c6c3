//! What may be asked of an operator, and why it may be refused.

use chrono::{DateTime, Utc};

use super::{
    account::{AccountKind, AccountStatus, Evidence, HowConnected},
    fee::FeeTerms,
    link::{LinkDeclaration, Side},
    notice::{FareFreePeriod, ServiceAlert},
    profile::{Charging, DisputedPasses, OperatorKind, Profile, ProfileProblem, RefundRules, Requirements},
    ticket_style::TicketStyle,
};
use crate::{AppId, LinkProposalId, NoticeId, OnboardingId, OperatorId, StripeAccountId};

/// How an operator should be. What it says of the operator itself holds in full; accounts and links that it leaves out
/// stay, because ending them is a decision of its own. An old file brings back neither a link that was ended (its
/// consents are older than the end) nor an account that withdrew its permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorDeclaration {
    /// Which operator.
    pub operator: OperatorId,
    /// What it sells.
    pub kind: OperatorKind,
    /// Who it is.
    pub profile: Profile,
    /// Its account at Stripe, if it has one already.
    pub account: Option<StripeAccountId>,
    /// Who makes the charge; left as it is, unless said.
    pub charging: Option<Charging>,
    /// What riders need before buying.
    pub requirements: Requirements,
    /// What it gives back.
    pub refund_rules: RefundRules,
    /// What becomes of passes whose payment is disputed.
    pub disputed_passes: DisputedPasses,
    /// How its tickets look.
    pub ticket_style: Option<TicketStyle>,
    /// With whom it does business.
    pub links: Vec<LinkDeclaration>,
}

/// Requests and facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorCommand {
    /// Make it so; record only what differs.
    Declare {
        /// How it should be.
        declaration: Box<OperatorDeclaration>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Write down that Stripe is to make an account. While one is being made, that one is it.
    RequestAccount {
        /// A fresh id, from which the key is derived.
        attempt: OnboardingId,
        /// The app whose platform makes it.
        app: AppId,
        /// That platform's account.
        platform: StripeAccountId,
        /// Who is to look after it.
        kind: AccountKind,
        /// Where the operator is.
        country: Option<String>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that Stripe would not make it.
    RecordAccountRefused {
        /// Which attempt.
        attempt: OnboardingId,
        /// In Stripe's word.
        code: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note the account that was made for the operator to complete.
    StartOnboarding {
        /// Which.
        account: StripeAccountId,
        /// The attempt that made it; `None` for one that was made elsewhere.
        attempt: Option<OnboardingId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that the operator is sent to Stripe's consent page.
    StartOauth {
        /// A fresh id.
        attempt: OnboardingId,
        /// Whose platform is to be allowed.
        app: AppId,
        /// Until when an answer is taken.
        expires_at: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that an account is the operator's, or that an app's platform may act for it again.
    ConnectAccount {
        /// Which.
        account: StripeAccountId,
        /// Whose platform may; `None` for everybody's.
        app: Option<AppId>,
        /// How that came about.
        how: HowConnected,
        /// How we know.
        evidence: Evidence,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note what Stripe says. A webhook should be answered by asking Stripe: then `as_of` orders the answers, whatever
    /// order the webhooks came in.
    ReportAccountStatus {
        /// Of which account.
        account: StripeAccountId,
        /// What it can do.
        status: AccountStatus,
        /// How we know.
        evidence: Evidence,
        /// When this was so at Stripe.
        as_of: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that permission was withdrawn.
    DeauthorizeAccount {
        /// For which account.
        account: StripeAccountId,
        /// From whose platform; `None` for everybody's.
        app: Option<AppId>,
        /// How we know.
        evidence: Evidence,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Do business with an app.
    Link {
        /// How.
        link: LinkDeclaration,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Have the link with an app as it is here: made, if there is none, changed, if it differs. Both sides must have
    /// agreed since the last one ended.
    SetLink {
        /// How.
        link: LinkDeclaration,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Want to do business with the other side.
    ProposeLink {
        /// A fresh id.
        proposal: LinkProposalId,
        /// With which app.
        app: AppId,
        /// Who proposes.
        by: Side,
        /// What the engine would take.
        fee: FeeTerms,
        /// Whether the app could show its visual tickets.
        shows_tickets: bool,
        /// Who gives the proposing side's word.
        signed: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Agree to what was proposed.
    AcceptLink {
        /// Which proposal.
        proposal: LinkProposalId,
        /// With which app.
        app: AppId,
        /// Who agrees.
        by: Side,
        /// The fee as it was understood, where it is said again: another than proposed is no agreement.
        fee: Option<FeeTerms>,
        /// Whether tickets are shown, likewise.
        shows_tickets: Option<bool>,
        /// Who gives the accepting side's word.
        signed: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Say no to what was proposed, or take it back.
    DeclineLink {
        /// Which proposal.
        proposal: LinkProposalId,
        /// With which app.
        app: AppId,
        /// Who says so.
        by: Side,
        /// In the words of whoever decided.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take something else.
    ChangeFee {
        /// Of purchases through which app.
        app: AppId,
        /// What.
        fee: FeeTerms,
        /// From when on; a moment that is past means now.
        effective_from: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// End the business with an app.
    Unlink {
        /// Which.
        app: AppId,
        /// In the words of whoever decided.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Sell nothing for now.
    Suspend {
        /// In the words of whoever decided.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Sell again.
    Reinstate {
        /// In the words of whoever decided.
        reason: Option<String>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Tell riders something.
    RaiseAlert {
        /// What.
        alert: ServiceAlert,
        /// Now.
        at: DateTime<Utc>,
    },
    /// No longer.
    ClearAlert {
        /// Which.
        alert: NoticeId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Make riding free for a time.
    DeclareFareFree {
        /// When.
        period: FareFreePeriod,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Not after all, or no longer.
    WithdrawFareFree {
        /// Which.
        period: NoticeId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Have these announcements as they are here; those that are not named stay. What reads otherwise is taken back
    /// and announced anew.
    Announce {
        /// What riders should know.
        alerts: Vec<ServiceAlert>,
        /// When riding is free.
        fare_free: Vec<FareFreePeriod>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Choose who makes the charge.
    SetCharging {
        /// Who.
        charging: Charging,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperatorRejection {
    /// There is no such operator.
    #[error("the operator is not registered")]
    NotRegistered,
    /// The declaration is of another operator.
    #[error("the declaration is of another operator")]
    AnotherOperator,
    /// The profile lacks something.
    #[error(transparent)]
    Profile(#[from] ProfileProblem),
    /// Tokens are worth money to whoever can read them.
    #[error("the webhook must be HTTPS")]
    WebhookNotSecure,
    /// Nobody can charge in no time, and no rider waits for more than a day.
    #[error("the time to charge is from 1 to 86400 seconds")]
    ChargingTimeOutOfRange,
    /// What the page is sent could be read on the way.
    #[error("the permission page must be HTTPS")]
    PermissionPageNotSecure,
    /// The operator has no account at Stripe.
    #[error("the operator has no account")]
    NoAccount,
    /// Money never changes its way silently: the old account must first be deauthorized as a whole.
    #[error("the operator has another account, {account}")]
    AnotherAccount {
        /// The one it has.
        account: StripeAccountId,
    },
    /// Stripe is making an account through another app's platform; that has to come to an end first.
    #[error("an account is being made through the app {app}")]
    AccountUnderWay {
        /// That app.
        app: AppId,
    },
    /// No such account was asked for, or not any more.
    #[error("no such account is being made")]
    NotRequested,
    /// One declaration says two things about a link.
    #[error("the app {app} is linked twice")]
    LinkedTwice {
        /// The app.
        app: AppId,
    },
    /// Shares above the whole, negative amounts, or a maximum below the minimum.
    #[error("the fee terms contradict themselves")]
    UnsoundFee,
    /// Both sides must agree, each under an actor's name that is no e-mail address.
    #[error("a link needs the consent of both sides")]
    ConsentMissing,
    /// The link has ended since they agreed.
    #[error("the consents are older than the end of the link")]
    ConsentOutdated,
    /// The link stands, with other terms.
    #[error("the app {app} is linked already, on other terms")]
    LinkDiffers {
        /// The app.
        app: AppId,
    },
    /// What stands needs no proposal.
    #[error("the app {app} is linked already")]
    LinkStands {
        /// The app.
        app: AppId,
    },
    /// The other side has proposed a link itself, which waits for an answer.
    #[error("the other side's proposal waits for an answer")]
    AnswerFirst,
    /// There is no such proposal, or not any more.
    #[error("there is no such proposal")]
    NoSuchProposal,
    /// It takes two.
    #[error("who proposed a link cannot accept it, too")]
    OwnProposal,
    /// What was proposed is not what was understood.
    #[error("the terms are not those that were proposed")]
    TermsDiffer,
    /// There is no such link.
    #[error("the app {app} is not linked")]
    NotLinked {
        /// The app.
        app: AppId,
    },
    /// It would end before it begins.
    #[error("the period is empty")]
    EmptyPeriod,
    /// The id is taken by another announcement.
    #[error("another announcement has the id {notice}")]
    NoticeDiffers {
        /// The id.
        notice: NoticeId,
    },
    /// There is no such announcement.
    #[error("there is no announcement {notice}")]
    NoSuchNotice {
        /// The id.
        notice: NoticeId,
    },
}
