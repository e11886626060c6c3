//! Building anew, beside what is read meanwhile.

use std::sync::Arc;

use domain::Purchase;
use event_log::{Recorded, Upcasters};
use projector::{Build, ProjectError, Projection, Projector, ProjectorError, Rows, Value};
use tokio::sync::watch;

use crate::{
    fixtures::{purchase, started},
    world::{Server, World, on_both_stores, write},
};

on_both_stores! {
    a_rebuild_brings_back_what_was_lost,
    a_rebuild_that_cannot_end_leaves_the_live_one_as_it_is,
    a_raised_version_is_built_beside_the_one_before,
    a_rebuild_that_was_cut_short_is_finished_by_whoever_comes_next,
    only_known_projections_are_rebuilt,
    a_rebuild_loses_nothing_while_the_log_grows_and_others_read,
}

const BUILDS: &str = "SELECT count(*) FROM projection_builds WHERE name NOT IN ('sales', 'parking_stays')";
const ROWS: &str = "SELECT count(*) FROM unfinished";

/// Each event as a row, in the words of a version.
struct Edition<const VERSION: u32>;

impl<const NUMBER: u32> Projection for Edition<NUMBER> {
    const NAME: &'static str = "edition";
    const VERSION: u32 = NUMBER;
    const TABLES: &'static [&'static str] = &["unfinished"];
    const CATEGORIES: &'static [&'static str] = &["purchase"];

    async fn project(
        rows: &mut Rows<'_>,
        build: Build,
        event: &Recorded,
        _: &Upcasters,
    ) -> Result<(), ProjectError> {
        const INSERT: &str = "INSERT INTO unfinished (build, stream, task, category, since) VALUES ($1, $2, 'it', 'edition', $3)";
        let edition = Value::Integer(i64::from(NUMBER));
        let (build, stream) = (Value::Integer(build.number()), Value::Text(event.stream.as_str()));
        rows.execute(INSERT, &[build, stream, edition]).await?;
        Ok(())
    }
}

fn edition<const NUMBER: u32>(server: &Server) -> Projector {
    Projector::bare(&server.database, Upcasters::new()).with::<Edition<NUMBER>>()
}

async fn two_purchases(world: &World) -> Server {
    let server = world.serve().await;
    for number in [1, 2] {
        server
            .append([write::<Purchase>(purchase(number), [started(number)])])
            .await;
    }
    server
}

async fn a_rebuild_brings_back_what_was_lost(world: World) {
    let server = two_purchases(&world).await;
    let projector = server.projector();
    projector.catch_up().await.unwrap();
    server.meddle("DELETE FROM unfinished").await;
    projector.catch_up().await.unwrap();
    assert!(server.open().await.is_empty(), "following does not look back");
    projector.rebuild().await.unwrap();
    assert_eq!(server.open().await.len(), 2);
    assert_eq!(server.number(BUILDS).await, 1, "the old build is gone");
    assert_eq!(server.number(ROWS).await, 2, "with its rows");
    server
        .append([write::<Purchase>(purchase(3), [started(3)])])
        .await;
    projector.catch_up().await.unwrap();
    assert_eq!(server.open().await.len(), 3, "the new one goes on");
}

async fn a_rebuild_that_cannot_end_leaves_the_live_one_as_it_is(world: World) {
    let server = two_purchases(&world).await;
    server.projector().catch_up().await.unwrap();
    // Rows that the new build will run into, since nothing opens twice in this read model's key.
    let edition = edition::<1>(&server);
    edition.catch_up().await.unwrap();
    server.meddle("INSERT INTO unfinished SELECT build + 1, stream, task, category, since FROM unfinished WHERE category = 'edition'").await;
    let stopped = edition.rebuild_named("edition").await.unwrap_err();
    assert!(matches!(stopped, ProjectorError::Poison { .. }), "{stopped}");
    let live = "SELECT count(*) FROM unfinished u JOIN projection_builds b ON b.build = u.build
        WHERE b.state = 'live' AND b.name = 'edition'";
    assert_eq!(server.number(live).await, 2);
    assert_eq!(server.open().await.len(), 2);
    edition.rebuild().await.unwrap();
    assert_eq!(
        server.number(live).await,
        2,
        "a new attempt leaves what is stuck behind"
    );
    assert_eq!(
        server
            .number("SELECT count(*) FROM unfinished WHERE category = 'edition'")
            .await,
        2
    );
}

