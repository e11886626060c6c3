//! An operator sells once its account can take charges, and only while it can.

use reqwest::Method;
use stripe_sim::{Control, core::AccountState};

use crate::world::{ADMIN_KEY, Answer, SINGLE, Store, World, on_both_stores};

on_both_stores!(an_operator_sells_only_while_its_account_takes_charges);

const ACCOUNT: &str = "acct_bigbluebus";

async fn refresh(world: &World) -> Answer {
    let path = "/admin/v1/test/operators/bigbluebus/refresh";
    world
        .app()
        .bare(Method::POST, path)
        .bearer(ADMIN_KEY)
        .send()
        .await
        .ok()
}

async fn an_operator_sells_only_while_its_account_takes_charges(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let stripe: Control = world.stripe();
    for state in [AccountState::Onboarding, AccountState::Restricted] {
        stripe.set_account_state(ACCOUNT, state).unwrap();
        let asked = refresh(&world).await;
        assert_eq!(asked.body["operator_id"], "bigbluebus");
        assert_eq!(asked.body["asked"], true);
        assert_eq!(asked.body["charges_enabled"], false);
        let refused = rider.buy(SINGLE, "pm_card_visa").await;
        refused.refused(403, Some("fares_cannot_be_purchased"));
    }
    assert!(world.books().await.kept().is_empty());
    stripe.complete_onboarding(ACCOUNT).unwrap();
    assert_eq!(refresh(&world).await.body["charges_enabled"], true);
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    // The operator takes the platform's permission back.
    let platform = Control::platform_of("sk_test_cityhop").unwrap();
    stripe.unlink(&platform, ACCOUNT).unwrap();
    let refused = rider.buy(SINGLE, "pm_card_visa").await;
    assert_ne!(refused.status, 200, "{}", refused.text);
    assert_eq!(world.books().await.kept().len(), 1);
    world.books().await.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}
