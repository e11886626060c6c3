//! The ticketing API, as published, version 2020-05-21.

mod agencies;
mod carts;
mod degrees;
mod developers;
mod ephemeral_keys;
pub mod error;
mod fake;
mod fares;
mod faults;
mod localize;
mod logins;
mod magic_links;
mod once;
mod passes;
mod purchase_and_activate;
mod purchases;
mod receipts;
mod redeem_page;
mod redemption_words;
mod redemptions;
mod served;
mod stripe_token;
mod testing;
pub mod ticket;
mod ticket_keys;
mod transfer_faults;
mod transfers;
mod validations;
pub mod view;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{get, post},
};

pub use error::{ErrorCode, ErrorType, TicketingError};
use localize::localize;
pub(crate) use receipts::ReceiptLinks;
pub(crate) use redeem_page::url as universal_url;
pub(crate) use served::served;
pub(crate) use view::ReceiptView;

use crate::server::Edge;

/// Every endpoint served so far.
fn router() -> Router<Edge> {
    Router::new()
        .route("/testing/jwks.json", get(testing::jwks))
        .route("/auth/testing/jwt", get(testing::mint).post(testing::mint))
        .route("/developer", get(developers::get))
        .route("/developer/private", get(developers::get_private))
        .route("/user/login", post(logins::login))
        .route("/user/logout", post(logins::logout))
        .route("/user/stripe_ephemeral_key", post(ephemeral_keys::create))
        .route("/agency", get(agencies::list))
        .route("/agency/{agency_id}", get(agencies::get))
        .route("/agency/{agency_id}/fare", get(fares::list))
        .route("/agency/{agency_id}/fare/{fare_id}", get(fares::get))
        .route("/cart", post(carts::fill))
        .route("/purchase", post(purchases::purchase))
        .route(
            "/agency/{agency_id}/fare/{fare_id}/purchase",
            post(purchase_and_activate::purchase),
        )
        .route("/pass", get(passes::list))
        .route("/pass/{pass_id}", get(passes::get))
        .route("/agency/{agency_id}/pass/{pass_id}", get(passes::get_of_agency))
        .route("/pass/{pass_id}/activate", post(passes::activate))
        .route("/validation/visual", post(validations::visual))
        .route("/redeem", get(redemptions::get).post(redemptions::post))
        .route("/pass_transfer", get(transfers::list).post(transfers::create))
        .route("/pass_transfer/{id}", get(transfers::get))
        .route("/pass_transfer/{id}/cancel", post(transfers::cancel))
        .route("/pass_transfer/{id}/refund", post(transfers::refund))
}

/// What is there for whoever comes, with any key or none.
fn pages() -> Router<Edge> {
    Router::new()
        .route("/testing/es256/jwks.json", get(testing::own_jwks))
        .route("/validation/jwks.json", get(ticket_keys::jwks))
        .route("/receipt/{token}", get(receipts::get))
        .route("/r/{environment}/{code}", get(redeem_page::get))
}

/// No such path, or none for this method.
async fn not_found() -> Response {
    TicketingError::new(ErrorCode::ResourceNotFound).into_response()
}
