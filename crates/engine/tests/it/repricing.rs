//! Prices that change while somebody buys: what was shown is charged, or nothing.

use std::time::Duration;

use domain::{
    FareId,
    cart::{Cart, CartChange},
    purchase::Stage,
};
use engine::{Buy, BuyProblem, CartSource, Declaration, Engine, Failure, FillCart, NoQuote, Wish};
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    buying::{CARDS, ask, money_is_right, order, stage},
    marketplace::{SINGLE, app, marketplace, operator},
    world::{StoreKind, World, admin, claim, on_both_stores, usd},
};

on_both_stores!(
    a_price_that_changes_while_the_card_is_kept_is_not_charged,
    a_day_that_becomes_free_while_the_card_is_kept_is_free,
    a_catalog_that_this_server_has_not_seen_yet_is_heeded,
    what_a_cart_came_to_is_what_is_ordered,
    a_version_that_comes_into_force_by_itself_makes_carts_stale,
);

/// The marketplace, with another price for a single ride.
fn at_price(price: i64) -> Declaration {
    let mut declared = marketplace();
    for (_, content) in &mut declared.catalogs {
        for fare in content.fares.iter_mut().filter(|fare| fare.id.as_str() == SINGLE) {
            fare.price = usd(price);
        }
    }
    declared
}

/// A cart with so many single rides, as the engine prices it now.
async fn cart(engine: &Engine, quantity: u32) -> (Cart, i64) {
    let fill = FillCart {
        app: app(),
        user: None,
        from: CartSource::Empty(operator()),
        changes: vec![(FareId::parse(SINGLE).unwrap(), CartChange::Add(quantity))],
    };
    let filled = engine.fill_cart(fill).await.unwrap();
    (filled.cart, filled.priced.due.amount)
}

fn is_refused(answer: &Result<engine::Answer, BuyProblem>, expected: &NoQuote) -> bool {
    matches!(answer, Err(BuyProblem::NoQuote(reason)) if reason == expected)
}

/// Has somebody buy, and does something while their card is being kept.
async fn meanwhile(world: &World, buy: Buy, what: impl AsyncFnOnce()) -> Result<engine::Answer, BuyProblem> {
    let slow = FaultRule::next(Fault::Delay { ms: 3_000 }, Method::Post, "/v1/customers", 1);
    world.stripe.control().add_fault(slow);
    let engine = world.engine.clone();
    let buying = tokio::spawn(async move { ask(&engine, buy, None).await });
    while !world.stripe.control().faults_left().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    what().await;
    buying.await.unwrap()
}

async fn a_price_that_changes_while_the_card_is_kept_is_not_charged(store: StoreKind) {
    let world = World::open(store).await;
    for (nth, card) in CARDS.into_iter().enumerate() {
        let dearer = 300 + i64::try_from(nth).unwrap();
        let rider = world.rider(card).await;
        let republish = async || {
            world.engine.declare(&admin(), &at_price(dearer)).await.unwrap();
        };
        let direct = meanwhile(&world, order(&rider, &[(SINGLE, 1)], card), republish).await;
        assert!(is_refused(&direct, &NoQuote::FaresOutOfDate), "{direct:?}");
        let other = world.rider(&format!("{card} with a cart")).await;
        let buy = Buy {
            wish: Wish::Cart(cart(&world.engine, 2).await.0),
            ..order(&other, &[], card)
        };
        let republish = async || {
            world
                .engine
                .declare(&admin(), &at_price(dearer + 100))
                .await
                .unwrap();
        };
        let of_cart = meanwhile(&world, buy, republish).await;
        assert!(is_refused(&of_cart, &NoQuote::StaleCart), "{of_cart:?}");
        assert!(world.purchases().await.is_empty(), "no intent was written");
        assert!(world.at_stripe("charges").is_empty());
    }
    // Whoever asks again pays what is asked now.
    let rider = world.rider(CARDS[0]).await;
    ask(&world.engine, order(&rider, &[(SINGLE, 1)], CARDS[0]), None)
        .await
        .unwrap();
    assert_eq!(world.at_stripe("charges")[0]["amount"], 401);
    money_is_right(&world).await;
}

