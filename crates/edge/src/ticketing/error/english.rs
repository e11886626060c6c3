//! Messages in English, fit to be shown to a rider.

use super::ErrorCode;

pub(super) const fn message(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::AccountStateOutOfSync => "Your passes have changed. Please refresh them and try again.",
        ErrorCode::ActivatedPassAlreadyOnDevice => "You already have an active pass on this device.",
        ErrorCode::AgencyFreeFareDay => "Riding is free at this time. You do not need a pass.",
        ErrorCode::AppengineUnexpectedError | ErrorCode::DatastoreRetryableFailure | ErrorCode::UrlError => {
            "Something went wrong. Please try again."
        }
        ErrorCode::CardDeclinedExpired => "Your card has expired. Please use a different card.",
        ErrorCode::CardDeclinedGeneric | ErrorCode::CardDeclinedRadar | ErrorCode::CardDeclinedStolen => {
            "Your card was declined. Please use a different card or contact your bank."
        }
        ErrorCode::CardDeclinedInsufficientFunds => {
            "Your card has insufficient funds. Please use a different card."
        }
        ErrorCode::CardDeclinedRetryable => "Your card could not be processed right now. Please try again.",
        ErrorCode::CardIneligible => {
            "This card cannot be used for this purchase. Please use a different card."
        }
        ErrorCode::DatastoreFailure | ErrorCode::InternalChecksFailed => {
            "Something went wrong. Please refresh your passes before you try again."
        }
        ErrorCode::ExistingPurchaseInProgress => {
            "Another purchase is in progress. Please try again in 2 minutes."
        }
        ErrorCode::FaresCannotBePurchased => "This fare cannot be purchased here.",
        ErrorCode::FaresOutOfDate => "Fares have changed. Please refresh them and try again.",
        ErrorCode::IdempotencyKeyInUse => "This request was already made with different parameters.",
        ErrorCode::InvalidEmailAddress => "This e-mail address is not valid.",
        ErrorCode::InvalidCart => "This combination of fares is not available.",
        ErrorCode::InvalidId => "This is not the right kind of id for this request.",
        ErrorCode::LoginRequired => "Please log in to continue.",
        ErrorCode::OrderExpired => "This order has expired. Please start a new one.",
        ErrorCode::PassActiveOnAnotherDevice => "This pass is in use on another device.",
        ErrorCode::PassCannotBeActivatedAtThisTime => "This pass cannot be activated at this time.",
        ErrorCode::PassExpired => "This pass has expired.",
        ErrorCode::PassInvalid => "This pass is no longer valid.",
        ErrorCode::PassRefunded => "This pass has been refunded.",
        ErrorCode::PassesStateHeaderInvalidOrMissing => "Please refresh your passes and try again.",
        ErrorCode::PassTransferred => "This pass has been transferred to another account.",
        ErrorCode::PassTransferInProgress => "This pass is being transferred to another account.",
        ErrorCode::PassTransferIntoSourceAccount => "You cannot redeem passes that you sent yourself.",
        ErrorCode::PassUnactivated => "This pass has not been activated.",
        ErrorCode::PaymentMethodNotFound => "Please add a card before you make a purchase.",
        ErrorCode::RedemptionAlreadyUsed => "You have already redeemed this.",
        ErrorCode::RedemptionInvalid => "This redemption is not valid or has expired.",
        ErrorCode::RedemptionIneligible => "Your account is not eligible to redeem this.",
        ErrorCode::RedemptionLimitsExceeded => "You have reached the limit for redemptions of this kind.",
        ErrorCode::RedemptionUsedByAnotherAccount => "This has already been redeemed by another account.",
        ErrorCode::RestrictedPurchase => {
            "This pass is restricted. Riders must be authorized by the transit agency to purchase it."
        }
        ErrorCode::ResourceNotFound => "This could not be found.",
        ErrorCode::SeriousInternalError => "Something went wrong. Please contact support.",
        ErrorCode::SingleOrderPassLimitExceeded => {
            "There are too many passes in this order. Please remove some and try again."
        }
        ErrorCode::StaleCart => "Your cart is out of date. Please review it and try again.",
        ErrorCode::StripeIdempotencyError => {
            "This order was changed after it was sent. Please start a new one."
        }
        ErrorCode::StripeIdempotencyKeyInUse => {
            "Your purchase is being processed. Please try again in a few seconds."
        }
        ErrorCode::StripeInvalidRequest => "This payment method cannot be used. Please use a different one.",
        ErrorCode::StripeRetryableError => "The payment could not be processed right now. Please try again.",
        ErrorCode::StripeUnknownError => "The payment could not be processed.",
        ErrorCode::Unknown => "Something went wrong.",
    }
}
