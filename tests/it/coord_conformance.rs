//! The conformance table of Coord's APIs: whatever it promises, a test that is there proves.

use crate::{proofs::Proofs, world::repository};

/// Every call of the publication that the table is about.
const CALLS: [&str; 9] = [
    "POST /v1/users/create_jwt",
    "POST /v1/users/testing/create_jwt",
    "GET /v1/users/user/current",
    "PUT /v1/users/user/current/vehicle",
    "POST /v1/users/user/current/stripe_info",
    "POST /v1/users/testing/user/current/transactable_systems",
    "GET /v1/users/link_account",
    "GET /v1/access/parking/system",
    "GET /v1/access/parking/system/{system_id}",
];

/// Every field of their bodies and answers.
const FIELDS: [&str; 21] = [
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
];

/// Every code that docs/coord.md lists.
fn codes() -> Vec<String> {
    let page = std::fs::read_to_string(repository().join("docs/coord.md")).unwrap();
    let table = page.split("## Errors").nth(1).expect("a section about errors");
    let table = table.split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let codes: Vec<String> = rows
        .map(|row| row.split('`').nth(1).unwrap().to_owned())
        .collect();
    assert!(codes.len() > 15, "{codes:?}");
    codes
}

const PAGE: &str = "docs/coord-conformance.md";

#[test]
fn every_row_has_four_filled_cells() {
    Proofs::of(PAGE).are_filled_in(60);
}

#[test]
fn every_row_names_tests_that_are_there() {
    Proofs::of(PAGE).are_there();
}

#[test]
fn every_call_field_and_code_has_a_row() {
    let codes = codes();
    let wanted = CALLS.into_iter().chain(FIELDS);
    Proofs::of(PAGE).are_about(wanted.chain(codes.iter().map(String::as_str)));
}
