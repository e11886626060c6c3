//! `POST /admin/v1/{environment}/operators/{operator_id}/refresh`

use axum::Json;
use domain::OperatorId;
use engine::Refreshed;
use serde::Serialize;

use super::{permit::OperatorAdmin, problem::Problem};

/// What Stripe said.
#[derive(Serialize)]
pub(super) struct RefreshView {
    operator_id: OperatorId,
    asked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    charges_enabled: Option<bool>,
}

/// Asks Stripe about an operator's account now, and records what changed.
pub(super) async fn refresh(admin: OperatorAdmin) -> Result<Json<RefreshView>, Problem> {
    let operator_id = admin.operator()?;
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
