//! What happens to a user. Stored for ever: variants are added, never edited.

use std::ops::Not;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AppId, CardSaveId, CustomerId, FareId, Money, OperatorId, ParkingSessionId, PaymentMethodId, PurchaseId,
    Sealed, SeriesId, SourceId, StripeAccountId, StripeCallKey, VoucherId, purchase::SavedCredential,
};

/// How a user can be reached, closed under the user's own key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// From the JWT's `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Sealed>,
    /// From the JWT's `phone_number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
}

/// A credential as the client hands it in, to be kept on the platform's customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum NewCredential {
    /// A single-use token, which is a bearer credential and so stands sealed.
    Token(Sealed),
    /// A PaymentMethod made with the platform's publishable key.
    PaymentMethod(PaymentMethodId),
    /// A source made with the platform's publishable key, or a card already on the customer.
    Source(SourceId),
}

/// The history of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum UserEvent {
    /// First seen.
    Registered {
        /// Through this app.
        app: AppId,
        /// The JWT's `sub`.
        subject: Sealed,
        /// Whether this is a test user, who never pays and is nobody; without it, a rider.
        #[serde(default, skip_serializing_if = "Not::not")]
        is_test: bool,
        /// When.
        at: DateTime<Utc>,
    },
    /// The JWT named another contact than before.
    ContactChanged {
        /// The whole of it now.
        contact: Contact,
        /// When.
        at: DateTime<Utc>,
    },
    /// The app says the user was shown and accepted the latest terms.
    TermsAccepted {
        /// When.
        at: DateTime<Utc>,
    },
    /// The user's vehicle, whose plate is personal data.
    VehicleSet {
        /// Licence plate with country and subdivision.
        license_plate: Sealed,
        /// When.
        at: DateTime<Utc>,
    },
    /// A card is to be kept. Written before Stripe is asked.
    CardSaveStarted {
        /// Which attempt.
        save: CardSaveId,
        /// On this platform account.
        platform: StripeAccountId,
        /// The customer it goes to; absent when one is to be created.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<CustomerId>,
        /// What was handed in.
        credential: NewCredential,
        /// The key under which the customer is created, where there is none yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer_key: Option<StripeCallKey>,
        /// The key under which the card is put on the customer.
        key: StripeCallKey,
        /// When.
        at: DateTime<Utc>,
    },
    /// The user is to become a customer of the platform account. Written before Stripe is asked.
    CustomerRequested {
        /// Of this platform account.
        platform: StripeAccountId,
        /// The key under which the customer is created.
        key: StripeCallKey,
        /// When.
        at: DateTime<Utc>,
    },
    /// The user is a customer of the platform account now.
    CustomerCreated {
        /// Of this platform account.
        platform: StripeAccountId,
        /// The customer.
        customer: CustomerId,
        /// When we learned it.
        at: DateTime<Utc>,
    },
    /// The card is kept and is what the user pays with from now on.
    CardSaved {
        /// Which attempt.
        save: CardSaveId,
        /// The customer on the platform account.
        customer: CustomerId,
        /// The card as it is kept.
        credential: SavedCredential,
        /// When.
        at: DateTime<Utc>,
    },
    /// Stripe would not keep it.
    CardSaveRefused {
        /// Which attempt.
        save: CardSaveId,
        /// Stripe's error code.
        code: String,
        /// The issuer's reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decline_code: Option<String>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A purchase began; there is one at a time.
    PurchaseOpened {
        /// Which.
        purchase: PurchaseId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It ended, one way or another.
    PurchaseClosed {
        /// Which.
        purchase: PurchaseId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The user may buy a restricted fare.
    EntitlementGranted {
        /// Of this operator.
        operator: OperatorId,
        /// This fare.
        fare: FareId,
        /// Until then, if not for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<DateTime<Utc>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// No longer.
    EntitlementWithdrawn {
        /// Of this operator.
        operator: OperatorId,
        /// This fare.
        fare: FareId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The user redeemed a voucher, used up in the same commit; what it unlocked follows as entitlements.
    VoucherRedeemed {
        /// Which.
        voucher: VoucherId,
        /// Of this series.
        series: SeriesId,
        /// Its place among the vouchers of the series that this account redeemed, counted from 1.
        ordinal: u32,
        /// When.
        at: DateTime<Utc>,
    },
    /// The user linked an account of their own at the operator.
    OperatorAccountLinked {
        /// Which operator.
        operator: OperatorId,
        /// When.
        at: DateTime<Utc>,
    },
    /// No longer.
    OperatorAccountUnlinked {
        /// Which operator.
        operator: OperatorId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A stay was used but could not be paid.
    DebtRecorded {
        /// At this operator.
        operator: OperatorId,
        /// By this purchase.
        purchase: PurchaseId,
        /// How much.
        amount: Money,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was paid after all, or forgiven.
    DebtSettled {
        /// Of this purchase.
        purchase: PurchaseId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The user parks, or is allowed to drive in; no other stay begins before this one is over.
    StayBegun {
        /// Which.
        session: ParkingSessionId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The stay goes on no longer: it ended, or was given up.
    StayOver {
        /// Which.
        session: ParkingSessionId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The user's sealing key was destroyed.
    Erased {
        /// When.
        at: DateTime<Utc>,
    },
}
