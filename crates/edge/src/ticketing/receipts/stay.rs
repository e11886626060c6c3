//! What a receipt says of a stay at a parking location: where, from when until when, and how the price comes about.

use std::fmt::Write;

use domain::{
    Money,
    purchase::ParkedStay,
    tariff::{Calculation, Charged, Line},
};

use super::{
    page::{moment, sum},
    words::Words,
};
use crate::ticketing::view::escaped;

/// The stay, and each line of its calculation.
pub(super) fn stay(stay: &ParkedStay, words: &Words, languages: &[String]) -> String {
    let calculation = &stay.calculation;
    let mut table = format!(
        "<h2>{parking}: {name}</h2><p>{from}: {began}<br>{until}: {ended}</p>",
        parking = words.parking,
        name = escaped(stay.name.in_language(languages)),
        from = words.from,
        began = moment(stay.from, stay.zone),
        until = words.until,
        ended = moment(stay.until, stay.zone),
    );
    // Writing to a String cannot fail.
    let _ = write!(
        table,
        "<table><thead><tr><th>{}</th><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th></tr></thead><tbody>",
        words.item, words.from, words.minutes, words.amount
    );
    for line in &calculation.lines {
        row(&mut table, (stay, line), words, languages);
    }
    table.push_str("</tbody><tfoot>");
    totals(&mut table, calculation, words);
    table.push_str("</tfoot></table>");
    table
}

fn row(table: &mut String, (stay, line): (&ParkedStay, &Line), words: &Words, languages: &[String]) {
    let what = match &line.charged {
        Charged::Free => words.free,
        Charged::Entry => words.entry,
        Charged::Rate => words.rate,
        Charged::Period { name } | Charged::Event { name } => name.in_language(languages),
    };
    let capped = match line.maximum {
        Some(_) => format!(" ({})", words.at_most),
        None => String::new(),
    };
    let _ = write!(
        table,
        "<tr><td>{what}{capped}</td><td>{from}</td><td class=\"n\">{minutes}</td><td class=\"n\">{amount}</td></tr>",
        what = escaped(what),
        from = moment(line.from, stay.zone),
        minutes = line.minutes,
        amount = Money::new(line.amount, stay.calculation.total.currency),
    );
}

/// A tax that comes on top makes the lines and the total differ; one that is within is told for whoever deducts it.
fn totals(table: &mut String, calculation: &Calculation, words: &Words) {
    match calculation.tax {
        Some(tax) if tax.rule.included => {
            sum(table, words.total, &calculation.total.to_string());
            sum(table, words.tax_within, &tax.amount.to_string());
        }
        Some(tax) => {
            if let Ok(before) = calculation.total.minus(tax.amount) {
                sum(table, words.subtotal, &before.to_string());
            }
            sum(table, words.tax, &tax.amount.to_string());
            sum(table, words.total, &calculation.total.to_string());
        }
        None => sum(table, words.total, &calculation.total.to_string()),
    }
}
