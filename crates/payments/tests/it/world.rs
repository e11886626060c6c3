//! Ids, amounts and clients that the tests share.

use std::time::Duration;

use domain::{
    AppId, ChargeId, Currency, CustomerId, Money, PaymentIntentId, PaymentMethodId, PurchaseId, SourceId,
    StripeAccountId, StripeCallKey, UserId,
};
use payments::{
    Metadata, NewCharge, NewPaymentIntent, Platform, Secret, SingleUseToken, Stripe, StripeConfig,
};

/// Long enough for any answer that comes at all.
pub(crate) const PATIENT: Duration = Duration::from_secs(20);

pub(crate) fn stripe(url: &str) -> Stripe {
    stripe_within(url, Duration::from_secs(5), PATIENT)
}

pub(crate) fn stripe_within(url: &str, connect_timeout: Duration, deadline: Duration) -> Stripe {
    Stripe::new(&StripeConfig {
        base_url: url.to_owned(),
        connect_timeout,
        deadline,
    })
    .unwrap()
}

pub(crate) fn platform() -> Platform {
    Platform {
        account: None,
        secret_key: Secret::new("sk_test_platform"),
    }
}

pub(crate) fn operator() -> StripeAccountId {
    StripeAccountId::parse("acct_operator").unwrap()
}

pub(crate) fn purchase() -> PurchaseId {
    PurchaseId::parse("pur_1").unwrap()
}

pub(crate) fn key(step: &str) -> StripeCallKey {
    StripeCallKey::derive("pur_1", step, 1)
}

pub(crate) fn customer() -> CustomerId {
    CustomerId::parse("cus_1").unwrap()
}

pub(crate) fn method(id: &str) -> PaymentMethodId {
    PaymentMethodId::parse(id).unwrap()
}

pub(crate) fn source(id: &str) -> SourceId {
    SourceId::parse(id).unwrap()
}

pub(crate) fn token(id: &str) -> SingleUseToken {
    SingleUseToken::parse(id).unwrap()
}

pub(crate) fn charge(id: &str) -> ChargeId {
    ChargeId::parse(id).unwrap()
}

pub(crate) fn intent(id: &str) -> PaymentIntentId {
    PaymentIntentId::parse(id).unwrap()
}

pub(crate) const fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

pub(crate) fn metadata_of(purchase: &PurchaseId) -> Metadata {
    let (app, user) = (AppId::parse("cityhop").unwrap(), UserId::parse("user_1").unwrap());
    Metadata::of_purchase(purchase, &app, &user)
}

pub(crate) fn payment(method: PaymentMethodId, fee: i64) -> NewPaymentIntent {
    NewPaymentIntent {
        amount: usd(250),
        application_fee: usd(fee),
        payment_method: method,
        metadata: metadata_of(&purchase()),
    }
}

pub(crate) fn token_charge(token: SingleUseToken, fee: i64) -> NewCharge {
    NewCharge {
        amount: usd(250),
        application_fee: usd(fee),
        token,
        metadata: metadata_of(&purchase()),
    }
}
