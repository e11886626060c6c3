//! Two servers on one database, asked for the same or for different things at the same time.

use domain::UserId;
use engine::{BuyProblem, Engine};
use event_log::{Filter, Position};
use payments::Credential;

use crate::{
    buying::{CARDS, ask, ask_until_answered, money_is_right, order, shown, stage},
    marketplace::{SINGLE, app},
    world::{StoreKind, World, claim, on_both_stores, rider_asks},
};

on_both_stores!(
    one_request_that_reaches_two_servers_many_times_is_charged_once_and_answered_once,
    of_two_purchases_of_one_rider_at_once_one_waits,
    one_card_that_reaches_two_servers_is_kept_once,
);

async fn one_request_that_reaches_two_servers_many_times_is_charged_once_and_answered_once(store: StoreKind) {
    let world = World::open(store).await;
    let other = world.another_engine(world.database.log()).await;
    for round in 0..3 {
        for card in CARDS {
            let rider = world.rider(&format!("{card} {round}")).await;
            let key = claim(rider.as_str());
            let requests = (0..6).map(|nth| {
                let engine = if nth % 2 == 0 {
                    world.engine.clone()
                } else {
                    other.clone()
                };
                let (buy, key) = (order(&rider, &[(SINGLE, 1)], card), key.clone());
                tokio::spawn(async move { ask_until_answered(&engine, buy, &key).await })
            });
            let requests: Vec<_> = requests.collect();
            let mut answers = Vec::new();
            for request in requests {
                answers.push(request.await.unwrap());
            }
            assert_eq!(stage(&answers[0]), "Completed");
            assert!(
                answers.iter().all(|answer| *answer == answers[0]),
                "{card} {round}"
            );
            assert_eq!(world.wallet(&rider).await.items().len(), 1);
        }
    }
    assert_eq!(world.purchases().await.len(), 6);
    assert_eq!(world.at_stripe("charges").len(), 6);
    money_is_right(&world).await;
}

async fn of_two_purchases_of_one_rider_at_once_one_waits(store: StoreKind) {
    let world = World::open(store).await;
    let other = world.another_engine(world.database.log()).await;
    let rider = world.rider("rider").await;
    world.buy(&rider, &[(SINGLE, 1)]).await;
    let seen = world.wallet(&rider).await.revision();
    let buy = |engine: std::sync::Arc<Engine>, key: &'static str| {
        let buy = engine::Buy {
            seen: Some(seen),
            ..order(&rider, &[(SINGLE, 1)], CARDS[0])
        };
        tokio::spawn(async move { ask(&engine, buy, Some(&claim(key))).await })
    };
    let both = [buy(world.engine.clone(), "one"), buy(other, "two")];
    let mut bought = 0;
    for attempt in both {
        match attempt.await.unwrap() {
            Ok(answer) => {
                assert_eq!(stage(&answer), "Completed");
                bought += 1;
            }
            // Which of the two it is depends on how far the other had come.
            Err(BuyProblem::PurchaseInProgress | BuyProblem::OutOfSync) => {}
            Err(problem) => panic!("{problem}"),
        }
    }
    assert_eq!(bought, 1);
    assert_eq!(world.wallet(&rider).await.items().len(), 2);
    assert_eq!(world.at_stripe("charges").len(), 2);
    money_is_right(&world).await;
}

async fn one_card_that_reaches_two_servers_is_kept_once(store: StoreKind) {
    let world = World::open(store).await;
    let other = world.another_engine(world.database.log()).await;
    let rider = world.rider("rider").await;
    // With a customer there is nothing but the card itself to keep the two apart.
    world
        .buy_with(&rider, &[(SINGLE, 1)], "pm_card_visa")
        .await
        .unwrap();
    for card in ["tok_mastercard", "pm_card_mastercard", "tok_amex"] {
        let kept =
            futures::future::join_all([&world.engine, &other].map(|engine| keep(engine, &rider, card))).await;
        assert_eq!(kept[0], kept[1], "{card}");
    }
    let all = world
        .database
        .log()
        .read(Position::START, 100_000, &Filter::All)
        .await
        .unwrap();
    let saves = all
        .iter()
        .filter(|it| it.kind == "user.card_save_started")
        .count();
    assert_eq!(saves, 4, "one attempt a card");
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    let context = rider_asks(&rider);
    let buy = order(&rider, &[(SINGLE, 1)], "tok_amex");
    world.engine.buy(&context, buy, None, &shown).await.unwrap();
    money_is_right(&world).await;
}

async fn keep(engine: &Engine, rider: &UserId, card: &str) -> engine::KeptCard {
    let credential = Credential::parse(card).unwrap();
    for _ in 0..50 {
        match engine
            .keep_card(&rider_asks(rider), &app(), rider, &credential)
            .await
        {
            Ok(card) => return card,
            Err(engine::CardProblem::Pending) => {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            Err(problem) => panic!("{problem}"),
        }
    }
    panic!("never kept");
}
