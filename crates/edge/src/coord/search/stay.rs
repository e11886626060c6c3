//! What a stay costs, with everything that led to it.

use chrono::{DateTime, Utc};
use domain::{
    Currency, Money,
    catalog::ParkingLocation,
    tariff::{Calculation, Charged, Line, Maximum, TariffRefusal},
    text::Text,
};
use serde::Serialize;

/// What a stay costs, or why it has no price.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum StayView {
    Priced {
        total_cost: Money,
        #[serde(skip_serializing_if = "Option::is_none")]
        total_tax: Option<Money>,
        cost_lines: Vec<LineView>,
    },
    Refused {
        cost_unavailable: Refusal,
    },
}

/// Why a stay has no price.
#[derive(Debug, Serialize)]
pub(super) struct Refusal {
    code: &'static str,
    message: String,
}

/// A line of the calculation.
#[derive(Debug, Serialize)]
pub(in crate::coord) struct LineView {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    start_time: DateTime<Utc>,
    end_time: DateTime<Utc>,
    minutes: u32,
    intervals: u32,
    cost: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<&'static str>,
}

impl StayView {
    pub(super) fn of(location: &ParkingLocation, start: DateTime<Utc>, end: DateTime<Utc>) -> Self {
        match location.price(start, end) {
            Ok(calculation) => Self::priced(&calculation),
            Err(refusal) => Self::Refused {
                cost_unavailable: Refusal {
                    code: code_of(refusal),
                    message: refusal.to_string(),
                },
            },
        }
    }

    fn priced(calculation: &Calculation) -> Self {
        Self::Priced {
            total_cost: calculation.total,
            total_tax: calculation.tax.map(|tax| tax.amount),
            cost_lines: lines_of(calculation),
        }
    }
}

/// How a total comes about.
pub(in crate::coord) fn lines_of(calculation: &Calculation) -> Vec<LineView> {
    let currency = calculation.total.currency;
    let taxed = calculation.tax.is_some();
    let lines = calculation.lines.iter();
    lines.map(|line| LineView::of(line, currency, taxed)).collect()
}

const fn code_of(refusal: TariffRefusal) -> &'static str {
    match refusal {
        TariffRefusal::EndsBeforeStart => "ends_before_start",
        TariffRefusal::TooLong { .. } => "stay_too_long",
        TariffRefusal::Unpriced => "no_price",
        TariffRefusal::OutOfRange => "out_of_range",
    }
}

impl LineView {
    fn of(line: &Line, currency: Currency, taxed: bool) -> Self {
        let (kind, name) = match &line.charged {
            Charged::Free => ("free", None),
            Charged::Entry => ("entry", None),
            Charged::Rate => ("rate", None),
            Charged::Period { name } => ("period", Some(own_words(name))),
            Charged::Event { name } => ("event", Some(own_words(name))),
        };
        Self {
            kind,
            name,
            start_time: line.from,
            end_time: line.until,
            minutes: line.minutes,
            intervals: line.intervals,
            cost: Money::new(line.amount, currency),
            tax: taxed.then(|| Money::new(line.tax, currency)),
            maximum: line.maximum.map(|maximum| match maximum {
                Maximum::Stretch => "stretch",
                Maximum::Day => "day",
                Maximum::Stay => "stay",
            }),
        }
    }
}

/// A text in the operator's own language: Coord's APIs know no other.
pub(super) fn own_words(text: &Text) -> String {
    text.default.clone()
}
