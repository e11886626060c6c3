//! Currencies and Stripe's fee, in integer minor units.

/// Currencies the simulator takes payments in, with Stripe's published minimum charge in minor units.
const CURRENCIES: [(&str, i64); 34] = [
    ("usd", 50),
    ("aed", 200),
    ("ars", 50),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("clp", 50),
    ("cny", 50),
    ("cop", 50),
    ("czk", 1500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17500),
    ("idr", 50),
    ("ils", 50),
    ("inr", 50),
    ("jpy", 50),
    ("krw", 50),
    ("mxn", 1000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("php", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1000),
    ("twd", 50),
    ("zar", 50),
];

const LARGEST_CHARGE: i64 = 99_999_999;

/// Stripe's share: 2.9 %, in thousandths.
const FEE_PER_MILLE: i64 = 29;

/// Stripe's fixed part, in minor units.
const FEE_FIXED: i64 = 30;

use super::error::ApiError;

/// The lower-case currency, or Stripe's refusal of it.
pub(crate) fn currency(text: &str) -> Result<String, ApiError> {
    let lower = text.to_ascii_lowercase();
    if CURRENCIES.iter().any(|(known, _)| *known == lower) {
        return Ok(lower);
    }
    let known: Vec<&str> = CURRENCIES.iter().map(|(name, _)| *name).collect();
    Err(ApiError::invalid(format!(
        "Invalid currency: {lower}. Stripe currently supports these currencies: {}",
        known.join(", ")
    ))
    .param("currency"))
}

/// Refuse amounts below Stripe's minimum or above its maximum.
pub(crate) fn check_amount(amount: i64, currency: &str) -> Result<(), ApiError> {
    if amount < 1 {
        return Err(
            ApiError::invalid("This value must be greater than or equal to 1.")
                .code("parameter_invalid_integer")
                .param("amount"),
        );
    }
    let least = CURRENCIES
        .iter()
        .find(|(known, _)| *known == currency)
        .map_or(1, |(_, least)| *least);
    if amount < least {
        return Err(ApiError::invalid(format!(
            "Amount must be at least {} {currency}",
            shown(least, currency)
        ))
        .code("amount_too_small")
        .param("amount"));
    }
    if amount > LARGEST_CHARGE {
        return Err(ApiError::invalid(format!(
            "Amount must be no more than {}",
            shown(LARGEST_CHARGE, currency)
        ))
        .code("amount_too_large")
        .param("amount"));
    }
    Ok(())
}

/// An amount the way Stripe's messages show it: `$0.50`.
pub(crate) fn shown(amount: i64, currency: &str) -> String {
    let sign = match currency {
        "usd" | "aud" | "cad" | "nzd" | "sgd" | "hkd" | "mxn" => "$",
        "eur" => "€",
        "gbp" => "£",
        "jpy" => "¥",
        _ => "",
    };
    if is_zero_decimal(currency) {
        return format!("{sign}{amount}");
    }
    format!("{sign}{}.{:02}", grouped(amount / 100), (amount % 100).abs())
}

/// Thousands set apart: `999,999`.
fn grouped(amount: i64) -> String {
    if amount.abs() < 1000 {
        return amount.to_string();
    }
    format!("{},{:03}", grouped(amount / 1000), (amount % 1000).abs())
}

fn is_zero_decimal(currency: &str) -> bool {
    matches!(currency, "jpy" | "krw" | "clp")
}

/// What Stripe keeps of a card payment: 2.9 % rounded half up, and 30 minor units, never more than the payment.
pub(crate) fn processing_fee(amount: i64) -> i64 {
    let share = amount.saturating_mul(FEE_PER_MILLE).saturating_add(500) / 1000;
    share.saturating_add(FEE_FIXED).min(amount)
}

/// The part of `whole` that belongs to `part` of `total`, rounded down.
pub(crate) fn proportion(whole: i64, part: i64, total: i64) -> i64 {
    let product = i128::from(whole) * i128::from(part);
    let share = product.checked_div(i128::from(total)).unwrap_or_default();
    i64::try_from(share).unwrap_or(whole)
}

/// The currency accounts of a country settle in.
pub(crate) fn currency_of_country(country: &str) -> &'static str {
    match country {
        "GB" => "gbp",
        "CA" => "cad",
        "AU" => "aud",
        "NZ" => "nzd",
        "JP" => "jpy",
        "CH" => "chf",
        "PL" => "pln",
        "SE" => "sek",
        "DK" => "dkk",
        "NO" => "nok",
        "MX" => "mxn",
        "BR" => "brl",
        "IN" => "inr",
        "SG" => "sgd",
        "HK" => "hkd",
        "CZ" => "czk",
        "HU" => "huf",
        "RO" => "ron",
        "AT" | "BE" | "CY" | "DE" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "IE" | "IT" | "LT" | "LU"
        | "LV" | "MT" | "NL" | "PT" | "SI" | "SK" => "eur",
        _ => "usd",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processing_fee_is_two_point_nine_percent_and_thirty() {
        assert_eq!(processing_fee(1_000), 59);
        assert_eq!(processing_fee(2_500), 103);
        assert_eq!(processing_fee(10), 10);
    }

    #[test]
    fn amounts_outside_stripes_bounds_are_refused() {
        assert_eq!(
            check_amount(49, "usd").unwrap_err().message,
            "Amount must be at least $0.50 usd"
        );
        assert_eq!(
            check_amount(0, "usd").unwrap_err().code.as_deref(),
            Some("parameter_invalid_integer")
        );
        assert_eq!(
            check_amount(100_000_000, "usd").unwrap_err().message,
            "Amount must be no more than $999,999.99"
        );
        assert!(check_amount(50, "usd").is_ok());
        assert!(currency("EUR").is_ok_and(|known| known == "eur"));
        assert_eq!(currency("xyz").unwrap_err().param.as_deref(), Some("currency"));
    }

    #[test]
    fn a_share_is_rounded_down_and_never_overflows() {
        assert_eq!(proportion(100, 333, 1000), 33);
        assert_eq!(proportion(i64::MAX, 1, 1), i64::MAX);
        assert_eq!(proportion(5, 1, 0), 0);
    }
}
