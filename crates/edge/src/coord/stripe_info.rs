//! `POST /v1/users/user/current/stripe_info`

use axum::Json;
use payments::Credential;
use serde::Serialize;

use super::{body::Said, error::CoordError, faults::malformed_token, rider::RealRider};

/// The identical object, with the customer.
#[derive(Serialize)]
pub(super) struct StripeInfoView {
    coord_targeted_token: String,
    customer_id: String,
}

/// Keeps the rider's card. Called again with another token, it replaces the card; with the same, it finds it.
pub(super) async fn set(rider: RealRider, said: Said) -> Result<Json<StripeInfoView>, CoordError> {
    const NAME: &str = "coord_targeted_token";
    let given = said.text(NAME, NAME)?;
    let token = match Credential::parse(given) {
        Ok(token @ Credential::Token(_)) => token,
        Ok(Credential::PaymentMethod(_) | Credential::Source(_)) | Err(_) => return Err(malformed_token()),
    };
    let kept = rider
        .engine
        .keep_card(&rider.context, rider.app.id(), &rider.user, &token)
        .await?;
    Ok(Json(StripeInfoView {
        coord_targeted_token: given.to_owned(),
        customer_id: kept.customer.to_string(),
    }))
}
