//! The conformance table of Coord's APIs: whatever it promises, a test that is there proves.

use crate::{proofs::Proofs, world::repository};

/// Every call of the publication that the table is about.
const CALLS: [&str; 18] = [
    "POST /v1/users/create_jwt",
    "POST /v1/users/testing/create_jwt",
    "GET /v1/users/user/current",
    "PUT /v1/users/user/current/vehicle",
    "POST /v1/users/user/current/stripe_info",
    "POST /v1/users/testing/user/current/transactable_systems",
    "GET /v1/users/link_account",
    "GET /v1/access/parking/system",
    "GET /v1/access/parking/system/{system_id}",
    "GET /v1/search/parking/location",
    "GET /v1/search/parking/location/{id}",
    "POST /v1/access/parking/{location_id}/session",
    "GET /v1/access/parking/{location_id}/session",
    "GET /v1/access/parking/{location_id}/session/{session_id}",
    "PUT /v1/access/parking/{location_id}/session/{session_id}/end",
    "GET /v1/access/parking/session",
    "POST /v1/access/parking/barcode",
    "POST /v1/access/parking/testing/{location_id}/{session_id}/simulate_redemption",
];

/// Every field of their bodies and answers.
const FIELDS: [&str; 36] = [
    "access_key",
    "Authorization",
    "external_uid",
    "email",
    "jwt_token",
    "vehicle",
    "license_plate",
    "license_plate.text",
    "license_plate.country",
    "license_plate.subdivision",
    "transactable_systems",
    "system_id",
    "linked_account",
    "coord_targeted_token",
    "customer_id",
    "is_transactable",
    "transaction_info",
    "requires_linked_account",
    "users_api_fields",
    "stripe_info.stripe_customer_id",
    "vehicle.license_plate",
    "latitude",
    "longitude",
    "radius_km",
    "location_ids",
    "pricing",
    "duration_m",
    "parking_start_time",
    "total_cost",
    "availability",
    "id",
    "start_time",
    "end_time",
    "user_id",
    "billing_info",
    "redemption_info",
];

/// Every code that a page lists below `## Errors`.
fn codes(page: &str) -> Vec<String> {
    let text = std::fs::read_to_string(repository().join(page)).unwrap();
    let table = text.split("## Errors").nth(1).expect("a section about errors");
    let table = table.split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let codes: Vec<String> = rows
        .map(|row| row.split('`').nth(1).unwrap().to_owned())
        .collect();
    assert!(codes.len() > 2, "{page}: {codes:?}");
    codes
}

const PAGE: &str = "docs/coord-conformance.md";

#[test]
fn every_row_has_four_filled_cells() {
    Proofs::of(PAGE).are_filled_in(90);
}

#[test]
fn every_row_names_tests_that_are_there() {
    Proofs::of(PAGE).are_there();
}

#[test]
fn every_call_field_and_code_has_a_row() {
    let codes = [codes("docs/coord.md"), codes("docs/parking.md")].concat();
    let wanted = CALLS.into_iter().chain(FIELDS);
    Proofs::of(PAGE).are_about(wanted.chain(codes.iter().map(String::as_str)));
}
