//! What the engine refuses, as the ticketing API says it. No match has a wildcard: a new refusal does not compile until
//! somebody gives it a code.

use domain::{
    cart::CartRejection,
    operator::NotTransactable,
    purchase::{Decline, Stage, VoidReason},
    wallet::WalletRejection,
};
use engine::{
    ActivateProblem, BuyProblem, CancelProblem, CardProblem, CartProblem, Failure, NoQuote, RedeemProblem,
    RefundProblem, RefundRefusal, SendProblem, SendRefusal, ShowProblem, UnlockRefusal,
};
use vault::VaultError;

use super::{ErrorCode, TicketingError, transfer_faults::to_sender};

impl From<Failure> for TicketingError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Overloaded | Failure::Contended => {
                Self::new(ErrorCode::AppengineUnexpectedError).after(1)
            }
            Failure::Unavailable(reason) => {
                tracing::warn!(reason, "the log is unavailable");
                Self::new(ErrorCode::DatastoreRetryableFailure).after(1)
            }
            Failure::Vault(reason) => {
                tracing::error!(reason, "the vault failed");
                Self::new(ErrorCode::DatastoreRetryableFailure).after(1)
            }
            Failure::Store(reason) => {
                tracing::error!(reason, "the log's store refuses");
                Self::new(ErrorCode::DatastoreFailure)
            }
            Failure::Corrupt(reason) => {
                tracing::error!(reason, "stored data cannot be used");
                Self::new(ErrorCode::InternalChecksFailed)
            }
            // An erased rider is nobody any more.
            Failure::Erased => Self::new(ErrorCode::LoginRequired),
        }
    }
}

impl From<VaultError> for TicketingError {
    fn from(error: VaultError) -> Self {
        Failure::from(error).into()
    }
}

