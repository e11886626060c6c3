//! Passes on their way.

use schemars::JsonSchema;

use super::Fare;

/// A PassTransfer object.
#[derive(Debug, Clone, JsonSchema)]
pub struct PassTransfer {
    /// When it was made.
    #[schemars(extend("format" = "date-time"))]
    pub creation_timestamp: String,
    /// A unique id.
    pub id: String,
    /// What is in it.
    pub items: Vec<PassTransferItem>,
    /// While nobody has redeemed it.
    pub redemption: Option<TransferRedemption>,
    /// When it was refunded or cancelled.
    #[schemars(extend("format" = "date-time"))]
    pub refund_timestamp: Option<String>,
    /// What became of it.
    pub status: TransferStatus,
    /// When it was redeemed.
    #[schemars(extend("format" = "date-time"))]
    pub transfer_timestamp: Option<String>,
}

/// How to redeem a transfer.
#[derive(Debug, Clone, JsonSchema)]
pub struct TransferRedemption {
    /// When it is refunded by itself.
    #[schemars(extend("format" = "date-time"))]
    pub expiration_timestamp: Option<String>,
    /// To be sent to whoever shall have it.
    pub url: String,
}

/// What became of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum TransferStatus {
    /// Nobody has redeemed it yet.
    AwaitingTransfer,
    /// Somebody has.
    Transferred,
    /// All of it was given back.
    Refunded,
    /// Some of it was given back.
    PartiallyRefunded,
    /// It was never redeemed.
    Cancelled,
}

/// A PassTransferItem object.
#[derive(Debug, Clone, JsonSchema)]
pub struct PassTransferItem {
    /// What it is.
    pub fare: Fare,
    /// Which book.
    pub pass_book_id: Option<String>,
    /// Which pass.
    pub pass_id: Option<String>,
    /// When it was bought.
    #[schemars(extend("format" = "date-time"))]
    pub purchase_timestamp: Option<String>,
    /// When it was refunded.
    #[schemars(extend("format" = "date-time"))]
    pub refund_timestamp: Option<String>,
    /// A pass or a book.
    #[schemars(rename = "type")]
    pub kind: TransferItemType,
}

/// What is transferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum TransferItemType {
    /// A pass.
    Pass,
    /// A book.
    PassBook,
}

/// Every transfer that this account made.
#[derive(Debug, Clone, JsonSchema)]
pub struct PassTransferList {
    /// The newest last.
    pub pass_transfers: Vec<PassTransfer>,
}
