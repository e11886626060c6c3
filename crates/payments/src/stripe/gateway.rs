//! The gateway's calls, each handed to the file of its noun.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    ChargeId, CustomerId, DisputeId, OnboardingId, PaymentIntentId, PaymentMethodId, PurchaseId, RefundId,
    SourceId, StripeAccountId, StripeCallKey,
};

use super::client::Stripe;
use crate::{
    AccountFacts, AccountLink, BalanceFacts, CustomerFacts, DisputeFacts, EphemeralKey, EventPage, Gateway,
    ListPage, Listed, NewAccount, NewAccountLink, NewCharge, NewCustomer, NewPaymentIntent, NewRefund,
    Outcome, PaymentFacts, PaymentRef, PayoutFacts, Platform, RefundFacts, Secret, SingleUseToken,
    StripeEvent, StripeVersion,
};

#[async_trait]
impl Gateway for Stripe {
    async fn create_customer(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &NewCustomer,
    ) -> Outcome<CustomerFacts> {
        self.make_customer(platform, key, customer).await
    }

    async fn add_source(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &CustomerId,
        token: &SingleUseToken,
    ) -> Outcome<SourceId> {
        self.save_source(platform, key, customer, token).await
    }

    async fn attach_payment_method(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<PaymentMethodId> {
        self.save_payment_method(platform, key, customer, payment_method)
            .await
    }

    async fn find_source(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        source: &SourceId,
    ) -> Outcome<Option<SourceId>> {
        self.look_for_source(platform, customer, source).await
    }

    async fn find_payment_method(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<Option<PaymentMethodId>> {
        self.look_for_payment_method(platform, customer, payment_method)
            .await
    }

    async fn clone_payment_method(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<PaymentMethodId> {
        self.make_clone(platform, account, key, customer, payment_method)
            .await
    }

    async fn create_token(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        customer: &CustomerId,
        source: Option<&SourceId>,
    ) -> Outcome<SingleUseToken> {
        self.make_token(platform, account, key, customer, source).await
    }

    async fn create_payment_intent(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        payment: &NewPaymentIntent,
    ) -> Outcome<PaymentFacts> {
        self.pay_with_method(platform, account, key, payment).await
    }

    async fn create_charge(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        charge: &NewCharge,
    ) -> Outcome<PaymentFacts> {
        self.pay_with_token(platform, account, key, charge).await
    }

    async fn cancel_payment_intent(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        payment_intent: &PaymentIntentId,
    ) -> Outcome<PaymentFacts> {
        self.give_up_payment_intent(platform, account, key, payment_intent)
            .await
    }

    async fn retrieve_payment_intent(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment_intent: &PaymentIntentId,
    ) -> Outcome<PaymentFacts> {
        self.read_payment_intent(platform, account, payment_intent).await
    }

    async fn retrieve_charge(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        charge: &ChargeId,
    ) -> Outcome<PaymentFacts> {
        self.read_charge(platform, account, charge).await
    }

    async fn find_payment(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        purchase: &PurchaseId,
        since: DateTime<Utc>,
    ) -> Outcome<Option<PaymentFacts>> {
        self.look_for_payment(platform, account, purchase, since).await
    }

    async fn refund(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        refund: &NewRefund,
    ) -> Outcome<RefundFacts> {
        self.give_back(platform, account, key, refund).await
    }

    async fn find_refund(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment: &PaymentRef,
        refund: &RefundId,
    ) -> Outcome<Option<RefundFacts>> {
        self.look_for_refund(platform, account, payment, refund).await
    }

    async fn list_refunds(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment: &PaymentRef,
    ) -> Outcome<Vec<RefundFacts>> {
        self.read_refunds(platform, account, payment).await
    }

    async fn retrieve_dispute(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        dispute: &DisputeId,
    ) -> Outcome<DisputeFacts> {
        self.read_dispute(platform, account, dispute).await
    }

    async fn list_events(
        &self,
        platform: &Platform,
        account: Option<&StripeAccountId>,
        page: &EventPage,
    ) -> Outcome<Listed<StripeEvent>> {
        self.read_events(platform, account, page).await
    }

    async fn create_account(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        account: &NewAccount,
    ) -> Outcome<AccountFacts> {
        self.make_account(platform, key, account).await
    }

    async fn find_account(
        &self,
        platform: &Platform,
        attempt: &OnboardingId,
        since: DateTime<Utc>,
    ) -> Outcome<Option<AccountFacts>> {
        self.look_for_account(platform, attempt, since).await
    }

    fn consent_host(&self) -> String {
        self.transport.connect().to_owned()
    }

    async fn exchange_code(&self, platform: &Platform, code: &Secret) -> Outcome<StripeAccountId> {
        self.take_code(platform, code).await
    }

    async fn deauthorize(
        &self,
        platform: &Platform,
        client_id: &str,
        account: &StripeAccountId,
    ) -> Outcome<StripeAccountId> {
        self.give_up_account(platform, client_id, account).await
    }

    async fn account_link(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        link: &NewAccountLink,
    ) -> Outcome<AccountLink> {
        self.make_account_link(platform, key, link).await
    }

    async fn retrieve_account(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
    ) -> Outcome<AccountFacts> {
        self.read_account(platform, account).await
    }

    async fn ephemeral_key(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        version: &StripeVersion,
    ) -> Outcome<EphemeralKey> {
        self.make_ephemeral_key(platform, customer, version).await
    }

    async fn list_balance(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        page: &ListPage,
    ) -> Outcome<Listed<BalanceFacts>> {
        self.read_balance(platform, account, page).await
    }

    async fn list_payouts(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        page: &ListPage,
    ) -> Outcome<Listed<PayoutFacts>> {
        self.read_payouts(platform, account, page).await
    }
}
