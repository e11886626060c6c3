//! Every identifier in one registry.
//!
//! All ids are short printable strings, so that an event reads the same in the log, in an API answer and in
//! Stripe's dashboard. Ids of our own start with a prefix that names the noun; Stripe's keep Stripe's prefixes.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest id we accept from anywhere, in bytes.
pub const MAX_ID_LENGTH: usize = 128;

/// Why a string is not an id of the wanted kind. It never repeats the string, which may come from outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}")]
pub struct InvalidId {
    /// The type that refused it.
    pub kind: &'static str,
}

fn is_id_text(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_ID_LENGTH
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

fn has_prefix(text: &str, prefixes: &[&str]) -> bool {
    prefixes.is_empty()
        || prefixes
            .iter()
            .any(|prefix| text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, [$($prefix:literal),*]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks length, characters and prefix.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if is_id_text(&text) && has_prefix(&text, &[$($prefix),*]) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId { kind: stringify!($name) })
                }
            }

            /// The id as it is stored and shown.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

macro_rules! minted_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        id!($(#[$doc])* $name, [$prefix]);

        impl $name {
            /// The id made from a UUID; version 7 keeps neighbours in time neighbours in the index.
            #[must_use]
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(format!(concat!($prefix, "{}"), uuid.simple()))
            }
        }
    };
}

id!(
    /// A demand-side app, chosen by whoever sets it up: `cityhop`.
    AppId, []
);
id!(
    /// An operator: an *agency* of the ticketing API, a *system* of Coord's. `bigbluebus`.
    OperatorId, []
);
id!(
    /// A fare, unique within its operator: `regular_single_ride`.
    FareId, []
);
id!(
    /// A parking location, unique within its operator.
    LocationId, []
);
id!(
    /// An operator's announcement, a service alert or a fare-free period, unique within its operator.
    NoticeId, []
);
id!(
    /// An app's API key, by a name that is not the key: revoking needs a handle that is no secret.
    ApiKeyId, []
);
id!(
    /// A rider's device, as the app's JWT claims it (`device_id`).
    DeviceId, []
);
minted_id!(
    /// An app's rider. Derived from the app and the JWT's `sub`, so that no look-up table ties the two.
    UserId, "user_"
);
minted_id!(
    /// One intent to pay one operator for a list of items.
    PurchaseId, "pur_"
);
minted_id!(
    /// One attempt to keep a rider's card.
    CardSaveId, "save_"
);
minted_id!(
    /// A refund as we name it before Stripe has heard of it.
    RefundId, "rfd_"
);
minted_id!(
    /// Passes moving from one wallet to another.
    TransferId, "trf_"
);
minted_id!(
    /// Vouchers that an operator issues under the same terms.
    SeriesId, "ser_"
);
minted_id!(
    /// What a code stands for that unlocks restricted fares.
    VoucherId, "vch_"
);
minted_id!(
    /// One attempt to bring an operator's account about, by hosted onboarding or by OAuth.
    OnboardingId, "onb_"
);
minted_id!(
    /// A link that one side has proposed to the other.
    LinkProposalId, "lnk_"
);
minted_id!(
    /// A key to the admin API, by a name that is not the key.
    AccessKeyId, "adk_"
);
minted_id!(
    /// One look at somebody's personal data.
    DisclosureId, "dsc_"
);
minted_id!(
    /// A stay at a parking location.
    ParkingSessionId, "prk_"
);
minted_id!(
    /// Where an app or an operator is sent webhooks.
    EndpointId, "hook_"
);
minted_id!(
    /// A test of a webhook endpoint.
    PingId, "ping_"
);
minted_id!(
    /// A wish that a webhook endpoint be sent something again.
    ReplayId, "rpl_"
);
minted_id!(
    /// A message of a webhook: its `webhook-id`, the same however often and to whomever it is sent.
    MessageId, "msg_"
);
minted_id!(
    /// One message on its way to one endpoint.
    DeliveryId, "dlv_"
);
id!(
    /// A pass, or one ride of a pass book.
    PassId, ["pass_"]
);
id!(
    /// A set of passes bought as one item.
    PassBookId, ["book_"]
);
id!(
    /// A Stripe account, platform or connected.
    StripeAccountId, ["acct_"]
);
id!(
    /// A customer on an app's platform account.
    CustomerId, ["cus_"]
);
id!(
    /// A PaymentMethod; it belongs to exactly one account.
    PaymentMethodId, ["pm_"]
);
id!(
    /// A card or source kept on a customer.
    SourceId, ["card_", "src_"]
);
id!(
    /// A PaymentIntent.
    PaymentIntentId, ["pi_"]
);
id!(
    /// A charge. Stripe also writes `py_` for payments that are not cards.
    ChargeId, ["ch_", "py_"]
);
id!(
    /// A refund, as Stripe names it.
    StripeRefundId, ["re_", "pyr_"]
);
id!(
    /// A dispute, as Stripe names it.
    DisputeId, ["dp_", "du_"]
);
id!(
    /// Something that happened at Stripe, as Stripe names it.
    StripeEventId, ["evt_"]
);
id!(
    /// What Stripe told us once: one event of one account. Derived from both, so that a repetition meets the first.
    NotificationId, []
);
id!(
    /// The `Idempotency-Key` of one Stripe call, derived from what it is for and never reused for anything else.
    StripeCallKey, []
);

