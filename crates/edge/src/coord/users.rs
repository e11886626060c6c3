//! `GET /v1/users/user/current`, `POST /v1/users/user/current/stripe_info`

use axum::{Json, extract::rejection::JsonRejection};
use domain::OperatorId;
use payments::Credential;
use serde::{Deserialize, Serialize};

use super::{error::CoordError, rider::CoordRider};

/// The current user; what is unset is left out.
#[derive(Debug, Serialize)]
pub(super) struct UserView {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vehicle: Option<VehicleView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transactable_systems: Vec<SystemView>,
}

#[derive(Debug, Serialize)]
struct VehicleView {
    license_plate: serde_json::Value,
}

#[derive(Debug, Serialize)]
struct SystemView {
    system_id: OperatorId,
    linked_account: bool,
}

/// Who the rider is, as their app's JWTs and they themselves have said.
pub(super) async fn current(rider: CoordRider) -> Result<Json<UserView>, CoordError> {
    let engine = &rider.engine;
    let Some(user) = engine.rider(&rider.user).await? else {
        return Ok(Json(UserView {
            email: None,
            vehicle: None,
            transactable_systems: Vec::new(),
        }));
    };
    let email = match &user.contact().email {
        Some(sealed) => engine.unseal(&rider.user, sealed).await?,
        None => None,
    };
    let plate = match user.license_plate() {
        Some(sealed) => engine.unseal(&rider.user, sealed).await?,
        None => None,
    };
    let license_plate = plate.and_then(|text| serde_json::from_str(&text).ok());
    Ok(Json(UserView {
        email,
        vehicle: license_plate.map(|license_plate| VehicleView { license_plate }),
        transactable_systems: user
            .linked_accounts()
            .iter()
            .map(|system_id| SystemView {
                system_id: system_id.clone(),
                linked_account: true,
            })
            .collect(),
    }))
}

/// What the client hands in.
#[derive(Deserialize)]
pub(super) struct StripeInfo {
    coord_targeted_token: String,
}

/// The identical object, with the customer.
#[derive(Serialize)]
pub(super) struct StripeInfoView {
    coord_targeted_token: String,
    customer_id: String,
}

/// Keeps the rider's card. Called again with another token, it replaces the card.
pub(super) async fn set_stripe_info(
    rider: CoordRider,
    body: Result<Json<StripeInfo>, JsonRejection>,
) -> Result<Json<StripeInfoView>, CoordError> {
    let Json(info) = body.map_err(|_| CoordError::body())?;
    let token = match Credential::parse(&info.coord_targeted_token) {
        Ok(token @ Credential::Token(_)) => token,
        Ok(Credential::PaymentMethod(_) | Credential::Source(_)) | Err(_) => return Err(CoordError::token()),
    };
    let kept = rider
        .engine
        .keep_card(&rider.context, rider.app.id(), &rider.user, &token)
        .await?;
    Ok(Json(StripeInfoView {
        coord_targeted_token: info.coord_targeted_token,
        customer_id: kept.customer.to_string(),
    }))
}
