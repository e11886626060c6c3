//! What a rider is told when the log, Stripe or the record itself is at fault, and that nothing is lost by it.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use stripe_sim::{Fault, FaultRule, When, core::Method};

use crate::world::{Answer, Order, Setting, Store, World, demo_marketplace, on_both_stores};

on_both_stores!(
    a_log_that_is_away_for_a_while_is_to_be_asked_again,
    a_log_that_refuses_is_not_to_be_asked_again,
    a_record_that_cannot_be_is_an_internal_failure,
    a_purchase_that_a_person_must_look_at_says_so_until_it_is_over,
    what_stripe_refuses_without_a_documented_reason_is_told_as_unknown,
    a_key_that_stripe_knows_from_elsewhere_is_told_as_such,
    keys_of_an_app_that_cannot_be_fetched_are_to_be_asked_for_again,
);

#[track_caller]
fn waits_a_moment(answer: &Answer, code: &str) {
    answer.refused(503, Some(code));
    assert_eq!(answer.body["retryable"], true);
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
}

async fn a_log_that_is_away_for_a_while_is_to_be_asked_again(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    let url = world.database().to_owned();
    match store {
        Store::Sqlite => {
            let mut conn = SqliteConnection::connect(&url).await.unwrap();
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut conn).await.unwrap();
            waits_a_moment(&rider.place(&order).await, "datastore_retryable_failure");
            sqlx::raw_sql("ROLLBACK").execute(&mut conn).await.unwrap();
        }
        Store::Postgres => {
            let (server, name) = url.rsplit_once('/').unwrap();
            let mut conn = PgConnection::connect(&format!("{server}/postgres"))
                .await
                .unwrap();
            let close = format!(
                "ALTER DATABASE {name} ALLOW_CONNECTIONS false;
                 SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            );
            sqlx::raw_sql(AssertSqlSafe(close))
                .execute(&mut conn)
                .await
                .unwrap();
            waits_a_moment(&rider.place(&order).await, "datastore_retryable_failure");
            let open = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
            sqlx::raw_sql(AssertSqlSafe(open))
                .execute(&mut conn)
                .await
                .unwrap();
        }
    }
    // The first connections after an outage may still be dead ones.
    let bought = loop {
        let answer = rider.place(&order).await;
        if answer.body["retryable"] != true {
            break answer.ok();
        }
    };
    assert_eq!(rider.place(&order).await.text, bought.text);
    assert_eq!(world.books().await.kept().len(), 1);
    world.audit().await;
}

async fn a_log_that_refuses_is_not_to_be_asked_again(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    world
        .meddle(
            "ALTER TABLE idempotency RENAME TO elsewhere",
            "ALTER TABLE log.idempotency RENAME TO elsewhere",
        )
        .await;
    let refused = rider.place(&order).await;
    refused.refused(500, Some("datastore_failure"));
    assert_eq!(refused.body["retryable"], false);
    world
        .meddle(
            "ALTER TABLE elsewhere RENAME TO idempotency",
            "ALTER TABLE log.elsewhere RENAME TO idempotency",
        )
        .await;
    assert!(world.books().await.kept().is_empty());
    // Nothing could be kept, this answer no more than anything else.
    rider.place(&order).await.ok();
    assert_eq!(world.books().await.kept().len(), 1);
}

async fn a_record_that_cannot_be_is_an_internal_failure(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let bought = rider.buy("regular_single_ride", "pm_card_visa").await.ok();
    let altered = world
        .tamper("wallet.%", |data| data.replace("\"type\":\"", "\"type\":\"un"))
        .await;
    assert!(altered > 0);
    let listed = rider.get("/pass?ticket_format=none").send().await;
    listed.refused(500, Some("internal_checks_failed"));
    let refused = rider.place(&Order::single(&bought.state())).await;
    refused.refused(500, Some("internal_checks_failed"));
    assert_eq!(
        world.books().await.kept().len(),
        1,
        "nothing is charged on a record that cannot be"
    );
}

