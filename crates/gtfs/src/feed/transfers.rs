//! `fare_transfer_rules`: what changing between rides costs.

use std::collections::BTreeMap;

use crate::{
    report::Report,
    table::{Row, Table},
};

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TransferRule {
    pub(crate) row: u64,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    /// What the transfer costs; nothing, if absent.
    pub(crate) product: Option<String>,
    /// Within how many seconds.
    pub(crate) duration_seconds: Option<u32>,
}

const KEY: [&str; 5] = [
    "from_leg_group_id",
    "to_leg_group_id",
    "fare_product_id",
    "transfer_count",
    "duration_limit",
];

pub(super) fn transfers(table: &Table, report: &mut Report) -> Vec<TransferRule> {
    table.needs(&["fare_transfer_type"], report);
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for row in table.rows() {
        let first = row.is_first(&KEY, &mut seen, report);
        row.need("fare_transfer_type", report);
        row.choice("fare_transfer_type", ["0", "1", "2"], report);
        count(&row, report);
        let duration_seconds = duration(&row, report);
        if first {
            found.push(TransferRule {
                row: row.line,
                from: row.owned("from_leg_group_id"),
                to: row.owned("to_leg_group_id"),
                product: row.owned("fare_product_id"),
                duration_seconds,
            });
        }
    }
    found
}

/// Between legs of one group it is said how often; between groups there is nothing to count.
fn count(row: &Row<'_>, report: &mut Report) {
    let (from, to) = (row.get("from_leg_group_id"), row.get("to_leg_group_id"));
    let within = from.is_some() && from == to;
    let place = row.place().field("transfer_count");
    match row.get("transfer_count") {
        None if within => report.flaw(place, "is missing, and the rule is for one leg group"),
        None => {}
        Some(_) if !within => report.flaw(place, "is for rules within one leg group"),
        Some(text) => {
            let number: Option<i32> = text.parse().ok();
            if !number.is_some_and(|number| number == -1 || number >= 1) {
                report.flaw(place, "must be -1 or at least 1");
            }
        }
    }
}

fn duration(row: &Row<'_>, report: &mut Report) -> Option<u32> {
    let kind = row.get("duration_limit_type");
    row.choice("duration_limit_type", ["0", "1", "2", "3"], report);
    let place = row.place().field("duration_limit");
    let text = row.get("duration_limit");
    if text.is_none() && kind.is_some() {
        report.flaw(place, "is missing, and duration_limit_type is given");
    }
    let text = text?;
    if kind.is_none() {
        report.flaw(
            row.place().field("duration_limit_type"),
            "is missing, and duration_limit is given",
        );
    }
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
    if seconds.is_none() {
        report.flaw(place, "must be a whole number of seconds, above 0");
    }
    seconds
}
