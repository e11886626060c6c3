//! What goes out: method, path, parameters, account, key and version of every call.

use domain::RefundId;
use payments::{
    API_VERSION, AccountKind, Credential, Gateway, LinkPurpose, Metadata, NewAccount, NewAccountLink,
    NewCustomer, NewRefund, Outcome, PaymentRef, Reason, RefundStatus, Step, Stripe, StripeVersion,
};
use serde_json::{Value, json};

use crate::{
    server::{Asked, Reply, Server},
    world::{
        charge, customer, intent, key, method, operator, payment, platform, purchase, source, stripe, token,
        token_charge, usd,
    },
};

/// Answers with `body` and gives back what was asked and what came of it.
async fn ask<T>(body: Value, call: impl AsyncFnOnce(Stripe) -> Outcome<T>) -> (Asked, T) {
    let server = Server::start([Reply::json(200, &body)]).await;
    let outcome = call(stripe(&server.url)).await;
    let asked = server.only();
    assert_eq!(asked.header("authorization"), Some("Bearer sk_test_platform"));
    let Outcome::Done(done) = outcome else {
        panic!("not done after {}", asked.line)
    };
    (asked, done.value)
}

/// Line, `Stripe-Account`, `Idempotency-Key` and form of a request in our version.
fn essence(asked: &Asked) -> (&str, Option<&str>, Option<&str>, Vec<String>) {
    assert_eq!(asked.header("stripe-version"), Some(API_VERSION));
    (
        &asked.line,
        asked.header("stripe-account"),
        asked.header("idempotency-key"),
        asked.form(),
    )
}

fn form(pairs: &[&str]) -> Vec<String> {
    pairs.iter().map(|&pair| pair.to_owned()).collect()
}

const OPERATOR: Option<&str> = Some("acct_operator");

#[tokio::test]
async fn a_customer_is_made_on_the_platform_with_the_card_that_was_sent() {
    for (credential, pair) in [
        (Some("tok_visa"), Some("source=tok_visa")),
        (Some("src_1"), Some("source=src_1")),
        (Some("pm_1"), Some("payment_method=pm_1")),
        (None, None),
    ] {
        let new = NewCustomer {
            credential: credential.map(|text| Credential::parse(text).unwrap()),
            metadata: Metadata::new()
                .with(payments::MetadataKey::User, "user_1")
                .unwrap(),
        };
        let body = json!({ "id": "cus_1", "default_source": "card_1" });
        let (asked, facts) = ask(body, async |stripe| {
            stripe
                .create_customer(&platform(), &key(Step::CreateCustomer), &new)
                .await
        })
        .await;
        let mut pairs = form(&["metadata[user]=user_1"]);
        pairs.extend(pair.map(str::to_owned));
        assert_eq!(
            essence(&asked),
            ("POST /v1/customers", None, Some("pur_1-customer-1"), pairs)
        );
        assert_eq!(
            (facts.customer, facts.default_source),
            (customer(), Some(source("card_1")))
        );
    }
}

#[tokio::test]
async fn a_card_is_added_to_a_customer() {
    let (asked, saved) = ask(json!({ "id": "card_2" }), async |stripe| {
        stripe
            .add_source(&platform(), &key(Step::SaveCard), &customer(), &token("tok_visa"))
            .await
    })
    .await;
    let expected = (
        "POST /v1/customers/cus_1/sources",
        None,
        Some("pur_1-save-1"),
        form(&["source=tok_visa"]),
    );
    assert_eq!((essence(&asked), saved), (expected, source("card_2")));
}

#[tokio::test]
async fn the_payment_method_that_was_attached_is_the_one_that_counts() {
    let (asked, saved) = ask(json!({ "id": "pm_fresh" }), async |stripe| {
        let method = method("pm_card_visa");
        stripe
            .attach_payment_method(&platform(), &key(Step::SaveCard), &customer(), &method)
            .await
    })
    .await;
    let line = "POST /v1/payment_methods/pm_card_visa/attach";
    let expected = (line, None, Some("pur_1-save-1"), form(&["customer=cus_1"]));
    assert_eq!((essence(&asked), saved), (expected, method("pm_fresh")));
}

#[tokio::test]
async fn a_clone_is_made_on_the_operators_account() {
    let (asked, clone) = ask(json!({ "id": "pm_clone" }), async |stripe| {
        let key = key(Step::DeriveCredential);
        stripe
            .clone_payment_method(&platform(), &operator(), &key, &customer(), &method("pm_1"))
            .await
    })
    .await;
    let pairs = form(&["customer=cus_1", "payment_method=pm_1"]);
    assert_eq!(
        essence(&asked),
        (
            "POST /v1/payment_methods",
            OPERATOR,
            Some("pur_1-derive-1"),
            pairs
        )
    );
    assert_eq!(clone, method("pm_clone"));
}

