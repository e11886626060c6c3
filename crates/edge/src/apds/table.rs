//! Rate tables: a price, when it applies, and what holds for the stay as a whole.

use std::collections::BTreeMap;

use domain::{
    Currency,
    tariff::{DayKind, DayMaximum, Price, Tax},
    text::Text,
};
use serde_json::Value;

use super::{
    Terms, lines,
    reader::{Flaws, Object},
    validity::{self, Applies},
    words::{amount, basis_points, minutes, text},
};

/// A rate table as it was read.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: Text,
    pub(super) applies: Applies,
    pub(super) currency: Currency,
    pub(super) price: Price,
    pub(super) day_maximum: Option<DayMaximum>,
    pub(super) tax: Option<Tax>,
    pub(super) longest_stay_minutes: Option<u32>,
}

/// The tables by id. One that cannot be read is kept as none, so that whoever refers to it is not blamed.
pub(super) type Tables = BTreeMap<String, Option<Table>>;

pub(super) fn read_all(whole: &mut Object<'_>, terms: Terms, flaws: &mut Flaws) -> Tables {
    let mut tables = Tables::new();
    for (path, value) in whole.list("rateTables", flaws) {
        let Some(mut object) = Object::of(value, &path, flaws) else {
            continue;
        };
        object.required("id", flaws);
        let Some(id) = object.text("id", flaws) else {
            continue;
        };
        let at = object.at("id");
        let table = read(object, terms, flaws);
        if tables.insert(id.to_owned(), table).is_some() {
            flaws.add(&at, "the id is used twice");
        }
    }
    tables
}

fn read(mut table: Object<'_>, terms: Terms, flaws: &mut Flaws) -> Option<Table> {
    let at = table.at("rateTableName");
    let name = table.required("rateTableName", flaws);
    let name = name.and_then(|name| text(name, &at, flaws));
    match table.text("availability", flaws) {
        None | Some("public") => {}
        Some(_) => flaws.add(
            &table.at("availability"),
            "has to be public: riders are the public",
        ),
    }
    table.refuse("rateEligibility", "every rider pays the same here", flaws);
    let applies = validity::read(&mut table, terms, flaws);
    let collections = table.list("rateLineCollections", flaws);
    let at = table.at("rateLineCollections");
    table.finish(flaws);
    let [(path, collection)] = collections.as_slice() else {
        flaws.add(&at, "there has to be exactly one");
        return None;
    };
    let collection = Object::of(collection, path, flaws)?;
    read_collection(collection, name?, applies, terms, flaws)
}

fn read_collection(
    mut collection: Object<'_>,
    name: Text,
    applies: Applies,
    terms: Terms,
    flaws: &mut Flaws,
) -> Option<Table> {
    collection.get("id");
    collection.get("collectionSequence");
    if collection.flag("relativeTimes", flaws) == Some(false) {
        let reason = "has to be true: durations are counted from the beginning of a stretch";
        flaws.add(&collection.at("relativeTimes"), reason);
    }
    if validity::moment(&mut collection, "validStart", flaws)
        .is_some_and(|start| start > terms.effective_from)
    {
        let reason = "is after the moment from which the import is in force";
        flaws.add(&collection.at("validStart"), reason);
    }
    collection.refuse(
        "validEnd",
        "prices have no end here: publish others when they end",
        flaws,
    );
    collection.refuse("minValue", "there is no least price here", flaws);
    collection.refuse("minTime", "there is no shortest stay here", flaws);
    let tax = tax(&mut collection, flaws);
    let at = collection.at("maxTime");
    let longest_stay_minutes = collection
        .get("maxTime")
        .and_then(|value| minutes(value, &at, flaws));
    let lines = collection.list("rateLines", flaws);
    let currency = currency(&mut collection, flaws);
    let (maximum, resets) = (collection.get("maxValue"), resets(&mut collection, flaws));
    let (at, reset_at) = (collection.at("maxValue"), collection.at("resetTime"));
    collection.finish(flaws);
    let currency = currency?;
    let maximum = maximum.and_then(|value| amount(value, currency, &at, flaws));
    if resets && maximum.is_none() {
        flaws.add(&reset_at, "needs a maxValue, which is then that of each day");
    }
    let mut price = lines::read(lines, currency, flaws);
    price.maximum = maximum.filter(|_| !resets);
    Some(Table {
        name,
        applies,
        currency,
        price,
        day_maximum: maximum.filter(|_| resets).map(|amount| DayMaximum {
            amount,
            day: DayKind::Calendar,
            restarts: true,
        }),
        tax,
        longest_stay_minutes,
    })
}

/// Whether prices begin anew with each date.
fn resets(collection: &mut Object<'_>, flaws: &mut Flaws) -> bool {
    match collection.text("resetTime", flaws) {
        None => false,
        Some("00:00" | "00:00:00") => true,
        Some(_) => {
            flaws.add(&collection.at("resetTime"), "has to be 00:00");
            false
        }
    }
}

/// One currency, by itself or in a list.
fn currency(collection: &mut Object<'_>, flaws: &mut Flaws) -> Option<Currency> {
    let at = collection.at("applicableCurrency");
    let value = collection.required("applicableCurrency", flaws)?;
    let code = match value.as_array().map(Vec::as_slice) {
        Some([only]) => only.as_str(),
        Some(_) => None,
        None => value.as_str(),
    };
    let currency = code.and_then(|code| code.parse().ok());
    if currency.is_none() {
        flaws.add(&at, "has to be one ISO 4217 code");
    }
    currency
}

fn tax(collection: &mut Object<'_>, flaws: &mut Flaws) -> Option<Tax> {
    let included = collection.flag("taxIncluded", flaws);
    let at = collection.at("taxRate");
    let rate: Option<&Value> = collection.get("taxRate");
    match (included, rate) {
        (Some(true) | None, None) => None,
        (Some(false), None) => {
            flaws.add(&at, "is missing: without it nobody knows what comes on top");
            None
        }
        (None, Some(_)) => {
            flaws.add(&collection.at("taxIncluded"), "is missing");
            None
        }
        (Some(included), Some(rate)) => basis_points(rate, &at, flaws).map(|basis_points| Tax {
            basis_points,
            included,
        }),
    }
}
