//! `/admin/v1/{environment}/operators/{operator_id}/settlements` and `…/payouts`: Stripe's books of the operator's own
//! account, joined to what was sold and given back here.

use axum::{
    Json, Router,
    extract::{Query, rejection::QueryRejection},
    routing::get,
};
use chrono::{DateTime, Utc};
use engine::{Balance, BalanceLine, ListPage, Listed, PayoutFacts};
use serde::{Deserialize, Serialize};

use super::{
    page::{Page, Paging},
    permit::OperatorReader,
    problem::Problem,
};
use crate::server::Edge;

/// The most that Stripe puts on a page.
const STRIPES_PAGE: usize = 100;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/settlements",
            get(settlements),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/payouts",
            get(payouts),
        )
}

#[derive(Deserialize)]
struct SettlementsQuery {
    /// Only what this payout took.
    payout: Option<String>,
}

/// A movement of the account's balance.
#[derive(Serialize)]
struct SettlementView {
    stripe_id: String,
    /// `charge`, `refund`, `payout`, `adjustment`, …
    kind: String,
    /// ISO 4217; amounts are its minor units.
    currency: String,
    amount: i64,
    /// Stripe's own fee and the engine's.
    fees: i64,
    net: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_on: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_id: Option<String>,
    /// `matched`; `unmatched`, where it is a charge or a refund that nobody made here; `other`, where there is nothing
    /// to match, as with a payout.
    matching: &'static str,
}

impl From<BalanceLine> for SettlementView {
    fn from(line: BalanceLine) -> Self {
        let facts = line.facts;
        let sold = matches!(
            facts.kind.as_str(),
            "charge" | "payment" | "refund" | "payment_refund" | "refund_failure" | "payment_failure_refund"
        );
        let matching = match (&line.matched, sold) {
            (Some(_), _) => "matched",
            (None, true) => "unmatched",
            (None, false) => "other",
        };
        let (purchase_id, refund_id) = line
            .matched
            .map_or((None, None), |it| (Some(it.purchase), it.refund));
        Self {
            stripe_id: facts.id,
            kind: facts.kind,
            currency: facts.amount.currency.code().to_owned(),
            amount: facts.amount.amount,
            fees: facts.fee.amount,
            net: facts.net.amount,
            source: facts.source,
            status: facts.status,
            at: facts.created,
            available_on: facts.available_on,
            purchase_id,
            refund_id,
            matching,
        }
    }
}

/// Money on its way to the operator's bank.
#[derive(Serialize)]
struct PayoutView {
    payout_id: String,
    currency: String,
    amount: i64,
    /// `paid`, `pending`, `in_transit`, `canceled` or `failed`.
    status: String,
    /// Whether Stripe's schedule made it.
    automatic: bool,
    created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrives_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_code: Option<String>,
}

impl From<PayoutFacts> for PayoutView {
    fn from(facts: PayoutFacts) -> Self {
        Self {
            payout_id: facts.id,
            currency: facts.amount.currency.code().to_owned(),
            amount: facts.amount.amount,
            status: facts.status,
            automatic: facts.automatic,
            created_at: facts.created,
            arrives_at: facts.arrival,
            failure_code: facts.failure_code,
        }
    }
}

/// Stripe gives no longer pages than its own.
fn asked(paging: &Paging, payout: Option<String>) -> ListPage {
    ListPage {
        limit: u8::try_from(paging.limit.min(STRIPES_PAGE)).unwrap_or(u8::MAX),
        after: paging.after.clone(),
        payout,
    }
}

fn not_askable() -> Problem {
    Problem::conflict(
        "The operator has no account, or none of the apps it is linked to may ask Stripe about it.",
    )
}

fn no_such_entry() -> Problem {
    Problem::unreadable("The account's books hold nothing by this cursor or payout.")
}

fn page<F, T: From<F>>(listed: Listed<F>, name: impl Fn(&F) -> String) -> Page<T> {
    let last = listed.items.last().filter(|_| listed.has_more).map(name);
    Page::new(listed.items.into_iter().map(T::from).collect(), last.as_deref())
}

/// What moved the balance, the newest first.
async fn settlements(
    admin: OperatorReader,
    paging: Paging,
    query: Result<Query<SettlementsQuery>, QueryRejection>,
) -> Result<Json<Page<SettlementView>>, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let page_asked = asked(&paging, query.payout);
    match admin
        .engine
        .settlements_of(&admin.operator()?, &page_asked)
        .await?
    {
        Balance::NotAskable => Err(not_askable()),
        Balance::NoSuchEntry => Err(no_such_entry()),
        Balance::Page(listed) => Ok(Json(page(listed, |line: &BalanceLine| line.facts.id.clone()))),
    }
}

/// What went to the bank, the newest first.
async fn payouts(admin: OperatorReader, paging: Paging) -> Result<Json<Page<PayoutView>>, Problem> {
    let page_asked = asked(&paging, None);
    match admin.engine.payouts_of(&admin.operator()?, &page_asked).await? {
        Balance::NotAskable => Err(not_askable()),
        Balance::NoSuchEntry => Err(no_such_entry()),
        Balance::Page(listed) => Ok(Json(page(listed, |payout: &PayoutFacts| payout.id.clone()))),
    }
}
