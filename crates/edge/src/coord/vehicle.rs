//! `PUT /v1/users/user/current/vehicle`

use axum::Json;
use domain::user::LicensePlate;

use super::{body::Said, current::VehicleView, error::CoordError, rider::CoordRider};

/// Takes in what the user drives, in the place of what was there. Answers with the same.
pub(super) async fn put(rider: CoordRider, said: Said) -> Result<Json<VehicleView>, CoordError> {
    let plate = said.object("license_plate")?;
    let license_plate = LicensePlate::parse(
        plate.text("text", "license_plate.text")?,
        plate.text("country", "license_plate.country")?,
        plate.optional("subdivision", "license_plate.subdivision")?,
    )?;
    rider
        .engine
        .set_vehicle(&rider.context, &rider.user, &license_plate)
        .await?;
    Ok(Json(VehicleView { license_plate }))
}
