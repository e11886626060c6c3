//! `GET /v1/users/user/current`

use axum::Json;
use domain::{OperatorId, user::LicensePlate};
use serde::Serialize;

use super::{error::CoordError, rider::CoordRider};

/// The current user; what is unset is left out.
#[derive(Serialize)]
pub(super) struct UserView {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vehicle: Option<VehicleView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transactable_systems: Vec<SystemView>,
}

#[derive(Serialize)]
pub(super) struct VehicleView {
    pub(super) license_plate: LicensePlate,
}

#[derive(Serialize)]
pub(super) struct SystemView {
    pub(super) system_id: OperatorId,
    pub(super) linked_account: bool,
}

/// Who the rider is, as their app's JWTs and they themselves have said, and whom they can transact with.
pub(super) async fn show(rider: CoordRider) -> Result<Json<UserView>, CoordError> {
    let engine = &rider.engine;
    let user = engine.rider(&rider.user).await?.ok_or(CoordError::internal())?;
    let email = match &user.contact().email {
        Some(sealed) => engine.unseal(&rider.user, sealed).await?,
        None => None,
    };
    let vehicle = engine.vehicle(&rider.user, &user).await?;
    let systems = engine.transactable_systems(&user, engine.host().now());
    Ok(Json(UserView {
        email,
        vehicle: vehicle.map(|license_plate| VehicleView { license_plate }),
        transactable_systems: systems
            .into_iter()
            .map(|system| SystemView {
                system_id: system.operator,
                linked_account: system.linked_account,
            })
            .collect(),
    }))
}
