//! `/admin/v1/{environment}/operators/{operator_id}/disputes`: what riders' banks want back of what the operator sold.

use axum::{
    Json, Router,
    extract::{Query, rejection::QueryRejection},
    routing::get,
};
use chrono::{DateTime, Utc};
use engine::DisputeRow;
use serde::{Deserialize, Serialize};

use super::{
    page::Paging,
    permit::OperatorReader,
    problem::Problem,
    reports::{ReportPage, cursor, place},
};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new().route(
        "/admin/v1/{environment}/operators/{operator_id}/disputes",
        get(list),
    )
}

#[derive(Deserialize)]
struct DisputesQuery {
    status: Option<String>,
}

/// A dispute.
#[derive(Serialize)]
struct DisputeView {
    dispute_id: String,
    purchase_id: String,
    app_id: String,
    /// ISO 4217; amounts are its minor units.
    currency: String,
    amount: i64,
    /// Whether the bank only asks, and has taken nothing.
    inquiry: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// `open`, `won` or `lost`.
    status: String,
    opened_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<DateTime<Utc>>,
}

impl From<DisputeRow> for DisputeView {
    fn from(row: DisputeRow) -> Self {
        Self {
            dispute_id: row.dispute,
            purchase_id: row.purchase,
            app_id: row.app,
            currency: row.currency,
            amount: row.amount,
            inquiry: row.inquiry,
            reason: row.reason,
            status: row.state,
            opened_at: DateTime::from_timestamp_micros(row.opened_at).unwrap_or(DateTime::UNIX_EPOCH),
            closed_at: row.closed_at.and_then(DateTime::from_timestamp_micros),
        }
    }
}

/// Disputes, the newest first.
async fn list(
    admin: OperatorReader,
    paging: Paging,
    query: Result<Query<DisputesQuery>, QueryRejection>,
) -> Result<Json<ReportPage<DisputeView>>, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let status = query.status.as_deref();
    if status.is_some_and(|status| !matches!(status, "open" | "won" | "lost")) {
        return Err(Problem::unreadable("status is open, won or lost."));
    }
    let after = paging.after.as_deref().map(place).transpose()?;
    let limit = paging.limit.saturating_add(1);
    let (rows, as_of) = admin
        .engine
        .disputes_of(&admin.operator()?, status, after.as_ref(), limit)
        .await?;
    let name = |row: &DisputeRow| cursor(row.opened_at, &row.dispute);
    ReportPage::of(rows, paging.limit, as_of, name, |row| Ok(DisputeView::from(row))).map(Json)
}
