//! What goes out when an operator is brought on board, and when a mobile library wants a key.

use payments::{
    AccountKind, Gateway, LinkPurpose, Metadata, NewAccount, NewAccountLink, Outcome, Reason, StripeVersion,
};
use serde_json::json;

use crate::{
    asking::{ask, essence, form},
    server::{Reply, Server},
    world::{customer, key, operator, platform, stripe},
};

#[tokio::test]
async fn an_operators_account_asks_for_card_payments() {
    let new = NewAccount {
        kind: AccountKind::Express,
        country: Some("US".to_owned()),
        metadata: Metadata::new(),
    };
    let (asked, facts) = ask(
        json!({ "id": "acct_new", "charges_enabled": false }),
        async |stripe| stripe.create_account(&platform(), &key("account"), &new).await,
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
        stripe.account_link(&platform(), &key("link"), &link()).await
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
    let make = async || stripe.account_link(&platform(), &key("link"), &link()).await;
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
