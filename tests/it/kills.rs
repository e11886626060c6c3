//! Random kills under load: whatever was answered holds, and Stripe's books agree with every wallet.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::world::{BOOK, Order, Rider, SINGLE, Setting, Store, World, bought_in, on_both_stores};

on_both_stores!(
    twenty_kills_under_load_lose_nothing_and_charge_nothing_twice,
    kills_that_take_stripe_along_lose_nothing_either,
);

const RIDERS: usize = 6;

async fn twenty_kills_under_load_lose_nothing_and_charge_nothing_twice(store: Store) {
    survive(Setting::on(store), 20).await;
}

async fn kills_that_take_stripe_along_lose_nothing_either(store: Store) {
    let setting = Setting {
        embedded: true,
        ..Setting::on(store)
    };
    survive(setting, 8).await;
}

/// A repeatable stream of numbers; `SWITCHYARD_TEST_SEED` gives another one.
struct Chance(u64);

impl Chance {
    fn seeded() -> Self {
        let seed = std::env::var("SWITCHYARD_TEST_SEED").ok();
        let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(17);
        eprintln!("SWITCHYARD_TEST_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// What one rider was promised: by idempotency key, the purchases that the answer named last.
type Promises = BTreeMap<String, String>;

async fn survive(setting: Setting, kills: u32) {
    let mut chance = Chance::seeded();
    let mut world = World::of(setting).await;
    let over = Arc::new(AtomicBool::new(false));
    let mut riders = Vec::new();
    let mut loads = Vec::new();
    for number in 0..RIDERS {
        let rider = world.rider(&format!("rider-{number}")).await;
        loads.push(tokio::spawn(ride_on(rider.clone(), number, Arc::clone(&over))));
        riders.push(rider);
    }
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(20 + chance.below(300))).await;
        world.kill();
        world.restart().await;
    }
    over.store(true, Ordering::SeqCst);
    let mut wallets = Vec::new();
    let mut bought = 0;
    for (rider, load) in riders.iter().zip(loads) {
        let promises = load.await.unwrap();
        let wallet = rider.wallet().await.body;
        let held = bought_in(&wallet);
        assert_eq!(held.len(), promises.len(), "each key bought once");
        bought += held.len();
        wallets.push(wallet);
        for (key, text) in promises {
            let order: Order = replayed(&key, rider).await;
            let again = rider.place(&order).await.ok();
            assert_eq!(again.text, text, "{key}");
        }
    }
    eprintln!("{bought} purchases survived {kills} kills");
    assert!(bought >= RIDERS, "there was load");
    let books = world.books().await;
    books.agree_with(&wallets);
    assert_eq!(books.refunds(), 0);
    world.kill();
    world.audit().await;
}

/// Buys one thing after the other until it is over. A request whose answer did not come is sent again as it was.
async fn ride_on(rider: Rider, number: usize, over: Arc<AtomicBool>) -> Promises {
    let mut promises = Promises::new();
    let mut round = 0;
    while !over.load(Ordering::SeqCst) {
        let Ok(listed) = rider.get("/pass?ticket_format=none").try_send().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let order = planned(&format!("{number}-{round}"), &listed.ok().state());
        round += 1;
        let text = insist(&rider, &order).await;
        promises.insert(order.key, text);
    }
    promises
}

/// Which fare and card belong to a key, so that a request can be made again from its key alone.
fn planned(key: &str, state: &str) -> Order {
    let (_, round) = key.split_once('-').unwrap();
    let round: u32 = round.parse().unwrap();
    let fare = if round % 4 == 3 { BOOK } else { SINGLE };
    let card = if round % 3 == 1 {
        "tok_visa"
    } else {
        "pm_card_visa"
    };
    Order {
        key: key.to_owned(),
        ..Order::of(fare, card, state)
    }
}

async fn replayed(key: &str, rider: &Rider) -> Order {
    planned(key, &rider.state().await)
}

async fn insist(rider: &Rider, order: &Order) -> String {
    loop {
        match rider.purchase(order).try_send().await {
            Ok(answer) if answer.body["retryable"] == true => {}
            Ok(answer) => return answer.ok().text,
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
