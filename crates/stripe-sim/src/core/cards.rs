//! Stripe's test cards: numbers, the names of their tokens and PaymentMethods, and what they do.
//! Source: <https://docs.stripe.com/testing>, with the names of older versions of that page.

use super::error::ApiError;
use super::ids::derived;
use super::time::year_and_month;

mod countries;
mod issuer;
mod table;

use countries::COUNTRIES;
pub use issuer::IssuerCode;
use table::CARDS;

/// An issuer's refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    pub(crate) issuer_code: Option<&'static str>,
    pub(crate) message: &'static str,
    pub(crate) param: Option<&'static str>,
}

impl Decline {
    pub(crate) fn error(&self) -> ApiError {
        let error = ApiError::card(self.code, self.issuer_code, self.message);
        match self.param {
            Some(param) => error.param(param),
            None => error,
        }
    }

    /// `outcome.reason`: the decline code, or the error code where there is none.
    pub(crate) fn reason(&self) -> &'static str {
        self.issuer_code.unwrap_or(self.code)
    }
}

/// When a card wants 3D Secure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// Always on session; off session unless it was set up.
    UnlessSetUp,
    /// On every payment.
    Always,
    /// On session only.
    OnSession,
    /// On session only; whatever happens then, this follows.
    ThenDeclines(Decline),
}

/// What a test card does beyond being charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Plain,
    /// Cannot be attached to a customer, nor charged.
    Declines(Decline),
    /// Can be attached, but not charged.
    DeclinesOnceAttached(Decline),
    /// Blocked by Radar.
    Blocked,
    Risk(&'static str),
    Challenges(Challenge),
    /// Charged, then disputed for this reason.
    Disputed(&'static str),
    RefundsLater,
    RefundFails,
    BypassesPending,
    /// Checks of CVC, line 1 and postal code: these results if the data was given.
    Checks {
        cvc: &'static str,
        line1: &'static str,
        zip: &'static str,
    },
}

/// A card as Stripe keeps it. The number is not kept, only what the card does.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) brand: &'static str,
    pub(crate) funding: &'static str,
    pub(crate) country: String,
    pub(crate) last4: String,
    pub(crate) exp_month: i64,
    pub(crate) exp_year: i64,
    pub(crate) fingerprint: String,
    pub(crate) behaviour: Behaviour,
    pub(crate) cvc_given: bool,
    /// Whether it was set up for off-session use.
    pub(crate) set_up: bool,
    pub(crate) name: Option<String>,
    pub(crate) address: Address,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Address {
    pub(crate) line1: Option<String>,
    pub(crate) line2: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) country: Option<String>,
}

impl Card {
    /// The result of a check: the card's own if the data was given, `null` if there was nothing to check.
    pub(crate) fn cvc_check(&self) -> Option<&'static str> {
        let result = match self.behaviour {
            Behaviour::Checks { cvc, .. } => cvc,
            Behaviour::Declines(decline) if decline.code == "incorrect_cvc" => "fail",
            _ => "pass",
        };
        self.cvc_given.then_some(result)
    }

    pub(crate) fn line1_check(&self) -> Option<&'static str> {
        let result = if let Behaviour::Checks { line1, .. } = self.behaviour {
            line1
        } else {
            "pass"
        };
        self.address.line1.is_some().then_some(result)
    }

    pub(crate) fn zip_check(&self) -> Option<&'static str> {
        let result = if let Behaviour::Checks { zip, .. } = self.behaviour {
            zip
        } else {
            "pass"
        };
        self.address.postal_code.is_some().then_some(result)
    }

    /// Why the card cannot be attached to a customer, if it cannot.
    pub(crate) fn attach_decline(&self) -> Option<Decline> {
        match self.behaviour {
            Behaviour::Declines(decline) => Some(decline),
            _ => None,
        }
    }

    pub(crate) fn risk_level(&self) -> &'static str {
        match self.behaviour {
            Behaviour::Blocked => "highest",
            Behaviour::Risk(level) => level,
            _ => "normal",
        }
    }
}

/// A row of the table of test cards.
pub(crate) struct TestCard {
    number: &'static str,
    brand: &'static str,
    funding: &'static str,
    country: &'static str,
    /// What follows `tok_` and `pm_card_`.
    names: &'static [&'static str],
    behaviour: Behaviour,
}

/// The card behind a test token (`tok_visa`) or test PaymentMethod (`pm_card_visa`).
pub(crate) fn by_name(id: &str, now: i64) -> Option<Card> {
    let name = id.strip_prefix("pm_card_").or_else(|| id.strip_prefix("tok_"))?;
    let (year, month) = year_and_month(now);
    let expiry = (month, year + 1);
    if let Some(row) = CARDS.iter().find(|row| row.names.contains(&name)) {
        return Some(from_row(row, expiry, true));
    }
    let (country, _) = COUNTRIES
        .iter()
        .find(|(country, _)| country.to_ascii_lowercase() == name)?;
    by_number(&country_number(country)?, expiry, true).ok()
}

