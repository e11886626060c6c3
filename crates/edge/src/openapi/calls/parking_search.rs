//! Coord's Parking Search API.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{CoordError, ParkingCollection, ParkingFeature},
};

const SEVERAL: &str = "/v1/search/parking/location";
const ONE: &str = "/v1/search/parking/location/{location_id}";

fn call(path: &'static str, id: &'static str, summary: &'static str) -> Call {
    let call = Call::new("Coord", ("get", path), id, Access::CoordKey, summary);
    call.fails_with::<CoordError>("application/json").refused(&[400])
}

fn for_a_stay(call: Call) -> Call {
    call.queried(Param::between(
        "duration_m",
        "integer",
        (1, 527_040),
        "How many minutes somebody wants to stay; then the total cost is told.",
    ))
    .queried(Param::moment(
        "parking_start_time",
        "When they want to begin; now, if absent. Locations are told as they are offered then.",
    ))
}

pub(super) fn calls() -> Vec<Call> {
    let several = call(
        SEVERAL,
        "findParkingLocations",
        "Parking near a point, or by ids.",
    )
    .queried(Param::between("latitude", "number", (-90, 90), "In degrees."))
    .queried(Param::between("longitude", "number", (-180, 180), "In degrees."))
    .queried(Param::between(
        "radius_km",
        "number",
        (0, 100),
        "How far to look; 1, if absent. Above 0.",
    ))
    .queried(Param::between(
        "limit",
        "integer",
        (1, 100),
        "How many are wanted at most; 50, if absent.",
    ))
    .queried(Param::text(
        "location_ids",
        "Ids with commas between them, 100 at most, in place of a point.",
    ));
    let one = call(ONE, "getParkingLocation", "One parking location.")
        .at("location_id", "As a search told it, like harborpark:pier_garage.");
    vec![
        for_a_stay(several).answers::<ParkingCollection>(),
        for_a_stay(one).answers::<ParkingFeature>(),
    ]
}
