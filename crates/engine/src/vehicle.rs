//! What a rider drives.

use domain::{
    User, UserId,
    user::{LicensePlate, UserCommand, UserRejection},
};

use crate::{Context, Engine, Failure};

impl Engine {
    /// Takes in the rider's licence plate, in the place of the one before. The same again records nothing.
    pub async fn set_vehicle(
        &self,
        context: &Context,
        user: &UserId,
        plate: &LicensePlate,
    ) -> Result<(), Failure> {
        let text = serde_json::to_string(plate).map_err(|error| Failure::Corrupt(error.to_string()))?;
        let license_plate = self.seal(user, &text).await?;
        let set = |at| UserCommand::SetVehicle {
            license_plate: license_plate.clone(),
            at,
        };
        match self.record::<User>(context, user.as_str(), &set).await? {
            Ok(_) => Ok(()),
            Err(UserRejection::Erased) => Err(Failure::Erased),
            Err(rejection) => Err(Failure::Corrupt(format!("{user}: {rejection}"))),
        }
    }

    /// The rider's licence plate; none where none was set, or the rider was erased.
    pub async fn vehicle(&self, user: &UserId, state: &User) -> Result<Option<LicensePlate>, Failure> {
        let Some(sealed) = state.license_plate() else {
            return Ok(None);
        };
        let Some(text) = self.unseal(user, sealed).await? else {
            return Ok(None);
        };
        match serde_json::from_str(&text) {
            Ok(plate) => Ok(Some(plate)),
            Err(_) => Err(Failure::Corrupt(format!("{user}: the plate cannot be read"))),
        }
    }
}
