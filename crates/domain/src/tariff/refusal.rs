//! Why a stay has no price.

use crate::MoneyError;

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TariffRefusal {
    /// It would end before it begins.
    #[error("the stay ends before it begins")]
    EndsBeforeStart,
    /// Nobody stays so long.
    #[error("the stay is longer than {longest_minutes} minutes")]
    TooLong {
        /// How long is possible.
        longest_minutes: u32,
    },
    /// The tariff says nothing of a time in it. A tariff that was found sound never does.
    #[error("the tariff has no price for a part of the stay")]
    Unpriced,
    /// The local clock does not go so far, or the amount is beyond 64 bits.
    #[error("the stay or its price is out of range")]
    OutOfRange,
}

impl From<MoneyError> for TariffRefusal {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::CurrencyMismatch(..) | MoneyError::OutOfRange | MoneyError::NotACurrency => {
                Self::OutOfRange
            }
        }
    }
}
