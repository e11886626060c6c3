//! An operator as an administrator sees it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{
    AppId, StripeAccountId,
    operator::{Account, AccountStatus, Charging, HowConnected, Operator},
};
use engine::{Engine, Obstacle};
use serde::Serialize;
use serde_json::Value;

use crate::{
    admin::links::{LinkView, ProposalView},
    marketplace::document_of,
};

/// Everything about an operator, at a moment.
#[derive(Serialize)]
pub(in crate::admin) struct OperatorView {
    operator_id: String,
    /// As a marketplace file has it.
    #[serde(flatten)]
    profile: Value,
    charging: Charging,
    suspended: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_for: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountView>,
    /// An account is being made through this app's platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_under_way: Option<AppId>,
    links: Vec<LinkView>,
    proposals: Vec<ProposalView>,
    /// For each app that it has had anything to do with.
    selling: Vec<SellingView>,
}

/// Whether riders of an app can buy.
#[derive(Serialize)]
pub(in crate::admin) struct SellingView {
    app_id: AppId,
    transactable: bool,
    /// Everything that is in the way.
    obstacles: Vec<ObstacleView>,
}

#[derive(Serialize)]
struct ObstacleView {
    code: &'static str,
    detail: String,
}

impl SellingView {
    pub(in crate::admin) fn of(
        engine: &Engine,
        operator: &Operator,
        app: &AppId,
        now: DateTime<Utc>,
    ) -> Self {
        let obstacles = engine.obstacles(operator, app, now);
        Self {
            app_id: app.clone(),
            transactable: obstacles.is_empty(),
            obstacles: obstacles.into_iter().map(ObstacleView::from).collect(),
        }
    }
}

impl From<Obstacle> for ObstacleView {
    fn from(obstacle: Obstacle) -> Self {
        Self {
            code: obstacle.code(),
            detail: obstacle.to_string(),
        }
    }
}

/// The operator's account at Stripe, and what Stripe last said of it.
#[derive(Serialize)]
struct AccountView {
    account_id: StripeAccountId,
    /// `onboarding` until the form is filled in, then `connected`; `deauthorized` when nobody may act for it.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_by: Option<HowConnected>,
    /// The app whose platform made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<AppId>,
    charges_enabled: bool,
    payouts_enabled: bool,
    details_submitted: bool,
    requirements: RequirementsView,
    capabilities: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_currency: Option<String>,
    /// When Stripe said so; absent before it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<DateTime<Utc>>,
}

/// What Stripe wants to know, by its own names.
#[derive(Serialize)]
struct RequirementsView {
    currently_due: BTreeSet<String>,
    past_due: BTreeSet<String>,
    eventually_due: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_deadline: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_reason: Option<String>,
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        let known: AccountStatus = account.status.clone().unwrap_or_default();
        Self {
            account_id: account.account.clone(),
            status: status_of(account),
            connected_by: account.connected,
            made_by: account.made_by.clone(),
            charges_enabled: known.charges_enabled,
            payouts_enabled: known.payouts_enabled,
            details_submitted: known.details_submitted,
            requirements: RequirementsView {
                currently_due: known.currently_due,
                past_due: known.past_due,
                eventually_due: known.eventually_due,
                current_deadline: known.current_deadline,
                disabled_reason: known.disabled_reason,
            },
            capabilities: known.capabilities,
            country: known.country,
            default_currency: known.default_currency.map(|currency| currency.to_string()),
            as_of: account.status_as_of,
        }
    }
}

pub(in crate::admin) fn status_of(account: &Account) -> &'static str {
    match (account.deauthorized.is_complete(), account.connected) {
        (true, _) => "deauthorized",
        (false, Some(_)) => "connected",
        (false, None) => "onboarding",
    }
}

impl OperatorView {
    pub(in crate::admin) fn of(engine: &Engine, operator: &Operator, now: DateTime<Utc>) -> Self {
        let concerned: BTreeSet<&AppId> = operator
            .all_links()
            .map(|link| &link.app)
            .chain(operator.proposals().map(|proposal| &proposal.app))
            .chain(operator.account().and_then(|account| account.made_by.as_ref()))
            .collect();
        Self {
            operator_id: operator.id().to_string(),
            profile: profile(operator),
            charging: operator.charging().clone(),
            suspended: operator.suspended_for().is_some(),
            suspended_for: operator.suspended_for().map(str::to_owned),
            account: operator.account().map(AccountView::from),
            account_under_way: operator.requested_account().map(|request| request.app.clone()),
            links: operator
                .all_links()
                .map(|link| LinkView::of(operator, link, now))
                .collect(),
            proposals: operator
                .proposals()
                .map(|proposal| ProposalView::of(operator, proposal))
                .collect(),
            selling: concerned
                .into_iter()
                .map(|app| SellingView::of(engine, operator, app, now))
                .collect(),
        }
    }
}

/// The form of the file, less what stands beside it here.
fn profile(operator: &Operator) -> Value {
    let mut form = serde_json::to_value(document_of(operator)).unwrap_or_default();
    if let Some(members) = form.as_object_mut() {
        members.remove("id");
    }
    form
}
