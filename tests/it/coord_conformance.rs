//! The conformance table of Coord's APIs: whatever it promises, a test that is there proves.

use crate::world::repository;

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

/// A row: section, item, promise, tests.
struct Row {
    line: usize,
    cells: Vec<String>,
}

fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(repository().join("docs/coord-conformance.md")).unwrap();
    let lines = table.lines().enumerate();
    lines
        .filter(|(_, line)| {
            line.starts_with("| ") && !line.starts_with("| ---") && !line.starts_with("| section")
        })
        .map(|(number, line)| Row {
            line: number + 1,
            cells: line
                .trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect(),
        })
        .collect()
}

fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn every_row_has_four_filled_cells() {
    let rows = rows();
    assert!(rows.len() > 60, "the table has {} rows", rows.len());
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
            let found = proof
                .trim_matches('`')
                .split_once(": ")
                .is_some_and(|(path, name)| {
                    std::fs::read_to_string(repository().join(path))
                        .is_ok_and(|source| source.contains(&format!("fn {name}(")))
                });
            if !found {
                missing.push(format!("line {}: {proof}", row.line));
            }
        }
    }
    none("tests that are not there", &missing);
}

#[test]
fn every_call_field_and_code_has_a_row() {
    let rows = rows();
    let is_named = |wanted: &str| {
        rows.iter()
            .any(|row| row.cells[1].contains(&format!("`{wanted}`")))
    };
    let codes = codes();
    let wanted = CALLS.into_iter().chain(FIELDS);
    let missing: Vec<String> = wanted
        .chain(codes.iter().map(String::as_str))
        .filter(|wanted| !is_named(wanted))
        .map(str::to_owned)
        .collect();
    none("what has no row", &missing);
}
