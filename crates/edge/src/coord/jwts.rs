//! `POST /v1/users/create_jwt`, `POST /v1/users/testing/create_jwt`: JWTs for apps without an identity provider.
//!
//! The published "server token (a secret of the app, not a user's JWT)" is the app's secret API key. Its servers hold
//! that key already and it may do everything, so that a second secret would protect nothing more; and it is issued,
//! rotated and revoked by calls that are there.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::app::KeyKind;
use http::{HeaderMap, header};
use serde::Serialize;

use super::{body::Said, caller::CoordApp, error::CoordError, rider::in_sandbox};
use crate::{
    api_key::ApiKey,
    caller::holder_of,
    jwt::{is_email, is_name, issuer::Issuer},
    rider::bearer,
    server::Edge,
};

#[derive(Serialize)]
struct Made {
    jwt_token: String,
}

/// A JWT for a rider of the app, on the word of its server.
pub(super) async fn create(
    State(edge): State<Edge>,
    caller: CoordApp,
    headers: HeaderMap,
    said: Said,
) -> Result<Response, CoordError> {
    check_server_token(&caller, &headers)?;
    let issuer = edge
        .riders(caller.environment)
        .ok_or_else(CoordError::access_key)?;
    made(issuer, &caller, &said)
}

/// A JWT for a test user, whom everybody with a key of the app may make up.
pub(super) async fn create_for_test_user(
    State(edge): State<Edge>,
    caller: CoordApp,
    said: Said,
) -> Result<Response, CoordError> {
    let caller = in_sandbox(&edge, caller)?;
    made(edge.test_users(), &caller, &said)
}

/// The bearer has to be a secret key of the very app, in the very environment, that the `access_key` is of.
fn check_server_token(caller: &CoordApp, headers: &HeaderMap) -> Result<(), CoordError> {
    let key = bearer(headers).and_then(|token| ApiKey::parse(token).ok());
    let key = key.filter(|key| key.environment() == caller.environment);
    let holder = key
        .and_then(|key| holder_of(&caller.engine, &key))
        .ok_or_else(CoordError::server_token)?;
    let is_server = match holder.kind {
        KeyKind::Secret | KeyKind::ServerToken => true,
        KeyKind::Publishable => false,
    };
    if is_server && holder.app.id() == caller.app.id() {
        Ok(())
    } else {
        Err(CoordError::server_token())
    }
}

/// Who has no `external_uid` is known by e-mail address, in lower case: whoever can read mail sent to `Foo@bar.com` can
/// read what is sent to `foo@bar.com`.
fn made(issuer: &Issuer, caller: &CoordApp, said: &Said) -> Result<Response, CoordError> {
    let email = said.text("email", "email")?.trim();
    if !is_email(email) {
        return Err(
            CoordError::bad_request("invalid_email", "The email is no valid e-mail address.").about("email"),
        );
    }
    let subject = match said.optional("external_uid", "external_uid")? {
        Some(uid) if uid.is_empty() || !is_name(uid) => {
            return Err(CoordError::bad_request(
                "invalid_external_uid",
                "The external_uid has to be 1 to 255 characters, none of them a control character.",
            )
            .about("external_uid"));
        }
        Some(uid) => uid.to_owned(),
        None => email.to_lowercase(),
    };
    let now = caller.engine.host().now();
    let jwt_token = issuer
        .mint(caller.app.id(), &subject, email, now)
        .map_err(|_| CoordError::internal())?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Made { jwt_token })).into_response())
}
