//! Where to park, what a stay costs, and parking itself.

use serde_json::{Value, json};
use tonic::{Request, Response, Status};

use super::{
    bridge::{Api, Ask, Bridge},
    pb::{
        BeginSessionRequest, CreateBarcodeRequest, EndSessionRequest, GetLocationRequest, GetSessionRequest,
        ListSessionsRequest, ListSessionsResponse, ParkingLocation, ParkingSession, PaySessionRequest,
        RedemptionInfo, ScanGateRequest, ScanGateResponse, SearchLocationsRequest, SearchLocationsResponse,
        SimulateRedemptionRequest, Stay, parking_server::Parking, scan_gate_request::Shown,
    },
};

const ACCESS: [&str; 3] = ["v1", "access", "parking"];

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

/// The path of something in the Parking Access API.
fn access<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ACCESS.into_iter().chain(more.iter().copied()).collect()
}

fn sessions(list: Value) -> Value {
    Value::Object([("sessions".to_owned(), list)].into_iter().collect())
}

fn scan(it: ScanGateRequest) -> Ask {
    let mut said = json!({
        "scan_id": it.scan_id,
        "direction": it.direction,
        "location_id": it.location_id,
    });
    let shown = it.shown.map(|shown| match shown {
        Shown::Barcode(barcode) => ("barcode", barcode),
        Shown::SessionId(session) => ("session_id", session),
    });
    let more = shown.into_iter().chain(it.at.map(|at| ("at", at)));
    if let Some(members) = said.as_object_mut() {
        members.extend(more.map(|(name, value)| (name.to_owned(), value.into())));
    }
    Ask::post(&["operators", &it.operator_id, "gate-scans"]).json(said)
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

    async fn begin_session(
        &self,
        request: Request<BeginSessionRequest>,
    ) -> Result<Response<ParkingSession>, Status> {
        let ask = |it: BeginSessionRequest| Ask::post(&access(&[&it.location_id, "session"]));
        self.0.call(Api::Coord, request, ask).await
    }

    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        let ask = |it: ListSessionsRequest| {
            let path = match &it.location_id {
                Some(location) => access(&[location, "session"]),
                None => access(&["session"]),
            };
            Ask::get(&path).shaped(sessions)
        };
        self.0.call(Api::Coord, request, ask).await
    }

    async fn get_session(
        &self,
        request: Request<GetSessionRequest>,
    ) -> Result<Response<ParkingSession>, Status> {
        let ask = |it: GetSessionRequest| {
            Ask::get(&access(&[&it.location_id, "session", &it.session_id.to_string()]))
        };
        self.0.call(Api::Coord, request, ask).await
    }

    async fn end_session(
        &self,
        request: Request<EndSessionRequest>,
    ) -> Result<Response<ParkingSession>, Status> {
        let ask = |it: EndSessionRequest| {
            Ask::put(&access(&[
                &it.location_id,
                "session",
                &it.session_id.to_string(),
                "end",
            ]))
        };
        self.0.call(Api::Coord, request, ask).await
    }

    async fn pay_session(
        &self,
        request: Request<PaySessionRequest>,
    ) -> Result<Response<ParkingSession>, Status> {
        let ask = |it: PaySessionRequest| {
            Ask::post(&access(&[
                &it.location_id,
                "session",
                &it.session_id.to_string(),
                "pay",
            ]))
        };
        self.0.call(Api::Coord, request, ask).await
    }

    async fn create_barcode(
        &self,
        request: Request<CreateBarcodeRequest>,
    ) -> Result<Response<RedemptionInfo>, Status> {
        let ask = |CreateBarcodeRequest {}| Ask::post(&access(&["barcode"]));
        self.0.call(Api::Coord, request, ask).await
    }

    async fn simulate_redemption(
        &self,
        request: Request<SimulateRedemptionRequest>,
    ) -> Result<Response<ParkingSession>, Status> {
        let ask = |it: SimulateRedemptionRequest| {
            let session = it.session_id.to_string();
            let path = access(&["testing", &it.location_id, &session, "simulate_redemption"]);
            Ask::post(&path).json(json!({ "duration_m": it.duration_minutes }))
        };
        self.0.call(Api::Coord, request, ask).await
    }

    async fn scan_gate(
        &self,
        request: Request<ScanGateRequest>,
    ) -> Result<Response<ScanGateResponse>, Status> {
        self.0.call(Api::Admin, request, scan).await
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
