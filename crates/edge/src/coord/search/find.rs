//! Finding locations: near a point, or by their names.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, Query, rejection::QueryRejection},
};
use chrono::{DateTime, Utc};
use domain::OperatorId;
use engine::{FoundLocation, Near, Nearby};
use http::StatusCode;

use super::{
    query::{Given, Named, Wanted, named},
    view::{Collection, Feature},
};
use crate::coord::{caller::CoordApp, error::CoordError};

/// `GET /v1/search/parking/location`
pub(super) async fn several(
    caller: CoordApp,
    query: Result<Query<Given>, QueryRejection>,
) -> Result<Json<Collection>, CoordError> {
    let given = Given::read(query)?;
    let wanted = given.wanted()?;
    let now = caller.engine.host().now();
    let stay = given.stay(now)?;
    let directory = caller.engine.directory();
    let nearby = match wanted {
        Wanted::Near {
            centre,
            radius_metres,
            most,
        } => {
            let near = Near {
                centre,
                radius_metres,
                most,
            };
            directory.parking_near(caller.app.id(), &near, stay.start)
        }
        Wanted::Named(names) => Nearby {
            found: names
                .iter()
                .filter_map(|name| find(&caller, name, stay.start))
                .collect(),
            more: false,
        },
    };
    // What is in the way of an operator is the same for all of its locations.
    let mut transactable: HashMap<OperatorId, bool> = HashMap::new();
    let features = nearby.found.iter().map(|found| {
        let id = found.operator.id();
        let known = transactable.get(id).copied();
        let is_transactable = known.unwrap_or_else(|| is_transactable(&caller, found, now));
        transactable.insert(id.clone(), is_transactable);
        Feature::of(found, is_transactable, &stay)
    });
    Ok(Json(Collection::of(features.collect(), nearby.more)))
}

/// `GET /v1/search/parking/location/{location_id}`
pub(super) async fn one(
    caller: CoordApp,
    Path(location_id): Path<String>,
    query: Result<Query<Given>, QueryRejection>,
) -> Result<Json<Feature>, CoordError> {
    let now = caller.engine.host().now();
    let stay = Given::read(query)?.stay(now)?;
    let found = named(&location_id).and_then(|name| find(&caller, &name, stay.start));
    let found = found.ok_or_else(|| {
        let message = "There is no such parking location, or this app has nothing to do with it.";
        CoordError::new(StatusCode::NOT_FOUND, "unknown_location", message).about("location_id")
    })?;
    let is_transactable = is_transactable(&caller, &found, now);
    Ok(Json(Feature::of(&found, is_transactable, &stay)))
}

fn find(caller: &CoordApp, (operator, location): &Named, at: DateTime<Utc>) -> Option<FoundLocation> {
    let directory = caller.engine.directory();
    directory.parking_location(caller.app.id(), operator, location, at)
}

fn is_transactable(caller: &CoordApp, found: &FoundLocation, now: DateTime<Utc>) -> bool {
    let obstacles = caller.engine.obstacles(&found.operator, caller.app.id(), now);
    obstacles.is_empty()
}
