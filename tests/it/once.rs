//! The same request again: one outcome, one answer, one charge.

use stripe_sim::{Fault, FaultRule, core::Method};

use crate::world::{Answer, BOOK, Order, Store, World, on_both_stores};

on_both_stores!(
    a_repeated_purchase_is_answered_the_same_and_charged_once,
    a_key_belongs_to_what_was_asked_with_it,
    a_key_is_at_most_128_bytes,
    two_requests_at_once_with_one_key_are_one_purchase,
    a_decline_stays_declined_under_its_key,
    an_activation_is_repeated_under_its_key,
    a_refusal_is_kept_even_when_it_would_no_longer_be_given,
    an_answer_outlives_the_server,
);

#[track_caller]
fn same(one: &Answer, other: &Answer) {
    let told = |answer: &Answer| {
        let state = answer.header("token-transit-passes-state").to_owned();
        (
            answer.status,
            answer.text.clone(),
            state,
            answer.header("content-type").to_owned(),
        )
    };
    assert_eq!(told(one), told(other));
}

async fn a_repeated_purchase_is_answered_the_same_and_charged_once(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    let first = rider.place(&order).await.ok();
    same(&first, &rider.place(&order).await);
    let pass = first.body["passes"][0]["pass_id"].as_str().unwrap();
    rider.activate(pass).await.ok();
    rider.buy(BOOK, "pm_card_visa").await.ok();
    same(&first, &rider.place(&order).await);
    assert_eq!(world.books().await.kept().len(), 2);
    world.books().await.agree_with(&[rider.wallet().await.body]);
}

async fn a_key_belongs_to_what_was_asked_with_it(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    let first = rider.place(&order).await.ok();
    let others = [
        Order {
            fare: BOOK.to_owned(),
            ..order.clone()
        },
        order.clone().card("pm_card_mastercard"),
        order.clone().with("include_fare_price", "false"),
        Order {
            agency: "linia_wislana".to_owned(),
            fare: "day_pass".to_owned(),
            ..order.clone()
        },
    ];
    for other in &others {
        rider
            .place(other)
            .await
            .refused(409, Some("idempotency_key_in_use"));
    }
    let stranger = world.rider("bob").await;
    let theirs = Order {
        state: stranger.state().await,
        ..order.clone()
    };
    stranger
        .place(&theirs)
        .await
        .refused(409, Some("idempotency_key_in_use"));
    same(&first, &rider.place(&order).await);
    assert_eq!(world.books().await.kept().len(), 1);
    let other_app = world.app_with(crate::world::OTHER_APPS_KEY);
    let jwt = other_app.jwt("ann", "ann-phone").await;
    let listed = other_app
        .get("/pass?ticket_format=none")
        .bearer(&jwt)
        .send()
        .await
        .ok();
    let bought = other_app
        .post("/purchase")
        .bearer(&jwt)
        .header("Idempotency-Key", &order.key)
        .header("Token-Transit-Passes-State", &listed.state())
        .form(&[
            ("a", "bigbluebus"),
            ("fare_id", BOOK),
            ("stripe_token", "pm_card_visa"),
            ("ticket_format", "none"),
        ]);
    bought.send().await.ok();
}

async fn a_key_is_at_most_128_bytes(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    for key in ["k".repeat(129), String::new()] {
        let order = Order {
            key,
            ..Order::single(&state)
        };
        rider
            .place(&order)
            .await
            .refused_for(400, None, "Idempotency-Key");
    }
    assert!(world.books().await.kept().is_empty());
    let order = Order {
        key: "k".repeat(128),
        ..Order::single(&state)
    };
    same(&rider.place(&order).await.ok(), &rider.place(&order).await);
}

async fn two_requests_at_once_with_one_key_are_one_purchase(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    for card in ["pm_card_visa", "tok_visa"] {
        let order = Order::single(&rider.state().await).card(card);
        // Long enough for the second request to arrive while the first one is at Stripe.
        world.stripe().add_fault(FaultRule::next(
            Fault::DelayReply { ms: 300 },
            Method::Post,
            "/v1/payment_intents",
            1,
        ));
        let (one, other, third) = tokio::join!(rider.place(&order), rider.place(&order), rider.place(&order));
        same(&one.ok(), &other);
        same(&other, &third);
    }
    assert_eq!(world.books().await.kept().len(), 2);
    world.books().await.agree_with(&[rider.wallet().await.body]);
}

async fn a_decline_stays_declined_under_its_key(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    for card in ["tok_chargeDeclined", "pm_card_chargeCustomerFail"] {
        let order = Order::single(&state).card(card);
        let first = rider.place(&order).await;
        first.refused(400, Some("card_declined_generic"));
        same(&first, &rider.place(&order).await);
        let paid_now = order.card("pm_card_visa");
        let refused = rider.place(&paid_now).await;
        refused.refused(409, Some("idempotency_key_in_use"));
    }
    assert!(world.books().await.kept().is_empty());
}

async fn an_activation_is_repeated_under_its_key(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let bought = rider.buy(BOOK, "pm_card_visa").await.ok();
    let sub_passes = bought.body["passes"].as_array().unwrap();
    let ride = |number: usize| sub_passes[number]["pass_id"].as_str().unwrap().to_owned();
    let state = bought.state();
    let activate = |pass: String| {
        rider
            .post(&format!("/pass/{pass}/activate"))
            .header("Idempotency-Key", "board")
            .header("Token-Transit-Passes-State", &state)
            .form(&[("ticket_format", "none")])
            .send()
    };
    let first = activate(ride(0)).await.ok();
    same(&first, &activate(ride(0)).await);
    activate(ride(1))
        .await
        .refused(409, Some("idempotency_key_in_use"));
    assert_eq!(rider.wallet().await.status_of(&ride(1)), "unactivated");
}

async fn a_refusal_is_kept_even_when_it_would_no_longer_be_given(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let old = rider.state().await;
    rider.place(&Order::single(&old)).await.ok();
    let late = Order::single(&old);
    let refused = rider.place(&late).await;
    refused.refused(412, Some("account_state_out_of_sync"));
    let put_right = Order {
        state: rider.state().await,
        ..late.clone()
    };
    same(&refused, &rider.place(&put_right).await);
    let with_a_new_key = Order::single(&put_right.state);
    rider.place(&with_a_new_key).await.ok();
}

async fn an_answer_outlives_the_server(store: Store) {
    let mut world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    let first = rider.place(&order).await.ok();
    world.restart().await;
    same(&first, &rider.place(&order).await);
    assert_eq!(world.books().await.kept().len(), 1);
}
