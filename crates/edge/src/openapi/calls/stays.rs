//! Coord's Parking Access API: stays.

use crate::openapi::{
    call::{Access, Call},
    schemas::{CoordError, ParkingSessionObject},
};

const EVERYWHERE: &str = "/v1/access/parking/session";
const HERE: &str = "/v1/access/parking/{location_id}/session";
const ONE: &str = "/v1/access/parking/{location_id}/session/{session_id}";
const END: &str = "/v1/access/parking/{location_id}/session/{session_id}/end";
const PAY: &str = "/v1/access/parking/{location_id}/session/{session_id}/pay";

fn call(target: (&'static str, &'static str), id: &'static str, summary: &'static str) -> Call {
    let call =
        Call::new("Coord", target, id, Access::Coord, summary).fails_with::<CoordError>("application/json");
    match target.1 {
        EVERYWHERE => call,
        HERE => at_location(call),
        _ => at_location(call).at("session_id", "The session's number."),
    }
}

fn at_location(call: Call) -> Call {
    call.at("location_id", "As a search told it, like harborpark:pier_garage.")
}

pub(super) fn calls() -> Vec<Call> {
    vec![
        call(
            ("get", EVERYWHERE),
            "listSessions",
            "All of the user's sessions, the newest first.",
        )
        .answers::<Vec<ParkingSessionObject>>(),
        call(
            ("get", HERE),
            "listSessionsAt",
            "The user's sessions at a location, the newest first.",
        )
        .answers::<Vec<ParkingSessionObject>>(),
        call(("post", HERE), "beginSession", "Begins a session.")
            .once()
            .answers::<ParkingSessionObject>()
            .refused(&[402, 409]),
        call(("get", ONE), "getSession", "One session.").answers::<ParkingSessionObject>(),
        call(("put", END), "endSession", "Ends a session and charges the user.")
            .answers::<ParkingSessionObject>()
            .refused(&[409]),
        call(("post", PAY), "payDebt", "Has what is owed for a session paid.")
            .answers::<ParkingSessionObject>()
            .refused(&[400, 409]),
    ]
}
