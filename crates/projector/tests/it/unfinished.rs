//! The list of what is not over.

use chrono::{DateTime, Utc};
use domain::{Purchase, User, purchase::Next, user::UserEvent};
use event_log::Upcasters;
use projector::{Projector, Unfinished, ViewError};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::{
    commands::{any_commands, any_start, history},
    fixtures::{
        card_save_refused, card_save_started, charged, declined, minute, purchase, refund_refused,
        refund_started, registered, rider, started,
    },
    world::{World, on_both_stores, write},
};

on_both_stores! {
    work_is_listed_from_its_beginning_to_its_end,
    a_charge_after_the_end_is_work_again,
    a_card_is_work_until_it_is_kept_refused_or_the_user_erased,
    the_oldest_comes_first_and_the_young_are_left_alone,
    work_that_stays_open_hides_nothing_behind_it,
    nothing_is_listed_before_everything_was_read,
}

async fn work_is_listed_from_its_beginning_to_its_end(world: World) {
    let server = world.serve().await;
    let projector = server.projector();
    let stream = format!("purchase-{}", purchase(1));
    let steps = [
        (started(1), true),
        (charged("1"), true),
        (refund_started(1, 100, 8), true),
        (refund_refused(1), false),
        (refund_started(2, 100, 8), true),
    ];
    for (event, is_open) in steps {
        server
            .append([write::<Purchase>(purchase(1), [event.clone()])])
            .await;
        projector.catch_up().await.unwrap();
        assert_eq!(server.open().await.contains(&stream), is_open, "after {event:?}");
    }
}

async fn a_charge_after_the_end_is_work_again(world: World) {
    let server = world.serve().await;
    let projector = server.projector();
    server
        .append([write::<Purchase>(purchase(1), [started(1), declined()])])
        .await;
    projector.catch_up().await.unwrap();
    assert!(server.open().await.is_empty());
    server
        .append([write::<Purchase>(purchase(1), [charged("1")])])
        .await;
    projector.catch_up().await.unwrap();
    assert_eq!(server.open().await.len(), 1);
}

async fn a_card_is_work_until_it_is_kept_refused_or_the_user_erased(world: World) {
    let server = world.serve().await;
    let projector = server.projector();
    let begun = [registered(), card_save_started(1), card_save_started(2)];
    for user in [1, 2] {
        server.append([write::<User>(rider(user), begun.clone())]).await;
    }
    server
        .append([write::<User>(rider(1), [card_save_refused(1)])])
        .await;
    projector.catch_up().await.unwrap();
    assert_eq!(
        server.open().await.len(),
        2,
        "a second card of the first rider is open"
    );
    server
        .append([write::<User>(rider(1), [card_save_refused(2)])])
        .await;
    server
        .append([write::<User>(rider(2), [UserEvent::Erased { at: minute(9) }])])
        .await;
    projector.catch_up().await.unwrap();
    assert!(server.open().await.is_empty());
}

async fn the_oldest_comes_first_and_the_young_are_left_alone(world: World) {
    let server = world.serve().await;
    let mut times = Vec::new();
    for number in [3, 1, 2] {
        times.push(
            server
                .append([write::<Purchase>(purchase(number), [started(number)])])
                .await[0]
                .at,
        );
    }
    server.projector().catch_up().await.unwrap();
    let name = |number| purchase(number).as_str().to_owned();
    // What began at the very moment is old enough: at start everything has to be taken up.
    let work = Unfinished::list(server.views(), 10, times[1]).await.unwrap();
    assert_eq!(
        work.iter()
            .map(|work| work.stream.id().to_owned())
            .collect::<Vec<_>>(),
        [name(3), name(1)]
    );
    assert_eq!(
        work.iter().map(|work| work.since).collect::<Vec<DateTime<Utc>>>(),
        times[..2]
    );
    let work = Unfinished::list(server.views(), 1, times[2]).await.unwrap();
    assert_eq!(
        work.iter()
            .map(|work| work.stream.id().to_owned())
            .collect::<Vec<_>>(),
        [name(3)]
    );
}

async fn work_that_stays_open_hides_nothing_behind_it(world: World) {
    let server = world.serve().await;
    for number in 1..=5 {
        // All of the same age.
        let writes = [write::<Purchase>(purchase(number), [started(number)])];
        server
            .append_as(crate::world::origin("one"), minute(0), writes)
            .await;
    }
    server.projector().catch_up().await.unwrap();
    let (mut seen, mut last) = (Vec::new(), None);
    loop {
        let page = Unfinished::list_after(server.views(), 2, minute(1), last.as_ref())
            .await
            .unwrap();
        let Some(end) = page.last().cloned() else { break };
        seen.extend(page.into_iter().map(|work| work.stream.id().to_owned()));
        last = Some(end);
    }
    let all: Vec<_> = (1..=5)
        .map(|number| purchase(number).as_str().to_owned())
        .collect();
    assert_eq!(seen, all);
}

async fn nothing_is_listed_before_everything_was_read(world: World) {
    let server = world.serve().await;
    let early = Unfinished::list(server.views(), 10, minute(0)).await;
    assert!(
        matches!(early, Err(ViewError::NotBuilt("unfinished"))),
        "{early:?}"
    );
}

/// Whatever happens to purchases, the list has exactly those of which the domain says that something is to be done.
#[test]
fn the_list_agrees_with_what_the_domain_says_is_next() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (world, server) = runtime.block_on(async {
        let world = World::sqlite().await;
        let server = world.serve().await;
        (world, server)
    });
    let projector = Projector::new(&server.database, Upcasters::new());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 192,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let number = std::cell::Cell::new(0_u128);
    let outcome = runner.run(&(any_start(), any_commands()), |(start, commands)| {
        number.set(number.get() + 1);
        let (events, state) = history(number.get(), start, commands);
        let write = write::<Purchase>(purchase(number.get()), events.clone());
        let stream = write.stream.to_string();
        let open = runtime.block_on(async {
            server.append([write]).await;
            projector.catch_up().await.unwrap();
            server.open().await
        });
        prop_assert_eq!(
            open.contains(&stream),
            state.next() != Next::Nothing,
            "{:?}",
            events
        );
        Ok(())
    });
    drop(world);
    outcome.unwrap();
}
