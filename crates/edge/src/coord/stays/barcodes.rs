//! What riders show at gates, and gates that are simulated.

use axum::Json;
use chrono::TimeDelta;

use super::{
    calls::found,
    place::Numbered,
    view::{RedemptionView, SessionView},
};
use crate::coord::{body::Said, error::CoordError, rider::CoordRider};

/// The longest simulated stay, in minutes: a month.
const LONGEST_MINUTES: u32 = 31 * 24 * 60;

/// `POST /v1/access/parking/barcode`
pub(super) async fn make(rider: CoordRider) -> Result<Json<RedemptionView>, CoordError> {
    let barcode = rider.engine.barcode(&rider.user).await?;
    Ok(Json(RedemptionView::of(&barcode)))
}

/// `POST /v1/access/parking/testing/{location_id}/{session_id}/simulate_redemption`
pub(super) async fn simulate(
    rider: CoordRider,
    named: Numbered,
    said: Said,
) -> Result<Json<SessionView>, CoordError> {
    let minutes = said.minutes("duration_m", LONGEST_MINUTES)?;
    let session = found(&rider, &named).await?.session.stay().session.clone();
    let duration = TimeDelta::minutes(i64::from(minutes));
    let over = rider
        .engine
        .simulate_redemption(&rider.context, &session, duration)
        .await?;
    Ok(Json(SessionView::of(&over)))
}