#[tokio::test]
async fn a_token_is_made_on_the_operators_account_of_the_card_that_was_named() {
    for (named, pairs) in [
        (Some(source("card_1")), form(&["card=card_1", "customer=cus_1"])),
        (None, form(&["customer=cus_1"])),
    ] {
        let (asked, made) = ask(json!({ "id": "tok_1" }), async |stripe| {
            let key = key(Step::DeriveCredential);
            stripe
                .create_token(&platform(), &operator(), &key, &customer(), named.as_ref())
                .await
        })
        .await;
        assert_eq!(
            essence(&asked),
            ("POST /v1/tokens", OPERATOR, Some("pur_1-derive-1"), pairs)
        );
        assert_eq!(made, token("tok_1"));
    }
}

#[tokio::test]
async fn a_payment_is_confirmed_at_once_and_carries_our_fee_only_if_there_is_one() {
    for (fee, fee_pair) in [(25, Some("application_fee_amount=25")), (0, None)] {
        let (asked, _) = ask(json!({ "id": "pi_1", "status": "succeeded" }), async |stripe| {
            let payment = payment(method("pm_clone"), fee);
            stripe
                .create_payment_intent(&platform(), &operator(), &key(Step::Charge), &payment)
                .await
        })
        .await;
        let mut pairs = form(&["allowed_payment_method_types[0]=card", "amount=250"]);
        pairs.extend(fee_pair.map(str::to_owned));
        pairs.extend(form(&[
            "confirm=true",
            "currency=usd",
            "metadata[app]=cityhop",
            "metadata[purchase]=pur_1",
            "metadata[user]=user_1",
            "off_session=true",
            "payment_method=pm_clone",
        ]));
        assert_eq!(
            essence(&asked),
            (
                "POST /v1/payment_intents",
                OPERATOR,
                Some("pur_1-charge-1"),
                pairs
            )
        );
    }
}

#[tokio::test]
async fn a_token_is_charged_with_our_fee_only_if_there_is_one() {
    for (fee, fee_pair) in [(25, Some("application_fee_amount=25")), (0, None)] {
        let body = json!({ "object": "charge", "id": "ch_1", "status": "succeeded", "captured": true });
        let (asked, facts) = ask(body, async |stripe| {
            let charge = token_charge(token("tok_1"), fee);
            stripe
                .create_charge(&platform(), &operator(), &key(Step::Charge), &charge)
                .await
        })
        .await;
        let mut pairs = form(&["amount=250"]);
        pairs.extend(fee_pair.map(str::to_owned));
        pairs.extend(form(&[
            "currency=usd",
            "metadata[app]=cityhop",
            "metadata[purchase]=pur_1",
            "metadata[user]=user_1",
            "source=tok_1",
        ]));
        assert_eq!(
            essence(&asked),
            ("POST /v1/charges", OPERATOR, Some("pur_1-charge-1"), pairs)
        );
        assert_eq!(facts.charge, Some(charge("ch_1")));
    }
}

#[tokio::test]
async fn a_payment_is_given_up_and_looked_at_on_the_operators_account() {
    let body = json!({ "id": "pi_1", "status": "canceled" });
    let (asked, _) = ask(body.clone(), async |stripe| {
        stripe
            .cancel_payment_intent(
                &platform(),
                &operator(),
                &key(Step::CancelPayment),
                &intent("pi_1"),
            )
            .await
    })
    .await;
    let line = "POST /v1/payment_intents/pi_1/cancel";
    assert_eq!(essence(&asked), (line, OPERATOR, Some("pur_1-cancel-1"), vec![]));

    let (asked, _) = ask(body, async |stripe| {
        stripe
            .retrieve_payment_intent(&platform(), &operator(), &intent("pi_1"))
            .await
    })
    .await;
    let line = "GET /v1/payment_intents/pi_1?expand[0]=latest_charge";
    assert_eq!(essence(&asked), (line, OPERATOR, None, vec![]));

    let (asked, _) = ask(
        json!({ "object": "charge", "id": "ch_1", "status": "pending" }),
        async |stripe| {
            stripe
                .retrieve_charge(&platform(), &operator(), &charge("ch_1"))
                .await
        },
    )
    .await;
    assert_eq!(essence(&asked), ("GET /v1/charges/ch_1", OPERATOR, None, vec![]));
}

