//! What we ask of Stripe, in our own types.

use chrono::{DateTime, Utc};
use domain::{ChargeId, Money, PaymentIntentId, PaymentMethodId, StripeAccountId, operator::AccountKind};

use crate::{Credential, Metadata, SingleUseToken};

/// A customer on the platform account: the one place where a rider's card is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCustomer {
    /// The card, if it is to be saved in the same request. A PaymentMethod is better attached by a request of its
    /// own ([`crate::Gateway::attach_payment_method`]), because this answer does not name it.
    pub credential: Option<Credential>,
    /// The app and the rider, by our ids.
    pub metadata: Metadata,
}

/// A payment of the PaymentMethod route. Confirmed at once, with the rider absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPaymentIntent {
    /// What the rider pays.
    pub amount: Money,
    /// What the engine keeps of it, in the same currency; zero is left out of the request.
    pub application_fee: Money,
    /// The clone on the operator's account.
    pub payment_method: PaymentMethodId,
    /// The purchase, the app and the rider.
    pub metadata: Metadata,
}

/// A payment of the Token route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCharge {
    /// What the rider pays.
    pub amount: Money,
    /// What the engine keeps of it, in the same currency; zero is left out of the request.
    pub application_fee: Money,
    /// The token made for the operator's account.
    pub token: SingleUseToken,
    /// The purchase, the app and the rider.
    pub metadata: Metadata,
}

/// The payment to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentRef {
    /// A charge.
    Charge(ChargeId),
    /// A PaymentIntent.
    PaymentIntent(PaymentIntentId),
}

/// Money back to the rider's card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Of which payment.
    pub payment: PaymentRef,
    /// How much of it.
    pub amount: Money,
    /// Give back our fee too, in proportion.
    pub refund_application_fee: bool,
    /// The purchase and the refund, as we named them.
    pub metadata: Metadata,
}

/// A connected account for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Who looks after it.
    pub kind: AccountKind,
    /// ISO 3166-1 alpha-2 (`US`); without it Stripe assumes the platform's.
    pub country: Option<String>,
    /// Our ids.
    pub metadata: Metadata,
}

/// Why the operator is sent to Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// To fill in what Stripe still wants to know.
    Onboarding,
    /// To change what Stripe knows.
    Update,
}

/// A link to Stripe's hosted onboarding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccountLink {
    /// Whose.
    pub account: StripeAccountId,
    /// What for.
    pub purpose: LinkPurpose,
    /// Where Stripe sends somebody whose link has expired.
    pub refresh_url: String,
    /// Where Stripe sends them when they are finished.
    pub return_url: String,
}

/// A Stripe API version as a client states it: `2026-09-30.endive`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeVersion(String);

const VERSION_LENGTH: std::ops::RangeInclusive<usize> = 10..=40;

impl StripeVersion {
    /// A date, perhaps with a release name. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, name) = text
            .split_once('.')
            .map_or((text, None), |(date, name)| (date, Some(name)));
        let is_date = date.len() == 10
            && date.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        let fits = VERSION_LENGTH.contains(&text.len()) && is_date && name.is_none_or(is_name);
        fits.then(|| Self(text.to_owned()))
    }

    /// The version as it goes into the `Stripe-Version` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which page of a list of Stripe's is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// How many at most; Stripe gives no more than 100.
    pub limit: u8,
    /// What follows upon the object with this id.
    pub after: Option<String>,
    /// Only what this payout took, where balance transactions are listed.
    pub payout: Option<String>,
}

/// Which events of an account are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// Those that happened at this second or later,
    pub since: DateTime<Utc>,
    /// and before this one.
    pub until: DateTime<Utc>,
    /// What follows upon the event with this id.
    pub after: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_is_a_version() {
        for good in ["2020-08-27", "2026-09-30.endive", crate::API_VERSION] {
            assert!(StripeVersion::parse(good).is_some(), "{good:?}");
        }
        for bad in [
            "",
            "2020-08",
            "2020-08-27.",
            "2020-08-27.X",
            "2020-08-27\r\nEvil: 1",
            "2020-08-27; beta=v1",
        ] {
            assert_eq!(StripeVersion::parse(bad), None, "{bad:?}");
        }
    }
}
