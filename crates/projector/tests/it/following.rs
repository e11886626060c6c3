//! Following the log: once each, by however many servers, and never past what cannot be understood.

use std::{collections::BTreeSet, sync::Arc};

use domain::Purchase;
use event_log::{Filter, Position, Recorded, Upcasters};
use projector::{Build, ProjectError, Projection, Projector, ProjectorError, Rows, Value};
use tokio::sync::watch;

use crate::{
    fixtures::{completed, declined, purchase, started, voided},
    world::{World, on_both_stores, write},
};

on_both_stores! {
    events_that_come_while_it_runs_are_taken_in,
    several_servers_take_in_each_event_once,
    a_poison_event_stops_the_projection_right_before_it,
    a_long_log_is_taken_in_batch_by_batch,
    a_new_server_goes_on_where_the_last_one_stopped,
}

/// Counts events in the table of another read model; an event that lands twice breaks the key.
struct Once;

impl Projection for Once {
    const NAME: &'static str = "once";
    const VERSION: u32 = 1;
    const TABLES: &'static [&'static str] = &["unfinished"];
    const CATEGORIES: &'static [&'static str] = &["purchase"];

    async fn project(
        rows: &mut Rows<'_>,
        build: Build,
        event: &Recorded,
        _: &Upcasters,
    ) -> Result<(), ProjectError> {
        const INSERT: &str =
            "INSERT INTO unfinished (build, stream, task, category, since) VALUES ($1, $2, $3, 'once', $4)";
        if event.kind == "purchase.voided" {
            return Err(ProjectError::Drift("poisoned".to_owned()));
        }
        let position = i64::try_from(event.position.0).unwrap();
        let task = event.position.to_string();
        let (stream, task) = (Value::Text(event.stream.as_str()), Value::Text(&task));
        rows.execute(
            INSERT,
            &[
                Value::Integer(build.number()),
                stream,
                task,
                Value::Integer(position),
            ],
        )
        .await?;
        Ok(())
    }
}

const LANDED: &str = "SELECT count(*) FROM unfinished WHERE category = 'once'";
const CHECKPOINT: &str = "SELECT position FROM projection_builds WHERE name = 'once'";

async fn events_that_come_while_it_runs_are_taken_in(world: World) {
    let server = Arc::new(world.serve().await);
    let (stop, stopped) = watch::channel(false);
    let projector = server.projector();
    projector.catch_up().await.unwrap();
    let running = tokio::spawn(async move { projector.run(stopped).await });
    for number in 1..=20 {
        server
            .append([write::<Purchase>(purchase(number), [started(number)])])
            .await;
    }
    while server.open().await.len() < 20 {
        tokio::task::yield_now().await;
    }
    stop.send_replace(true);
    running.await.unwrap().unwrap();
}

async fn several_servers_take_in_each_event_once(world: World) {
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(Arc::new(world.serve().await));
    }
    let (stop, stopped) = watch::channel(false);
    let mut running = tokio::task::JoinSet::new();
    for server in &servers {
        let projector = Projector::bare(&server.database, Upcasters::new()).with::<Once>();
        let stopped = stopped.clone();
        running.spawn(async move { projector.run(stopped).await });
    }
    for number in 1..=60 {
        let server = &servers[usize::try_from(number).unwrap() % servers.len()];
        server
            .append([write::<Purchase>(purchase(number), [started(number), declined()])])
            .await;
    }
    while servers[0].number(LANDED).await < 120 {
        tokio::task::yield_now().await;
    }
    stop.send_replace(true);
    while let Some(ended) = running.join_next().await {
        ended.unwrap().unwrap();
    }
    assert_eq!(servers[0].number(LANDED).await, 120);
    assert_eq!(
        servers[0].number("SELECT count(*) FROM projection_builds").await,
        1
    );
}

async fn a_poison_event_stops_the_projection_right_before_it(world: World) {
    let server = world.serve().await;
    server
        .append([write::<Purchase>(purchase(1), [started(1), declined()])])
        .await;
    let poison = server
        .append([write::<Purchase>(purchase(2), [started(2), voided()])])
        .await;
    server
        .append([write::<Purchase>(purchase(3), [started(3)])])
        .await;
    let projector = Projector::bare(&server.database, Upcasters::new()).with::<Once>();
    for _ in 0..2 {
        let stopped = projector.catch_up().await.unwrap_err();
        let expected = ProjectorError::Poison {
            projection: "once",
            position: poison[1].position,
            kind: "purchase.voided".to_owned(),
            reason: "poisoned".to_owned(),
        };
        assert_eq!(stopped, expected);
        assert!(!stopped.is_passing());
        assert_eq!(
            server.number(LANDED).await,
            3,
            "what precedes it is in, what follows is not"
        );
        assert_eq!(server.number(CHECKPOINT).await, 3);
    }
    let (_stop, stopped) = watch::channel(false);
    assert!(
        projector.run(stopped).await.is_err(),
        "it does not run on past it either"
    );
}

async fn a_long_log_is_taken_in_batch_by_batch(world: World) {
    let server = world.serve().await;
    for number in 0..12 {
        let writes = (1..=100).map(|of| {
            let number = number * 100 + of;
            write::<Purchase>(purchase(number), [started(number)])
        });
        server.append(writes).await;
    }
    server
        .append([write::<Purchase>(purchase(1), [declined()])])
        .await;
    assert_eq!(server.projector().catch_up().await.unwrap(), Position(1_201));
    assert_eq!(server.open().await.len(), 1_199);
}

async fn a_new_server_goes_on_where_the_last_one_stopped(world: World) {
    let first = world.serve().await;
    first.append([write::<Purchase>(purchase(1), [started(1)])]).await;
    first.projector().catch_up().await.unwrap();
    first
        .append([
            write::<Purchase>(purchase(1), [completed()]),
            write::<Purchase>(purchase(2), [started(2)]),
        ])
        .await;
    first.database.close().await;
    let second = world.serve().await;
    second.projector().catch_up().await.unwrap();
    let open: BTreeSet<_> = [format!("purchase-{}", purchase(2))].into();
    assert_eq!(second.open().await, open);
    assert_eq!(
        second
            .log()
            .read(Position::START, 10, &Filter::All)
            .await
            .unwrap()
            .len(),
        3
    );
}
