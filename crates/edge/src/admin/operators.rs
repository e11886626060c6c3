//! `POST /admin/v1/{environment}/operators/{operator_id}/refresh`

use std::collections::HashMap;

use axum::{Json, extract::Path};
use domain::OperatorId;
use engine::Refreshed;
use serde::Serialize;

use super::{admin_key::Admin, problem::Problem};

/// What Stripe said.
#[derive(Serialize)]
pub(super) struct RefreshView {
    operator_id: OperatorId,
    asked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    charges_enabled: Option<bool>,
}

/// Asks Stripe about an operator's account now, and records what changed.
pub(super) async fn refresh(
    admin: Admin,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<RefreshView>, Problem> {
    let missing = || Problem::not_found("There is no such operator.");
    let id = path.get("operator_id").cloned().unwrap_or_default();
    let operator_id = OperatorId::parse(id).map_err(|_| missing())?;
    admin
        .engine
        .directory()
        .operator(&operator_id)
        .ok_or_else(missing)?;
    let refreshed = admin.engine.refresh_account(&admin.context, &operator_id).await?;
    let charges_enabled = match refreshed {
        Refreshed::Known { charges_enabled } => Some(charges_enabled),
        Refreshed::NotAskable | Refreshed::Unanswered => None,
    };
    Ok(Json(RefreshView {
        operator_id,
        asked: refreshed != Refreshed::NotAskable,
        charges_enabled,
    }))
}
