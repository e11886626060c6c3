//! What may be asked of a user, and why it may be refused.

use chrono::{DateTime, Utc};

use super::event::{Contact, NewCredential};
use crate::{
    AppId, CardSaveId, CustomerId, FareId, Money, OperatorId, ParkingSessionId, PurchaseId, Sealed, SeriesId,
    StripeAccountId, VoucherId, purchase::SavedCredential, series::SeriesTerms,
};

/// Requests and facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserCommand {
    /// Take in who the JWT says this is. Saying the same again records nothing.
    Identify {
        /// Through this app.
        app: AppId,
        /// The JWT's `sub`.
        subject: Sealed,
        /// Whether it is a test user's.
        is_test: bool,
        /// What the JWT says of contact; what it leaves out stays as it was.
        contact: Contact,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that the latest terms were accepted.
    AcceptTerms {
        /// Now.
        at: DateTime<Utc>,
    },
    /// Set the vehicle.
    SetVehicle {
        /// Licence plate with country and subdivision.
        license_plate: Sealed,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Begin to keep a card.
    StartCardSave {
        /// Which attempt.
        save: CardSaveId,
        /// On this platform account.
        platform: StripeAccountId,
        /// What was handed in.
        credential: NewCredential,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Begin to make the user a customer, without a card. Nothing to record where they are one, or becoming one.
    RequestCustomer {
        /// Which attempt.
        attempt: CardSaveId,
        /// Of this platform account.
        platform: StripeAccountId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Stripe made the user a customer.
    RecordCustomer {
        /// Of this platform account.
        platform: StripeAccountId,
        /// The customer.
        customer: CustomerId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Stripe keeps it.
    RecordCardSaved {
        /// Which attempt.
        save: CardSaveId,
        /// The customer.
        customer: CustomerId,
        /// The card as it is kept.
        credential: SavedCredential,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Stripe will not keep it.
    RecordCardSaveRefused {
        /// Which attempt.
        save: CardSaveId,
        /// Stripe's error code.
        code: String,
        /// The issuer's reason.
        decline_code: Option<String>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Begin a purchase, if no other is open.
    OpenPurchase {
        /// Which.
        purchase: PurchaseId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note its end.
    ClosePurchase {
        /// Which.
        purchase: PurchaseId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Allow a restricted fare.
    GrantEntitlement {
        /// Of this operator.
        operator: OperatorId,
        /// This fare.
        fare: FareId,
        /// Until then, if not for good.
        until: Option<DateTime<Utc>>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Allow it no longer.
    WithdrawEntitlement {
        /// Of this operator.
        operator: OperatorId,
        /// This fare.
        fare: FareId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take what a voucher unlocks. Whether the voucher is good is not asked here.
    RedeemVoucher {
        /// Which.
        voucher: VoucherId,
        /// Of this series.
        series: SeriesId,
        /// Of this operator.
        operator: OperatorId,
        /// Under these terms.
        terms: Box<SeriesTerms>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note the user's own account at an operator.
    LinkOperatorAccount {
        /// Which operator.
        operator: OperatorId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Forget it.
    UnlinkOperatorAccount {
        /// Which operator.
        operator: OperatorId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note what is owed.
    RecordDebt {
        /// To this operator.
        operator: OperatorId,
        /// By this purchase.
        purchase: PurchaseId,
        /// How much; positive.
        amount: Money,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that it is owed no more. For good: recording it again afterwards changes nothing.
    SettleDebt {
        /// Of this purchase.
        purchase: PurchaseId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Begin a stay, if no other goes on.
    BeginStay {
        /// Which.
        session: ParkingSessionId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that it is over.
    EndStay {
        /// Which.
        session: ParkingSessionId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that the sealing key is gone.
    Erase {
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserRejection {
    /// Nobody by that id.
    #[error("the user is not known")]
    NotRegistered,
    /// The user was erased.
    #[error("the user was erased")]
    Erased,
    /// The id belongs to another app's user, or to a test user where a rider is meant, and the reverse.
    #[error("the user belongs to another app")]
    AnotherApp,
    /// Test users have no card and are no customer of anybody (Coord's Users API, `stripe_info`).
    #[error("a test user has no card")]
    TestUser,
    /// A card is being saved; its outcome decides which customer there is.
    #[error("a card is being saved already")]
    CardSaveInProgress,
    /// The attempt's id is taken by another.
    #[error("another card has this id")]
    CardSaveDiffers,
    /// There is no such attempt.
    #[error("no such card is being saved")]
    CardSaveNotStarted,
    /// The user is another customer of that platform account already.
    #[error("another customer stands for this user")]
    CustomerDiffers,
    /// One purchase at a time.
    #[error("another purchase is in progress")]
    PurchaseInProgress {
        /// Which one.
        purchase: PurchaseId,
    },
    /// The account redeemed as many vouchers of the series as it may (ticketing API: `redemption_limits_exceeded`).
    #[error("the account has redeemed as many vouchers of the series as it may")]
    VoucherLimitReached,
    /// The account lacks the fare that the series requires (`redemption_ineligible`).
    #[error("the account is not among those that the voucher is for")]
    NotEligible,
    /// The account has everything already, for at least as long (`redemption_ineligible`).
    #[error("the account has all that the voucher unlocks")]
    NothingToUnlock,
    /// One stay at a time (Coord's Parking Access API: "at most one still active").
    #[error("another stay goes on")]
    StayInProgress {
        /// Which one.
        session: ParkingSessionId,
    },
    /// It went on once, and does not again.
    #[error("the stay is over")]
    StayOver,
    /// Another stay of the user has its number.
    #[error("another stay of the user has this number")]
    StayNumberTaken,
    /// Nothing is owed, or a debt of nothing was named.
    #[error("there is no such debt")]
    NoSuchDebt,
    /// The purchase left another debt than this.
    #[error("the purchase left another debt")]
    DebtDiffers,
}