impl From<BuyProblem> for TicketingError {
    fn from(problem: BuyProblem) -> Self {
        match problem {
            BuyProblem::KeyReused => Self::new(ErrorCode::IdempotencyKeyInUse),
            BuyProblem::NoQuote(reason) => reason.into(),
            BuyProblem::OutOfSync => Self::new(ErrorCode::AccountStateOutOfSync),
            BuyProblem::PurchaseInProgress => Self::new(ErrorCode::ExistingPurchaseInProgress),
            BuyProblem::NotOnePass => Self::new(ErrorCode::InvalidId).param("fare_id"),
            BuyProblem::ActiveOnDevice => Self::new(ErrorCode::ActivatedPassAlreadyOnDevice),
            BuyProblem::NotActivatable(rejection) => rejection.into(),
            BuyProblem::NoCard => Self::new(ErrorCode::PaymentMethodNotFound).param("stripe_token"),
            BuyProblem::NotTokenizable => Self::new(ErrorCode::CardIneligible).param("stripe_token"),
            BuyProblem::Card(problem) => problem.into(),
            BuyProblem::DeclinedForNow => Self::new(ErrorCode::CardDeclinedRetryable),
            BuyProblem::InUse => Self::new(ErrorCode::StripeIdempotencyKeyInUse),
            BuyProblem::ForReview => Self::new(ErrorCode::SeriousInternalError),
            BuyProblem::Pending => Self::new(ErrorCode::StripeRetryableError),
            BuyProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<NoQuote> for TicketingError {
    fn from(reason: NoQuote) -> Self {
        match reason {
            NoQuote::NoSuchOperator => Self::new(ErrorCode::ResourceNotFound).param("a"),
            NoQuote::NoSuchFare => Self::new(ErrorCode::ResourceNotFound).param("fare_id"),
            NoQuote::FareFree => Self::new(ErrorCode::AgencyFreeFareDay),
            NoQuote::NotTransactable(
                NotTransactable::Suspended
                | NotTransactable::NotLinked
                | NotTransactable::NoAccount
                | NotTransactable::Deauthorized
                | NotTransactable::ChargesDisabled,
            ) => Self::new(ErrorCode::FaresCannotBePurchased),
            NoQuote::FaresOutOfDate => Self::new(ErrorCode::FaresOutOfDate),
            NoQuote::StaleCart => Self::new(ErrorCode::StaleCart),
            NoQuote::Refused(rejection) => rejection.into(),
        }
    }
}

impl From<CartRejection> for TicketingError {
    fn from(rejection: CartRejection) -> Self {
        match rejection {
            CartRejection::NoSuchFare { .. } => Self::new(ErrorCode::ResourceNotFound).param("fare_id"),
            CartRejection::OutOfDate { .. } => Self::new(ErrorCode::FaresOutOfDate),
            CartRejection::OrderLimit { .. } => Self::new(ErrorCode::SingleOrderPassLimitExceeded),
            CartRejection::LoginRequired { .. } => Self::new(ErrorCode::LoginRequired),
            CartRejection::Restricted { .. } => Self::new(ErrorCode::RestrictedPurchase),
            CartRejection::Empty | CartRejection::FareLimit { .. } | CartRejection::DoesNotAddUp => {
                Self::new(ErrorCode::InvalidCart)
            }
        }
    }
}

impl From<CartProblem> for TicketingError {
    fn from(problem: CartProblem) -> Self {
        match problem {
            CartProblem::NoSuchOperator => Self::new(ErrorCode::ResourceNotFound).param("a"),
            CartProblem::NotSoldHere => Self::new(ErrorCode::FaresCannotBePurchased),
            CartProblem::Change { rejection, .. } | CartProblem::Refused(rejection) => rejection.into(),
            CartProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<CardProblem> for TicketingError {
    fn from(problem: CardProblem) -> Self {
        let passes = problem.is_passing();
        match problem {
            CardProblem::NoPlatform => Self::new(ErrorCode::FaresCannotBePurchased),
            // The ticketing API lets no test user in.
            CardProblem::TestUser => Self::new(ErrorCode::InternalChecksFailed),
            CardProblem::Busy => Self::new(ErrorCode::StripeIdempotencyKeyInUse),
            CardProblem::Declined { .. } if passes => Self::new(ErrorCode::CardDeclinedRetryable),
            CardProblem::KeyReused => Self::new(ErrorCode::StripeIdempotencyError),
            CardProblem::Undocumented => Self::new(ErrorCode::StripeUnknownError),
            CardProblem::Declined { code, decline_code } => declined(&code, decline_code.as_deref()),
            CardProblem::Invalid { .. } => Self::new(ErrorCode::StripeInvalidRequest).param("stripe_token"),
            CardProblem::Pending => Self::new(ErrorCode::StripeRetryableError),
            CardProblem::Failure(failure) => failure.into(),
        }
    }
}

/// A purchase that came to rest without passes. Nothing for one that came to rest with them.
pub(super) fn ending(stage: &Stage) -> Option<TicketingError> {
    match stage {
        Stage::Completed { .. } => None,
        Stage::Declined {
            decline: Decline {
                code, decline_code, ..
            },
        } => Some(declined(code, decline_code.as_deref())),
        Stage::Voided {
            reason: VoidReason::RefusedByStripe,
        } => Some(TicketingError::new(ErrorCode::StripeInvalidRequest)),
        Stage::Voided {
            reason: VoidReason::KeyReused,
        } => Some(TicketingError::new(ErrorCode::StripeIdempotencyError)),
        Stage::Voided {
            reason: VoidReason::Undocumented,
        } => Some(TicketingError::new(ErrorCode::StripeUnknownError)),
        Stage::Voided {
            reason: VoidReason::ActionRequired,
        } => Some(TicketingError::new(ErrorCode::CardDeclinedGeneric)),
        Stage::Voided {
            reason: VoidReason::NeverCharged | VoidReason::HandOverExpired,
        } => Some(TicketingError::new(ErrorCode::OrderExpired)),
        Stage::Charged
        | Stage::Started
        | Stage::CredentialReady
        | Stage::ActionRequired { .. }
        | Stage::HandedOver { .. } => Some(TicketingError::new(ErrorCode::InternalChecksFailed)),
    }
}

/// Stripe's decline codes (<https://docs.stripe.com/declines/codes>) in the document's terms. Cards refused for fraud
/// or theft get codes of their own here, which are shown as a plain decline.
fn declined(code: &str, decline_code: Option<&str>) -> TicketingError {
    TicketingError::new(match (code, decline_code) {
        ("expired_card", _) | (_, Some("expired_card")) => ErrorCode::CardDeclinedExpired,
        (_, Some("insufficient_funds" | "withdrawal_count_limit_exceeded" | "card_velocity_exceeded")) => {
            ErrorCode::CardDeclinedInsufficientFunds
        }
        (_, Some("stolen_card" | "lost_card" | "pickup_card")) => ErrorCode::CardDeclinedStolen,
        (_, Some("fraudulent" | "merchant_blacklist" | "security_violation")) => ErrorCode::CardDeclinedRadar,
        (_, Some("card_not_supported" | "not_permitted" | "restricted_card" | "transaction_not_allowed")) => {
            ErrorCode::CardIneligible
        }
        _ => ErrorCode::CardDeclinedGeneric,
    })
}

impl From<ActivateProblem> for TicketingError {
    fn from(problem: ActivateProblem) -> Self {
        match problem {
            ActivateProblem::KeyReused => Self::new(ErrorCode::IdempotencyKeyInUse),
            ActivateProblem::Refused(rejection) => rejection.into(),
            ActivateProblem::FareFree => Self::new(ErrorCode::AgencyFreeFareDay),
            ActivateProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<ShowProblem> for TicketingError {
    fn from(problem: ShowProblem) -> Self {
        match problem {
            ShowProblem::KeyReused => Self::new(ErrorCode::IdempotencyKeyInUse),
            ShowProblem::Refused(rejection) => rejection.into(),
            ShowProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<WalletRejection> for TicketingError {
    fn from(rejection: WalletRejection) -> Self {
        let message = rejection.to_string();
        Self::new(match rejection {
            WalletRejection::OutOfSync => ErrorCode::AccountStateOutOfSync,
            WalletRejection::NoSuchPass => ErrorCode::ResourceNotFound,
            WalletRejection::NotAPass => ErrorCode::InvalidId,
            WalletRejection::Transferred => ErrorCode::PassTransferred,
            WalletRejection::TransferInProgress => ErrorCode::PassTransferInProgress,
            WalletRejection::Refunded => ErrorCode::PassRefunded,
            WalletRejection::Invalidated
            | WalletRejection::Suspended
            | WalletRejection::Capped
            | WalletRejection::Replaced => ErrorCode::PassInvalid,
            WalletRejection::Expired => ErrorCode::PassExpired,
            WalletRejection::OutsideUsableTimes => ErrorCode::PassCannotBeActivatedAtThisTime,
            WalletRejection::ActiveOnAnotherDevice => ErrorCode::PassActiveOnAnotherDevice,
            WalletRejection::NotActivated => ErrorCode::PassUnactivated,
            WalletRejection::Used | WalletRejection::PartOfABook | WalletRejection::NoItems => {
                return Self::bad_request(message).param("items");
            }
            WalletRejection::NotTransferable => return Self::forbidden(message).param("items"),
            WalletRejection::ItemDiffers
            | WalletRejection::NothingReserved
            | WalletRejection::ValidityOutOfRange
            | WalletRejection::OutOfRange
            | WalletRejection::NotReplaceable
            | WalletRejection::NotAsSold => ErrorCode::InternalChecksFailed,
        })
    }
}

impl From<RedeemProblem> for TicketingError {
    fn from(problem: RedeemProblem) -> Self {
        match problem {
            RedeemProblem::KeyReused => Self::new(ErrorCode::IdempotencyKeyInUse),
            RedeemProblem::Refused(rejection) => rejection.into(),
            RedeemProblem::Unlock(refusal) => Self::new(match refusal {
                UnlockRefusal::NotKnown | UnlockRefusal::Invalid => ErrorCode::RedemptionInvalid,
                UnlockRefusal::AlreadyUsed => ErrorCode::RedemptionAlreadyUsed,
                UnlockRefusal::UsedByAnotherAccount => ErrorCode::RedemptionUsedByAnotherAccount,
                UnlockRefusal::LimitReached => ErrorCode::RedemptionLimitsExceeded,
                UnlockRefusal::NotEligible | UnlockRefusal::NothingToUnlock => {
                    ErrorCode::RedemptionIneligible
                }
            }),
            RedeemProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<SendProblem> for TicketingError {
    fn from(problem: SendProblem) -> Self {
        match problem {
            SendProblem::KeyReused => Self::new(ErrorCode::IdempotencyKeyInUse),
            SendProblem::Refused(SendRefusal::Item(rejection)) => rejection.into(),
            SendProblem::Refused(SendRefusal::Transfer(rejection)) => rejection.into(),
            SendProblem::Refused(refused @ SendRefusal::NotRefundable) => {
                Self::bad_request(refused.to_string()).param("expiration_timestamp")
            }
            SendProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<CancelProblem> for TicketingError {
    fn from(problem: CancelProblem) -> Self {
        match problem {
            CancelProblem::KeyReused => Self::new(ErrorCode::IdempotencyKeyInUse),
            CancelProblem::Refused(rejection) => to_sender(rejection),
            CancelProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<RefundProblem> for TicketingError {
    fn from(problem: RefundProblem) -> Self {
        match problem {
            RefundProblem::KeyReused => Self::new(ErrorCode::IdempotencyKeyInUse),
            RefundProblem::Refused(RefundRefusal::Transfer(rejection)) => to_sender(rejection),
            RefundProblem::Refused(RefundRefusal::Item(rejection)) => rejection.into(),
            RefundProblem::Refused(refused) => Self::forbidden(refused.to_string()),
            RefundProblem::Pending => Self::new(ErrorCode::StripeRetryableError),
            RefundProblem::Failure(failure) => failure.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_was_given_up_has_expired() {
        for reason in [VoidReason::NeverCharged, VoidReason::HandOverExpired] {
            let told = ending(&Stage::Voided { reason }).unwrap();
            assert_eq!(told.code(), Some(ErrorCode::OrderExpired));
            assert!(!told.is_retryable());
        }
    }
}
