use stripe_sim::core::{AccountState, NewAccount};

use crate::support::{KEY, Sim};

#[tokio::test]
async fn an_account_cannot_charge_before_its_onboarding_is_complete() {
    let sim = Sim::start().await;
    let form = "type=express&country=US&capabilities[card_payments][requested]=true&email=a@b.example";
    let account = sim.post("/v1/accounts", form).send().await;
    let id = account.id();
    assert_eq!(account.body["charges_enabled"], false);
    assert_eq!(account.text("/capabilities/card_payments"), "pending");
    assert_eq!(
        account.text("/requirements/disabled_reason"),
        "requirements.past_due"
    );
    let charge = "amount=500&currency=usd&source=tok_visa";
    assert_eq!(sim.post("/v1/charges", charge).on(&id).send().await.status, 400);
    let link = format!(
        "account={id}&type=account_onboarding&refresh_url=https://a.example&return_url=https://b.example"
    );
    let link = sim.post("/v1/account_links", &link).send().await;
    assert!(link.text("/url").starts_with("https://connect.stripe.com/setup/"));
    assert_eq!(link.int("/expires_at") - link.int("/created"), 300);
    sim.control().complete_onboarding(&id).unwrap();
    let account = sim.get(&format!("/v1/accounts/{id}")).send().await;
    assert_eq!(
        (
            account.body["charges_enabled"].as_bool(),
            account.text("/capabilities/card_payments")
        ),
        (Some(true), "active")
    );
    assert_eq!(sim.post("/v1/charges", charge).on(&id).send().await.status, 200);
    let events = sim.get("/v1/events?type=account.updated").on(&id).send().await;
    assert_eq!(
        events.body["data"][0]["data"]["previous_attributes"]["charges_enabled"],
        false
    );
}

#[tokio::test]
async fn a_restricted_account_stops_charging() {
    let sim = Sim::connected().await;
    sim.control()
        .set_account_state("acct_operator", AccountState::Restricted)
        .unwrap();
    let charge = "amount=500&currency=usd&source=tok_visa";
    let refused = sim.post("/v1/charges", charge).on("acct_operator").send().await;
    assert_eq!((refused.status, refused.code()), (400, "account_invalid"));
    sim.control()
        .set_account_state("acct_operator", AccountState::Enabled)
        .unwrap();
    assert_eq!(
        sim.post("/v1/charges", charge)
            .on("acct_operator")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn an_account_with_a_chosen_id_can_be_made_in_any_state() {
    let sim = Sim::start().await;
    let new = NewAccount {
        id: Some("acct_chosen".to_owned()),
        platform: Some(KEY.to_owned()),
        state: AccountState::Onboarding,
        country: Some("DE".to_owned()),
        ..NewAccount::default()
    };
    assert_eq!(sim.control().create_account(new.clone()).unwrap(), "acct_chosen");
    let account = sim.get("/v1/accounts/acct_chosen").send().await;
    assert_eq!(
        (
            account.text("/default_currency"),
            account.body["details_submitted"].as_bool()
        ),
        ("eur", Some(false))
    );
    // Doing it again changes the state and nothing else.
    sim.control()
        .create_account(NewAccount {
            state: AccountState::Enabled,
            ..new
        })
        .unwrap();
    assert_eq!(sim.get("/v1/accounts").send().await.ids(), ["acct_chosen"]);
    let wrong = NewAccount {
        id: Some("chosen".to_owned()),
        ..NewAccount::default()
    };
    assert!(sim.control().create_account(wrong).is_err());
}

#[tokio::test]
async fn an_account_is_updated_and_deleted_by_its_platform_only() {
    let sim = Sim::connected().await;
    let path = "/v1/accounts/acct_operator";
    let updated = sim
        .post(path, "metadata[a]=1&business_profile[name]=Bus")
        .send()
        .await;
    assert_eq!(updated.text("/business_profile/name"), "Bus");
    let stranger = sim
        .post_as("sk_test_stranger", path, "email=x@y.example")
        .send()
        .await;
    assert_eq!((stranger.status, stranger.code()), (403, "account_invalid"));
    assert_eq!(sim.delete(path).send().await.body["deleted"], true);
    assert_eq!(sim.get(path).send().await.status, 403);
}
