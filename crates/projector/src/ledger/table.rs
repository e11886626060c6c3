//! The trial balance as people read it.

use std::fmt;

use domain::Currency;

use super::{Totals, TrialBalance};

const HEADINGS: [&str; 4] = ["account", "debit", "credit", "balance"];
const GAP: &str = "  ";

impl fmt::Display for TrialBalance {
    /// One table a currency, columns aligned, amounts in the currency's own decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Trial balance as of position {}", self.position())?;
        if self.totals().next().is_none() {
            return writeln!(f, "Nothing has been booked.");
        }
        for (currency, totals) in self.totals() {
            let of_currency = self.accounts().filter(|row| row.currency == currency);
            let mut rows: Vec<[String; 4]> = of_currency
                .map(|row| cells(row.account.to_string(), row.totals, currency))
                .collect();
            rows.push(cells("total".to_owned(), totals, currency));
            write_table(f, currency, &rows)?;
        }
        writeln!(
            f,
            "{}",
            if self.is_balanced() {
                "Debits equal credits."
            } else {
                "DEBITS AND CREDITS DIFFER."
            }
        )
    }
}

fn cells(name: String, totals: Totals, currency: Currency) -> [String; 4] {
    let side = match totals.balance() {
        0 => "",
        1.. => " Dr",
        _ => " Cr",
    };
    let balance = format!("{}{side:3}", decimal(totals.balance().unsigned_abs(), currency));
    [
        name,
        signed(totals.debit, currency),
        signed(totals.credit, currency),
        balance,
    ]
}

fn write_table(f: &mut fmt::Formatter<'_>, currency: Currency, rows: &[[String; 4]]) -> fmt::Result {
    let mut widths = HEADINGS.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    let rule = "-".repeat(widths.iter().sum::<usize>() + GAP.len() * (widths.len() - 1));
    writeln!(f, "\n{currency}")?;
    writeln!(f, "{}", line(HEADINGS, widths))?;
    writeln!(f, "{rule}")?;
    for (index, row) in rows.iter().enumerate() {
        if index + 1 == rows.len() {
            writeln!(f, "{rule}")?;
        }
        writeln!(f, "{}", line(row.each_ref().map(String::as_str), widths))?;
    }
    Ok(())
}

/// The name to the left of its column, amounts to the right of theirs.
fn line(cells: [&str; 4], widths: [usize; 4]) -> String {
    let [name, amounts @ ..] = cells;
    let [name_width, amount_widths @ ..] = widths;
    let name = std::iter::once(format!("{name:name_width$}"));
    let amounts = amounts
        .into_iter()
        .zip(amount_widths)
        .map(|(amount, width)| format!("{amount:>width$}"));
    name.chain(amounts)
        .collect::<Vec<_>>()
        .join(GAP)
        .trim_end()
        .to_owned()
}

fn signed(amount: i128, currency: Currency) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}", decimal(amount.unsigned_abs(), currency))
}

/// `1,234.50`.
fn decimal(minor_units: u128, currency: Currency) -> String {
    let exponent = currency.exponent();
    let unit = 10_u128.pow(exponent);
    let whole = grouped(minor_units / unit);
    match exponent {
        0 => whole,
        digits => format!("{whole}.{:0width$}", minor_units % unit, width = digits as usize),
    }
}

fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
