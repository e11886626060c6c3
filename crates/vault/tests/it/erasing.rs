use chrono::TimeDelta;
use vault::{NewSession, VaultError};

use crate::world::{World, app, now, on_both_stores, rider};

on_both_stores!(
    once_the_key_is_destroyed_what_it_sealed_is_unreadable_for_ever,
    an_erased_user_gets_no_new_key,
    another_server_that_had_not_used_the_key_cannot_open_either,
    destroying_a_key_while_it_is_being_used_leaves_it_destroyed,
    an_erased_user_is_logged_out,
    the_database_itself_refuses_to_bring_a_key_back,
);

async fn once_the_key_is_destroyed_what_it_sealed_is_unreadable_for_ever(world: World) {
    let vault = world.serve().await.vault;
    let sealed = vault.seal(&rider(1), "rider@example.com").await.unwrap();
    let kept = vault.seal(&rider(2), "other@example.com").await.unwrap();
    vault.destroy_key(&rider(1)).await.unwrap();
    assert_eq!(vault.unseal(&rider(1), &sealed).await, Ok(None));
    vault.destroy_key(&rider(1)).await.unwrap();
    assert_eq!(
        world.serve().await.vault.unseal(&rider(1), &sealed).await,
        Ok(None)
    );
    // Nobody else is touched.
    assert_eq!(
        vault.unseal(&rider(2), &kept).await.unwrap().as_deref(),
        Some("other@example.com")
    );
}

async fn an_erased_user_gets_no_new_key(world: World) {
    let vault = world.serve().await.vault;
    vault.seal(&rider(1), "x").await.unwrap();
    vault.destroy_key(&rider(1)).await.unwrap();
    assert_eq!(vault.seal(&rider(1), "x").await, Err(VaultError::KeyDestroyed));
    // Also one who never had a key.
    vault.destroy_key(&rider(2)).await.unwrap();
    assert_eq!(vault.seal(&rider(2), "x").await, Err(VaultError::KeyDestroyed));
    assert_eq!(
        world.serve().await.vault.seal(&rider(2), "x").await,
        Err(VaultError::KeyDestroyed)
    );
}

async fn another_server_that_had_not_used_the_key_cannot_open_either(world: World) {
    let (one, two) = (world.serve().await.vault, world.serve().await.vault);
    let sealed = one.seal(&rider(1), "x").await.unwrap();
    one.destroy_key(&rider(1)).await.unwrap();
    assert_eq!(two.unseal(&rider(1), &sealed).await, Ok(None));
}

async fn destroying_a_key_while_it_is_being_used_leaves_it_destroyed(world: World) {
    let vault = world.serve().await.vault;
    for number in 0..24 {
        let user = rider(number);
        let (_, _, destroyed, _) = tokio::join!(
            vault.seal(&user, "a"),
            vault.seal(&user, "b"),
            vault.destroy_key(&user),
            vault.seal(&user, "c"),
        );
        destroyed.unwrap();
        assert_eq!(
            vault.seal(&user, "a").await,
            Err(VaultError::KeyDestroyed),
            "user {number}"
        );
    }
}

async fn an_erased_user_is_logged_out(world: World) {
    let vault = world.serve().await.vault;
    let now = now();
    let new = NewSession {
        user: rider(1),
        app: app("cityhop"),
        device: None,
        jti: None,
        created_at: now,
        expires_at: now + TimeDelta::hours(1),
    };
    let token = vault.create_session(new).await.unwrap();
    vault.destroy_key(&rider(1)).await.unwrap();
    assert_eq!(vault.find_session(token.expose(), now).await, Ok(None));
}

async fn the_database_itself_refuses_to_bring_a_key_back(world: World) {
    let server = world.serve().await;
    server.vault.seal(&rider(1), "x").await.unwrap();
    server.vault.destroy_key(&rider(1)).await.unwrap();
    for statement in [
        "DELETE FROM user_keys",
        "UPDATE user_keys SET wrapped = (SELECT secret FROM root)",
        "UPDATE user_keys SET user_id = 'user_other'",
        "DELETE FROM root",
    ] {
        assert!(server.tamper(statement).await.is_err(), "{statement}");
    }
    assert_eq!(
        server.vault.seal(&rider(1), "x").await,
        Err(VaultError::KeyDestroyed)
    );
}

#[tokio::test]
async fn no_file_of_sqlite_holds_a_destroyed_key() {
    let world = World::sqlite().await;
    let server = world.serve().await;
    server.vault.seal(&rider(1), "x").await.unwrap();
    let wrapped = server.bytes("SELECT wrapped FROM user_keys").await;
    let folder = world.folder.as_ref().unwrap().path();
    let holds_it = || {
        std::fs::read_dir(folder).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(wrapped.len()).any(|window| window == wrapped)
        })
    };
    assert!(holds_it());
    server.vault.destroy_key(&rider(1)).await.unwrap();
    assert!(!holds_it());
}
