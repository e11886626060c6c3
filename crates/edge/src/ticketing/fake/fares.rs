//! `GET /agency/{agency_id}/fare`, `GET /agency/{agency_id}/fare/{fare_id}`

use axum::{Json, response::Response};
use serde::Serialize;

use super::{
    agencies,
    catalog::{self, FARE_OPTIONS, FARES, Fare, FareOptionView, FareView},
    rider::MaybeFakeRider,
    segments::Segments,
};
use crate::ticketing::{ErrorCode, TicketingError};

/// All fares of the agency.
#[derive(Debug, Serialize)]
struct FareList {
    fare_options: [FareOptionView; 2],
    fares: [FareView; 4],
}

/// All fares, with the options that tell them apart.
pub(super) async fn list(
    rider: MaybeFakeRider,
    Segments(agency_id): Segments<String>,
) -> Result<Response, TicketingError> {
    agencies::known(&agency_id, "agency_id")?;
    Ok(rider.answer(Json(FareList {
        fare_options: FARE_OPTIONS,
        fares: FARES.map(|fare| FareView::for_sale(&fare)),
    })))
}

/// One fare.
pub(super) async fn get(
    rider: MaybeFakeRider,
    Segments((agency_id, fare_id)): Segments<(String, String)>,
) -> Result<Response, TicketingError> {
    agencies::known(&agency_id, "agency_id")?;
    let fare = known(&fare_id, "fare_id")?;
    Ok(rider.answer(Json(FareView::for_sale(fare))))
}

/// A fare that exists.
pub(super) fn known(fare_id: &str, param: &str) -> Result<&'static Fare, TicketingError> {
    catalog::fare(fare_id).ok_or_else(|| TicketingError::new(ErrorCode::ResourceNotFound).param(param))
}

/// A fare that exists and can be bought.
pub(super) fn sold(fare_id: &str, param: &str) -> Result<&'static Fare, TicketingError> {
    let fare = known(fare_id, param)?;
    if fare.restricted {
        return Err(TicketingError::new(ErrorCode::RestrictedPurchase));
    }
    Ok(fare)
}
