//! Buying: what a request gets, and what stands in the log and in Stripe's books afterwards.

use std::collections::BTreeMap;

use domain::{
    Purchase, UserId,
    cart::{CartRejection, ORDER_LIMIT},
    purchase::Stage,
};
use engine::{Answer, Buy, BuyProblem, CardProblem, Claim, Engine, NoQuote, Settled};
use event_log::{Filter, Position};
use payments::Credential;
use serde_json::{Value, json};

use crate::{
    marketplace::{BOOK, FREE, SINGLE, app},
    world::{StoreKind, World, answer, claim, on_both_stores, rider_asks, usd, wish},
};

on_both_stores!(
    what_was_asked_once_is_answered_the_same_for_ever,
    a_key_is_good_for_one_request_only,
    what_costs_nothing_needs_no_card_and_what_costs_something_does,
    a_card_of_somebody_else_pays_for_nothing,
    a_decision_on_an_old_wallet_is_refused_and_nothing_is_charged,
    a_limit_and_a_quantity_of_nothing_hold_however_a_fare_is_named,
    no_token_and_no_card_stands_in_clear_in_any_event,
);

/// One card for each route.
pub(crate) const CARDS: [&str; 2] = ["pm_card_visa", "tok_visa"];

pub(crate) fn order(user: &UserId, fares: &[(&str, u32)], card: &str) -> Buy {
    Buy {
        app: app(),
        user: user.clone(),
        wish: wish(fares),
        card: Some(Credential::parse(card).unwrap()),
        seen: None,
        at_once: None,
    }
}

pub(crate) fn shown(settled: Settled<'_>) -> Answer {
    answer(&json!({
        "purchase": settled.purchase.order().purchase.as_str(),
        "stage": format!("{:?}", settled.purchase.stage()).split([' ', '{']).next(),
        "passes": settled.wallet.map(|wallet| wallet.items().len()),
    }))
}

pub(crate) async fn ask(engine: &Engine, buy: Buy, claim: Option<&Claim>) -> Result<Answer, BuyProblem> {
    let context = rider_asks(&buy.user);
    engine.buy(&context, buy, claim, &shown).await
}

