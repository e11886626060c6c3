//! What a system requires of users, and test users' accounts there.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{
    Answer, App, CARD_AND_ACCOUNT, CURRENT, Desk, PARKING, Store, coord_world, failed, on_both_stores,
    test_jwt,
};

on_both_stores!(
    a_test_user_links_and_unlinks_an_account,
    a_system_without_accounts_has_none_to_link,
    who_lacks_something_is_told_the_field_and_the_call,
    there_is_no_test_transaction_where_a_card_is_required,
    only_test_users_say_so_themselves,
    what_is_linked_is_named_and_is_to_be_true_or_false,
    a_rider_transacts_once_nothing_is_lacking,
    a_system_that_may_not_sell_is_nobodys,
);

const TESTING: &str = "/v1/users/testing/user/current/transactable_systems";

async fn set(app: &App, jwt: &str, body: &Value) -> Answer {
    app.coord(Method::POST, TESTING)
        .bearer(jwt)
        .json(body)
        .send()
        .await
}

fn link(system: &str, linked: bool) -> Value {
    json!({ "system_id": system, "linked_account": linked })
}

async fn a_test_user_links_and_unlinks_an_account(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    app.drive(&jwt).await;
    let open = json!({ "system_id": "openlot", "linked_account": false });
    for (linked, own) in [
        (true, json!([link(PARKING, true), open])),
        (true, json!([link(PARKING, true), open])),
        (false, json!([open])),
        (false, json!([open])),
        (true, json!([link(PARKING, true), open])),
    ] {
        let answer = set(&app, &jwt, &link(PARKING, linked)).await.ok();
        assert_eq!(answer.body, link(PARKING, linked), "body and answer are the same");
        assert_eq!(app.own_systems(&jwt).await, own);
    }
    let linked = world.events_like("user.operator_account_%").await;
    assert_eq!(linked.len(), 3, "what is so already records nothing");
}

async fn a_system_without_accounts_has_none_to_link(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    for linked in [true, false] {
        let refused = set(&app, &jwt, &link("openlot", linked)).await;
        failed(&refused, 400, "no_linked_account_needed", Some("system_id"));
    }
    for unknown in ["nowhere", "bigbluebus", "", "not an id"] {
        let refused = set(&app, &jwt, &link(unknown, true)).await;
        failed(&refused, 404, "unknown_system", Some("system_id"));
    }
}

async fn who_lacks_something_is_told_the_field_and_the_call(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    let refused = set(&app, &jwt, &link(PARKING, true)).await;
    failed(&refused, 400, "missing_user_data", Some("vehicle.license_plate"));
    assert_eq!(refused.body["call"], "PUT /v1/users/user/current/vehicle");
    // Taking a link away needs nothing.
    set(&app, &jwt, &link(PARKING, false)).await.ok();
    app.drive(&jwt).await;
    set(&app, &jwt, &link(PARKING, true)).await.ok();
}

async fn there_is_no_test_transaction_where_a_card_is_required(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    app.drive(&jwt).await;
    let refused = set(&app, &jwt, &link(CARD_AND_ACCOUNT, true)).await;
    failed(
        &refused,
        400,
        "no_test_transactions",
        Some("stripe_info.stripe_customer_id"),
    );
    assert!(refused.body.get("call").is_none(), "no call helps");
    let own = app.own_systems(&jwt).await;
    assert_eq!(
        own,
        json!([link("openlot", false)]),
        "neither {CARD_AND_ACCOUNT} nor harborpark"
    );
}

async fn only_test_users_say_so_themselves(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = app.jwt("1234", "phone").await;
    app.drive(&jwt).await;
    failed(
        &set(&app, &jwt, &link(PARKING, true)).await,
        403,
        "not_a_test_user",
        None,
    );
    assert_eq!(app.own_systems(&jwt).await, json!([link("openlot", false)]));
}

async fn what_is_linked_is_named_and_is_to_be_true_or_false(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    for (body, field) in [
        (json!({}), "system_id"),
        (json!({ "system_id": 1 }), "system_id"),
        (json!({ "system_id": PARKING }), "linked_account"),
        (
            json!({ "system_id": PARKING, "linked_account": "true" }),
            "linked_account",
        ),
        (
            json!({ "system_id": PARKING, "linked_account": null }),
            "linked_account",
        ),
    ] {
        failed(&set(&app, &jwt, &body).await, 400, "invalid_body", Some(field));
    }
}

async fn a_rider_transacts_once_nothing_is_lacking(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    assert_eq!(app.own_systems(&jwt).await, json!([link("openlot", false)]));
    let path = format!("{CURRENT}/stripe_info");
    let card = json!({ "coord_targeted_token": "tok_visa" });
    app.coord(Method::POST, &path)
        .bearer(&jwt)
        .json(&card)
        .send()
        .await
        .ok();
    let own = json!([link("harborpark", false), link("openlot", false)]);
    assert_eq!(app.own_systems(&jwt).await, own);
}

async fn a_system_that_may_not_sell_is_nobodys(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    let desk = Desk::of(&world);
    let body = json!({ "reason": "flooded" });
    desk.post("/operators/openlot/suspend", &body).await.ok();
    assert_eq!(app.own_systems(&jwt).await, json!([]));
    desk.post("/operators/openlot/reinstate", &json!({ "reason": "dry" }))
        .await
        .ok();
    assert_eq!(app.own_systems(&jwt).await, json!([link("openlot", false)]));
}
