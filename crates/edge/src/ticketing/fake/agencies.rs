//! `GET /agency`, `GET /agency/{agency_id}`

use axum::Json;
use serde::Serialize;

use super::{
    caller::FakeCaller,
    catalog::{AGENCY, AGENCY_NAME, LOGO},
    segments::Segments,
};
use crate::ticketing::{ErrorCode, TicketingError};

/// An Agency object.
#[derive(Debug, Serialize)]
pub(super) struct AgencyView {
    agency_id: &'static str,
    agency_name: &'static str,
    location: LocationView,
    logo_url: &'static str,
    region: &'static str,
    timezone: &'static str,
    website: &'static str,
}

#[derive(Debug, Serialize)]
struct LocationView {
    latitude: f64,
    longitude: f64,
}

const BIG_BLUE_BUS: AgencyView = AgencyView {
    agency_id: AGENCY,
    agency_name: AGENCY_NAME,
    location: LocationView {
        latitude: 34.028_189,
        longitude: -118.489_176,
    },
    logo_url: LOGO,
    region: "Santa Monica, CA",
    timezone: "America/Los_Angeles",
    website: "https://www.bigbluebus.com",
};

/// The list of agencies.
#[derive(Debug, Serialize)]
pub(super) struct AgencyList {
    agencies: [AgencyView; 1],
}

/// All agencies: one.
pub(super) async fn list(_: FakeCaller) -> Json<AgencyList> {
    Json(AgencyList {
        agencies: [BIG_BLUE_BUS],
    })
}

/// One agency.
pub(super) async fn get(
    _: FakeCaller,
    Segments(agency_id): Segments<String>,
) -> Result<Json<AgencyView>, TicketingError> {
    known(&agency_id, "agency_id")?;
    Ok(Json(BIG_BLUE_BUS))
}

/// Any other agency does not exist.
pub(super) fn known(agency_id: &str, param: &str) -> Result<(), TicketingError> {
    match agency_id {
        AGENCY => Ok(()),
        _ => Err(TicketingError::new(ErrorCode::ResourceNotFound).param(param)),
    }
}
