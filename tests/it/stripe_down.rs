//! Stripe cannot be reached for longer than a request waits.

use stripe_sim::{Fault, FaultRule, When, core::Method};

use crate::world::{Order, Store, World};

/// Both stores in one test, because most of it is waiting.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_be_tried_again_is_never_a_kept_answer() {
    tokio::join!(try_again_later(Store::Sqlite), try_again_later(Store::Postgres));
}

async fn try_again_later(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let first = rider.buy("regular_single_ride", "pm_card_visa").await.ok();
    let card = first.body["passes"][0]["stripe_source"].as_str().unwrap();
    world.stripe().add_fault(FaultRule {
        fault: Fault::DropBefore,
        method: None,
        path: String::new(),
        when: When::PerMillion(1_000_000),
    });
    let order = Order::single(&first.state()).card(card);
    let refused = rider.place(&order).await;
    refused.refused(408, Some("stripe_retryable_error"));
    assert_eq!(refused.body["retryable"], true);
    assert_eq!(world.books().await.kept().len(), 1);
    let other = Order::single(&first.state()).card(card);
    let meanwhile = rider.place(&other).await;
    meanwhile.refused(428, Some("existing_purchase_in_progess"));
    world.stripe().clear_faults();
    let bought = rider.place(&order).await.ok();
    let again = rider.place(&order).await;
    assert_eq!(
        (bought.text.as_str(), bought.state()),
        (again.text.as_str(), again.state())
    );
    let books = world.books().await;
    assert_eq!(books.kept().len(), 2);
    books.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}

/// Stripe keeps its 500s under their keys, so that only its books can tell. Until they do, nothing is final.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_of_stripes_is_never_taken_for_an_outcome() {
    tokio::join!(
        stripes_error(Store::Sqlite, Fault::ErrorAfter),
        stripes_error(Store::Postgres, Fault::ErrorAfter),
        stripes_error(Store::Sqlite, Fault::ErrorBefore),
        stripes_error(Store::Postgres, Fault::ErrorBefore),
    );
}

async fn stripes_error(store: Store, fault: Fault) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    world
        .stripe()
        .add_fault(FaultRule::next(fault, Method::Post, "/v1/payment_intents", 1));
    let answer = rider.place(&order).await;
    let books = world.books().await;
    match answer.status {
        200 => books.agree_with(&[rider.wallet().await.body]),
        _ => {
            answer.refused(408, Some("stripe_retryable_error"));
            assert_eq!(books.kept().len(), usize::from(fault == Fault::ErrorAfter));
            assert!(rider.wallet().await.passes().is_empty());
        }
    }
    assert_eq!(books.refunds(), 0);
    world.audit().await;
}