impl PassId {
    /// The `ordinal`-th single pass of a purchase, counted from 1.
    #[must_use]
    pub fn bought(purchase: &PurchaseId, ordinal: u32) -> Self {
        Self(format!("pass_{}_{ordinal}", purchase.bare()))
    }

    /// The `ordinal`-th ride of a pass book, counted from 1.
    #[must_use]
    pub fn of_book(book: &PassBookId, ordinal: u32) -> Self {
        let bare = book.0.strip_prefix("book_").unwrap_or(&book.0);
        Self(format!("pass_{bare}.sub_pass_{ordinal}"))
    }

    /// What replaces passes once a fare cap is reached by activating this one, which happens to a pass once. None where
    /// the id would be too long to be read back.
    #[must_use]
    pub fn capping(reached_by: &Self) -> Option<Self> {
        Self::parse(format!("{reached_by}.fare_cap")).ok()
    }
}

impl PassBookId {
    /// The `ordinal`-th pass book of a purchase, counted from 1.
    #[must_use]
    pub fn bought(purchase: &PurchaseId, ordinal: u32) -> Self {
        Self(format!("book_{}_{ordinal}", purchase.bare()))
    }
}

impl PurchaseId {
    fn bare(&self) -> &str {
        self.0.strip_prefix("pur_").unwrap_or(&self.0)
    }

    /// The number of its receipt: short enough to be read out, and always the same.
    #[must_use]
    pub fn receipt_number(&self) -> String {
        receipt_number(&self.0)
    }
}

impl RefundId {
    /// The number of its receipt.
    #[must_use]
    pub fn receipt_number(&self) -> String {
        receipt_number(&self.0)
    }
}

/// Letters and digits of a receipt's number. Minted ids end in what is random about them.
const RECEIPT_NUMBER_LENGTH: usize = 10;

/// The end of an id in two groups: `4F2A9-C01D7`.
fn receipt_number(id: &str) -> String {
    let letters = id.chars().filter(char::is_ascii_alphanumeric).rev();
    let tail: Vec<char> = letters.take(RECEIPT_NUMBER_LENGTH).collect();
    let half = RECEIPT_NUMBER_LENGTH / 2;
    tail.into_iter()
        .rev()
        .enumerate()
        .fold(String::new(), |mut number, (place, letter)| {
            if place == half {
                number.push('-');
            }
            number.push(letter.to_ascii_uppercase());
            number
        })
}

impl NotificationId {
    /// The one for an event that happened on a connected account, or on a platform account itself.
    pub fn of(account: Option<&StripeAccountId>, event: &StripeEventId) -> Result<Self, InvalidId> {
        let account = account.map_or("platform", StripeAccountId::as_str);
        Self::parse(format!("{account}.{event}"))
    }
}

impl StripeCallKey {
    /// The key of one step of one thing we do, in its `generation`. A corrected request is a new generation;
    /// a retry is not.
    #[must_use]
    pub fn derive(subject: &str, step: &str, generation: u32) -> Self {
        Self(format!("{subject}-{step}-{generation}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_to_its_prefix_length_and_characters() {
        assert!(CustomerId::parse("cus_123").is_ok());
        for bad in ["", "cus_", "acct_123", "cus_1 2", "cus_1\n", "cus_é"] {
            assert_eq!(
                CustomerId::parse(bad),
                Err(InvalidId { kind: "CustomerId" }),
                "{bad:?}"
            );
        }
        assert!(AppId::parse("a".repeat(MAX_ID_LENGTH)).is_ok());
        assert!(AppId::parse("a".repeat(MAX_ID_LENGTH + 1)).is_err());
    }

    #[test]
    fn a_stored_id_is_checked_again_when_read() {
        assert!(serde_json::from_str::<ChargeId>("\"ch_1\"").is_ok());
        assert!(serde_json::from_str::<ChargeId>("\"pi_1\"").is_err());
    }

    #[test]
    fn items_of_a_purchase_have_derived_ids() {
        let purchase = PurchaseId::from_uuid(Uuid::from_u128(7));
        let book = PassBookId::bought(&purchase, 2);
        assert_eq!(
            PassId::bought(&purchase, 1).as_str(),
            "pass_00000000000000000000000000000007_1"
        );
        assert_eq!(
            PassId::of_book(&book, 3).as_str(),
            "pass_00000000000000000000000000000007_2.sub_pass_3"
        );
        let replacement = PassId::capping(&PassId::bought(&purchase, 1)).unwrap();
        assert_eq!(
            replacement.as_str(),
            "pass_00000000000000000000000000000007_1.fare_cap"
        );
        assert_eq!(
            PassId::capping(&PassId::parse(format!("pass_{}", "1".repeat(120))).unwrap()),
            None
        );
    }

    #[test]
    fn a_receipts_number_is_short_and_always_the_same() {
        let purchase = PurchaseId::from_uuid(Uuid::from_u128(0x4f2_a9c0_1d7e));
        assert_eq!(purchase.receipt_number(), "F2A9C-01D7E");
        assert_eq!(RefundId::parse("rfd_abc").unwrap().receipt_number(), "RFDAB-C");
    }
}
