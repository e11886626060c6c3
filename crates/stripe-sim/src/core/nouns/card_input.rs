//! Cards given as raw numbers. Only test numbers exist here.

use crate::core::cards::{Address, Card, by_number};
use crate::core::error::ApiError;
use crate::core::params::Params;
use crate::core::time::year_and_month;

/// Read `{prefix}[number]`, `[exp_month]`, … and refuse what Stripe refuses.
pub(super) fn read(params: &Params, prefix: &str, now: i64) -> Result<Card, ApiError> {
    let at = |name: &str| format!("{prefix}.{name}");
    let missing = |name: &str| {
        let name = format!("{prefix}[{name}]");
        ApiError::invalid(format!("Missing required param: {name}."))
            .code("parameter_missing")
            .param(&name)
    };
    let number = params.text(&at("number")).ok_or_else(|| missing("number"))?;
    let month = params.int(&at("exp_month")).ok_or_else(|| missing("exp_month"))?;
    let year = params.int(&at("exp_year")).ok_or_else(|| missing("exp_year"))?;
    let year = if (0..100).contains(&year) {
        year + 2000
    } else {
        year
    };
    let cvc = params.text(&at("cvc"));
    check_expiry(month, year, now)?;
    if cvc.is_some_and(|cvc| !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(
            ApiError::card("invalid_cvc", None, "Your card's security code is invalid.").param("cvc"),
        );
    }
    let mut card = by_number(number, (month, year), cvc.is_some())?;
    card.name = params.owned(&at("name"));
    card.address = Address {
        line1: params.owned(&at("address_line1")),
        line2: params.owned(&at("address_line2")),
        city: params.owned(&at("address_city")),
        state: params.owned(&at("address_state")),
        postal_code: params.owned(&at("address_zip")),
        country: params.owned(&at("address_country")),
    };
    Ok(card)
}

fn check_expiry(month: i64, year: i64, now: i64) -> Result<(), ApiError> {
    if !(1..=12).contains(&month) {
        return Err(ApiError::card(
            "invalid_expiry_month",
            None,
            "Your card's expiration month is invalid.",
        )
        .param("exp_month"));
    }
    let (this_year, this_month) = year_and_month(now);
    if year < this_year || year > this_year + 50 {
        return Err(ApiError::card(
            "invalid_expiry_year",
            None,
            "Your card's expiration year is invalid.",
        )
        .param("exp_year"));
    }
    if year == this_year && month < this_month {
        return Err(ApiError::card(
            "invalid_expiry_month",
            None,
            "Your card's expiration month is invalid.",
        )
        .param("exp_month"));
    }
    Ok(())
}
