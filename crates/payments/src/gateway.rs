//! The few calls we need. One implementation talks to Stripe; others stand in for it in tests.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    ChargeId, CustomerId, DisputeId, OnboardingId, PaymentIntentId, PaymentMethodId, PurchaseId, RefundId,
    SourceId, StripeAccountId, StripeCallKey,
};

use crate::{
    AccountFacts, AccountLink, BalanceFacts, CustomerFacts, DisputeFacts, EphemeralKey, EventPage, ListPage,
    Listed, NewAccount, NewAccountLink, NewCharge, NewCustomer, NewPaymentIntent, NewRefund, Outcome,
    PaymentFacts, PaymentRef, PayoutFacts, Platform, RefundFacts, Secret, SingleUseToken, StripeEvent,
    StripeVersion,
};

/// Where Stripe serves OAuth.
pub(crate) const CONNECT: &str = "https://connect.stripe.com";

/// Stripe, as far as we use it. Every method sends each of its requests once and never panics.
///
/// `account` is the operator's connected account and goes out as `Stripe-Account`; methods without it act on the
/// platform account. Methods that change something take the key under which they may be repeated. Writing the key
/// down first is the caller's business.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Makes the customer that a rider's card is saved on. `POST /v1/customers`
    async fn create_customer(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &NewCustomer,
    ) -> Outcome<CustomerFacts>;

    /// Saves one more card on a customer. `POST /v1/customers/{id}/sources`
    async fn add_source(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &CustomerId,
        token: &SingleUseToken,
    ) -> Outcome<SourceId>;

    /// Saves a PaymentMethod on a customer, and returns the saved one: Stripe's test methods (`pm_card_visa`) turn
    /// into fresh ids. `POST /v1/payment_methods/{id}/attach`
    async fn attach_payment_method(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<PaymentMethodId>;

    /// Whether this card or source is this customer's. `GET /v1/customers/{id}/sources/{id}`
    async fn find_source(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        source: &SourceId,
    ) -> Outcome<Option<SourceId>>;

    /// Whether this PaymentMethod is this customer's. `GET /v1/customers/{id}/payment_methods/{id}`
    async fn find_payment_method(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<Option<PaymentMethodId>>;

    /// Copies a customer's PaymentMethod onto the operator's account. `POST /v1/payment_methods`
    async fn clone_payment_method(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<PaymentMethodId>;

    /// Makes a token of a customer's card (of its default one without `source`) that pays once, on the operator's
    /// account only. `POST /v1/tokens`
    async fn create_token(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        customer: &CustomerId,
        source: Option<&SourceId>,
    ) -> Outcome<SingleUseToken>;

    /// Charges a cloned PaymentMethod. `POST /v1/payment_intents` with `confirm` and `off_session`
    async fn create_payment_intent(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        payment: &NewPaymentIntent,
    ) -> Outcome<PaymentFacts>;

    /// Charges a token. `POST /v1/charges`
    async fn create_charge(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        charge: &NewCharge,
    ) -> Outcome<PaymentFacts>;

    /// Gives up a PaymentIntent that has not succeeded. `POST /v1/payment_intents/{id}/cancel`
    async fn cancel_payment_intent(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        payment_intent: &PaymentIntentId,
    ) -> Outcome<PaymentFacts>;

    /// Where a PaymentIntent stands. `GET /v1/payment_intents/{id}`
    async fn retrieve_payment_intent(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment_intent: &PaymentIntentId,
    ) -> Outcome<PaymentFacts>;

    /// Where a charge stands. `GET /v1/charges/{id}`
    async fn retrieve_charge(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        charge: &ChargeId,
    ) -> Outcome<PaymentFacts>;

    /// Finds what became of a purchase whose payment is unknown, by its metadata, among what was made since `since`
    /// (less some slack for clocks). Walks lists, because Stripe's search lags behind by a minute or more. Of several
    /// payments the one that took the money wins. `Done(None)` says that every candidate was read and none is ours.
    /// `GET /v1/payment_intents`, `GET /v1/charges`
    async fn find_payment(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        purchase: &PurchaseId,
        since: DateTime<Utc>,
    ) -> Outcome<Option<PaymentFacts>>;

    /// Gives money back. `POST /v1/refunds`
    async fn refund(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        refund: &NewRefund,
    ) -> Outcome<RefundFacts>;

    /// Finds a refund of a payment by the name we gave it. `GET /v1/refunds`
    async fn find_refund(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment: &PaymentRef,
        refund: &RefundId,
    ) -> Outcome<Option<RefundFacts>>;

    /// Makes a connected account for an operator. `POST /v1/accounts`
    async fn create_account(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        account: &NewAccount,
    ) -> Outcome<AccountFacts>;

    /// Finds the account that an attempt made, by its metadata, among those made since `since` (less some slack for
    /// clocks). `Done(None)` says that every candidate was read and none is ours. `GET /v1/accounts`
    async fn find_account(
        &self,
        platform: &Platform,
        attempt: &OnboardingId,
        since: DateTime<Utc>,
    ) -> Outcome<Option<AccountFacts>>;

    /// The base of Stripe's consent page, at which operators let a platform act for an account they have.
    fn consent_host(&self) -> String {
        CONNECT.to_owned()
    }

    /// Turns what came back from the consent page into the account that was linked. A code is good once, and a code
    /// that is lost on the way is asked for again at the page. `POST /oauth/token`
    async fn exchange_code(&self, platform: &Platform, code: &Secret) -> Outcome<StripeAccountId>;

    /// Gives up a platform's permission to act for an account. `POST /oauth/deauthorize`
    async fn deauthorize(
        &self,
        platform: &Platform,
        client_id: &str,
        account: &StripeAccountId,
    ) -> Outcome<StripeAccountId>;

    /// Makes a link to Stripe's hosted onboarding. It works once and for minutes, so each needs a key of its own.
    /// `POST /v1/account_links`
    async fn account_link(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        link: &NewAccountLink,
    ) -> Outcome<AccountLink>;

    /// Whether a connected account can take charges, and what Stripe still wants. `GET /v1/accounts/{id}`
    async fn retrieve_account(&self, platform: &Platform, account: &StripeAccountId)
    -> Outcome<AccountFacts>;

    /// Makes a short-lived key with which Stripe's mobile libraries edit one customer, in the version that the library
    /// asks for, and hands the answer on unread. It has no idempotency key: a key made twice expires twice.
    /// `POST /v1/ephemeral_keys`
    async fn ephemeral_key(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        version: &StripeVersion,
    ) -> Outcome<EphemeralKey>;

    /// Every refund of a payment, ours and those that others made, the newest first. `GET /v1/refunds`
    async fn list_refunds(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment: &PaymentRef,
    ) -> Outcome<Vec<RefundFacts>>;

    /// Where a dispute stands. `GET /v1/disputes/{id}`
    async fn retrieve_dispute(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        dispute: &DisputeId,
    ) -> Outcome<DisputeFacts>;

    /// A page of what happened on a connected account, or on the platform's own, the newest first. Stripe keeps it for
    /// thirty days. `GET /v1/events`
    async fn list_events(
        &self,
        platform: &Platform,
        account: Option<&StripeAccountId>,
        page: &EventPage,
    ) -> Outcome<Listed<StripeEvent>>;

    /// What moved the balance of an operator's account, the newest first. `GET /v1/balance_transactions`
    async fn list_balance(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        page: &ListPage,
    ) -> Outcome<Listed<BalanceFacts>>;

    /// What went from an operator's account to its bank, the newest first. `GET /v1/payouts`
    async fn list_payouts(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        page: &ListPage,
    ) -> Outcome<Listed<PayoutFacts>>;
}
