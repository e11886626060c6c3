//! Nothing that is done with a fake key is written anywhere or asked of Stripe.

use event_log::{Database, Position};

use super::Fake;
use crate::world::World;

async fn events(world: &World) -> Position {
    let database = Database::open_read_only(world.database()).await.unwrap();
    let head = database.log().head().await.unwrap();
    database.close().await;
    head
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_a_trace() {
    let fake = Fake::start().await;
    let before = (events(&fake.world).await, fake.world.stripe().books());
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
    let after = (events(&fake.world).await, fake.world.stripe().books());
    assert_eq!(after, before);
    assert!(fake.world.books().await.kept().is_empty());
}
