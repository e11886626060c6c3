//! Status, type and retryability of each code. No match has a wildcard: a new code does not compile until someone
//! decides.

use http::StatusCode;

use super::ErrorCode;

/// The field `type`. The document does not list its values; these are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorType {
    /// The request itself is wrong.
    InvalidRequest,
    /// Nobody, or nobody known, asks.
    Authentication,
    /// Known, but not allowed.
    Permission,
    /// The card.
    Card,
    /// What the account holds does not allow it, or not any more.
    AccountState,
    /// The idempotency key.
    Idempotency,
    /// Too many requests.
    RateLimit,
    /// It is our fault, or our suppliers'.
    Api,
}

impl ErrorType {
    /// As it is written in an answer.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request_error",
            Self::Authentication => "authentication_error",
            Self::Permission => "permission_error",
            Self::Card => "card_error",
            Self::AccountState => "account_state_error",
            Self::Idempotency => "idempotency_error",
            Self::RateLimit => "rate_limit_error",
            Self::Api => "api_error",
        }
    }
}

impl ErrorCode {
    /// The status, by the published table ("Status Codes"). Where that leaves a choice:
    ///
    /// - **400**: the same request can never succeed. Also declined cards, as the table has no 402, and passes and
    ///   redemptions in a state that they do not leave again.
    /// - **403**: this user or platform may not, whatever it asks.
    /// - **408**: the payment processor's retryable errors. Repeating with the same key finds out what became of the
    ///   payment.
    /// - **412**: also for a missing `Token-Transit-Passes-State`, since what the client has to do is the same. The
    ///   428 that HTTP has for this means something else in the table.
    /// - **428**: the same request could succeed once the account, or the day, has changed.
    /// - **503**: our own retryable errors, always with `Retry-After`.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::CardDeclinedExpired
            | Self::CardDeclinedGeneric
            | Self::CardDeclinedInsufficientFunds
            | Self::CardDeclinedRadar
            | Self::CardDeclinedStolen
            | Self::CardIneligible
            | Self::FaresOutOfDate
            | Self::InvalidEmailAddress
            | Self::InvalidCart
            | Self::InvalidId
            | Self::OrderExpired
            | Self::PassExpired
            | Self::PassInvalid
            | Self::PassRefunded
            | Self::PassTransferred
            | Self::PassTransferIntoSourceAccount
            | Self::PaymentMethodNotFound
            | Self::RedemptionAlreadyUsed
            | Self::RedemptionInvalid
            | Self::SingleOrderPassLimitExceeded
            | Self::StaleCart
            | Self::StripeInvalidRequest => StatusCode::BAD_REQUEST,
            Self::LoginRequired => StatusCode::UNAUTHORIZED,
            Self::FaresCannotBePurchased
            | Self::RedemptionIneligible
            | Self::RedemptionUsedByAnotherAccount
            | Self::RestrictedPurchase => StatusCode::FORBIDDEN,
            Self::ResourceNotFound => StatusCode::NOT_FOUND,
            Self::CardDeclinedRetryable | Self::StripeIdempotencyKeyInUse | Self::StripeRetryableError => {
                StatusCode::REQUEST_TIMEOUT
            }
            Self::IdempotencyKeyInUse | Self::StripeIdempotencyError => StatusCode::CONFLICT,
            Self::AccountStateOutOfSync | Self::PassesStateHeaderInvalidOrMissing => {
                StatusCode::PRECONDITION_FAILED
            }
            Self::ActivatedPassAlreadyOnDevice
            | Self::AgencyFreeFareDay
            | Self::ExistingPurchaseInProgress
            | Self::PassActiveOnAnotherDevice
            | Self::PassCannotBeActivatedAtThisTime
            | Self::PassTransferInProgress
            | Self::PassUnactivated
            | Self::RedemptionLimitsExceeded => StatusCode::PRECONDITION_REQUIRED,
            Self::DatastoreFailure
            | Self::InternalChecksFailed
            | Self::SeriousInternalError
            | Self::StripeUnknownError
            | Self::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
            Self::AppengineUnexpectedError | Self::DatastoreRetryableFailure | Self::UrlError => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// What kind of error it is.
    #[must_use]
    pub const fn error_type(self) -> ErrorType {
        match self {
            Self::FaresOutOfDate
            | Self::InvalidEmailAddress
            | Self::InvalidCart
            | Self::InvalidId
            | Self::PaymentMethodNotFound
            | Self::RedemptionInvalid
            | Self::ResourceNotFound
            | Self::SingleOrderPassLimitExceeded
            | Self::StaleCart
            | Self::StripeInvalidRequest => ErrorType::InvalidRequest,
            Self::LoginRequired => ErrorType::Authentication,
            Self::FaresCannotBePurchased
            | Self::RedemptionIneligible
            | Self::RedemptionUsedByAnotherAccount
            | Self::RestrictedPurchase => ErrorType::Permission,
            Self::CardDeclinedExpired
            | Self::CardDeclinedGeneric
            | Self::CardDeclinedInsufficientFunds
            | Self::CardDeclinedRadar
            | Self::CardDeclinedRetryable
            | Self::CardDeclinedStolen
            | Self::CardIneligible => ErrorType::Card,
            Self::AccountStateOutOfSync
            | Self::ActivatedPassAlreadyOnDevice
            | Self::AgencyFreeFareDay
            | Self::ExistingPurchaseInProgress
            | Self::PassActiveOnAnotherDevice
            | Self::PassCannotBeActivatedAtThisTime
            | Self::PassExpired
            | Self::PassInvalid
            | Self::PassRefunded
            | Self::PassesStateHeaderInvalidOrMissing
            | Self::PassTransferred
            | Self::PassTransferInProgress
            | Self::PassTransferIntoSourceAccount
            | Self::PassUnactivated
            | Self::RedemptionAlreadyUsed
            | Self::RedemptionLimitsExceeded => ErrorType::AccountState,
            Self::IdempotencyKeyInUse
            | Self::OrderExpired
            | Self::StripeIdempotencyError
            | Self::StripeIdempotencyKeyInUse => ErrorType::Idempotency,
            Self::AppengineUnexpectedError
            | Self::DatastoreFailure
            | Self::DatastoreRetryableFailure
            | Self::InternalChecksFailed
            | Self::SeriousInternalError
            | Self::StripeRetryableError
            | Self::StripeUnknownError
            | Self::Unknown
            | Self::UrlError => ErrorType::Api,
        }
    }

    /// Whether the same request is to be sent again under the same idempotency key: the published column.
    #[must_use]
    pub const fn retryable(self) -> bool {
        matches!(
            self,
            Self::AppengineUnexpectedError
                | Self::CardDeclinedRetryable
                | Self::DatastoreRetryableFailure
                | Self::StripeIdempotencyKeyInUse
                | Self::StripeRetryableError
                | Self::UrlError
        )
    }
}
