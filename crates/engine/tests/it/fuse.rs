//! A process that dies at a chosen operation on the log or at Stripe, just before or just after it was carried out.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    ChargeId, CustomerId, DisputeId, OnboardingId, PaymentIntentId, PaymentMethodId, PurchaseId, RefundId,
    SourceId, StripeAccountId, StripeCallKey,
};
use event_log::{
    Append, AppendError, Appended, EventLog, Filter, IdempotencyRecord, Position, ReadError, Recorded,
    Snapshot, StreamId, Version,
};
use payments::{
    AccountFacts, AccountLink, BalanceFacts, CustomerFacts, DisputeFacts, EphemeralKey, EventPage, Gateway,
    ListPage, Listed, NewAccount, NewAccountLink, NewCharge, NewCustomer, NewPaymentIntent, NewRefund,
    Outcome, PaymentFacts, PaymentRef, PayoutFacts, Platform, RefundFacts, Secret, SingleUseToken,
    StripeEvent, StripeVersion,
};
use tokio::sync::{Notify, watch};

use crate::log_that_dies::Death;

/// Burns through at the operation after `left` others; from then on nothing of this process happens any more.
pub(crate) struct Fuse {
    left: AtomicI64,
    death: Death,
    burnt: Notify,
}

impl Fuse {
    pub(crate) fn new(left: i64, death: Death) -> Arc<Self> {
        Arc::new(Self {
            left: AtomicI64::new(left),
            death,
            burnt: Notify::new(),
        })
    }

    /// Runs as the process would: to its end, or until the process dies. Nothing where it died.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            () = self.burnt.notified() => None,
        }
    }

    async fn pass<T>(&self, operation: impl Future<Output = T>) -> T {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        if left > 0 {
            return operation.await;
        }
        if left == 0 {
            if self.death == Death::After {
                operation.await;
            }
            self.burnt.notify_one();
        }
        std::future::pending().await
    }
}

pub(crate) struct FusedLog(pub(crate) Arc<dyn EventLog>, pub(crate) Arc<Fuse>);

#[async_trait]
impl EventLog for FusedLog {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        self.1.pass(self.0.append(append)).await
    }

    async fn load(&self, stream: &StreamId, after: Version) -> Result<Vec<Recorded>, ReadError> {
        self.0.load(stream, after).await
    }

    async fn read(&self, after: Position, limit: usize, filter: &Filter) -> Result<Vec<Recorded>, ReadError> {
        self.0.read(after, limit, filter).await
    }

    async fn head(&self) -> Result<Position, ReadError> {
        self.0.head().await
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.0.watch()
    }

    async fn record(&self, scope: &str, key: &str) -> Result<Option<IdempotencyRecord>, ReadError> {
        self.0.record(scope, key).await
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, ReadError> {
        self.0.snapshot(stream).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), AppendError> {
        self.0.save_snapshot(snapshot).await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

pub(crate) struct FusedGateway(pub(crate) Arc<dyn Gateway>, pub(crate) Arc<Fuse>);

macro_rules! through_the_fuse {
    ($($name:ident($($given:ident: $kind:ty),+) -> $answer:ty;)+) => {
        #[async_trait]
        impl Gateway for FusedGateway {
            $(async fn $name(&self, $($given: $kind),+) -> Outcome<$answer> {
                self.1.pass(self.0.$name($($given),+)).await
            })+
        }
    };
}

through_the_fuse! {
    create_customer(platform: &Platform, key: &StripeCallKey, customer: &NewCustomer) -> CustomerFacts;
    add_source(
        platform: &Platform, key: &StripeCallKey, customer: &CustomerId, token: &SingleUseToken
    ) -> SourceId;
    attach_payment_method(
        platform: &Platform, key: &StripeCallKey, customer: &CustomerId, method: &PaymentMethodId
    ) -> PaymentMethodId;
    find_source(platform: &Platform, customer: &CustomerId, source: &SourceId) -> Option<SourceId>;
    find_payment_method(
        platform: &Platform, customer: &CustomerId, method: &PaymentMethodId
    ) -> Option<PaymentMethodId>;
    clone_payment_method(
        platform: &Platform, account: &StripeAccountId, key: &StripeCallKey, customer: &CustomerId,
        method: &PaymentMethodId
    ) -> PaymentMethodId;
    create_token(
        platform: &Platform, account: &StripeAccountId, key: &StripeCallKey, customer: &CustomerId,
        source: Option<&SourceId>
    ) -> SingleUseToken;
    create_payment_intent(
        platform: &Platform, account: &StripeAccountId, key: &StripeCallKey, payment: &NewPaymentIntent
    ) -> PaymentFacts;
    create_charge(
        platform: &Platform, account: &StripeAccountId, key: &StripeCallKey, charge: &NewCharge
    ) -> PaymentFacts;
    cancel_payment_intent(
        platform: &Platform, account: &StripeAccountId, key: &StripeCallKey, intent: &PaymentIntentId
    ) -> PaymentFacts;
    retrieve_payment_intent(
        platform: &Platform, account: &StripeAccountId, intent: &PaymentIntentId
    ) -> PaymentFacts;
    retrieve_charge(platform: &Platform, account: &StripeAccountId, charge: &ChargeId) -> PaymentFacts;
    find_payment(
        platform: &Platform, account: &StripeAccountId, purchase: &PurchaseId, since: DateTime<Utc>
    ) -> Option<PaymentFacts>;
    refund(
        platform: &Platform, account: &StripeAccountId, key: &StripeCallKey, refund: &NewRefund
    ) -> RefundFacts;
    find_refund(
        platform: &Platform, account: &StripeAccountId, payment: &PaymentRef, refund: &RefundId
    ) -> Option<RefundFacts>;
    list_refunds(
        platform: &Platform, account: &StripeAccountId, payment: &PaymentRef
    ) -> Vec<RefundFacts>;
    retrieve_dispute(platform: &Platform, account: &StripeAccountId, dispute: &DisputeId) -> DisputeFacts;
    list_events(
        platform: &Platform, account: Option<&StripeAccountId>, page: &EventPage
    ) -> Listed<StripeEvent>;
    create_account(platform: &Platform, key: &StripeCallKey, account: &NewAccount) -> AccountFacts;
    find_account(platform: &Platform, attempt: &OnboardingId, since: DateTime<Utc>) -> Option<AccountFacts>;
    exchange_code(platform: &Platform, code: &Secret) -> StripeAccountId;
    deauthorize(platform: &Platform, client: &str, account: &StripeAccountId) -> StripeAccountId;
    account_link(platform: &Platform, key: &StripeCallKey, link: &NewAccountLink) -> AccountLink;
    retrieve_account(platform: &Platform, account: &StripeAccountId) -> AccountFacts;
    ephemeral_key(platform: &Platform, customer: &CustomerId, version: &StripeVersion) -> EphemeralKey;
    list_balance(platform: &Platform, account: &StripeAccountId, page: &ListPage) -> Listed<BalanceFacts>;
    list_payouts(platform: &Platform, account: &StripeAccountId, page: &ListPage) -> Listed<PayoutFacts>;
}
