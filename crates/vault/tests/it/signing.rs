use vault::{MasterKey, NewSession, Purpose};

use crate::world::{World, app, on_both_stores, rider};

on_both_stores!(
    a_signature_holds_for_its_message_and_purpose_only,
    another_database_signs_otherwise,
    seeds_differ_by_purpose_and_are_no_signatures,
    a_pseudonym_is_stable_and_tells_apps_and_riders_apart,
    nothing_secret_shows_in_debug,
);

const PURPOSES: [Purpose; 11] = [
    Purpose::PassesState,
    Purpose::CartToken,
    Purpose::RedemptionLink,
    Purpose::Receipt,
    Purpose::TestJwt,
    Purpose::RiderJwt,
    Purpose::TestUserJwt,
    Purpose::AccountLink,
    Purpose::TreeHead,
    Purpose::Ticket,
    Purpose::DayMark,
];

async fn a_signature_holds_for_its_message_and_purpose_only(world: World) {
    let vault = world.serve().await.vault;
    for purpose in PURPOSES {
        let signature = vault.sign(purpose, b"message");
        assert!(vault.verify(purpose, b"message", &signature));
        assert!(!vault.verify(purpose, b"massage", &signature));
        assert!(!vault.verify(purpose, b"message", &signature[..31]));
        assert!(!vault.verify(purpose, b"message", b""));
        let mut altered = signature;
        altered[31] ^= 1;
        assert!(!vault.verify(purpose, b"message", &altered));
        for other in PURPOSES {
            assert_eq!(vault.verify(other, b"message", &signature), other == purpose);
        }
    }
}

async fn another_database_signs_otherwise(world: World) {
    let vault = world.serve().await.vault;
    let elsewhere = World::sqlite().await.serve().await.vault;
    let signature = vault.sign(Purpose::PassesState, b"message");
    assert!(!elsewhere.verify(Purpose::PassesState, b"message", &signature));
}

async fn seeds_differ_by_purpose_and_are_no_signatures(world: World) {
    let vault = world.serve().await.vault;
    let seeds: std::collections::BTreeSet<_> = PURPOSES
        .into_iter()
        .map(|purpose| vault.derive_signing_seed(purpose))
        .collect();
    assert_eq!(seeds.len(), PURPOSES.len());
    assert_eq!(
        vault.derive_signing_seed(Purpose::TestJwt),
        vault.derive_signing_seed(Purpose::TestJwt)
    );
    assert!(!seeds.contains(&vault.sign(Purpose::TestJwt, b"")));
}

async fn a_pseudonym_is_stable_and_tells_apps_and_riders_apart(world: World) {
    let vault = world.serve().await.vault;
    let id = vault.pseudonym(&app("ab"), "c");
    assert_eq!(vault.pseudonym(&app("ab"), "c"), id);
    assert_ne!(vault.pseudonym(&app("a"), "bc"), id);
    assert_ne!(vault.pseudonym(&app("ab"), "d"), id);
    let test = vault.test_pseudonym(&app("ab"), "c");
    assert_ne!(test, id, "a test user is nobody else");
    assert_eq!(vault.test_pseudonym(&app("ab"), "c"), test);
    let uuid = uuid::Uuid::parse_str(id.as_str().strip_prefix("user_").unwrap()).unwrap();
    assert_eq!(
        (uuid.get_version_num(), uuid.get_variant()),
        (8, uuid::Variant::RFC4122)
    );
}

async fn nothing_secret_shows_in_debug(world: World) {
    let master = MasterKey::parse(&"ab".repeat(32)).unwrap();
    assert_eq!(format!("{master:?}"), "MasterKey(…)");
    let vault = world.try_serve(Some(master)).await.unwrap().vault;
    let sealed = vault.seal(&rider(1), "rider@example.com").await.unwrap();
    assert_eq!(format!("{vault:?} {sealed:?}"), "Vault(…) Sealed(…)");
    let now = crate::world::now();
    let new = NewSession {
        user: rider(1),
        app: app("cityhop"),
        device: None,
        jti: None,
        created_at: now,
        expires_at: now + chrono::TimeDelta::hours(1),
    };
    let token = vault.create_session(new).await.unwrap();
    assert_eq!(format!("{token:?}"), "SessionToken(…)");
}
