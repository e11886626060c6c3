//! The admin API: for whoever runs the marketplace, and for operators through them.

mod access_keys;
mod admin_key;
mod apps;
mod boarding;
mod catalogs;
mod charge_request_view;
mod charge_requests;
mod disputes;
mod entitlements;
mod faults;
mod gate_scans;
mod keys;
mod linked_accounts;
mod links;
mod locations;
mod marketplace;
mod notices;
mod once;
mod operator_refunds;
mod overlap;
mod page;
mod passes;
mod permit;
mod problem;
mod refund_view;
mod refunds;
mod reports;
mod sales;
mod service_faults;
mod settlements;
mod stay_view;
mod stays;
mod supply;
mod users;
mod voucher_view;
mod vouchers;
mod webhook_endpoints;

pub(crate) use admin_key::holder;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use problem::Problem;

use crate::{bounded::Broken, server::Edge};

/// A marketplace file may be long: catalogs of many operators in one.
const MAX_BODY: usize = 32 * 1024 * 1024;

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/admin/v1/{environment}/marketplace", post(marketplace::apply))
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/vouchers",
            get(vouchers::list).post(vouchers::issue),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}",
            get(vouchers::get),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/codes",
            post(vouchers::issue_more),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/withdraw",
            post(vouchers::withdraw),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/codes/{voucher_id}/withdraw",
            post(vouchers::withdraw_one),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/entitlements",
            post(entitlements::grant),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/entitlements/withdraw",
            post(entitlements::withdraw),
        )
        .route(
            "/admin/v1/{environment}/purchases/{purchase_id}/refunds/{refund_id}/refresh",
            post(refunds::refresh),
        )
        .merge(access_keys::router())
        .merge(apps::router())
        .merge(boarding::router())
        .merge(catalogs::router())
        .merge(charge_requests::router())
        .merge(disputes::router())
        .merge(gate_scans::router())
        .merge(keys::router())
        .merge(linked_accounts::router())
        .merge(links::router())
        .merge(locations::router())
        .merge(supply::router())
        .merge(users::router())
        .merge(notices::router())
        .merge(operator_refunds::router())
        .merge(passes::router())
        .merge(sales::router())
        .merge(settlements::router())
        .merge(stays::router())
        .merge(webhook_endpoints::router())
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// What is told of a request that its handler did not answer.
pub(crate) fn broken(how: Broken) -> Response {
    match how {
        Broken::TooLate | Broken::Crowded => Problem::unavailable(),
        Broken::Panicked => Problem::internal(),
    }
    .into_response()
}
