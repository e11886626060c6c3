//! The conformance table of the ticketing API: whatever it promises, a test that is there proves.

use std::collections::BTreeSet;

use edge::ticketing::ErrorCode;

use crate::proofs::Proofs;

/// Every endpoint of the document.
const ENDPOINTS: [&str; 21] = [
    "GET /testing/jwks.json",
    "GET /auth/testing/jwt",
    "GET /developer",
    "GET /developer/private",
    "POST /user/login",
    "POST /user/logout",
    "POST /user/stripe_ephemeral_key",
    "GET /agency",
    "GET /agency/{agency_id}",
    "GET /agency/{agency_id}/fare",
    "GET /agency/{agency_id}/fare/{fare_id}",
    "POST /cart",
    "POST /purchase",
    "POST /agency/{agency_id}/fare/{fare_id}/purchase",
    "GET /pass",
    "GET /pass/{pass_id}",
    "GET /agency/{agency_id}/pass/{pass_id}",
    "POST /pass/{pass_id}/activate",
    "GET /redeem",
    "POST /redeem",
    "POST /validation/visual",
];

/// Every status of the document, in its order.
const STATUSES: [&str; 12] = [
    "200", "400", "401", "403", "404", "408", "409", "412", "428", "429", "500", "503",
];

/// Every status a pass can have, and every status of a pass transfer.
const STANDINGS: [&str; 13] = [
    "unactivated",
    "active",
    "stale_ticket",
    "active_on_another_device",
    "expired",
    "refunded",
    "invalid",
    "fare_capped",
    "awaiting_transfer",
    "transferred",
    "partially_refunded",
    "cancelled",
    "pass_book",
];

const PAGE: &str = "docs/ticketing-conformance.md";

#[test]
fn no_cell_is_empty() {
    Proofs::of(PAGE).are_filled_in(200);
}

#[test]
fn every_row_names_tests_that_are_there() {
    Proofs::of(PAGE).are_there();
}

#[test]
fn everything_the_document_lists_has_a_row() {
    let codes: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    let wanted = ENDPOINTS.iter().chain(&STATUSES).chain(&STANDINGS);
    Proofs::of(PAGE).are_about(wanted.chain(&codes).copied());
}
