//! Where to park, and what a stay costs.

use serde_json::{Value, json};
use tonic::{Request, Response, Status};

use super::{
    bridge::{Api, Ask, Bridge},
    pb::{
        GetLocationRequest, ParkingLocation, SearchLocationsRequest, SearchLocationsResponse, Stay,
        parking_server::Parking,
    },
};

const LOCATION: [&str; 4] = ["v1", "search", "parking", "location"];

/// `switchyard.v1.Parking`
pub(super) struct ParkingFace(pub(super) Bridge);

impl Ask {
    /// With the stay that is to be priced.
    fn stay(self, stay: Option<Stay>) -> Self {
        match stay {
            Some(stay) => self
                .with("parking_start_time", stay.parking_start_time)
                .with("duration_m", stay.duration_minutes),
            None => self,
        }
    }
}

/// GeoJSON's feature, flat.
fn location(mut feature: Value) -> Value {
    let place = |index: usize| {
        feature
            .pointer(&format!("/geometry/coordinates/{index}"))
            .cloned()
    };
    let (longitude, latitude) = (place(0), place(1));
    let mut flat = feature.get_mut("properties").map(Value::take).unwrap_or_default();
    if let Some(members) = flat.as_object_mut() {
        members.extend(latitude.map(|it| ("latitude".to_owned(), it)));
        members.extend(longitude.map(|it| ("longitude".to_owned(), it)));
    }
    flat
}

fn locations(mut collection: Value) -> Value {
    let features = collection.get_mut("features").map(Value::take);
    let Some(Value::Array(features)) = features else {
        return collection;
    };
    let found: Vec<Value> = features.into_iter().map(location).collect();
    json!({ "locations": found, "has_more": collection.get("has_more") })
}

#[tonic::async_trait]
impl Parking for ParkingFace {
    async fn search_locations(
        &self,
        request: Request<SearchLocationsRequest>,
    ) -> Result<Response<SearchLocationsResponse>, Status> {
        let ask = |it: SearchLocationsRequest| {
            Ask::get(&LOCATION)
                .maybe("latitude", it.latitude)
                .maybe("longitude", it.longitude)
                .maybe("radius_km", it.radius_km)
                .with("location_ids", it.location_ids.join(","))
                .maybe("limit", it.limit)
                .stay(it.stay)
                .shaped(locations)
        };
        self.0.call(Api::Coord, request, ask).await
    }

    async fn get_location(
        &self,
        request: Request<GetLocationRequest>,
    ) -> Result<Response<ParkingLocation>, Status> {
        let ask = |it: GetLocationRequest| {
            let path: Vec<&str> = LOCATION.into_iter().chain([it.location_id.as_str()]).collect();
            Ask::get(&path).stay(it.stay).shaped(location)
        };
        self.0.call(Api::Coord, request, ask).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_becomes_a_location() {
        let feature = json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [-118.5, 34.0] },
            "properties": { "id": "harborpark:pier", "name": "Pier" },
        });
        let flat = json!({ "id": "harborpark:pier", "name": "Pier", "latitude": 34.0, "longitude": -118.5 });
        assert_eq!(location(feature.clone()), flat);
        let collection = json!({ "features": [feature], "has_more": true });
        assert_eq!(
            locations(collection),
            json!({ "locations": [flat], "has_more": true })
        );
    }
}
