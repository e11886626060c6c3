//! What a rider pays with. Nothing is charged: any credential that looks like one of Stripe's is taken, and Stripe's
//! names for cards that are declined (<https://docs.stripe.com/testing>) are declined here too.

use crate::{
    params::{ParamError, Params},
    ticketing::{ErrorCode, TicketingError},
};

const PREFIXES: [&str; 5] = ["tok_", "card_", "src_", "acct_", "pm_"];

/// Longest credential, in bytes.
const MAX_LENGTH: usize = 255;

/// The credential that stays after a token was used up.
const KEPT: &str = "card_1234567890abcXYZ";

/// Stripe's names, without `tok_` or `pm_card_` and the card's brand, and what they are declined as.
const DECLINES: [(&str, ErrorCode); 13] = [
    ("chargeDeclined", ErrorCode::CardDeclinedGeneric),
    ("chargeCustomerFail", ErrorCode::CardDeclinedGeneric),
    ("chargeDeclinedIncorrectCvc", ErrorCode::CardDeclinedGeneric),
    (
        "chargeDeclinedInsufficientFunds",
        ErrorCode::CardDeclinedInsufficientFunds,
    ),
    (
        "chargeDeclinedVelocityLimitExceeded",
        ErrorCode::CardDeclinedInsufficientFunds,
    ),
    ("chargeDeclinedExpiredCard", ErrorCode::CardDeclinedExpired),
    ("chargeDeclinedProcessingError", ErrorCode::CardDeclinedRetryable),
    ("chargeDeclinedFraudulent", ErrorCode::CardDeclinedRadar),
    ("radarBlock", ErrorCode::CardDeclinedRadar),
    ("chargeDeclinedLostCard", ErrorCode::CardDeclinedStolen),
    ("chargeDeclinedStolenCard", ErrorCode::CardDeclinedStolen),
    ("chargeCustomerFailLostCard", ErrorCode::CardDeclinedStolen),
    ("chargeCustomerFailStolenCard", ErrorCode::CardDeclinedStolen),
];

/// Pays with what the client sent, and tells the credential that can be used again.
pub(super) fn pay(params: &Params) -> Result<String, TicketingError> {
    let Some(credential) = params.optional("stripe_token")? else {
        return Err(TicketingError::new(ErrorCode::PaymentMethodNotFound).param("stripe_token"));
    };
    let name = PREFIXES.iter().find_map(|prefix| credential.strip_prefix(prefix));
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if credential.len() > MAX_LENGTH || !name.is_some_and(|it| !it.is_empty() && it.bytes().all(known)) {
        let wanted =
            "a Stripe token (tok_…), card (card_…), source (src_… or acct_…) or payment method (pm_…)";
        return Err(ParamError::malformed("stripe_token", wanted).into());
    }
    match decline(credential) {
        Some(code) => Err(TicketingError::new(code)),
        None if credential.starts_with("tok_") => Ok(KEPT.to_owned()),
        None => Ok(credential.to_owned()),
    }
}

fn decline(credential: &str) -> Option<ErrorCode> {
    let name = credential
        .strip_prefix("tok_")
        .or_else(|| credential.strip_prefix("pm_card_"))?;
    let name = ["visa_debit_", "visa_"]
        .iter()
        .find_map(|brand| name.strip_prefix(brand))
        .unwrap_or(name);
    let found = DECLINES.iter().find(|(declined, _)| *declined == name);
    found.map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn paid(credential: &str) -> Result<String, TicketingError> {
        let query = format!("stripe_token={credential}");
        pay(&Params::parse(&query, &HeaderMap::new(), b"").unwrap())
    }

    #[test]
    fn what_can_be_used_again_comes_back_as_it_is() {
        for again in ["card_1234567890abcXYZ", "src_1", "acct_1", "pm_card_visa"] {
            assert_eq!(paid(again).unwrap(), again);
        }
        assert_eq!(paid("tok_visa").unwrap(), KEPT);
    }

    #[test]
    fn stripes_names_for_declined_cards_are_declined() {
        for (credential, code) in [
            ("tok_chargeDeclined", ErrorCode::CardDeclinedGeneric),
            ("tok_visa_chargeDeclined", ErrorCode::CardDeclinedGeneric),
            ("pm_card_visa_chargeDeclined", ErrorCode::CardDeclinedGeneric),
            ("pm_card_chargeCustomerFail", ErrorCode::CardDeclinedGeneric),
            (
                "tok_chargeDeclinedInsufficientFunds",
                ErrorCode::CardDeclinedInsufficientFunds,
            ),
            (
                "pm_card_visa_debit_chargeDeclinedInsufficientFunds",
                ErrorCode::CardDeclinedInsufficientFunds,
            ),
            ("tok_chargeDeclinedExpiredCard", ErrorCode::CardDeclinedExpired),
            (
                "tok_chargeDeclinedProcessingError",
                ErrorCode::CardDeclinedRetryable,
            ),
            ("tok_radarBlock", ErrorCode::CardDeclinedRadar),
            (
                "pm_card_visa_chargeDeclinedStolenCard",
                ErrorCode::CardDeclinedStolen,
            ),
        ] {
            assert_eq!(paid(credential).unwrap_err().code(), Some(code), "{credential}");
        }
    }

    #[test]
    fn what_is_no_credential_is_refused_and_not_repeated() {
        for bad in ["4242424242424242", "cus_1", "tok", "tok_", "tok_a%20b", "visa"] {
            let refused = paid(bad).unwrap_err();
            assert_eq!((refused.status().as_u16(), refused.code()), (400, None), "{bad}");
            assert!(!refused.json().contains("4242"));
        }
        assert_eq!(
            paid("").unwrap_err().code(),
            Some(ErrorCode::PaymentMethodNotFound)
        );
    }
}
