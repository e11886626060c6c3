//! `GET /validation/jwks.json`: the keys by which anybody tells a genuine ticket, without asking us about it.

use axum::{Json, extract::State, response::IntoResponse};
use http::header;
use serde_json::json;

use crate::server::Edge;

/// Keys follow from the databases' secrets and do not change; a day-old copy is as good as a fresh one.
const CACHEABLE: &str = "public, max-age=86400";

/// The public keys of all environments. Each says in `env` which tickets it is for.
pub(super) async fn jwks(State(edge): State<Edge>) -> impl IntoResponse {
    let keys: Vec<_> = edge.ticket_signers().map(|signer| signer.public()).collect();
    (
        [(header::CACHE_CONTROL, CACHEABLE)],
        Json(json!({ "keys": keys })),
    )
}
