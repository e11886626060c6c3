//! Coord's Parking Access API: stays.

use crate::openapi::{
    call::{Access, Call},
    schemas::{CoordError, GateScan, GateVerdict, ParkingSessionObject, RedemptionInfo, SimulatedRedemption},
};

use super::admin::administering;

const EVERYWHERE: &str = "/v1/access/parking/session";
const HERE: &str = "/v1/access/parking/{location_id}/session";
const ONE: &str = "/v1/access/parking/{location_id}/session/{session_id}";
const BARCODE: &str = "/v1/access/parking/barcode";
const SIMULATE: &str = "/v1/access/parking/testing/{location_id}/{session_id}/simulate_redemption";
const SCANS: &str = "/admin/v1/{environment}/operators/{operator_id}/gate-scans";
const END: &str = "/v1/access/parking/{location_id}/session/{session_id}/end";
const PAY: &str = "/v1/access/parking/{location_id}/session/{session_id}/pay";

fn call(target: (&'static str, &'static str), id: &'static str, summary: &'static str) -> Call {
    let call =
        Call::new("Coord", target, id, Access::Coord, summary).fails_with::<CoordError>("application/json");
    match target.1 {
        EVERYWHERE | BARCODE => call,
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
            .once()
            .answers::<ParkingSessionObject>()
            .refused(&[409]),
        call(("post", PAY), "payDebt", "Has what is owed for a session paid.")
            .once()
            .answers::<ParkingSessionObject>()
            .refused(&[400, 409]),
        call(
            ("post", BARCODE),
            "makeBarcode",
            "A barcode for the gate that the user comes to next.",
        )
        .answers::<RedemptionInfo>()
        .refused(&[409]),
        call(
            ("post", SIMULATE),
            "simulateRedemption",
            "Has a test user's session entered now and left so many minutes later.",
        )
        .reads::<SimulatedRedemption>()
        .answers::<ParkingSessionObject>()
        .refused(&[400, 409]),
        administering(
            "post",
            SCANS,
            "scanGate",
            "Takes in what a gate saw, and says whether to open.",
        )
        .reads::<GateScan>()
        .answers::<GateVerdict>(),
    ]
}