async fn a_purchase_that_a_person_must_look_at_says_so_until_it_is_over(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    // Stripe fails after it has charged, repeats that under the key, and does not let us look.
    world.next_call_fails(Fault::ErrorAfter, "/v1/payment_intents");
    let rule = FaultRule::next(Fault::Undocumented, Method::Get, "/v1/payment_intents", 1);
    world.stripe().add_fault(rule);
    let refused = rider.place(&order).await;
    refused.refused(500, Some("serious_internal_error"));
    assert_eq!(refused.body["retryable"], false);
    assert_eq!(world.books().await.kept().len(), 1);
    assert!(rider.wallet().await.passes().is_empty());
    let bought = rider.place(&order).await.ok();
    assert_eq!(rider.place(&order).await.text, bought.text);
    world.books().await.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}

/// Calls that take no money: the customer, the card on it, and the credential for the operator's account.
const STEPS_BEFORE_THE_MONEY: [(&str, &str); 3] = [
    ("/v1/customers", "pm_card_visa"),
    ("/v1/payment_methods/*/attach", "pm_card_visa"),
    ("/v1/tokens", "tok_visa"),
];

async fn what_stripe_refuses_without_a_documented_reason_is_told_as_unknown(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    for (path, card) in STEPS_BEFORE_THE_MONEY {
        let order = Order::single(&state).card(card);
        world.next_call_fails(Fault::Undocumented, path);
        let refused = rider.place(&order).await;
        refused.refused(500, Some("stripe_unknown_error"));
        assert_eq!(rider.place(&order).await.text, refused.text);
        assert!(world.stripe().faults_left().is_empty(), "{path}");
    }
    // "Retry with a different idempotency key".
    rider.place(&Order::single(&state)).await.ok();
    assert_eq!(world.books().await.kept().len(), 1);
    world.audit().await;
}

async fn a_key_that_stripe_knows_from_elsewhere_is_told_as_such(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    for (path, card) in STEPS_BEFORE_THE_MONEY {
        let order = Order::single(&state).card(card);
        world.next_call_fails(Fault::KeyReused, path);
        let refused = rider.place(&order).await;
        refused.refused(409, Some("stripe_idempotency_error"));
        assert_eq!(refused.body["retryable"], false);
        assert_eq!(rider.place(&order).await.text, refused.text);
    }
    rider.place(&Order::single(&state)).await.ok();
    assert_eq!(world.books().await.kept().len(), 1);
    world.audit().await;
}

async fn keys_of_an_app_that_cannot_be_fetched_are_to_be_asked_for_again(store: Store) {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("marketplace.yaml");
    let demo = std::fs::read_to_string(demo_marketplace()).unwrap();
    // Nobody listens on port 1.
    let away = "    name: CityHop\n    jwks_url: http://127.0.0.1:1/jwks.json\n";
    std::fs::write(&file, demo.replacen("    name: CityHop\n", away, 1)).unwrap();
    let world = World::of(Setting {
        marketplace: Some(file),
        ..Setting::on(store)
    })
    .await;
    let jwt = world
        .app_with(crate::world::OTHER_APPS_KEY)
        .jwt("ann", "ann-phone")
        .await;
    let refused = world.app().post("/user/login").bearer(&jwt).send().await;
    waits_a_moment(&refused, "url_error");
    assert_eq!(refused.session(), None);
}

/// Both stores in one test, because most of it is waiting.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_stripe_is_at_work_on_the_same_call_it_is_to_be_asked_again() {
    tokio::join!(busy(Store::Sqlite), busy(Store::Postgres));
}

async fn busy(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    world.stripe().add_fault(FaultRule {
        fault: Fault::Conflict,
        method: Some(Method::Post),
        path: "/v1/payment_intents".to_owned(),
        when: When::PerMillion(1_000_000),
    });
    let refused = rider.place(&order).await;
    refused.refused(408, Some("stripe_idempotency_key_in_use"));
    assert_eq!(refused.body["retryable"], true);
    world.stripe().clear_faults();
    rider.place(&order).await.ok();
    world.books().await.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}
