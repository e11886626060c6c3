//! Links between operators and apps: agreed on by both, ended by either.

mod ask;
mod list;
mod set;
mod view;

use axum::{
    Router,
    routing::{get, post, put},
};
pub(super) use view::{LinkView, ProposalView};

use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}",
            put(set::set),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/fee",
            post(set::change_fee),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/propose",
            post(ask::operator_proposes),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/accept",
            post(ask::operator_accepts),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/decline",
            post(ask::operator_declines),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/unlink",
            post(set::operator_unlinks),
        )
        .route("/admin/v1/{environment}/apps/{app_id}/links", get(list::list))
        .route(
            "/admin/v1/{environment}/apps/{app_id}/links/{operator_id}/propose",
            post(ask::app_proposes),
        )
        .route(
            "/admin/v1/{environment}/apps/{app_id}/links/{operator_id}/accept",
            post(ask::app_accepts),
        )
        .route(
            "/admin/v1/{environment}/apps/{app_id}/links/{operator_id}/decline",
            post(ask::app_declines),
        )
        .route(
            "/admin/v1/{environment}/apps/{app_id}/links/{operator_id}/unlink",
            post(set::app_unlinks),
        )
}
