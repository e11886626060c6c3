//! `fare_leg_rules`: where and when a product is good for a ride.

use std::collections::BTreeMap;

use crate::{report::Report, table::Table};

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LegRule {
    pub(crate) row: u64,
    pub(crate) product: String,
    pub(crate) leg_group: Option<String>,
    pub(crate) network: Option<String>,
    pub(crate) from_area: Option<String>,
    pub(crate) to_area: Option<String>,
    /// When the ride begins, and when it ends.
    pub(crate) frames: [Option<String>; 2],
    pub(crate) has_priority: bool,
}

const KEY: [&str; 6] = [
    "network_id",
    "from_area_id",
    "to_area_id",
    "from_timeframe_group_id",
    "to_timeframe_group_id",
    "fare_product_id",
];

pub(super) fn legs(table: &Table, report: &mut Report) -> Vec<LegRule> {
    table.needs(&["fare_product_id"], report);
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for row in table.rows() {
        let product = row.need("fare_product_id", report);
        let first = product.is_none() || row.is_first(&KEY, &mut seen, report);
        let priority = row.get("rule_priority");
        if priority.is_some_and(|text| text.parse::<u32>().is_err()) {
            let reason = "must be a whole number, not negative";
            report.flaw(row.place().field("rule_priority"), reason);
        }
        if let (true, Some(product)) = (first, product) {
            found.push(LegRule {
                row: row.line,
                product: product.to_owned(),
                leg_group: row.owned("leg_group_id"),
                network: row.owned("network_id"),
                from_area: row.owned("from_area_id"),
                to_area: row.owned("to_area_id"),
                frames: [
                    row.owned("from_timeframe_group_id"),
                    row.owned("to_timeframe_group_id"),
                ],
                has_priority: priority.is_some(),
            });
        }
    }
    found
}
