//! Which server is at work on what.

use std::time::Duration;

use chrono::{DateTime, Utc};
use projector::{Leases, Turn};

use crate::{
    fixtures::minute,
    world::{Server, World, on_both_stores},
};

on_both_stores! {
    of_all_servers_that_ask_at_once_one_gets_the_work,
    whoever_does_not_come_back_has_lost_it,
    what_rests_is_left_alone_until_its_time,
    what_ran_out_is_forgotten,
    where_there_is_one_server_it_takes_over_what_it_left_when_it_died,
}

const WORK: &str = "purchase-1";
const LEASE: Duration = Duration::from_mins(1);

async fn take(server: &Server, who: &str, now: DateTime<Utc>) -> Turn {
    let leases = Leases::of(server.database.views(), who);
    leases.take(WORK, (now, now + LEASE), false).await.unwrap()
}

async fn of_all_servers_that_ask_at_once_one_gets_the_work(world: World) {
    let server = world.serve().await;
    for round in 0..10 {
        let now = minute(round * 10);
        let names: Vec<String> = (0..8).map(|number| format!("server {round} {number}")).collect();
        let asked = names.iter().map(|name| take(&server, name, now));
        let turns = futures::future::join_all(asked).await;
        assert_eq!(turns.iter().filter(|turn| **turn == Turn::Ours).count(), 1);
    }
}

async fn whoever_does_not_come_back_has_lost_it(world: World) {
    let server = world.serve().await;
    assert_eq!(take(&server, "a", minute(0)).await, Turn::Ours);
    assert_eq!(
        take(&server, "a", minute(0)).await,
        Turn::Ours,
        "it has it already"
    );
    let just_before = minute(1) - Duration::from_micros(1);
    assert_eq!(take(&server, "b", just_before).await, Turn::Others);
    assert_eq!(take(&server, "b", minute(1)).await, Turn::Ours);
    let slow = Leases::of(server.database.views(), "a");
    slow.end(WORK).await.unwrap();
    slow.rest(WORK, minute(0)).await.unwrap();
    assert_eq!(
        take(&server, "c", minute(1)).await,
        Turn::Others,
        "who lost it says nothing about it"
    );
}

async fn what_rests_is_left_alone_until_its_time(world: World) {
    let server = world.serve().await;
    let leases = Leases::of(server.database.views(), "a");
    take(&server, "a", minute(0)).await;
    leases.rest(WORK, minute(5)).await.unwrap();
    for who in ["a", "b"] {
        assert_eq!(take(&server, who, minute(4)).await, Turn::Others);
    }
    let until = (minute(4), minute(9));
    let starting = Leases::of(server.database.views(), "starting");
    assert_eq!(starting.take(WORK, until, true).await.unwrap(), Turn::Ours);
    starting.rest(WORK, minute(5)).await.unwrap();
    assert_eq!(take(&server, "b", minute(5)).await, Turn::Ours);
}

async fn what_ran_out_is_forgotten(world: World) {
    let server = world.serve().await;
    let leases = Leases::of(server.database.views(), "a");
    take(&server, "a", minute(0)).await;
    leases.forget(minute(1)).await.unwrap();
    assert_eq!(
        take(&server, "b", minute(0)).await,
        Turn::Others,
        "it has not run out"
    );
    leases.forget(minute(2)).await.unwrap();
    assert_eq!(take(&server, "b", minute(0)).await, Turn::Ours);
    Leases::of(server.database.views(), "b").end(WORK).await.unwrap();
    assert_eq!(take(&server, "c", minute(0)).await, Turn::Ours);
}

async fn where_there_is_one_server_it_takes_over_what_it_left_when_it_died(world: World) {
    let server = world.serve().await;
    take(&server, "a", minute(0)).await;
    let after = Leases::of(server.database.views(), "after");
    after.start_alone().await.unwrap();
    let expected = match server.database.views() {
        event_log::Store::Sqlite(_) => Turn::Ours,
        event_log::Store::Postgres(_) => Turn::Others,
    };
    assert_eq!(take(&server, "after", minute(0)).await, expected);
}
