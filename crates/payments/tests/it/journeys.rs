//! Whole journeys against the simulator: both routes, declines, replays, lost replies, refunds, onboarding.

use chrono::DateTime;
use domain::{RefundId, StripeAccountId, StripeCallKey};
use payments::{
    AccountKind, AccountLink, Gateway, LinkPurpose, Metadata, NewAccount, NewAccountLink, NewCharge,
    NewRefund, Outcome, PaymentRef, PaymentStatus, RefundStatus, RefusalKind, StripeVersion,
};
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    simulated::{Simulated, done, refused},
    world::{metadata_of, operator, purchase, token_charge, usd},
};

#[tokio::test]
async fn a_saved_payment_method_pays_an_operator_and_is_given_back_in_part() {
    let sim = Simulated::start().await;
    let (rider, saved) = sim.rider_with_method("save_1", "pm_card_visa").await;
    assert_ne!(saved.as_str(), "pm_card_visa");
    let clone = sim.clone_of("pur_1", &rider, &saved).await;
    let paid = done(sim.pay("pur_1", &clone).await);
    assert_eq!(
        (&paid.status, paid.amount, paid.fee),
        (&PaymentStatus::Succeeded, Some(usd(250)), Some(usd(25)))
    );
    assert_eq!(paid.metadata["purchase"], "pur_1");

    let name = RefundId::parse("rfd_1").unwrap();
    let of = PaymentRef::Charge(paid.charge.clone().unwrap());
    let refund = NewRefund {
        payment: of.clone(),
        amount: usd(100),
        refund_application_fee: true,
        metadata: Metadata::of_refund(&name, &purchase()),
    };
    let key = StripeCallKey::derive("rfd_1", "refund", 1);
    let refunded = done(sim.stripe.refund(&sim.platform, &operator(), &key, &refund).await);
    assert_eq!(
        (&refunded.status, refunded.amount),
        (&RefundStatus::Succeeded, Some(usd(100)))
    );
    let found = sim
        .stripe
        .find_refund(&sim.platform, &operator(), &of, &name)
        .await;
    assert_eq!(done(found).map(|found| found.id), Some(refunded.id));

    let intent = paid.payment_intent.unwrap();
    let seen = done(
        sim.stripe
            .retrieve_payment_intent(&sim.platform, &operator(), &intent)
            .await,
    );
    assert_eq!(seen.amount_refunded, Some(usd(100)));
}

#[tokio::test]
async fn a_saved_card_pays_an_operator_with_a_token_that_works_once() {
    let sim = Simulated::start().await;
    let rider = sim.rider_with_card("save_1", "tok_visa").await;
    let token = sim.token_of("pur_1", &rider).await;
    let key = StripeCallKey::derive("pur_1", "charge", 1);
    let charge = token_charge(token, 25);
    let paid = done(
        sim.stripe
            .create_charge(&sim.platform, &operator(), &key, &charge)
            .await,
    );
    assert_eq!(
        (&paid.status, paid.amount, paid.fee),
        (&PaymentStatus::Succeeded, Some(usd(250)), Some(usd(25)))
    );
    let seen = sim
        .stripe
        .retrieve_charge(&sim.platform, &operator(), paid.charge.as_ref().unwrap())
        .await;
    assert_eq!(done(seen).status, PaymentStatus::Succeeded);

    let second = StripeCallKey::derive("pur_2", "charge", 1);
    let spent = refused(
        sim.stripe
            .create_charge(&sim.platform, &operator(), &second, &charge)
            .await,
    );
    assert_eq!(spent.code.as_deref(), Some("token_already_used"));
}

#[tokio::test]
async fn a_saved_payment_method_is_nobody_elses() {
    let sim = Simulated::start().await;
    let (rider, saved) = sim.rider_with_method("save_1", "pm_card_visa").await;
    let (other, _) = sim.rider_with_method("save_2", "pm_card_visa").await;
    let (gateway, platform) = (&sim.stripe, &sim.platform);
    assert_eq!(
        done(gateway.find_payment_method(platform, &rider, &saved).await),
        Some(saved.clone())
    );
    assert_eq!(
        done(gateway.find_payment_method(platform, &other, &saved).await),
        None
    );
}

#[tokio::test]
async fn a_platforms_payment_method_means_nothing_on_the_operators_account() {
    let sim = Simulated::start().await;
    let (_, saved) = sim.rider_with_method("save_1", "pm_card_visa").await;
    assert_eq!(
        refused(sim.pay("pur_1", &saved).await).kind,
        RefusalKind::NotFound
    );
}

