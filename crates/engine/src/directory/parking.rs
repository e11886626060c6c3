//! Parking locations as an app's riders find them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    AppId, LocationId, OperatorId,
    catalog::LocationVersion,
    occupancy::Known,
    operator::{GeoPoint, Operator},
};

use super::{Directory, State};

/// Where somebody looks for parking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// About this point.
    pub centre: GeoPoint,
    /// So far and no further, along the ground.
    pub radius_metres: f64,
    /// So many and no more.
    pub most: usize,
}

/// A parking location that an app's riders can find.
#[derive(Debug, Clone)]
pub struct FoundLocation {
    /// Who runs it.
    pub operator: Arc<Operator>,
    /// The version in force at the moment that was asked for.
    pub version: LocationVersion,
    /// What was counted there last, where that is still worth telling.
    pub room: Option<Known>,
    /// How far it is from where somebody looks, along the ground.
    pub metres: Option<f64>,
}

/// What is near.
#[derive(Debug, Clone, Default)]
pub struct Nearby {
    /// The nearest first.
    pub found: Vec<FoundLocation>,
    /// Whether there are more than were asked for.
    pub more: bool,
}

impl Directory {
    /// The parking locations near a point, as they are offered at a moment to the riders of an app. The work grows with
    /// how many are wanted, hardly with how many there are.
    #[must_use]
    pub fn parking_near(&self, app: &AppId, near: &Near, at: DateTime<Utc>) -> Nearby {
        self.read(|state| {
            let operators = state.operators.values();
            let sellers = operators.filter(|operator| is_found_by(operator, app));
            let places = state.places.nearest(
                sellers.map(|operator| operator.id()),
                near.centre,
                near.radius_metres,
            );
            let mut offered = places.filter_map(|away| {
                let found = state.offered(away.operator, &away.place.location, at)?;
                // Where it is or was in another version, somebody else may look.
                let is_there = found.version.location.position == away.place.position;
                is_there.then_some(FoundLocation {
                    metres: Some(away.metres),
                    ..found
                })
            });
            let found = offered.by_ref().take(near.most).collect();
            let more = offered.next().is_some();
            Nearby { found, more }
        })
    }

    /// One parking location, as it is offered at a moment to the riders of an app.
    #[must_use]
    pub fn parking_location(
        &self,
        app: &AppId,
        operator: &OperatorId,
        location: &LocationId,
        at: DateTime<Utc>,
    ) -> Option<FoundLocation> {
        let found = self.read(|state| state.offered(operator, location, at))?;
        is_found_by(&found.operator, app).then_some(found)
    }
}

/// Whether an app's riders find what an operator offers.
fn is_found_by(operator: &Operator, app: &AppId) -> bool {
    operator.kind().sells_stays() && operator.suspended_for().is_none() && operator.link(app).is_some()
}

impl State {
    fn offered(
        &self,
        operator: &OperatorId,
        location: &LocationId,
        at: DateTime<Utc>,
    ) -> Option<FoundLocation> {
        let version = self.catalogs.get(operator)?.location_in_force(location, at)?;
        Some(FoundLocation {
            operator: Arc::clone(self.operators.get(operator)?),
            version: version.clone(),
            room: self.occupancies.get(operator).and_then(|it| it.at(location, at)),
            metres: None,
        })
    }
}
