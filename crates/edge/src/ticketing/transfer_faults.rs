//! What is refused to whoever sent a transfer, and to whoever redeems it. The same refusals read differently: to its
//! sender a transfer that is over is no invalid link.

use domain::transfer::TransferRejection;

use super::{ErrorCode, TicketingError};

/// A refusal as the sender is told, who names the transfer by its id.
pub(super) fn to_sender(rejection: TransferRejection) -> TicketingError {
    match rejection {
        TransferRejection::NotKnown => TicketingError::new(ErrorCode::ResourceNotFound).param("id"),
        TransferRejection::Refunded => TicketingError::new(ErrorCode::PassRefunded),
        TransferRejection::Cancelled | TransferRejection::Expired => {
            TicketingError::bad_request(rejection.to_string()).param("id")
        }
        TransferRejection::TransferDiffers
        | TransferRejection::Invalid
        | TransferRejection::AlreadyUsed
        | TransferRejection::UsedByAnotherAccount
        | TransferRejection::IntoSourceAccount
        | TransferRejection::Ineligible
        | TransferRejection::LimitsExceeded
        | TransferRejection::Redeemed
        | TransferRejection::NotExpired
        | TransferRejection::RefundNotStarted
        | TransferRejection::RefundDiffers
        | TransferRejection::NoSuchItem
        | TransferRejection::ItemRefunded
        | TransferRejection::RefundUnderWay
        | TransferRejection::ItemRepeated
        | TransferRejection::NoItems
        | TransferRejection::ExpiryNotInFuture => rejection.into(),
    }
}

impl From<TransferRejection> for TicketingError {
    fn from(rejection: TransferRejection) -> Self {
        let message = rejection.to_string();
        match rejection {
            TransferRejection::NotKnown
            | TransferRejection::Invalid
            | TransferRejection::Cancelled
            | TransferRejection::Expired
            | TransferRejection::Refunded => Self::new(ErrorCode::RedemptionInvalid),
            TransferRejection::AlreadyUsed => Self::new(ErrorCode::RedemptionAlreadyUsed),
            TransferRejection::UsedByAnotherAccount => Self::new(ErrorCode::RedemptionUsedByAnotherAccount),
            TransferRejection::IntoSourceAccount => Self::new(ErrorCode::PassTransferIntoSourceAccount),
            TransferRejection::Ineligible => Self::new(ErrorCode::RedemptionIneligible),
            TransferRejection::LimitsExceeded => Self::new(ErrorCode::RedemptionLimitsExceeded),
            TransferRejection::Redeemed => Self::new(ErrorCode::PassTransferred),
            TransferRejection::RefundUnderWay => Self::new(ErrorCode::PassTransferInProgress),
            TransferRejection::ItemRefunded => Self::new(ErrorCode::PassRefunded),
            TransferRejection::NoSuchItem => Self::new(ErrorCode::ResourceNotFound).param("items"),
            TransferRejection::ItemRepeated | TransferRejection::NoItems => {
                Self::bad_request(message).param("items")
            }
            TransferRejection::ExpiryNotInFuture => Self::bad_request(message).param("expiration_timestamp"),
            TransferRejection::TransferDiffers
            | TransferRejection::NotExpired
            | TransferRejection::RefundNotStarted
            | TransferRejection::RefundDiffers => Self::new(ErrorCode::InternalChecksFailed),
        }
    }
}