#[tokio::test]
async fn a_saved_source_is_found_on_its_customer_only() {
    let sim = Simulated::start().await;
    let rider = sim.rider_with_card("save_1", "tok_visa").await;
    let other = sim.rider_with_card("save_2", "tok_visa").await;
    let key = StripeCallKey::derive("save_3", "save", 1);
    let token = payments::SingleUseToken::parse("tok_mastercard").unwrap();
    let (gateway, platform) = (&sim.stripe, &sim.platform);
    let saved = done(gateway.add_source(platform, &key, &rider, &token).await);
    assert_eq!(
        done(gateway.find_source(platform, &rider, &saved).await),
        Some(saved.clone())
    );
    assert_eq!(done(gateway.find_source(platform, &other, &saved).await), None);
}

#[tokio::test]
async fn a_decline_says_why_and_is_the_same_when_asked_again() {
    let sim = Simulated::start().await;
    let (rider, saved) = sim
        .rider_with_method("save_1", "pm_card_visa_chargeCustomerFailLostCard")
        .await;
    let clone = sim.clone_of("pur_1", &rider, &saved).await;
    let first = refused(sim.pay("pur_1", &clone).await);
    assert_eq!(
        (first.kind, first.code.as_deref()),
        (RefusalKind::Card, Some("card_declined"))
    );
    assert_eq!(first.decline_code.as_deref(), Some("lost_card"));
    assert!(first.payment_intent.is_some());
    let again = refused(sim.pay("pur_1", &clone).await);
    assert!(again.replayed);
    assert_eq!(
        (again.decline_code, again.payment_intent),
        (first.decline_code, first.payment_intent)
    );
    assert_eq!(sim.control().executions("pur_1-charge-1"), 1);
}

#[tokio::test]
async fn a_rider_who_must_act_is_not_simply_declined() {
    let sim = Simulated::start().await;
    let (rider, saved) = sim
        .rider_with_method("save_1", "pm_card_authenticationRequired")
        .await;
    let clone = sim.clone_of("pur_1", &rider, &saved).await;
    assert!(refused(sim.pay("pur_1", &clone).await).needs_action());
}

#[tokio::test]
async fn a_declined_token_says_why() {
    let sim = Simulated::start().await;
    let rider = sim
        .rider_with_card("save_1", "tok_visa_chargeCustomerFailLostCard")
        .await;
    let token = sim.token_of("pur_1", &rider).await;
    let refusal = refused(sim.charge("pur_1", &token).await);
    assert_eq!(
        (refusal.kind, refusal.code.as_deref()),
        (RefusalKind::Card, Some("card_declined"))
    );
    assert_eq!(refusal.decline_code.as_deref(), Some("lost_card"));
    assert!(refusal.charge.is_some());
}

#[tokio::test]
async fn the_same_key_with_another_amount_is_refused_and_charges_nothing_more() {
    let sim = Simulated::start().await;
    let rider = sim.rider_with_card("save_1", "tok_visa").await;
    let token = sim.token_of("pur_1", &rider).await;
    done(sim.charge("pur_1", &token).await);
    let changed = NewCharge {
        amount: usd(999),
        ..token_charge(token, 25)
    };
    let key = StripeCallKey::derive("pur_1", "charge", 1);
    let refusal = refused(
        sim.stripe
            .create_charge(&sim.platform, &operator(), &key, &changed)
            .await,
    );
    assert_eq!(refusal.kind, RefusalKind::Idempotency);
    assert_eq!(sim.control().executions("pur_1-charge-1"), 1);
}

#[tokio::test]
async fn a_charge_whose_reply_was_lost_is_found_and_never_made_twice() {
    let sim = Simulated::start().await;
    let (rider, saved) = sim.rider_with_method("save_1", "pm_card_visa").await;
    let clone = sim.clone_of("pur_1", &rider, &saved).await;
    let lost = FaultRule::next(Fault::LoseReply, Method::Post, "/v1/payment_intents", 1);
    sim.control().add_fault(lost);
    assert!(matches!(sim.pay("pur_1", &clone).await, Outcome::Unknown(_)));

    let since = DateTime::from_timestamp(sim.control().time(), 0).unwrap();
    let found = sim
        .stripe
        .find_payment(&sim.platform, &operator(), &purchase(), since)
        .await;
    let found = done(found).unwrap();
    assert_eq!(found.status, PaymentStatus::Succeeded);

    let Outcome::Done(again) = sim.pay("pur_1", &clone).await else {
        panic!("not done")
    };
    assert!(again.replayed);
    assert_eq!(again.value.payment_intent, found.payment_intent);
    assert_eq!(sim.control().executions("pur_1-charge-1"), 1);
}

