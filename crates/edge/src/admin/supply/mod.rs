//! `/admin/v1/{environment}/operators`: the supply side.

mod change;
mod faults;
mod history;
mod list;
mod refresh;
mod show;
mod suspend;
mod view;

use axum::{
    Router,
    routing::{get, post},
};

pub(super) use faults::sentence;
pub(super) use suspend::reason;
pub(super) use view::SellingView;

use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators",
            get(list::list).post(change::create),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}",
            get(show::show).patch(change::patch),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/suspend",
            post(suspend::suspend),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/reinstate",
            post(suspend::reinstate),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/history",
            get(history::history),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/refresh",
            post(refresh::refresh),
        )
}
