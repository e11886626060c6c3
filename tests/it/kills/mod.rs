//! What dies under load: servers, their database, their connections to Stripe, their disk. Whatever was answered holds,
//! and Stripe's books agree with every wallet. `SWITCHYARD_TEST_KILLS` asks for more than the usual number of kills.

mod load;

use std::time::Duration;

use event_log::testing::OwnPostgres;
use load::{Insisting, Load};
use stripe_sim::{Fault, FaultRule};

use crate::world::{Setting, Store, World, eventually, on_both_stores};

on_both_stores!(
    kills_under_load_lose_nothing_and_charge_nothing_twice,
    kills_that_take_stripe_along_lose_nothing_either,
    kills_while_stripe_loses_its_replies_charge_nothing_twice,
    servers_that_are_told_to_end_under_load_answer_what_they_have_begun,
);

/// So many, unless more are asked for.
fn kills(usual: u32) -> u32 {
    let asked = std::env::var("SWITCHYARD_TEST_KILLS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(usual)
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

    /// Lets the load go on for a while.
    async fn pause(&mut self) {
        tokio::time::sleep(Duration::from_millis(20 + self.below(300))).await;
    }
}

async fn kills_under_load_lose_nothing_and_charge_nothing_twice(store: Store) {
    survive(World::of(Setting::on(store)).await, kills(20)).await;
}

async fn kills_that_take_stripe_along_lose_nothing_either(store: Store) {
    let setting = Setting {
        embedded: true,
        ..Setting::on(store)
    };
    survive(World::of(setting).await, kills(8)).await;
}

async fn kills_while_stripe_loses_its_replies_charge_nothing_twice(store: Store) {
    let world = World::of(Setting::on(store)).await;
    for fault in [Fault::LoseReply, Fault::DropBefore, Fault::Truncate] {
        world.stripe().add_fault(FaultRule::share(fault, 50_000));
    }
    survive(world, kills(8)).await;
}

async fn survive(mut world: World, kills: u32) {
    let mut chance = Chance::seeded();
    let load = Load::begin(&world, Insisting::UntilAnswered).await;
    for _ in 0..kills {
        chance.pause().await;
        world.kill();
        world.restart().await;
    }
    let bought = load.holds(&mut world).await;
    eprintln!("{bought} purchases survived {kills} kills");
}

async fn servers_that_are_told_to_end_under_load_answer_what_they_have_begun(store: Store) {
    let mut chance = Chance::seeded();
    let mut world = World::of(Setting::on(store)).await;
    let load = Load::begin(&world, Insisting::UntilAnswered).await;
    let times = kills(8);
    for _ in 0..times {
        chance.pause().await;
        world.server.terminate();
        let status = world.server.ended().await;
        assert_eq!(status.code(), Some(0), "{}", world.server.log().join("\n"));
        world.restart().await;
    }
    let bought = load.holds(&mut world).await;
    eprintln!("{bought} purchases survived {times} ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_is_killed_under_load_loses_nothing() {
    let mut chance = Chance::seeded();
    let own = OwnPostgres::start().await;
    let setting = Setting {
        own: Some(own.clone()),
        ..Setting::on(Store::Postgres)
    };
    let mut world = World::of(setting).await;
    let load = Load::begin(&world, Insisting::UntilAnswered).await;
    let times = kills(5);
    for _ in 0..times {
        chance.pause().await;
        own.kill().await;
        chance.pause().await;
        own.restart().await;
        // Before the server has found its database again there would be no load to kill it under.
        eventually("the server is ready", async || {
            let ready = world.app().bare(reqwest::Method::GET, "/readyz").try_send().await;
            ready.is_ok_and(|answer| answer.status == 200)
        })
        .await;
    }
    let bought = load.holds(&mut world).await;
    eprintln!("{bought} purchases survived {times} kills of PostgreSQL");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_refuses_and_loses_nothing() {
    let setting = Setting {
        // Room for what it begins with, and for some load.
        largest_file: Some(4_096),
        ..Setting::on(Store::Sqlite)
    };
    let mut world = World::of(setting).await;
    let load = Load::begin(&world, Insisting::UntilMended).await;
    eventually("the disk is full", async || {
        let log = world.server.log();
        log.iter().any(|line| line.contains("a batch failed"))
    })
    .await;
    world.restart_on_a_larger_disk().await;
    let bought = load.holds(&mut world).await;
    eprintln!("{bought} purchases survived a full disk");
}