/// The card with a number. Numbers that are not test cards are refused as Stripe refuses them in test mode.
pub(crate) fn by_number(number: &str, expiry: (i64, i64), cvc_given: bool) -> Result<Card, ApiError> {
    let number: String = number
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-'))
        .collect();
    if let Some(row) = CARDS.iter().find(|row| row.number == number) {
        return Ok(from_row(row, expiry, cvc_given));
    }
    if number.len() < 12 || number.len() > 19 || !luhn_valid(&number) {
        return Err(
            ApiError::card("incorrect_number", None, "Your card number is incorrect.").param("number"),
        );
    }
    let country = COUNTRIES
        .iter()
        .find(|(country, _)| country_number(country).as_ref() == Some(&number));
    let Some((country, _)) = country else {
        return Err(ApiError::card(
            "card_declined",
            Some("test_mode_live_card"),
            "Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of \
             valid test cards, visit: https://stripe.com/docs/testing.",
        ));
    };
    let row = TestCard {
        number: "",
        brand: "visa",
        funding: "credit",
        country,
        names: &[],
        behaviour: Behaviour::Plain,
    };
    let mut card = from_row(&row, expiry, cvc_given);
    card.last4 = last4(&number);
    card.fingerprint = fingerprint(&number);
    Ok(card)
}

fn from_row(row: &TestCard, (exp_month, exp_year): (i64, i64), cvc_given: bool) -> Card {
    Card {
        brand: row.brand,
        funding: row.funding,
        country: row.country.to_owned(),
        last4: last4(row.number),
        exp_month,
        exp_year,
        fingerprint: fingerprint(row.number),
        behaviour: row.behaviour,
        cvc_given,
        set_up: false,
        name: None,
        address: Address::default(),
    }
}

fn last4(number: &str) -> String {
    number
        .get(number.len().saturating_sub(4)..)
        .unwrap_or_default()
        .to_owned()
}

fn fingerprint(number: &str) -> String {
    derived("", number, 16).trim_start_matches('_').to_owned()
}

/// Cards by country begin with 400000 and the country's ISO number; the last digit makes the Luhn sum right.
fn country_number(country: &str) -> Option<String> {
    let (_, iso) = COUNTRIES.iter().find(|(known, _)| *known == country)?;
    let special = match country {
        "AR" => Some("4000000320000021"),
        "MX" => Some("4000004840008001"),
        "PY" => Some("4000006000000066"),
        "PE" => Some("4000006040000068"),
        "US" => Some("4242424242424242"),
        _ => None,
    };
    if let Some(number) = special {
        return Some(number.to_owned());
    }
    let stem = format!("400000{iso}000000");
    (0..10)
        .map(|digit| format!("{stem}{digit}"))
        .find(|number| luhn_valid(number))
}

fn luhn_valid(number: &str) -> bool {
    let mut sum = 0;
    for (place, letter) in number.chars().rev().enumerate() {
        let Some(digit) = letter.to_digit(10) else {
            return false;
        };
        let doubled = if place % 2 == 1 { digit * 2 } else { digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
    }
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    #[test]
    fn every_number_in_the_table_is_a_card_number_and_no_name_is_used_twice() {
        let mut names = std::collections::HashSet::new();
        for row in CARDS {
            assert!(luhn_valid(row.number), "{}", row.number);
            for name in row.names {
                assert!(names.insert(name), "{name}");
            }
        }
    }

    #[test]
    fn tokens_and_payment_methods_share_names() {
        for id in ["tok_visa", "pm_card_visa"] {
            let card = by_name(id, NOW).unwrap();
            assert_eq!(
                (card.brand, card.last4.as_str(), card.exp_year),
                ("visa", "4242", 2024)
            );
        }
        assert!(by_name("tok_nonsense", NOW).is_none());
        assert!(by_name("visa", NOW).is_none());
    }

    #[test]
    fn older_and_newer_names_of_a_decline_mean_the_same_card() {
        let names = [
            ("tok_chargeDeclined", "tok_visa_chargeDeclined"),
            (
                "tok_chargeDeclinedInsufficientFunds",
                "pm_card_visa_chargeDeclinedInsufficientFunds",
            ),
            ("pm_card_chargeDeclinedFraudulent", "tok_radarBlock"),
            (
                "tok_chargeDeclinedExpiredCard",
                "tok_visa_chargeDeclinedExpiredCard",
            ),
        ];
        for (old, new) in names {
            assert_eq!(
                by_name(old, NOW).unwrap().fingerprint,
                by_name(new, NOW).unwrap().fingerprint
            );
        }
    }

    #[test]
    fn cards_by_country_carry_the_country() {
        assert_eq!(by_name("tok_at", NOW).unwrap().last4, "0008");
        assert_eq!(
            by_number("4000000400000008", (1, 2030), false).unwrap().country,
            "AT"
        );
        assert_eq!(
            by_number("4000 0082 6000 0000", (1, 2030), false)
                .unwrap()
                .country,
            "GB"
        );
    }

    #[test]
    fn a_number_that_fails_luhn_is_incorrect_and_a_live_one_is_declined() {
        let error = by_number("4242424242424241", (1, 2030), false).unwrap_err();
        assert_eq!(error.code.as_deref(), Some("incorrect_number"));
        let error = by_number("4539578763621486", (1, 2030), false).unwrap_err();
        assert_eq!(error.decline_code.as_deref(), Some("test_mode_live_card"));
    }
}
