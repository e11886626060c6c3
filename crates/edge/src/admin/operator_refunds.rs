//! `/admin/v1/{environment}/operators/{operator_id}/refunds`: an operator giving back.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, post},
};
use domain::{PurchaseId, RefundId, wallet::ItemId};
use engine::{Answer, Claim, OperatorRefund, RefundWhat};
use serde::Deserialize;

use super::{
    admin_key::Admin,
    once::{self, Asked},
    page::Paging,
    permit::{OperatorAdmin, OperatorReader},
    problem::Problem,
    refund_view::{RefundView, render},
    reports::{ReportPage, cursor, place},
};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/refunds",
            get(list).post(give_back),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/refunds/{refund_id}",
            get(show),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/refunds/{refund_id}/retry",
            post(retry),
        )
}

/// What is to be given back: exactly one of `purchase` and `pass`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundDocument {
    purchase: Option<PurchaseId>,
    /// A pass, a ride of a book, or a book.
    pass: Option<String>,
    /// Of the purchase: passes, rides and books. Everything that can be given back, if absent.
    items: Option<Vec<String>>,
    /// Of the purchase, in minor units: money for which nothing goes void.
    amount: Option<i64>,
    reason: String,
    #[serde(default)]
    override_rules: bool,
}

fn wanted(admin: &Admin, asked: &Asked) -> Result<OperatorRefund, Problem> {
    let document: RefundDocument = asked.read()?;
    if document.reason.trim().is_empty() {
        return Err(Problem::unprocessable("The reason is blank."));
    }
    let item = |id: String| {
        ItemId::read(&id).ok_or_else(|| Problem::unprocessable("An item is named by a pass id or a book id."))
    };
    let what = match (document.purchase, document.pass, document.items, document.amount) {
        (Some(purchase), None, items, None) => {
            let items: Option<Result<Vec<ItemId>, Problem>> =
                items.map(|items| items.into_iter().map(item).collect());
            RefundWhat::Purchase {
                purchase,
                items: items.transpose()?,
            }
        }
        (Some(purchase), None, None, Some(amount)) => RefundWhat::Amount { purchase, amount },
        (None, Some(pass), None, None) => RefundWhat::Item(item(pass)?),
        _ => {
            return Err(Problem::unprocessable(
                "Name a purchase, with items or an amount if not all of it is meant, or else a pass.",
            ));
        }
    };
    Ok(OperatorRefund {
        operator: admin.operator()?,
        what,
        reason: document.reason,
        override_rules: document.override_rules,
    })
}

/// Gives back.
async fn give_back(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = refund(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn refund(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let wanted = wanted(admin, asked)?;
    let refunded = admin
        .engine
        .refund_by_operator(&admin.context, &wanted, claim, &render)
        .await;
    Ok(refunded?)
}

/// Makes a refund after all that Stripe refused.
async fn retry(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = try_again(&admin, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn try_again(admin: &Admin, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let (operator, refund) = (admin.operator()?, refund_id(admin)?);
    let retried = admin
        .engine
        .retry_operators_refund(&admin.context, (&operator, &refund), claim, &render)
        .await;
    Ok(retried?)
}

/// Refunds of what the operator sold, whoever asked for them, the newest first.
async fn list(admin: OperatorReader, paging: Paging) -> Result<Json<ReportPage<RefundView>>, Problem> {
    let after = paging.after.as_deref().map(place).transpose()?;
    let operator = admin.operator()?;
    // One more says whether there is more.
    let limit = paging.limit.saturating_add(1);
    let (refunds, as_of) = admin.engine.refunds_of(&operator, after.as_ref(), limit).await?;
    let name = |refund: &engine::OperatorsRefund| cursor(refund.started_at, refund.refund.as_str());
    ReportPage::of(refunds, paging.limit, as_of, name, |refund| {
        RefundView::asked_for(&refund)
    })
    .map(Json)
}

/// One of them.
async fn show(admin: OperatorReader) -> Result<Json<RefundView>, Problem> {
    let (operator, refund) = (admin.operator()?, refund_id(&admin)?);
    let refund = admin.engine.refund_of(&operator, &refund).await?;
    let refund = refund.ok_or_else(|| Problem::not_found("There is no such refund."))?;
    RefundView::asked_for(&refund).map(Json)
}

fn refund_id(admin: &Admin) -> Result<RefundId, Problem> {
    RefundId::parse(admin.named("refund_id")).map_err(|_| Problem::not_found("There is no such refund."))
}
