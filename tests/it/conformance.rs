//! The conformance table of the ticketing API: whatever it promises, a test that is there proves.

use std::collections::BTreeSet;

use edge::ticketing::ErrorCode;

use crate::world::repository;

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

/// A row: section, item, promise, tests.
struct Row {
    line: usize,
    cells: Vec<String>,
}

fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(repository().join("docs/ticketing-conformance.md")).unwrap();
    let lines = table.lines().enumerate();
    let rows = lines.filter(|(_, line)| line.starts_with("| ") && !line.starts_with("| ---"));
    rows.map(|(number, line)| Row {
        line: number + 1,
        // A bar inside of code is written `\|`.
        cells: line
            .trim_matches('|')
            .replace("\\|", "\u{1}")
            .split('|')
            .map(|cell| cell.trim().replace('\u{1}', "|"))
            .collect(),
    })
    .filter(|row| row.cells.first().is_some_and(|cell| cell != "section"))
    .collect()
}

fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn no_cell_is_empty() {
    let rows = rows();
    assert!(rows.len() > 200, "the table has {} rows", rows.len());
    let holes: Vec<String> = rows
        .iter()
        .filter(|row| row.cells.len() != 4 || row.cells.iter().any(String::is_empty))
        .map(|row| format!("line {}: {:?}", row.line, row.cells))
        .collect();
    none("rows with other than four filled cells", &holes);
}

#[test]
fn every_row_names_tests_that_are_there() {
    let mut missing = Vec::new();
    for row in rows() {
        for proof in row.cells[3].split("; ") {
            let proof = proof.trim_matches('`');
            let found = proof.split_once(": ").is_some_and(|(path, name)| {
                std::fs::read_to_string(repository().join(path))
                    .is_ok_and(|source| has_function(&source, name))
            });
            if !found {
                missing.push(format!("line {}: {proof}", row.line));
            }
        }
    }
    none("tests that are not there", &missing);
}

fn has_function(source: &str, name: &str) -> bool {
    source.contains(&format!("fn {name}(")) || source.contains(&format!("def {name}("))
}

#[test]
fn everything_the_document_lists_has_a_row() {
    let rows = rows();
    let items: Vec<&str> = rows.iter().map(|row| row.cells[1].as_str()).collect();
    let is_named = |wanted: &str| items.iter().any(|item| item.contains(&format!("`{wanted}`")));
    let codes: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    let wanted = ENDPOINTS.iter().chain(&STATUSES).chain(&STANDINGS);
    let missing: Vec<String> = wanted
        .chain(&codes)
        .filter(|wanted| !is_named(wanted))
        .map(|wanted| (*wanted).to_owned())
        .collect();
    none("what has no row", &missing);
}
