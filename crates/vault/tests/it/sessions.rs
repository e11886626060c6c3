use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{SubsecRound, TimeDelta};
use domain::{DeviceId, UserId};
use vault::{NewSession, SESSIONS_PER_USER, Session};

use crate::world::{World, app, now, on_both_stores, rider};

on_both_stores!(
    a_session_is_found_by_its_token_until_it_expires,
    a_revoked_session_is_gone_at_once_on_every_server,
    every_login_has_a_session_of_its_own,
    all_sessions_of_a_user_end_together,
    a_user_keeps_a_bounded_number_of_sessions_and_the_newest,
    logins_clear_away_what_has_expired,
    logins_at_once_do_not_hinder_each_other,
    the_store_holds_no_token,
    what_is_no_token_finds_nothing,
);

fn new(user: UserId) -> NewSession {
    NewSession {
        user,
        app: app("cityhop"),
        device: Some(DeviceId::parse("device-1").unwrap()),
        jti: Some("login 1".to_owned()),
        created_at: now(),
        expires_at: now() + TimeDelta::hours(1),
    }
}

async fn a_session_is_found_by_its_token_until_it_expires(world: World) {
    let vault = world.serve().await.vault;
    let token = vault.create_session(new(rider(1))).await.unwrap();
    let expires_at = (now() + TimeDelta::hours(1)).trunc_subsecs(6);
    let found = vault.find_session(token.expose(), now()).await.unwrap().unwrap();
    let expected = Session {
        user: rider(1),
        app: app("cityhop"),
        device: Some(DeviceId::parse("device-1").unwrap()),
        jti: Some("login 1".to_owned()),
        expires_at,
    };
    assert_eq!(found, expected);
    let last = expires_at - TimeDelta::microseconds(1);
    assert!(vault.find_session(token.expose(), last).await.unwrap().is_some());
    assert_eq!(vault.find_session(token.expose(), expires_at).await, Ok(None));
}

async fn a_revoked_session_is_gone_at_once_on_every_server(world: World) {
    let (one, two) = (world.serve().await.vault, world.serve().await.vault);
    let token = one.create_session(new(rider(1))).await.unwrap();
    let other = one.create_session(new(rider(1))).await.unwrap();
    assert!(two.find_session(token.expose(), now()).await.unwrap().is_some());
    one.revoke_session(token.expose()).await.unwrap();
    for vault in [&one, &two] {
        assert_eq!(vault.find_session(token.expose(), now()).await, Ok(None));
        assert!(vault.find_session(other.expose(), now()).await.unwrap().is_some());
    }
    one.revoke_session(token.expose()).await.unwrap();
}

async fn every_login_has_a_session_of_its_own(world: World) {
    let vault = world.serve().await.vault;
    let plain = NewSession {
        device: None,
        jti: None,
        ..new(rider(1))
    };
    let one = vault.create_session(plain.clone()).await.unwrap();
    let two = vault.create_session(plain).await.unwrap();
    assert_ne!(one.expose(), two.expose());
    let found = vault.find_session(one.expose(), now()).await.unwrap().unwrap();
    assert_eq!((found.device, found.jti), (None, None));
}

async fn all_sessions_of_a_user_end_together(world: World) {
    let vault = world.serve().await.vault;
    let one = vault.create_session(new(rider(1))).await.unwrap();
    let two = vault.create_session(new(rider(1))).await.unwrap();
    let other = vault.create_session(new(rider(2))).await.unwrap();
    vault.revoke_sessions_of(&rider(1)).await.unwrap();
    assert_eq!(vault.find_session(one.expose(), now()).await, Ok(None));
    assert_eq!(vault.find_session(two.expose(), now()).await, Ok(None));
    assert!(vault.find_session(other.expose(), now()).await.unwrap().is_some());
}

async fn a_user_keeps_a_bounded_number_of_sessions_and_the_newest(world: World) {
    let vault = world.serve().await.vault;
    let bystander = vault.create_session(new(rider(2))).await.unwrap();
    let mut tokens = Vec::new();
    for later in 0..i64::from(SESSIONS_PER_USER) + 3 {
        let expires_at = now() + TimeDelta::hours(1) + TimeDelta::seconds(later);
        tokens.push(
            vault
                .create_session(NewSession {
                    expires_at,
                    ..new(rider(1))
                })
                .await
                .unwrap(),
        );
    }
    for (number, token) in tokens.iter().enumerate() {
        let found = vault.find_session(token.expose(), now()).await.unwrap();
        assert_eq!(found.is_some(), number >= 3, "session {number}");
    }
    assert!(
        vault
            .find_session(bystander.expose(), now())
            .await
            .unwrap()
            .is_some()
    );
}

async fn logins_clear_away_what_has_expired(world: World) {
    let server = world.serve().await;
    for number in 0..40 {
        server.vault.create_session(new(rider(number))).await.unwrap();
    }
    let later = now() + TimeDelta::hours(2);
    for number in 100..102 {
        let fresh = NewSession {
            created_at: later,
            expires_at: later + TimeDelta::hours(1),
            ..new(rider(number))
        };
        server.vault.create_session(fresh).await.unwrap();
    }
    assert_eq!(server.count("SELECT count(*) FROM sessions").await, 2);
}

async fn logins_at_once_do_not_hinder_each_other(world: World) {
    let (one, two) = (world.serve().await.vault, world.serve().await.vault);
    let mut logins = tokio::task::JoinSet::new();
    for number in 0..96_i64 {
        let vault = if number % 2 == 0 { one.clone() } else { two.clone() };
        // Half of them have expired for the other half: all three ways of cleaning meet.
        let created_at = now() + TimeDelta::hours(number % 4);
        let expires_at = created_at + TimeDelta::hours(1) + TimeDelta::seconds(number);
        logins.spawn(async move {
            let session = NewSession {
                created_at,
                expires_at,
                ..new(rider(1))
            };
            vault.create_session(session).await.map(drop)
        });
    }
    while let Some(login) = logins.join_next().await {
        login.unwrap().unwrap();
    }
}

async fn the_store_holds_no_token(world: World) {
    let server = world.serve().await;
    let token = server.vault.create_session(new(rider(1))).await.unwrap();
    let stored = server.bytes("SELECT token_hash FROM sessions").await;
    assert_eq!(stored.len(), 32);
    assert!(!format!("{stored:?}").contains(token.expose()) && stored != token.expose().as_bytes());
    // What is stored is itself no token.
    let encoded = URL_SAFE_NO_PAD.encode(stored);
    assert_eq!(encoded.len(), token.expose().len());
    assert_eq!(server.vault.find_session(&encoded, now()).await, Ok(None));
}

async fn what_is_no_token_finds_nothing(world: World) {
    let vault = world.serve().await.vault;
    let longer = "a".repeat(10_000);
    let unknown = "a".repeat(43);
    for text in [
        "",
        "'; DROP TABLE sessions",
        "\0",
        longer.as_str(),
        unknown.as_str(),
    ] {
        assert_eq!(vault.find_session(text, now()).await, Ok(None));
        vault.revoke_session(text).await.unwrap();
    }
}
