//! The ticketing API, as published, version 2020-05-21.

mod agencies;
mod developers;
pub mod error;
mod fares;
mod faults;
mod localize;
mod logins;
mod once;
mod passes;
mod purchases;
mod redemptions;
mod testing;
pub mod ticket;
mod ticket_keys;
mod transfers;
pub mod view;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{get, post},
};

pub use error::{ErrorCode, ErrorType, TicketingError};
pub(crate) use localize::localize;

use crate::server::Edge;

/// Every endpoint served so far.
pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/testing/jwks.json", get(testing::jwks))
        .route("/auth/testing/jwt", get(testing::mint).post(testing::mint))
        .route("/developer", get(developers::get))
        .route("/developer/private", get(developers::get_private))
        .route("/user/login", post(logins::login))
        .route("/user/logout", post(logins::logout))
        .route("/agency", get(agencies::list))
        .route("/agency/{agency_id}", get(agencies::get))
        .route("/agency/{agency_id}/fare", get(fares::list))
        .route("/agency/{agency_id}/fare/{fare_id}", get(fares::get))
        .route("/purchase", post(purchases::purchase))
        .route("/pass", get(passes::list))
        .route("/pass/{pass_id}", get(passes::get))
        .route("/agency/{agency_id}/pass/{pass_id}", get(passes::get_of_agency))
        .route("/pass/{pass_id}/activate", post(passes::activate))
        .route("/redeem", get(redemptions::get).post(redemptions::post))
        .route("/validation/jwks.json", get(ticket_keys::jwks))
        .route("/pass_transfer", get(transfers::list).post(transfers::create))
        .route("/pass_transfer/{id}", get(transfers::get))
        .route("/pass_transfer/{id}/cancel", post(transfers::cancel))
        .route("/pass_transfer/{id}/refund", post(transfers::refund))
}

/// No such path.
pub(crate) async fn not_found() -> Response {
    TicketingError::new(ErrorCode::ResourceNotFound).into_response()
}