#[tokio::test]
async fn a_token_charge_whose_reply_was_lost_is_found_and_never_made_twice() {
    let sim = Simulated::start().await;
    let rider = sim.rider_with_card("save_1", "tok_visa").await;
    let token = sim.token_of("pur_1", &rider).await;
    sim.control()
        .add_fault(FaultRule::next(Fault::LoseReply, Method::Post, "/v1/charges", 1));
    let outcome = sim.charge("pur_1", &token).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    let since = DateTime::from_timestamp(sim.control().time(), 0).unwrap();
    let found = done(
        sim.stripe
            .find_payment(&sim.platform, &operator(), &purchase(), since)
            .await,
    )
    .unwrap();
    assert_eq!(
        (&found.status, &found.payment_intent),
        (&PaymentStatus::Succeeded, &None)
    );

    let Outcome::Done(again) = sim.charge("pur_1", &token).await else {
        panic!("not done")
    };
    assert!(again.replayed);
    assert_eq!(again.value.charge, found.charge);
    assert_eq!(sim.control().executions("pur_1-charge-1"), 1);
}

#[tokio::test]
async fn no_fault_reads_as_a_refusal_or_charges_twice() {
    let faults = [
        (Fault::DropBefore, "unknown"),
        (Fault::LoseReply, "unknown"),
        (Fault::ErrorBefore, "unknown"),
        (Fault::ErrorAfter, "unknown"),
        (Fault::RateLimit, "not_executed"),
        (Fault::Conflict, "unknown"),
        (Fault::Garbage, "unknown"),
    ];
    for (fault, label) in faults {
        let sim = Simulated::start().await;
        let rider = sim.rider_with_card("save_1", "tok_visa").await;
        let token = sim.token_of("pur_1", &rider).await;
        let described = format!("{fault:?}");
        sim.control()
            .add_fault(FaultRule::next(fault, Method::Post, "/v1/charges", 1));
        assert_eq!(sim.charge("pur_1", &token).await.label(), label, "{described}");
        let again = sim.charge("pur_1", &token).await;
        assert!(!matches!(again, Outcome::Refused(_)), "{described}: {again:?}");
        assert!(sim.control().executions("pur_1-charge-1") <= 1, "{described}");
    }
}

#[tokio::test]
async fn an_operator_is_brought_on_board() {
    let sim = Simulated::start().await;
    let new = NewAccount {
        kind: AccountKind::Standard,
        country: None,
        metadata: Metadata::new(),
    };
    let key = StripeCallKey::derive("bigbluebus", "account", 1);
    let account: StripeAccountId = done(sim.stripe.create_account(&sim.platform, &key, &new).await).account;
    let fresh = done(sim.stripe.retrieve_account(&sim.platform, &account).await);
    assert!(!fresh.charges_enabled && !fresh.currently_due.is_empty());

    let link = NewAccountLink {
        account: account.clone(),
        purpose: LinkPurpose::Onboarding,
        refresh_url: "https://operator.example/again".to_owned(),
        return_url: "https://operator.example/done".to_owned(),
    };
    let key = StripeCallKey::derive("bigbluebus", "link", 1);
    let AccountLink { url, expires_at } = done(sim.stripe.account_link(&sim.platform, &key, &link).await);
    assert!(url.starts_with("http") && expires_at.is_some());

    sim.control().complete_onboarding(account.as_str()).unwrap();
    let ready = done(sim.stripe.retrieve_account(&sim.platform, &account).await);
    assert!(ready.charges_enabled && ready.currently_due.is_empty());
}

#[tokio::test]
async fn a_mobile_library_gets_an_ephemeral_key_for_its_own_version() {
    let sim = Simulated::start().await;
    let rider = sim.rider_with_card("save_1", "tok_visa").await;
    let version = StripeVersion::parse("2020-08-27").unwrap();
    let made = done(sim.stripe.ephemeral_key(&sim.platform, &rider, &version).await);
    let json: serde_json::Value = serde_json::from_slice(made.json()).unwrap();
    assert_eq!(json["object"], "ephemeral_key");
    assert!(
        json["secret"]
            .as_str()
            .is_some_and(|secret| secret.starts_with("ek_test_"))
    );
}

#[tokio::test]
async fn metadata_comes_back_as_it_was_written() {
    let sim = Simulated::start().await;
    let rider = sim.rider_with_card("save_1", "tok_visa").await;
    let token = sim.token_of("pur_1", &rider).await;
    let paid = done(sim.charge("pur_1", &token).await);
    let written: Vec<_> = metadata_of(&purchase())
        .iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(paid.metadata.into_iter().collect::<Vec<_>>(), written);
}