async fn a_day_that_becomes_free_while_the_card_is_kept_is_free(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let free = Declaration {
        notices: vec![(
            operator(),
            vec![],
            vec![domain::operator::FareFreePeriod {
                id: domain::NoticeId::parse("today").unwrap(),
                header: None,
                description: None,
                active: domain::catalog::TimeRange {
                    start: None,
                    end: None,
                },
            }],
        )],
        ..marketplace()
    };
    let declare = async || {
        world.engine.declare(&admin(), &free).await.unwrap();
    };
    let bought = meanwhile(&world, order(&rider, &[(SINGLE, 1)], CARDS[0]), declare).await;
    assert!(is_refused(&bought, &NoQuote::FareFree), "{bought:?}");
    assert!(world.at_stripe("charges").is_empty());
    money_is_right(&world).await;
}

async fn a_catalog_that_this_server_has_not_seen_yet_is_heeded(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    // A server that has stopped following what others publish.
    let deaf = Engine::open(world.parts().await).await.unwrap();
    world.engine.declare(&admin(), &at_price(300)).await.unwrap();
    let bought = ask(
        &deaf,
        order(&rider, &[(SINGLE, 1)], CARDS[0]),
        Some(&claim("deaf")),
    )
    .await;
    assert!(
        matches!(bought, Err(BuyProblem::Failure(Failure::Unavailable(_)))),
        "{bought:?}"
    );
    assert!(world.purchases().await.is_empty());
    // The same request, at a server that has.
    let bought = ask(
        &world.engine,
        order(&rider, &[(SINGLE, 1)], CARDS[0]),
        Some(&claim("deaf")),
    )
    .await;
    assert_eq!(stage(&bought.unwrap()), "Completed");
    assert_eq!(world.at_stripe("charges")[0]["amount"], 300);
    money_is_right(&world).await;
}

async fn what_a_cart_came_to_is_what_is_ordered(store: StoreKind) {
    let world = World::open(store).await;
    let mut declared = marketplace();
    for (_, content) in &mut declared.catalogs {
        for fare in &mut content.fares {
            fare.discounted_price = Some(usd(fare.price.amount * 87 / 100));
        }
    }
    world.engine.declare(&admin(), &declared).await.unwrap();
    for quantity in [1, 2, 7, 100] {
        let rider = world.rider(&quantity.to_string()).await;
        let (cart, due) = cart(&world.engine, quantity).await;
        let buy = Buy {
            wish: Wish::Cart(cart),
            ..order(&rider, &[], CARDS[0])
        };
        ask(&world.engine, buy, None).await.unwrap();
        assert_eq!(due, 217 * i64::from(quantity));
        let purchases = world.purchases().await;
        let order = purchases
            .iter()
            .map(domain::Purchase::order)
            .find(|it| it.user == rider);
        assert_eq!(order.unwrap().total.amount, due);
    }
    money_is_right(&world).await;
}

async fn a_version_that_comes_into_force_by_itself_makes_carts_stale(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let (cart, _) = cart(&world.engine, 1).await;
    let later = world.now() + chrono::TimeDelta::hours(1);
    let (operator, content) = at_price(300).catalogs.remove(0);
    let publish = domain::catalog::CatalogCommand::Publish {
        operator: operator.clone(),
        content: Box::new(content),
        effective_from: Some(later),
        source: domain::catalog::CatalogSource::Admin,
        at: world.now(),
    };
    let repository = engine::handle::Repository::new(world.database.log());
    let loaded = repository
        .load::<domain::catalog::Catalog>(operator.as_str())
        .await
        .unwrap();
    let published = loaded.decide(publish).unwrap().unwrap().write().unwrap();
    let stored = repository
        .commit(&admin(), world.now(), vec![published], vec![])
        .await
        .unwrap();
    world.engine.directory().reach(stored.last).await.unwrap();
    let buy = || Buy {
        wish: Wish::Cart(cart.clone()),
        ..order(&rider, &[], CARDS[0])
    };
    let bought = ask(&world.engine, buy(), None).await.unwrap();
    assert_eq!(stage(&bought), "Completed");
    world.clock.advance(Duration::from_hours(1));
    let stale = ask(&world.engine, buy(), None).await;
    assert!(is_refused(&stale, &NoQuote::StaleCart), "{stale:?}");
    for purchase in world.purchases().await {
        assert!(matches!(purchase.stage(), Stage::Completed { .. }));
    }
    assert_eq!(world.at_stripe("charges").len(), 1);
    money_is_right(&world).await;
}
