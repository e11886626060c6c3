//! Fares, carts and purchases.

use serde_json::{Value, json};

use super::Fake;
use crate::world::Answer;

const NOWHERE: &str = "/agency/nowhere/fare/regular_single_ride/purchase";
const SINGLE: &str = "/agency/bigbluebus/fare/regular_single_ride/purchase";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_exist_is_not_found() {
    let fake = Fake::start().await;
    for (path, param) in [
        ("/agency/nowhere", "agency_id"),
        ("/agency/nowhere/fare", "agency_id"),
        ("/agency/nowhere/fare/regular_single_ride", "agency_id"),
        ("/agency/bigbluebus/fare/nothing", "fare_id"),
    ] {
        let refused = fake.get(path).send().await;
        refused.refused_for(404, Some("resource_not_found"), param);
    }
    for fare in [
        "regular_single_ride",
        "reduced_single_ride",
        "regular_3_ride",
        "reduced_3_ride",
    ] {
        let path = format!("/agency/bigbluebus/fare/{fare}");
        assert_eq!(fake.get(&path).send().await.ok().body["fare_id"], fare);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restricted_fares_are_not_sold() {
    let fake = Fake::start().await;
    for fare in ["reduced_single_ride", "reduced_3_ride"] {
        let card = ("stripe_token", "tok_visa");
        let form = [
            ("a", "bigbluebus"),
            ("fare_id", fare),
            card,
            ("ticket_format", "none"),
        ];
        let calls = [
            fake.post("/purchase", &form),
            fake.post(&format!("/agency/bigbluebus/fare/{fare}/purchase"), &form[2..]),
            fake.post(
                "/cart",
                &[("a", "bigbluebus"), (&format!("add_fares[{fare}]"), "1")],
            ),
        ];
        for call in calls {
            call.send().await.refused(403, Some("restricted_purchase"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_credential_of_stripes_pays() {
    let fake = Fake::start().await;
    for (card, source) in [
        ("tok_visa", "card_1234567890abcXYZ"),
        ("card_1", "card_1"),
        ("src_1", "src_1"),
        ("acct_1", "acct_1"),
        ("pm_1", "pm_1"),
    ] {
        let bought = fake.buy(card).send().await.ok();
        assert_eq!(bought.body["passes"][0]["stripe_source"], source);
        let form = [("stripe_token", card), ("ticket_format", "none")];
        let active = fake.post(SINGLE, &form).send().await.ok();
        assert_eq!(active.body["status"], "active");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stripes_test_cards_are_declined_as_they_are_at_stripe() {
    let fake = Fake::start().await;
    let declines = [
        ("tok_chargeDeclined", 400, "card_declined_generic"),
        ("pm_card_visa_chargeDeclined", 400, "card_declined_generic"),
        (
            "tok_chargeDeclinedInsufficientFunds",
            400,
            "card_declined_insufficient_funds",
        ),
        ("tok_chargeDeclinedExpiredCard", 400, "card_declined_expired"),
        (
            "tok_chargeDeclinedProcessingError",
            408,
            "card_declined_retryable",
        ),
        // Whoever tries stolen cards is told nothing else.
        ("tok_chargeDeclinedStolenCard", 400, "card_declined_generic"),
        ("tok_radarBlock", 400, "card_declined_generic"),
    ];
    for (card, status, code) in declines {
        fake.buy(card).send().await.refused(status, Some(code));
        let form = [("stripe_token", card), ("ticket_format", "none")];
        let activating = fake.post(SINGLE, &form).send().await;
        activating.refused(status, Some(code));
    }
    let said = async |card: &str| fake.buy(card).send().await.text;
    let generic = said("tok_chargeDeclined").await;
    for card in ["tok_chargeDeclinedStolenCard", "tok_radarBlock"] {
        assert_eq!(said(card).await, generic, "{card}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purchase_that_lacks_something_is_refused_for_it() {
    let fake = Fake::start().await;
    let complete = [
        ("a", "bigbluebus"),
        ("fare_id", "regular_single_ride"),
        ("stripe_token", "tok_visa"),
        ("ticket_format", "none"),
    ];
    for (missing, code) in [
        ("a", None),
        ("fare_id", None),
        ("stripe_token", Some("payment_method_not_found")),
        ("ticket_format", None),
    ] {
        let form: Vec<(&str, &str)> = complete
            .into_iter()
            .filter(|(name, _)| *name != missing)
            .collect();
        let refused = fake.post("/purchase", &form).send().await;
        refused.refused_for(400, code, missing);
    }
    for (name, value, status, code) in [
        ("a", "nowhere", 404, Some("resource_not_found")),
        ("fare_id", "nothing", 404, Some("resource_not_found")),
        ("stripe_token", "4242424242424242", 400, None),
        ("ticket_format", "pdf", 400, None),
        ("cart_token", "eyJhbGciOiJIUzI1NiJ9.e30.x", 400, None),
    ] {
        let mut form: Vec<(&str, &str)> = complete.into_iter().filter(|(it, _)| *it != name).collect();
        if name == "cart_token" {
            form.retain(|(it, _)| !["a", "fare_id"].contains(it));
        }
        form.push((name, value));
        let refused = fake.post("/purchase", &form).send().await;
        refused.refused_for(status, code, name);
        assert!(!refused.text.contains("4242"));
    }
    let card = ("stripe_token", "tok_visa");
    for (path, form, status, param) in [
        (SINGLE, vec![card], 400, "ticket_format"),
        (SINGLE, vec![("ticket_format", "none")], 400, "stripe_token"),
        (
            SINGLE,
            vec![card, ("ticket_format", "none"), ("activate_on_purchase", "false")],
            400,
            "activate_on_purchase",
        ),
        (NOWHERE, vec![card, ("ticket_format", "none")], 404, "agency_id"),
    ] {
        let refused = fake.post(path, &form).send().await;
        assert_eq!(
            (refused.status, &refused.body["param"]),
            (status, &Value::from(param)),
            "{}",
            refused.text
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_adds_up_and_can_be_bought() {
    let fake = Fake::start().await;
    let cart = async |form: &[(&str, &str)]| fake.post("/cart", form).send().await;
    let both = [
        ("a", "bigbluebus"),
        ("add_fares[regular_single_ride]", "3"),
        ("add_fares[regular_3_ride]", "1"),
    ];
    let filled = cart(&both).await.ok();
    let quantities = |answer: &Answer| -> Vec<(String, u64)> {
        let items = answer.body["items"].as_array().unwrap().iter();
        items
            .map(|item| {
                let id = item["fare"]["fare_id"].as_str().unwrap().to_owned();
                (id, item["quantity"].as_u64().unwrap())
            })
            .collect()
    };
    assert_eq!(
        filled.body["total_price"],
        json!({"amount": 725, "currency": "USD"})
    );
    let token = filled.body["cart_token"].as_str().unwrap();
    let changed = cart(&[
        ("cart_token", token),
        ("remove_fares[regular_single_ride]", "2"),
        ("update_fares[regular_3_ride]", "0"),
    ])
    .await
    .ok();
    assert_eq!(quantities(&changed), [("regular_single_ride".to_owned(), 1)]);
    assert_eq!(changed.body["total_price"]["amount"], 125);
    let same = cart(&[("cart_token", token)]).await.ok();
    assert_eq!(same.body, filled.body, "a cart is all in its token");
    let json = json!({ "a": "bigbluebus", "add_fares": { "regular_3_ride": 1, "regular_single_ride": 3 } });
    let by_json = fake.app.post("/cart").json(&json).send().await.ok();
    assert_eq!(by_json.body, filled.body, "nobody has to be logged in");
    let pay = [
        ("cart_token", token),
        ("stripe_token", "pm_1"),
        ("ticket_format", "none"),
        ("omit_unusable_passes", "false"),
    ];
    let bought = fake.post("/purchase", &pay).send().await.ok();
    assert_eq!(bought.body["passes"].as_array().unwrap().len(), 4);
    assert_eq!(bought.body["passes"][0]["pass_id"], "pass_unactivated");
    assert_eq!(bought.body["pass_books"][0]["stripe_source"], "pm_1");
    let empty = cart(&[("a", "bigbluebus")]).await.ok();
    let token = empty.body["cart_token"].as_str().unwrap();
    let pay = [
        ("cart_token", token),
        ("stripe_token", "pm_1"),
        ("ticket_format", "none"),
    ];
    let refused = fake.post("/purchase", &pay).send().await;
    refused.refused(400, Some("invalid_cart"));
    let twice = [
        ("cart_token", token),
        ("a", "bigbluebus"),
        ("stripe_token", "pm_1"),
        ("ticket_format", "none"),
    ];
    fake.post("/purchase", &twice)
        .send()
        .await
        .refused_for(400, None, "a");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_that_makes_no_sense_is_refused() {
    let fake = Fake::start().await;
    let single = "add_fares[regular_single_ride]";
    let cases = [
        (vec![], 400, None, Some("a")),
        (vec![("a", "nowhere")], 404, Some("resource_not_found"), Some("a")),
        (vec![("cart_token", "nonsense")], 400, None, Some("cart_token")),
        (
            vec![("add_fares[nothing]", "1")],
            404,
            Some("resource_not_found"),
            Some("add_fares[nothing]"),
        ),
        (vec![(single, "0")], 400, None, Some(single)),
        (vec![(single, "-1")], 400, None, Some(single)),
        (vec![(single, "1.5")], 400, None, Some(single)),
        (vec![("add_fares", "1")], 400, None, Some("add_fares")),
        (
            vec![(single, "1"), ("update_fares[regular_single_ride]", "1")],
            400,
            None,
            Some("update_fares[regular_single_ride]"),
        ),
        (
            vec![("remove_fares[regular_3_ride]", "1")],
            400,
            Some("invalid_cart"),
            Some("remove_fares[regular_3_ride]"),
        ),
        (
            vec![(single, "101")],
            400,
            Some("single_order_pass_limit_exceeded"),
            None,
        ),
        (
            vec![(single, "4294967295"), ("add_fares[regular_3_ride]", "1")],
            400,
            Some("single_order_pass_limit_exceeded"),
            None,
        ),
    ];
    for (mut form, status, code, param) in cases {
        if param != Some("a") && param != Some("cart_token") {
            form.push(("a", "bigbluebus"));
        }
        let refused = fake.post("/cart", &form).send().await;
        refused.refused(status, code);
        assert_eq!(refused.body["param"].as_str(), param, "{}", refused.text);
    }
    let both = [("a", "bigbluebus"), ("cart_token", "x")];
    fake.post("/cart", &both).send().await.refused_for(400, None, "a");
}
