//! An operator's account at Stripe, as far as we know it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppId, Currency, OnboardingId, StripeAccountId, StripeCallKey};

/// How an account came to be the operator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowConnected {
    /// The operator filled in Stripe's hosted form.
    Onboarded,
    /// The operator linked an account it had, through Stripe's consent page.
    Oauth,
    /// Whoever runs the marketplace says so.
    Declared,
}

/// Where a statement about an account comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Evidence {
    /// Stripe told us.
    Webhook {
        /// The event's id at Stripe.
        event: String,
    },
    /// We asked Stripe.
    Reply,
    /// A person said so.
    Declared,
}

/// Who looks after an account at Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// The operator has Stripe's full dashboard and a relation of its own with Stripe.
    #[default]
    Standard,
    /// Stripe's light dashboard; the platform carries the losses.
    Express,
}

/// What Stripe says an account can do (Stripe's Account object).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountStatus {
    /// Whether it can take money from riders.
    pub charges_enabled: bool,
    /// Whether it can pay out to a bank.
    pub payouts_enabled: bool,
    /// Whether the operator has finished the form.
    pub details_submitted: bool,
    /// What Stripe wants to know next, by Stripe's names of the fields.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub currently_due: BTreeSet<String>,
    /// Why something is disabled, if something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
    /// What Stripe wanted to know before now; absent from what was recorded before it was asked for, as all that
    /// follows.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub past_due: BTreeSet<String>,
    /// What Stripe will want to know as business grows.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub eventually_due: BTreeSet<String>,
    /// Until when what is due has to be answered, if anything has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_deadline: Option<DateTime<Utc>>,
    /// What the account may be used for, and how far that is: `card_payments` is `active`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub capabilities: BTreeMap<String, String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// What it settles in unless told otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_currency: Option<Currency>,
}

/// An account that Stripe was asked to make, before it is known whether there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRequest {
    /// The attempt.
    pub attempt: OnboardingId,
    /// The app whose platform makes it.
    pub app: AppId,
    /// That platform's account.
    pub platform: StripeAccountId,
    /// Who is to look after it.
    pub kind: AccountKind,
    /// Where the operator is; Stripe assumes the platform's country without it.
    #[serde(default)]
    pub country: Option<String>,
    /// The key under which it may be asked again.
    pub key: StripeCallKey,
    /// Since when.
    pub at: DateTime<Utc>,
}

impl AccountRequest {
    /// Whether another request is for the same account.
    pub(super) fn asks_the_same_as(&self, other: &Self) -> bool {
        (&self.app, self.kind, &self.country) == (&other.app, other.kind, &other.country)
    }
}

/// The account and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Which.
    pub account: StripeAccountId,
    /// How it was connected; nothing while the operator is still filling in the form.
    #[serde(default)]
    pub connected: Option<HowConnected>,
    /// What Stripe last said.
    #[serde(default)]
    pub status: Option<AccountStatus>,
    /// As of when.
    #[serde(default)]
    pub status_as_of: Option<DateTime<Utc>>,
    /// Whose platforms may act for it no longer, or never could.
    #[serde(default)]
    pub deauthorized: Deauthorized,
    /// The app whose platform made it; nothing for an account that was made elsewhere.
    #[serde(default)]
    pub made_by: Option<AppId>,
    /// Whose permission was given up on somebody's word here. That a platform is still told at Stripe does not bring it
    /// back; only consent does.
    #[serde(default)]
    pub given_up: BTreeSet<AppId>,
}

/// Whose permission to act for an account has been withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deauthorized {
    /// That of these apps' platforms.
    Apps(BTreeSet<AppId>),
    /// Everybody's, except these apps' platforms, which made it, were allowed by OAuth, or were allowed again.
    AllBut(BTreeSet<AppId>),
}

impl Default for Deauthorized {
    fn default() -> Self {
        Self::Apps(BTreeSet::new())
    }
}

impl Deauthorized {
    /// Whether an app's platform may not act for the account.
    #[must_use]
    pub fn concerns(&self, app: &AppId) -> bool {
        match self {
            Self::Apps(apps) => apps.contains(app),
            Self::AllBut(apps) => !apps.contains(app),
        }
    }

    /// Whether nobody may act for it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::AllBut(apps) if apps.is_empty())
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Apps(apps) if apps.is_empty())
    }

    fn withdraw(&mut self, app: Option<&AppId>) {
        match (app, &mut *self) {
            (None, all) => *all = Self::AllBut(BTreeSet::new()),
            (Some(app), Self::Apps(apps)) => {
                apps.insert(app.clone());
            }
            (Some(app), Self::AllBut(apps)) => {
                apps.remove(app);
            }
        }
    }

    fn allow(&mut self, app: Option<&AppId>) {
        match (app, &mut *self) {
            (None, all) => *all = Self::default(),
            (Some(app), Self::Apps(apps)) => {
                apps.remove(app);
            }
            (Some(app), Self::AllBut(apps)) => {
                apps.insert(app.clone());
            }
        }
    }

    /// Whether `app`, or everybody if `None`, is shut out already.
    pub(super) fn is_withdrawn(&self, app: Option<&AppId>) -> bool {
        app.map_or_else(|| self.is_complete(), |app| self.concerns(app))
    }

    /// Whether `app`, or everybody if `None`, is allowed already.
    pub(super) fn is_allowed(&self, app: Option<&AppId>) -> bool {
        app.map_or_else(|| self.is_empty(), |app| !self.concerns(app))
    }
}

impl Account {
    /// An account that one app's platform may act for, or everybody's.
    pub(super) fn new(
        account: StripeAccountId,
        connected: Option<HowConnected>,
        app: Option<&AppId>,
    ) -> Self {
        Self {
            account,
            connected,
            status: None,
            status_as_of: None,
            deauthorized: match app {
                Some(app) => Deauthorized::AllBut([app.clone()].into()),
                None => Deauthorized::default(),
            },
            made_by: None,
            given_up: BTreeSet::new(),
        }
    }

    /// One that an app's platform made for the operator to complete.
    pub(super) fn made(account: StripeAccountId, app: Option<&AppId>) -> Self {
        Self {
            made_by: app.cloned(),
            ..Self::new(account, None, app)
        }
    }

    /// Whether the operator can take money through it.
    #[must_use]
    pub fn takes_charges(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.charges_enabled)
    }

    /// Whether a report adds nothing: it says the same, or is older than what we have.
    pub(super) fn knows(&self, status: &AccountStatus, as_of: DateTime<Utc>) -> bool {
        self.status.as_ref() == Some(status) || self.status_as_of.is_some_and(|known| as_of < known)
    }

    pub(super) fn connect(&mut self, app: Option<&AppId>, how: HowConnected) {
        self.connected = Some(how);
        self.deauthorized.allow(app);
        match app {
            Some(app) => {
                self.given_up.remove(app);
            }
            None => self.given_up.clear(),
        }
    }

    pub(super) fn deauthorize(&mut self, app: Option<&AppId>, evidence: &Evidence) {
        self.deauthorized.withdraw(app);
        if let (Some(app), Evidence::Declared) = (app, evidence) {
            self.given_up.insert(app.clone());
        }
    }
}
