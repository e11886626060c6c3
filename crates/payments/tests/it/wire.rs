//! What goes out: method, path, parameters, account, key and version of every call.

use domain::RefundId;
use payments::{Credential, Gateway, Metadata, NewCustomer, NewRefund, PaymentRef, RefundStatus};
use serde_json::json;

use crate::{
    asking::{ask, essence, form},
    world::{
        charge, customer, intent, key, method, operator, payment, platform, purchase, source, token,
        token_charge, usd,
    },
};

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
            stripe.create_customer(&platform(), &key("customer"), &new).await
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
            .add_source(&platform(), &key("save"), &customer(), &token("tok_visa"))
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
            .attach_payment_method(&platform(), &key("save"), &customer(), &method)
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
        let key = key("derive");
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
            let key = key("derive");
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
                .create_payment_intent(&platform(), &operator(), &key("charge"), &payment)
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
                .create_charge(&platform(), &operator(), &key("charge"), &charge)
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
            .cancel_payment_intent(&platform(), &operator(), &key("cancel"), &intent("pi_1"))
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
                .refund(&platform(), &operator(), &key("refund"), &new)
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
