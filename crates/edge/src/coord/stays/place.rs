//! What the path names: a location, and a session there.

use axum::{
    RequestPartsExt,
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::{LocationId, OperatorId};
use http::StatusCode;

use crate::{
    coord::{error::CoordError, search::named},
    server::Edge,
};

/// A location, by the name that the search gives it.
pub(super) struct Place {
    pub(super) operator: OperatorId,
    pub(super) location: LocationId,
}

/// A session, by the place and its number.
pub(super) struct Numbered {
    pub(super) place: Place,
    pub(super) number: u64,
}

pub(super) fn unknown_location() -> CoordError {
    let message = "There is no such parking location, or this app has nothing to do with it.";
    CoordError::new(StatusCode::NOT_FOUND, "unknown_location", message).about("location_id")
}

pub(super) fn unknown_session() -> CoordError {
    let message = "The user has no such session at this location.";
    CoordError::new(StatusCode::NOT_FOUND, "unknown_session", message).about("session_id")
}

async fn param(parts: &mut Parts, name: &str) -> Option<String> {
    let params: RawPathParams = parts.extract().await.ok()?;
    let found = params.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.to_owned())
}

impl FromRequestParts<Edge> for Place {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, CoordError> {
        let text = param(parts, "location_id").await;
        let (operator, location) = text.as_deref().and_then(named).ok_or_else(unknown_location)?;
        Ok(Self { operator, location })
    }
}

impl FromRequestParts<Edge> for Numbered {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, CoordError> {
        let place = Place::from_request_parts(parts, edge).await?;
        let text = param(parts, "session_id").await;
        let number = text.and_then(|text| text.parse().ok());
        Ok(Self {
            place,
            number: number.ok_or_else(unknown_session)?,
        })
    }
}
