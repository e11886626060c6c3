//! The receipt as a page: nothing in it is fetched from anywhere, and it can be printed.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Money,
    purchase::{LineItem, Purchase, RefundState, Stage},
};

use super::{stay::stay, words::Words};
use crate::ticketing::view::escaped;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0}\
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem}\
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 0}\
header p{margin:.25rem 0;color:#555}\
table{width:100%;border-collapse:collapse;margin-top:1rem}\
th,td{padding:.5rem .25rem;text-align:left;border-bottom:1px solid #ddd;vertical-align:top}\
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
tr.sum th,tr.sum td{border-bottom:0;font-weight:600}\
tr:target{background:#fff6d6}\
@media print{main{padding:0}}";

/// The receipt of a completed purchase.
pub(super) fn receipt(purchase: &Purchase, operator: &str, words: &Words, languages: &[String]) -> String {
    let order = purchase.order();
    let zone = match (&order.parked, order.items.first()) {
        (Some(stay), _) => stay.zone,
        (None, Some(line)) => line.terms.calendar.zone,
        (None, None) => Tz::UTC,
    };
    let completed_at = match purchase.stage() {
        Stage::Completed { at } => *at,
        _ => purchase.started_at(),
    };
    let number = order.purchase.receipt_number();
    let mut body = format!(
        "<header><p>{operator}</p><h1>{receipt} #{number}</h1><p>{date}: {at}</p></header>",
        operator = escaped(operator),
        receipt = words.receipt,
        date = words.date,
        at = moment(completed_at, zone),
    );
    match &order.parked {
        Some(parked) => body.push_str(&stay(parked, words, languages)),
        None => body.push_str(&items(purchase, words, languages)),
    }
    body.push_str(&payment(purchase, words));
    body.push_str(&refunds(purchase, zone, words));
    page(&format!("{} #{number}", words.receipt), &body, words)
}

/// There is none.
pub(super) fn missing(words: &Words) -> String {
    page(words.receipt, &format!("<p>{}</p>", words.missing), words)
}

fn page(title: &str, body: &str, words: &Words) -> String {
    format!(
        concat!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">",
            "<meta name=\"robots\" content=\"noindex,nofollow\"><title>{title}</title>",
            "<style>{style}</style></head><body><main>{body}</main></body></html>"
        ),
        lang = words.tag,
        title = title,
        style = STYLE,
        body = body,
    )
}

/// As the operator's clocks show it, with the zone: a receipt may be read anywhere.
pub(super) fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    format!("{} ({zone})", at.with_timezone(&zone).format("%Y-%m-%d %H:%M"))
}

fn items(purchase: &Purchase, words: &Words, languages: &[String]) -> String {
    let order = purchase.order();
    let mut table = format!(
        "<table><thead><tr><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th></tr></thead><tbody>",
        words.item, words.quantity, words.price, words.amount
    );
    for line in &order.items {
        row(&mut table, line, languages);
    }
    table.push_str("</tbody><tfoot>");
    // What cannot be added up is left out: a receipt shows sums that are right, or none.
    if let Some(usual) = usual_price(&order.items).filter(|usual| usual.amount > order.total.amount) {
        sum(&mut table, words.subtotal, &usual.to_string());
        if let Ok(discount) = order.total.minus(usual) {
            sum(&mut table, words.discount, &discount.to_string());
        }
    }
    sum(&mut table, words.total, &order.total.to_string());
    table.push_str("</tfoot></table>");
    table
}

fn row(table: &mut String, line: &LineItem, languages: &[String]) {
    let usual = line.terms.fare.price;
    let amount = usual.times(line.quantity).ok();
    // Writing to a String cannot fail.
    let _ = write!(
        table,
        "<tr><td>{name}</td><td class=\"n\">{quantity}</td><td class=\"n\">{price}</td><td class=\"n\">{amount}</td></tr>",
        name = escaped(line.terms.fare.name.in_language(languages)),
        quantity = line.quantity,
        price = usual,
        amount = amount.map_or_else(String::new, |amount| amount.to_string()),
    );
}

fn usual_price(lines: &[LineItem]) -> Option<Money> {
    let currency = lines.first()?.terms.fare.price.currency;
    let prices: Option<Vec<Money>> = lines
        .iter()
        .map(|line| line.terms.fare.price.times(line.quantity).ok())
        .collect();
    Money::sum(currency, prices?).ok()
}

pub(super) fn sum(table: &mut String, label: &str, amount: &str) {
    let _ = write!(
        table,
        "<tr class=\"sum\"><th colspan=\"3\">{label}</th><td class=\"n\">{amount}</td></tr>"
    );
}

/// Only by whom the payment was processed: what card it was is the rider's own affair.
fn payment(purchase: &Purchase, words: &Words) -> String {
    match purchase.payment() {
        Some(_) => format!("<p>{}: Stripe</p>", words.paid_with),
        None => format!("<p>{}</p>", words.nothing_to_pay),
    }
}

fn refunds(purchase: &Purchase, zone: Tz, words: &Words) -> String {
    let mut refunds: Vec<_> = purchase.refunds().iter().collect();
    if refunds.is_empty() {
        return String::new();
    }
    refunds.sort_by_key(|(_, refund)| refund.started_at);
    let mut table = format!("<h2>{}</h2><table><tbody>", words.refunds);
    for (id, refund) in refunds {
        let state = match refund.state {
            RefundState::Done { .. } => words.refunded,
            RefundState::Pending => words.on_its_way,
            RefundState::Refused { .. } => words.looked_into,
        };
        let _ = write!(
            table,
            "<tr id=\"{number}\"><td>#{number}</td><td>{at}</td><td>{state}</td><td class=\"n\">{amount}</td></tr>",
            number = id.receipt_number(),
            at = moment(refund.started_at, zone),
            amount = refund.amount,
        );
    }
    table.push_str("</tbody><tfoot>");
    if let Ok(remaining) = purchase.refundable() {
        sum(&mut table, words.remaining, &remaining.to_string());
    }
    table.push_str("</tfoot></table>");
    table
}
