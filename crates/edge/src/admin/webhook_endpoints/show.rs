//! Looking at endpoints.

use axum::Json;

use super::{
    super::{
        page::{Page, Paging},
        permit::Permitted,
        problem::Problem,
    },
    owner::Watcher,
    view::EndpointView,
};

/// Every endpoint, the oldest first.
pub(super) async fn list<S: Watcher>(
    admin: Permitted<S>,
    paging: Paging,
) -> Result<Json<Page<EndpointView>>, Problem> {
    let now = admin.engine.host().now();
    let all = admin.engine.directory().endpoints_of(&S::owner(&admin)?);
    Ok(Json(Page::of(
        all,
        &paging,
        |endpoint| endpoint.id().to_string(),
        |endpoint| EndpointView::of(&endpoint, now),
    )))
}

/// One of them.
pub(super) async fn get<S: Watcher>(admin: Permitted<S>) -> Result<Json<EndpointView>, Problem> {
    let now = admin.engine.host().now();
    Ok(Json(EndpointView::of(&*S::endpoint(&admin)?, now)))
}
