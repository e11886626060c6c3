//! Snapshots are a cache: with them and without, a stream says the same.

use domain::{UserId, user::User};
use engine::{Rider, handle::Repository};
use event_log::StreamId;

use crate::{
    marketplace::app,
    world::{StoreKind, World, admin, on_both_stores},
};

on_both_stores!(
    a_long_stream_gets_a_snapshot_and_reads_the_same_with_it,
    a_snapshot_that_cannot_be_read_is_as_good_as_none,
);

/// More than a user's stream holds before a snapshot is worth its while.
const CHANGES: usize = 300;

async fn much_changed(world: &World, changes: usize) -> UserId {
    let mut user = None;
    for change in 0..changes {
        let rider = Rider {
            subject: "restless".to_owned(),
            email: Some(format!("restless-{change}@example.com")),
            phone: None,
            is_test: false,
        };
        user = Some(world.engine.identify(&admin(), &app(), &rider).await.unwrap());
    }
    user.unwrap()
}

async fn a_long_stream_gets_a_snapshot_and_reads_the_same_with_it(store: StoreKind) {
    let world = World::open(store).await;
    let user = much_changed(&world, CHANGES).await;
    let stream = StreamId::new("user", user.as_str()).unwrap();
    let log = world.database.log();
    let snapshot = log.snapshot(&stream).await.unwrap().unwrap();
    assert!(snapshot.version >= 256, "{snapshot:?}");
    let version = log.load(&stream, 0).await.unwrap().last().unwrap().version;
    // One repository has read the stream in full and has its snapshot now, the other reads it for the first time.
    let (warm, cold) = (Repository::new(log.clone()), Repository::new(log));
    warm.load::<User>(user.as_str()).await.unwrap();
    let with = warm.load::<User>(user.as_str()).await.unwrap();
    let without = cold.load::<User>(user.as_str()).await.unwrap();
    assert_eq!((with.version(), without.version()), (version, version));
    assert_eq!(with.state(), without.state());
}

async fn a_snapshot_that_cannot_be_read_is_as_good_as_none(store: StoreKind) {
    let world = World::open(store).await;
    let user = much_changed(&world, CHANGES).await;
    let stream = StreamId::new("user", user.as_str()).unwrap();
    let log = world.database.log();
    let repository = Repository::new(log.clone());
    let before = repository.load::<User>(user.as_str()).await.unwrap();
    let mut spoilt = log.snapshot(&stream).await.unwrap().unwrap();
    spoilt.version = before.version();
    "{\"of\":\"another shape\"}".clone_into(&mut spoilt.state);
    log.save_snapshot(spoilt).await.unwrap();
    let after = repository.load::<User>(user.as_str()).await.unwrap();
    assert_eq!(before.state(), after.state());
}
