//! Nothing that is done with a fake key is written anywhere or asked of Stripe.

use serde_json::Value;

use super::Fake;
use crate::world::World;

/// What riders leave behind: their streams, the answers they were given, and what Stripe has of them.
async fn traces(world: &World) -> (Vec<String>, Vec<String>, Vec<Value>) {
    let mut streams = Vec::new();
    for kind in ["user.%", "wallet.%", "purchase.%", "transfer.%"] {
        streams.extend(world.streams_of(kind).await);
    }
    let books = world.stripe().books();
    let accounts = books["accounts"].as_object().unwrap().values();
    let objects = [
        "customers",
        "tokens",
        "payment_methods",
        "payment_intents",
        "charges",
    ];
    let at_stripe = accounts.flat_map(|account| objects.map(|kind| account[kind].clone()));
    (streams, world.kept_answers().await, at_stripe.collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_a_trace() {
    let fake = Fake::start().await;
    let before = traces(&fake.world).await;
    fake.buy("tok_visa").keyed().send().await.ok();
    fake.buy("tok_chargeDeclined").keyed().send().await;
    fake.activate("pass_unactivated").keyed().send().await.ok();
    fake.post("/redeem", &[("link", "test_redemption_success")])
        .keyed()
        .send()
        .await
        .ok();
    let terms = [
        ("accepted_latest_terms", "true"),
        ("include_stripe_customer_id", "true"),
    ];
    fake.post("/user/login", &terms).keyed().send().await.ok();
    fake.post("/user/logout", &[]).send().await.ok();
    assert_eq!(traces(&fake.world).await, before);
    assert!(before.0.is_empty(), "{before:?}");
    assert!(fake.world.books().await.kept().is_empty());
}
