//! Whether what rows name is there.

use std::collections::BTreeSet;

use super::Tables;
use crate::{
    report::{Place, Report, shown},
    table::Table,
};

/// A reference: in which column of which file, to which column of which other file.
type Reference = (&'static str, &'static str, &'static str, &'static str);

const REFERENCES: [Reference; 10] = [
    (
        "fare_products.txt",
        "rider_category_id",
        "rider_categories.txt",
        "rider_category_id",
    ),
    (
        "fare_products.txt",
        "fare_media_id",
        "fare_media.txt",
        "fare_media_id",
    ),
    ("stop_areas.txt", "area_id", "areas.txt", "area_id"),
    ("route_networks.txt", "network_id", "networks.txt", "network_id"),
    (
        "fare_leg_rules.txt",
        "fare_product_id",
        "fare_products.txt",
        "fare_product_id",
    ),
    ("fare_leg_rules.txt", "from_area_id", "areas.txt", "area_id"),
    ("fare_leg_rules.txt", "to_area_id", "areas.txt", "area_id"),
    (
        "fare_leg_rules.txt",
        "from_timeframe_group_id",
        "timeframes.txt",
        "timeframe_group_id",
    ),
    (
        "fare_leg_rules.txt",
        "to_timeframe_group_id",
        "timeframes.txt",
        "timeframe_group_id",
    ),
    (
        "fare_transfer_rules.txt",
        "fare_product_id",
        "fare_products.txt",
        "fare_product_id",
    ),
];

pub(super) fn check(tables: &Tables, report: &mut Report) {
    for (file, column, target, id) in REFERENCES {
        if let (Some(table), Some(target)) = (tables.get(file), tables.get(target)) {
            look_up(table, column, &target.ids(id), target.file, report);
        }
    }
    check_networks(tables, report);
    check_leg_groups(tables, report);
}

fn look_up(table: &Table, column: &str, known: &BTreeSet<&str>, target: &str, report: &mut Report) {
    for row in table.rows() {
        if let Some(id) = row.get(column).filter(|id| !known.contains(id)) {
            let reason = format_args!("there is no \"{}\" in {target}", shown(id));
            report.flaw(row.place().field(column), reason);
        }
    }
}

/// Networks are in a file of their own, or else named by routes.
fn check_networks(tables: &Tables, report: &mut Report) {
    let named = ["networks.txt", "routes.txt"].map(|name| tables.get(name));
    let [Some(networks), Some(routes)] = named else {
        return;
    };
    let Some(legs) = tables.get("fare_leg_rules.txt") else {
        return;
    };
    if networks.is_there {
        look_up(
            legs,
            "network_id",
            &networks.ids("network_id"),
            networks.file,
            report,
        );
    } else if routes.is_there {
        look_up(legs, "network_id", &routes.ids("network_id"), routes.file, report);
    } else if !legs.ids("network_id").is_empty() {
        let reason = "networks cannot be looked up: there is neither networks.txt nor routes.txt";
        report.note(Place::file(legs.file).field("network_id"), reason);
    }
}

fn check_leg_groups(tables: &Tables, report: &mut Report) {
    let (Some(legs), Some(transfers)) = (
        tables.get("fare_leg_rules.txt"),
        tables.get("fare_transfer_rules.txt"),
    ) else {
        return;
    };
    let groups = legs.ids("leg_group_id");
    for column in ["from_leg_group_id", "to_leg_group_id"] {
        look_up(transfers, column, &groups, legs.file, report);
    }
}
