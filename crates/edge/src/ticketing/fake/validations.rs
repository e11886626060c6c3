//! `POST /validation/visual`

use std::ops::RangeInclusive;

use axum::{Json, response::Response};
use serde_json::json;

use super::{
    holdings::{Holdings, Status},
    keyed::Keyed,
    rider::FakeRider,
};
use crate::{
    params::{ParamError, Params},
    ticketing::{ErrorCode, TicketingError},
};

/// Accepts what could have been shown, and forgets it. A report may come late: a pass that has ended since is fine, one
/// that was never activated is not.
pub(super) async fn log(rider: FakeRider, _: Keyed, params: Params) -> Result<Response, TicketingError> {
    let pass_id = params.required("pass_id")?;
    params
        .timestamp("timestamp")?
        .ok_or_else(|| ParamError::missing("timestamp"))?;
    check_degrees(&params, "latitude", -90.0..=90.0)?;
    check_degrees(&params, "longitude", -180.0..=180.0)?;
    match Holdings::all().pass(pass_id)?.status {
        Status::Unactivated => Err(TicketingError::new(ErrorCode::PassUnactivated).param("pass_id")),
        Status::Active
        | Status::StaleTicket
        | Status::ActiveOnAnotherDevice
        | Status::Expired
        | Status::Refunded => Ok(rider.answer(Json(json!({})))),
    }
}

fn check_degrees(params: &Params, name: &str, range: RangeInclusive<f64>) -> Result<(), ParamError> {
    let wanted = format!("a decimal number from {} to {}", range.start(), range.end());
    let degrees: Option<f64> = params.parsed(name, &wanted)?;
    match degrees {
        Some(degrees) if !range.contains(&degrees) => Err(ParamError::malformed(name, wanted)),
        _ => Ok(()),
    }
}
