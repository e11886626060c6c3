//! What an issuer can be made to say for one request, whatever the card: <https://docs.stripe.com/declines/codes>.

use serde::{Deserialize, Serialize};

use super::Decline;

/// A decline code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerCode {
    /// The card does not support this type of purchase.
    CardNotSupported,
    /// The card has expired.
    ExpiredCard,
    /// There is too little money.
    InsufficientFunds,
    /// The issuer could not be reached.
    IssuerNotAvailable,
    /// An error occurred while processing the card.
    ProcessingError,
    /// The card was reported stolen.
    StolenCard,
    /// Declined for an unknown reason; to be attempted again.
    TryAgainLater,
}

impl IssuerCode {
    /// As a failed charge and its error show it.
    pub(crate) const fn decline(self) -> Decline {
        let (code, issuer_code, message) = match self {
            Self::CardNotSupported => (
                "card_declined",
                "card_not_supported",
                "Your card does not support this type of purchase.",
            ),
            Self::ExpiredCard => ("expired_card", "expired_card", "Your card has expired."),
            Self::InsufficientFunds => (
                "card_declined",
                "insufficient_funds",
                "Your card has insufficient funds.",
            ),
            Self::IssuerNotAvailable => ("card_declined", "issuer_not_available", "Your card was declined."),
            Self::ProcessingError => (
                "processing_error",
                "processing_error",
                "An error occurred while processing your card. Try again in a little bit.",
            ),
            Self::StolenCard => ("card_declined", "stolen_card", "Your card was declined."),
            Self::TryAgainLater => ("card_declined", "try_again_later", "Your card was declined."),
        };
        Decline {
            code,
            issuer_code: Some(issuer_code),
            message,
            param: None,
        }
    }
}
