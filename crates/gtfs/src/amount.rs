//! Amounts: decimals in a feed, whole minor units here, and nothing in between.

use domain::Currency;

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountFlaw {
    /// Something else than digits with at most one point.
    NotADecimal,
    /// It says more than the currency can.
    TooManyDecimals {
        /// How many the currency has.
        most: u32,
    },
    /// It does not fit.
    OutOfRange,
}

impl std::fmt::Display for AmountFlaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotADecimal => f.write_str("is not a decimal number such as 2.75"),
            Self::TooManyDecimals { most: 0 } => f.write_str("the currency has no decimals"),
            Self::TooManyDecimals { most } => write!(f, "the currency has no more than {most} decimals"),
            Self::OutOfRange => f.write_str("is out of range"),
        }
    }
}

/// Exactly what a decimal says, in minor units of a currency.
pub fn minor_units(text: &str, currency: Currency) -> Result<i64, AmountFlaw> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return Err(AmountFlaw::NotADecimal);
    }
    let most = currency.exponent();
    // Without a point there are no decimals, and zeros are none that a currency lacks only where it has some.
    let given = if digits.contains('.') { part.len() } else { 0 };
    let given = u32::try_from(given).unwrap_or(u32::MAX);
    let missing = most
        .checked_sub(given)
        .ok_or(AmountFlaw::TooManyDecimals { most })?;
    let decimals = if given == 0 { "" } else { part };
    let mut units: i64 = 0;
    for digit in whole.bytes().chain(decimals.bytes()) {
        let digit = i64::from(digit.wrapping_sub(b'0'));
        units = units
            .checked_mul(10)
            .and_then(|units| units.checked_add(digit))
            .ok_or(AmountFlaw::OutOfRange)?;
    }
    let scale = 10_i64.checked_pow(missing).ok_or(AmountFlaw::OutOfRange)?;
    let units = units.checked_mul(scale).ok_or(AmountFlaw::OutOfRange)?;
    Ok(if negative { -units } else { units })
}

/// The decimal that a feed would say.
#[must_use]
pub fn decimal(units: i64, currency: Currency) -> String {
    let decimals = usize::try_from(currency.exponent()).unwrap_or_default();
    let digits = format!(
        "{:0width$}",
        units.unsigned_abs(),
        width = decimals.saturating_add(1)
    );
    let (whole, part) = digits.split_at(digits.len().saturating_sub(decimals));
    let sign = if units < 0 { "-" } else { "" };
    if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn a_decimal_is_read_in_the_currencys_own_units() {
        for (text, code, units) in [
            ("1.25", "USD", 125),
            ("0.60", "USD", 60),
            ("4", "PLN", 400),
            ("88.2", "PLN", 8_820),
            ("0.00", "USD", 0),
            ("-0.00", "USD", 0),
            ("-1.50", "USD", -150),
            ("250", "JPY", 250),
            ("1.250", "KWD", 1_250),
            ("007.50", "USD", 750),
            ("92233720368547758.07", "USD", i64::MAX),
        ] {
            assert_eq!(minor_units(text, currency(code)), Ok(units), "{text} {code}");
        }
    }

    #[test]
    fn what_the_currency_cannot_say_is_refused_and_not_rounded() {
        for (text, code, most) in [("1.250", "USD", 2), ("1.0", "JPY", 0), ("0.0001", "KWD", 3)] {
            let refused = minor_units(text, currency(code));
            assert_eq!(
                refused,
                Err(AmountFlaw::TooManyDecimals { most }),
                "{text} {code}"
            );
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "1,25", "1e2", "+1", "--1", "1.2.3", "$1", "1 ", "٣", "NaN", "1_000",
        ] {
            assert_eq!(
                minor_units(text, Currency::USD),
                Err(AmountFlaw::NotADecimal),
                "{text}"
            );
        }
        for text in ["92233720368547758.08", "99999999999999999999"] {
            assert_eq!(minor_units(text, Currency::USD), Err(AmountFlaw::OutOfRange));
        }
    }

    proptest! {
        #[test]
        fn an_amount_survives_being_written_and_read(
            units in i64::MIN + 1..=i64::MAX, code in prop::sample::select(vec!["JPY", "USD", "KWD", "PLN"]),
        ) {
            let currency = currency(code);
            prop_assert_eq!(minor_units(&decimal(units, currency), currency), Ok(units));
        }

        #[test]
        fn no_text_brings_it_down(text in ".{0,40}") {
            if let Ok(units) = minor_units(&text, Currency::USD) {
                prop_assert_eq!(minor_units(&decimal(units, Currency::USD), Currency::USD), Ok(units));
            }
        }
    }
}