#[tokio::test]
async fn a_refund_names_its_payment_and_gives_our_fee_back_only_if_asked() {
    let refund = RefundId::parse("rfd_1").unwrap();
    for (payment, give_fee_back, pairs) in [
        (
            PaymentRef::Charge(charge("ch_1")),
            true,
            ["amount=100", "charge=ch_1"],
        ),
        (
            PaymentRef::PaymentIntent(intent("pi_1")),
            false,
            ["amount=100", "payment_intent=pi_1"],
        ),
    ] {
        let new = NewRefund {
            payment,
            amount: usd(100),
            refund_application_fee: give_fee_back,
            metadata: Metadata::of_refund(&refund, &purchase()),
        };
        let body = json!({ "id": "re_1", "status": "pending", "amount": 100, "currency": "usd" });
        let (asked, facts) = ask(body, async |stripe| {
            stripe
                .refund(&platform(), &operator(), &key(Step::Refund), &new)
                .await
        })
        .await;
        let mut expected = form(&pairs);
        expected.extend(form(&["metadata[purchase]=pur_1", "metadata[refund]=rfd_1"]));
        if give_fee_back {
            expected.push("refund_application_fee=true".to_owned());
        }
        expected.sort();
        assert_eq!(
            essence(&asked),
            ("POST /v1/refunds", OPERATOR, Some("pur_1-refund-1"), expected)
        );
        assert_eq!(
            (facts.status, facts.amount),
            (RefundStatus::Pending, Some(usd(100)))
        );
    }
}

#[tokio::test]
async fn an_operators_account_asks_for_card_payments() {
    let new = NewAccount {
        kind: AccountKind::Express,
        country: Some("US".to_owned()),
        metadata: Metadata::new(),
    };
    let (asked, facts) = ask(
        json!({ "id": "acct_new", "charges_enabled": false }),
        async |stripe| {
            stripe
                .create_account(&platform(), &key(Step::CreateAccount), &new)
                .await
        },
    )
    .await;
    let pairs = form(&[
        "capabilities[card_payments][requested]=true",
        "capabilities[transfers][requested]=true",
        "country=US",
        "type=express",
    ]);
    assert_eq!(
        essence(&asked),
        ("POST /v1/accounts", None, Some("pur_1-account-1"), pairs)
    );
    assert!(!facts.charges_enabled);

    let (asked, _) = ask(json!({ "id": "acct_operator" }), async |stripe| {
        stripe.retrieve_account(&platform(), &operator()).await
    })
    .await;
    assert_eq!(
        essence(&asked),
        ("GET /v1/accounts/acct_operator", None, None, vec![])
    );
}

fn link() -> NewAccountLink {
    NewAccountLink {
        account: operator(),
        purpose: LinkPurpose::Onboarding,
        refresh_url: "https://a.example/again".to_owned(),
        return_url: "https://a.example/done".to_owned(),
    }
}

#[tokio::test]
async fn an_onboarding_link_is_handed_on() {
    let body =
        json!({ "object": "account_link", "created": 1, "expires_at": 301, "url": "https://connect/x" });
    let (asked, made) = ask(body, async |stripe| {
        stripe
            .account_link(&platform(), &key(Step::AccountLink), &link())
            .await
    })
    .await;
    let pairs = form(&[
        "account=acct_operator",
        "refresh_url=https://a.example/again",
        "return_url=https://a.example/done",
        "type=account_onboarding",
    ]);
    assert_eq!(
        essence(&asked),
        ("POST /v1/account_links", None, Some("pur_1-link-1"), pairs)
    );
    assert_eq!(
        (made.url.as_str(), made.expires_at.unwrap().timestamp()),
        ("https://connect/x", 301)
    );
}

#[tokio::test]
async fn a_typed_object_that_lacks_a_field_is_unknown_and_a_refusal_stays_a_refusal() {
    let refusal = json!({ "error": { "type": "invalid_request_error", "param": "account" } });
    let replies = [
        Reply::json(200, &json!({ "object": "account_link" })),
        Reply::json(400, &refusal),
        Reply::Reset,
    ];
    let server = Server::start(replies).await;
    let stripe = stripe(&server.url);
    let make = async || {
        stripe
            .account_link(&platform(), &key(Step::AccountLink), &link())
            .await
    };
    assert!(matches!(make().await, Outcome::Unknown(it) if it.reason == Reason::Incomplete));
    assert!(matches!(make().await, Outcome::Refused(it) if it.param.as_deref() == Some("account")));
    assert!(matches!(make().await, Outcome::Unknown(it) if it.reason == Reason::ConnectionLost));
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn an_ephemeral_key_is_made_in_the_clients_version_and_handed_on_unread() {
    let body =
        r#"{ "id":"ephkey_1",  "secret":"ek_test_1", "associated_objects":[{"id":"cus_1"}], "new":1 }"#;
    let server = Server::start([Reply::text(200, body)]).await;
    let version = StripeVersion::parse("2020-08-27").unwrap();
    let outcome = stripe(&server.url)
        .ephemeral_key(&platform(), &customer(), &version)
        .await;
    let Outcome::Done(done) = outcome else {
        panic!("not done")
    };
    assert_eq!(done.value.json().as_ref(), body.as_bytes());
    assert!(!format!("{:?}", done.value).contains("ek_test_1"));
    let asked = server.only();
    assert_eq!(
        (asked.line.as_str(), asked.header("stripe-version")),
        ("POST /v1/ephemeral_keys", Some("2020-08-27"))
    );
    assert_eq!(asked.form(), ["customer=cus_1"]);
    assert_eq!(asked.header("stripe-account"), None);
}
