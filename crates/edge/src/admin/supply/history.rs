//! `GET /admin/v1/{environment}/operators/{operator_id}/history`: who let this operator be paid, when, and on what
//! evidence.

use axum::{
    Json,
    extract::{Query, rejection::QueryRejection},
};
use chrono::{DateTime, Utc};
use engine::Happening;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::admin::{
    page::{Page, Paging},
    permit::OperatorReader,
    problem::Problem,
};

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// `payment`: only what decides whether it can be paid, by whom, and what is kept of it.
    about: Option<String>,
}

/// One event, with its circumstances.
#[derive(Serialize)]
pub(super) struct HappeningView {
    version: i64,
    event: String,
    at: DateTime<Utc>,
    /// Who: `admin`, `access:…`, `operator:…`, `stripe`, `resolver`, `marketplace`.
    actor: String,
    /// Where the statement comes from, for events that are statements about an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Value>,
    /// The HTTP request, as its answer named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// What ties together everything that followed from one cause.
    correlation_id: String,
    /// The event as it is stored.
    data: Value,
}

impl From<Happening> for HappeningView {
    fn from(happening: Happening) -> Self {
        let circumstances = happening.circumstances;
        Self {
            version: i64::try_from(happening.version).unwrap_or(i64::MAX),
            event: happening.kind,
            at: happening.at,
            actor: circumstances.actor,
            evidence: happening.data.get("evidence").cloned(),
            request_id: circumstances.request,
            app_id: circumstances.app,
            correlation_id: circumstances.correlation,
            data: happening.data,
        }
    }
}

/// The operator's events, the oldest first.
pub(super) async fn history(
    admin: OperatorReader,
    paging: Paging,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Page<HappeningView>>, Problem> {
    let Query(wanted) = wanted.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let about_payment = match wanted.about.as_deref() {
        None => false,
        Some("payment") => true,
        Some(_) => return Err(Problem::unreadable("about is payment, or absent.")),
    };
    let after = match paging.after.as_deref().map(str::parse) {
        None => 0,
        Some(Ok(after)) => after,
        Some(Err(_)) => return Err(Problem::unreadable("The cursor is none that a list gave.")),
    };
    let (happenings, more) = admin
        .engine
        .operator_history(&admin.operator()?, after, paging.limit, about_payment)
        .await?;
    let last = happenings.last().map(|it| it.version.to_string());
    let data = happenings.into_iter().map(HappeningView::from).collect();
    Ok(Json(Page::new(data, last.as_deref().filter(|_| more))))
}
