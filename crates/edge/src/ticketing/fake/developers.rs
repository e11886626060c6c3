//! `GET /developer`, `GET /developer/private`

use axum::Json;
use serde::Serialize;

use super::caller::FakeCaller;
use crate::{
    api_key::{Environment, KeyKind},
    ticketing::TicketingError,
};

/// Who calls: always the same, but for the kind of key.
#[derive(Debug, Serialize)]
pub(super) struct DeveloperView {
    platform_id: &'static str,
    platform_name: &'static str,
    owner_entity_kind: &'static str,
    developer_id: &'static str,
    api_key_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_publishable_api_key: Option<&'static str>,
    env: &'static str,
}

impl DeveloperView {
    const fn of(caller: FakeCaller, stripe_publishable_api_key: Option<&'static str>) -> Self {
        Self {
            platform_id: "plat_1234567890abcXYZ",
            platform_name: "Fake Platform",
            owner_entity_kind: "Platform",
            developer_id: "dev_1234567890abcXYZ",
            api_key_type: caller.kind.name(),
            stripe_publishable_api_key,
            env: Environment::Fake.name(),
        }
    }
}

/// Says whose key it is.
pub(super) async fn get(caller: FakeCaller) -> Json<DeveloperView> {
    Json(DeveloperView::of(caller, Some("pk_test_1234567890abcXYZ")))
}

/// The same, for secret keys only.
pub(super) async fn get_private(caller: FakeCaller) -> Result<Json<DeveloperView>, TicketingError> {
    match caller.kind {
        KeyKind::Secret => Ok(Json(DeveloperView::of(caller, None))),
        KeyKind::Publishable => Err(TicketingError::forbidden(
            "This endpoint requires a secret API key.",
        )),
    }
}
