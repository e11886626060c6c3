use vault::{Purpose, VaultError};

use crate::world::{World, app, master, on_both_stores, rider};

on_both_stores!(
    servers_that_start_at_once_share_one_root,
    a_restart_changes_nothing,
    a_protected_database_opens_with_its_master_key_only,
    a_master_key_added_later_protects_from_then_on,
    servers_that_add_the_same_master_key_at_once_agree,
    a_protected_root_does_not_stand_in_the_database,
    a_damaged_root_is_reported_and_never_replaced,
);

async fn servers_that_start_at_once_share_one_root(world: World) {
    drop(world.database().await);
    let (one, two, three, four) = tokio::join!(world.serve(), world.serve(), world.serve(), world.serve());
    let id = one.vault.pseudonym(&app("cityhop"), "rider 1");
    for server in [&two, &three, &four] {
        assert_eq!(server.vault.pseudonym(&app("cityhop"), "rider 1"), id);
    }
}

async fn a_restart_changes_nothing(world: World) {
    let first = world.serve().await;
    let id = first.vault.pseudonym(&app("cityhop"), "rider 1");
    let signature = first.vault.sign(Purpose::CartToken, b"cart");
    let sealed = first.vault.seal(&rider(1), "x").await.unwrap();
    first.database.close().await;
    let second = world.serve().await.vault;
    assert_eq!(second.pseudonym(&app("cityhop"), "rider 1"), id);
    assert!(second.verify(Purpose::CartToken, b"cart", &signature));
    assert_eq!(
        second.unseal(&rider(1), &sealed).await.unwrap().as_deref(),
        Some("x")
    );
}

async fn a_protected_database_opens_with_its_master_key_only(world: World) {
    let id = world
        .try_serve(Some(master(1)))
        .await
        .unwrap()
        .vault
        .pseudonym(&app("cityhop"), "rider 1");
    assert_eq!(
        world.try_serve(Some(master(2))).await.err(),
        Some(VaultError::MasterKeyWrong)
    );
    assert_eq!(
        world.try_serve(None).await.err(),
        Some(VaultError::MasterKeyMissing)
    );
    let again = world.try_serve(Some(master(1))).await.unwrap().vault;
    assert_eq!(again.pseudonym(&app("cityhop"), "rider 1"), id);
}

async fn a_master_key_added_later_protects_from_then_on(world: World) {
    let unprotected = world.serve().await.vault;
    let sealed = unprotected.seal(&rider(1), "x").await.unwrap();
    let protected = world.try_serve(Some(master(1))).await.unwrap().vault;
    assert_eq!(
        protected.unseal(&rider(1), &sealed).await.unwrap().as_deref(),
        Some("x")
    );
    assert_eq!(
        world.try_serve(None).await.err(),
        Some(VaultError::MasterKeyMissing)
    );
    assert_eq!(
        world.try_serve(Some(master(2))).await.err(),
        Some(VaultError::MasterKeyWrong)
    );
}

async fn servers_that_add_the_same_master_key_at_once_agree(world: World) {
    let id = world.serve().await.vault.pseudonym(&app("cityhop"), "rider 1");
    let (one, two, other) = tokio::join!(
        world.try_serve(Some(master(1))),
        world.try_serve(Some(master(1))),
        world.try_serve(Some(master(2))),
    );
    // Either key may win, but not both.
    assert_eq!(one.is_ok(), two.is_ok());
    assert_ne!(one.is_ok(), other.is_ok());
    for server in [one, two, other].into_iter().flatten() {
        assert_eq!(server.vault.pseudonym(&app("cityhop"), "rider 1"), id);
    }
}

async fn a_protected_root_does_not_stand_in_the_database(world: World) {
    let server = world.serve().await;
    let clear = server.bytes("SELECT secret FROM root").await;
    assert_eq!(clear.len(), 32);
    world.try_serve(Some(master(1))).await.unwrap();
    let wrapped = server.bytes("SELECT secret FROM root").await;
    assert!(!wrapped.windows(clear.len()).any(|window| window == clear));
    for file in world
        .folder
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder.path()).unwrap())
    {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(clear.len()).any(|window| window == clear));
    }
}

async fn a_damaged_root_is_reported_and_never_replaced(world: World) {
    let server = world.serve().await;
    let short = match server.database.vault() {
        event_log::Store::Sqlite(_) => "UPDATE root SET secret = x'00'",
        event_log::Store::Postgres(_) => "UPDATE root SET secret = '\\x00'",
    };
    server.tamper(short).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            world.try_serve(None).await.err(),
            Some(VaultError::Damaged("root secret"))
        );
    }
}
