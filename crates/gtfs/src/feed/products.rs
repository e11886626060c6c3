//! What there is to buy, for whom, and on what: `fare_products`, `rider_categories`, `fare_media`.

use std::collections::BTreeMap;

use domain::Currency;

use crate::{amount::minor_units, report::Report, table::Table};

/// A price of a product: for one category of riders, on one medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FareProduct {
    pub(crate) row: u64,
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) rider: Option<String>,
    pub(crate) medium: Option<String>,
    pub(crate) currency: Currency,
    /// Minor units; negative is a discount on a transfer.
    pub(crate) amount: i64,
}

/// A category of riders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RiderCategory {
    pub(crate) row: u64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_default: bool,
    pub(crate) eligibility_url: Option<String>,
}

/// What a fare product is kept on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Medium {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) kind: MediumKind,
}

/// `fare_media_type`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MediumKind {
    Cash,
    Paper,
    Card,
    BankCard,
    App,
}

impl MediumKind {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "0" => Some(Self::Cash),
            "1" => Some(Self::Paper),
            "2" => Some(Self::Card),
            "3" => Some(Self::BankCard),
            "4" => Some(Self::App),
            _ => None,
        }
    }

    /// In words, as a report says it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Cash => "cash or none",
            Self::Paper => "paper",
            Self::Card => "a transit card",
            Self::BankCard => "a bank card at the reader",
            Self::App => "an app",
        }
    }
}

pub(super) fn products(table: &Table, report: &mut Report) -> Vec<FareProduct> {
    table.needs(&["fare_product_id", "amount", "currency"], report);
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for row in table.rows() {
        let id = row.need("fare_product_id", report);
        let key = ["fare_product_id", "rider_category_id", "fare_media_id"];
        let first = id.is_none() || row.is_first(&key, &mut seen, report);
        let currency = row.need("currency", report);
        let currency: Option<Currency> = currency.and_then(|code| {
            let parsed = code.parse().ok();
            if parsed.is_none() {
                report.flaw(row.place().field("currency"), "is no ISO 4217 code");
            }
            parsed
        });
        let amount = row.need("amount", report);
        // Without a currency nobody knows how many decimals there may be; whether it is a number can still be said.
        let amount = amount.and_then(
            |text| match minor_units(text, currency.unwrap_or(Currency::USD)) {
                Ok(amount) => Some(amount),
                Err(flaw) => {
                    report.flaw(row.place().field("amount"), flaw);
                    None
                }
            },
        );
        if let (true, Some(id), Some(currency), Some(amount)) = (first, id, currency, amount) {
            found.push(FareProduct {
                row: row.line,
                id: id.to_owned(),
                name: row.owned("fare_product_name"),
                rider: row.owned("rider_category_id"),
                medium: row.owned("fare_media_id"),
                currency,
                amount,
            });
        }
    }
    found
}

pub(super) fn riders(table: &Table, report: &mut Report) -> Vec<RiderCategory> {
    table.needs(&["rider_category_id", "rider_category_name"], report);
    let mut seen = BTreeMap::new();
    let mut found: Vec<RiderCategory> = Vec::new();
    for row in table.rows() {
        let id = row.need("rider_category_id", report);
        let name = row.need("rider_category_name", report);
        let is_default = row.choice("is_default_fare_category", ["0", "1"], report) == Some("1");
        let first = id.is_none() || row.is_first(&["rider_category_id"], &mut seen, report);
        if is_default && let Some(other) = found.iter().find(|rider| rider.is_default) {
            let reason = format_args!("row {} is the default already", other.row);
            report.flaw(row.place().field("is_default_fare_category"), reason);
        }
        if let (true, Some(id), Some(name)) = (first, id, name) {
            found.push(RiderCategory {
                row: row.line,
                id: id.to_owned(),
                name: name.to_owned(),
                is_default,
                eligibility_url: row.owned("eligibility_url"),
            });
        }
    }
    found
}

pub(super) fn media(table: &Table, report: &mut Report) -> Vec<Medium> {
    table.needs(&["fare_media_id", "fare_media_type"], report);
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for row in table.rows() {
        let id = row.need("fare_media_id", report);
        row.need("fare_media_type", report);
        let kind = row.choice("fare_media_type", ["0", "1", "2", "3", "4"], report);
        let first = id.is_none() || row.is_first(&["fare_media_id"], &mut seen, report);
        if let (true, Some(id), Some(kind)) = (first, id, kind.and_then(MediumKind::parse)) {
            found.push(Medium {
                id: id.to_owned(),
                name: row.owned("fare_media_name"),
                kind,
            });
        }
    }
    found
}