async fn a_raised_version_is_built_beside_the_one_before(world: World) {
    const VERSIONS: &str = "SELECT sum(since) FROM unfinished WHERE category = 'edition'";
    let sum = match world.serve().await.views() {
        event_log::Store::Sqlite(_) => VERSIONS,
        event_log::Store::Postgres(_) => {
            "SELECT sum(since)::bigint FROM unfinished WHERE category = 'edition'"
        }
    };
    let server = two_purchases(&world).await;
    edition::<1>(&server).catch_up().await.unwrap();
    edition::<2>(&server).catch_up().await.unwrap();
    assert_eq!(
        server.number(sum).await,
        2 + 4,
        "servers of the version before still read theirs"
    );
    server
        .append([write::<Purchase>(purchase(3), [started(3)])])
        .await;
    edition::<1>(&server).catch_up().await.unwrap();
    edition::<2>(&server).catch_up().await.unwrap();
    assert_eq!(server.number(sum).await, 3 + 6, "and keep it up to date");
    edition::<3>(&server).catch_up().await.unwrap();
    assert_eq!(server.number(sum).await, 6 + 9, "two versions back is gone");
}

async fn a_rebuild_that_was_cut_short_is_finished_by_whoever_comes_next(world: World) {
    let server = two_purchases(&world).await;
    server.projector().catch_up().await.unwrap();
    // As a server leaves it that dies after one event.
    server
        .meddle(
            "INSERT INTO projection_builds (name, version, state, position)
            SELECT name, version, 'building', 1 FROM projection_builds WHERE name = 'unfinished'",
        )
        .await;
    server
        .meddle(
            "INSERT INTO unfinished SELECT (SELECT max(build) FROM projection_builds), stream, task, category, since
            FROM unfinished ORDER BY since LIMIT 1",
        )
        .await;
    let other = world.serve().await;
    other.projector().catch_up().await.unwrap();
    assert_eq!(server.number(BUILDS).await, 1);
    assert_eq!(server.open().await.len(), 2);
}

async fn only_known_projections_are_rebuilt(world: World) {
    let server = world.serve().await;
    let projector = server.projector();
    assert_eq!(
        projector.names().collect::<Vec<_>>(),
        ["unfinished", "sales", "parking_stays"]
    );
    let unknown = projector.rebuild_named("unheard_of").await.unwrap_err();
    assert_eq!(unknown, ProjectorError::Unknown("unheard_of".to_owned()));
}

async fn a_rebuild_loses_nothing_while_the_log_grows_and_others_read(world: World) {
    let (one, two) = (Arc::new(world.serve().await), Arc::new(world.serve().await));
    let (stop, stopped) = watch::channel(false);
    let projector = one.projector();
    projector.catch_up().await.unwrap();
    let running = tokio::spawn(async move { projector.run(stopped).await });
    let writer = Arc::clone(&two);
    let growing = tokio::spawn(async move {
        for number in 1..=120 {
            writer
                .append([write::<Purchase>(purchase(number), [started(number)])])
                .await;
        }
    });
    let (reader, mut reading_ends) = (Arc::clone(&two), stop.subscribe());
    let reading = tokio::spawn(async move {
        let mut most = 0;
        while !*reading_ends.borrow_and_update() {
            let open = reader.open().await.len();
            assert!(open >= most, "{open} are open where {most} were");
            most = open;
            tokio::task::yield_now().await;
        }
    });
    for _ in 0..5 {
        two.projector().rebuild().await.unwrap();
    }
    growing.await.unwrap();
    two.projector().rebuild().await.unwrap();
    assert_eq!(two.open().await.len(), 120);
    stop.send_replace(true);
    running.await.unwrap().unwrap();
    reading.await.unwrap();
    assert_eq!(two.number(ROWS).await, 120);
}
