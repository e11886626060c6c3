//! The types of messages that can be subscribed to: a public contract of its own, apart from the events of the log.

use serde::{Deserialize, Serialize};

macro_rules! message_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// What a message is about. Receivers rely on these names: types are added, never renamed. What would change
        /// the meaning of one becomes another one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum MessageType {
            $($(#[$doc])* #[serde(rename = $name)] $variant),+
        }

        impl MessageType {
            /// Every type there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As it stands in a message's `type`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }
    };
}

message_types! {
    /// A test, sent to one endpoint because somebody asked for it. Every endpoint gets it.
    Ping = "ping",
    /// The operator that charges by itself is to charge a purchase.
    PurchaseChargeRequested = "purchase.charge_requested",
    /// The money was taken, if there was any to take, and the passes are in the rider's wallet.
    PurchaseCompleted = "purchase.completed",
    /// The card was refused; nothing was taken.
    PurchaseDeclined = "purchase.declined",
    /// The purchase was given up; nothing was taken.
    PurchaseVoided = "purchase.voided",
    /// Money is to go back to the rider.
    RefundCreated = "refund.created",
    /// It went back.
    RefundSucceeded = "refund.succeeded",
    /// It could not go back.
    RefundFailed = "refund.failed",
    /// A rider's bank wants the money of a purchase back.
    DisputeOpened = "dispute.opened",
    /// It is decided whose the money is.
    DisputeClosed = "dispute.closed",
    /// A pass or a pass book is in a rider's wallet.
    PassIssued = "pass.issued",
    /// A rider began to use a pass, or went on with it.
    PassActivated = "pass.activated",
    /// A pass or a pass book can no longer be used.
    PassVoided = "pass.voided",
    /// A pass or a pass book cannot be used until a dispute is decided.
    PassSuspended = "pass.suspended",
    /// It can be used again.
    PassReinstated = "pass.reinstated",
    /// Passes wait for whoever has the code.
    TransferCreated = "transfer.created",
    /// Somebody took them.
    TransferRedeemed = "transfer.redeemed",
    /// They were refunded.
    TransferRefunded = "transfer.refunded",
    /// A stay was used and could not be paid: its rider owes it.
    ParkingDebtRecorded = "parking.debt_recorded",
    /// It is owed no more.
    ParkingDebtSettled = "parking.debt_settled",
    /// What the operator's Stripe account can do is different, or it is another account.
    OperatorAccountUpdated = "operator.account.updated",
    /// The operator may sell nothing for now.
    OperatorSuspended = "operator.suspended",
    /// It may again.
    OperatorReinstated = "operator.reinstated",
    /// An app may sell the operator's passes.
    LinkCreated = "link.created",
    /// It may no longer.
    LinkEnded = "link.ended",
    /// What the engine takes of the sales of a link is to be different.
    LinkFeeChanged = "link.fee_changed",
    /// There is a new version of what an operator sells, or an older one is in force again.
    CatalogPublished = "catalog.published",
}
