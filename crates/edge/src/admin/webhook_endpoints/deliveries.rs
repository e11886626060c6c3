//! Looking at what was sent.

use axum::{
    Json,
    extract::{Query, rejection::QueryRejection},
};
use domain::DeliveryId;
use engine::{
    Failure,
    outbox::{DeliveryState, Place},
};
use serde::Deserialize;

use super::{
    super::{
        admin_key::Admin,
        page::{Page, Paging},
        permit::Permitted,
        problem::Problem,
    },
    owner::Watcher,
    view::{DeliveryView, WholeDeliveryView},
};

#[derive(Deserialize)]
pub(super) struct Wanted {
    status: Option<DeliveryState>,
}

/// What was and will be sent to an endpoint, the newest first.
pub(super) async fn list<S: Watcher>(
    admin: Permitted<S>,
    paging: Paging,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Page<DeliveryView>>, Problem> {
    let Query(wanted) = wanted.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let endpoint = S::endpoint(&admin)?;
    let no_cursor = || Problem::unreadable("The cursor is none that a list gave.");
    let before = paging
        .after
        .as_deref()
        .map(|name| Place::parse(name).ok_or_else(no_cursor))
        .transpose()?;
    let outbox = &admin.engine.webhooks().outbox;
    let found = outbox
        .list(endpoint.id(), wanted.status, before, paging.limit)
        .await
        .map_err(Failure::from)?;
    let last = found.deliveries.last().map(|delivery| Place::of(delivery).name());
    let data = found.deliveries.iter().map(DeliveryView::from).collect();
    Ok(Json(Page::new(data, last.as_deref().filter(|_| found.has_more))))
}

/// One of them, with what was sent and what came back.
pub(super) async fn get<S: Watcher>(admin: Permitted<S>) -> Result<Json<WholeDeliveryView>, Problem> {
    let endpoint = S::endpoint(&admin)?;
    let delivery = delivery_of(&admin)?;
    let outbox = &admin.engine.webhooks().outbox;
    let found = outbox
        .find(endpoint.id(), &delivery)
        .await
        .map_err(Failure::from)?;
    let (delivery, attempts) = found.ok_or_else(no_delivery)?;
    let view = WholeDeliveryView::of(&delivery, attempts).ok_or_else(Problem::internal)?;
    Ok(Json(view))
}

pub(super) fn delivery_of(admin: &Admin) -> Result<DeliveryId, Problem> {
    DeliveryId::parse(admin.named("delivery_id")).map_err(|_| no_delivery())
}

pub(super) fn no_delivery() -> Problem {
    Problem::not_found("There is no such delivery.")
}
