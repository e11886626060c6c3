//! What a feed says about fares, row by row, with every reference looked up.

mod legs;
mod places;
mod products;
mod references;
mod transfers;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use legs::LegRule;
pub(crate) use places::Places;
pub(crate) use products::{FareProduct, Medium, MediumKind, RiderCategory};
pub(crate) use transfers::TransferRule;

use crate::{
    files::Files,
    report::{Place, Report},
    table::Table,
};

/// Who publishes the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Agency {
    pub(crate) name: String,
    pub(crate) timezone: Option<String>,
    pub(crate) language: Option<String>,
}

/// A feed.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    pub(crate) agencies: Vec<Agency>,
    pub(crate) products: Vec<FareProduct>,
    pub(crate) riders: Vec<RiderCategory>,
    pub(crate) media: Vec<Medium>,
    pub(crate) places: Places,
    pub(crate) legs: Vec<LegRule>,
    /// Which of them name a product.
    legs_by_product: BTreeMap<String, Vec<usize>>,
    pub(crate) transfers: Vec<TransferRule>,
    /// Every id that the feed gives to something, whatever else is wrong with its row.
    given: BTreeMap<&'static str, BTreeSet<String>>,
}

/// What an overlay may name, and where the feed gives its ids.
const GIVEN: [(&str, &str); 6] = [
    ("fare_product_id", "fare_products.txt"),
    ("rider_category_id", "rider_categories.txt"),
    ("fare_media_id", "fare_media.txt"),
    ("area_id", "areas.txt"),
    ("network_id", "networks.txt"),
    ("network_id", "routes.txt"),
];

/// The tables of a feed.
struct Tables(BTreeMap<&'static str, Table>);

impl Tables {
    fn get(&self, name: &str) -> Option<&Table> {
        self.0.get(name)
    }
}

const TABLES: [&str; 12] = [
    "agency.txt",
    "rider_categories.txt",
    "fare_media.txt",
    "fare_products.txt",
    "areas.txt",
    "stop_areas.txt",
    "networks.txt",
    "route_networks.txt",
    "routes.txt",
    "timeframes.txt",
    "fare_leg_rules.txt",
    "fare_transfer_rules.txt",
];

impl Feed {
    /// Reads it, and says everything that is wrong with it.
    pub(crate) fn read(files: &Files, report: &mut Report) -> Self {
        let mut tables = BTreeMap::new();
        for name in TABLES {
            tables.insert(name, Table::read(name, files.get(name), report));
        }
        let tables = Tables(tables);
        let mut feed = Self::default();
        let mut each = |name: &str, read: &mut dyn FnMut(&mut Self, &Table, &mut Report)| {
            if let Some(table) = tables.get(name) {
                read(&mut feed, table, report);
            }
        };
        each("agency.txt", &mut |feed, table, report| {
            feed.agencies = agencies(table, report);
        });
        each("rider_categories.txt", &mut |feed, table, report| {
            feed.riders = products::riders(table, report);
        });
        each("fare_media.txt", &mut |feed, table, report| {
            feed.media = products::media(table, report);
        });
        each("fare_products.txt", &mut |feed, table, report| {
            if !table.is_there {
                report.flaw(
                    Place::file(table.file),
                    "the feed has none: it has no GTFS Fares v2",
                );
            }
            feed.products = products::products(table, report);
        });
        each("areas.txt", &mut |feed, table, report| {
            feed.places.areas(table, report);
        });
        each("stop_areas.txt", &mut |_, table, report| {
            places::stop_areas(table, report);
        });
        each("networks.txt", &mut |feed, table, report| {
            feed.places.networks(table, report);
        });
        each("route_networks.txt", &mut |_, table, report| {
            places::route_networks(table, report);
        });
        each("timeframes.txt", &mut |feed, table, report| {
            feed.places.frames(table, report);
        });
        each("fare_leg_rules.txt", &mut |feed, table, report| {
            feed.legs = legs::legs(table, report);
            for (index, leg) in feed.legs.iter().enumerate() {
                let named = feed.legs_by_product.entry(leg.product.clone());
                named.or_default().push(index);
            }
        });
        each("fare_transfer_rules.txt", &mut |feed, table, report| {
            feed.transfers = transfers::transfers(table, report);
        });
        references::check(&tables, report);
        for (column, file) in GIVEN {
            let ids = tables
                .get(file)
                .map(|table| table.ids(column))
                .unwrap_or_default();
            let ids = ids.into_iter().map(str::to_owned);
            feed.given.entry(column).or_default().extend(ids);
        }
        for name in files.passed_over() {
            report.note(Place::file(name), "is not read: fares come from GTFS Fares v2");
        }
        feed
    }

    /// Whether the feed has something of this id: `has("area_id", "1")`.
    pub(crate) fn has(&self, column: &str, id: &str) -> bool {
        self.given.get(column).is_some_and(|given| given.contains(id))
    }

    pub(crate) fn rider(&self, id: &str) -> Option<&RiderCategory> {
        self.riders.iter().find(|rider| rider.id == id)
    }

    pub(crate) fn medium(&self, id: &str) -> Option<&Medium> {
        self.media.iter().find(|medium| medium.id == id)
    }

    /// The rules that name a product.
    pub(crate) fn legs_of(&self, product: &str) -> impl Iterator<Item = &LegRule> {
        let named = self.legs_by_product.get(product).into_iter().flatten();
        named.filter_map(|index| self.legs.get(*index))
    }
}

fn agencies(table: &Table, report: &mut Report) -> Vec<Agency> {
    table.needs(&["agency_name", "agency_timezone"], report);
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for row in table.rows() {
        let first = row.is_first(&["agency_id"], &mut seen, report);
        let name = row.need("agency_name", report);
        row.need("agency_timezone", report);
        if let (true, Some(name)) = (first, name) {
            found.push(Agency {
                name: name.to_owned(),
                timezone: row.owned("agency_timezone"),
                language: row.owned("agency_lang"),
            });
        }
    }
    found
}
