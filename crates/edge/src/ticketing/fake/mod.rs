//! The `fake` environment: deterministic and stateless. It answers the published examples as printed, timestamps aside,
//! to any well-formed `sk_fake_…` or `pk_fake_…` key, and needs no engine, log, vault or Stripe.
//!
//! Every name in it has always the same state: `pass_expired` is expired whoever asks and whatever was asked before.

mod agencies;
mod caller;
mod cards;
mod cart_token;
mod carts;
mod catalog;
mod clock;
mod developers;
mod divert;
mod fares;
mod holdings;
mod jwt;
mod keyed;
mod logins;
mod pass_view;
mod passes;
mod purchases;
mod redemptions;
mod rider;
mod segments;
mod state;
mod testing;
mod validations;
mod wanted;

use axum::{
    Router,
    routing::{get, post},
};

pub(super) use divert::divert;
pub(super) use testing::published_jwks;

/// Every published endpoint.
pub(super) fn router() -> Router {
    Router::new()
        .route("/testing/jwks.json", get(testing::jwks))
        .route("/auth/testing/jwt", get(testing::mint).post(testing::mint))
        .route("/developer", get(developers::get))
        .route("/developer/private", get(developers::get_private))
        .route("/user/login", post(logins::login))
        .route("/user/logout", post(logins::logout))
        .route("/user/stripe_ephemeral_key", post(logins::create_ephemeral_key))
        .route("/agency", get(agencies::list))
        .route("/agency/{agency_id}", get(agencies::get))
        .route("/agency/{agency_id}/fare", get(fares::list))
        .route("/agency/{agency_id}/fare/{fare_id}", get(fares::get))
        .route(
            "/agency/{agency_id}/fare/{fare_id}/purchase",
            post(purchases::purchase_and_activate),
        )
        .route("/agency/{agency_id}/pass/{pass_id}", get(passes::get_of_agency))
        .route("/cart", post(carts::fill))
        .route("/purchase", post(purchases::purchase))
        .route("/pass", get(passes::list))
        .route("/pass/{pass_id}", get(passes::get))
        .route("/pass/{pass_id}/activate", post(passes::activate))
        .route("/redeem", get(redemptions::get).post(redemptions::post))
        .route("/validation/visual", post(validations::log))
        .fallback(super::not_found)
        .method_not_allowed_fallback(super::not_found)
}
