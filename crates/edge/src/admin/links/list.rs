//! `GET /admin/v1/{environment}/apps/{app_id}/links`

use std::sync::Arc;

use axum::Json;
use domain::operator::Operator;
use serde::Serialize;

use super::view::{LinkView, ProposalView};
use crate::admin::{
    page::{Page, Paging},
    permit::AppReader,
    problem::Problem,
    supply::SellingView,
};

/// An operator as an app deals with it.
#[derive(Serialize)]
pub(super) struct OperatorOfApp {
    operator_id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<LinkView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalView>,
    selling: SellingView,
}

/// Every operator that the app is or was linked to, or has a proposal with, by id.
pub(super) async fn list(admin: AppReader, paging: Paging) -> Result<Json<Page<OperatorOfApp>>, Problem> {
    let app = admin.app()?;
    let app = app.id();
    let now = admin.engine.host().now();
    let operators = admin.engine.directory().operators().into_iter();
    let concerned = operators.filter(|operator| {
        operator.proposal(app).is_some() || operator.all_links().any(|link| link.app == *app)
    });
    Ok(Json(Page::of(
        concerned,
        &paging,
        |operator: &Arc<Operator>| operator.id().to_string(),
        |operator| OperatorOfApp {
            operator_id: operator.id().to_string(),
            name: operator.profile().name.default.clone(),
            link: operator
                .all_links()
                .find(|link| link.app == *app)
                .map(|link| LinkView::of(&operator, link, now)),
            proposal: operator
                .proposal(app)
                .map(|proposal| ProposalView::of(&operator, proposal)),
            selling: SellingView::of(&admin.engine, &operator, app, now),
        },
    )))
}
