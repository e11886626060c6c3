//! `GET /v1/access/parking/system`, `GET /v1/access/parking/system/{system_id}`: who can be transacted with, and what that
//! takes, as GeoJSON (RFC 7946).

use axum::{
    Json, Router,
    extract::{Path, rejection::PathRejection},
    routing::get,
};
use domain::{OperatorId, operator::GeoPoint};
use engine::System;
use http::HeaderMap;
use serde::Serialize;

use super::{caller::CoordApp, error::CoordError};
use crate::{language, server::Edge};

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route("/v1/access/parking/system", get(list))
        .route("/v1/access/parking/system/{system_id}", get(show))
}

#[derive(Serialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Feature>,
}

#[derive(Serialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: &'static str,
    id: OperatorId,
    /// "The value of the geometry member SHALL be … in the case that the Feature is unlocated, a JSON null value."
    geometry: Option<Geometry>,
    properties: Properties,
}

#[derive(Serialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Longitude, then latitude.
    coordinates: [f64; 2],
}

#[derive(Serialize)]
struct Properties {
    system_id: OperatorId,
    name: String,
    is_transactable: bool,
    transaction_info: TransactionInfo,
}

#[derive(Serialize)]
struct TransactionInfo {
    requires_linked_account: bool,
    users_api_fields: Vec<&'static str>,
}

/// Every system that does business with the app.
async fn list(caller: CoordApp, headers: HeaderMap) -> Json<Collection> {
    let languages = language::wanted(&headers);
    let systems = caller.engine.systems(caller.app.id(), caller.engine.host().now());
    Json(Collection {
        kind: "FeatureCollection",
        features: systems.iter().map(|system| feature(system, &languages)).collect(),
    })
}

/// One of them.
async fn show(
    caller: CoordApp,
    system: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Json<Feature>, CoordError> {
    let Path(system) = system.map_err(|_| CoordError::unknown_system())?;
    let system = OperatorId::parse(system).map_err(|_| CoordError::unknown_system())?;
    let now = caller.engine.host().now();
    let system = caller.engine.system(caller.app.id(), &system, now);
    let system = system.ok_or_else(CoordError::unknown_system)?;
    Ok(Json(feature(&system, &language::wanted(&headers))))
}

fn feature(system: &System, languages: &[String]) -> Feature {
    let operator = &system.operator;
    let requirements = operator.requirements();
    let fields = requirements.users_api_fields.iter();
    Feature {
        kind: "Feature",
        id: operator.id().clone(),
        geometry: operator.profile().location.map(geometry),
        properties: Properties {
            system_id: operator.id().clone(),
            name: operator.profile().name.in_language(languages).to_owned(),
            is_transactable: system.is_transactable,
            transaction_info: TransactionInfo {
                requires_linked_account: requirements.requires_linked_account,
                users_api_fields: fields.map(|field| field.as_str()).collect(),
            },
        },
    }
}

#[expect(
    clippy::float_arithmetic,
    reason = "degrees are decimals on the wire, and millionths of them are exact enough"
)]
fn geometry(point: GeoPoint) -> Geometry {
    let degrees = |microdegrees: i32| f64::from(microdegrees) / 1e6;
    Geometry {
        kind: "Point",
        coordinates: [
            degrees(point.longitude_microdegrees),
            degrees(point.latitude_microdegrees),
        ],
    }
}
