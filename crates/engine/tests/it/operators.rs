//! Operators that come, change and go, while purchases are under way.

use engine::{BuyProblem, NoQuote, Refreshed};
use event_log::{Filter, Position};
use stripe_sim::{Fault, FaultRule, core::AccountState, core::Method};

use crate::{
    buying::{ask, money_is_right, order, stage},
    marketplace::{ACCOUNT, SINGLE, STRIPE_KEY, marketplace, operator},
    world::{StoreKind, World, admin, claim, on_both_stores},
};

on_both_stores!(
    declaring_the_same_again_records_nothing,
    a_declaration_on_one_server_is_seen_by_the_other,
    a_restricted_account_stops_new_purchases_and_open_ones_come_to_rest,
    an_operator_that_withdraws_its_permission_leaves_the_purchase_to_a_person_until_it_is_back,
);

async fn declaring_the_same_again_records_nothing(store: StoreKind) {
    let world = World::open(store).await;
    let log = world.database.log();
    let head = log.head().await.unwrap();
    let mut twice = marketplace();
    twice.apps.extend(marketplace().apps);
    twice.operators.extend(marketplace().operators);
    for declaration in [marketplace(), twice] {
        assert!(world.engine.preview(&declaration).await.unwrap().is_empty());
        assert!(
            world
                .engine
                .declare(&admin(), &declaration)
                .await
                .unwrap()
                .is_empty()
        );
    }
    let refreshed = world.engine.refresh_account(&admin(), &operator()).await.unwrap();
    assert_eq!(
        refreshed,
        Refreshed::Known {
            charges_enabled: true
        }
    );
    assert_eq!(log.head().await.unwrap(), head);
}

async fn a_declaration_on_one_server_is_seen_by_the_other(store: StoreKind) {
    let world = World::open(store).await;
    let other = world.another_engine(world.database.log()).await;
    let mut changed = marketplace();
    "CityHop Next".clone_into(&mut changed.apps[0].name);
    // Named twice in one declaration: the last word counts, and the stream is written once.
    let mut first = changed.apps[0].clone();
    "CityHop Soon".clone_into(&mut first.name);
    changed.apps.insert(0, first);
    let differences = world.engine.declare(&admin(), &changed).await.unwrap();
    assert_eq!(differences.len(), 1, "{differences:?}");
    let head = world.database.log().head().await.unwrap();
    other.directory().reach(head).await.unwrap();
    assert_eq!(other.directory().apps()[0].name(), "CityHop Next");
    assert_eq!(world.engine.directory().apps()[0].name(), "CityHop Next");
}

/// Leaves a purchase whose charge Stripe never got, or got and never answered.
async fn cut_off(world: &World, card: &'static str, path: &str, fault: Fault) {
    let rider = world.rider(card).await;
    world
        .stripe
        .control()
        .add_fault(FaultRule::next(fault, Method::Post, path, 1_000));
    let waits = ask(
        &world.engine,
        order(&rider, &[(SINGLE, 1)], card),
        Some(&claim(card)),
    )
    .await;
    assert!(matches!(waits, Err(BuyProblem::Pending)));
    world.stripe.control().clear_faults();
}

async fn ended(world: &World, card: &'static str) -> String {
    let rider = world.rider(card).await;
    let answer = ask(
        &world.engine,
        order(&rider, &[(SINGLE, 1)], card),
        Some(&claim(card)),
    )
    .await;
    stage(&answer.unwrap())
}

async fn a_restricted_account_stops_new_purchases_and_open_ones_come_to_rest(store: StoreKind) {
    let world = World::open(store).await;
    let control = world.stripe.control();
    cut_off(&world, "pm_card_visa", "/v1/payment_intents", Fault::LoseReply).await;
    cut_off(&world, "tok_visa", "/v1/charges", Fault::DropBefore).await;
    control
        .set_account_state(ACCOUNT, AccountState::Restricted)
        .unwrap();
    let refreshed = world.engine.refresh_account(&admin(), &operator()).await.unwrap();
    assert_eq!(
        refreshed,
        Refreshed::Known {
            charges_enabled: false
        }
    );
    let late = world.rider("late").await;
    let refused = world.buy_with(&late, &[(SINGLE, 1)], "pm_card_visa").await;
    assert!(matches!(
        refused,
        Err(BuyProblem::NoQuote(NoQuote::NotTransactable(_)))
    ));
    world.resolve().await;
    assert_eq!(ended(&world, "pm_card_visa").await, "Completed");
    assert_eq!(ended(&world, "tok_visa").await, "Voided");

    control.set_account_state(ACCOUNT, AccountState::Enabled).unwrap();
    world.engine.refresh_account(&admin(), &operator()).await.unwrap();
    world
        .buy_with(&late, &[(SINGLE, 1)], "pm_card_visa")
        .await
        .unwrap();
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    money_is_right(&world).await;
}

async fn an_operator_that_withdraws_its_permission_leaves_the_purchase_to_a_person_until_it_is_back(
    store: StoreKind,
) {
    let world = World::open(store).await;
    let control = world.stripe.control();
    cut_off(&world, "tok_visa", "/v1/charges", Fault::LoseReply).await;
    cut_off(&world, "pm_card_visa", "/v1/payment_intents", Fault::DropBefore).await;
    control.unlink(STRIPE_KEY, ACCOUNT).unwrap();
    for _ in 0..4 {
        let round = world.resolve().await;
        assert_eq!((round.finished, round.open), (0, 2), "nothing is guessed");
    }
    let all = world
        .database
        .log()
        .read(Position::START, 100_000, &Filter::All)
        .await
        .unwrap();
    let reviews = all
        .iter()
        .filter(|it| it.kind == "purchase.review_requested")
        .count();
    assert_eq!(reviews, 2, "a person is asked once for each");
    world.audit().await;

    control.link(STRIPE_KEY, ACCOUNT).unwrap();
    let round = world.resolve().await;
    assert_eq!((round.finished, round.open), (2, 0));
    assert_eq!(ended(&world, "tok_visa").await, "Completed");
    assert_eq!(ended(&world, "pm_card_visa").await, "Completed");
    assert_eq!(world.at_stripe("charges").len(), 2);
    money_is_right(&world).await;
}
