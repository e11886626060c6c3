//! `GET /developer`, `GET /developer/private`

use axum::{Json, response::Response};
use serde::Serialize;

use super::TicketingError;
use crate::{api_key::KeyKind, caller::Caller, rider::Anybody};

/// Who calls, with what kind of key.
#[derive(Debug, Serialize)]
pub(super) struct DeveloperView {
    platform_id: String,
    platform_name: String,
    owner_entity_kind: &'static str,
    developer_id: String,
    api_key_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_publishable_api_key: Option<String>,
    env: &'static str,
}

impl DeveloperView {
    fn of(caller: &Caller, stripe_publishable_api_key: Option<String>) -> Self {
        Self {
            platform_id: format!("plat_{}", caller.app.id()),
            platform_name: caller.app.name().to_owned(),
            owner_entity_kind: "Platform",
            developer_id: format!("dev_{}_{}", caller.app.id(), caller.environment.name()),
            api_key_type: caller.kind.name(),
            stripe_publishable_api_key,
            env: caller.environment.name(),
        }
    }
}

/// Says whose key it is.
pub(super) async fn get(Anybody(asker): Anybody) -> Response {
    let key = asker
        .caller
        .app
        .platform()
        .map(|platform| platform.publishable_key.as_str().to_owned());
    asker.answer(Json(DeveloperView::of(&asker.caller, key)))
}

/// The same, for secret keys only.
pub(super) async fn get_private(Anybody(asker): Anybody) -> Result<Response, TicketingError> {
    match asker.caller.kind {
        KeyKind::Secret => Ok(asker.answer(Json(DeveloperView::of(&asker.caller, None)))),
        KeyKind::Publishable => Err(TicketingError::forbidden(
            "This endpoint requires a secret API key.",
        )),
    }
}
