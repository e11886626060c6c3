//! `POST /v1/users/testing/user/current/transactable_systems`

use axum::Json;
use domain::OperatorId;

use super::{body::Said, current::SystemView, error::CoordError, rider::TestRider};

/// Links a test user's account at a system, or unlinks it. Answers with the same.
pub(super) async fn set(rider: TestRider, said: Said) -> Result<Json<SystemView>, CoordError> {
    let system = said.text("system_id", "system_id")?;
    let linked_account = said.flag("linked_account")?;
    let system_id = OperatorId::parse(system).map_err(|_| CoordError::unknown_system())?;
    rider
        .engine
        .simulate_link(
            &rider.context,
            rider.app.id(),
            &rider.user,
            &system_id,
            linked_account,
        )
        .await?;
    Ok(Json(SystemView {
        system_id,
        linked_account,
    }))
}
