//! Riders who buy one thing after the other and insist until they have an answer, and whether everything they were
//! promised holds.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinHandle;

use crate::world::{Answer, BOOK, Order, Rider, SINGLE, World, bought_in};

const RIDERS: usize = 6;

/// What one rider was promised: by idempotency key, the text of the answer.
type Promises = BTreeMap<String, String>;

/// What riders take for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Insisting {
    /// Whatever is not to be tried again: any other error is a failure.
    UntilAnswered,
    /// What was bought: they come again, too, after an error that says not to, since somebody mends the server.
    UntilMended,
}

/// Riders at work.
pub(super) struct Load {
    over: Arc<AtomicBool>,
    riders: Vec<(Rider, JoinHandle<Promises>)>,
}

impl Load {
    pub(super) async fn begin(world: &World, insisting: Insisting) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let mut riders = Vec::new();
        for number in 0..RIDERS {
            let rider = world.rider(&format!("rider-{number}")).await;
            let load = tokio::spawn(ride_on(rider.clone(), number, insisting, Arc::clone(&over)));
            riders.push((rider, load));
        }
        Self { over, riders }
    }

    /// Lets every rider have their last answer, and holds wallets, answers, log and Stripe's books against each other.
    pub(super) async fn holds(self, world: &mut World) -> usize {
        self.over.store(true, Ordering::SeqCst);
        let mut wallets = Vec::new();
        let mut bought = 0;
        for (rider, load) in self.riders {
            let promises = load.await.unwrap();
            let wallet = rider.wallet().await.body;
            let held = bought_in(&wallet);
            assert_eq!(held.len(), promises.len(), "each key bought once");
            bought += held.len();
            wallets.push(wallet);
            for (key, text) in promises {
                let order = planned(&key, &rider.state().await);
                let again = rider.place(&order).await.ok();
                assert_eq!(again.text, text, "{key}");
            }
        }
        assert!(bought >= RIDERS, "there was load");
        let books = world.books().await;
        books.agree_with(&wallets);
        assert_eq!(books.refunds(), 0);
        world.kill();
        world.audit().await;
        bought
    }
}

/// Buys one thing after the other until it is over. A request whose answer did not come is sent again as it was.
async fn ride_on(rider: Rider, number: usize, insisting: Insisting, over: Arc<AtomicBool>) -> Promises {
    let mut promises = Promises::new();
    let mut round = 0;
    while !over.load(Ordering::SeqCst) {
        let listed = insist(insisting, || rider.get("/pass?ticket_format=none").try_send());
        let order = planned(&format!("{number}-{round}"), &listed.await.state());
        round += 1;
        let bought = insist(insisting, || rider.purchase(&order).try_send());
        let text = bought.await.text;
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

async fn insist<A>(insisting: Insisting, ask: impl Fn() -> A) -> Answer
where
    A: Future<Output = Result<Answer, reqwest::Error>>,
{
    loop {
        match ask().await {
            Ok(answer) if answer.body["retryable"] == true => {}
            Ok(answer) if answer.status >= 500 && insisting == Insisting::UntilMended => {}
            Ok(answer) => return answer.ok(),
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
