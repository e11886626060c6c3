use domain::Sealed;
use vault::{MAX_PLAINTEXT, VaultError};

use crate::world::{World, master, on_both_stores, rider};

on_both_stores!(
    what_is_sealed_for_a_user_opens_for_that_user_only,
    the_same_text_of_the_same_user_is_sealed_the_same_on_every_server,
    users_first_sealed_on_two_servers_at_once_have_one_key,
    a_key_moved_to_another_user_opens_nothing,
    a_text_beyond_the_bound_is_refused,
    sealing_works_under_a_master_key,
);

async fn what_is_sealed_for_a_user_opens_for_that_user_only(world: World) {
    let vault = world.serve().await.vault;
    let sealed = vault.seal(&rider(1), "rider@example.com").await.unwrap();
    assert_eq!(
        vault.unseal(&rider(1), &sealed).await.unwrap().as_deref(),
        Some("rider@example.com")
    );

    // Neither a user without a key, nor one with another key.
    assert_eq!(
        vault.unseal(&rider(2), &sealed).await,
        Err(VaultError::Unreadable)
    );
    vault.seal(&rider(2), "x").await.unwrap();
    assert_eq!(
        vault.unseal(&rider(2), &sealed).await,
        Err(VaultError::Unreadable)
    );

    let altered = Sealed::from_ciphertext(format!("{}A", sealed.ciphertext()));
    assert_eq!(
        vault.unseal(&rider(1), &altered).await,
        Err(VaultError::Unreadable)
    );
}

async fn the_same_text_of_the_same_user_is_sealed_the_same_on_every_server(world: World) {
    let (one, two) = (world.serve().await.vault, world.serve().await.vault);
    let sealed = one.seal(&rider(1), "+14155550123").await.unwrap();
    assert_eq!(one.seal(&rider(1), "+14155550123").await.unwrap(), sealed);
    assert_eq!(two.seal(&rider(1), "+14155550123").await.unwrap(), sealed);
    assert_ne!(one.seal(&rider(2), "+14155550123").await.unwrap(), sealed);
    assert_ne!(one.seal(&rider(1), "+14155550124").await.unwrap(), sealed);
}

async fn users_first_sealed_on_two_servers_at_once_have_one_key(world: World) {
    let (one, two) = (world.serve().await.vault, world.serve().await.vault);
    for number in 0..16 {
        let user = rider(number);
        let (left, right, again) = tokio::join!(
            one.seal(&user, "text"),
            two.seal(&user, "text"),
            one.seal(&user, "text")
        );
        assert_eq!(left, right);
        assert_eq!(left, again);
        assert_eq!(
            two.unseal(&user, &left.unwrap()).await.unwrap().as_deref(),
            Some("text")
        );
    }
}

async fn a_key_moved_to_another_user_opens_nothing(world: World) {
    let server = world.serve().await;
    let sealed = server.vault.seal(&rider(1), "rider@example.com").await.unwrap();
    server
        .tamper(
            "INSERT INTO user_keys (user_id, wrapped)
             SELECT 'user_00000000000000000000000000000002', wrapped FROM user_keys",
        )
        .await
        .unwrap();
    let opened = server.vault.unseal(&rider(2), &sealed).await;
    assert_eq!(opened, Err(VaultError::Damaged("user key")));
}

async fn a_text_beyond_the_bound_is_refused(world: World) {
    let vault = world.serve().await.vault;
    let longest = "x".repeat(MAX_PLAINTEXT);
    let sealed = vault.seal(&rider(1), &longest).await.unwrap();
    assert_eq!(
        vault.unseal(&rider(1), &sealed).await.unwrap(),
        Some(longest.clone())
    );
    assert_eq!(
        vault.seal(&rider(1), &format!("{longest}x")).await,
        Err(VaultError::TooLong)
    );
}

async fn sealing_works_under_a_master_key(world: World) {
    let one = world.try_serve(Some(master(1))).await.unwrap().vault;
    let sealed = one.seal(&rider(1), "rider@example.com").await.unwrap();
    let two = world.try_serve(Some(master(1))).await.unwrap().vault;
    assert_eq!(
        two.unseal(&rider(1), &sealed).await.unwrap().as_deref(),
        Some("rider@example.com")
    );
}
