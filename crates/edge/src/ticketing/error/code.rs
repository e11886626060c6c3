//! Every published error code.

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $name:literal,)+) => {
        /// A published error code, in the order of the published table ("Error Codes").
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)+
        }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// As it is written in an answer.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)+ }
            }
        }
    };
}

codes! {
    /// The account has changed since the passes were last listed.
    AccountStateOutOfSync = "account_state_out_of_sync",
    /// A second pass is bought while one is active on the device.
    ActivatedPassAlreadyOnDevice = "activated_pass_already_on_device",
    /// Riding is free today.
    AgencyFreeFareDay = "agency_free_fare_day",
    /// Internal; to be retried.
    AppengineUnexpectedError = "appengine_unexpected_error",
    /// The card has expired.
    CardDeclinedExpired = "card_declined_expired",
    /// The card was declined for a reason that nobody told us, or that we must not tell.
    CardDeclinedGeneric = "card_declined_generic",
    /// The card has too little money.
    CardDeclinedInsufficientFunds = "card_declined_insufficient_funds",
    /// Declined as suspicious; the rider is told what [`ErrorCode::CardDeclinedGeneric`] says.
    CardDeclinedRadar = "card_declined_radar",
    /// The card could not be processed just now.
    CardDeclinedRetryable = "card_declined_retryable",
    /// Reported as stolen; the rider is told what [`ErrorCode::CardDeclinedGeneric`] says.
    CardDeclinedStolen = "card_declined_stolen",
    /// The card is not for purchases like this.
    CardIneligible = "card_ineligible",
    /// Internal; not to be retried.
    DatastoreFailure = "datastore_failure",
    /// Internal; to be retried.
    DatastoreRetryableFailure = "datastore_retryable_failure",
    /// Another purchase of the account is under way. Spelled as published.
    ExistingPurchaseInProgress = "existing_purchase_in_progess",
    /// The fare is not sold to this user on this platform.
    FaresCannotBePurchased = "fares_cannot_be_purchased",
    /// The agency has published new fares.
    FaresOutOfDate = "fares_out_of_date",
    /// The idempotency key belongs to a request with other parameters.
    IdempotencyKeyInUse = "idempotency_key_in_use",
    /// Internal; not to be retried.
    InternalChecksFailed = "internal_checks_failed",
    /// The e-mail address is none.
    InvalidEmailAddress = "invalid_email_address",
    /// The collection of fares is not allowed.
    InvalidCart = "invalid_cart",
    /// The id is of another kind than the endpoint wants.
    InvalidId = "invalid_id",
    /// The user has to be authenticated.
    LoginRequired = "login_required",
    /// An incomplete order was retried too late.
    OrderExpired = "order_expired",
    /// The pass is in use on another device.
    PassActiveOnAnotherDevice = "pass_active_on_another_device",
    /// The pass may not be activated now.
    PassCannotBeActivatedAtThisTime = "pass_cannot_be_activated_at_this_time",
    /// The pass has expired.
    PassExpired = "pass_expired",
    /// The pass was invalidated.
    PassInvalid = "pass_invalid",
    /// The pass was refunded.
    PassRefunded = "pass_refunded",
    /// The header `Token-Transit-Passes-State` is missing or not ours.
    PassesStateHeaderInvalidOrMissing = "passes_state_header_invalid_or_missing",
    /// The pass was given away.
    PassTransferred = "pass_transferred",
    /// The pass is being given away.
    PassTransferInProgress = "pass_transfer_in_progress",
    /// The pass comes from the account that would take it.
    PassTransferIntoSourceAccount = "pass_transfer_into_source_account",
    /// The pass is not activated.
    PassUnactivated = "pass_unactivated",
    /// There is nothing to pay with.
    PaymentMethodNotFound = "payment_method_not_found",
    /// The account has redeemed this already.
    RedemptionAlreadyUsed = "redemption_already_used",
    /// The redemption does not exist or has expired.
    RedemptionInvalid = "redemption_invalid",
    /// The account may not redeem this.
    RedemptionIneligible = "redemption_ineligible",
    /// The account has redeemed too many of these.
    RedemptionLimitsExceeded = "redemption_limits_exceeded",
    /// Another account has redeemed this.
    RedemptionUsedByAnotherAccount = "redemption_used_by_another_account",
    /// The fare is sold to authorized riders only.
    RestrictedPurchase = "restricted_purchase",
    /// An id in the URL names nothing.
    ResourceNotFound = "resource_not_found",
    /// Internal, and serious.
    SeriousInternalError = "serious_internal_error",
    /// Too many passes in one order.
    SingleOrderPassLimitExceeded = "single_order_pass_limit_exceeded",
    /// The cart was priced too long ago.
    StaleCart = "stale_cart",
    /// The order was changed under the same idempotency key.
    StripeIdempotencyError = "stripe_idempotency_error",
    /// The same request is still being processed.
    StripeIdempotencyKeyInUse = "stripe_idempotency_key_in_use",
    /// Stripe did not accept a parameter.
    StripeInvalidRequest = "stripe_invalid_request",
    /// A temporary error at Stripe.
    StripeRetryableError = "stripe_retryable_error",
    /// An unknown error at Stripe.
    StripeUnknownError = "stripe_unknown_error",
    /// Internal; not to be retried.
    Unknown = "unknown",
    /// Internal; to be retried.
    UrlError = "url_error",
}

impl ErrorCode {
    /// The code that the client sees. A card declined for fraud or theft looks exactly like any other declined one:
    /// who tries stolen cards must not learn which of them are known.
    #[must_use]
    pub const fn shown(self) -> Self {
        match self {
            Self::CardDeclinedRadar | Self::CardDeclinedStolen => Self::CardDeclinedGeneric,
            other => other,
        }
    }
}
