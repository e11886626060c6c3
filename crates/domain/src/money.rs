//! Money: integer minor units tied to a currency, checked arithmetic only.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Why a sum could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two amounts of different currencies met.
    #[error("{0} and {1} cannot be added")]
    CurrencyMismatch(Currency, Currency),
    /// The result does not fit 64 bits.
    #[error("the amount is out of range")]
    OutOfRange,
    /// Not three letters.
    #[error("not a currency code")]
    NotACurrency,
}

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");

    /// The code in upper case, as ISO 4217 and the ticketing API write it.
    #[must_use]
    pub fn code(&self) -> &str {
        // The bytes are ASCII letters by construction.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// The code in lower case, as Stripe writes it.
    #[must_use]
    pub fn stripe_code(&self) -> String {
        self.code().to_ascii_lowercase()
    }

    /// How many decimal digits the minor unit stands for: 2 for USD, 0 for JPY, 3 for KWD.
    /// <https://docs.stripe.com/currencies> lists the exceptions to two.
    #[must_use]
    pub fn exponent(&self) -> u32 {
        match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF" | "UGX" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    /// Accepts either case; Stripe writes lower, everyone else upper.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match text.as_bytes() {
            &[a, b, c] if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                Ok(Self([a, b, c].map(|byte| byte.to_ascii_uppercase())))
            }
            _ => Err(MoneyError::NotACurrency),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units of a currency. Written as the ticketing API's Price object:
/// `{"amount": 125, "currency": "USD"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: cents for USD, yen for JPY.
    pub amount: i64,
    /// What the minor units are of.
    pub currency: Currency,
}

impl Money {
    /// So many minor units.
    #[must_use]
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { amount: 0, currency }
    }

    /// The sum, of one currency and within range.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference, of one currency and within range.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// So many times the amount.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let amount = self
            .amount
            .checked_mul(i64::from(count))
            .ok_or(MoneyError::OutOfRange)?;
        Ok(Self { amount, ..self })
    }

    /// The share `part / whole` of this amount, rounded down to the minor unit and never more than the whole.
    pub fn share(self, part: i64, whole: i64) -> Result<Self, MoneyError> {
        if whole <= 0 || part < 0 || part > whole {
            return Err(MoneyError::OutOfRange);
        }
        let exact = i128::from(self.amount) * i128::from(part) / i128::from(whole);
        let amount = i64::try_from(exact).map_err(|_| MoneyError::OutOfRange)?;
        Ok(Self { amount, ..self })
    }

    /// Adds up amounts of one currency; nothing at all is zero of `currency`.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// More than nothing.
    #[must_use]
    pub const fn is_positive(&self) -> bool {
        self.amount > 0
    }

    fn combine(self, other: Self, op: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let amount = op(self.amount, other.amount).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { amount, ..self })
    }
}

impl fmt::Display for Money {
    /// `1.25 USD`, with as many decimals as the currency has.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = self.currency.exponent();
        let unit = 10_u64.pow(exponent);
        let sign = if self.amount < 0 { "-" } else { "" };
        let (whole, rest) = (
            self.amount.unsigned_abs() / unit,
            self.amount.unsigned_abs() % unit,
        );
        match exponent {
            0 => write!(f, "{sign}{whole} {}", self.currency),
            digits => write!(
                f,
                "{sign}{whole}.{rest:0width$} {}",
                self.currency,
                width = digits as usize
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const JPY: Currency = Currency(*b"JPY");

    #[test]
    fn amounts_of_different_currencies_never_add() {
        let refused = Money::new(1, Currency::USD).plus(Money::new(1, JPY));
        assert_eq!(refused, Err(MoneyError::CurrencyMismatch(Currency::USD, JPY)));
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused() {
        assert_eq!(
            Money::new(i64::MAX, JPY).plus(Money::new(1, JPY)),
            Err(MoneyError::OutOfRange)
        );
        assert_eq!(Money::new(i64::MAX, JPY).times(2), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn money_prints_with_its_own_decimals() {
        assert_eq!(Money::new(-5, Currency::USD).to_string(), "-0.05 USD");
        assert_eq!(Money::new(1250, JPY).to_string(), "1250 JPY");
        assert_eq!(Money::new(1250, "kwd".parse().unwrap()).to_string(), "1.250 KWD");
    }

    proptest! {
        #[test]
        fn shares_never_exceed_the_whole(amount in 0..i64::MAX, part in 0_i64..1_000, extra in 1_i64..1_000) {
            let money = Money::new(amount, Currency::USD);
            let share = money.share(part, part + extra).unwrap();
            prop_assert!(share.amount >= 0 && share.amount <= amount);
        }

        #[test]
        fn adding_and_taking_away_is_where_we_started(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000) {
            let (a, b) = (Money::new(a, Currency::USD), Money::new(b, Currency::USD));
            prop_assert_eq!(a.plus(b).unwrap().minus(b).unwrap(), a);
        }
    }
}