/// Asks with the same key until there is an answer, as a client does.
pub(crate) async fn ask_until_answered(engine: &Engine, buy: Buy, claim: &Claim) -> Answer {
    for _ in 0..50 {
        match ask(engine, buy.clone(), Some(claim)).await {
            Ok(answer) => return answer,
            Err(
                BuyProblem::Pending
                | BuyProblem::InUse
                | BuyProblem::Card(CardProblem::Pending | CardProblem::Busy),
            ) => {}
            Err(problem) => panic!("{problem}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("never answered");
}

pub(crate) fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

pub(crate) fn stage(answer: &Answer) -> String {
    body(answer)["stage"].as_str().unwrap().to_owned()
}

/// Everything that a log holds under keys named `key` or `customer_key`: among it each key ever sent to Stripe.
pub(crate) async fn keys(world: &World) -> Vec<String> {
    fn walk(value: &Value, keys: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member
                        .as_str()
                        .filter(|_| name == "key" || name == "customer_key")
                    {
                        Some(key) => keys.push(key.to_owned()),
                        None => walk(member, keys),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, keys)),
            _ => {}
        }
    }
    let mut keys = Vec::new();
    for recorded in world
        .database
        .log()
        .read(Position::START, 100_000, &Filter::All)
        .await
        .unwrap()
    {
        walk(&serde_json::from_str(&recorded.data).unwrap(), &mut keys);
    }
    keys
}

/// The log by its own rules, and against Stripe's books: every charge that succeeded is known, of a purchase of its
/// own, and either issued or given back; no key was executed twice.
pub(crate) async fn money_is_right(world: &World) {
    world.audit().await;
    let purchases = world.purchases().await;
    let by_charge: BTreeMap<&str, &Purchase> = purchases
        .iter()
        .filter_map(|it| Some((it.charge()?.charge.as_str(), it)))
        .collect();
    let taken = world.at_stripe("charges");
    let taken: Vec<_> = taken
        .iter()
        .filter(|charge| charge["status"] == "succeeded")
        .collect();
    for charge in &taken {
        let id = charge["id"].as_str().unwrap();
        let purchase = by_charge
            .get(id)
            .unwrap_or_else(|| panic!("{id} is of no purchase"));
        let given_back = charge["amount_refunded"] == charge["amount"];
        match purchase.stage() {
            Stage::Completed { .. } => assert!(!given_back, "{id} is issued and given back"),
            stage => assert!(given_back, "{id} is taken for nothing: {stage:?}"),
        }
        assert_eq!(charge["amount"], purchase.order().total.amount);
    }
    assert_eq!(by_charge.len(), taken.len(), "a charge that Stripe does not know");
    for key in keys(world).await {
        let executions = world.stripe.control().executions(&key);
        assert!(executions <= 1, "{key} was executed {executions} times");
    }
}

async fn what_was_asked_once_is_answered_the_same_for_ever(store: StoreKind) {
    let world = World::open(store).await;
    for (nth, card) in CARDS.into_iter().enumerate() {
        let rider = world.rider(card).await;
        let key = claim(card);
        let first = ask(&world.engine, order(&rider, &[(SINGLE, 1)], card), Some(&key))
            .await
            .unwrap();
        assert_eq!(
            (stage(&first).as_str(), &body(&first)["passes"]),
            ("Completed", &json!(1))
        );
        world.buy_with(&rider, &[(BOOK, 1)], card).await.unwrap();
        let other = world.another_engine(world.database.log()).await;
        for engine in [&world.engine, &other] {
            let again = ask(engine, order(&rider, &[(SINGLE, 1)], card), Some(&key))
                .await
                .unwrap();
            assert_eq!(again, first);
        }
        assert_eq!(world.at_stripe("charges").len(), 2 * (nth + 1));
    }
    assert_eq!(world.engine_fees().0, 2 * (25 + 200));
    money_is_right(&world).await;
}

async fn a_key_is_good_for_one_request_only(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let first = ask(
        &world.engine,
        order(&rider, &[(SINGLE, 1)], CARDS[0]),
        Some(&claim("k")),
    )
    .await;
    first.unwrap();
    let mut another = claim("k");
    "another request".clone_into(&mut another.fingerprint);
    let reused = ask(
        &world.engine,
        order(&rider, &[(SINGLE, 2)], CARDS[0]),
        Some(&another),
    )
    .await;
    assert!(matches!(reused, Err(BuyProblem::KeyReused)));
    assert_eq!(world.at_stripe("charges").len(), 1);
}

async fn what_costs_nothing_needs_no_card_and_what_costs_something_does(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let without = |fare| Buy {
        card: None,
        ..order(&rider, &[(fare, 1)], CARDS[0])
    };
    let refused = ask(&world.engine, without(SINGLE), None).await;
    assert!(matches!(refused, Err(BuyProblem::NoCard)));
    assert!(world.purchases().await.is_empty());
    let free = ask(&world.engine, without(FREE), Some(&claim("free")))
        .await
        .unwrap();
    assert_eq!(
        (stage(&free).as_str(), &body(&free)["passes"]),
        ("Completed", &json!(1))
    );
    assert!(world.at_stripe("charges").is_empty());
    money_is_right(&world).await;
}

async fn a_card_of_somebody_else_pays_for_nothing(store: StoreKind) {
    let world = World::open(store).await;
    let (owner, thief) = (world.rider("owner").await, world.rider("thief").await);
    for card in CARDS {
        world.buy_with(&owner, &[(SINGLE, 1)], card).await.unwrap();
        let kept = world
            .purchases()
            .await
            .pop()
            .unwrap()
            .payment()
            .unwrap()
            .credential
            .clone();
        // The owner may name it by its own id.
        world
            .buy_with(&owner, &[(SINGLE, 1)], kept.as_str())
            .await
            .unwrap();
        let charges = world.at_stripe("charges").len();
        let stolen = world.buy_with(&thief, &[(SINGLE, 1)], kept.as_str()).await;
        assert!(
            matches!(stolen, Err(BuyProblem::Card(CardProblem::Invalid { .. }))),
            "{stolen:?}"
        );
        assert_eq!(world.at_stripe("charges").len(), charges);
    }
    assert!(world.wallet(&thief).await.items().is_empty());
    money_is_right(&world).await;
}

async fn a_decision_on_an_old_wallet_is_refused_and_nothing_is_charged(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    world.buy(&rider, &[(SINGLE, 1)]).await;
    let old = Buy {
        seen: Some(0),
        ..order(&rider, &[(SINGLE, 1)], CARDS[0])
    };
    assert!(matches!(
        ask(&world.engine, old, None).await,
        Err(BuyProblem::OutOfSync)
    ));
    let present = Buy {
        seen: Some(world.wallet(&rider).await.revision()),
        ..order(&rider, &[(SINGLE, 1)], CARDS[0])
    };
    ask(&world.engine, present, None).await.unwrap();
    assert_eq!(world.at_stripe("charges").len(), 2);
}

async fn a_limit_and_a_quantity_of_nothing_hold_however_a_fare_is_named(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let too_many = CartRejection::OrderLimit { limit: ORDER_LIMIT };
    for (fares, expected) in [
        (
            &[(SINGLE, 60), (SINGLE, 60)][..],
            NoQuote::Refused(too_many.clone()),
        ),
        (&[(SINGLE, u32::MAX), (SINGLE, 2)], NoQuote::Refused(too_many)),
        (&[(SINGLE, 1), (BOOK, 0)], NoQuote::Refused(CartRejection::Empty)),
        (&[], NoQuote::Refused(CartRejection::Empty)),
    ] {
        match ask(&world.engine, order(&rider, fares, CARDS[0]), None).await {
            Err(BuyProblem::NoQuote(reason)) => assert_eq!(reason, expected),
            other => panic!("{fares:?}: {other:?}"),
        }
    }
    assert!(world.purchases().await.is_empty());
}

async fn no_token_and_no_card_stands_in_clear_in_any_event(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider@example.com").await;
    world.buy_with(&rider, &[(SINGLE, 1)], "tok_visa").await.unwrap();
    let bought = world.purchases().await.pop().unwrap();
    assert_eq!(bought.order().total, usd(250));
    for recorded in world
        .database
        .log()
        .read(Position::START, 100_000, &Filter::All)
        .await
        .unwrap()
    {
        let text = format!("{} {:?}", recorded.data, recorded.metadata);
        assert!(
            !text.contains("tok_") && !text.contains("example.com"),
            "{}",
            recorded.kind
        );
    }
    world.audit().await;
}
